"""How two reports compare: scores are whole numbers, so that they compare alike on every machine and in every order."""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from publications.dates import first_day
from publications.related.lists import begins, best_first, places
from publications.related.terms import unpacked_all
from publications.related.weights import TermWeights

PLACES = 6
# How many candidates topics find, and how many terms do.
POOL = 50
# Kept beyond these, so that a report that goes away is replaced without looking at all others.
SLACK = 14
# The terms that a report is known by, and those of them that look for candidates and are looked for.
TERMS, HEAD = 160, 32
# What more live reports use looks for nobody: the cost of a report stays bounded.
HEAD_AT_MOST = 1000
# What a cosine of 1 is worth beside all of a report's topics.
TEXT = 16
# The length of a vector of terms; a product of two is at most its square.
UNIT = 1 << 15
# Scores are stored to nine decimals.
DECIMALS = 10**9
# Nearness is 1 on the same day and falls towards FAR.
FAR, DAYS = 0.4, 365
NEAREST = 1 << 30
# Taken from the rank of what is in another language, to come after all others.
BEHIND = 1 << 62
# Below every rank.
NO_FLOOR = -(1 << 63)

BY_TOPICS, BY_TERMS, OTHER_LANGUAGE = 1, 2, 4
# A candidate beside a report. `shared`: the rarities of the topics that both carry; `head`: the product over the terms
# that look for candidates; `says`: over all terms; `how`: who found it, and whether its language is another.
CONSIDERED = np.dtype(
    [("report", "<u4"), ("day", "<i4"), ("shared", "<u4"), ("head", "<u4"), ("says", "<u4"), ("how", "u1")]
)


class Kept(NamedTuple):
    """An entry as it is stored beside a report, in the report's order."""

    related: int
    score: float


class Vectors(NamedTuple):
    """Of each report its terms as one row, the strongest first, filled up with weights of 0."""

    # By their places in the keys of TermWeights.
    terms: np.ndarray
    weights: np.ndarray
    # Whether the term looks for candidates.
    heads: np.ndarray


def falling() -> np.ndarray:
    """Nearness by days between, in parts of NEAREST. It never stands still: of two reports that share the same topics
    the nearer one is ahead, however far away both are."""
    days = np.arange(1 << 17)
    smooth = np.rint((FAR + (1 - FAR) * np.exp(-days / DAYS)) * NEAREST).astype(np.int64)
    return np.minimum.accumulate(smooth + days) - days


NEARNESS = falling()
OF_COUNTS = 1 + np.log(np.maximum(np.arange(1 << 16), 1))
MOST_STRENGTH = (1 << 20) - 1


def nearness(days: np.ndarray) -> np.ndarray:
    return NEARNESS[np.minimum(np.abs(days), len(NEARNESS) - 1)]


def day_of(shown: date, precision: str) -> int:
    """The day that counts, as an ordinal."""
    return first_day(shown, precision).toordinal()


def language_of(tag: str) -> str:
    """The language itself: who reads `pt-BR` reads `pt-PT`, so region and script set no report behind another."""
    return tag.partition("-")[0].lower()


def vectors(texts: list[bytes], weights: TermWeights) -> Vectors:
    """tf-idf of at most 2,048 reports of one language, as `count_terms` packs them: `(1 + ln tf) * (1 + ln((1 + N) /
    (1 + df)))`, cut to the strongest and made unit length."""
    rows, owners = unpacked_all(texts)
    # One number for each, in the order of terms: looked up like this they are found many times as fast.
    codes = rows["key"].astype(np.uint64) << 32 | (owners << 16 | rows["count"]).astype(np.uint64)
    codes.sort()
    keys = (codes >> 32).astype(np.uint32)
    first = begins(keys)
    found, using = weights.places(keys[first]), np.diff(np.append(first, len(keys)))
    codes = codes[np.repeat(found >= 0, using)]
    using, found = using[found >= 0], found[found >= 0]
    idf = 1 + np.log((1 + weights.live_reports) / (1 + weights.counts[found].astype(np.int64)))
    owners, counts = (codes >> 16 & 0xFFFF).astype(np.int64), (codes & 0xFFFF).astype(np.int64)
    strength = np.rint(OF_COUNTS[counts] * np.repeat(idf, using) * 4096).astype(np.int64)
    return strongest(len(texts), owners, np.minimum(strength, MOST_STRENGTH), np.repeat(found, using), weights)


def strongest(size, owners, strength, terms, weights) -> Vectors:
    # And again one number for each, in the order of owners, then of strength from the highest down, then of terms.
    codes = owners << 52 | (MOST_STRENGTH - strength) << 32 | terms
    codes.sort()
    place = places(codes >> 52)
    codes, place = codes[place < TERMS], place[place < TERMS]
    owners, strength, terms = codes >> 52, MOST_STRENGTH - (codes >> 32 & MOST_STRENGTH), codes & 0xFFFFFFFF
    length = np.sqrt(np.bincount(owners, strength * strength, size))
    shape = (size, TERMS)
    made = Vectors(np.zeros(shape, np.uint32), np.zeros(shape, np.uint16), np.zeros(shape, bool))
    made.terms[owners, place] = terms
    made.weights[owners, place] = np.rint(strength / length[owners] * UNIT)
    made.heads[owners, place] = weights.counts[terms] <= HEAD_AT_MOST
    made.heads[np.cumsum(made.heads, axis=1) > HEAD] = False
    return made


def rank(considered: np.ndarray, days: np.ndarray, by: int) -> np.ndarray:
    """By what who looks by topics, or by terms, from that day puts these in order; ties aside."""
    value = considered["shared" if by == BY_TOPICS else "head"].astype(np.int64)
    return nearness(considered["day"] - days) * value - BEHIND * (considered["how"] & OTHER_LANGUAGE > 0)


def kept(considered, first, days, own, is_live, places: int, pool: int) -> list[list[Kept]]:
    """The entries to keep beside each of some reports of these days, whose topics' rarities sum up to `own`: its order,
    down to the last place that a live one takes. `considered` stands there report by report, each from its place in
    `first`, in the order that breaks ties."""
    owners = np.repeat(np.arange(len(days)), np.diff(first))
    days, own = np.asarray(days)[owners], np.asarray(own)[owners]
    pooled = np.zeros(len(considered), bool)
    for by in (BY_TOPICS, BY_TERMS):
        some = np.flatnonzero(considered["how"] & by)
        order, place = best_first(owners[some], rank(considered[some], days[some], by))
        pooled[some[order[place < pool]]] = True
    scores = score(considered[pooled], days[pooled], own[pooled])
    order, _ = best_first(owners[pooled], scores - BEHIND * (considered["how"][pooled] & OTHER_LANGUAGE > 0))
    chosen = np.flatnonzero(pooled)[order]
    owners, scores, live = owners[chosen], scores[order], is_live[chosen]
    before = np.cumsum(live) - live
    # All up to the one that fills the last place.
    may = before - before[np.searchsorted(owners, owners)] < places
    return entries(owners[may], considered["report"][chosen[may]], scores[may], len(first) - 1)


class Shares(NamedTuple):
    """What makes up a score: nearness times what the topics bring and what the words bring, together."""

    near: np.ndarray
    topics: np.ndarray
    words: np.ndarray


def shares(considered: np.ndarray, days: np.ndarray, own: np.ndarray) -> Shares:
    near = nearness(considered["day"] - days) / NEAREST
    return Shares(near, considered["shared"] / np.maximum(own, 1), considered["says"] * (TEXT / UNIT**2))


def score(considered: np.ndarray, days: np.ndarray, own: np.ndarray) -> np.ndarray:
    near, topics, words = shares(considered, days, own)
    return np.rint(near * (topics + words) * DECIMALS).astype(np.int64)


def entries(owners, reports, scores, size: int) -> list[list[Kept]]:
    made = list(map(Kept, reports.tolist(), (scores / DECIMALS).tolist()))
    bounds = np.searchsorted(owners, np.arange(size + 1)).tolist()
    return [made[start:end] for start, end in pairwise(bounds)]
