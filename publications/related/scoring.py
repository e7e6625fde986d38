"""How two reports compare: scores are whole numbers, so that they compare alike on every machine and in every order."""

from datetime import date
from typing import NamedTuple

import numpy as np

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

    keys: np.ndarray
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


def nearness(days: np.ndarray) -> np.ndarray:
    return NEARNESS[np.minimum(np.abs(days), len(NEARNESS) - 1)]


def day_of(shown: date, precision: str) -> int:
    """The day that counts, as an ordinal: of a date known by month or year, its first."""
    if precision == "year":
        return shown.replace(month=1, day=1).toordinal()
    return shown.replace(day=1).toordinal() if precision == "month" else shown.toordinal()


def language_of(tag: str) -> str:
    """The language itself: who reads `pt-BR` reads `pt-PT`, so region and script set no report behind another."""
    return tag.partition("-")[0].lower()


def vectors(texts: list[bytes], weights: TermWeights) -> Vectors:
    """tf-idf of at most 4,096 reports of one language, as `count_terms` packs them: `(1 + ln tf) * (1 + ln((1 + N) /
    (1 + df)))`, cut to the strongest and made unit length."""
    rows, owners = unpacked_all(texts)
    frequencies = weights.frequencies(rows["key"])
    told = frequencies > 0
    rows, owners, frequencies = rows[told], owners[told], frequencies[told]
    idf = 1 + np.log((1 + weights.live_reports) / (1 + frequencies))
    strength = np.minimum(np.rint((1 + np.log(rows["count"])) * idf * 4096), (1 << 20) - 1).astype(np.uint64)
    # One number each, which sorts by owner, then strength, then key.
    weakness = np.uint64((1 << 20) - 1) - strength
    codes = (owners.astype(np.uint64) << np.uint64(52)) | (weakness << np.uint64(32)) | rows["key"]
    codes.sort()
    owners, strength, keys = codes >> np.uint64(52), codes >> np.uint64(32), (codes & np.uint64(0xFFFFFFFF))
    owners, strength = owners.astype(np.int64), ((1 << 20) - 1) - (strength & np.uint64((1 << 20) - 1)).astype(np.int64)
    places = np.arange(len(owners)) - np.searchsorted(owners, np.arange(len(texts)))[owners]
    kept = places < TERMS
    owners, places, strength, keys = owners[kept], places[kept], strength[kept], keys[kept].astype(np.uint32)
    length = np.sqrt(np.bincount(owners, strength * strength, len(texts)))
    return in_rows(
        len(texts), owners, places, keys, np.rint(strength / length[owners] * UNIT), weights.frequencies(keys)
    )


def in_rows(size, owners, places, keys, weights, frequencies) -> Vectors:
    made = Vectors(
        np.zeros((size, TERMS), np.uint32), np.zeros((size, TERMS), np.uint16), np.zeros((size, TERMS), bool)
    )
    made.keys[owners, places], made.weights[owners, places] = keys, weights
    made.heads[owners, places] = frequencies <= HEAD_AT_MOST
    made.heads[np.cumsum(made.heads, axis=1) > HEAD] = False
    return made


def rank(considered: np.ndarray, day: int, by: int) -> np.ndarray:
    """By what one who looks by topics, or by terms, puts these in order; ties aside."""
    value = considered["shared" if by == BY_TOPICS else "head"].astype(np.int64)
    return nearness(considered["day"] - day) * value - BEHIND * (considered["how"] & OTHER_LANGUAGE > 0)


def found(considered: np.ndarray, day: int, by: int) -> np.ndarray:
    """The places of those found so, the best first. `considered` stands in the order that breaks ties."""
    places = np.flatnonzero(considered["how"] & by)
    return places[np.argsort(-rank(considered[places], day, by), kind="stable")]


def kept(considered: np.ndarray, day: int, own: int, is_live: np.ndarray, places: int, pool: int) -> list[Kept]:
    """The entries to keep beside a report of that day, whose topics' rarities sum up to `own`: its order, down to the
    last place that a live one takes."""
    pools = [found(considered, day, by)[:pool] for by in (BY_TOPICS, BY_TERMS)]
    pooled = np.zeros(len(considered), bool)
    pooled[np.concatenate(pools)] = True
    order = np.flatnonzero(pooled)
    some = considered[order]
    says = some["shared"] / (own or 1) + some["says"] * (TEXT / UNIT**2)
    scores = np.rint(nearness(some["day"] - day) / NEAREST * says * DECIMALS).astype(np.int64)
    best = np.argsort(BEHIND * (some["how"] & OTHER_LANGUAGE > 0) - scores, kind="stable")
    live = np.cumsum(is_live[order[best]])
    # All up to the one that fills the last place.
    best = best[: np.searchsorted(live, places) + 1]
    return [Kept(int(some["report"][place]), int(scores[place]) / DECIMALS) for place in best]
