"""Finding live reports by words: what a reader typed, and which reports answer it, the best first.

Pages ask here and nowhere else. publications/searching/ holds the parts: what was asked for, who is called so, the
index and its engine.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise

import numpy as np

from publications.finding.picture import numbers_of
from publications.listed import Live
from publications.related.stopwords import WORDS
from publications.searching import engine, keeping
from publications.searching.asked import Part, read
from publications.searching.engine import Wanted
from publications.searching.names import Names, named
from text.terms import stems, words

STOPWORDS = {language: set(words(listed)) for language, listed in WORDS.items()}
# How much more a report of today counts than an old one, and after how many days it is half of that.
FRESHNESS, HALF_LIFE = 0.1, 4 * 365
# Of the words that begin as one does that is unknown, so many are searched for.
MOST_LONGER = 30


@dataclass(frozen=True)
class Found:
    """`numbers`: the places in the picture of the live reports, the best first. `some`: no report holds all that was
    asked for; these hold some of it."""

    numbers: np.ndarray
    some: bool = False


class Search:
    """One search among what is live at one moment. `languages`: of what is live, in whose ways words are read."""

    def __init__(self, text: str, live: Live):
        self.asked, self.live = read(text), live
        self.languages = sorted(live.languages)

    @cached_property
    def index(self):
        return keeping.current(self.live)

    def found(self) -> Found:
        index = self.index
        if not self.asked.wanted and not self.asked.unwanted:
            return Found(np.zeros(0, np.int64))
        wanted, welcome, unwanted = self.clauses()
        found = Found(self.ranked(*engine.hits(index, wanted, welcome, unwanted, all_of=True)))
        if len(found.numbers) or len(wanted) < 2:
            return found
        return Found(self.ranked(*engine.hits(index, wanted, welcome, unwanted, all_of=False)), some=True)

    def clauses(self) -> tuple[list[Wanted], list[Wanted], list[Wanted]]:
        """What must be there, what counts if it is, what must not be. Words that tell nothing are only welcome, unless
        there are no others."""
        asked = self.asked
        names = named({*asked.wanted, *asked.unwanted}, self.languages)
        telling = [part for part in asked.wanted if not self.says_little(part)]
        little = [part for part in asked.wanted if self.says_little(part)]
        wanted, welcome = (telling, little) if telling else (little, [])
        return (
            [self.wanted(part, names[part]) for part in wanted],
            [*(self.wanted(part, names[part]) for part in welcome), *self.together(wanted, names)],
            [self.wanted(part, names[part]) for part in asked.unwanted],
        )

    def says_little(self, part: Part) -> bool:
        return not part.quoted and any(
            STOPWORDS.get(language.partition("-")[0], set()).issuperset(part.words) for language in self.languages
        )

    def wanted(self, part: Part, names: Names) -> Wanted:
        ways = {tuple(stems(part.words, language)) for language in self.languages}
        if len(part.words) > 1 and not part.quoted:
            ways |= {tuple(stems([part.joined], language)) for language in self.languages}
        if not (part.quoted or names.authors or names.topics or engine.is_known(self.index, ways)):
            ways |= self.beginning(part.joined)
        return Wanted(frozenset(ways), frozenset(names.authors), frozenset(names.topics))

    def beginning(self, word: str) -> set[tuple[str, ...]]:
        """Of a word that stands nowhere: those that begin so."""
        longer = [found for found, _ in engine.beginning(self.index, word, MOST_LONGER)] if len(word) > 2 else []
        return {(stem,) for language in self.languages for stem in stems(longer, language)}

    def together(self, parts: list[Part], names: dict[Part, Names]) -> Iterable[Wanted]:
        """Whoever bears two of the words, and neighbouring words that stand side by side: more than both apart."""
        for one, other in pairwise(parts):
            authors = names[one].authors & names[other].authors
            topics = names[one].topics & names[other].topics
            ways = {tuple(stems([*one.words, *other.words], language)) for language in self.languages}
            yield Wanted(frozenset(ways), frozenset(authors), frozenset(topics))

    def ranked(self, keys: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Those of these that are live, the newer slightly above the older; of equal ones in the order of lists."""
        picture = self.live.picture
        numbers, here = numbers_of(picture.keys, keys)
        here[here] = self.live.mask[numbers[here]]
        numbers, scores = numbers[here], scores[here]
        age = np.maximum(datetime.now(UTC).date().toordinal() - picture.days[numbers], 0)
        worth = np.round(scores * (1 + FRESHNESS * 0.5 ** (age / HALF_LIFE)), 3)
        return numbers[np.lexsort((numbers, -worth))]
