"""The one function that cleans text at every door, and the two views of HTML as plain words."""

import re
import unicodedata
from html import unescape

from django.utils.html import strip_tags

from text.figures import without_figures
from text.notes import notes_of, without_notes

LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# C0 and C1 controls but tab and newline; lone surrogates; the 66 non-characters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|tr|td|th|blockquote|pre|figcaption|small)>|<(?:br|hr)\s*/?>", re.IGNORECASE)
SPACE = re.compile(r"\s+")


def clean_text(value: str) -> str:
    """NFC; other line separators become newlines; what no text should hold is dropped."""
    return unicodedata.normalize("NFC", FORBIDDEN.sub("", LINE_BREAKS.sub("\n", value)))


def clean_line(value: str) -> str:
    """Clean text on one line, white space folded."""
    return SPACE.sub(" ", clean_text(value)).strip()


def holds_forbidden(value: str) -> bool:
    """Whether cleaning would drop a character: such a value in an address or a query matches nothing."""
    return bool(FORBIDDEN.search(value))


def words_of(html: str) -> str:
    """The visible words of an HTML fragment on one line: no tag, no attribute, no link target. Those of its notes come
    last, so that they part no sentence."""
    parts = [without_notes(html), *notes_of(html)]
    return SPACE.sub(" ", unescape(strip_tags(BLOCK_END.sub(" ", " ".join(parts))))).strip()


def running_words(html: str) -> str:
    """Those of the text itself: of no note and no figure."""
    return words_of(without_figures(without_notes(html)))


def cut_at_word(words: str, length: int) -> str:
    """At most `length` characters, cut between words and closed with an ellipsis."""
    if len(words) <= length:
        return words
    head = words[: length - 1]
    return f"{(head.rsplit(' ', 1)[0] or head).rstrip(' ,;:.–—-')}…"
