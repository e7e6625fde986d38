"""Tables for spreadsheets: CSV in UTF-8 with a byte order mark, safe from formulas."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from text.cleaning import clean_text

BOM = "\ufeff"
AT_ONCE = 500
# A cell that begins with one of these, in either width, is taken for a formula by spreadsheets; an apostrophe makes it
# text.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Echo:
    def write(self, line):
        return line


def safe(value) -> str:
    text = clean_text(str(value))
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def sheet(columns: Mapping[str, Callable], rows: Iterable) -> Iterator[str]:
    """The table in pieces, a few hundred rows each. `columns`: {heading: what of a row stands below it}."""
    write = csv.writer(Echo()).writerow
    yield BOM + write(columns)
    rows = iter(rows)
    while some := list(islice(rows, AT_ONCE)):
        yield "".join(write([safe(read(row)) for read in columns.values()]) for row in some)
