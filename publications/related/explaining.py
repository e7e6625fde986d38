"""A score taken apart, and the distance in time in words: what is said of two reports that were compared."""

from math import floor, log10
from typing import NamedTuple

import numpy as np

from publications.related.scoring import NEAREST, TEXT, UNIT, nearness

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


class Share(NamedTuple):
    """What the topics and what the words bring to a score, nearness in time counted in; both make it up."""

    topics: float
    words: float


def shares(one: np.void, day: int, own: int) -> Share:
    """Of a CONSIDERED row, beside a report of that day whose topics' rarities sum up to `own`."""
    near = float(nearness(one["day"] - day)) / NEAREST
    return Share(near * float(one["shared"]) / (own or 1), near * float(one["says"]) * TEXT / UNIT**2)


def significant(score: float) -> str:
    """Two digits that tell: “0.52”, “1.4”, “0.0031”; never as a power of ten."""
    rounded = float(f"{score:.1e}")
    return f"{rounded:.{max(0, 1 - floor(log10(rounded)))}f}" if rounded else "0"


def apart(days: int) -> str:
    """“two months apart”; the larger the distance, the larger the measure."""
    if days == 0:
        return "of the same date"
    for measure, length, up_to in [("day", 1, 14), ("week", 7, 60), ("month", 30.44, 700)]:
        if days < up_to:
            return counted(round(days / length), measure)
    return counted(round(days / 365.25), "year")


def counted(number: int, measure: str) -> str:
    words = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{words} {measure}{'' if number == 1 else 's'} apart"
