"""What can be done to many reports at once, said of one. Each raises ValidationError where it does not fit.

Topics and types act at once, on what readers see and on the edit that waits alike: publishing last week's edit never
undoes them.
"""

import uuid
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from publications import relating
from publications.editorial import versions, workflow
from publications.editorial.versions import digest, snapshot
from publications.models import PublicationType, Report
from topics.models import Topic

Situation = Report.Situation


def publish(report: Report, *, by=None) -> None:
    situation = report.situation()
    if situation == Situation.LIVE:
        raise ValidationError("It is live already.")
    if situation == Situation.SCHEDULED:
        workflow.publish_now(report, by=by)
    else:
        workflow.move(report, Report.State.PUBLISHED, by=by)


def submit(report: Report, *, by=None) -> None:
    if report.state in versions.PUBLIC:
        workflow.submit_edit(report, by=by)
    else:
        workflow.move(report, Report.State.IN_REVIEW, by=by)


def retag(report: Report, add: Iterable[Topic], remove: Iterable[Topic], *, by=None) -> None:
    add, removed = list(add), {topic.pk for topic in remove}

    def change(content):
        rows = [row for row in content["report_topics"] if row["tag_id"] not in removed]
        has = {row["tag_id"] for row in rows}
        new = [{"id": str(uuid.uuid4()), "tag_id": one.pk, "name": str(one)} for one in add if one.pk not in has]
        return content | {"report_topics": rows + new}

    said = [f"with {topic}" for topic in add] + [f"without {topic}" for topic in remove]
    amend(report, change, by=by, said=f"Topics changed: {', '.join(said)}")


def retype(report: Report, kind: PublicationType, *, by=None) -> None:
    def change(content):
        fields = content["fields"] | {"type": kind.pk, "type_name": str(kind)}
        refuse_number(report, fields["number"], kind)
        return content | {"fields": fields}

    amend(report, change, by=by, said=f"Type changed to {kind}")


def refuse_number(report: Report, number: str, kind: PublicationType) -> None:
    if number and not kind.is_numbered:
        raise ValidationError(f"It has the number {number}, and reports of the type “{kind}” carry none.")
    if number and kind.reports.filter(number=number).exclude(pk=report.pk).exists():
        raise ValidationError(f"There is a {kind} {number} already.")


@transaction.atomic
def amend(report: Report, change: Callable[[dict], dict], *, by=None, said: str) -> None:
    """Change the rows, and the edit that waits beside them, each as a version of its own."""
    rows, edit = snapshot(report), versions.pending(report)
    amended, waits = change(rows), edit and change(edit.content)
    if digest(amended) != digest(rows):
        versions.keep(report, rows)
        versions.put(report, amended)
        versions.add(report, amended, by=by, said=said)
        relating.refresh([report.pk])
    if edit and digest(waits) != edit.digest:
        versions.drop_edit(report)
        versions.add(report, waits, by=by, said=said, pending=digest(waits) != digest(amended))
