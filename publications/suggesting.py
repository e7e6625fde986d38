"""What is offered to somebody who is typing in the search field: topics, authors and titles, as links."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from authors.models import Author
from publications.finding.picture import Carried
from publications.listed import Live
from publications.models import Report
from publications.searching import engine, keeping
from publications.searching.asked import MOST_WORDS
from publications.searching.names import names_holding
from text.keys import name_key
from text.terms import parts_of, words
from topics.models import Topic

MOST_TITLES, MOST_NAMES = 6, 4
# So many of the rows whose names hold the letters are looked at.
MOST_LOOKED_AT = 300


@dataclass(frozen=True)
class Suggestion:
    """`year`: tells publications of one title apart."""

    words: str
    address: str
    language: str = ""
    direction: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Group:
    title: str
    suggestions: Sequence[Suggestion]


def suggestions(text: str, live: Live) -> list[Group]:
    """By kind; the last word may be a beginning. All of them live, or of something live."""
    asked = words(text)[:MOST_WORDS]
    if not asked:
        return []
    found = [
        Group("Topics", [Suggestion(row.name, row.get_absolute_url()) for row in topics(asked, live)]),
        Group("Authors", [Suggestion(row.name, row.get_absolute_url()) for row in authors(asked, live)]),
        Group("Publications", [of_report(row) for row in titles(asked, live)]),
    ]
    return [group for group in found if group.suggestions]


def of_report(row: Report) -> Suggestion:
    return Suggestion(row.title, row.get_absolute_url(), row.language, row.direction, row.date.year)


def titles(asked: Sequence[str], live: Live) -> list[Report]:
    """The best few by the engine's own measure; of equal ones the newest."""
    parts = [part for word in asked for part in parts_of(word)]
    keys, scores = engine.titled(keeping.current(live), parts[:-1], parts[-1])
    numbers, scores = live.numbers(keys, scores)
    best = numbers[np.lexsort((numbers, -np.round(scores, 3)))][:MOST_TITLES]
    rows = Report.objects.live().only("title", "slug", "language", "date").in_bulk(live.picture.keys[best].tolist())
    return [rows[key] for key in live.picture.keys[best].tolist() if key in rows]


def authors(asked: Sequence[str], live: Live) -> list[Author]:
    return frequent(called(Author.objects.all(), "other_names", asked), live.picture.authors, live)


def topics(asked: Sequence[str], live: Live) -> list[Topic]:
    return frequent(called(Topic.objects.shown().offered(), "synonyms", asked), live.topics, live)


def called(rows, others: str, asked: Sequence[str]) -> list:
    """Those that are called so, or by another of their names; no more than name and slug are known of them."""
    found = names_holding(rows, others, asked, "pk", "slug", "name", all_of=True).order_by("name_key")[:MOST_LOOKED_AT]
    known = {key: (slug, name) for key, slug, name, one in found if is_called(one, asked)}
    return [rows.model(pk=key, slug=slug, name=name) for key, (slug, name) in known.items()]


def is_called(name: str, asked: Sequence[str]) -> bool:
    """Whether the name holds every word but the last, and a word that begins with that."""
    held = words(name)
    return set(asked[:-1]) <= set(held) and any(word.startswith(asked[-1]) for word in held)


def frequent(rows: list, carried: Carried, live: Live) -> list:
    """The few with most live reports; those with none are left out."""
    counts = carried.counts_of([row.pk for row in rows], live.mask)
    ordered = sorted(
        (row for row in rows if counts[row.pk]), key=lambda row: (-counts[row.pk], name_key(row.name), row.pk)
    )
    return ordered[:MOST_NAMES]
