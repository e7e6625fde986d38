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
from django.db.models import Q

from authors.models import Author
from publications.listed import Live
from publications.related.stopwords import WORDS
from publications.searching import engine, keeping
from publications.searching.asked import Part, read
from publications.searching.engine import Wanted
from publications.searching.marking import Sought
from publications.searching.names import Names, named
from publications.searching.spelling import corrected
from text.terms import stems, words, words_of_key

STOPWORDS = {language: set(words(listed)) for language, listed in WORDS.items()}
# How much more a report of today counts than an old one, and after how many days it is half of that.
FRESHNESS, HALF_LIFE = 0.1, 4 * 365
# Of the words that begin as one does that is unknown, so many are searched for.
MOST_LONGER = 30
# Of the names that may have been meant, so many are looked at.
MOST_NAMES = 3000


@dataclass(frozen=True)
class Found:
    """`numbers`: the places in the picture of the live reports, the best first. `some`: no report holds all that was
    asked for; these hold some of it."""

    numbers: np.ndarray
    some: bool = False


class Search:
    """One search among what is live at one moment. `languages`: of what is live, in whose ways words are read."""

    def __init__(self, text: str, live: Live):
        self.text, self.asked, self.live = text, read(text), live
        self.languages = sorted(live.languages)

    @cached_property
    def index(self):
        return keeping.current(self.live)

    @cached_property
    def found(self) -> Found:
        if len(self.holding_all):
            return Found(self.holding_all)
        if self.instead:
            return self.instead.found
        wanted, welcome, unwanted = self.clauses
        if len(wanted) < 2:
            return Found(self.holding_all)
        return Found(self.ranked(*engine.hits(self.index, wanted, welcome, unwanted, all_of=False)), some=True)

    @cached_property
    def holding_all(self) -> np.ndarray:
        """The numbers of the live reports that hold all that was asked for, the best first."""
        if not self.asked.wanted and not self.asked.unwanted:
            return np.zeros(0, np.int64)
        return self.ranked(*engine.hits(self.index, *self.clauses, all_of=True))

    @cached_property
    def instead(self) -> "Search | None":
        """The search that was meant, where nothing holds all words, some stand nowhere, and others are near."""
        if len(self.holding_all):
            return None
        asked = {word for part in self.asked.wanted for word in part.words}
        wrong = asked - self.found_somewhere(asked)
        text = corrected(self.text, wrong, self.index, self.stands, self.borne) if wrong else ""
        other = Search(text, self.live)
        return other if text and len(other.found.numbers) else None

    @property
    def meant(self) -> str:
        """The words that are searched for instead, or nothing."""
        return self.instead.text if self.instead else ""

    def found_somewhere(self, asked: set[str]) -> set[str]:
        """Those of these words that some live report holds, or by which one of its authors or topics is called."""
        held = {word for word in asked if self.is_known({tuple(stems([word], one)) for one in self.languages})}
        names = named([Part((word,)) for word in asked - held], self.languages)
        return held | {word for part, those in names.items() if self.are_seen(those) for word in part.words}

    def stands(self, word: str) -> bool:
        return word in self.found_somewhere({word})

    def are_seen(self, names: Names) -> bool:
        """Whether one of them is on some live report."""
        return any(key in self.live.by_author for key in names.authors) or any(
            key in self.live.by_topic for key in names.topics
        )

    def borne(self, word: str) -> dict[str, int]:
        """{word: number of live reports} of the words in authors' names that begin or end somewhat like this one."""
        rows = Author.objects.filter(Q(name_key__contains=word[:3]) | Q(name_key__contains=word[-3:])).order_by("pk")
        names = dict(rows.values_list("pk", "name_key")[:MOST_NAMES])
        counts = self.live.by_author
        return {word: counts[key] for key, name in names.items() if key in counts for word in words_of_key(name)}

    @cached_property
    def sought(self) -> Sought:
        """What to mark in the texts of what was found."""
        if self.instead:
            return self.instead.sought
        wanted, welcome, _ = self.clauses
        return Sought([one.ways for one in [*wanted, *welcome] if not one.together])

    @cached_property
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
        if not (part.quoted or names.authors or names.topics or self.is_known(ways)):
            ways |= self.beginning(part.joined)
        return Wanted(frozenset(ways), frozenset(names.authors), frozenset(names.topics))

    def is_known(self, ways: Iterable[tuple[str, ...]]) -> bool:
        """Whether some live report holds one of these."""
        return bool(len(self.live.numbers(engine.some(self.index, ways))[0]))

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
            yield Wanted(frozenset(ways), frozenset(authors), frozenset(topics), together=True)

    def ranked(self, keys: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Those of these that are live, the newer slightly above the older; of equal ones in the order of lists."""
        numbers, scores = self.live.numbers(keys, scores)
        age = np.maximum(datetime.now(UTC).date().toordinal() - self.live.picture.days[numbers], 0)
        worth = np.round(scores * (1 + FRESHNESS * 0.5 ** (age / HALF_LIFE)), 3)
        return numbers[np.lexsort((numbers, -worth))]
