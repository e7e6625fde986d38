"""Related publications by brute force, straight from the definition: every pair is looked at, nothing is stored.

It reads the models and shares no code with what it judges. Slow, and meant to be read.
"""

import math
from dataclasses import dataclass, field
from datetime import date, datetime

from publications.models import Authorship, RelatedPublication, RelatingWeights, Report, ReportTopic, TopicWeight

LINKS = {"updates", "responds_to", "part_of", "superseded_by"}
MOST = 6


@dataclass
class Publication:
    pk: int
    slug: str
    language: str
    date: date | None
    precision: str
    state: str
    public_from: datetime | None
    topics: set = field(default_factory=set)
    type: int | None = None
    people: list = field(default_factory=list)


@dataclass
class Row:
    """A pin, an exclusion or a typed link."""

    report: int
    related: int
    origin: str
    position: int = 0
    pk: int = 0


@dataclass
class Snapshot:
    publications: dict
    rows: list
    # The weights in force.
    number_live: int
    frequencies: dict


def snapshot():
    """Everything the definition speaks of, as the database has it now."""
    publications = {report.pk: publication(report) for report in Report.objects.all()}
    for row in ReportTopic.objects.all():
        publications[row.content_object_id].topics.add(row.tag_id)
    for row in Authorship.objects.all():
        publications[row.report_id].people.append((row.role, row.author_id))
    by_hand = RelatedPublication.objects.exclude(origin="computed")
    rows = [Row(row.report_id, row.related_id, row.origin, row.position, row.pk) for row in by_hand]
    weights = RelatingWeights.objects.filter(pk=1).first()
    frequencies = {row.topic_id: row.live_reports for row in TopicWeight.objects.all()}
    return Snapshot(publications, rows, weights.live_reports if weights else 0, frequencies)


def publication(report):
    return Publication(
        pk=report.pk,
        slug=report.slug,
        language=report.language,
        date=report.date,
        precision=report.date_precision,
        state=report.state,
        public_from=report.public_from,
        type=report.type_id,
    )


def is_live(publication, at):
    return publication.state == "published" and publication.public_from <= at


def live_ones(shot, at):
    return [publication for publication in shot.publications.values() if is_live(publication, at)]


def fresh_weights(shot, at):
    """(N, {topic: df}) as they would be if they were taken now."""
    live = live_ones(shot, at)
    topics = {topic for publication in live for topic in publication.topics}
    return len(live), {topic: sum(topic in publication.topics for publication in live) for topic in topics}


def counted_day(publication):
    if publication.precision == "year":
        return date(publication.date.year, 1, 1)
    if publication.precision == "month":
        return date(publication.date.year, publication.date.month, 1)
    return publication.date


def score(shot, one, other):
    days = abs((counted_day(one) - counted_day(other)).days)
    near = 0.4 + 0.6 * math.exp(-days / 365)
    rarities = [
        math.log((shot.number_live + 1) / max(shot.frequencies.get(topic, 0), 1)) for topic in one.topics & other.topics
    ]
    return round(near * math.fsum(rarities), 9)


def linked(shot, one, other):
    pair = {one.pk, other.pk}
    return any(row.origin in LINKS and {row.report, row.related} == pair for row in shot.rows)


def chosen(shot, report, origin):
    rows = [row for row in shot.rows if row.report == report.pk and row.origin == origin]
    return [row.related for row in sorted(rows, key=lambda row: (row.position, row.pk))]


def pins(shot, report, at):
    return [pk for pk in chosen(shot, report, "pinned") if is_live(shot.publications[pk], at)][:MOST]


def computed(shot, report, at):
    """All that may be computed entries beside this report, best first."""
    others = [
        other
        for other in live_ones(shot, at)
        if other.pk != report.pk
        and other.topics & report.topics
        and other.pk not in chosen(shot, report, "pinned")
        and other.pk not in chosen(shot, report, "excluded")
        and not linked(shot, report, other)
    ]
    # Sorting is stable: the last criterion goes first.
    others.sort(key=lambda other: other.slug)
    others.sort(key=counted_day, reverse=True)
    others.sort(key=lambda other: score(shot, report, other), reverse=True)
    others.sort(key=lambda other: other.language.split("-")[0] == report.language.split("-")[0], reverse=True)
    return [other.pk for other in others]


def sidebar(shot, pk, at):
    """The keys of the entries beside this report, in order; not the fallback."""
    report = shot.publications[pk]
    first = pins(shot, report, at)
    return (first + computed(shot, report, at))[:MOST]


def fallback(shot, pk, at):
    """(what they are, keys) of what stands in an empty sidebar's place."""
    report = shot.publications[pk]
    others = [
        other
        for other in live_ones(shot, at)
        if other.pk != pk and other.pk not in chosen(shot, report, "excluded") and not linked(shot, report, other)
    ]
    others.sort(key=lambda other: other.slug)
    others.sort(key=lambda other: (other.date, other.public_from), reverse=True)
    authors = {person for role, person in report.people if role == "author"}
    named = authors or {person for role, person in report.people if role == "editor"}
    by_them = [other for other in others if named & {person for role, person in other.people if role != "contributor"}]
    if by_them:
        return "authors", [other.pk for other in by_them][:MOST]
    of_type = [other for other in others if other.type == report.type]
    return ("type" if of_type else "", [other.pk for other in of_type][:MOST])
