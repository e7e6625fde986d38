"""Which names of topics look like one: “Peace-building” and “Peacebuilding”, “U.S.” and “United States”.

No pair is looked at that shares nothing: names meet in buckets, by what is left of them once hyphens, plurals and the
order of words are put aside, by their initials, and by the pieces that a slip of the pen leaves whole.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import combinations, pairwise

from text.keys import name_key

WORD = re.compile(r"\w+")
ABBREVIATION = re.compile(r"(?:\w\.){2,}\w?\.?|[^\W\d_a-z]{2,6}")
BRACKETS = re.compile(r"\([^()]*\)")
DIGITS = re.compile(r"\d+")
SMALL = {"and", "the", "of", "for", "in", "on", "a", "an", "et", "de", "la", "und"}
# {letters: how many of them may differ}: “Iran” and “Iraq” are two.
SLIPS = {6: 1, 12: 2}
# What a page can hold, and what a request may look at, whatever the names are.
MOST, MOST_COMPARED = 500, 60_000


class Why(Enum):
    SPELT = "The same letters"
    PLURAL = "Singular and plural"
    WORDS = "The same words"
    INITIALS = "An abbreviation and its words"
    BRACKETS = "The same but for what stands in brackets"
    SLIP = "Nearly the same letters"


@dataclass(frozen=True)
class Alike:
    """Two topics by their keys, the lower first."""

    one: int
    other: int
    why: Why


def alike(names: Mapping[int, Iterable[str]]) -> list[Alike]:
    """The pairs among {key of a topic: its name, then other words for it}, the surest first; at most `MOST`."""
    told = [(key, name) for key, given in names.items() for name in given]
    found = {}
    for why, pairs in (
        (Why.SPELT, meeting(told, bare)),
        (Why.PLURAL, meeting(told, singular)),
        (Why.WORDS, meeting(told, words_in_order)),
        (Why.INITIALS, initials_met(told)),
        (Why.BRACKETS, bracketed(told)),
        (Why.SLIP, slips(told)),
    ):
        for one, other in pairs:
            if len(found) == MOST:
                break
            found.setdefault((min(one, other), max(one, other)), why)
    return [Alike(one, other, why) for (one, other), why in found.items()]


# What is left of a name


def words_of(name: str) -> list[str]:
    return WORD.findall(name_key(name).replace("&", " and "))


def bare(name: str) -> str:
    return "".join(word for word in words_of(name) if word not in {"and", "the"})


def singular(name: str) -> str:
    return "".join(map(without_plural, (word for word in words_of(name) if word not in SMALL)))


def without_plural(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def words_in_order(name: str) -> str:
    words = sorted(without_plural(word) for word in words_of(name) if word not in SMALL)
    return " ".join(words) if len(words) > 1 else ""


# Where names meet


def meeting(told, left_of) -> Iterator[tuple[int, int]]:
    buckets = defaultdict(set)
    for key, name in told:
        if left := left_of(name):
            buckets[left].add(key)
    for keys in buckets.values():
        yield from combinations(sorted(keys), 2)


def bracketed(told) -> Iterator[tuple[int, int]]:
    """Names of which one has something in brackets, and the other nothing: “Rivers (dry)” and “Rivers”."""
    whole = defaultdict(set)
    for key, name in told:
        whole[bare(name)].add(key)
    for key, name in told:
        if "(" in name and (left := bare(BRACKETS.sub(" ", name))):
            yield from ((key, other) for other in sorted(whole[left] - {key}))


def initials_met(told) -> Iterator[tuple[int, int]]:
    whole = defaultdict(set)
    for key, name in told:
        for letters in initials(name):
            whole[letters].add(key)
    for key, name in told:
        if ABBREVIATION.fullmatch(name.strip()):
            yield from ((key, other) for other in sorted(whole[bare(name)] - {key}))


def initials(name: str) -> set[str]:
    """With and without the small words: “U.S.” is the United States, “DRC” the Democratic Republic of the Congo."""
    words = words_of(name)
    large = [word for word in words if word not in SMALL]
    return {"".join(word[0] for word in chosen) for chosen in (words, large) if len(chosen) > 1}


def slips(told) -> Iterator[tuple[int, int]]:
    """Names of which few letters differ, none of them the first and no digit: of so many differences, one of the
    pieces into which the name is cut is free."""
    keys = defaultdict(set)
    for key, name in told:
        keys[bare(name)].add(key)
    pieces = defaultdict(list)
    for text in keys:
        for number, (start, end) in enumerate(cut(text)):
            pieces[kind_of(text), len(text), number, text[start:end]].append(text)
    compared = 0
    for text in keys:
        for other in candidates(text, pieces):
            compared += 1
            if compared > MOST_COMPARED:
                return
            if text < other and within(text, other, min(allowed(text), allowed(other))):
                yield from ((one, two) for one in sorted(keys[text]) for two in sorted(keys[other]) if one != two)


def kind_of(text: str) -> tuple[str, ...]:
    return text[:1], *DIGITS.findall(text)


def allowed(text: str) -> int:
    return max((slips for length, slips in SLIPS.items() if len(text) >= length), default=0)


def cut(text: str) -> list[tuple[int, int]]:
    """Where its pieces begin and end: one more than letters may differ."""
    parts = allowed(text) + 1
    ends = [len(text) * number // parts for number in range(parts + 1)]
    return list(pairwise(ends)) if parts > 1 else []


def candidates(text: str, pieces: Mapping) -> set[str]:
    """Those of about this length that have a piece in the same place, or up to as many letters beside it."""
    most, found = allowed(text), set()
    for length in range(len(text) - most, len(text) + most + 1):
        for number, (start, end) in enumerate(cut("x" * length)):
            for shift in range(-most, most + 1):
                piece = text[max(start + shift, 0) : end + shift]
                found.update(pieces.get((kind_of(text), length, number, piece), ()))
    return found - {text}


def within(one: str, other: str, most: int) -> bool:
    """Whether so many letters put in, left out or replaced make the one of the other."""
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row = row, [place]
        for number, against in enumerate(other, 1):
            row.append(min(above[number] + 1, row[-1] + 1, above[number - 1] + (letter != against)))
        if min(row) > most:
            return False
    return row[-1] <= most
