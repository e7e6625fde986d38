"""The state as a word with its date, and the filter by it."""

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format

from publications.models import Report

Situation = Report.Situation
LONG, SHORT = "j F Y, H:i", "j M Y, H:i"


def state_word(report):
    """“Scheduled” and “Live” are told apart, which the database calls published."""
    return report.situation().label


def state_since(report, how=LONG):
    """“for 3 May 2027, 09:00”, “since …”, “on …”; nothing for what is not public."""
    situation = report.situation()
    if situation == Situation.WITHDRAWN:
        return f"on {in_words(report.withdrawn_at, how)}"
    if situation == Situation.BINNED:
        return f"since {in_words(report.binned_at, how)}"
    if report.state == Report.State.PUBLISHED:
        return f"{'since' if situation == Situation.LIVE else 'for'} {in_words(report.public_from, how)}"
    return ""


def in_words(moment, how=LONG):
    return date_format(timezone.localtime(moment), how)


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Situation.choices

    def queryset(self, request, queryset):
        """What lies in the bin is shown to those alone who ask for it."""
        if self.value() == Situation.BINNED:
            return queryset.filter(binned_at__isnull=False)
        kept = queryset.filter(binned_at__isnull=True)
        if self.value() == Situation.SCHEDULED:
            return kept.scheduled()
        if self.value() == Situation.LIVE:
            return kept.live()
        return kept.filter(state=self.value()) if self.value() else kept
