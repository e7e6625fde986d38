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


@dataclass(frozen=True, slots=True, eq=False)
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


# Where a candidate stands in a report's order, the best first: whether it is in another language, its score and its
# day made negative, its slug. Slugs differ, so no two are equal.
Place = tuple[bool, float, int, str]


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
        self.carriers: dict[int, set[Candidate]] = defaultdict(set)
        for candidate in self.reports.values():
            for topic in candidate.topics:
                self.carriers[topic].add(candidate)

    def sharing_with(self, report: Candidate) -> set[Candidate]:
        """All others that share a topic with this report."""
        return set().union(*(self.carriers[topic] for topic in report.topics)) - {report}

    def barred_from(self, report: Candidate) -> Collection[int]:
        return self.barred.get(report.pk, ())


def place(report: Candidate, other: Candidate, score: float) -> Place:
    return (other.language != report.language, -score, -other.day, other.slug)


def stage_one(corpus: Corpus, weights: Weights, report: Candidate) -> Iterator[tuple[Candidate, float]]:
    """All others that share a topic with this report, each with its score, which is the same seen from either side."""
    sums = {}
    for other in corpus.sharing_with(report):
        shared = report.topics & other.topics
        if shared not in sums:
            sums[shared] = fsum(map(weights.rarity, shared))
        yield other, round(nearness(abs(report.day - other.day)) * sums[shared], DECIMALS)


def kept(corpus: Corpus, weights: Weights, pk: int) -> list[Kept]:
    """The entries to keep beside this report: its order, down to the sixth that is live."""
    report = corpus.reports[pk]
    barred = corpus.barred_from(report)
    scored = stage_one(corpus, weights, report)
    ahead = [(place(report, other, score), other, score) for other, score in scored if other.pk not in barred]
    heapify(ahead)
    entries, live = [], 0
    while ahead and live < corpus.places:
        _, other, score = heappop(ahead)
        entries.append(Kept(other.pk, score))
        live += other.is_live
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
        it = corpus.reports[pk]
        for report, score in stage_one(corpus, weights, it):
            if report.pk not in found and would_enter(corpus, it, report, score, standing.get(report.pk, ())):
                found.add(report.pk)
    return found


def would_enter(corpus: Corpus, it: Candidate, report: Candidate, score: float, standing: Sequence[Kept]) -> bool:
    """Whether it belongs among the entries that stand beside the report, none of which has changed itself."""
    if it.pk in corpus.barred_from(report):
        return False
    if sum(corpus.reports[entry.related].is_live for entry in standing) < corpus.places:
        return True
    last = standing[-1]
    return place(report, it, score) < place(report, corpus.reports[last.related], last.score)
