"""What relating must know of live and scheduled reports, read from the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import chain

import numpy as np
from django.db.models import F, Q

from publications.models import RelatedPublication, Report, ReportTerms, ReportTopic
from publications.models.related import LINKS
from publications.related.facts import Facts, facts
from publications.related.scoring import day_of, language_of
from publications.related.terms import count_terms
from text.cleaning import words_of

# The text whose terms count, beside the title: lines, and rich text of which the visible words do.
LINES, RICH = ["subtitle"], ["lead", "summary", "body"]
BATCH = 500
# No row has this key: it is that of a report that is not saved yet.
UNSAVED = 0


def public(now: datetime):
    """Every report that is live or will be."""
    return (Report.objects.live(now) | Report.objects.scheduled(now)).order_by()


def read_texts(now: datetime, changed: Collection[int], all_stale: bool = True) -> None:
    """Keep the terms of what is public: of these reports, and of all that have changed since they were read."""
    due = Q(pk__in=changed)
    if all_stale:
        due |= ~Q(terms__read_at=F("changed_at")) | Q(terms=None)
    stale = public(now).filter(due)
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


def terms_by_key(keys: np.ndarray) -> list[bytes]:
    """Nothing of what was not read yet."""
    rows = dict(ReportTerms.objects.filter(pk__in=keys.tolist()).values_list("pk", "terms"))
    return [bytes(rows.get(key, b"")) for key in keys.tolist()]


def all_facts(now: datetime) -> Facts:
    return facts_of(public(now), now, carried(ReportTopic.objects.all()))


def facts_with(report: Report, now: datetime) -> Facts:
    """As they would be if this report, in memory, were public: live, or scheduled where its moment lies ahead."""
    key = report.pk or UNSAVED
    reports, rows = public(now).exclude(pk=key), ReportTopic.objects.exclude(content_object=key)
    topics = [row.tag_id for row in report.report_topics.all()]
    pairs = zip(carried(rows), ([key] * len(topics), topics), strict=True)
    moment = max(report.public_from or now, now)
    row = (key, report.slug, report.language, report.date, report.date_precision, moment)
    return facts_of(reports, now, tuple(np.append(*pair).astype(np.int64) for pair in pairs), [row])


def facts_of(reports, now: datetime, topics: tuple[np.ndarray, np.ndarray], also: Iterable[tuple] = ()) -> Facts:
    columns = ["pk", "slug", "language", "date", "date_precision", "public_from"]
    keys, slugs, days, languages, live = [], [], [], [], []
    rows = chain(reports.values_list(*columns).iterator(10_000), also)
    for key, slug, tag, date, precision, public_from in rows:
        keys.append(key)
        slugs.append(slug)
        days.append(day_of(date, precision))
        languages.append(language_of(tag))
        live.append(public_from <= now)
    return facts(keys, slugs, days, languages, live, topics)


def carried(rows) -> tuple[np.ndarray, np.ndarray]:
    """Of these rows the reports and the topics. Those of drafts may be among them: PostgreSQL joins badly right after
    very many rows were written."""
    rows = rows.order_by().values_list("content_object", "tag").iterator(10_000)
    pairs = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def barred(among: Iterable[int] | None = None) -> dict[int, set[int]]:
    """{report: those that were decided by hand and may not be computed entries beside it}"""
    rows = RelatedPublication.objects.exclude(origin=RelatedPublication.Origin.COMPUTED)
    if among is not None:
        rows = rows.filter(Q(report__in=among) | Q(related__in=among, origin__in=LINKS))
    found = defaultdict(set)
    for report, related, origin in rows.order_by().values_list("report", "related", "origin"):
        found[report].add(related)
        if origin in LINKS:
            found[related].add(report)
    return found
