"""The next steps of a report: which buttons its form has for whom, and what each does."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from publications.editorial import versions, workflow
from publications.editorial.roles import Action, may
from publications.editorial.workflow import described, missing_for_publication, move
from publications.models import Report

State, Situation = Report.State, Report.Situation
NO_MOMENT = "Choose the date and time at which it should go live."
MOMENT_PASSED = "This time has passed. Choose a later one, or press “Publish now”."


@dataclass(frozen=True)
class Step:
    """A button: its name in the form, its words, who may press it, and what it does; or the page that asks first."""

    name: str
    label: str
    action: Action
    take: Callable | None = None
    done: str = ""
    refused: str = ""
    page: str = ""


def to(state):
    return lambda report, user: move(report, state, by=user)


def by(act):
    return lambda report, user: act(report, by=user)


def schedule(report, user):
    if sentence := unfit_moment(report):
        raise ValidationError({"public_from": sentence})
    move(report, State.PUBLISHED, by=user, public_from=report.public_from)


def unfit_moment(report):
    if not report.public_from:
        return NO_MOMENT
    return MOMENT_PASSED if report.public_from <= timezone.now() else ""


SUBMIT = partial(Step, "_review", "Send to review", Action.SUBMIT)
PUBLISHING = partial(Step, "_publish", action=Action.PUBLISH, refused="published")
REVIEW = SUBMIT(to(State.IN_REVIEW), "is in review", "sent to review")
REVIEW_EDIT = SUBMIT(by(workflow.submit_edit), "has its edit in review", "sent to review")
SEND_BACK = Step("_back", "Send back…", Action.SEND_BACK, refused="sent back", page="admin:send-back")
UNSCHEDULE = Step(
    "_draft", "Back to draft", Action.UNSCHEDULE, to(State.DRAFT), "is a draft again", "made a draft again"
)
SCHEDULE = Step("_schedule", "Schedule", Action.SCHEDULE, schedule, "is scheduled", "scheduled")
PUBLISH = PUBLISHING(label="Publish now", take=to(State.PUBLISHED), done="is live")
PUBLISH_SCHEDULED = PUBLISHING(label="Publish now", take=by(workflow.publish_now), done="is live")
REPUBLISH = PUBLISHING(label="Publish again…", page="admin:publish-again", done="is live again")
SCHEDULE_EDIT = Step(
    "_publish_edit",
    "Put the edit into the schedule",
    Action.PUBLISH,
    by(workflow.publish_edit),
    "has the edit in its schedule",
    "put into the schedule",
)
PUBLISH_EDIT = PUBLISHING(label="Publish the edit…", page="admin:publish-edit", done="shows readers the edit now")
WITHDRAW = Step("_withdraw", "Withdraw…", Action.WITHDRAW, refused="withdrawn", page="admin:withdraw")
# After these readers see it, now or at its moment.
GOING_LIVE = {SCHEDULE, PUBLISH, PUBLISH_SCHEDULED}
# The last button is the one that stands out.
STEPS = {
    Situation.DRAFT: [SCHEDULE, REVIEW, PUBLISH],
    Situation.IN_REVIEW: [SCHEDULE, SEND_BACK, PUBLISH],
    Situation.SCHEDULED: [UNSCHEDULE, REVIEW_EDIT, SEND_BACK, SCHEDULE_EDIT, PUBLISH_SCHEDULED],
    Situation.LIVE: [WITHDRAW, REVIEW_EDIT, SEND_BACK, PUBLISH_EDIT],
    Situation.WITHDRAWN: [REVIEW_EDIT, SEND_BACK, REPUBLISH],
    Situation.BINNED: [],
}
# {name: what is said where the step is refused}
REFUSED = {step.name: step.refused for steps in STEPS.values() for step in steps}


def steps_of(report, user):
    """The steps that this person may take with a report as it stands; a new one is their own draft."""
    stands = report or Report(made_by=user)
    return [step for step in STEPS[stands.situation()] if may(user, step.action, stands) and fits(step, stands)]


def fits(step, report):
    """Of an edit it matters too whether there is one, and whether it is in review."""
    if step is SEND_BACK:
        return report.state == State.IN_REVIEW or report.edit_submitted_at is not None
    if step is SCHEDULE_EDIT:
        return versions.pending(report) is not None
    return step is not REVIEW_EDIT or report.edit_submitted_at is None


def lacks_an_edit(step, report):
    """Whether the step takes an edit and nothing was changed: no fault, but nothing to do."""
    return step in {REVIEW_EDIT, PUBLISH_EDIT} and versions.pending(report) is None


def asked_for(post):
    """The name of the step whose button was pressed; None for plain saving."""
    return next((name for name in REFUSED if name in post), None)


def step_named(name, report, user):
    """ValidationError where no step of this name fits the report as it stands by now; PermissionDenied where one does
    that is not this person's to take."""
    found = next((step for step in STEPS[report.situation()] if step.name == name), None)
    if found is None:
        raise ValidationError(f"It is {described(report)} now.")
    if not may(user, found.action, report):
        raise PermissionDenied
    return found


def refusals(report, asked):
    """{field: sentence} for what stood in the way of the step that was asked for, as the report stands now."""
    if asked not in {PUBLISH.name, SCHEDULE.name}:
        return {}
    moment = unfit_moment(report) if asked == SCHEDULE.name else ""
    return missing_for_publication(report) | ({"public_from": moment} if moment else {})
