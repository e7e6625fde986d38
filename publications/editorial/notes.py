"""What those who work on a report say to each other about it: notes, and reasons for sending it back. Never public."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from publications.editorial import workflow
from publications.models import Event, Report, ReportVersion

What = Event.What
SENT_BACK = {What.SENT_BACK, What.EDIT_SENT_BACK}
TALK = {What.NOTED, *SENT_BACK}
# What ends that a report, or its edit, stands as sent back.
TURNS = SENT_BACK | {
    What.SUBMITTED, What.EDIT_SUBMITTED, What.SCHEDULED, What.PUBLISHED, What.EDIT_PUBLISHED, What.EDIT_DROPPED,
}  # fmt: skip
SAME_WITHIN = timedelta(minutes=1)


def notes_on(report: Report) -> QuerySet[Event]:
    """The newest first."""
    return report.events.filter(what__in=TALK).exclude(words="").select_related("by")


@transaction.atomic
def write(report: Report, words: str, *, by) -> None:
    """A note that arrives twice at once is one note."""
    Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    recent = report.events.filter(what=What.NOTED, by=by, at__gte=timezone.now() - SAME_WITHIN)
    if not recent.filter(words=words).exists():
        workflow.log(report, What.NOTED, by=by, words=words)


def sent_back(reports: QuerySet[Report]) -> QuerySet[Event]:
    """Why these reports, or their edits, were sent back; of those alone that were not submitted again since."""
    last = Event.objects.filter(report=OuterRef("report"), what__in=TURNS).order_by("-at", "-pk").values("pk")[:1]
    edit = ReportVersion.objects.filter(report=OuterRef("report"), pending=True)
    stands = Q(what=What.SENT_BACK, report__state=Report.State.DRAFT) | Q(Exists(edit), what=What.EDIT_SENT_BACK)
    return (
        Event.objects.filter(stands, report__in=reports.order_by(), pk=Subquery(last))
        .exclude(words="")
        .select_related("by", "report__type")
    )
