"""The public versions of a report in the desk, and the page that asks why one of them is suppressed."""

from publications.desk.asking import Question
from publications.editorial import corrections
from publications.editorial.roles import Action


def suppress(version):
    """The question for this earlier version."""
    return Question(
        title=f"Suppress version {version.number}",
        explains="has an earlier version that readers will no longer reach: its address, and those of its files and "
        "its cover, will say that it is no longer available. What the current version or another earlier one says as "
        "well stays there. A version once suppressed does not come back.",
        asks="Why is it suppressed?",
        help_text="Readers see nothing of this: they see the report’s title, and that this version is no longer "
        "available. It stands in the history.",
        missing=corrections.REASON_MISSING,
        action=Action.SUPPRESS,
        act=lambda report, *, by, reason: corrections.suppress(version, by=by, reason=reason),
        done=f"no longer shows its earlier version {version.number} to anybody.",
        fits=lambda report: f"Version {version.number} is suppressed already." if version.suppressed_at else "",
        refrain="Leave it as it is",
        leads_to="admin:versions",
    )
