"""A score taken apart, and the distance in time in words: what is said of two reports that were compared."""

from math import floor, log10

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


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
