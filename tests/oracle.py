"""Related publications by brute force, straight from the definition: every pair is looked at, nothing is stored.

It reads the models and shares no code with what it judges, but for how a text becomes counted terms. Slow, and meant to
be read.
"""

import math
import struct
from dataclasses import dataclass, field
from datetime import date, datetime

from publications.models import (
    Authorship,
    LanguageWeight,
    RelatedPublication,
    RelatingWeights,
    Report,
    ReportTopic,
    TopicWeight,
)
from publications.relating.reading import terms_of

LINKS = {"updates", "responds_to", "part_of", "superseded_by"}
MOST = 6
POOL = 50


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
    # {term: how often the report uses it}
    terms: dict = field(default_factory=dict)


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
    # {language: (live reports, {term: how many of them use it, if two do})}
    languages: dict = field(default_factory=dict)
    vectors: dict = field(default_factory=dict)


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
    languages = {
        row.language: (
            row.live_reports,
            {term: using for part in row.ranges.all() for term, using in struct.iter_unpack("<II", bytes(part.terms))},
        )
        for row in LanguageWeight.objects.all()
    }
    return Snapshot(publications, rows, weights.live_reports if weights else 0, frequencies, languages)


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
        terms=dict(struct.iter_unpack("<IH", terms_of(report))) if report.state == "published" else {},
    )


def is_live(publication, at):
    return publication.state == "published" and publication.public_from <= at


def live_ones(shot, at):
    return [publication for publication in shot.publications.values() if is_live(publication, at)]


def fresh_weights(shot, at):
    """(N, {topic: df}, languages) as they would be if they were taken now."""
    live = live_ones(shot, at)
    topics = {topic for publication in live for topic in publication.topics}
    frequencies = {topic: sum(topic in publication.topics for publication in live) for topic in topics}
    return len(live), frequencies, {tag: fresh_terms(live, tag) for tag in {main_language(one) for one in live}}


def fresh_terms(live, tag):
    theirs = [publication.terms for publication in live if main_language(publication) == tag]
    counted = {}
    for term in (term for terms in theirs for term in terms):
        counted[term] = counted.get(term, 0) + 1
    return len(theirs), {term: count for term, count in counted.items() if count > 1}


def main_language(publication):
    return publication.language.split("-")[0].lower()


def counted_day(publication):
    if publication.precision == "year":
        return date(publication.date.year, 1, 1)
    if publication.precision == "month":
        return date(publication.date.year, publication.date.month, 1)
    return publication.date


def nearness_by_days():
    """In parts of 1/2**30; it falls from day to day, if only by one part."""
    found = [2**30]
    for days in range(1, 40_000):
        found.append(min(round((0.4 + 0.6 * math.exp(-days / 365)) * 2**30), found[-1] - 1))
    return found


NEAR = nearness_by_days()


def nearness(one, other):
    return NEAR[abs((counted_day(one) - counted_day(other)).days)]


def rarities(shot, topics):
    """In parts of 1/2**20."""
    frequencies = [max(shot.frequencies.get(topic, 0), 1) for topic in topics]
    return sum(max(round(math.log((shot.number_live + 1) / carriers) * 2**20), 1) for carriers in frequencies)


def by_topics(shot, one, other):
    return nearness(one, other) * rarities(shot, one.topics & other.topics)


def vector(shot, publication):
    """[(term, weight, how many use it)], the heaviest first; its length is 2**15."""
    if publication.pk in shot.vectors:
        return shot.vectors[publication.pk]
    number, frequencies = shot.languages.get(main_language(publication), (0, {}))
    found = []
    for term, count in publication.terms.items():
        using = frequencies.get(term, 0)
        if using and not (number >= 20 and using > 0.3 * number):
            weight = (1 + math.log(count)) * (1 + math.log((1 + number) / (1 + using)))
            found.append((-round(weight * 4096), term, using))
    found = sorted(found)[:160]
    length = math.sqrt(sum(weight * weight for weight, _, _ in found))
    shot.vectors[publication.pk] = [(term, round(-weight / length * 2**15), using) for weight, term, using in found]
    return shot.vectors[publication.pk]


def by_terms(shot, one, other):
    """By those of the 32 heaviest terms of both that at most 1,000 reports use."""
    theirs = dict(head(shot, other))
    return nearness(one, other) * sum(weight * theirs.get(term, 0) for term, weight in head(shot, one))


def head(shot, publication):
    return [(term, weight) for term, weight, using in vector(shot, publication) if using <= 1000][:32]


def by_all(shot, one, other):
    theirs = {term: weight for term, weight, _ in vector(shot, other)}
    product = sum(weight * theirs.get(term, 0) for term, weight, _ in vector(shot, one))
    shared, own = rarities(shot, one.topics & other.topics), rarities(shot, one.topics) or 1
    return round(nearness(one, other) / 2**30 * (shared / own + product * (16 / 2**30)) * 10**9)


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
        for other in shot.publications.values()
        if other.state == "published"
        and other.pk != report.pk
        and other.topics & report.topics
        and other.pk not in chosen(shot, report, "pinned")
        and other.pk not in chosen(shot, report, "excluded")
        and not linked(shot, report, other)
    ]
    said_alike = [other for other in others if by_terms(shot, report, other)]
    pool = best_first(shot, report, others, by_topics)[:POOL] + best_first(shot, report, said_alike, by_terms)[:POOL]
    pool = list({other.pk: other for other in pool}.values())
    return [other.pk for other in best_first(shot, report, pool, by_all) if is_live(other, at)]


def best_first(shot, report, others, score):
    # Sorting is stable: the last criterion goes first.
    others = sorted(others, key=lambda other: other.slug)
    others.sort(key=counted_day, reverse=True)
    others.sort(key=lambda other: score(shot, report, other), reverse=True)
    others.sort(key=lambda other: main_language(other) == main_language(report), reverse=True)
    return others


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
