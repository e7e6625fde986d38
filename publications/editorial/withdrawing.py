"""Withdrawing a report in favour of another: the typed link “superseded by” holds at once, in its edit too."""

from django.db import transaction

from publications import relating
from publications.editorial import versions, workflow
from publications.models import RelatedPublication, Report

Origin = RelatedPublication.Origin


@transaction.atomic
def withdraw(report: Report, *, by=None, reason: str, replacement: Report | None = None) -> None:
    """Withdraw, and say which report is to be read instead, if one is."""
    if replacement:
        workflow.hold(report)
        relating.hold()
        supersede_by(report, replacement, by)
    workflow.move(report, Report.State.WITHDRAWN, by=by, reason=reason)


def supersede_by(report: Report, replacement: Report, by) -> None:
    """Write the link, and a version that has it; so has the pending edit, which would take it away else."""
    said = f"Superseded by “{replacement}”"
    versions.keep(report, versions.snapshot(report))
    place = report.related_entries.exclude(origin=Origin.COMPUTED).count()
    is_new = report.related_entries.get_or_create(
        related=replacement, origin=Origin.SUPERSEDED_BY, defaults={"position": place}
    )[1]
    stands = versions.snapshot(report)
    if is_new:
        versions.add(report, stands, by=by, said=said)
    if edit := versions.pending(report):
        link = next(row for row in stands["related_entries"] if is_link_to(row, replacement))
        content = with_link(edit.content, link, replacement)
        if versions.digest(content) == versions.digest(stands):
            workflow.end_edit(report)
        elif content is not edit.content:
            versions.drop_edit(report)
            versions.add(report, content, by=by, said=said, pending=True)


def with_link(content: dict, link: dict, replacement: Report) -> dict:
    rows = content.get("related_entries", [])
    if any(is_link_to(row, replacement) for row in rows):
        return content
    return content | {"related_entries": [*rows, link]}


def is_link_to(row: dict, replacement: Report) -> bool:
    return (row["origin"], row["related_id"]) == (Origin.SUPERSEDED_BY, replacement.pk)
