"""Every live or scheduled report as arrays: which, in what order, with what. Nothing here sees a database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np

from publications.related.lists import begins, distinct, spread

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    key: int
    date: date
    public_from: datetime
    type: int
    language: str


class Carried(NamedTuple):
    """What reports have several of: (number of the report, value) in two columns, in the order of numbers. Values are
    told by their places in `keys`."""

    owners: np.ndarray
    values: np.ndarray
    keys: np.ndarray

    def having(self, some: Iterable[int], size: int) -> np.ndarray:
        """Whether each of so many reports has one of these."""
        wanted = np.isin(self.keys, list(some))
        found = np.zeros(size, bool)
        found[self.owners[wanted.take(self.values)]] = True
        return found

    def counts(self, among: np.ndarray) -> dict[int, int]:
        """{key: how many of these reports have it}"""
        counts = self.counted(among)
        return self.told(np.flatnonzero(counts), counts)

    def most(self, among: np.ndarray, number: int) -> dict[int, int]:
        """The same of the so many that most of them have; of those that tie, the lowest keys."""
        counts = self.counted(among)
        least = np.partition(counts, -number)[-number] if len(counts) > number else 0
        places = np.flatnonzero(counts >= max(least, 1))
        return self.told(places[np.argsort(-counts[places], kind="stable")][:number], counts)

    def counted(self, among: np.ndarray) -> np.ndarray:
        return np.bincount(self.values[among.take(self.owners)], minlength=len(self.keys))

    def told(self, places: np.ndarray, counts: np.ndarray) -> dict[int, int]:
        return dict(zip(self.keys[places].tolist(), counts[places].tolist(), strict=True))


@dataclass(frozen=True)
class Picture:
    """Reports are numbered in the order of lists: the newest date first, then the last to go live, then by slug."""

    keys: np.ndarray
    # Ordinals of dates, and microseconds since the epoch.
    days: np.ndarray
    moments: np.ndarray
    types: np.ndarray
    # Codes of `tags`.
    languages: np.ndarray
    tags: list[str]
    topics: Carried
    authors: Carried
    # What takes long to find out: kept once it was asked for.
    kept: dict = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.keys)

    def live(self, now: datetime) -> np.ndarray:
        return self.moments <= microseconds(now)

    @cached_property
    def years(self) -> np.ndarray:
        days, numbers = np.unique(self.days, return_inverse=True)
        return np.array([date.fromordinal(day).year for day in days.tolist()], np.int32)[numbers]

    @cached_property
    def by_key(self) -> np.ndarray:
        """The numbers in the order of keys: each search asks for some."""
        return np.argsort(self.keys)

    @cached_property
    def oldest_first(self) -> np.ndarray:
        """The numbers in that order: by date, then by the moment of going live, then by slug."""
        return np.lexsort((np.arange(len(self)), self.moments, self.days))

    def with_families(self, families: Mapping[int, frozenset[int]]) -> Carried:
        """The topics of reports, and those above them: each once a report."""
        known, topics = self.kept.get("families", (None, None))
        if known != families:
            topics = grown(self.topics, families)
            self.kept["families"] = families, topics
        return topics


def microseconds(moment: datetime) -> int:
    since = moment - EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def grown(topics: Carried, families: Mapping[int, frozenset[int]]) -> Carried:
    pairs = [(below, above) for above, family in sorted(families.items()) for below in sorted(family) if below != above]
    if not pairs:
        return topics
    below, above = np.array(sorted(pairs)).T
    keys = distinct(np.concatenate([topics.keys, above]))
    values = np.searchsorted(keys, topics.keys)[topics.values]
    first, last = (np.searchsorted(below, topics.keys, side)[topics.values] for side in ("left", "right"))
    rows, places = spread(first, last - first)
    owners = np.concatenate([topics.owners, topics.owners[rows]]).astype(np.int64)
    values = np.concatenate([values, np.searchsorted(keys, above)[places]])
    return once(owners, values, keys)


def once(owners: np.ndarray, values: np.ndarray, keys: np.ndarray) -> Carried:
    """In order, and none twice."""
    bits = max(len(keys), 1).bit_length()
    codes = distinct(owners.astype(np.int64) << bits | values)
    return Carried((codes >> bits).astype(np.int32), (codes & ((1 << bits) - 1)).astype(np.int32), keys)


def carried(keys: np.ndarray, pairs: np.ndarray) -> Carried:
    """From (key of a report, key of what it has) in two columns; those of other reports may be among them."""
    numbers, here = numbers_of(keys, pairs[:, 0])
    known, values = np.unique(pairs[here, 1], return_inverse=True)
    return once(numbers[here], values, known)


def numbers_of(keys: np.ndarray, wanted: np.ndarray, by_key: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The places of these among keys, and which of them are there. `by_key`: what sorts the keys, if it is known."""
    if not len(keys):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    by_key = np.argsort(keys) if by_key is None else by_key
    numbers = by_key[np.minimum(np.searchsorted(keys, wanted, sorter=by_key), len(keys) - 1)]
    return numbers, keys[numbers] == wanted


def picture(rows: Iterable[Row], topics: np.ndarray, authors: np.ndarray) -> Picture:
    """From rows in the order of lists, and pairs of keys."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], [], []]
    keys = np.array(columns[0], np.int64)
    tags = sorted(set(columns[4]))
    code = {tag: number for number, tag in enumerate(tags)}
    return Picture(
        keys,
        np.array([day.toordinal() for day in columns[1]], np.int32),
        np.array([microseconds(moment) for moment in columns[2]], np.int64),
        np.array(columns[3], np.int64),
        np.array([code[tag] for tag in columns[4]], np.int16),
        tags,
        carried(keys, topics),
        carried(keys, authors),
    )


def patched(old: Picture, gone: Iterable[int], new: Picture, in_order: Callable[[list[int]], list[int]]) -> Picture:
    """The picture without what is gone and with what is new. `in_order` puts reports, told by their keys, that came out
    and went live at the same time, in the order of their slugs."""
    stays = np.flatnonzero(~np.isin(old.keys, list(gone)))
    keys = np.concatenate([old.keys[stays], new.keys])
    days = np.concatenate([old.days[stays], new.days])
    moments = np.concatenate([old.moments[stays], new.moments])
    order = np.lexsort((-moments, -days))
    put_ties_in_order(order, keys, days, moments, len(stays), in_order)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    old_place = np.full(len(old), -1)
    old_place[stays], new_place = place[: len(stays)], place[len(stays) :]
    # What was found out before is carried on, where that is quicker than finding it out again.
    kept = {}
    if "families" in old.kept:
        families, topics = old.kept["families"]
        kept["families"] = families, both(topics, old_place, grown(new.topics, families), new_place)
    tags = sorted({*old.tags, *new.tags})
    languages = [recoded(one.languages, one.tags, tags) for one in (old, new)]
    return Picture(
        keys[order],
        days[order],
        moments[order],
        np.concatenate([old.types[stays], new.types])[order],
        np.concatenate([languages[0][stays], languages[1]])[order],
        tags,
        both(old.topics, old_place, new.topics, new_place),
        both(old.authors, old_place, new.authors, new_place),
        kept,
    )


def put_ties_in_order(order, keys, days, moments, first_new: int, in_order) -> None:
    first = begins(days[order], moments[order])
    ends = np.append(first[1:], len(order))
    blocks = np.searchsorted(first, np.flatnonzero(order >= first_new), side="right") - 1
    for block in set(blocks.tolist()):
        tied = order[first[block] : ends[block]]
        if len(tied) > 1:
            places = {key: place for place, key in enumerate(in_order(keys[tied].tolist()))}
            # What has gone meanwhile is told of by the next change.
            ranks = [places.get(key, len(places)) for key in keys[tied].tolist()]
            order[first[block] : ends[block]] = tied[np.argsort(ranks, kind="stable")]


def recoded(codes: np.ndarray, tags: list[str], known: list[str]) -> np.ndarray:
    return np.array([known.index(tag) for tag in tags], np.int16)[codes] if len(codes) else codes


def both(old: Carried, old_place: np.ndarray, new: Carried, new_place: np.ndarray) -> Carried:
    keys = distinct(np.concatenate([old.keys, new.keys]))
    owners = np.concatenate([old_place[old.owners], new_place[new.owners]])
    values = np.concatenate([np.searchsorted(keys, one.keys)[one.values] for one in (old, new)])
    return once(owners[owners >= 0], values[owners >= 0], keys)
