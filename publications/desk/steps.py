"""The next steps of a report: which buttons its form has, and what each does."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from publications import relating
from publications.desk.states import state_word
from publications.editorial.workflow import log_move, missing_for_publication, move, publish_edit, take_up_edit
from publications.models import Report

State = Report.State
NO_MOMENT = "Give the moment at which it shall go live."
MOMENT_PASSED = "This moment has passed. Give one that lies ahead, or press “Publish now”."


@dataclass(frozen=True)
class Step:
    """A button: its name in the form, its words, what it does, and what is said when it was done or refused."""

    name: str
    label: str
    take: Callable
    done: str
    refused: str


def publish(report, user):
    if report.is_live():
        publish_edit(report, by=user)
    elif report.is_scheduled():
        take_up_edit(report)
        report.public_from = timezone.now()
        report.save()
        log_move(report, user, "")
        relating.refresh([report.pk])
    else:
        move(report, State.PUBLISHED, by=user)


def schedule(report, user):
    if sentence := unfit_moment(report):
        raise ValidationError({"public_from": sentence})
    move(report, State.PUBLISHED, by=user, public_from=report.public_from)


def unfit_moment(report):
    if not report.public_from:
        return NO_MOMENT
    return MOMENT_PASSED if report.public_from <= timezone.now() else ""


REVIEW = Step(
    "_review",
    "Send to review",
    lambda report, user: move(report, State.IN_REVIEW, by=user),
    "is in review",
    "sent to review",
)
DRAFT = Step(
    "_draft",
    "Back to draft",
    lambda report, user: move(report, State.DRAFT, by=user),
    "is a draft again",
    "made a draft again",
)
SCHEDULE = Step("_schedule", "Schedule", schedule, "is scheduled", "scheduled")
PUBLISH = Step("_publish", "Publish now", publish, "is live", "published")
REPUBLISH = Step("_publish", "Publish again", publish, "is live again", "published")
PUBLISH_EDIT = Step("_publish", "Publish the edit", publish, "shows readers your edit now", "published")
STEPS = {
    "Live": [PUBLISH_EDIT],
    "Draft": [REVIEW, SCHEDULE, PUBLISH],
    "In review": [DRAFT, SCHEDULE, PUBLISH],
    "Scheduled": [DRAFT, PUBLISH],
    "Withdrawn": [REPUBLISH],
}


NAMES = {step.name: step for step in (REVIEW, DRAFT, SCHEDULE, PUBLISH)}


def steps_of(report):
    """The steps that a report may take as it stands; a new one is a draft."""
    return STEPS.get(state_word(report) if report else "Draft", [])


def asked_for(post):
    """The step whose button was pressed; None for plain saving."""
    return next((step for name, step in NAMES.items() if name in post), None)


def take(step, report, user):
    """Take the step. ValidationError where it is refused, or does not fit the report as it stands by now."""
    fitting = {one.name: one for one in steps_of(report)}
    if step.name not in fitting:
        raise ValidationError(f"By now it is {state_word(report).lower()}.")
    fitting[step.name].take(report, user)


def refusals(report, asked):
    """{field: sentence} for what stood in the way of the step that was asked for, as the report stands now."""
    if asked not in {PUBLISH.name, SCHEDULE.name}:
        return {}
    moment = unfit_moment(report) if asked == SCHEDULE.name else ""
    return missing_for_publication(report) | ({"public_from": moment} if moment else {})
