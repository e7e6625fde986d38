"""May it move to that state, and who moved it? `move` is the only writer of a report's state."""

from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from publications import relating
from publications.editorial import versions
from publications.models import Report

State = Report.State

# From → to. A scheduled report, published with its moment ahead, goes back to draft and never to withdrawn.
MOVES = {
    State.DRAFT: {State.IN_REVIEW, State.PUBLISHED},
    State.IN_REVIEW: {State.DRAFT, State.PUBLISHED},
    State.PUBLISHED: {State.DRAFT, State.WITHDRAWN},
    State.WITHDRAWN: {State.PUBLISHED},
}


def allowed_moves(report: Report, at: datetime | None = None) -> set[str]:
    """The states that this report may move to at this moment."""
    moves = set(MOVES[State(report.state)])
    if report.state == State.PUBLISHED:
        moves -= {State.DRAFT} if report.is_live(at) else {State.WITHDRAWN}
    return moves


def missing_for_publication(report: Report) -> dict[str, str]:
    """{field: sentence} for what still stands between this report and its readers."""
    missing = {}
    if not report.type_id:
        missing["type"] = "Choose a type before publishing."
    if not report.language:
        missing["language"] = "Give the language before publishing; screen readers and search engines need it."
    if not report.lead and not report.external_url and not report.attachments.exists():
        missing["lead"] = "Write a lead or attach a file before publishing: as it stands there is nothing to read."
    return missing


@transaction.atomic
def move(report: Report, state: str, *, by=None, public_from: datetime | None = None, reason: str = "") -> None:
    """Move to `state`, by compare-and-set, and bring sidebars up to date.

    `public_from` schedules a publication; without it, publishing is now. Raises ValidationError, naming fields, when
    the move is not allowed or something is missing, and when somebody else has moved the report meanwhile.
    """
    now = timezone.now()
    if state in {State.DRAFT, State.PUBLISHED}:
        take_up_edit(report, checked=state == State.PUBLISHED)
    refuse_move(report, state, now)
    values = new_values(report, state, now, public_from, reason)
    if not Report.objects.filter(pk=report.pk, state=report.state, public_from=report.public_from).update(**values):
        raise ValidationError(
            "Somebody else has changed this report’s state meanwhile. Open it again to see how it stands."
        )
    report.refresh_from_db(fields=[*values])
    if by is not None:
        log_move(report, by, reason)
    relating.refresh([report.pk])


@transaction.atomic
def publish_edit(report: Report, *, by) -> None:
    """Show readers the edit of a live report. ValidationError, naming fields, where there is none or it is refused."""
    if not report.is_live():
        raise ValidationError(f"A report that is {described(report)} has no edit to publish.")
    if not take_up_edit(report):
        raise ValidationError("Readers see this report as it stands here: there is no edit to publish.")
    if missing := missing_for_publication(report):
        raise ValidationError(missing)
    log_move(report, by, "with the edit")
    relating.refresh([report.pk])


def take_up_edit(report: Report, checked: bool = True) -> bool:
    """Make the rows what the pending edit says, so that it goes where the report goes; whether there was one."""
    edit = versions.pending(report)
    if edit is None:
        return False
    relating.hold()
    if checked:
        versions.read(report, edit.content).report.full_clean(exclude=versions.NOT_CONTENT)
    versions.put(report, edit.content)
    versions.drop_edit(report)
    return True


def refuse_move(report, state, now):
    if state not in allowed_moves(report, now):
        raise ValidationError(f"A report that is {described(report, now)} cannot become {State(state).label.lower()}.")
    if state == State.PUBLISHED and (missing := missing_for_publication(report)):
        raise ValidationError(missing)


def described(report, at=None):
    """The state in one word, as the desk says it."""
    return "scheduled" if report.is_scheduled(at) else State(report.state).label.lower()


def new_values(report, state, now, public_from, reason):
    values = {"state": state, "changed_at": now, "withdrawn_at": None, "withdrawal_reason": ""}
    if state == State.PUBLISHED:
        values |= published_values(report, now, public_from)
    if state == State.WITHDRAWN:
        if not reason.strip():
            raise ValidationError({"withdrawal_reason": "Say why it is withdrawn; readers will see this sentence."})
        values |= {"withdrawn_at": now, "withdrawal_reason": reason}
    return values


def published_values(report, now, public_from):
    """Its moment, and the date that follows it. What was live before keeps its moment."""
    moment = report.public_from if report.state == State.WITHDRAWN else public_from or now
    values = {"public_from": moment}
    if report.date_follows or not report.date:
        values["date"] = timezone.localdate(moment)
    return values


def log_move(report, by, reason):
    message = f"{described(report).capitalize()}" + (f": {reason}" if reason else "")
    LogEntry.objects.log_actions(by.pk, [report], CHANGE, change_message=message, single_object=True)
