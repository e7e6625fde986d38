"""From a selection to reports: its values resolved among what the public may know of, then keys in order."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.text import get_text_list

from publications import listed
from publications.finding import following
from publications.finding.picture import Carried
from publications.listed import Live
from publications.search import Found, Search
from publications.selection import FACETS, Selection
from text.languages import is_language, language_name

# Of more values than these a sentence says that there are more.
MOST_VALUES_SAID = 5
# {facet: how its values are led up to, and joined}
SAID = {
    "topic": ("on", "and"),
    "author": ("by", "and"),
    "type": ("of the type", "or"),
    "year": ("from", "or"),
    "language": ("in", "or"),
}


@dataclass
class Filtering:
    """A selection with its topics, authors and types found among what is live. What was not found stays out: it matches
    nothing."""

    selection: Selection
    live: Live
    found: dict[str, dict]

    @property
    def picture(self):
        return self.live.picture

    @cached_property
    def is_possible(self):
        known = (set(self.selection.of(facet)) <= set(rows) for facet, rows in self.found.items())
        years = all(
            len(year) == 4 and year.isascii() and year.isdigit() and year > "0000" for year in self.selection.of("year")
        )
        languages = all(map(is_language, self.selection.of("language")))
        return self.selection.possible and all(known) and years and languages

    def chosen(self, without=None) -> np.ndarray:
        """Whether each report is live and of the selection; `without` leaves one facet out."""
        if not self.is_possible:
            return np.zeros(len(self.picture), bool)
        masks = [mask for facet, mask in self.masks.items() if facet != without]
        return np.logical_and.reduce([self.live.mask, self.worded, *masks])

    @cached_property
    def masks(self):
        asked = [facet for facet in FACETS if self.selection.of(facet)]
        return {facet: getattr(self, f"by_{facet}")() for facet in asked}

    def by_topic(self):
        """All of them; a parent stands for itself and all below it."""
        return self.having(self.live.topics, "topic")

    def by_author(self):
        return self.having(self.picture.authors, "author")

    def having(self, carried: Carried, facet: str):
        each = (carried.having([row.pk], len(self.picture)) for row in self.found[facet].values())
        return np.logical_and.reduce([self.live.mask, *each])

    def by_type(self):
        return np.isin(self.picture.types, [row.pk for row in self.found["type"].values()])

    def by_year(self):
        return np.isin(self.picture.years, [int(year) for year in self.selection.of("year")])

    def by_language(self):
        asked = self.selection.of("language")
        return np.isin(self.picture.languages, [code for code, tag in enumerate(self.picture.tags) if tag in asked])

    @cached_property
    def worded(self) -> np.ndarray:
        """Whether each report has the words that were asked for."""
        if not self.selection.words:
            return np.ones(len(self.picture), bool)
        mask = np.zeros(len(self.picture), bool)
        mask[self.by_words.numbers] = True
        return mask

    @cached_property
    def by_words(self) -> Found:
        return self.search.found

    @cached_property
    def search(self) -> Search:
        return Search(self.selection.words, self.live)

    def keys(self) -> np.ndarray:
        """What the list shows, in a total order."""
        chosen, picture, order = self.chosen(), self.picture, self.selection.order
        if not chosen.any():
            return picture.keys[:0]
        if order == "relevance":
            numbers = self.by_words.numbers
            return picture.keys[numbers[chosen[numbers]]]
        if order == "newest":
            return picture.keys[chosen]
        numbers = picture.oldest_first if order == "oldest" else following.by_title(picture)
        return picture.keys[numbers[chosen[numbers]]]

    def label(self, facet, value):
        """How a chosen value is called; as it was typed where it is unknown."""
        if facet == "language":
            return language_name(value)
        row = self.found.get(facet, {}).get(value)
        return str(row) if row else value

    def said(self, before_words="with") -> str:
        """What was asked for: “with “peace”, on Water and Lowani, in French”."""
        said = [f"{before_words} “{self.selection.words}”"] if self.selection.words else []
        for facet, (lead, last) in SAID.items():
            if values := self.selection.of(facet):
                labels = [self.label(facet, value) for value in values[:MOST_VALUES_SAID]]
                labels += ["more"] if len(values) > MOST_VALUES_SAID else []
                said.append(f"{lead} {get_text_list(labels, last)}")
        return ", ".join(said)


def resolve(selection: Selection, live: Live | None = None) -> Filtering:
    """As many queries, whatever is asked for."""
    live = live or listed.live()
    found = {
        "topic": listed.topic_rows(selection.of("topic"), live),
        "author": listed.author_rows(selection.of("author"), live),
        "type": listed.type_rows(selection.of("type"), live),
    }
    return Filtering(selection, live, found)


def moved(filtering: Filtering) -> dict[tuple[str, str], str]:
    """{(facet, former slug): present slug} for what was asked for by a former slug, if the public may know of it."""
    asked, found = filtering.selection, filtering.found
    if not asked.possible:
        return {}
    unknown = {facet: [value for value in asked.of(facet) if value not in rows] for facet, rows in found.items()}
    present = {facet: listed.present_slugs(facet, values) for facet, values in unknown.items() if values}
    values = {facet: tuple(slugs.values()) for facet, slugs in present.items()}
    again = resolve(Selection(values=values), filtering.live).found
    return {
        (facet, former): slug
        for facet, slugs in present.items()
        for former, slug in slugs.items()
        if slug in again[facet]
    }
