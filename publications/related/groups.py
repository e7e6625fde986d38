"""The reports that share most with each report, without looking at pairs.

Reports are grouped by the sets of topics that they carry, each group in the order of time. If *x* shares exactly the
set *S* with *r* and is not among the K of group(*S*) that stand nearest to *r* in time, K others share all of *S* too
and are ahead of it. So the best K are found among the K nearest of each of *r*'s own sets, visited from the heaviest
down, and the search ends where the next set weighs less than the K-th found. A report first met in a set shares exactly
that set, or is beaten by K others anyway.
"""

import numpy as np

from publications.related.scoring import BEHIND, NEAREST, nearness

# A report with more topics than this has too many sets: it is compared with all that share a topic with it.
FEW = 8


class Groups:
    """`of`: the Facts; `topics`: as there, by their places in `rarity`. Where `in_time` is false, nearness in time does
    not count: newer ones come first."""

    def __init__(self, of, topics: np.ndarray, rarity: np.ndarray, in_time: bool = True):
        self.of, self.topics, self.rarity, self.in_time = of, topics, rarity, in_time
        self.size = len(of.keys)
        self.lengths = np.diff(of.first_topic)
        self.has_few = self.lengths <= FEW
        self.file_carriers()
        self.file_sets()

    def file_carriers(self) -> None:
        """Who carries a topic; and those of them that have too many."""
        owners = np.repeat(np.arange(self.size), self.lengths)
        self.carriers = split(owners, self.topics, len(self.rarity))
        many = ~self.has_few[owners]
        self.broad_carriers = split(owners[many], self.topics[many], len(self.rarity)) if many.any() else None

    def file_sets(self) -> None:
        owners, sets, weight = self.grown()
        size = len(weight)
        # Numbers stand in the order of time, the newest first.
        codes = np.sort(sets.astype(np.int64) * self.size + owners)
        sets, self.members = (codes // max(self.size, 1)).astype(np.int32), (codes % max(self.size, 1)).astype(np.int32)
        self.set_of, self.weight = sets, weight
        self.first = np.searchsorted(sets, np.arange(size + 1)).astype(np.int64)
        days = self.of.days[self.members]
        place = np.arange(len(codes))
        begins = np.ones(len(codes), bool)
        begins[1:] = (sets[1:] != sets[:-1]) | (days[1:] != days[:-1])
        # Where those of the same day begin.
        self.block = np.maximum.accumulate(np.where(begins, place, 0))
        # The same, the oldest first; within a day as before.
        oldest = np.lexsort((self.members, days, sets)) if self.in_time else place
        self.oldest_first = self.members[oldest]
        # Each report's sets, the heaviest first.
        by_report = np.lexsort((-weight[sets], self.members))
        self.entries = by_report
        self.first_entry = np.searchsorted(self.members[by_report], np.arange(self.size + 1))

    def grown(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The sets that two reports of one language carry: (report, set) in two columns, and what each set weighs.
        They grow by one topic at a time, the rarest first, and what one report alone carries is dropped."""
        flat, ends = self.rarest_first()
        owners = np.repeat(np.arange(self.size), ends - np.concatenate([[0], ends[:-1]]))
        width = max(len(self.rarity), 1)
        places = np.arange(len(flat))
        sets = self.of.tags[owners] if self.size else owners
        weight_before = np.zeros(len(self.of.languages), np.int64)
        all_owners, all_sets, all_weights, made = [], [], [], 0
        while len(places):
            codes, inverse, count = np.unique(sets * width + flat[places], return_inverse=True, return_counts=True)
            kept = count > 1
            renumbered = np.cumsum(kept) - 1
            weights = (weight_before[codes // width] + self.rarity[codes % width])[kept]
            stays = kept[inverse]
            places, sets = places[stays], renumbered[inverse[stays]]
            all_owners.append(owners[places].astype(np.int32))
            all_sets.append((sets + made).astype(np.int32))
            all_weights.append(weights)
            made, weight_before = made + len(weights), weights
            places, sets = extended(places, sets, ends[owners[places]])
        none = np.zeros(0, np.int32)
        return (
            np.concatenate([none, *all_owners]),
            np.concatenate([none, *all_sets]),
            np.concatenate([np.zeros(0, np.int64), *all_weights]),
        )

    def rarest_first(self) -> tuple[np.ndarray, np.ndarray]:
        """The topics of the reports that have few, without those that nobody else carries; where each one's end."""
        owners = np.repeat(np.arange(self.size), self.lengths)
        shared = np.bincount(self.topics, minlength=len(self.rarity)) > 1
        may = self.has_few[owners] & shared[self.topics]
        owners, topics = owners[may], self.topics[may]
        order = np.lexsort((topics, -self.rarity[topics], owners))
        return topics[order], np.searchsorted(owners[order], np.arange(self.size), side="right")

    def best(self, numbers: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """For each of these reports `depth` others and what they share with it: 0 where there are no more."""
        best, ranks = self.from_sets(numbers, depth)
        near = nearness(self.of.days[np.minimum(best, self.size - 1)] - self.of.days[numbers][:, None])
        shared = np.where(ranks > 0, ranks // near if self.in_time else ranks // NEAREST, 0)
        for row in np.flatnonzero(self.is_incomplete(numbers, shared)):
            best[row], shared[row] = self.looked_at(int(numbers[row]), best[row], shared[row], depth)
        return best, shared

    def is_incomplete(self, numbers: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Whether others may belong there too: of another language, or with many topics."""
        if self.broad_carriers is not None:
            return self.lengths[numbers] > 0
        return (shared[:, -1] == 0) & (len(self.of.languages) > 1)

    def looked_at(self, number: int, best, shared, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """With all that share a topic, or those with many topics if the sets gave enough."""
        enough = self.has_few[number] and (shared[-1] > 0 or len(self.of.languages) == 1)
        others, weight = self.sharing(number, self.broad_carriers if enough else self.carriers)
        if enough:
            others, weight = np.concatenate([best[shared > 0], others]), np.concatenate([shared[shared > 0], weight])
        near = nearness(self.of.days[others] - self.of.days[number]) if self.in_time else NEAREST
        ranks = near * weight - BEHIND * (self.of.tags[others] != self.of.tags[number])
        order = np.lexsort((others, -ranks))[:depth]
        filled, sums = np.full(depth, self.size), np.zeros(depth, np.int64)
        filled[: len(order)], sums[: len(order)] = others[order], weight[order]
        return filled, sums

    def sharing(self, number: int, carriers) -> tuple[np.ndarray, np.ndarray]:
        """All of these carriers that share a topic with this report, and the rarities that they share."""
        topics = self.topics[self.of.first_topic[number] : self.of.first_topic[number + 1]].tolist()
        some = [carriers[topic] for topic in topics]
        others, which = np.unique(np.concatenate([np.zeros(0, np.int64), *some]), return_inverse=True)
        weights = np.repeat(self.rarity[topics], [len(one) for one in some])
        shared = np.bincount(which, weights, len(others)).astype(np.int64)
        return others[others != number], shared[others != number]

    def from_sets(self, numbers: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """The best of the own language, by what is shared times nearness: numbers and ranks, -1 where there is none."""
        best = np.full((len(numbers), depth), self.size, np.int64)
        ranks = np.full((len(numbers), depth), -1, np.int64)
        entry, end = self.first_entry[numbers].copy(), self.first_entry[numbers + 1]
        active = np.flatnonzero(entry < end)
        while len(active):
            entries = self.entries[entry[active]]
            weight = self.weight[self.set_of[entries]]
            goes_on = weight * NEAREST >= ranks[active, -1]
            active, entries, weight = active[goes_on], entries[goes_on], weight[goes_on]
            others = self.nearest(entries, depth)
            there = (others < self.size) & (others != numbers[active, None])
            others[~there] = self.size
            if self.in_time:
                days = self.of.days[np.minimum(others, self.size - 1)] - self.of.days[numbers[active], None]
                value = nearness(days) * weight[:, None]
            else:
                value = np.broadcast_to((weight * NEAREST)[:, None], others.shape)
            value = np.where(there, value, -1)
            best[active], ranks[active] = merged(best[active], ranks[active], others, value, self.size)
            entry[active] += 1
            active = active[entry[active] < end[active]]
        return best, ranks

    def nearest(self, entries: np.ndarray, depth: int) -> np.ndarray:
        """Of the group of each entry those that come first in the order of ties among the equally heavy: a row of
        numbers each, `size` where there are no more."""
        group = self.set_of[entries]
        first, last = self.first[group], self.first[group + 1]
        if not self.in_time:
            return self.window(self.members, first, last, depth + 1)
        block = self.block[entries]
        not_newer = self.window(self.members, block, last, depth + 1)
        newer = self.window(self.oldest_first, last - (block - first), last, depth)
        return np.concatenate([not_newer, newer], axis=1)

    def window(self, members, start, end, width: int) -> np.ndarray:
        places = start[:, None] + np.arange(width)
        there = places < end[:, None]
        return np.where(there, members[np.minimum(places, len(members) - 1)], self.size)


def split(owners: np.ndarray, topics: np.ndarray, size: int) -> list[np.ndarray]:
    by_topic = np.argsort(topics, kind="stable")
    return np.split(owners[by_topic], np.searchsorted(topics[by_topic], np.arange(1, size)))


def extended(places: np.ndarray, sets: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each set with each of the topics after its last."""
    more = ends - places - 1
    last = np.cumsum(more)
    within = np.arange(last[-1] if len(last) else 0) - np.repeat(last - more, more)
    return np.repeat(places + 1, more) + within, np.repeat(sets, more)


def merged(best, ranks, others, value, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The best of both, row by row. Who was there before stands there with what he had."""
    depth = best.shape[1]
    everyone, values = np.concatenate([best, others], axis=1), np.concatenate([ranks, value], axis=1)
    order = np.argsort(everyone, axis=1, kind="stable")
    everyone, values = np.take_along_axis(everyone, order, 1), np.take_along_axis(values, order, 1)
    again = everyone[:, 1:] == everyone[:, :-1]
    values[:, 1:][again] = -1
    order = np.argsort(-values, axis=1, kind="stable")[:, :depth]
    return np.take_along_axis(everyone, order, 1), np.take_along_axis(values, order, 1)
