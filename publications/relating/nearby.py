"""Whoever a change of few reports comes near: what is considered beside them from now on."""

from collections.abc import Iterable, Mapping

import numpy as np

from publications.models import Candidates
from publications.related.lists import begins, best
from publications.related.scoring import BY_TERMS, BY_TOPICS, CONSIDERED, NO_FLOOR, OTHER_LANGUAGE, rank
from publications.relating.packing import TERM
from publications.relating.surroundings import Found, Known, Surroundings

BATCH = 500
WORTH = {BY_TOPICS: "shared", BY_TERMS: "head"}


class Nearby:
    """`keys`: of all who had one of these among what is considered beside them, or will have. `coming`: CONSIDERED rows
    of those that will, and in `beside` whose they are."""

    def __init__(self, around: Surroundings, before: Iterable[Known], after: Iterable[Known]):
        self.around = around
        others = ~np.isin(around.compared["report"], around.without)
        keys, rows, beside = [np.zeros(0, "<u4")], [np.zeros(0, CONSIDERED)], [np.zeros(0, "<u4")]
        for one in before:
            keys.append(self.reached_by(one, others)[0])
        for one in after:
            reached, coming = self.reached_by(one, others)
            keys.append(reached)
            beside.append(reached)
            rows.append(coming)
        self.keys = np.unique(np.concatenate(keys)).tolist()
        self.coming, self.beside = np.concatenate(rows), np.concatenate(beside)

    def reached_by(self, one: Known, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(keys of those beside whom it ranks high enough, its row beside each)"""
        around, shared = self.around, self.around.shared(one.topics)
        sharing = np.flatnonzero(others & (shared > 0))
        heads, them = around.products(one)[sharing], around.compared[sharing]
        enters = around.ranks(one, shared[sharing], sharing) >= them["topic_floor"]
        enters |= (heads > 0) & (around.ranks(one, heads, sharing) >= them["term_floor"])
        rows = np.zeros(np.count_nonzero(enters), CONSIDERED)
        rows["report"], rows["day"] = one.key, one.day
        rows["shared"], rows["head"] = shared[sharing][enters], heads[enters]
        rows["how"] = OTHER_LANGUAGE * (them["language"][enters] != one.language.encode())
        return them["report"][enters], rows


def changed_beside(
    around: Surroundings, nearby: Nearby, away: Mapping[int, set[int]], limits
) -> tuple[dict[int, tuple[Known, Found]], list[Known]]:
    """({report: (itself, what is considered beside it from now on)}, those that must be looked at from scratch)"""
    ones, had = stored_of(around, nearby.keys)
    keys = np.array([one.key for one in ones], np.int64)
    owners = np.repeat(np.arange(len(ones)), [len(rows) for rows in had])
    had = np.concatenate([np.zeros(0, CONSIDERED), *had])
    stays = ~np.isin(had["report"], around.without)
    coming = with_what_they_say(around, nearby)
    beside = np.searchsorted(keys, nearby.beside)
    may = [row["report"] not in away.get(key, ()) for row, key in zip(coming, nearby.beside.tolist(), strict=True)]
    coming, beside = coming[may], beside[may]
    owners, everyone, is_new = in_order(around, (owners[stays], had[stays]), (beside, coming))
    compared = around.compared[around.at(keys)]
    floors = {BY_TOPICS: compared["topic_floor"].copy(), BY_TERMS: compared["term_floor"].copy()}
    lost = np.zeros(len(ones), bool)
    for by in (BY_TOPICS, BY_TERMS):
        lost |= pooled(owners, everyone, is_new, compared["day"], floors[by], by, limits)
    everyone["head"][everyone["how"] & BY_TERMS == 0] = 0
    considered = everyone["how"] & (BY_TOPICS | BY_TERMS) > 0
    bounds = np.searchsorted(owners[considered], np.arange(1, len(ones)))
    parts = np.split(everyone[considered], bounds)
    found = [Found(*row) for row in zip(parts, *(some.tolist() for some in floors.values()), strict=False)]
    made = {one.key: (one, of) for one, of, is_lost in zip(ones, found, lost.tolist(), strict=False) if not is_lost}
    return made, [one for one, is_lost in zip(ones, lost.tolist(), strict=True) if is_lost]


def stored_of(around: Surroundings, keys: list[int]) -> tuple[list[Known], list[np.ndarray]]:
    """These reports as they are stored, by their keys; and what was considered beside each."""
    ones, considered = [], []
    for start in range(0, len(keys), BATCH):
        rows = Candidates.objects.filter(pk__in=keys[start : start + BATCH]).order_by("pk")
        for pk, topics, vector, packed in rows.values_list("pk", "topics", "vector", "considered"):
            it = around.compared[around.at(pk)]
            topics = frozenset(np.frombuffer(bytes(topics), np.int64).tolist())
            around.vectors[pk] = vector = np.frombuffer(bytes(vector), TERM)
            ones.append(Known(pk, int(it["day"]), it["language"].decode(), topics, vector))
            considered.append(np.frombuffer(bytes(packed), CONSIDERED))
    return ones, considered


def with_what_they_say(around: Surroundings, nearby: Nearby) -> np.ndarray:
    rows = nearby.coming.copy()
    for one in around.instead.values():
        mine = rows["report"] == one.key
        rows["says"][mine] = around.says(one, nearby.beside[mine])
    return rows


def in_order(around: Surroundings, had, coming) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(owners, rows, whether they are new) of both, each owner's in the order that breaks ties."""
    owners, rows = (np.concatenate(both) for both in zip(had, coming, strict=True))
    is_new = np.arange(len(rows)) >= len(had[0])
    # Those that were there stand in order already. Slugs are looked up where one comes to others of its day.
    order = np.lexsort((-rows["day"].astype(np.int64), owners))
    owners, rows, is_new = owners[order], rows[order], is_new[order]
    days = begins(owners, rows["day"])
    ends = np.append(days, len(rows))[1:]
    open_days = [
        (start, end)
        for start, end in zip(days.tolist(), ends.tolist(), strict=True)
        if end - start > 1 and is_new[start:end].any()
    ]
    around.slugs_of({key for start, end in open_days for key in rows["report"][start:end].tolist()})
    for start, end in open_days:
        slugs = around.slugs_of(rows["report"][start:end].tolist())
        order = start + np.array(sorted(range(end - start), key=slugs.__getitem__))
        rows[start:end], is_new[start:end] = rows[order], is_new[order]
    return owners, rows, is_new


def pooled(owners, everyone, is_new, days, floors, by, limits) -> np.ndarray:
    """Set in `everyone` who is found so, and in `floors` how far down. Says beside whom others may belong there too."""
    ranks, last = rank(everyone, days[owners], by), floors[owners]
    comes = is_new & (everyone[WORTH[by]] > 0)
    lost = np.zeros(len(days), bool)
    # Who comes first of those that tie with the last cannot be told from here.
    lost[owners[comes & (ranks == last)]] = True
    everyone["how"][comes & (ranks > last)] |= by
    some = np.flatnonzero(everyone["how"] & by)
    chosen, last, counts = best(limits.depth, owners[some], ranks[some], len(days))
    lost |= (counts < limits.pool) & (floors != NO_FLOOR)
    out = np.ones(len(some), bool)
    out[chosen] = False
    everyone["how"][some[out]] &= ~np.uint8(by)
    more = counts > limits.depth
    floors[more] = last[more]
    return lost
