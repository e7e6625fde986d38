"""What is considered beside every report, a few hundred reports at a time."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from publications.related.facts import Facts
from publications.related.groups import Groups, Pairs
from publications.related.lists import begins, best, distinct, places, spread
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
from publications.related.sharing import IN_HAND, Sharing
from publications.related.weights import TermWeights, Weights

# So many texts are read at a time.
CHUNK = 2048
# The product of two vectors has no more bits.
PRODUCT_BITS = 31
SIEVE = (1 << 16) - 1


class Beside(NamedTuple):
    """Of a few reports, by number: all that is considered beside each, one report after another, each in the order that
    breaks ties; where each one's begins; and the ranks of the last that topics, and terms, have found, where there are
    more."""

    numbers: np.ndarray
    considered: np.ndarray
    # The numbers of those that are considered.
    others: np.ndarray
    first: np.ndarray
    topic_floors: np.ndarray
    term_floors: np.ndarray


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
        self.bits = max(len(of.keys), 1).bit_length()
        self.file_barred(barred)
        topic_keys, topics = np.unique(of.topics, return_inverse=True)
        rarity = np.array([weights.rarity(key) for key in topic_keys.tolist()], np.int64)
        carried = np.concatenate([[0], np.cumsum(rarity[topics])])
        self.own = carried[of.first_topic[1:]] - carried[of.first_topic[:-1]]
        self.sharing = Sharing(of, topics, rarity)
        self.groups = Groups(self.sharing)
        self.read_terms(read)

    def file_barred(self, barred) -> None:
        """As sorted codes of pairs; and of how many each report is kept away."""
        numbers = self.facts.numbers(np.array(sorted(barred), np.int64))
        codes = [np.zeros(0, np.int64)]
        for number in numbers.tolist():
            others = self.facts.numbers(np.array(sorted(barred[int(self.facts.keys[number])]), np.int64))
            codes.append(number << self.bits | others)
        self.barred = np.sort(np.concatenate(codes))
        self.depths = self.depth + np.bincount(self.barred >> self.bits, minlength=len(self.facts.keys))

    def read_terms(self, read) -> None:
        of, none = self.facts, TermWeights()
        size = len(of.keys)
        weights = [self.weights.terms.get(language, none) for language in of.languages]
        self.known = distinct(np.concatenate([np.zeros(0, np.uint32), *(one.keys for one in weights)]))
        # A number that is no term's fills the rows up.
        self.terms = np.full((size, TERMS), len(self.known), np.int32)
        self.strengths = np.zeros((size, TERMS), np.uint16)
        self.heads = np.full((size, HEAD), len(self.known), np.int32)
        self.head_strengths = np.zeros((size, HEAD), np.uint16)
        for code, one in enumerate(weights):
            known = np.searchsorted(self.known, one.keys).astype(np.int32)
            numbers = np.flatnonzero(of.tags == code)
            for start in range(0, len(numbers), CHUNK):
                some = numbers[start : start + CHUNK]
                self.file(some, vectors(read(of.keys[some]), one), known)
        self.file_users()
        # Set to the strengths of the report in hand, and back to 0.
        self.dense, self.sieve = np.zeros(len(self.known) + 1, np.int32), np.zeros(SIEVE + 1, bool)
        self.last_bits = (self.terms & SIEVE).astype(np.uint16)

    def file(self, numbers: np.ndarray, made: Vectors, known: np.ndarray) -> None:
        rows, columns = np.nonzero(made.weights)
        self.terms[numbers[rows], columns] = known[made.terms[rows, columns]]
        self.strengths[numbers] = made.weights
        rows, columns = np.nonzero(made.heads & (made.weights > 0))
        place = places(rows)
        self.heads[numbers[rows], place] = known[made.terms[rows, columns]]
        self.head_strengths[numbers[rows], place] = made.weights[rows, columns]

    def file_users(self) -> None:
        """By term, who looks by it for candidates."""
        at = np.flatnonzero(self.head_strengths.ravel())
        terms, bits = self.heads.ravel()[at].astype(np.int64), max(self.heads.size, 1).bit_length()
        codes = terms << bits | at
        codes.sort()
        terms, at = codes >> bits, codes & ((1 << bits) - 1)
        self.users, self.user_strengths = (at // HEAD).astype(np.int32), self.head_strengths.ravel()[at]
        self.first_user = np.searchsorted(terms, np.arange(len(self.known) + 1)).astype(np.int32)

    def considered(self) -> Iterator[Beside]:
        size = len(self.facts.keys)
        for start in range(0, size, IN_HAND):
            yield self.beside(np.arange(start, min(start + IN_HAND, size)))

    def beside(self, numbers: np.ndarray) -> Beside:
        self.sharing.take(numbers)
        # One more, to know whether there are more.
        found = self.groups.best(numbers, int(self.depths[numbers].max()) + 1)
        by_topics, _, topic_floors = self.down_to_depth(numbers, found, found.shared)
        by_terms, products, term_floors = self.down_to_depth(numbers, *self.found_by_terms(numbers))
        codes = self.codes(by_topics), self.codes(by_terms)
        both = distinct(np.concatenate(codes))
        rows, others = self.parts(both)
        first = np.searchsorted(rows, np.arange(len(numbers) + 1))
        made = np.zeros(len(both), CONSIDERED)
        made["report"], made["day"] = self.facts.keys[others], self.facts.days[others]
        made["says"] = self.products(numbers, others, first)
        made["how"] = OTHER_LANGUAGE * (self.facts.tags[others] != self.facts.tags[numbers[rows]])
        where = [np.searchsorted(both, code) for code in codes]
        made["head"][where[1]] = products
        for pairs, place, how in [(by_topics, where[0], BY_TOPICS), (by_terms, where[1], BY_TERMS)]:
            made["shared"][place] = pairs.shared
            made["how"][place] |= how
        return Beside(numbers, made, others, first, topic_floors, term_floors)

    def codes(self, pairs: Pairs) -> np.ndarray:
        return pairs.rows << self.bits | pairs.others

    def parts(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return codes >> self.bits, codes & ((1 << self.bits) - 1)

    def down_to_depth(self, numbers, pairs: Pairs, value: np.ndarray) -> tuple[Pairs, np.ndarray, np.ndarray]:
        """Of these, which stand in the order of numbers, the best of each report by value and nearness, their values,
        and the rank of the last of each report where there are more. Who is barred is none of them."""
        if len(self.barred):
            may = ~np.isin(numbers[pairs.rows] << self.bits | pairs.others, self.barred)
            pairs, value = Pairs(*(column[may] for column in pairs)), value[may]
        mine = numbers[pairs.rows]
        near = nearness(self.facts.days[pairs.others] - self.facts.days[mine])
        ranks = near * value - BEHIND * (self.facts.tags[pairs.others] != self.facts.tags[mine])
        kept, last, counts = best(self.depth, pairs.rows, ranks, len(numbers))
        floors = np.where(counts > self.depth, last, NO_FLOOR)
        return Pairs(*(column[kept] for column in pairs)), value[kept], floors

    def found_by_terms(self, numbers: np.ndarray) -> tuple[Pairs, np.ndarray]:
        """Who shares terms that look for candidates, and a topic; and the products over those terms."""
        rows, columns = np.nonzero(self.head_strengths[numbers])
        terms, strengths = self.heads[numbers][rows, columns], self.head_strengths[numbers][rows, columns]
        starts = self.first_user[terms]
        owners, at = spread(starts, self.first_user[terms + 1] - starts)
        products = self.user_strengths[at].astype(np.int64) * strengths[owners]
        codes = (rows[owners] << self.bits | self.users[at]) << PRODUCT_BITS | products
        codes.sort()
        pairs, products = codes >> PRODUCT_BITS, codes & ((1 << PRODUCT_BITS) - 1)
        first = begins(pairs)
        mine, others = self.parts(pairs[first])
        products = np.add.reduceat(products, first) if len(first) else products
        shared = self.sharing.weights(mine, others)
        may = (shared > 0) & (others != numbers[mine])
        return Pairs(mine[may], others[may], shared[may]), products[may]

    def products(self, numbers: np.ndarray, others: np.ndarray, first: np.ndarray) -> np.ndarray:
        """The dot products of the vector of each report and those of the others that stand at its place in `first`."""
        found = np.zeros(len(others), np.int64)
        for number, start, end in zip(numbers.tolist(), first[:-1].tolist(), first[1:].tolist(), strict=True):
            mine, strengths, some = self.terms[number], self.strengths[number], others[start:end]
            # Most are no terms of ours; a small table that has all that are is looked up several times as fast.
            self.sieve[mine & SIEVE] = strengths > 0
            at = np.flatnonzero(self.sieve.take(self.last_bits.take(some, 0)))
            self.sieve[mine & SIEVE] = False
            self.dense[mine] = strengths
            owners, columns = at // TERMS, at % TERMS
            theirs = some[owners], columns
            products = self.dense.take(self.terms[theirs]) * self.strengths[theirs]
            self.dense[mine] = 0
            found[start:end] = np.bincount(owners, products, end - start)
        return found
