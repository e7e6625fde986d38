"""The list as a table for spreadsheets: the whole list in its order, streamed, and safe from formulas."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interchange import listing_csv
from publications.finding import following
from publications.models import Authorship, Report
from tests.crawl import ask, page
from tests.factory import (
    make_author,
    make_draft,
    make_many,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
)
from tests.lists import slugs_of_table, table
from text import sheets

pytestmark = pytest.mark.django_db

CSV = "/publications.csv"


def test_every_column_says_what_readers_see():
    authors = [make_author("Zoë Dupont"), make_author("مريم")]
    topics = [make_topic("Lowani", kind="place"), make_topic("Élections"), make_topic("wells", kind="keyword")]
    report = make_report(
        "L’eau, “la paix”",
        slug="l-eau",
        subtitle="Five\nlessons",
        type=make_type(is_numbered=True),
        number="432",
        authors=authors,
        topics=topics,
        language="fr",
        date=date(1998, 5, 17),
        date_precision="month",
        doi="10.5555/x",
        isbn="9783161484100",
    )
    Authorship.objects.create(report=report, author=make_author("Ed"), role="editor", position=9)
    assert table(CSV) == [
        {
            "Title": "L’eau, “la paix”",
            "Subtitle": "Five lessons",
            "Type": "Special Report",
            "Number": "432",
            "Date": "1998-05",
            "Authors": "Zoë Dupont; مريم",
            "Topics": "Élections; Lowani",
            "Language": "fr",
            "DOI": "10.5555/x",
            "ISBN": "9783161484100",
            "Address": "http://testserver/publications/l-eau/",
        }
    ]


def test_the_table_has_the_whole_list_in_its_order():
    reports = [make_report(f"Report {chr(122 - number)}", date=date(2020, 1, 1 + number)) for number in range(25)]
    newest = [report.slug for report in reversed(reports)]
    assert slugs_of_table(table(CSV)) == newest
    assert slugs_of_table(table(f"{CSV}?sort=title&page=2")) == newest
    assert slugs_of_table(table(f"{CSV}?sort=oldest&q=report")) == newest[::-1]
    assert slugs_of_table(table(f"{CSV}?year=2020&q=report+b")) == ["report-b"]


def test_a_table_of_many_comes_in_pieces_and_leaves_nothing_out(monkeypatch):
    monkeypatch.setattr(listing_csv, "AT_ONCE", 20)
    monkeypatch.setattr(sheets, "AT_ONCE", 20)
    make_many(90)
    pieces = list(Client().get(CSV).streaming_content)
    assert [piece.count(b"\r\n") for piece in pieces] == [1, 20, 20, 20, 20, 10]
    found = slugs_of_table(table(CSV))
    assert len(found) == 90
    assert found == [report.slug for report in Report.objects.live().newest()]


def test_a_table_takes_four_queries_a_batch_whatever_is_in_it(monkeypatch):
    monkeypatch.setattr(following, "may_keep", lambda: True)

    def counted(address):
        following.current()
        with CaptureQueriesContext(connection) as caught:
            table(address)
        return len(caught)

    make_many(10)
    few = counted(CSV)
    make_many(490)
    assert counted(CSV) == few
    make_many(100)
    assert counted(CSV) == few + 4
    assert counted(f"{CSV}?sort=title&topic=topic-0") > few


def test_what_is_withdrawn_while_the_table_is_sent_is_left_out(monkeypatch):
    monkeypatch.setattr(listing_csv, "AT_ONCE", 1)
    monkeypatch.setattr(sheets, "AT_ONCE", 1)
    make_report("Stays", date=date(2021, 1, 1))
    goes = make_report("Goes", date=date(2020, 1, 1))
    pieces = iter(Client().get(CSV).streaming_content)
    sent = next(pieces) + next(pieces)
    now = timezone.now()
    Report.objects.filter(pk=goes.pk).update(state="withdrawn", withdrawn_at=now, withdrawal_reason="Wrong.")
    sent += b"".join(pieces)
    assert b"Stays" in sent
    assert b"Goes" not in sent


def test_nothing_hidden_is_in_the_table():
    water = make_topic("Water")
    make_report("Seen", topics=[water])
    before = ask(CSV), ask(f"{CSV}?topic=water")
    scheduled = make_scheduled("Hidden", topics=[water])
    make_withdrawn("Hidden", topics=[water])
    make_draft("Hidden", topics=[water])
    make_draft("Hidden", state="in_review", topics=[water])
    make_draft("Hidden", binned_at=timezone.now(), topics=[water])
    assert (ask(CSV), ask(f"{CSV}?topic=water")) == before
    with time_machine.travel(scheduled.public_from + timedelta(seconds=1)):
        assert [row["Title"] for row in table(CSV)] == ["Hidden", "Seen"]


@pytest.mark.parametrize("query", ["topic=nothing", "year=1492", "language=xx", "q=nothing", "q=re%00port", "type=%01"])
def test_a_list_that_matches_nothing_is_a_table_without_rows(query):
    make_report("Report")
    answer = ask(f"{CSV}?{query}")
    assert answer.status == 200
    assert answer.body.decode() == "\ufeffTitle,Subtitle,Type,Number,Date,Authors,Topics,Language,DOI,ISBN,Address\r\n"


@pytest.mark.parametrize("kind", ["topic", "author", "type"])
def test_a_former_slug_leads_to_the_table_of_the_present_one(kind):
    rows = {"topic": make_topic("New"), "author": make_author("New"), "type": make_type("New")}
    report = make_report(topics=[rows["topic"]], authors=[rows["author"]], type=rows["type"])
    rows[kind].former_slugs.create(slug="old")
    moved = ask(f"{CSV}?{kind}=old&sort=title&page=2")
    assert (moved.status, moved.location) == (301, f"{CSV}?{kind}=new&sort=title&page=2")
    assert slugs_of_table(table(moved.location)) == [report.slug]


FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example";"x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\n=1",
    "\r=1",
    "＝1",
    "＠x",
]


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_is_a_formula_however_it_came_into_the_database(words):
    report = make_report("Wells", authors=[make_author()], topics=[make_topic()])
    # Fields clean what they are given; a value that is an expression goes past them.
    Report.objects.filter(pk=report.pk).update(title=Value(words), subtitle=Value(words), doi=Value(words))
    report.authors.update(name=Value(words))
    (row,) = table(CSV)
    said = words.replace("\r", "\n")
    assert [row[column] for column in ("Title", "Subtitle", "DOI", "Authors")] == [f"'{said}"] * 4


@pytest.mark.parametrize("words", ['a "b" c', "a, b; c", "]]>", "bell \x01", "‮thgir", "a\nb", "it's = not"])
def test_hostile_words_stay_in_their_cell(words):
    report = make_report("Wells")
    Report.objects.filter(pk=report.pk).update(title=Value(words))
    (row,) = table(CSV)
    assert (row["Title"], row["Type"]) == (words.replace("\x01", ""), "Special Report")


def test_a_table_says_what_it_is_and_stays_out_of_search_engines():
    make_report()
    headers = dict(ask(CSV).headers)
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"] == 'attachment; filename="publications.csv"'
    assert (headers["X-Robots-Tag"], headers["Cache-Control"]) == ("noindex", "no-cache")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_table_is_the_same_for_staff_and_can_only_be_read():
    make_report("Seen")
    make_draft("Hidden")
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(make_superuser())
    assert ask(CSV, staff) == ask(CSV)
    for method in ("post", "put", "patch", "delete"):
        assert ask(CSV, staff, method).status == 405


def test_head_reads_no_report(monkeypatch):
    make_report()
    head = ask(CSV, method="head")
    assert (head.status, head.body, head.headers) == (200, b"", ask(CSV).headers)
    monkeypatch.setattr(listing_csv, "sheet", None)
    assert ask(CSV, method="head").status == 200


def test_the_list_leads_to_its_table_where_it_has_rows():
    make_report("Report", date=date(2020, 1, 1))

    def offered(query):
        return [link["href"] for link in page(f"/publications/{query}").one("p", class_="take-away").all("a")][1:]

    assert offered("") == [CSV]
    assert offered("?sort=title&year=2020&q=report") == [f"{CSV}?q=report&year=2020&sort=title"]
    assert offered("?q=nothing") == []
