"""The desk's first page: what waits for this person, what comes, and what they worked on."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.formats import date_format

from accounts.names import name_of
from publications.desk import waiting
from publications.desk.states import in_words, state_word
from publications.desk.typing import filled_form, form_address
from publications.editorial.roles import Role, may_add, may_tend_topics, role_of
from publications.editorial.workflow import missing_for_publication
from publications.models import Report
from publications.query import LONG_FIELDS
from publications.relating import weights_are_old

MOST = 8
# What a row says of a report.
TOLD = ["title", "state", "public_from", "binned_at"]
LIST = "admin:publications_report_changelist"


@dataclass(frozen=True)
class Row:
    """A title that leads somewhere, what is said under it, and a quotation; `again`: where a new day for it is set."""

    title: str
    address: str
    said: str
    quoted: str = ""
    again: str = ""


@dataclass(frozen=True)
class Section:
    """Up to `MOST` rows, and where in the list the others stand."""

    heading: str
    rows: list[Row]
    query: str
    has_more: bool = field(default=False)

    @property
    def address(self):
        return f"{reverse(LIST)}?{self.query}"


def row_of(report, said, **more):
    return Row(report.title, form_address(report), said, **more)


def front_page(user):
    reports = waiting.kept(user).select_related("type").defer(*LONG_FIELDS)
    role = role_of(user)
    sections = [
        typed(user),
        sent_back(reports, user),
        in_review(reports, user, role),
        due(reports, user, role),
        scheduled(reports),
        drafts(reports, user),
        edited(reports, user),
    ]
    return {
        "may_write": may_add(user),
        "may_read": role > Role.NOBODY,
        "may_tend": may_tend_topics(user),
        "weights_are_old": user.is_superuser and weights_are_old(),
        "sections": [section for section in sections if section.rows],
    }


def section(heading, query, found, row):
    """`found` in its order; one more than are shown is asked for, to know whether there are more."""
    rows = list(found[: MOST + 1])
    return Section(heading, [row(one) for one in rows[:MOST]], query, len(rows) > MOST)


def typed(user):
    found = waiting.typed(user).select_related("report").only("at", "seen", *[f"report__{name}" for name in TOLD])
    return section("Typed and not saved yet", "waits=typed", found, typed_row)


def typed_row(row):
    what = f"{state_word(row.report)} · typed" if row.report else "A new report, typed"
    title = row.title or (row.report.title if row.report else "Without a title yet")
    return Row(title, filled_form(row.report, row), f"{what} {in_words(row.at)}")


def sent_back(reports, user):
    found = waiting.sent_back(reports, user).order_by("-at", "-pk")
    return section("Sent back to you", "waits=sent-back", found, sent_back_row)


def sent_back_row(event):
    what = "The edit was sent back" if event.what == event.What.EDIT_SENT_BACK else "Sent back"
    return row_of(event.report, f"{what} by {name_of(event.by)}, {in_words(event.at)}", quoted=event.words)


def in_review(reports, user, role):
    found = waiting.in_review(reports, user).order_by("waits_since", "slug")
    heading = "Waiting for review" if role >= Role.EDITOR else "In review"
    if role < Role.PUBLISHER:
        return section(heading, "waits=review", found, review_row)
    # Their texts too: what stands between them and their readers may be in there.
    whole = found.defer(None).defer("search_text").prefetch_related("attachments")
    return section(heading, "waits=review", whole, ready_row)


def review_row(report):
    what = "Edit in review" if report.edit_submitted_at else "In review"
    return row_of(report, f"{what} since {in_words(report.waits_since)}")


def ready_row(report):
    """With what a publisher wants to know: whether anything stands between it and its readers."""
    row = review_row(report)
    if report.edit_submitted_at:
        return row
    ready = "something is missing before it can be published" if missing_for_publication(report) else "ready to publish"
    return row_of(report, f"{row.said} · {ready}")


def due(reports, user, role):
    def row(report):
        again = reverse("admin:look-again", args=[report.pk]) if role >= Role.EDITOR else ""
        return row_of(report, f"Due since {date_format(report.review_on, 'j F Y')}", again=again)

    found = waiting.due(reports, user).order_by("review_on", "slug")
    return section("To be looked at again", "waits=due", found, row)


def scheduled(reports):
    found = reports.scheduled().order_by("public_from", "slug")
    return section(
        "Scheduled next", "state=scheduled", found, lambda one: row_of(one, f"Goes live {in_words(one.public_from)}")
    )


def drafts(reports, user):
    found = reports.own(user).filter(state=Report.State.DRAFT).order_by("-changed_at", "slug")
    query = "waits=mine&state=draft"
    return section("Your drafts", query, found, lambda one: row_of(one, f"Changed {in_words(one.changed_at)}"))


def edited(reports, user):
    moments = waiting.edited_by(user)
    found = sorted(reports.filter(pk__in=moments), key=lambda one: moments[one.pk], reverse=True)
    return section(
        "What you edited last",
        "waits=edited",
        found,
        lambda one: row_of(one, f"{state_word(one)} · edited {in_words(moments[one.pk])}"),
    )
