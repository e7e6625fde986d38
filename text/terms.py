"""Words of a text as a search compares them: folded, stemmed by language, scripts without blanks in pairs of signs."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from threading import get_ident

import Stemmer

from text.keys import folded

# Han, Kana, Hangul's neighbours, Thai, Lao, Burmese, Khmer: words follow one another without a blank.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Signs that belong to the letter before them, in the scripts that write vowels so.
MARKS = "".join(sign for sign in map(chr, range(0x300, 0x1200)) if unicodedata.category(sign).startswith("M"))
# What Arabic and Hebrew leave out as a rule: vowel signs, and the stroke that stretches a word. (Not Hebrew's own
# hyphen and stops, which stand among its signs and part words.)
LEFT_OUT = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
WORD = re.compile(rf"[^\W_]+(?:[{MARKS}]+[^\W_]*)*")
RUN = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
IS_UNSPACED = re.compile(f"[{UNSPACED}]")
# Nobody searches for a longer one; what is longer is cut.
LONGEST = 60
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return words_of_key(folded(text))


def words_of_key(key: str) -> list[str]:
    """The words of what is folded already, as the key of a name is: in half the time."""
    return WORD.findall(LEFT_OUT.sub("", key))


def stems(words: Iterable[str], language: str) -> list[str]:
    """What is indexed of such words in this language (a BCP 47 tag), in order: a stem each; of a run of signs without
    blanks every pair of neighbours. In a language without a stemmer words stay as they are."""
    parts = [part for word in words for part in parts_of(word)]
    algorithm = STEMMERS.get(language.partition("-")[0].lower())
    return stemmer(algorithm, get_ident())(parts) if algorithm else parts


def parts_of(word: str) -> list[str]:
    if not IS_UNSPACED.search(word):
        return [word[:LONGEST]]
    return [part for run in RUN.findall(word) for part in (pairs(run) if IS_UNSPACED.match(run) else [run[:LONGEST]])]


def pairs(run: str) -> list[str]:
    return ["".join(pair) for pair in pairwise(run)] or [run]


@lru_cache(256)
def stemmer(algorithm: str, thread: int):
    """Each thread has its own, as one cannot serve two at a time."""
    return Stemmer.Stemmer(algorithm).stemWords
