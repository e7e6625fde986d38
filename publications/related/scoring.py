"""The order beside a report. Scores are whole numbers, so that they compare alike on every machine.

Two pools hold its candidates: those that share the heaviest topics with it, and, among all that share a topic, those
that use its strongest terms; both weighed by nearness in time. Its *order* is that of the candidates, by topics, words
and time together. Its *kept* entries are the head of that order, down to the sixth that is live: time alone makes more
of them live and none fewer, so what a reader may see is always among them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import NamedTuple

import numpy as np

from publications.related.terms import unpacked
from publications.related.weights import PARTS, TermWeights, Weights

PLACES = 6
POOL = 50
# The terms that a report is known by, and those of them that look for candidates.
TERMS, HEAD = 160, 16
# What more live reports use looks for nobody: the cost of a report stays bounded.
HEAD_AT_MOST = 2000
# What a cosine of 1 is worth beside all of a report's topics.
TEXT = 16
# The length of a vector of terms.
UNIT = 1 << 15
# Scores are compared to nine decimals.
DECIMALS = 10**9
# Nearness is 1 on the same day and falls towards FAR.
FAR, DAYS = 0.4, 365
NEARNESS = np.array([FAR + (1 - FAR) * exp(-days / DAYS) for days in range(16_384)])
# Added to the score of what is in another language, to come after all others.
BEHIND = 1 << 50


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """What must be known of a live or scheduled report to put it beside others; `day` and `language` as made below,
    `terms` as `count_terms` packs them."""

    pk: int
    slug: str
    language: str
    day: int
    topics: frozenset[int]
    is_live: bool
    terms: bytes = b""


class Kept(NamedTuple):
    """An entry as it is stored beside a report, in the report's order."""

    related: int
    score: float


class Vector(NamedTuple):
    """The strongest terms, the strongest first, as a vector of the length UNIT; `frequencies` as they were weighed."""

    keys: np.ndarray
    weights: np.ndarray
    frequencies: np.ndarray


def day_of(shown: date, precision: str) -> int:
    """The day that counts, as an ordinal: of a date known by month or year, its first."""
    if precision == "year":
        return shown.replace(month=1, day=1).toordinal()
    return shown.replace(day=1).toordinal() if precision == "month" else shown.toordinal()


def language_of(tag: str) -> str:
    """The language itself: who reads `pt-BR` reads `pt-PT`, so region and script set no report behind another."""
    return tag.partition("-")[0].lower()


def nearness(days: np.ndarray) -> np.ndarray:
    return NEARNESS[np.minimum(days, len(NEARNESS) - 1)]


def vector(terms: bytes, weights: TermWeights) -> Vector:
    """tf-idf: `(1 + ln tf) * (1 + ln((1 + N) / (1 + df)))`, cut to the strongest and made unit length."""
    rows = unpacked(terms)
    frequencies = weights.frequencies(rows["key"])
    told = frequencies > 0
    keys, counts, frequencies = rows["key"][told], rows["count"][told], frequencies[told]
    idf = 1 + np.log((1 + weights.live_reports) / (1 + frequencies))
    strength = np.rint((1 + np.log(counts)) * idf * 65_536).astype(np.int64)
    strongest = np.lexsort((keys, -strength))[:TERMS]
    strength = strength[strongest]
    length = np.sqrt(np.sum(strength * strength)) or 1
    return Vector(keys[strongest], np.rint(strength / length * UNIT).astype(np.int64), frequencies[strongest])


class Corpus:
    """Every live or scheduled report, under weights. `barred`: {report: those that may not stand beside it}."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        barred: Mapping[int, Collection[int]],
        weights: Weights,
        places: int = PLACES,
        pool: int = POOL,
    ):
        self.candidates = list(candidates)
        self.index = {candidate.pk: number for number, candidate in enumerate(self.candidates)}
        self.barred, self.weights, self.places, self.pool = barred, weights, places, pool
        self.day = np.array([one.day for one in self.candidates], np.int64)
        languages = {}
        self.language = np.array([languages.setdefault(one.language, len(languages)) for one in self.candidates])
        self.slug = np.empty(len(self.candidates), np.int64)
        self.slug[sorted(range(len(self.candidates)), key=lambda number: self.candidates[number].slug)] = np.arange(
            len(self.candidates)
        )
        self.file_topics()
        self.file_terms()

    def file_topics(self):
        carriers = defaultdict(list)
        for number, candidate in enumerate(self.candidates):
            for topic in candidate.topics:
                carriers[topic].append(number)
        self.carriers = {topic: np.array(numbers) for topic, numbers in carriers.items()}
        self.rarity = {topic: self.weights.rarity(topic) for topic in carriers}

    def file_terms(self):
        """Each report's terms as numbers from 0, in rows of one length, and for each term who uses it."""
        size = len(self.candidates)
        none = TermWeights()
        vectors = [vector(one.terms, self.weights.terms.get(one.language, none)) for one in self.candidates]
        lengths = np.array([len(one.keys) for one in vectors], np.int64)
        known, terms = np.unique(
            np.concatenate([np.zeros(0, "<u4"), *(one.keys for one in vectors)]), return_inverse=True
        )
        weights = np.concatenate([np.zeros(0, np.int64), *(one.weights for one in vectors)])
        owners = np.repeat(np.arange(size), lengths)
        places = np.arange(len(terms)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        # A number that is no term's fills the rows up.
        self.terms = np.full((size, TERMS), len(known), np.int32)
        self.terms[owners, places] = terms
        self.term_weights = np.zeros((size, TERMS), np.int32)
        self.term_weights[owners, places] = weights
        self.dense = np.zeros(len(known) + 1, np.int64)
        by_term = np.argsort(terms, kind="stable")
        self.users, self.user_weights = owners[by_term], weights[by_term]
        self.first_user = np.searchsorted(terms[by_term], np.arange(len(known) + 1))
        self.heads = [head(one) for one in vectors]

    def kept(self, pk: int) -> list[Kept]:
        """The entries to keep beside this report: its order, down to the sixth that is live."""
        number = self.index[pk]
        sharing, shared = self.sharing_with(number)
        if not len(sharing):
            return []
        near = nearness(np.abs(self.day[sharing] - self.day[number]))
        by_topics = np.rint(near * shared * (DECIMALS / PARTS)).astype(np.int64)
        by_terms = np.rint(near * self.found_by_head(number)[sharing]).astype(np.int64)
        pool = np.union1d(
            self.best(number, sharing, by_topics, np.arange(len(sharing)))[: self.pool],
            self.best(number, sharing, by_terms, np.flatnonzero(by_terms))[: self.pool],
        )
        own = sum(self.rarity[topic] for topic in self.candidates[number].topics) or 1
        says = shared[pool] / own + self.products(number, sharing[pool]) * (TEXT / UNIT**2)
        scores = np.zeros(len(sharing), np.int64)
        scores[pool] = np.rint(near[pool] * says * DECIMALS).astype(np.int64)
        return self.down_to_the_last_place(sharing, scores, self.best(number, sharing, scores, pool))

    def sharing_with(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """All others that share a topic with this report and may stand beside it, and the rarities that they share."""
        candidate = self.candidates[number]
        if not candidate.topics:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        carriers = [self.carriers[topic] for topic in candidate.topics]
        rarities = np.repeat([self.rarity[topic] for topic in candidate.topics], [len(some) for some in carriers])
        sharing, which = np.unique(np.concatenate(carriers), return_inverse=True)
        shared = np.bincount(which, weights=rarities).astype(np.int64)
        away = [number, *(self.index[pk] for pk in self.barred.get(candidate.pk, ()) if pk in self.index)]
        may = ~np.isin(sharing, away)
        return sharing[may], shared[may]

    def found_by_head(self, number: int) -> np.ndarray:
        """For every report the sum of products over the terms by which this one looks for candidates."""
        found = np.zeros(len(self.candidates))
        for place in self.heads[number]:
            term = self.terms[number, place]
            users = slice(self.first_user[term], self.first_user[term + 1])
            # Nobody uses a term twice.
            found[self.users[users]] += self.user_weights[users] * self.term_weights[number, place]
        return found

    def products(self, number: int, others: np.ndarray) -> np.ndarray:
        """The dot products of its vector and theirs."""
        self.dense[self.terms[number]] = self.term_weights[number]
        found = np.sum(self.dense[self.terms[others]] * self.term_weights[others], axis=1)
        self.dense[self.terms[number]] = 0
        return found

    def best(self, number: int, sharing: np.ndarray, scores: np.ndarray, among: np.ndarray) -> np.ndarray:
        """`among`, places in `sharing`, the best first: same language, score, newer date, slug by code point."""
        others = sharing[among]
        ranked = scores[among] - BEHIND * (self.language[others] != self.language[number])
        return among[np.lexsort((self.slug[others], -self.day[others], -ranked))]

    def down_to_the_last_place(self, sharing, scores, order) -> list[Kept]:
        entries, live = [], 0
        for place in order:
            if live == self.places:
                break
            other = self.candidates[sharing[place]]
            entries.append(Kept(other.pk, int(scores[place]) / DECIMALS))
            live += other.is_live
        return entries


def head(of: Vector) -> np.ndarray:
    """The places of the strongest terms that not too many use."""
    return np.flatnonzero(of.frequencies <= HEAD_AT_MOST)[:HEAD]
