"""From a selection to reports: its values resolved among what the public may know of, then a queryset."""

from dataclasses import dataclass, field
from functools import cached_property

from publications import listed, search
from publications.models import Authorship, Report, ReportTopic
from publications.selection import FACETS, Selection
from text.languages import is_language, language_name
from topics.models import Topic

ORDERS = {"newest": "newest", "oldest": "oldest", "title": "by_title"}


@dataclass
class Filtering:
    """A selection with its topics, authors and types found. What was not found stays out: it matches nothing."""

    selection: Selection
    found: dict[str, dict] = field(default_factory=dict)
    families: dict[int, set[int]] = field(default_factory=dict)

    @cached_property
    def is_possible(self):
        known = (set(self.selection.of(facet)) <= set(rows) for facet, rows in self.found.items())
        years = all(
            len(year) == 4 and year.isascii() and year.isdigit() and year > "0000" for year in self.selection.of("year")
        )
        languages = all(map(is_language, self.selection.of("language")))
        return self.selection.possible and all(known) and years and languages

    def reports(self, without=None):
        """The live reports of the selection, unordered; `without` leaves one facet out."""
        rows = Report.objects.live().order_by()
        if not self.is_possible:
            return rows.none()
        for facet in FACETS:
            if facet != without and self.selection.of(facet):
                rows = getattr(self, f"by_{facet}")(rows)
        return search.search(rows, self.selection.words)

    def by_topic(self, rows):
        """All of them; a parent stands for itself and all below it."""
        for topic in self.found["topic"].values():
            family = self.families.get(topic.pk, {topic.pk})
            rows = rows.filter(pk__in=ReportTopic.objects.filter(tag__in=family).order_by().values("content_object"))
        return rows

    def by_author(self, rows):
        for author in self.found["author"].values():
            rows = rows.filter(pk__in=Authorship.objects.filter(author=author).order_by().values("report"))
        return rows

    def by_type(self, rows):
        return rows.filter(type__in=list(self.found["type"].values()))

    def by_year(self, rows):
        return rows.filter(date__year__in=[int(year) for year in self.selection.of("year")])

    def by_language(self, rows):
        return rows.filter(language__in=self.selection.of("language"))

    def ordered(self):
        """What the list shows, in a total order."""
        rows = self.reports()
        if self.selection.order == "relevance":
            return search.by_relevance(rows, self.selection.words)
        return getattr(rows, ORDERS[self.selection.order])()

    def label(self, facet, value):
        """How a chosen value is called; as it was typed where it is unknown."""
        if facet == "language":
            return language_name(value)
        row = self.found.get(facet, {}).get(value)
        return str(row) if row else value


def resolve(selection: Selection) -> Filtering:
    """Four queries, whatever is asked for."""
    families = Topic.objects.families()
    found = {
        "topic": listed.topic_rows(selection.of("topic"), families),
        "author": listed.author_rows(selection.of("author")),
        "type": listed.type_rows(selection.of("type")),
    }
    return Filtering(selection, found, families)


def moved(filtering: Filtering) -> dict[tuple[str, str], str]:
    """{(facet, former slug): present slug} for what was asked for by a former slug, if the public may know of it."""
    asked, found = filtering.selection, filtering.found
    if not asked.possible:
        return {}
    unknown = {facet: [value for value in asked.of(facet) if value not in rows] for facet, rows in found.items()}
    present = {facet: listed.present_slugs(facet, values) for facet, values in unknown.items() if values}
    again = resolve(Selection(values={facet: tuple(slugs.values()) for facet, slugs in present.items()})).found
    return {
        (facet, former): slug
        for facet, slugs in present.items()
        for former, slug in slugs.items()
        if slug in again[facet]
    }
