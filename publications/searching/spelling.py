"""What somebody may have meant who typed a word that no live report holds."""

from collections.abc import Callable

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Index

from publications.searching import engine
from text.terms import WORD, words

# How far a word may be from what was meant: letters added, left out, taken for others, swapped. Of shorter words nobody
# can tell.
SHORTEST, SHORT, FAR, NEAR = 4, 5, 2, 1
MOST_TRIED = 8


Known = Callable[[str], bool]
Names = Callable[[str], dict[str, int]]


def corrected(text: str, wrong: set[str], index: Index, stands: Known, borne: Names) -> str:
    """The text with each of these words (folded) replaced by the nearest that stands in some live report; nothing if
    one has none, or cannot be told from its neighbours in the text as it was typed: “℡Ω” is one word, “telω”, of two
    signs. `borne`: the words of names that may have been meant, and in how many reports."""
    right = {}
    for word in sorted(wrong, key=lambda one: (len(one), one)):
        right[word] = nearest(word, index, stands, borne)
        if not right[word]:
            return ""
    pieces, last = [], 0
    for match in WORD.finditer(text):
        folded = words(match[0])
        if len(folded) == 1 and folded[0] in right:
            pieces += [text[last : match.start()], right[folded[0]]]
            last = match.end()
    meant = "".join([*pieces, text[last:]])
    return meant if words(meant) == [right.get(word, word) for word in words(text)] else ""


def nearest(word: str, index: Index, stands: Known, borne: Names) -> str:
    """Of the words that begin with its first letter, or its second, as the first may be wrong: the nearest one; of
    equal ones the most frequent."""
    if len(word) < SHORTEST:
        return ""
    counts = borne(word)
    for letter in dict.fromkeys(word[:2]):
        counts |= dict(engine.beginning(index, letter))
    far = NEAR if len(word) <= SHORT else FAR
    found = process.extract(word, list(counts), scorer=OSA.distance, score_cutoff=far, limit=None)
    ordered = sorted(found, key=lambda one: (one[1], -counts[one[0]], one[0]))[:MOST_TRIED]
    return next((one for one, _, _ in ordered if one != word and stands(one)), "")
