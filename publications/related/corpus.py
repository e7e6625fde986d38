"""What is considered beside every report, a few hundred reports at a time."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from publications.related.facts import Facts
from publications.related.groups import Groups, Pairs
from publications.related.lists import begins, best, distinct, spread
from publications.related.scoring import BEHIND, BY_TERMS, BY_TOPICS, CONSIDERED, NO_FLOOR, OTHER_LANGUAGE, nearness
from publications.related.sharing import IN_HAND, Sharing
from publications.related.texts import Texts
from publications.related.weights import Weights

# The product of two vectors has no more bits.
PRODUCT_BITS = 31


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
        self.facts, self.depth = of, depth
        self.bits = max(len(of.keys), 1).bit_length()
        self.file_barred(barred)
        topic_keys, topics = np.unique(of.topics, return_inverse=True)
        rarity = np.array([weights.rarity(key) for key in topic_keys.tolist()], np.int64)
        carried = np.concatenate([[0], np.cumsum(rarity[topics])])
        self.own = carried[of.first_topic[1:]] - carried[of.first_topic[:-1]]
        self.sharing = Sharing(of, topics, rarity)
        self.groups = Groups(self.sharing)
        self.texts = Texts(of, weights.terms, read)

    def file_barred(self, barred) -> None:
        """As sorted codes of pairs; and of how many each report is kept away."""
        numbers = self.facts.numbers(np.array(sorted(barred), np.int64))
        codes = [np.zeros(0, np.int64)]
        for number in numbers.tolist():
            others = self.facts.numbers(np.array(sorted(barred[int(self.facts.keys[number])]), np.int64))
            codes.append(number << self.bits | others)
        self.barred = np.sort(np.concatenate(codes))
        self.depths = self.depth + np.bincount(self.barred >> self.bits, minlength=len(self.facts.keys))

    def considered(self, start: int, end: int) -> Iterator[Beside]:
        """Beside the reports of these numbers, those in hand at a time."""
        for first in range(start, end, IN_HAND):
            yield self.beside(np.arange(first, min(first + IN_HAND, end)))

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
        made["says"] = self.texts.products(numbers, others, first)
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
        texts = self.texts
        rows, terms, strengths = texts.heads(numbers)
        starts = texts.first_user[terms]
        owners, at = spread(starts, texts.first_user[terms + 1] - starts)
        products = texts.user_strengths[at].astype(np.int64) * strengths[owners]
        codes = (rows[owners] << self.bits | texts.users[at]) << PRODUCT_BITS | products
        codes.sort()
        pairs, products = codes >> PRODUCT_BITS, codes & ((1 << PRODUCT_BITS) - 1)
        first = begins(pairs)
        mine, others = self.parts(pairs[first])
        products = np.add.reduceat(products, first) if len(first) else products
        shared = self.sharing.weights(mine, others)
        may = (shared > 0) & (others != numbers[mine])
        return Pairs(mine[may], others[may], shared[may]), products[may]
