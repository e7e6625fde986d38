"""What a reader asks for, read off the words that were typed."""

import re
from dataclasses import dataclass

from text.terms import words

MOST_WORDS = 12
# As people and word processors type them.
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
# A phrase in quotes, or whatever stands between two blanks; with a minus before it, it must not be there.
PART = re.compile(r'(?<!\S)([-−–])?(?:"([^"]*)"?|([^\s"]+))|([^\s"]+)')


@dataclass(frozen=True)
class Part:
    """One word, or several that follow one another. `quoted`: just so, with nothing taken for them."""

    words: tuple[str, ...]
    quoted: bool = False

    @property
    def joined(self) -> str:
        """“peacebuilding” for “peace-building”."""
        return "".join(self.words)


@dataclass(frozen=True)
class Asked:
    wanted: tuple[Part, ...] = ()
    unwanted: tuple[Part, ...] = ()


def read(text: str) -> Asked:
    """At most twelve words in all; what holds no word asks for nothing."""
    wanted, unwanted, room = {}, {}, MOST_WORDS
    for minus, quoted, bare, glued in PART.findall(text.translate(QUOTES)):
        found = tuple(words(quoted or bare or glued))[:room]
        if found:
            room -= len(found)
            (unwanted if minus else wanted)[Part(found, bool(quoted))] = None
    return Asked(tuple(wanted), tuple(unwanted))
