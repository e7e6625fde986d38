"""Where in a text the words stand that were asked for: marks, and a piece of the text around them."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from text.keys import folded
from text.terms import IS_UNSPACED, LEFT_OUT, MARKS, RUN, WORD, stems, words

# The length of a piece of text, and how much of it comes before the first hit.
LENGTH, BEFORE = 240, 60
# A letter with the marks that belong to it.
SIGN = re.compile(rf".[{MARKS}]*")
ITS_MARKS = re.compile(rf"[{MARKS}]*")


class Hit(NamedTuple):
    """Places in the text, and which of the things that were asked for stands there."""

    start: int
    end: int
    part: int


class Token(NamedTuple):
    start: int
    end: int
    stem: str


@dataclass(frozen=True)
class Sought:
    """Of each thing that was asked for the sequences of stems that are taken for it. `silent`: by language, words
    met so far with which none of them begins."""

    parts: Sequence[Collection[tuple[str, ...]]]
    silent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), compare=False, repr=False)

    @cached_property
    def begins(self) -> dict[str, list]:
        """{stem: [(sequence that begins with it, number of its part)]}, the longest first."""
        found = defaultdict(list)
        for part, ways in enumerate(self.parts):
            for way in ways:
                found[way[0]].append((way, part))
        return {stem: sorted(each, key=lambda one: -len(one[0])) for stem, each in found.items()}

    def may_hold(self, text: str, language: str) -> bool:
        """Many texts are long, and most hold nothing of it: told without a look at each place."""
        for word in set(WORD.findall(text)) - self.silent[language]:
            if IS_UNSPACED.search(word) or not self.begins.keys().isdisjoint(stems_of(word, language)):
                return True
            self.silent[language].add(word)
        return False

    def hits(self, text: str, language: str) -> list[Hit]:
        """In order; none reaches into another."""
        if not self.may_hold(text, language):
            return []
        found, tokens, end = [], list(tokens_of(text, language)), -1
        for place, token in enumerate(tokens):
            if token.stem in self.begins and token.start >= end:
                for way, part in self.begins[token.stem]:
                    there = tokens[place : place + len(way)]
                    if tuple(one.stem for one in there) == way:
                        end = there[-1].end
                        found.append(Hit(token.start, end, part))
                        break
        return found


def tokens_of(text: str, language: str) -> Iterator[Token]:
    for match in WORD.finditer(text):
        start = match.start()
        if IS_UNSPACED.search(match[0]):
            yield from unspaced(match[0], start, language)
        else:
            for stem in stems_of(match[0], language):
                yield Token(start, match.end(), stem)


def unspaced(run: str, start: int, language: str) -> Iterator[Token]:
    """Each sign is folded where it stands, as two may be made of one: the “am” of Thai is. A pair of what was made is
    marked with all of the signs of which it was made."""
    text, places = "", []
    for sign in SIGN.finditer(run):
        made = LEFT_OUT.sub("", folded(sign[0]))
        text += made
        places += [(start + sign.start(), start + sign.end())] * len(made)
    for word in WORD.finditer(text):
        for piece in RUN.finditer(text, word.start(), word.end()):
            last = piece.end() - 1
            if IS_UNSPACED.match(piece[0]):
                for place in range(piece.start(), max(last, piece.start() + 1)):
                    end = min(place + 1, last)
                    yield Token(places[place][0], places[end][1], text[place : end + 1])
            else:
                for stem in stems([piece[0]], language):
                    yield Token(places[piece.start()][0], places[last][1], stem)


@lru_cache(100_000)
def stems_of(word: str, language: str) -> tuple[str, ...]:
    return tuple(stems(words(word), language))


def parts_in(hits: Collection[Hit]) -> set[int]:
    return {hit.part for hit in hits}


def marked(text: str, hits: Collection[Hit]) -> SafeString:
    """The text as HTML, the hits in `mark`."""
    pieces, last = [], 0
    for hit in hits:
        if hit.start > last or not pieces:
            pieces.append((text[last : hit.start], text[hit.start : hit.end]))
        else:
            # Two that touch, as pairs of signs do, are one mark.
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + text[hit.start : hit.end])
        last = hit.end
    return format_html_join("", "{}<mark>{}</mark>", pieces) + format_html_join("", "{}", [(text[last:],)])


def piece(text: str, hits: Sequence[Hit]) -> SafeString:
    """So much of the text around the place where most of what was asked for stands close together, as HTML."""
    best = max(hits, key=lambda hit: (len(parts_in(within(hits, hit.start))), -hit.start))
    start = word_start(text, best.start - BEFORE)
    end = word_end(text, start + LENGTH)
    inside = [
        Hit(hit.start - start, hit.end - start, hit.part) for hit in hits if start <= hit.start and hit.end <= end
    ]
    return format_html(
        "{}{}{}", "… " if start else "", marked(text[start:end], inside), " …" if end < len(text) else ""
    )


def within(hits: Sequence[Hit], start: int) -> list[Hit]:
    return [hit for hit in hits if start <= hit.start and hit.end <= start + LENGTH - BEFORE]


def word_start(text: str, place: int) -> int:
    if place <= 0:
        return 0
    blank = text.find(" ", place, place + BEFORE)
    return blank + 1 if blank >= 0 else after_marks(text, place)


def word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    blank = text.rfind(" ", place - BEFORE, place)
    return blank if blank >= 0 else after_marks(text, place)


def after_marks(text: str, place: int) -> int:
    """No letter is parted from its marks."""
    return ITS_MARKS.match(text, place).end()
