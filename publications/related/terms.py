"""What a text says, as counted terms: its words, and the pairs of words that stand side by side.

A term is known by 32 bits of its checksum. Two terms with one checksum count as one, which is rare and does no harm.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from zlib import crc32

import numpy as np

from publications.related.stopwords import STOP_WORDS
from text.keys import folded

# A word of the title counts as often as if it stood in the text three times.
TITLE = 3
# Of a longer text the terms that it uses most: a bound for what is stored, far above the 160 that are weighed.
MOST = 2000
COUNTS = np.dtype([("key", "<u4"), ("count", "<u2")])
ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\b(?:[\w-]+\.)+(?:com|edu|gov|int|io|mil|net|org|us)\b\S*")
# Chinese, Japanese and Korean do not part their words: each sign is one, and pairs of signs stand for words.
UNPARTED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
WORD = re.compile(rf"[{UNPARTED}]|[^\W\d_{UNPARTED}][^\W{UNPARTED}]+")


def words(text: str, language: str) -> list[str]:
    """In the form in which they compare, without addresses and without words that say nothing in this language."""
    stop = STOP_WORDS.get(language, frozenset())
    return [word for word in WORD.findall(without_addresses(folded(text))) if word not in stop]


def without_addresses(text: str) -> str:
    """Few words can be one, and only these are looked at closely: a long text takes half the time."""
    return " ".join(
        ADDRESS.sub(" ", word) if "." in word[:-1] or "@" in word or ":" in word else word for word in text.split()
    )


def count_terms(title: str, texts: Iterable[str], language: str) -> bytes:
    """The terms of a report, packed: its title, and its visible words in `texts`."""
    counts = Counter()
    for text, times in [(title, TITLE), *((text, 1) for text in texts)]:
        found = words(text, language)
        for term, number in Counter([*found, *map(" ".join, pairwise(found))]).items():
            counts[crc32(term.encode())] += number * times
    return packed(counts)


def packed(counts: dict[int, int]) -> bytes:
    """Sorted by key. Of too many the most frequent are kept, and of those that are equal the smallest keys."""
    kept = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    return np.array([(key, min(count, 0xFFFF)) for key, count in sorted(kept)], COUNTS).tobytes()


def unpacked(terms: bytes) -> np.ndarray:
    """An array of `key` and `count`."""
    return np.frombuffer(terms, COUNTS)


def unpacked_all(texts: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """The terms of all these, and the place in `texts` of each one's owner."""
    lengths = [len(terms) // COUNTS.itemsize for terms in texts]
    return unpacked(b"".join(texts)), np.repeat(np.arange(len(texts)), lengths)
