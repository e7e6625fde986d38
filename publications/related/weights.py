"""What tells more than what: how many live reports carry a topic or use a term."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log

import numpy as np

from publications.related.terms import unpacked

# Rarities and weights of terms are whole numbers of such parts: sums of them do not depend on their order.
PARTS = 1 << 20
FREQUENCIES = np.dtype([("key", "<u4"), ("count", "<u4")])
# From so many reports of a language on, a term in more than this share of them says nothing.
ENOUGH, TOO_BROAD = 20, 0.3
# A term of one report alone relates it to nothing.
FEWEST = 2


@dataclass(frozen=True)
class TermWeights:
    """Of one language: how many reports were live, and how many of them used each term that two of them use."""

    live_reports: int = 0
    # FREQUENCIES, sorted by key.
    packed: bytes = b""

    def frequencies(self, keys: np.ndarray) -> np.ndarray:
        """How many live reports used each of these terms; 0 for what fewer than two, or too many, use."""
        rows = np.frombuffer(self.packed, FREQUENCIES)
        if not len(rows):
            return np.zeros(len(keys), np.int64)
        places = np.minimum(np.searchsorted(rows["key"], keys), len(rows) - 1)
        counts = np.where(rows["key"][places] == keys, rows["count"][places].astype(np.int64), 0)
        if self.live_reports >= ENOUGH:
            counts[counts > TOO_BROAD * self.live_reports] = 0
        return counts


@dataclass(frozen=True)
class Weights:
    """How many reports were live when they were weighed, how many of them carried each topic, and their terms."""

    live_reports: int
    topics: Mapping[int, int]
    # {language: the weights of its terms}
    terms: Mapping[str, TermWeights] = field(default_factory=dict)

    def rarity(self, topic: int) -> int:
        """In parts."""
        return round(log((self.live_reports + 1) / max(self.topics.get(topic, 0), 1)) * PARTS)


def weigh(candidates: Iterable) -> Weights:
    """The weights of this moment. What is scheduled has none."""
    live = [candidate for candidate in candidates if candidate.is_live]
    topics = Counter(topic for candidate in live for topic in candidate.topics)
    by_language = defaultdict(list)
    for candidate in live:
        by_language[candidate.language].append(candidate.terms)
    terms = {language: weigh_terms(texts) for language, texts in sorted(by_language.items())}
    return Weights(len(live), topics, terms)


def weigh_terms(texts: list[bytes]) -> TermWeights:
    keys = np.concatenate([unpacked(terms)["key"] for terms in texts])
    keys, counts = np.unique(keys, return_counts=True)
    told = counts >= FEWEST
    rows = np.empty(np.count_nonzero(told), FREQUENCIES)
    rows["key"], rows["count"] = keys[told], counts[told]
    return TermWeights(len(texts), rows.tobytes())
