"""The reports that share most with each report, without looking at pairs.

Reports are grouped by the sets of topics that they carry, each group in the order of time. If *x* shares exactly the
set *S* with *r* and is not among the K of group(*S*) that stand nearest to *r* in time, K others share all of *S* too
and are ahead of it. So the best K are found among the K nearest of each of *r*'s own sets; and not even in all of
these: a group of more than K says how much the best K have at least, and what weighs less need not be looked at.

A report first met in the heaviest of its sets shares exactly that set, or is beaten by K others anyway.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from publications.related.lists import begins, best, distinct, in_order, spread
from publications.related.scoring import BEHIND, NEAREST, NEARNESS, nearness
from publications.related.sharing import Sharing

# A report with more topics than this, or with more sets of them that others carry too, is compared with those that
# share topics with it.
FEW, SETS = 32, 1023
# The sum of the rarities of so few topics has no more bits.
WEIGHT_BITS = 30
# So many pairs, about, are looked at in one go.
PAIRS = 1 << 21
FOR_EVER = 1 << 40


class Pairs(NamedTuple):
    """A report in hand, by its place there, with another one, and the rarities that both share. In order."""

    rows: np.ndarray
    others: np.ndarray
    shared: np.ndarray


class Carriers(NamedTuple):
    """Of topics who carries them: numbers[first[topic] : first[topic + 1]]."""

    numbers: np.ndarray
    first: np.ndarray


class Groups:
    """Where `in_time` is false, nearness in time does not count: newer ones come first."""

    def __init__(self, sharing: Sharing, in_time: bool = True):
        self.of, self.topics, self.rarity = sharing.of, sharing.topics, sharing.rarity
        self.sharing, self.in_time = sharing, in_time
        self.size = len(self.of.keys)
        self.bits = max(self.size, 1).bit_length()
        self.lengths = np.diff(self.of.first_topic)
        self.has_few = self.lengths <= FEW
        self.file_topics()
        self.file_sets()
        self.file_carriers()

    def file_topics(self) -> None:
        """Each report's topics, the rarest first, with what these and all that follow weigh together."""
        owners = np.repeat(np.arange(self.size, dtype=np.int32), self.lengths)
        order = np.lexsort((-self.rarity[self.topics], owners))
        self.by_rarity = self.topics[order].astype(np.int32)
        before = np.concatenate([[0], np.cumsum(self.rarity[self.by_rarity])])
        self.from_here_on = before[self.of.first_topic[1:]][owners] - before[:-1]

    def file_carriers(self) -> None:
        """Who carries a topic; and those of them that have too many."""
        owners = np.repeat(np.arange(self.size, dtype=np.int32), self.lengths)
        many = ~self.has_few[owners]
        self.carriers = carriers_of(owners, self.topics, len(self.rarity))
        self.broad = carriers_of(owners[many], self.topics[many], len(self.rarity))

    def file_sets(self) -> None:
        owners, sets, self.weight = self.grown()
        # Numbers stand in the order of time, the newest first.
        codes = sets.astype(np.int64) << self.bits | owners
        codes.sort()
        self.set_of = (codes >> self.bits).astype(np.int32)
        self.members = (codes & ((1 << self.bits) - 1)).astype(np.int32)
        self.first = np.searchsorted(self.set_of, np.arange(len(self.weight) + 1))
        if self.in_time:
            self.file_days()
        # Each report's places in its groups.
        members, entries = in_order(self.members)
        self.entries = entries.astype(np.int32)
        self.first_entry = np.searchsorted(members, np.arange(self.size + 1))

    def file_days(self) -> None:
        days = self.of.days[self.members]
        first = begins(self.set_of, days)
        # Where those of the same day begin.
        self.block = np.repeat(first, np.diff(np.append(first, len(days)))).astype(np.int32)
        # The same, the oldest first; within a day as before.
        self.oldest_first = self.members[np.lexsort((self.members, days, self.set_of))]

    def grown(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The sets that two reports of one language carry: (report, set) in two columns, and what each set weighs.
        They grow by one topic at a time, the rarest first, and what one report alone carries is dropped; so is a report
        that has too many."""
        flat, ends = self.rarest_first()
        owners = np.repeat(np.arange(self.size, dtype=np.int32), ends - np.concatenate([[0], ends[:-1]]))
        bits = len(self.rarity).bit_length()
        places, sets = np.arange(len(flat)), self.of.tags[owners]
        weights, made, count = np.zeros(len(self.of.languages), np.int64), 0, np.zeros(self.size, np.int64)
        all_owners, all_sets, all_weights = [owners[:0]], [owners[:0]], [weights[:0]]
        while len(places):
            codes, order = in_order(sets << bits | flat[places])
            first = begins(codes)
            carriers = np.diff(np.append(first, len(codes)))
            kept, codes = carriers > 1, codes[first]
            weights = weights[codes[kept] >> bits] + self.rarity[codes[kept] & ((1 << bits) - 1)]
            # The new number of each set, in the order of places again; -1 where one report alone carries it.
            sets[order] = np.repeat(np.where(kept, np.cumsum(kept) - 1, -1), carriers)
            stays = sets >= 0
            places, sets = places[stays], sets[stays]
            all_owners.append(owners[places])
            all_sets.append((sets + made).astype(np.int32))
            all_weights.append(weights)
            made, count = made + len(weights), count + np.bincount(owners[places], minlength=self.size)
            self.has_few &= count <= SETS
            goes_on = self.has_few[owners[places]]
            places, sets = extended(places[goes_on], sets[goes_on], ends[owners[places[goes_on]]])
        all_owners, all_sets = np.concatenate(all_owners), np.concatenate(all_sets)
        few = self.has_few[all_owners]
        return all_owners[few], all_sets[few], np.concatenate(all_weights)

    def rarest_first(self) -> tuple[np.ndarray, np.ndarray]:
        """The topics of the reports that have few, without those that nobody else carries; where each one's end."""
        owners = np.repeat(np.arange(self.size), self.lengths)
        shared = np.bincount(self.topics, minlength=len(self.rarity)) > 1
        may = self.has_few[owners] & shared[self.by_rarity]
        owners, topics = owners[may], self.by_rarity[may]
        return topics, np.searchsorted(owners, np.arange(self.size), side="right")

    # The best

    def best(self, numbers: np.ndarray, depth: int) -> Pairs:
        """All that can be among the `depth` best of these reports, which are in hand; by what is shared times nearness,
        those of another language behind."""
        found = self.from_sets(numbers, depth)
        by_sets = self.has_few[numbers]
        if len(self.of.languages) > 1:
            by_sets &= np.bincount(found.rows, minlength=len(numbers)) >= depth
        found = Pairs(*(column[by_sets[found.rows]] for column in found))
        if len(self.broad.numbers):
            least = self.least(numbers, found, depth)
            found = self.joined(found, self.looked_at(numbers, np.flatnonzero(by_sets), least, self.broad, depth))
        rest = np.flatnonzero(~by_sets)
        if not len(rest):
            return found
        return self.joined(
            found, self.looked_at(numbers, rest, self.guessed(numbers, rest, depth), self.carriers, depth)
        )

    def ranks(self, numbers: np.ndarray, pairs: Pairs) -> np.ndarray:
        mine = numbers[pairs.rows]
        near = nearness(self.of.days[pairs.others] - self.of.days[mine]) if self.in_time else NEAREST
        return near * pairs.shared - BEHIND * (self.of.tags[pairs.others] != self.of.tags[mine])

    def least(self, numbers: np.ndarray, found: Pairs, depth: int) -> np.ndarray:
        """What the last of the best has at least: -1 where too few of the same language were found."""
        _, last, counts = best(depth, found.rows, self.ranks(numbers, found), len(numbers))
        return np.where(counts >= depth, np.maximum(last, -1), -1)

    def guessed(self, numbers, rows, depth: int) -> np.ndarray:
        """The same, from those that carry these reports' rarest topics."""
        owners, at = self.topics_of(numbers[rows])
        counts = np.diff(self.carriers.first)[self.by_rarity[at]]
        before = np.cumsum(counts) - counts
        some = before - before[np.searchsorted(owners, owners)] < 4 * depth
        return self.least(
            numbers,
            self.carrying(numbers, rows[owners[some]], self.by_rarity[at[some]], self.carriers),
            depth,
        )

    def looked_at(self, numbers, rows, least: np.ndarray, carriers: Carriers, depth: int) -> Pairs:
        """Of these rows all that can have so much: who shares nothing but the last of a report's topics, of which
        together weigh less, has not."""
        owners, at = self.topics_of(numbers[rows])
        may = self.from_here_on[at] * NEAREST >= least[rows[owners]]
        found = self.carrying(numbers, rows[owners[may]], self.by_rarity[at[may]], carriers)
        ranks = self.ranks(numbers, found)
        least = np.where(least < 0, -BEHIND, least)
        return Pairs(*(column[ranks >= least[found.rows]] for column in found))

    def topics_of(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(place among these numbers, place in by_rarity) of each of their topics."""
        return spread(self.of.first_topic[numbers], self.lengths[numbers])

    def carrying(self, numbers, rows, topics, carriers: Carriers) -> Pairs:
        """All of these carriers of one of these topics, each of which is looked for by a row."""
        starts, lengths = carriers.first[topics], carriers.first[topics + 1] - carriers.first[topics]
        made = [Pairs(*(np.zeros(0, np.int64),) * 3)]
        for piece in in_pieces(rows, lengths):
            pairs, at = spread(starts[piece], lengths[piece])
            codes = distinct(rows[piece][pairs] << self.bits | carriers.numbers[at])
            mine, others = codes >> self.bits, codes & ((1 << self.bits) - 1)
            is_other = others != numbers[mine]
            mine, others = mine[is_other], others[is_other]
            made.append(Pairs(mine, others, self.sharing.weights(mine, others)))
        return Pairs(*map(np.concatenate, zip(*made, strict=True)))

    def joined(self, one: Pairs, other: Pairs) -> Pairs:
        """Both in one, in order."""
        pairs = Pairs(*map(np.concatenate, zip(one, other, strict=True)))
        order = np.argsort(pairs.rows << self.bits | pairs.others)
        return Pairs(*(column[order] for column in pairs))

    # By sets

    def from_sets(self, numbers: np.ndarray, depth: int) -> Pairs:
        """Of the reports of the same language and with few topics all that can be among the best."""
        first, last = self.first_entry[numbers], self.first_entry[numbers + 1]
        rows, at = spread(first, last - first)
        entries = self.entries[at]
        weight = self.weight[self.set_of[entries]]
        least = np.full(len(numbers), -1)
        np.maximum.at(least, rows, self.surely(entries, weight, depth))
        goes_on = weight * NEAREST >= least[rows]
        rows, entries, weight = rows[goes_on], entries[goes_on], weight[goes_on]
        owners, others = self.nearest(entries, self.reach(weight, least[rows]), depth)
        codes = (rows[owners] << self.bits | others) << WEIGHT_BITS | weight[owners]
        codes.sort()
        pairs, shared = codes >> WEIGHT_BITS, codes & ((1 << WEIGHT_BITS) - 1)
        # The heaviest of the sets in which it was met comes last.
        is_last = np.append(pairs[1:] != pairs[:-1], True)[: len(pairs)]
        mine, others = pairs >> self.bits, pairs & ((1 << self.bits) - 1)
        kept = is_last & (others != numbers[mine])
        return Pairs(mine[kept], others[kept], shared[kept])

    def surely(self, entries, weight, depth: int) -> np.ndarray:
        """What `depth` others of the entry's group have at least; -1 where there are no more than these."""
        group = self.set_of[entries]
        first, last = self.first[group], self.first[group + 1]
        if not self.in_time:
            return np.where(last - first > depth, weight * NEAREST, -1)
        newest = np.clip(entries - depth // 2, first, np.maximum(last - 1 - depth, first))
        oldest = np.minimum(newest + depth, last - 1)
        day = self.of.days[self.members[entries]]
        away = np.maximum(self.of.days[self.members[newest]] - day, day - self.of.days[self.members[oldest]])
        return np.where(last - first > depth, weight * nearness(away), -1)

    def reach(self, weight, least) -> np.ndarray:
        """How many days away a report of that weight can be that has so much."""
        needed = -(-least // weight)
        days = np.searchsorted(-NEARNESS, -needed, side="right") - 1
        return np.where(needed <= NEARNESS[-1], FOR_EVER, days)

    def nearest(self, entries, reach, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """Of each entry's group those within reach, but no more than come first among equally heavy ones: (entry by its
        place here, number of a report)."""
        group = self.set_of[entries]
        first, last = self.first[group], self.first[group + 1]
        if not self.in_time:
            owners, at = spread(first, np.minimum(last - first, depth + 1))
            return owners, self.members[at]
        day, block = self.of.days[self.members[entries]], self.block[entries]
        newer = last - (block - first)
        ends = self.end_of_reach(self.members, block, np.minimum(last, block + depth + 1), day, reach)
        owners, at = spread(block, ends - block)
        ends = self.end_of_reach(self.oldest_first, newer, np.minimum(last, newer + depth), day, reach)
        newer_owners, newer_at = spread(newer, ends - newer)
        return (
            np.concatenate([owners, newer_owners]),
            np.concatenate([self.members[at], self.oldest_first[newer_at]]),
        )

    def end_of_reach(self, members, start, end, day, reach) -> np.ndarray:
        """The first of these places whose report is farther away; they stand in the order of nearness."""
        low, high = start.astype(np.int64), end.astype(np.int64)
        while np.any(is_open := low < high):
            middle = (low + high) // 2
            is_near = np.abs(self.of.days[members[np.minimum(middle, len(members) - 1)]] - day) <= reach
            low = np.where(is_open & is_near, middle + 1, low)
            high = np.where(is_open & ~is_near, middle, high)
        return low


def carriers_of(owners: np.ndarray, topics: np.ndarray, size: int) -> Carriers:
    by_topic = np.argsort(topics, kind="stable")
    return Carriers(owners[by_topic], np.searchsorted(topics[by_topic], np.arange(size + 1)))


def in_pieces(rows: np.ndarray, lengths: np.ndarray) -> Iterator[slice]:
    """Slices of whole rows, with about so many pairs each as fit into memory."""
    first = begins(rows)
    counts = np.add.reduceat(lengths, first).tolist() if len(rows) else []
    start = total = 0
    for begin, pairs in zip(first.tolist(), counts, strict=True):
        if total and total + pairs > PAIRS:
            yield slice(start, begin)
            start, total = begin, 0
        total += pairs
    if len(rows):
        yield slice(start, len(rows))


def extended(places: np.ndarray, sets: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each set with each of the topics after its last."""
    owners, found = spread(places + 1, ends - places - 1)
    return found, sets[owners]
