"""What is offered to somebody who is typing in the search field: topics, authors and titles, as links."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

import numpy as np

from authors.models import Author
from publications.listed import Live
from publications.models import Report
from publications.searching import engine, keeping
from publications.searching.asked import MOST_WORDS
from publications.searching.names import names_holding
from text.keys import name_key
from text.terms import parts_of, words, words_of_key
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
    keys = titled(asked, live)
    rows = Report.objects.live().only("title", "slug", "language", "date").order_by().in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def titled(asked: Sequence[str], live: Live) -> list[int]:
    """The keys of the best few by the engine's own measure; of equal ones the newest."""
    parts = [part for word in asked for part in parts_of(word)]
    keys, scores = engine.titled(keeping.current(live), parts[:-1], parts[-1])
    numbers, scores = live.numbers(keys, scores)
    best = numbers[np.lexsort((numbers, -np.round(scores, 3)))][:MOST_TITLES]
    return live.picture.keys[best].tolist()


def authors(asked: Sequence[str], live: Live) -> list[Author]:
    return called(Author.objects.all(), "other_names", asked, lambda: live.by_author)


def topics(asked: Sequence[str], live: Live) -> list[Topic]:
    return called(Topic.objects.shown().offered(), "synonyms", asked, lambda: live.by_topic)


def called(rows, others: str, asked: Sequence[str], counted: Callable[[], Mapping[int, int]]) -> list:
    """The few with most live reports of those that are called so, or by another of their names; no more than name and
    slug is known of them. `counted()`: {key: live reports}, asked for if there is anybody to count for."""
    names = names_holding(rows, others, asked, "slug", "name", all_of=True).order_by("name_key")[:MOST_LOOKED_AT]
    found = [(key, slug, name) for key, one, slug, name in names if is_called(one, asked)]
    known = {key: (slug, name) for key, slug, name in found if slug}
    # Who bears the other names is asked only where there are any.
    if more := {key for key, _, _ in found} - set(known):
        known |= {key: names for key, *names in rows.filter(pk__in=more).values_list("pk", "slug", "name")}
    if not known:
        return []
    counts = counted()
    least = min(nlargest(MOST_NAMES, (counts[key] for key in known if key in counts)), default=0)
    ordered = sorted(
        (-counts[key], name_key(name), key, slug, name)
        for key, (slug, name) in known.items()
        if counts.get(key, -1) >= least
    )
    return [rows.model(pk=key, slug=slug, name=name) for _, _, key, slug, name in ordered[:MOST_NAMES]]


def is_called(key: str, asked: Sequence[str]) -> bool:
    """Whether the name with this key holds every word but the last, and a word that begins with that."""
    held = words_of_key(key)
    return any(word.startswith(asked[-1]) for word in held) and all(word in held for word in asked[:-1])
