"""What tells more than what: how many live reports carry a topic or use a term."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from math import log

import numpy as np

from publications.related.terms import unpacked_all

# Rarities are whole numbers of such parts: sums of them do not depend on their order.
PARTS = 1 << 20
FREQUENCIES = np.dtype([("key", "<u4"), ("count", "<u4")])
# From so many reports of a language on, a term in more than this share of them says nothing.
ENOUGH, TOO_BROAD = 20, 0.3
# A term of one report alone relates it to nothing.
FEWEST = 2
# So many reports are read at a time.
CHUNK = 2048
# Terms are counted by so many ranges of their keys, of which one is in memory at a time.
RANGES = 16


@dataclass(frozen=True)
class TermWeights:
    """Of one language: how many reports were live, and how many of them used each term that two of them use."""

    live_reports: int = 0
    # FREQUENCIES, sorted by key.
    packed: bytes = b""

    @cached_property
    def keys(self) -> np.ndarray:
        return np.frombuffer(self.packed, FREQUENCIES)["key"].copy()

    @property
    def counts(self) -> np.ndarray:
        return np.frombuffer(self.packed, FREQUENCIES)["count"]

    def places(self, keys: np.ndarray) -> np.ndarray:
        """Of these terms, in order, the places in `keys`: -1 for what tells nothing, as fewer than two, or too many,
        use it."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        found = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        told = self.keys[found] == keys
        if self.live_reports >= ENOUGH:
            told &= self.counts[found] <= TOO_BROAD * self.live_reports
        return np.where(told, found, -1)


@dataclass(frozen=True)
class Weights:
    """How many reports were live when they were weighed, how many of them carried each topic, and their terms."""

    live_reports: int
    topics: Mapping[int, int]
    # {language: the weights of its terms}
    terms: Mapping[str, TermWeights] = field(default_factory=dict)

    def rarity(self, topic: int) -> int:
        """In parts; at least one, as sharing a topic is never nothing."""
        return max(round(log((self.live_reports + 1) / max(self.topics.get(topic, 0), 1)) * PARTS), 1)


def weigh(of, read: Callable[[np.ndarray], list[bytes]]) -> Weights:
    """The weights of this moment, from Facts and the terms that `read` gives by key. What is scheduled has none."""
    carried = of.is_live[np.repeat(np.arange(len(of.keys)), np.diff(of.first_topic))]
    topics = dict(zip(*(column.tolist() for column in np.unique(of.topics[carried], return_counts=True)), strict=True))
    terms = {}
    for code, language in enumerate(of.languages):
        keys = of.keys[of.is_live & (of.tags == code)]
        if len(keys):
            chunks = (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
            terms[language] = weigh_terms(len(keys), map(read, chunks))
    return Weights(int(of.is_live.sum()), topics, terms)


def weigh_terms(live_reports: int, chunks: Iterable[list[bytes]]) -> TermWeights:
    """What a million reports say does not fit into memory: it goes through files, by ranges of keys."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(RANGES)]
        for texts in chunks:
            keys = np.sort(unpacked_all(texts)[0]["key"])
            bounds = np.searchsorted(keys, np.arange(1, RANGES) * ((1 << 32) // RANGES))
            for file, some in zip(files, np.split(keys, bounds), strict=True):
                file.write(some.tobytes())
        return TermWeights(live_reports, b"".join(map(counted, files)))


def counted(file) -> bytes:
    file.seek(0)
    keys, counts = np.unique(np.frombuffer(file.read(), "<u4"), return_counts=True)
    told = counts >= FEWEST
    rows = np.empty(np.count_nonzero(told), FREQUENCIES)
    rows["key"], rows["count"] = keys[told], counts[told]
    return rows.tobytes()
