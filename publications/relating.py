"""What stands beside a report: keeps the stored sidebars right, and reads them. The rules are in related/.

Call `refresh` within the transaction that changed what is live or how reports relate. Whoever computes holds the one
row of RelatingWeights, so that of two who change reports at once the second sees what the first has written.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from publications.models import (
    Authorship,
    LanguageWeight,
    RelatedPublication,
    RelatingWeights,
    Report,
    ReportTerms,
    ReportTopic,
    TopicWeight,
)
from publications.models.related import LINKS
from publications.related.scoring import PLACES, POOL, Candidate, Corpus, Kept, day_of, language_of
from publications.related.terms import count_terms
from publications.related.weights import TermWeights, Weights, weigh
from text.cleaning import words_of
from topics.models import Topic

Origin = RelatedPublication.Origin
Role = Authorship.Role

# With more live reports than this, weights stay as they are until `rebuild`.
WEIGHED_AT_ONCE = 1000
# A change of more reports than this computes every sidebar.
MOST_CHANGED = 500
BATCH = 500
# The text whose terms count, beside the title: lines, and rich text of which the visible words do.
LINES, RICH = ["subtitle"], ["lead", "summary", "body"]
# The desk suggests a rebuild when the number of live reports has moved by more than this share.
DRIFT = 0.05

HEADING = "Related Publications"
BY_THESE_AUTHORS = "More from these authors"
OF_THIS_TYPE = "More of this type"


class Row(NamedTuple):
    """A computed entry as it is stored."""

    related: int
    position: int
    score: float


# {report: {its computed rows, in order: their primary keys}}
Standing = Mapping[int, Mapping[Row, int]]


@dataclass(frozen=True)
class Outcome:
    """What a computation came to: how many sidebars it looked at, entries written new or anew, entries that went."""

    sidebars: int
    written: int
    removed: int


# Writing


def refresh(report_ids: Iterable[int]) -> None:
    """Bring every sidebar up to date that a change of these reports can have changed.

    Reports that are gone from the database may be named too: then every sidebar is computed.
    """
    changed = set(report_ids)
    if changed and not stand_nowhere(changed):
        with transaction.atomic():
            compute(changed)


@transaction.atomic
def rebuild(progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Weigh anew and compute every sidebar; what is right already is not written. `progress(done, total)`."""
    return compute(None, progress)


def hold() -> RelatingWeights:
    """The weights in force, locked until the transaction ends.

    Whoever changes the slug of a public report takes them first: PostgreSQL locks a row whose key changes, and would
    find two writers waiting for each other.
    """
    return RelatingWeights.objects.select_for_update().get_or_create(pk=1)[0]


def stand_nowhere(changed: Collection[int]) -> bool:
    """Whether all of them are drafts beside which, and nowhere else, nothing was computed: nobody sees a difference."""
    if len(changed) > MOST_CHANGED:
        return False
    drafts = Report.objects.filter(pk__in=changed, state__in=[Report.State.DRAFT, Report.State.IN_REVIEW])
    if drafts.count() < len(changed):
        return False
    entries = RelatedPublication.objects.filter(origin=Origin.COMPUTED)
    return not entries.filter(Q(report__in=changed) | Q(related__in=changed)).exists()


def compute(changed: set[int] | None, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """Compute what a change of these reports can have touched, `None` for everything, under weights that are due."""
    in_force, now = hold(), timezone.now()
    read_texts(now, changed or ())
    reports, known = candidates(now), topics_until_now()
    barred, standing = entries()
    weights, are_new = weights_due(in_force, reports, anew=changed is None)
    corpus = Corpus(reports, barred, weights, PLACES, POOL)
    if changed is None or are_new or len(changed) > MOST_CHANGED or any_deleted(changed.difference(corpus.index)):
        due = corpus.index.keys() | standing.keys()
    else:
        due = touched(corpus, changed, standing, known)
    sidebars = {}
    for done, pk in enumerate(sorted(due), 1):
        sidebars[pk] = corpus.kept(pk) if pk in corpus.index else []
        if progress:
            progress(done, len(due))
    note_topics(corpus, known)
    return write(sidebars, standing)


def touched(corpus: Corpus, changed: set[int], standing: Standing, known: Mapping[int, list[int]]) -> set[int]:
    """The reports whose sidebars a change of these can have changed while the weights stayed as they were: whoever
    shares a topic with them, or did, or has one of them beside it."""
    topics = set(chain.from_iterable(known.get(pk, []) for pk in changed))
    topics.update(*(corpus.candidates[corpus.index[pk]].topics for pk in changed & corpus.index.keys()))
    found = {report for report, rows in standing.items() if any(row.related in changed for row in rows)}
    for topic in topics & corpus.carriers.keys():
        found.update(corpus.candidates[number].pk for number in corpus.carriers[topic])
    return found | changed


def any_deleted(report_ids: Collection[int]) -> bool:
    return Report.objects.filter(pk__in=report_ids).count() < len(report_ids)


def public(now: datetime):
    """Every report that is live or will be."""
    return (Report.objects.live(now) | Report.objects.scheduled(now)).order_by()


def read_texts(now: datetime, changed: Collection[int]) -> None:
    """Keep the terms of what is public: of these reports, and of those that have changed since they were read."""
    stale = public(now).filter(~Q(terms__read_at=F("changed_at")) | Q(terms=None) | Q(pk__in=changed))
    columns = ["pk", "changed_at", "language", "title", *LINES, *RICH]
    keys = list(stale.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        reports = Report.objects.filter(pk__in=keys[start : start + BATCH]).only(*columns)
        rows = [ReportTerms(report=report, read_at=report.changed_at, terms=terms_of(report)) for report in reports]
        ReportTerms.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["report"], update_fields=["read_at", "terms"]
        )


def terms_of(report: Report) -> bytes:
    texts = [getattr(report, field) for field in LINES] + [words_of(getattr(report, field)) for field in RICH]
    return count_terms(report.title, texts, language_of(report.language))


def topics_until_now() -> dict[int, list[int]]:
    """{report: its topics when its sidebar was computed last}"""
    return dict(ReportTerms.objects.order_by().values_list("report", "topics"))


def note_topics(corpus: Corpus, known: Mapping[int, list[int]]) -> None:
    """What was computed is computed with these topics; of what is public no longer nothing needs to be known."""
    now = {one.pk: sorted(one.topics) for one in corpus.candidates}
    ReportTerms.objects.filter(pk__in=known.keys() - now.keys()).delete()
    rows = [ReportTerms(report_id=pk, topics=topics) for pk, topics in now.items() if topics != known.get(pk)]
    ReportTerms.objects.bulk_update(rows, ["topics"], batch_size=BATCH)


def entries() -> tuple[dict[int, set[int]], Standing]:
    """What was decided by hand, as a Corpus takes it, and what was computed."""
    barred, standing = defaultdict(set), defaultdict(dict)
    rows = RelatedPublication.objects.order_by("report", "position", "pk")
    for pk, report, related, origin, *entry in rows.values_list(
        "pk", "report", "related", "origin", "position", "score"
    ):
        if origin == Origin.COMPUTED:
            standing[report][Row(related, *entry)] = pk
        else:
            barred[report].add(related)
        if origin in LINKS:
            barred[related].add(report)
    return barred, standing


def candidates(now: datetime) -> list[Candidate]:
    topics = defaultdict(set)
    # Those of drafts too: PostgreSQL joins badly right after very many rows were written.
    for report, topic in ReportTopic.objects.order_by().values_list("content_object", "tag"):
        topics[report].add(topic)
    columns = ["pk", "slug", "language", "date", "date_precision", "public_from", "terms__terms"]
    return [
        Candidate(
            pk, slug, language_of(tag), day_of(date, precision), frozenset(topics[pk]), public_from <= now, bytes(terms)
        )
        for pk, slug, tag, date, precision, public_from, terms in public(now).values_list(*columns)
    ]


def weights_due(in_force: RelatingWeights, reports: list[Candidate], anew: bool) -> tuple[Weights, bool]:
    """The weights to compute under, and whether they are new. They are where none were taken since `weighed_at` was
    emptied, which whoever writes many reports does until every sidebar is computed."""
    until_now = weights_in_force(in_force.live_reports)
    today = weigh(reports)
    emptied = in_force.weighed_at is None
    if not (anew or emptied or today.live_reports <= WEIGHED_AT_ONCE):
        return until_now, False
    are_new = emptied or today != until_now
    if are_new:
        put_in_force(in_force, today)
    return today, are_new


def weights_in_force(live_reports: int) -> Weights:
    topics = dict(TopicWeight.objects.values_list("topic", "live_reports"))
    terms = {
        language: TermWeights(count, bytes(packed))
        for language, count, packed in LanguageWeight.objects.values_list("language", "live_reports", "terms")
    }
    return Weights(live_reports, topics, terms)


def put_in_force(row: RelatingWeights, weights: Weights) -> None:
    row.number += 1
    row.live_reports = weights.live_reports
    row.weighed_at = timezone.now()
    row.save()
    TopicWeight.objects.all().delete()
    rows = [TopicWeight(topic_id=topic, live_reports=count) for topic, count in weights.topics.items()]
    TopicWeight.objects.bulk_create(rows, batch_size=BATCH)
    LanguageWeight.objects.all().delete()
    LanguageWeight.objects.bulk_create(
        LanguageWeight(language=language, live_reports=one.live_reports, terms=one.packed)
        for language, one in weights.terms.items()
    )


def write(sidebars: Mapping[int, list[Kept]], standing: Standing) -> Outcome:
    """Store these sidebars, touching no row that is right already."""
    new, stale, removed = [], [], 0
    for report, entries in sidebars.items():
        rows = {Row(entry.related, position, entry.score) for position, entry in enumerate(entries)}
        stored = standing.get(report, {})
        new += [
            RelatedPublication(report_id=report, origin=Origin.COMPUTED, **columns(row)) for row in rows - stored.keys()
        ]
        stale += [stored[row] for row in stored.keys() - rows]
        removed += len({row.related for row in stored}.difference(row.related for row in rows))
    for start in range(0, len(stale), BATCH):
        RelatedPublication.objects.filter(pk__in=stale[start : start + BATCH]).delete()
    RelatedPublication.objects.bulk_create(new, batch_size=BATCH)
    return Outcome(len(sidebars), len(new), removed)


def columns(row: Row) -> dict:
    return {"related_id": row.related, "position": row.position, "score": row.score}


def weights_are_old(at: datetime | None = None) -> bool:
    """Whether so many reports went live or were withdrawn since they were weighed that a rebuild is due."""
    in_force = RelatingWeights.objects.filter(pk=1).values_list("live_reports", flat=True).first() or 0
    live = Report.objects.live(at).count()
    return live > WEIGHED_AT_ONCE and abs(live - in_force) > DRIFT * in_force


# Reading


@dataclass(frozen=True)
class Entry:
    """A report in a sidebar, why it is there, and the topics that both share. A fallback's origin is empty."""

    report: Report
    shared: list[Topic]
    origin: str = ""


@dataclass(frozen=True)
class Sidebar:
    heading: str
    entries: list[Entry]
    is_fallback: bool = False


def sidebar(report: Report, at: datetime | None = None) -> Sidebar:
    """What a reader sees beside this report at this moment, which must not lie before the last change."""
    return laid_out(report, list(standing_beside(report, at)), kept_away_from(report), at)


def laid_out(report: Report, beside: list[Report], kept_away: Iterable, at: datetime | None = None) -> Sidebar:
    """These live reports, each with its `origin`; where there are none, others that are in no set of `kept_away`."""
    if beside:
        mine = {row.tag_id for row in report.report_topics.all()}
        return Sidebar(HEADING, [Entry(other, shared_topics(other, mine), other.origin) for other in beside])
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
        .annotate(origin=F("appearances__origin"))
        # “pinned” comes after “computed” in the alphabet.
        .order_by("-appearances__origin", "appearances__position", "appearances__pk")
        .for_lists()[:PLACES]
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
    others = others.newest().for_lists()
    yield BY_THESE_AUTHORS, others.filter(pk__in=theirs)[:PLACES]
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
    live = {other.pk: other for other in everyone.newest().for_lists()}
    groups = [(words, in_order(live, ends[origin, ours], ours)) for origin, ours, words in SIDES]
    return [(words, reports) for words, reports in groups if reports]


def in_order(live, pks, ours):
    return [live[pk] for pk in (pks if ours else live) if pk in live and pk in pks]
