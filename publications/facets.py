"""The choices beside the list, each with the length of the list that choosing it leads to."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from authors.models import Author
from publications.filtering import Filtering
from publications.models import PublicationType
from text.languages import language_name
from topics.models import Topic

AT_FIRST = 8
MOST_AUTHORS = 12
MOST_TOPICS = 150
# So few topics are asked for by their keys; more are found among all.
FEW = 300


@dataclass
class Choice:
    facet: str
    value: str
    label: str
    count: int
    chosen: bool
    query: str


@dataclass
class Facet:
    """One heading with its choices: the first few, and the rest behind a disclosure. `more_topics`: there are more than
    are listed."""

    title: str
    choices: list[Choice]
    more_topics: bool = False

    @property
    def first(self):
        return [choice for place, choice in enumerate(self.choices) if place < AT_FIRST or choice.chosen]

    @property
    def rest(self):
        return [choice for place, choice in enumerate(self.choices) if place >= AT_FIRST and not choice.chosen]


def facets(filtering: Filtering, total: int) -> list[Facet]:
    """Every facet that offers a choice. `total` is the length of the list as it stands."""
    found = [
        *topic_facets(filtering, total),
        Facet("Type", type_choices(filtering)),
        Facet("Year", year_choices(filtering)),
        Facet("Author", author_choices(filtering, total)),
        Facet("Language", language_choices(filtering)),
    ]
    return [facet for facet in found if len(facet.choices) > (facet.title == "Language")]


def added(filtering, facet, rows):
    """Choices that narrow the list further. `rows`: (value, label, count)"""
    selection = filtering.selection
    queries = selection.queries_adding(facet, [value for value, _, _ in rows])
    return [
        Choice(facet, value, label, count, value in selection.of(facet), query)
        for (value, label, count), query in zip(rows, queries, strict=True)
    ]


def alone(filtering, facet, value, label, count):
    """A choice that takes the place of the others of its facet."""
    selection = filtering.selection
    return Choice(facet, value, label, count, value in selection.of(facet), selection.having(facet, (value,)).query)


def topic_facets(filtering, total):
    """The most frequent of each kind, of those that tie the first by name; and the chosen ones."""
    counts = topic_counts(filtering)
    chosen = {topic.pk for topic in filtering.found["topic"].values()}
    counts |= dict.fromkeys(chosen, total)
    by_kind = defaultdict(list)
    rows = Topic.objects.shown().order_by().values_list("kind", "name_key", "pk", "retired", "slug", "name")
    for kind, key, pk, retired, slug, name in rows.filter(pk__in=counts) if len(counts) < FEW else rows:
        if counts.get(pk) and (pk in chosen or not retired):
            by_kind[kind].append((-counts[pk], key, pk, slug, name))
    for kind, title in (("subject", "Subject"), ("place", "Place"), ("programme", "Programme")):
        ordered = sorted(by_kind[kind])
        shown = ordered[:MOST_TOPICS] + [row for row in ordered[MOST_TOPICS:] if row[2] in chosen]
        choices = added(filtering, "topic", [(slug, name, counts[pk]) for _, _, pk, slug, name in shown])
        yield Facet(title, choices, more_topics=len(ordered) > MOST_TOPICS)


def topic_counts(filtering):
    """{topic id: reports of the selection that carry it or one below it}"""
    return filtering.live.topics.counts(filtering.chosen())


def type_choices(filtering):
    counts = grouped(filtering, "type", filtering.picture.types)
    types = PublicationType.objects.filter(pk__in=counts)
    return [alone(filtering, "type", row.slug, row.name, counts[row.pk]) for row in types]


def year_choices(filtering):
    counts = grouped(filtering, "year", filtering.picture.years)
    return [alone(filtering, "year", f"{year:04}", str(year), counts[year]) for year in sorted(counts, reverse=True)]


def language_choices(filtering):
    tags, counted = filtering.picture.tags, grouped(filtering, "language", filtering.picture.languages)
    counts = {tags[code]: number for code, number in counted.items()}
    ordered = sorted(counts, key=lambda tag: (-counts[tag], tag))
    return [alone(filtering, "language", tag, language_name(tag), counts[tag]) for tag in ordered]


def author_choices(filtering, total):
    """The most frequent few, of those that tie the first to be entered; and the chosen ones."""
    chosen = {author.pk: author for author in filtering.found["author"].values()}
    counts = filtering.picture.authors.most(filtering.chosen(), MOST_AUTHORS) | dict.fromkeys(chosen, total)
    authors = Author.objects.filter(pk__in=counts).only("slug", "name", "sort_key")
    ordered = sorted(
        (author for author in authors if counts[author.pk]), key=lambda one: (-counts[one.pk], one.sort_key)
    )
    return added(filtering, "author", [(author.slug, author.name, counts[author.pk]) for author in ordered])


def grouped(filtering, facet, column):
    """{value: number of reports of the selection without this facet} of one column."""
    values, counts = np.unique(column[filtering.chosen(without=facet)], return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))
