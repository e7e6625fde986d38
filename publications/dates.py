"""How dates of publication are written: as exactly as they are known."""

from calendar import monthrange
from datetime import date

from django.utils.formats import date_format

LONG = {"day": "l, F j, Y", "month": "F Y", "year": "Y"}
SHORT = {"day": "F j, Y", "month": "F Y", "year": "Y"}
MACHINE = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def long_date(day: date, precision: str) -> str:
    """“Wednesday, April 7, 2021”, “April 2021” or “2021”."""
    return date_format(day, LONG[precision])


def short_date(day: date, precision: str) -> str:
    """“April 7, 2021”, “April 2021” or “2021”."""
    return date_format(day, SHORT[precision])


def machine_date(day: date, precision: str) -> str:
    """What `<time datetime>` holds; four digits of the year on every platform."""
    return (
        MACHINE[precision]
        .replace("%Y", f"{day.year:04}")
        .replace("%m", f"{day.month:02}")
        .replace("%d", f"{day.day:02}")
    )


def first_day(day: date, precision: str) -> date:
    """The day that counts: of a date known by month or year, its first."""
    if precision == "year":
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision == "month" else day


def last_day(day: date, precision: str) -> date:
    if precision == "year":
        return day.replace(month=12, day=31)
    return day.replace(day=monthrange(day.year, day.month)[1]) if precision == "month" else day
