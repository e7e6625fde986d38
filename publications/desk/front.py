"""The desk's first page: what waits for this person."""

from publications.editorial.roles import may_add
from publications.models import Report, ReportVersion
from publications.relating import weights_are_old

MOST = 6


def front_page(user):
    """Their own drafts, what is scheduled next, what waits for review; what they may do and should know."""
    reports = Report.objects.in_desk_of(user).filter(binned_at__isnull=True).select_related("type")
    return {
        "may_write": may_add(user),
        "weights_are_old": user.is_superuser and weights_are_old(),
        "drafts": reports.filter(state=Report.State.DRAFT, pk__in=edited_by(user)).order_by("-changed_at")[:MOST],
        "scheduled": reports.scheduled().order_by("public_from")[:MOST],
        "in_review": reports.filter(state=Report.State.IN_REVIEW).order_by("changed_at")[:MOST],
    }


def edited_by(user):
    """Keys of the reports on which this person's last two hundred versions were saved."""
    saved = ReportVersion.objects.filter(by=user).order_by("-at")
    return set(saved.values_list("report", flat=True)[:200])
