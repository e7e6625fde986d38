"""Who is told by e-mail of what happened to a report, and in which words.

Nobody is told of what they did themselves, nor of a report that they may not see; and of its text only the title leaves
the desk.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.names import name_of
from institution.letters import letter, send, site_address
from publications.editorial.roles import Action, may
from publications.models import Event, Report

What = Event.What
EDIT_EVERY = "publications.edit_every_report"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Notice:
    to: User
    subject: str
    words: str


# Whom it concerns


def editors(event: Event) -> Iterable[User]:
    return User.objects.with_perm(EDIT_EVERY, backend=BACKEND).filter(is_staff=True)


def owners(event: Event) -> list[User]:
    """Who made the report, and who works on it."""
    return [*filter(None, [event.report.made_by]), *event.report.assigned.all()]


def talkers(event: Event) -> list[User]:
    """The owners, and those who have noted something on it, or sent it back, before."""
    spoken = event.report.events.filter(what__in=[What.NOTED, What.SENT_BACK, What.EDIT_SENT_BACK], by__isnull=False)
    return [*owners(event), *User.objects.filter(pk__in=spoken.order_by().values("by"))]


@dataclass(frozen=True)
class Kind:
    """A subject and a sentence with the places {title}, {who}, {moment} and {page}."""

    whom: Callable[[Event], Iterable[User]]
    subject: str
    words: str


PUBLISHED = "{who} has published “{title}”. Readers find it at {page}"
KINDS = {
    What.SUBMITTED: Kind(editors, "For review: {title}", "{who} has sent “{title}” to review."),
    What.EDIT_SUBMITTED: Kind(
        editors, "For review: an edit of {title}", "{who} has sent an edit of “{title}” to review."
    ),
    What.SENT_BACK: Kind(
        owners, "Sent back: {title}", "{who} has sent “{title}” back. If a reason was given, it stands above the form."
    ),
    What.EDIT_SENT_BACK: Kind(
        owners,
        "Sent back: the edit of {title}",
        "{who} has sent the edit of “{title}” back. If a reason was given, it stands above the form.",
    ),
    What.SCHEDULED: Kind(owners, "Scheduled: {title}", "{who} has scheduled “{title}”. It goes live on {moment}."),
    What.UNSCHEDULED: Kind(
        owners, "No longer scheduled: {title}", "{who} has made “{title}” a draft again. It does not go live by itself."
    ),
    What.PUBLISHED: Kind(owners, "Published: {title}", PUBLISHED),
    What.EDIT_PUBLISHED: Kind(owners, "Edit accepted: {title}", "{who} has accepted the edit of “{title}”."),
    What.WITHDRAWN: Kind(
        owners, "Withdrawn: {title}", "{who} has withdrawn “{title}”. Its address now says so, and why."
    ),
    What.NOTED: Kind(talkers, "A note on {title}", "{who} has written a note on “{title}”."),
}
ASSIGNED = Kind(lambda event: [], "For you: {title}", "{who} has given you “{title}” to work on.")


def notices(event: Event, assigned: Iterable[User] = ()) -> list[Notice]:
    """One for each person to be told. `assigned`: who is newly on the report."""
    if event.what == What.ASSIGNED:
        return [notice(event, ASSIGNED, one) for one in concerned(event, assigned)]
    kind = KINDS.get(What(event.what))
    return [notice(event, kind, one) for one in concerned(event, kind.whom(event))] if kind else []


def concerned(event: Event, people: Iterable[User]) -> list[User]:
    others = {one.pk: one for one in people if one.is_active and one.email and one.pk != event.by_id}
    return [one for _, one in sorted(others.items()) if may(one, Action.SEE_EDITS, event.report)]


def notice(event: Event, kind: Kind, to: User) -> Notice:
    report = event.report
    facts = {"title": report.title, "who": name_of(event.by), "moment": moment(report), "page": page(report)}
    desk = site_address() + reverse("admin:publications_report_change", args=[report.pk])
    words = f"{kind.words.format(**facts)}\n\nOpen it in the desk:\n{desk}\n"
    return Notice(to, kind.subject.format(**facts), words)


def moment(report: Report) -> str:
    if not report.public_from:
        return ""
    said = date_format(timezone.localtime(report.public_from), "j F Y, H:i")
    return f"{said} ({timezone.get_current_timezone_name()})"


def page(report: Report) -> str:
    return site_address() + report.get_absolute_url()


def tell(event: Event, assigned: Iterable[User] = ()) -> None:
    """Once it has really happened. What goes wrong with telling is logged and undoes nothing."""
    if event.what in {*KINDS, What.ASSIGNED}:
        transaction.on_commit(partial(post, event.pk, list(assigned)), robust=True)


def post(key: int, assigned: Iterable[User]) -> None:
    event = Event.objects.select_related("report__made_by", "by").prefetch_related("report__assigned").get(pk=key)
    letters = [letter(one.to.email, one.subject, one.words) for one in notices(event, assigned)]
    if letters:
        send(letters)
