"""May it move to that state, and who moved it? `move` is the only writer of a report's state.

Who may ask for which move is said in roles.py; every move, and what else happens to a report as a whole, is an Event.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from publications import relating
from publications.editorial import corrections, notices, versions
from publications.models import EarlierVersion, Event, Report
from publications.topic_care.merged import edit_ended, edit_taken_up
from publications.words import RICH
from text.figures import unsaid_in

State, Situation, What = Report.State, Report.Situation, Event.What

# From → to. A scheduled report, published with its moment ahead, goes back to draft and never to withdrawn.
MOVES = {
    State.DRAFT: {State.IN_REVIEW, State.PUBLISHED},
    State.IN_REVIEW: {State.DRAFT, State.PUBLISHED},
    State.PUBLISHED: {State.DRAFT, State.WITHDRAWN},
    State.WITHDRAWN: {State.PUBLISHED},
}
MOVED = "Somebody else has changed this report’s state in the meantime. Open it again to see how it stands."
NO_EDIT = "There is no edit yet: nothing here differs from the report as readers have it. Change something first."
ANOTHER_EDIT = "Somebody else has changed this edit. Nothing is published yet: look at it as it is now."
NOBODY_READ = "Nobody has read this report yet, so there is nothing to correct or update."


def allowed_moves(report: Report, at: datetime | None = None) -> set[str]:
    """The states that this report may move to at this moment."""
    if report.binned_at:
        return set()
    moves = set(MOVES[State(report.state)])
    if report.state == State.PUBLISHED:
        moves -= {State.DRAFT} if report.is_live(at) else {State.WITHDRAWN}
    return moves


UNSAID = "Give each picture an alternative text, which says what it shows to readers who cannot see it: {}."


def missing_for_publication(report: Report) -> dict[str, str]:
    """{field: sentence} for what still stands between this report and its readers."""
    missing = {}
    if not report.type_id:
        missing["type"] = "Choose a type before publishing."
    if not report.language:
        missing["language"] = "Give the language before publishing; screen readers and search engines need it."
    if not report.lead and not report.external_url and not report.attachments.exists():
        missing["lead"] = "Write a lead or attach a file before publishing: every report opens with one of them."
    return missing | {field: unsaid(count) for field in RICH if (count := unsaid_in(getattr(report, field)))}


def unsaid(count: int) -> str:
    return UNSAID.format("one of them has none" if count == 1 else f"{count} of them have none")


@transaction.atomic
def move(report: Report, state: str, *, by=None, public_from: datetime | None = None, reason: str = "") -> None:
    """Move to `state`, by compare-and-set, log it, and bring sidebars up to date.

    `public_from` schedules a publication; without it, publishing is now. An edit that is pending goes where the report
    goes. Raises ValidationError, naming fields, when the move is not allowed or something is missing, and when somebody
    else has moved the report meanwhile.
    """
    now = timezone.now()
    if state in {State.DRAFT, State.PUBLISHED}:
        take_up_edit(report, checked=state == State.PUBLISHED)
    refuse_move(report, state, now)
    before = report.situation(now)
    values = new_values(report, state, now, public_from, reason)
    was_public = report.state == State.PUBLISHED
    compare_and_set(report, values)
    log(report, what_happened(before, report.situation(now)), by=by, words=reason)
    relating.refresh([report.pk], was_public)


def unmoved(report: Report):
    """Its row, if nobody has moved it since it was read."""
    return Report.objects.filter(
        pk=report.pk, state=report.state, public_from=report.public_from, binned_at=report.binned_at
    )


def compare_and_set(report: Report, values: dict) -> None:
    """Write these columns if nobody has moved the report since it was read."""
    if not unmoved(report).update(**values):
        raise ValidationError(MOVED)
    report.refresh_from_db(fields=[*values])


def what_happened(before: Situation, after: Situation) -> What:
    if after == Situation.DRAFT:
        return What.SENT_BACK if before == Situation.IN_REVIEW else What.UNSCHEDULED
    return {
        Situation.IN_REVIEW: What.SUBMITTED,
        Situation.SCHEDULED: What.SCHEDULED,
        Situation.LIVE: What.PUBLISHED,
        Situation.WITHDRAWN: What.WITHDRAWN,
    }[after]


def log(report: Report, what: What, *, by=None, words: str = "", assigned: Iterable[User] = ()) -> Event:
    """And tell those concerned. `assigned`: who is newly on the report."""
    event = report.events.create(what=what, by=by, words=words)
    notices.tell(event, assigned)
    return event


@transaction.atomic
def publish_now(report: Report, *, by=None) -> None:
    """Let a scheduled report go live at once, with its edit."""
    take_up_edit(report)
    if report.situation() != Situation.SCHEDULED:
        raise ValidationError(f"It is {described(report)} now.")
    compare_and_set(report, {"changed_at": timezone.now()} | published_values(report, timezone.now(), None))
    log(report, What.PUBLISHED, by=by)
    relating.refresh([report.pk])


@transaction.atomic
def publish_again(report: Report, *, by=None, shown: str) -> None:
    """Let a withdrawn report go live again. `shown` is the digest of what was looked at: nothing else is published."""
    hold(report)
    if report.state != State.WITHDRAWN:
        raise ValidationError(f"It is {described(report)} now.")
    if versions.digest(versions.standing(report)) != shown:
        raise ValidationError(ANOTHER_EDIT)
    move(report, State.PUBLISHED, by=by)


# The edit of a public report


@transaction.atomic
def publish_edit(report: Report, *, by=None, kind: str = "", note: str = "", shown: str | None = None) -> None:
    """Let the edit take the place of what is public. ValidationError, naming fields, where there is none or it is
    refused.

    With a `kind`, a correction or an update, readers are told so by `note` and find what they had at an address of its
    own; without one the edit is minor. `shown` is the digest of the edit that was looked at: no other is published.
    """
    hold(report)
    if report.state != State.PUBLISHED:
        raise ValidationError(f"A report that is {described(report)} has no edit to publish.")
    refuse_another_edit(report, shown)
    if kind and not report.is_live():
        raise ValidationError(NOBODY_READ)
    if kind:
        corrections.supersede(report, kind, note, by=by)
    take_up_edit(report)
    if missing := missing_for_publication(report):
        raise ValidationError(missing)
    log(report, What.EDIT_PUBLISHED, by=by, words=f"{EarlierVersion.Kind(kind).label}: {note}" if kind else "")
    relating.refresh([report.pk])


def hold(report: Report) -> None:
    """The row as it stands by now, held until the transaction ends. Its key is not, so that sidebars may name it."""
    report.refresh_from_db(from_queryset=Report.objects.select_for_update(no_key=True))
    report.stored_slug = report.slug


def refuse_another_edit(report: Report, shown: str | None) -> None:
    edit = versions.pending(report)
    if edit is None:
        raise ValidationError(NO_EDIT)
    if shown is not None and edit.digest != shown:
        raise ValidationError(ANOTHER_EDIT)


def take_up_edit(report: Report, checked: bool = True) -> bool:
    """Make the rows what the pending edit says, so that it goes where the report goes; whether there was one."""
    # Held before the edit is read: it writes the whole row, and would undo what somebody else has done meanwhile.
    if not unmoved(report).select_for_update(no_key=True).values_list("pk", flat=True).first():
        raise ValidationError(MOVED)
    edit = versions.pending(report)
    if edit is None:
        return False
    relating.hold()
    if checked:
        versions.read(report, edit.content).report.full_clean(exclude=versions.NOT_CONTENT)
    versions.put(report, edit.content)
    edit_taken_up(report)
    end_edit(report)
    return True


def end_edit(report: Report) -> None:
    """No edit is pending any more, nor waiting to be looked at."""
    versions.drop_edit(report)
    edit_ended(report)
    report.edit_submitted_at = None
    Report.objects.filter(pk=report.pk).update(edit_submitted_at=None)


@transaction.atomic
def submit_edit(report: Report, *, by=None) -> None:
    refuse_without_edit(report)
    if report.edit_submitted_at:
        raise ValidationError("This edit is in review already.")
    compare_and_set(report, {"edit_submitted_at": timezone.now()})
    log(report, What.EDIT_SUBMITTED, by=by)


@transaction.atomic
def send_back_edit(report: Report, *, by=None, reason: str = "") -> None:
    if not report.edit_submitted_at:
        raise ValidationError("No edit of this report is in review.")
    compare_and_set(report, {"edit_submitted_at": None})
    log(report, What.EDIT_SENT_BACK, by=by, words=reason)


@transaction.atomic
def drop_edit(report: Report, *, by=None) -> None:
    """The edit stays in the history, from where it can be brought back."""
    refuse_without_edit(report)
    end_edit(report)
    log(report, What.EDIT_DROPPED, by=by)


def withdrawal(report: Report) -> Event | None:
    """Who withdrew it last, and when; imports tell of no one."""
    return report.events.filter(what=What.WITHDRAWN).select_related("by").first()


def refuse_without_edit(report: Report) -> None:
    if versions.pending(report) is None:
        raise ValidationError(NO_EDIT)


# The bin


@transaction.atomic
def put_in_bin(report: Report, *, by=None) -> None:
    """A report that was never public leaves the desk's lists; its address stays its own until it is purged."""
    if report.situation() == Situation.IN_REVIEW:
        move(report, State.DRAFT, by=by)
    if report.situation() != Situation.DRAFT:
        raise ValidationError(f"A report that is {described(report)} cannot be put in the bin.")
    compare_and_set(report, {"binned_at": timezone.now()})
    log(report, What.BINNED, by=by)


@transaction.atomic
def take_out_of_bin(report: Report, *, by=None) -> None:
    if not report.binned_at:
        raise ValidationError("This report is not in the bin.")
    compare_and_set(report, {"binned_at": None})
    log(report, What.TAKEN_OUT, by=by)


def refuse_move(report, state, now):
    if state not in allowed_moves(report, now):
        raise ValidationError(f"A report that is {described(report, now)} cannot become {State(state).label.lower()}.")
    if state == State.PUBLISHED and (missing := missing_for_publication(report)):
        raise ValidationError(missing)


def described(report, at=None):
    """How it stands, within a sentence."""
    return report.situation(at).label.lower()


def new_values(report, state, now, public_from, reason):
    values = {"state": state, "changed_at": now, "withdrawn_at": None, "withdrawal_reason": ""}
    if state == State.PUBLISHED:
        values |= published_values(report, now, public_from)
    if state == State.DRAFT and report.state == State.PUBLISHED:
        # No moment that has been called off is left to be taken for one that stands.
        values |= {"public_from": None} | ({"date": None} if report.date_follows else {})
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
