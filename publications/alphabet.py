"""The index of authors: all at once where they are few, else a letter at a time."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from string import ascii_uppercase
from urllib.parse import urlencode

from django.db.models import Q
from django.db.models.functions import Substr

from authors.models import Author
from publications.listed import Live
from text.keys import name_key

# So many stand on one page.
AT_ONCE = 500
# Of more than that, those with most publications stand before any letter is chosen.
MOST = 60
# The letter of names that begin with none, as an address has it.
OTHER = "other"
NO_LETTER = "#"


@dataclass
class Letter:
    name: str
    count: int = 0
    # How sort keys begin that stand under it.
    firsts: set[str] = field(default_factory=set)

    @property
    def query(self):
        return f"?{urlencode({'letter': OTHER if self.name == NO_LETTER else self.name.lower()})}"


@dataclass
class Index:
    """`asked`: the letter that the address asks for, as it came; empty for the whole."""

    live: Live
    asked: str = ""
    number: int = 1

    @cached_property
    def is_whole(self) -> bool:
        return not self.asked and len(self.live.by_author) <= AT_ONCE

    @cached_property
    def chosen(self) -> str:
        """The letter; empty where what was asked for is none."""
        return NO_LETTER if self.asked == OTHER else letter_of(name_key(self.asked)) if len(self.asked) == 1 else ""

    @cached_property
    def letters(self) -> list[Letter]:
        """Those of the Latin alphabet, and those besides with which somebody begins."""
        found = {letter: Letter(letter) for letter in ascii_uppercase}
        for first, count in self.firsts.items():
            one = found.setdefault(letter_of(first), Letter(letter_of(first)))
            one.count += count
            one.firsts.add(first)
        return [found[name] for name in sorted(found, key=lambda name: (name != NO_LETTER, name))]

    @cached_property
    def firsts(self) -> dict[str, int]:
        """{how sort keys begin: authors of something live}"""
        counts, known = defaultdict(int), self.live.by_author
        rows = Author.objects.order_by().annotate(first=Substr("sort_key", 1, 1)).values_list("pk", "first")
        for key, first in rows.iterator(10_000):
            counts[first] += key in known
        return {first: count for first, count in counts.items() if count}

    @cached_property
    def keys(self) -> list[int]:
        """The authors under the chosen letter, in order."""
        one = next((letter for letter in self.letters if letter.name == self.chosen and letter.count), None)
        if one is None:
            return []
        begins = Q()
        for first in one.firsts:
            begins |= Q(sort_key__gte=first, sort_key__lt=chr(ord(first) + 1))
        rows = Author.objects.filter(begins).in_order().values_list("pk", flat=True)
        return [key for key in rows if key in self.live.by_author]

    def rows(self) -> list[Author]:
        """What the page shows, each with `live_reports`."""
        counts = self.live.by_author
        if self.is_whole:
            wanted = list(counts)
        elif self.asked:
            wanted = self.keys[(self.number - 1) * AT_ONCE : self.number * AT_ONCE] if self.number else []
        else:
            wanted = list(self.live.picture.authors.most(self.live.mask, MOST))
        rows = list(Author.objects.filter(pk__in=wanted).in_order().defer("biography"))
        for row in rows:
            row.live_reports = counts[row.pk]
        return rows

    def query(self, number: int) -> str:
        return f"?{urlencode({'letter': self.asked} | ({'page': number} if number > 1 else {}))}"


def letter_of(sort_key: str) -> str:
    """The heading under which the index has this author."""
    first = sort_key[:1].upper()
    return first if first.isalpha() else NO_LETTER


def under_letters(rows: list[Author]) -> list[tuple[str, list[Author]]]:
    return [(letter, list(group)) for letter, group in groupby(rows, key=lambda row: letter_of(row.sort_key))]
