"""The state as a word with its date, and the filter by it."""

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format

from publications.models import Report

State = Report.State
LONG, SHORT = "j F Y, H:i", "j M Y, H:i"


def state_word(report):
    """“Scheduled” and “Live” are told apart, which the database calls published."""
    if report.state == State.PUBLISHED:
        return "Live" if report.is_live() else "Scheduled"
    return State(report.state).label


def state_since(report, how=LONG):
    """“for 3 May 2027, 09:00”, “since …”, “on …”; nothing for what is not public."""
    if report.state == State.WITHDRAWN:
        return f"on {in_words(report.withdrawn_at, how)}"
    if report.state == State.PUBLISHED:
        return f"{'since' if report.is_live() else 'for'} {in_words(report.public_from, how)}"
    return ""


def in_words(moment, how=LONG):
    return date_format(timezone.localtime(moment), how)


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("draft", "Draft"),
            ("in_review", "In review"),
            ("scheduled", "Scheduled"),
            ("live", "Live"),
            ("withdrawn", "Withdrawn"),
        ]

    def queryset(self, request, queryset):
        if self.value() == "scheduled":
            return queryset.scheduled()
        if self.value() == "live":
            return queryset.live()
        return queryset.filter(state=self.value()) if self.value() else queryset
