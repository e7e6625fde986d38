"""What a step would change, before it is taken: how many reports, and beside which of them others would stand."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from publications.models import RelatedPublication, Report, ReportTopic, TopicStep
from publications.related.scoring import PLACES
from publications.topic_care.merging import merge
from publications.topic_care.retagging import BATCH, batched, edits_naming, topics_of, topics_of_rows, unspoilt
from publications.topic_care.undoing import undo
from topics.models import Topic

Origin = RelatedPublication.Origin
# Of more reports than this, or among more, sidebars are not computed only to be told.
MOST_CHANGED, MOST_REPORTS = 200, 20_000


@dataclass(frozen=True)
class Foreseen:
    """`reports`: keys of those whose topics change, in their rows or in the edit that waits. `sidebars`: keys of the
    live reports beside which others would stand, or None where there is too much to compute it. `left`: keys of those
    that somebody has retagged since."""

    reports: Collection[int]
    edits: int
    sidebars: list[int] | None
    left: Collection[int] = ()

    @property
    def may_touch(self) -> int:
        """How many live reports share a topic with those that change: no other sidebar can be another."""
        return sharing_a_topic(self.reports).count()


def merge_foreseen(sources: Iterable[Topic], target: Topic) -> Foreseen:
    keys = [source.pk for source in sources]
    rows = set(ReportTopic.objects.filter(tag__in=keys).order_by().values_list("content_object", flat=True))
    edits = {edit.report_id for key in keys for edit in edits_naming(key)}
    return Foreseen(rows | edits, len(edits), sidebars_after(lambda: merge(sources, target), rows))


def undo_foreseen(step: TopicStep) -> Foreseen:
    """The same of undoing a step that nothing blocks."""
    back, left = [], []
    for rows in batched(unspoilt(step, in_edit=False), BATCH):
        carried = topics_of_rows([row.report_id for row in rows])
        for row in rows:
            (back if carried.get(row.report_id) == row.keys else left).append(row.report_id)
    edits = [row.report_id for row in unspoilt(step, in_edit=True) if stands_in_edit(row)]
    sidebars = sidebars_after(lambda: undo(step), back)
    return Foreseen({*back, *edits}, len(edits), sidebars, sorted(set(left) - set(edits)))


def stands_in_edit(row) -> bool:
    edit = row.report.versions.filter(pending=True).first()
    return bool(edit) and topics_of(edit.content) == row.keys


def sidebars_after(act: Callable, changed: Collection[int]) -> list[int] | None:
    """Do it, look, and take it all back."""
    if len(changed) > MOST_CHANGED or Report.objects.count() > MOST_REPORTS:
        return None
    before = shown_beside()
    with transaction.atomic():
        act()
        after = shown_beside()
        transaction.set_rollback(True)
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def shown_beside() -> dict[int, list[int]]:
    """{live report: what stands beside it, in order}, for those that have anything."""
    live = Report.objects.live().order_by().values("pk")
    rows = RelatedPublication.objects.filter(origin__in=[Origin.PINNED, Origin.COMPUTED], report__in=live)
    # As sidebars.standing_beside has them.
    rows = rows.filter(related__in=live).order_by("report", "-origin", "position", "pk")
    found = groupby(rows.values_list("report", "related").iterator(), lambda row: row[0])
    return {report: [related for _, related in row][:PLACES] for report, row in found}


def sharing_a_topic(reports: Collection[int]) -> QuerySet:
    topics, keys = set(), list(reports)
    for start in range(0, len(keys), BATCH):
        rows = ReportTopic.objects.filter(content_object__in=keys[start : start + BATCH])
        topics.update(rows.order_by().values_list("tag", flat=True).distinct())
    return Report.objects.live().filter(report_topics__tag__in=topics).order_by().distinct()
