"""What waits for whom: written once, for the desk's first page and for the filter of the list."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from publications.editorial import notes, typing
from publications.editorial.roles import Role, role_of
from publications.models import Event, Report, ReportVersion


def kept(user):
    """What this person may know of, without what lies in the bin."""
    return Report.objects.in_desk_of(user).filter(binned_at__isnull=True)


def looked_after(reports, user):
    """Editors look after all, writers after their own: what is planned for the others is not theirs to know."""
    return reports if role_of(user) >= Role.EDITOR else reports.own(user)


def in_review(reports, user):
    """Reports and edits that somebody should look at, those first that have waited longest."""
    submitted = Event.objects.filter(report=OuterRef("pk"), what=Event.What.SUBMITTED).order_by("-at", "-pk")
    since = Coalesce("edit_submitted_at", Subquery(submitted.values("at")[:1]), "changed_at")
    return looked_after(reports, user).filter(pk__in=submitted_now()).annotate(waits_since=since)


def submitted_now():
    """The keys of what waits for anybody: a few among very many, each kind found by its index, which an OR would not
    use."""
    state = Report.objects.filter(state=Report.State.IN_REVIEW).order_by().values_list("pk", flat=True)
    edits = Report.objects.filter(edit_submitted_at__isnull=False).order_by().values_list("pk", flat=True)
    return {*state, *edits}


def due(reports, user):
    """Their day to be looked at again has come, in the site's zone."""
    return looked_after(reports, user).filter(review_on__lte=timezone.localdate())


def sent_back(reports, user):
    """Events: why reports that this person works on came back."""
    return notes.sent_back(reports.own(user))


def edited_by(user):
    """{key of a report: when this person saved it last}, the last first, of their last two hundred versions."""
    saved = ReportVersion.objects.filter(by=user).order_by("-at").values_list("report", "at")[:200]
    moments = {}
    for key, at in saved:
        moments.setdefault(key, at)
    return moments


def typed(user):
    """What this person has typed and not saved yet."""
    return typing.typed_anywhere(user, kept(user))


class WaitingFilter(admin.SimpleListFilter):
    title = "what waits"
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [
            ("review", "In review, edits too"),
            ("sent-back", "Sent back to you"),
            ("mine", "Yours"),
            ("edited", "Edited by you"),
            ("typed", "Typed by you and not saved"),
            ("due", "Due for another look"),
        ]

    def queryset(self, request, queryset):
        user = request.user
        narrowed = {
            "review": lambda: in_review(queryset, user),
            "sent-back": lambda: queryset.filter(pk__in=sent_back(queryset, user).order_by().values("report")),
            "mine": lambda: queryset.filter(pk__in=Report.objects.own(user).order_by().values("pk")),
            "edited": lambda: queryset.filter(pk__in=edited_by(user)),
            "typed": lambda: queryset.filter(pk__in=typed(user).order_by().values("report")),
            "due": lambda: due(queryset, user),
        }
        return narrowed[self.value()]() if self.value() in narrowed else queryset
