"""What is stored in packed rows, beside CONSIDERED of related/scoring.py, and how single reports are replaced in it."""

from collections.abc import Iterator, Mapping

import numpy as np

BATCH = 500
# A term of a report's vector; whether it looks for candidates.
TERM = np.dtype([("key", "<u4"), ("strength", "<u2"), ("is_head", "u1")])
# Who uses a term to look for candidates, and how strong it is there.
USER = np.dtype([("key", "<u4"), ("report", "<u4"), ("strength", "<u2")])
CARRIER = np.dtype([("report", "<u4")])
# The floors: the ranks of the last candidates that topics and terms have found beside it, where there are more. Who
# ranks below them changes nothing there.
COMPARED = np.dtype(
    [("report", "<u4"), ("day", "<i4"), ("language", "S8"), ("topic_floor", "<i8"), ("term_floor", "<i8")]
)
# Compared reports are stored by so many of the last bits of their keys.
BLOCK_BITS = 7
# About so many terms are stored in one range of keys.
IN_A_RANGE = 512
MOST_BITS = 20


def range_bits(terms: int) -> int:
    """How many of the highest bits of their keys part this many terms into ranges."""
    return min((terms // IN_A_RANGE).bit_length(), MOST_BITS)


def range_of(keys: np.ndarray, bits: int) -> np.ndarray:
    return keys.astype(np.int64) >> (32 - bits)


def block_of(keys: np.ndarray) -> np.ndarray:
    return keys.astype(np.int64) >> BLOCK_BITS


def parted(rows: np.ndarray, numbers: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """(number, its rows) of every number that has any, in order."""
    if np.any(numbers[1:] < numbers[:-1]):
        order = np.argsort(numbers, kind="stable")
        rows, numbers = rows[order], numbers[order]
    found, first = np.unique(numbers, return_index=True)
    yield from zip(found.tolist(), np.split(rows, first[1:]), strict=bool(len(found)))


def stored(model, numbers, kind: np.dtype) -> np.ndarray:
    """All rows of these numbers, one after another."""
    packed = []
    numbers = list(numbers)
    for start in range(0, len(numbers), BATCH):
        rows = model.objects.filter(pk__in=numbers[start : start + BATCH])
        packed += map(bytes, rows.values_list("reports", flat=True))
    return np.frombuffer(b"".join(packed), kind)


def replace(model, kind: np.dtype, gone: set[int], new: Mapping[int, np.ndarray]) -> None:
    """By number, what stands there instead of what these reports had there."""
    until_now = dict(model.objects.filter(pk__in=new).values_list("pk", "reports"))
    rows = []
    for number, some in sorted(new.items()):
        stays = np.frombuffer(bytes(until_now.get(number, b"")), kind)
        stays = stays[~np.isin(stays["report"], list(gone))]
        rows.append(model(number, np.concatenate([stays, some]).tobytes()))
    model.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=["reports"],
    )
