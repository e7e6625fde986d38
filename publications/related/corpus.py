"""Every live or scheduled report as arrays, and from them what is considered beside each.

Reports are numbered in the order that breaks ties: newer date first, then slug by code point.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from publications.related.groups import Groups
from publications.related.scoring import (
    BEHIND,
    BY_TERMS,
    BY_TOPICS,
    CONSIDERED,
    HEAD,
    NO_FLOOR,
    OTHER_LANGUAGE,
    TERMS,
    Vectors,
    nearness,
    vectors,
)
from publications.related.weights import TermWeights, Weights

# So many reports at a time.
CHUNK = 2048


@dataclass(frozen=True)
class Facts:
    """One place a report, in the order that breaks ties; `tags` are the codes of `languages`."""

    keys: np.ndarray
    days: np.ndarray
    tags: np.ndarray
    is_live: np.ndarray
    languages: list[str]
    # The keys of the topics of a report: topics[first_topic[number] : first_topic[number + 1]].
    topics: np.ndarray
    first_topic: np.ndarray

    def topics_of(self, number: int) -> np.ndarray:
        return self.topics[self.first_topic[number] : self.first_topic[number + 1]]

    def numbers(self, keys: np.ndarray) -> np.ndarray:
        """The numbers of those of these reports that are here."""
        by_key = np.argsort(self.keys)
        places = np.searchsorted(self.keys, keys, sorter=by_key)
        there = places < len(self.keys)
        found = by_key[places[there]]
        return found[self.keys[found] == np.asarray(keys)[there]]


def facts(keys, slugs: list[str], days, languages: list[str], is_live, carried: tuple[np.ndarray, np.ndarray]) -> Facts:
    """From columns in any one order; `carried`: of each topic of each report the report's key and the topic's, those
    of other reports among them."""
    keys, days = np.asarray(keys, np.int64), np.asarray(days, np.int64)
    by_slug = np.empty(len(keys), np.int64)
    by_slug[sorted(range(len(keys)), key=slugs.__getitem__)] = np.arange(len(keys))
    order = np.lexsort((by_slug, -days))
    known = sorted(set(languages))
    code = {language: number for number, language in enumerate(known)}
    tags = np.array([code[language] for language in languages], np.int64)
    topics, first_topic = in_order_of(keys[order], *carried)
    is_live = np.asarray(is_live, bool)
    return Facts(keys[order], days[order], tags[order], is_live[order], known, topics, first_topic)


def in_order_of(keys: np.ndarray, owners: np.ndarray, topics: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    by_key = np.argsort(keys)
    places = np.minimum(np.searchsorted(keys, owners, sorter=by_key), max(len(keys) - 1, 0))
    numbers = by_key[places] if len(keys) else places
    here = keys[numbers] == owners if len(keys) else np.zeros(len(owners), bool)
    numbers, topics = numbers[here], topics[here]
    order = np.lexsort((topics, numbers))
    return topics[order], np.searchsorted(numbers[order], np.arange(len(keys) + 1))


class Corpus:
    """`read`: gives the terms of reports, in order, by their keys. `barred`: {report: who may not stand beside it}."""

    def __init__(
        self,
        of: Facts,
        weights: Weights,
        read: Callable[[np.ndarray], list[bytes]],
        barred: Mapping[int, set[int]],
        depth: int,
    ):
        self.facts, self.weights, self.depth = of, weights, depth
        self.barred = {
            int(number): of.numbers(np.array(sorted(barred[key]), np.int64))
            for number, key in enumerate(of.keys.tolist())
            if key in barred
        }
        self.topic_keys, self.topics = np.unique(of.topics, return_inverse=True)
        self.rarity = np.array([weights.rarity(key) for key in self.topic_keys.tolist()], np.int64)
        carried = np.concatenate([[0], np.cumsum(self.rarity[self.topics])])
        self.own = carried[of.first_topic[1:]] - carried[of.first_topic[:-1]]
        self.groups = Groups(of, self.topics, self.rarity)
        self.read_terms(read)
        self.found, self.owner = np.zeros(len(of.keys), np.int64), np.zeros(len(of.keys), np.int64)
        # 0 for the topics that the report in hand does not carry; set while it is.
        self.mine = np.zeros(len(self.rarity), np.int64)

    def read_terms(self, read) -> None:
        of, none = self.facts, TermWeights()
        size = len(of.keys)
        self.known = np.unique(
            np.concatenate([np.zeros(0, np.uint32), *(one.keys for one in self.weights.terms.values())])
        )
        # A number that is no term's fills the rows up.
        self.terms = np.full((size, TERMS), len(self.known), np.int32)
        self.strengths = np.zeros((size, TERMS), np.uint16)
        self.heads = np.full((size, HEAD), len(self.known), np.int32)
        self.head_strengths = np.zeros((size, HEAD), np.uint16)
        for code, language in enumerate(of.languages):
            numbers = np.flatnonzero(of.tags == code)
            for start in range(0, len(numbers), CHUNK):
                some = numbers[start : start + CHUNK]
                self.file(some, vectors(read(of.keys[some]), self.weights.terms.get(language, none)))
        # Set to the strengths of the report in hand, and back to 0.
        self.dense = np.zeros(len(self.known) + 1, np.int32)
        users = np.repeat(np.arange(size, dtype=np.int32), HEAD)
        terms, strengths = self.heads.ravel(), self.head_strengths.ravel()
        by_term = np.argsort(terms, kind="stable")[: np.count_nonzero(strengths)]
        self.users, self.user_strengths = users[by_term], strengths[by_term]
        self.first_user = np.searchsorted(terms[by_term], np.arange(len(self.known) + 1)).astype(np.int32)

    def file(self, numbers: np.ndarray, made: Vectors) -> None:
        used = made.weights > 0
        terms = np.full(made.keys.shape, len(self.known), np.int32)
        terms[used] = np.searchsorted(self.known, made.keys[used])
        self.terms[numbers], self.strengths[numbers] = terms, made.weights
        rows, columns = np.nonzero(made.heads & used)
        places = np.arange(len(rows)) - np.searchsorted(rows, np.arange(len(numbers)))[rows]
        self.heads[numbers[rows], places] = terms[rows, columns]
        self.head_strengths[numbers[rows], places] = made.weights[rows, columns]

    def considered(self) -> Iterator[tuple[int, np.ndarray, int, int]]:
        """Of every report its number; its candidates, in the order that breaks ties; and the ranks of the last that
        topics, and terms, have found, where there are more."""
        for start in range(0, len(self.facts.keys), CHUNK):
            numbers = np.arange(start, min(start + CHUNK, len(self.facts.keys)))
            depths = self.depth + np.array([len(self.barred.get(number, ())) for number in numbers.tolist()])
            best, shared = self.groups.best(numbers, int(depths.max()) + 1)
            for row, number in enumerate(numbers.tolist()):
                taken = shared[row] > 0
                yield number, *self.beside(number, best[row][taken], shared[row][taken])

    def beside(self, number: int, by_topics: np.ndarray, shared: np.ndarray) -> tuple[np.ndarray, int, int]:
        mine = self.facts.topics_of(number)
        if not len(mine):
            return np.zeros(0, CONSIDERED), NO_FLOOR, NO_FLOOR
        carried = self.topics[self.facts.first_topic[number] : self.facts.first_topic[number + 1]]
        self.mine[carried] = self.rarity[carried]
        by_topics, floor, by_terms, head_floor = (
            *self.down_to(number, by_topics, shared),
            *self.down_to(number, *self.found_by_terms(number)),
        )
        both = np.union1d(by_topics, by_terms)
        made = np.zeros(len(both), CONSIDERED)
        made["report"], made["day"] = self.facts.keys[both], self.facts.days[both]
        made["shared"], made["says"] = self.shared(both), self.products(number, both)
        made["how"] |= BY_TOPICS * np.isin(both, by_topics).astype(np.uint8)
        made["how"] |= BY_TERMS * np.isin(both, by_terms).astype(np.uint8)
        made["how"] |= OTHER_LANGUAGE * (self.facts.tags[both] != self.facts.tags[number]).astype(np.uint8)
        found = made["how"] & BY_TERMS > 0
        made["head"][found] = self.found[both[found]]
        self.found[self.touched] = 0
        self.mine[carried] = 0
        return made, floor, head_floor

    def down_to(self, number: int, others: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, int]:
        """The best `depth` of these, by value and nearness, and the rank of the last if there are more."""
        if number in self.barred:
            may = ~np.isin(others, self.barred[number])
            others, value = others[may], value[may]
        near = nearness(self.facts.days[others] - self.facts.days[number])
        ranks = near * value - BEHIND * (self.facts.tags[others] != self.facts.tags[number])
        order = np.lexsort((others, -ranks))[: self.depth]
        more = len(others) > self.depth
        return others[order], int(ranks[order[-1]]) if more else NO_FLOOR

    def found_by_terms(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Who shares terms that look for candidates, and a topic: numbers, and the products over those terms."""
        terms = self.heads[number]
        slices = [slice(self.first_user[term], self.first_user[term + 1]) for term in terms if term < len(self.known)]
        for users, strength in zip(slices, self.head_strengths[number].tolist(), strict=False):
            # Nobody uses a term twice.
            self.found[self.users[users]] += self.user_strengths[users].astype(np.int64) * strength
        others = np.concatenate([np.zeros(0, np.int32), *(self.users[users] for users in slices)])
        self.owner[others] = np.arange(len(others))
        others = others[self.owner[others] == np.arange(len(others))]
        self.touched = others
        others = others[others != number]
        others = others[self.shared(others) > 0]
        return others, self.found[others]

    def shared(self, others: np.ndarray) -> np.ndarray:
        """The rarities of the topics that each of these shares with the report in hand: 0 where it shares none."""
        first, last = self.facts.first_topic[others], self.facts.first_topic[others + 1]
        lengths = last - first
        if not lengths.sum():
            return np.zeros(len(others), np.int64)
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1]) + np.repeat(first - (ends - lengths), lengths)
        sums = np.concatenate([[0], np.cumsum(self.mine[self.topics[places]])])
        return sums[ends] - sums[ends - lengths]

    def products(self, number: int, others: np.ndarray) -> np.ndarray:
        """The dot products of its vector and theirs."""
        self.dense[self.terms[number]] = self.strengths[number]
        found = np.einsum("ij,ij->i", self.dense[self.terms[others]], self.strengths[others], dtype=np.int64)
        self.dense[self.terms[number]] = 0
        return found
