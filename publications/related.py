"""Why is this report next to that one? The definition in figures: no database, no clock, no request.

A report's *order* is every live or scheduled report that shares a topic with it and may stand beside it, best first.
Its *kept* entries are the head of that order, down to the sixth that is live: time alone makes more of them live and
none fewer, so what a reader may see is always among them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import heapify, heappop
from math import exp, fsum, log
from typing import NamedTuple

PLACES = 6
# Nearness is 1 on the same day and falls towards FAR.
FAR = 0.4
DAYS = 365
DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Candidate:
    """What must be known of a live or scheduled report to put it beside others; `day` and `language` as made below."""

    pk: int
    slug: str
    language: str
    day: int
    topics: frozenset[int]
    is_live: bool


class Kept(NamedTuple):
    """An entry as it is stored beside a report, in the report's order."""

    related: int
    score: float


class Place(NamedTuple):
    """Where a candidate stands in a report's order: the best compares least. Slugs differ, so no two are equal."""

    in_another_language: bool
    minus_score: float
    minus_day: int
    slug: str
    pk: int


def day_of(shown: date, precision: str) -> int:
    """The day that counts, as an ordinal: of a date known by month or year, its first."""
    if precision == "year":
        return shown.replace(month=1, day=1).toordinal()
    return shown.replace(day=1).toordinal() if precision == "month" else shown.toordinal()


def language_of(tag: str) -> str:
    """The language itself: who reads `pt-BR` reads `pt-PT`, so region and script set no report behind another."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=50_000)
def nearness(days: int) -> float:
    return FAR + (1 - FAR) * exp(-days / DAYS)


@dataclass(frozen=True)
class Weights:
    """How many reports were live when they were weighed, and how many of them carried each topic."""

    live_reports: int
    topics: Mapping[int, int]

    def rarity(self, topic: int) -> float:
        return log((self.live_reports + 1) / max(self.topics.get(topic, 0), 1))


def weigh(candidates: Iterable[Candidate]) -> Weights:
    """The weights of this moment. What is scheduled has none."""
    live = [candidate for candidate in candidates if candidate.is_live]
    return Weights(len(live), Counter(topic for candidate in live for topic in candidate.topics))


class Corpus:
    """Every live or scheduled report. `barred` says which may not stand beside which: {report: those kept away}."""

    def __init__(self, candidates: Iterable[Candidate], barred: Mapping[int, Collection[int]], places: int = PLACES):
        self.reports = {candidate.pk: candidate for candidate in candidates}
        self.barred = barred
        self.places = places
        self.carriers: dict[int, set[int]] = defaultdict(set)
        for candidate in self.reports.values():
            for topic in candidate.topics:
                self.carriers[topic].add(candidate.pk)

    def sharing_with(self, pk: int) -> set[int]:
        """All others that share a topic with this report."""
        return set().union(*(self.carriers[topic] for topic in self.reports[pk].topics)) - {pk}

    def may_stand_beside(self, report: int, pk: int) -> bool:
        return pk not in self.barred.get(report, ())

    def place(self, report: int, pk: int, score: float) -> Place:
        beside, it = self.reports[report], self.reports[pk]
        return Place(beside.language != it.language, -score, -it.day, it.slug, pk)


def stage_one(corpus: Corpus, weights: Weights, pk: int) -> Iterator[tuple[int, float]]:
    """All others that share a topic with this report, each with its score, which is the same seen from either side."""
    report, sums = corpus.reports[pk], {}
    for other_pk in corpus.sharing_with(pk):
        other = corpus.reports[other_pk]
        shared = report.topics & other.topics
        if shared not in sums:
            sums[shared] = fsum(map(weights.rarity, shared))
        yield other_pk, round(nearness(abs(report.day - other.day)) * sums[shared], DECIMALS)


def kept(corpus: Corpus, weights: Weights, pk: int) -> list[Kept]:
    """The entries to keep beside this report: its order, down to the sixth that is live."""
    scored = stage_one(corpus, weights, pk)
    ahead = [corpus.place(pk, other, score) for other, score in scored if corpus.may_stand_beside(pk, other)]
    heapify(ahead)
    entries, live = [], 0
    while ahead and live < corpus.places:
        place = heappop(ahead)
        entries.append(Kept(place.pk, -place.minus_score))
        live += corpus.reports[place.pk].is_live
    return entries


def touched(
    corpus: Corpus, weights: Weights, changed: Collection[int], standing: Mapping[int, Sequence[Kept]]
) -> set[int]:
    """The reports whose kept entries a change of these can have changed while the weights stayed as they were.

    They themselves, those beside which they are `standing`, and those beside which they would stand now.
    """
    holders = {report for report, entries in standing.items() if any(entry.related in changed for entry in entries)}
    found = holders.union(changed).intersection(corpus.reports)
    for pk in corpus.reports.keys() & changed:
        for report, score in stage_one(corpus, weights, pk):
            if report not in found and would_enter(corpus, pk, report, score, standing.get(report, ())):
                found.add(report)
    return found


def would_enter(corpus: Corpus, pk: int, report: int, score: float, standing: Sequence[Kept]) -> bool:
    """Whether it belongs among the entries that stand beside the report, none of which has changed itself."""
    if not corpus.may_stand_beside(report, pk):
        return False
    if sum(corpus.reports[entry.related].is_live for entry in standing) < corpus.places:
        return True
    last = standing[-1]
    return corpus.place(report, pk, score) < corpus.place(report, last.related, last.score)
