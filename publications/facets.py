"""The choices beside the list, each with the length of the list that choosing it leads to."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractYear

from authors.models import Author
from publications.filtering import Filtering
from publications.models import Authorship, PublicationType, ReportTopic
from text.languages import language_name
from topics.models import Topic

AT_FIRST = 8
MOST_AUTHORS = 12


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
    """One heading with its choices: the first few, and the rest behind a disclosure."""

    title: str
    choices: list[Choice]

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


def added(filtering, facet, value, label, count):
    """A choice that narrows the list further."""
    selection = filtering.selection
    return Choice(facet, value, label, count, value in selection.of(facet), selection.adding(facet, value).query)


def alone(filtering, facet, value, label, count):
    """A choice that takes the place of the others of its facet."""
    selection = filtering.selection
    return Choice(facet, value, label, count, value in selection.of(facet), selection.having(facet, (value,)).query)


def topic_facets(filtering, total):
    counts = topic_counts(filtering)
    chosen = {topic.pk for topic in filtering.found["topic"].values()}
    counts |= dict.fromkeys(chosen, total)
    topics = Topic.objects.shown().filter(pk__in=counts).in_bulk()
    by_kind = defaultdict(list)
    for pk, topic in topics.items():
        if counts[pk] and (pk in chosen or not topic.retired):
            by_kind[topic.kind].append(topic)
    for kind, title in (("subject", "Subject"), ("place", "Place"), ("programme", "Programme")):
        ordered = sorted(by_kind[kind], key=lambda topic: (-counts[topic.pk], topic.name_key))
        yield Facet(title, [added(filtering, "topic", topic.slug, topic.name, counts[topic.pk]) for topic in ordered])


def topic_counts(filtering):
    """{topic id: reports of the selection that carry it or one below it}. A parent's are counted once each."""
    rows = ReportTopic.objects.filter(content_object__in=filtering.reports()).exclude(tag__kind=Topic.Kind.KEYWORD)
    counts = dict(rows.order_by().values_list("tag").annotate(Count("content_object")))
    carried = defaultdict(set)
    for tag, report in rows.filter(tag__in=list(filtering.families)).order_by().values_list("tag", "content_object"):
        carried[tag].add(report)
    for parent, family in filtering.families.items():
        counts[parent] = len(set().union(*(carried.get(member, ()) for member in family)))
    return counts


def type_choices(filtering):
    counts = grouped(filtering.reports(without="type"), "type")
    types = PublicationType.objects.filter(pk__in=counts)
    return [alone(filtering, "type", row.slug, row.name, counts[row.pk]) for row in types]


def year_choices(filtering):
    rows = filtering.reports(without="year").annotate(year=ExtractYear("date"))
    counts = grouped(rows, "year")
    return [alone(filtering, "year", f"{year:04}", str(year), counts[year]) for year in sorted(counts, reverse=True)]


def language_choices(filtering):
    counts = grouped(filtering.reports(without="language"), "language")
    ordered = sorted(counts, key=lambda tag: (-counts[tag], tag))
    return [alone(filtering, "language", tag, language_name(tag), counts[tag]) for tag in ordered]


def author_choices(filtering, total):
    """The most frequent few, and the chosen ones. An author in two roles on a report counts once."""
    rows = Authorship.objects.filter(report__in=filtering.reports()).order_by()
    chosen = {author.pk: author for author in filtering.found["author"].values()}
    counted = rows.values_list("author").annotate(number=Count("report", distinct=True))
    counts = dict(counted.order_by("-number", "author__sort_key", "author__slug")[:MOST_AUTHORS])
    counts |= dict.fromkeys(chosen, total)
    authors = Author.objects.filter(pk__in=counts)
    ordered = sorted(
        (author for author in authors if counts[author.pk]), key=lambda one: (-counts[one.pk], one.sort_key)
    )
    return [added(filtering, "author", author.slug, author.name, counts[author.pk]) for author in ordered]


def grouped(rows, column):
    """{value: number of reports} of one column."""
    return dict(rows.order_by().values_list(column).annotate(number=Count("pk")))
