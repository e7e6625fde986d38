"""The reports whose topics a merge changes, and its undoing changes back: by the thousand, their keys alone in memory.

Of each report that a merge changed, a RetaggedReport says what topics it carries as long as nobody retags it. What
other steps change is carried on in those rows, so that comparing them with what a report carries tells whether somebody
has retagged it since. An edit that waits beside a public report has a row of its own.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast

from publications.editorial import versions, workflow
from publications.editorial.versions import digest, snapshot
from publications.models import ReportTopic, ReportVersion, RetaggedReport, TopicStep
from topics.models import Topic

BATCH = 1000
# The content of a version is long.
EDITS = 50

# {report: the keys of its topics}
Tags = Mapping[int, frozenset[int]]


# There


def replace_in_rows(step: TopicStep, source: int, target: int) -> None:
    """Let every report that carries the one carry the other."""
    named, last = ReportTopic.objects.filter(tag=source).order_by("content_object_id"), 0
    # From the last on: what was changed before is still in the database's way.
    while rows := dict(held_rows(named.filter(content_object__gt=last))):
        replace(step, rows, source, target)
        last = max(rows)


def held_rows(named: QuerySet) -> QuerySet:
    return named.select_for_update().values_list("content_object_id", "pk")[:BATCH]


def replace(step: TopicStep, rows: Mapping[int, uuid.UUID], source: int, target: int) -> None:
    before = topics_of_rows(rows)
    after = {report: keys - {source} | {target} for report, keys in before.items()}
    both = {report for report, keys in before.items() if target in keys}
    carry_on(step, before, after, in_edit=False)
    RetaggedReport.objects.bulk_create(
        RetaggedReport(step=step, report_id=report, row=row, had_both=report in both, topics=joined(after[report]))
        for report, row in rows.items()
    )
    ReportTopic.objects.filter(pk__in=[rows[report] for report in both]).delete()
    ReportTopic.objects.filter(pk__in=[row for report, row in rows.items() if report not in both]).update(tag=target)


def replace_in_edits(step: TopicStep, source: int, target: int) -> None:
    """The same in the edits that wait, each as a version of its own; the step is in the log by now."""
    for edit in edits_naming(source):
        rows = {row["tag_id"]: row for row in edit.content["report_topics"]}
        before, after = frozenset(rows), frozenset(rows) - {source} | {target}
        carry_on(step, {edit.report_id: before}, {edit.report_id: after}, in_edit=True)
        step.retagged.create(
            report=edit.report, in_edit=True, row=rows[source]["id"], had_both=target in rows, topics=joined(after)
        )
        rewrite(edit, versions.followed(edit.content), step.by, f"“{step.name}” was merged into “{step.into_name}”")


def edits_naming(topic: int) -> Iterator[ReportVersion]:
    """The edits that wait and name this topic, among those that hold its key somewhere in their text."""
    pending = ReportVersion.objects.filter(pending=True).annotate(text=Cast("content", TextField()))
    named = pending.filter(text__contains=f'"tag_id": {topic}').order_by("pk")
    return (edit for edit in edits(named.values_list("pk", flat=True)) if topic in topics_of(edit.content))


def edits(keys: Iterable[uuid.UUID]) -> Iterator[ReportVersion]:
    keys = list(keys)
    for start in range(0, len(keys), EDITS):
        yield from ReportVersion.objects.filter(pk__in=keys[start : start + EDITS]).select_related("report")


def rewrite(edit: ReportVersion, content: dict, by, said: str) -> None:
    """A version is never changed: another takes its place. One that says what readers have is no edit any more."""
    report = edit.report
    if differs := digest(content) != digest(snapshot(report)):
        versions.drop_edit(report)
    else:
        workflow.end_edit(report)
    versions.add(report, content, by=by, said=said, pending=differs)


# And back


def give_back(step: TopicStep, topic: Topic, by) -> list[int]:
    """Give the topic, whose row is there again, back to the reports that carry what the merge left to them: their keys.
    The others are marked as retagged."""
    given = []
    for back, before in sorted_out(step):
        put_back(step, topic, back, before, by)
        given += [one.report_id for one in back]
    for one in batched(unspoilt(step, in_edit=True), EDITS):
        for each in one:
            put_back_in_edit(each, topic, by)
    return given


def sorted_out(step: TopicStep) -> Iterator[tuple[list[RetaggedReport], Tags]]:
    """Batch by batch what nobody has retagged since, with the topics that it carries; what somebody has is marked."""
    for rows in batched(unspoilt(step, in_edit=False), BATCH):
        carried = topics_of_rows([row.report_id for row in rows])
        gone = [row.pk for row in rows if carried.get(row.report_id) != row.keys]
        RetaggedReport.objects.filter(pk__in=gone).update(retagged=True)
        back = [row for row in rows if carried.get(row.report_id) == row.keys]
        yield back, {row.report_id: carried[row.report_id] for row in back}


def unspoilt(step: TopicStep, in_edit: bool) -> QuerySet:
    return step.retagged.filter(in_edit=in_edit, retagged=False)


def put_back(step: TopicStep, topic: Topic, rows: Collection[RetaggedReport], before: Tags, by) -> None:
    owed = owed_to_another(step, rows, before)
    stays = {row.report_id for row in rows if row.had_both} | owed.keys()
    after = {report: keys - (set() if report in stays else {step.into}) | {topic.pk} for report, keys in before.items()}
    carry_on(step, before, after, in_edit=False)
    RetaggedReport.objects.filter(pk__in=owed.values()).update(had_both=False)
    changed = [report for report in before if report not in stays]
    ReportTopic.objects.filter(tag=step.into, content_object__in=changed).update(tag=topic)
    keys = free_keys([row for row in rows if row.report_id in stays])
    ReportTopic.objects.bulk_create(
        ReportTopic(id=key, content_object_id=report, tag=topic) for report, key in keys.items()
    )
    for edit in edits_since(step, before):
        if topics_of(edit.content) == before[edit.report_id]:
            back = with_topic(edit.content, topic, step.into, edit.report_id in stays, uuid.uuid4())
            rewrite(edit, back, by, undone(step))


def owed_to_another(step: TopicStep, rows: Collection[RetaggedReport], before: Tags) -> dict[int, int]:
    """{report: the row of another merge into the same topic that took it for there already}: where this step had put
    it, it stays now for the sake of the other."""
    alone = [row.report_id for row in rows if not row.had_both]
    found = {}
    others = standing(step).filter(report__in=alone, in_edit=rows[0].in_edit, had_both=True) if rows else ()
    for other in others:
        if other.step.into == step.into and other.keys == before[other.report_id]:
            found.setdefault(other.report_id, other.pk)
    return found


def free_keys(rows: Collection[RetaggedReport]) -> dict[int, uuid.UUID]:
    """{report: the key that its row had}, or a new one where another has that by now."""
    taken = set(ReportTopic.objects.filter(pk__in=[row.row for row in rows]).order_by().values_list("pk", flat=True))
    return {row.report_id: uuid.uuid4() if row.row in taken else row.row for row in rows}


def edits_since(step: TopicStep, reports: Iterable[int]) -> Iterator[ReportVersion]:
    """The edits of these reports that did not wait yet when the step was taken."""
    known = step.retagged.filter(in_edit=True).order_by().values("report")
    pending = ReportVersion.objects.filter(pending=True, report__in=list(reports)).exclude(report__in=known)
    return edits(pending.order_by().values_list("pk", flat=True))


def put_back_in_edit(row: RetaggedReport, topic: Topic, by) -> None:
    edit = row.report.versions.filter(pending=True).select_related("report").first()
    if edit is None:
        return
    step, before = row.step, {row.report_id: topics_of(edit.content)}
    if before[row.report_id] != row.keys:
        RetaggedReport.objects.filter(pk=row.pk).update(retagged=True)
        return
    owed = owed_to_another(step, [row], before)
    content = with_topic(edit.content, topic, step.into, row.had_both or bool(owed), row.row)
    carry_on(step, before, {row.report_id: topics_of(content)}, in_edit=True)
    RetaggedReport.objects.filter(pk__in=owed.values()).update(had_both=False)
    rewrite(edit, content, by, undone(step))


def undone(step: TopicStep) -> str:
    return f"The merge of “{step.name}” into “{step.into_name}” was undone"


def with_topic(content: dict, topic: Topic, into: int, stays: bool, key: uuid.UUID) -> dict:
    """The content with this topic in the place of the other, or beside it."""
    named = {"tag_id": topic.pk, "name": str(topic)}
    rows = content["report_topics"]
    if stays:
        taken = str(key) in {row["id"] for row in rows}
        rows = [*rows, {"id": str(uuid.uuid4() if taken else key)} | named]
    else:
        rows = [row | named if row["tag_id"] == into else row for row in rows]
    return content | {"report_topics": rows}


# What both need


def how_many(rows: QuerySet) -> int:
    """How many reports these are, of which some may be named for their rows and for their edits."""
    return rows.order_by().values("report").distinct().count()


def topics_of_rows(reports: Iterable[int]) -> Tags:
    found = defaultdict(set)
    rows = ReportTopic.objects.filter(content_object__in=list(reports)).order_by()
    for report, topic in rows.values_list("content_object_id", "tag_id"):
        found[report].add(topic)
    return {report: frozenset(keys) for report, keys in found.items()}


def topics_of(content: dict) -> frozenset[int]:
    return frozenset(row["tag_id"] for row in content.get("report_topics", []))


def joined(keys: Iterable[int]) -> str:
    return ",".join(map(str, sorted(keys)))


def standing(step: TopicStep) -> QuerySet:
    """What other steps that stand have noted of reports that nobody has retagged since."""
    rows = RetaggedReport.objects.filter(retagged=False, step__undone_by=None).exclude(step=step)
    return rows.select_related("step")


def carry_on(step: TopicStep, before: Tags, after: Tags, in_edit: bool) -> None:
    """Before topics change: what other steps have noted of these reports changes with them, or somebody has retagged
    them."""
    rows = list(standing(step).filter(report__in=list(before), in_edit=in_edit))
    for row in rows:
        if row.keys == before[row.report_id]:
            row.topics = joined(after[row.report_id])
        else:
            row.retagged = True
    RetaggedReport.objects.bulk_update(rows, ["topics", "retagged"], batch_size=BATCH // 2)


def batched(rows: QuerySet, size: int) -> Iterator[list[Model]]:
    """The rows of a queryset in order of their keys, read as they are needed."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).select_related("step").order_by("pk")[:size]):
        yield batch
        last = batch[-1].pk
