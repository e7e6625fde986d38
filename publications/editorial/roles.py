"""Who may do what to which report: one table. A report that somebody may not see does not exist for them.

A role is what a person's permissions make it; the groups that migrations make carry those of `PERMISSIONS`.
"""

from datetime import datetime
from enum import Enum, IntEnum

from django.contrib.auth.models import User

from publications.models import Report

Situation = Report.Situation


class Role(IntEnum):
    """Each may what the one before may. A superuser may all, and alone touches users, types and site details."""

    NOBODY = 0
    READER = 1
    WRITER = 2
    EDITOR = 3
    PUBLISHER = 4


class Action(Enum):
    SEE = "see"
    # What is not public of a report that perhaps is: its edits, and its history.
    SEE_EDITS = "see edits"
    EDIT = "edit"
    NOTE = "note"
    SUBMIT = "submit"
    SEND_BACK = "send back"
    ASSIGN = "assign"
    SHARE = "share"
    RETAG = "retag"
    RETYPE = "retype"
    PUBLISH = "publish"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    WITHDRAW = "withdraw"
    SUPPRESS = "suppress"
    BIN = "bin"
    TAKE_OUT = "take out"
    PURGE = "purge"


# The least role for one's own report, and the least for anybody's. One's own is what one made or was assigned.
EVERYONE = (Role.READER, Role.READER)
OWN = (Role.READER, Role.EDITOR)
WRITER = (Role.WRITER, Role.EDITOR)
EDITOR = (Role.EDITOR, Role.EDITOR)
PUBLISHER = (Role.PUBLISHER, Role.PUBLISHER)
NO_ONE = None

# fmt: off
TABLE = {
    #                    draft      in review  scheduled  live       withdrawn  in the bin
    Action.SEE:         (OWN,       OWN,       OWN,       EVERYONE,  OWN,       OWN),
    Action.SEE_EDITS:   (OWN,       OWN,       OWN,       OWN,       OWN,       OWN),
    Action.EDIT:        (WRITER,    EDITOR,    WRITER,    WRITER,    WRITER,    NO_ONE),
    Action.NOTE:        (WRITER,    WRITER,    WRITER,    WRITER,    WRITER,    NO_ONE),
    Action.SUBMIT:      (WRITER,    NO_ONE,    WRITER,    WRITER,    WRITER,    NO_ONE),
    Action.SEND_BACK:   (NO_ONE,    WRITER,    EDITOR,    EDITOR,    EDITOR,    NO_ONE),
    Action.ASSIGN:      (EDITOR,    EDITOR,    EDITOR,    EDITOR,    EDITOR,    NO_ONE),
    Action.SHARE:       (EDITOR,    EDITOR,    EDITOR,    EDITOR,    EDITOR,    NO_ONE),
    Action.RETAG:       (EDITOR,    EDITOR,    EDITOR,    EDITOR,    EDITOR,    NO_ONE),
    Action.RETYPE:      (EDITOR,    EDITOR,    PUBLISHER, PUBLISHER, PUBLISHER, NO_ONE),
    Action.PUBLISH:     (PUBLISHER, PUBLISHER, PUBLISHER, PUBLISHER, PUBLISHER, NO_ONE),
    Action.SCHEDULE:    (PUBLISHER, PUBLISHER, PUBLISHER, PUBLISHER, NO_ONE,    NO_ONE),
    Action.UNSCHEDULE:  (NO_ONE,    NO_ONE,    PUBLISHER, NO_ONE,    NO_ONE,    NO_ONE),
    Action.WITHDRAW:    (NO_ONE,    NO_ONE,    NO_ONE,    PUBLISHER, NO_ONE,    NO_ONE),
    Action.SUPPRESS:    (NO_ONE,    NO_ONE,    NO_ONE,    PUBLISHER, PUBLISHER, NO_ONE),
    Action.BIN:         (WRITER,    EDITOR,    NO_ONE,    NO_ONE,    NO_ONE,    NO_ONE),
    Action.TAKE_OUT:    (NO_ONE,    NO_ONE,    NO_ONE,    NO_ONE,    NO_ONE,    WRITER),
    Action.PURGE:       (NO_ONE,    NO_ONE,    NO_ONE,    NO_ONE,    NO_ONE,    PUBLISHER),
}
# fmt: on
COLUMNS = [
    Situation.DRAFT,
    Situation.IN_REVIEW,
    Situation.SCHEDULED,
    Situation.LIVE,
    Situation.WITHDRAWN,
    Situation.BINNED,
]

PARTS = [
    f"publications.{verb}_{part}"
    for part in ("authorship", "attachment", "reporttopic", "relatedpublication")
    for verb in ("view", "add", "change", "delete")
]
# {group: what its members may beyond what those of the group before may}
PERMISSIONS = {
    "Writers": [
        "publications.view_report",
        "publications.add_report",
        "publications.change_report",
        "publications.view_publicationtype",
        "authors.view_author",
        "topics.view_topic",
        *PARTS,
    ],
    "Editors": [
        "publications.edit_every_report",
        *[f"authors.{verb}_author" for verb in ("add", "change", "delete")],
        *[f"authors.{verb}_authorlink" for verb in ("view", "add", "change", "delete")],
        *[f"authors.{verb}_authorname" for verb in ("view", "add", "change", "delete")],
        *[f"topics.{verb}_topic" for verb in ("add", "change", "delete")],
        *[f"topics.{verb}_topicsynonym" for verb in ("view", "add", "change", "delete")],
        *[f"publications.{verb}_topicfeature" for verb in ("view", "add", "change", "delete")],
    ],
    "Publishers": [
        "publications.publish_report",
        "publications.delete_report",
        *[f"publications.{verb}_homefeature" for verb in ("view", "add", "change", "delete")],
    ],
}
GROUPS = {Role.WRITER: "Writers", Role.EDITOR: "Editors", Role.PUBLISHER: "Publishers"}


def permissions_of(group: str) -> list[str]:
    """All that the group carries, what those before it carry included."""
    names = list(PERMISSIONS)
    return [one for name in names[: names.index(group) + 1] for one in PERMISSIONS[name]]


def role_of(user: User) -> Role:
    if not (user.is_active and user.is_staff and user.has_perm("publications.view_report")):
        return Role.NOBODY
    if not user.has_perm("publications.change_report"):
        return Role.READER
    if not user.has_perm("publications.edit_every_report"):
        return Role.WRITER
    return Role.PUBLISHER if user.has_perm("publications.publish_report") else Role.EDITOR


def may(user: User, action: Action, report: Report, at: datetime | None = None) -> bool:
    """Whether the table lets this person do this to the report as it stands at this moment."""
    least = TABLE[action][COLUMNS.index(report.situation(at))]
    if least is None:
        return False
    own, every = least
    role = role_of(user)
    return role >= every or (role >= own and is_own(user, report))


def may_add(user: User) -> bool:
    return role_of(user) >= Role.WRITER


def may_tend_topics(user: User) -> bool:
    return role_of(user) >= Role.EDITOR


def may_tend_authors(user: User) -> bool:
    return role_of(user) >= Role.EDITOR


def is_own(user: User, report: Report) -> bool:
    return report.made_by_id == user.pk or any(one.pk == user.pk for one in report.assigned.all())
