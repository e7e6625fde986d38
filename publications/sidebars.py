"""What stands beside a report as readers see it: the stored entries and typed links, of which only live ones show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import F, Q

from publications.models import Authorship, RelatedPublication, Report
from publications.models.related import LINKS
from publications.related.scoring import PLACES
from topics.models import Topic

Origin = RelatedPublication.Origin
Role = Authorship.Role

HEADING = "Related Publications"
BY_THIS_AUTHOR, BY_THESE_AUTHORS = "More from this author", "More from these authors"
OF_THIS_TYPE = "More of this type"


@dataclass(frozen=True)
class Entry:
    """A report in a sidebar, why it is there, and the topics that both share. A fallback's origin is empty; computed
    entries alone have a score."""

    report: Report
    shared: list[Topic]
    origin: str = ""
    score: float | None = None


@dataclass(frozen=True)
class Sidebar:
    heading: str
    entries: list[Entry]
    is_fallback: bool = False


def sidebar(report: Report, at: datetime | None = None) -> Sidebar:
    """What a reader sees beside this report at this moment, which must not lie before the last change."""
    return laid_out(report, list(standing_beside(report, at)), kept_away_from(report), at)


def laid_out(report: Report, beside: list[Report], kept_away: Iterable, at: datetime | None = None) -> Sidebar:
    """These live reports, each with its `origin` and `score`; where there are none, others that are in no set of
    `kept_away`."""
    if beside:
        mine = {row.tag_id for row in report.report_topics.all()}
        entries = [Entry(other, shared_topics(other, mine), other.origin, other.score) for other in beside]
        return Sidebar(HEADING, entries)
    for heading, reports in fallbacks(report, kept_away, at):
        if found := list(reports):
            return Sidebar(heading, [Entry(other, []) for other in found], is_fallback=True)
    return Sidebar(HEADING, [])


def standing_beside(report, at=None):
    """The live reports that have an entry beside this one, as `origin` says: pins, then the computed ones."""
    origins = [Origin.PINNED, Origin.COMPUTED]
    return (
        Report.objects.live(at)
        .filter(appearances__report=report, appearances__origin__in=origins)
        .annotate(origin=F("appearances__origin"), score=F("appearances__score"))
        # “pinned” comes after “computed” in the alphabet.
        .order_by("-appearances__origin", "appearances__position", "appearances__pk")
        .for_lists()
        .with_topics()[:PLACES]
    )


def shared_topics(other, mine):
    """Those among the topics of the other: the ones that readers see as a report shows them, then the keywords."""
    shared = {row.tag_id: row.tag for row in other.report_topics.all() if row.tag_id in mine}
    shown = [topic for topic in other.shown_topics if topic.pk in shared]
    keywords = [topic for topic in shared.values() if not topic.is_shown]
    return shown + sorted(keywords, key=lambda topic: topic.name_key)


def kept_away_from(report):
    """What was excluded or is linked is no fallback either: keys, in two sets."""
    kept_away = report.related_entries.filter(origin__in=[Origin.EXCLUDED, *LINKS])
    return kept_away.order_by().values("related"), linking_to(report).order_by().values("report")


def linking_to(report):
    """The typed links that others have set to this report."""
    return report.appearances.filter(origin__in=LINKS)


def fallbacks(report, kept_away, at):
    """(heading, reports) in the order in which they are tried."""
    others = Report.objects.live(at).exclude(pk=report.pk)
    for keys in kept_away:
        others = others.exclude(pk__in=keys)
    people = [row.author_id for row in report.byline]
    theirs = (
        Authorship.objects.filter(author__in=people, role__in=[Role.AUTHOR, Role.EDITOR]).order_by().values("report")
    )
    others = others.newest().for_lists().with_topics()
    yield BY_THIS_AUTHOR if len(people) == 1 else BY_THESE_AUTHORS, others.filter(pk__in=theirs)[:PLACES]
    yield OF_THIS_TYPE, others.filter(type=report.type_id)[:PLACES]


# The typed links, in the order in which they are shown: (origin, whether it was set on this report, words).
SIDES = [
    (Origin.SUPERSEDED_BY, True, "Superseded by"),
    (Origin.UPDATES, False, "Updated by"),
    (Origin.UPDATES, True, "Updates"),
    (Origin.SUPERSEDED_BY, False, "Supersedes"),
    (Origin.RESPONDS_TO, True, "Responds to"),
    (Origin.RESPONDS_TO, False, "Responses"),
    (Origin.PART_OF, True, "Part of"),
    (Origin.PART_OF, False, "Contains"),
]
# {a kind of link: (the words on the page of the report on which it was set, those on the other page)}
LINK_WORDS = {
    origin: tuple(next(words for of, ours, words in SIDES if (of, ours) == (origin, side)) for side in (True, False))
    for origin in Origin
    if origin.is_link
}


def linked(report: Report, at: datetime | None = None) -> list[tuple[str, list[Report]]]:
    """(words, live reports) of the typed links, whichever end they were set on. In our order; theirs newest first."""
    links = RelatedPublication.objects.filter(Q(report=report) | Q(related=report), origin__in=LINKS)
    return grouped(report, links.order_by("position", "pk").values_list("origin", "report", "related"), at)


def grouped(report, links, at=None):
    """The same of links given as (origin, the report on which it was set, the one that it points at)."""
    ends = defaultdict(list)
    for origin, source, target in links:
        ends[origin, source == report.pk].append(target if source == report.pk else source)
    everyone = Report.objects.live(at).filter(pk__in=chain(*ends.values()))
    live = {other.pk: other for other in everyone.newest().for_lists().with_topics()}
    groups = [(words, in_order(live, ends[origin, ours], ours)) for origin, ours, words in SIDES]
    return [(words, reports) for words, reports in groups if reports]


def in_order(live, pks, ours):
    return [live[pk] for pk in (pks if ours else live) if pk in live and pk in pks]
