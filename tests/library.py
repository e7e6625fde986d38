"""A library of publications with known answers: sixty written for it, in five languages, and among them many made by a
seed of the same words, names and topics, in no order."""

import json
import random
import re
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from authors.models import Author
from publications.finding import following
from publications.models import Authorship, Report, ReportTopic
from tests.factory import attach, make_author, make_pdf_saying, make_report, make_topic, make_type, moment_of
from topics.models import Topic

DATA = Path(__file__).parent / "data"
# The day on which the library is searched: how new a publication is counts.
TODAY = date(2026, 3, 1)
MADE_UP = 140


def written():
    return [json.loads(line) for line in (DATA / "library.jsonl").read_text(encoding="utf-8").splitlines()]


def queries(name):
    """[{query, kind, expected}]"""
    return json.loads((DATA / f"{name}-queries.json").read_text(encoding="utf-8"))


def make_library():
    rows = written()
    authors = {name: make_author(name) for name in names(rows, "authors")}
    topics = {name: make_topic(name) for name in names(rows, "topics")}
    for number, row in enumerate(rows):
        day = TODAY - timedelta(days=30 + 83 * number)
        make_written(row, day, [authors[name] for name in row["authors"]], [topics[name] for name in row["topics"]])
    make_the_rest(rows, list(authors.values()), list(topics.values()))


def names(rows, column):
    return dict.fromkeys(name for row in rows for name in row[column])


def make_written(row, day, authors, topics):
    language = row.get("language", "en")
    report = make_report(
        row["title"],
        slug=row["slug"],
        language=language,
        lead=f"<p>{row['lead']}</p>",
        body=f"<p>{row['body']}</p>",
        date=day,
        authors=authors,
        topics=topics,
    )
    if words := row.get("pdf"):
        attach(report, "Annex", content=make_pdf_saying(words, language))


def make_the_rest(rows, authors: list[Author], topics: list[Topic]):
    chance = random.Random(11)
    said = words_by_language(rows)
    reports = [made_up(number, chance, *chance.choice(said)) for number in range(MADE_UP)]
    with transaction.atomic():
        Report.objects.bulk_create(reports)
        Authorship.objects.bulk_create(Authorship(report=report, author=chance.choice(authors)) for report in reports)
        ReportTopic.objects.bulk_create(
            ReportTopic(content_object=report, tag=topic)
            for report in reports
            for topic in dict.fromkeys(front(chance, topics) for _ in range(3))
        )
        following.note([report.pk for report in reports])


def words_by_language(rows):
    """[(language, all the words of what is written in it)], each as often as it is written in; PDFs are left out."""
    said = defaultdict(list)
    for row in rows:
        said[row.get("language", "en")] += re.findall(r"\w+", f"{row['title']} {row['lead']} {row['body']}")
    return [(row.get("language", "en"), said[row.get("language", "en")]) for row in rows]


def front(chance, rows):
    """One of them, those at the front far more often."""
    return rows[int(len(rows) ** chance.random()) - 1]


def made_up(number, chance, language, said):
    """An unsaved live report, ready for bulk_create: words in no order."""
    day = TODAY - timedelta(days=20 + 41 * number)

    def some(count):
        return " ".join(chance.choice(said) for _ in range(count))

    report = Report(
        title=f"{some(5)} {number}",
        slug=f"made-up-{number}",
        lead=f"<p>{some(12)}</p>",
        body=f"<p>{some(chance.randint(20, 120))}</p>",
        type=make_type("Brief"),
        language=language,
        state=Report.State.PUBLISHED,
        date=day,
        date_follows=False,
        public_from=moment_of(day),
    )
    report.prepare()
    return report
