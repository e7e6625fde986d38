"""The desk's first page: what waits for this person."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from publications.models import Report
from publications.relating import weights_are_old

MOST = 6


def front_page(user):
    """Their own drafts, what is scheduled next, what waits for review; what they may do and should know."""
    reports = Report.objects.in_desk_of(user).select_related("type")
    return {
        "may_write": user.has_perm("publications.add_report"),
        "weights_are_old": user.is_superuser and weights_are_old(),
        "drafts": reports.filter(state=Report.State.DRAFT, pk__in=edited_by(user)).order_by("-changed_at")[:MOST],
        "scheduled": reports.scheduled().order_by("public_from")[:MOST],
        "in_review": reports.filter(state=Report.State.IN_REVIEW).order_by("changed_at")[:MOST],
    }


def edited_by(user):
    """Keys of the reports that this person touched in their last two hundred steps."""
    steps = LogEntry.objects.filter(user=user, content_type=ContentType.objects.get_for_model(Report))
    return {int(key) for key in steps.order_by("-action_time").values_list("object_id", flat=True)[:200]}
