"""Many short lists in one array, one after another; each is told by its owner, and owners stand in order."""

import numpy as np


def spread(starts: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of ranges, one after another: the number of the range, and each place in it."""
    ends = np.cumsum(lengths)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    return owners, np.arange(len(owners)) + np.repeat(starts - (ends - lengths), lengths)


def begins(*columns: np.ndarray) -> np.ndarray:
    """The places of those that differ, in one of these columns, from what stands before them."""
    differs = np.ones(len(columns[0]), bool)
    if len(differs):
        differs[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(differs)


def places(owners: np.ndarray) -> np.ndarray:
    """The place of each among those of its owner."""
    first = begins(owners)
    return np.arange(len(owners)) - np.repeat(first, np.diff(np.append(first, len(owners))))


def in_order(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """These whole numbers from 0 on in order, and the place of each before. Sorted together with their places, as one
    number each, they are in order several times as soon."""
    bits = len(codes).bit_length()
    if len(codes) and int(codes.max()) >> (63 - bits):
        order = np.argsort(codes, kind="stable")
        return codes[order], order
    both = codes.astype(np.int64) << bits | np.arange(len(codes))
    both.sort()
    return both >> bits, both & ((1 << bits) - 1)


def best_first(owners: np.ndarray, ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An order by owner, then rank from the highest down; those that tie stay in order. And the place of each, in that
    order, among those of its owner."""
    if not len(owners):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = roughly(owners, ranks)
    first, ranked = owners[order], ranks[order]
    if np.any((first[1:] == first[:-1]) & (ranked[1:] > ranked[:-1])):
        order = np.lexsort((-ranks, owners))
    return order, places(owners[order])


def roughly(owners: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """The same, unless two ranks differ by so little that it is lost where all three are put into one number, which
    sorts several times as fast."""
    places, most = len(owners).bit_length(), int(ranks.max())
    left = 63 - places - int(owners[-1]).bit_length()
    # One bit more, as what is lost of the highest may be less than what is lost of another.
    lost = max((most - int(ranks.min())).bit_length() + 1 - left, 0)
    weakness = (most >> lost) - (ranks >> lost)
    codes = (owners.astype(np.int64) << left | weakness) << places | np.arange(len(owners))
    codes.sort()
    return codes & ((1 << places) - 1)


def best(depth: int, owners, ranks, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(places of the `depth` best of each of `size` owners, in the order in which they stand; the rank of the last of
    them; how many each owner had). The rank is of use only where there were so many."""
    order, place = best_first(owners, ranks)
    chosen = order[place < depth]
    last = np.zeros(size, np.int64)
    at = order[place == depth - 1]
    last[owners[at]] = ranks[at]
    return np.sort(chosen), last, np.bincount(owners, minlength=size)


def distinct(codes: np.ndarray) -> np.ndarray:
    """Each of these once, in order; numpy's own goes another way, which is slower."""
    codes = np.sort(codes)
    return codes[begins(codes)]
