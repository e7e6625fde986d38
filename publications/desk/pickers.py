"""Picking by typing: what is offered, and how a row is told from its namesakes."""

from functools import singledispatch

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User

from accounts.names import name_of
from authors.models import Author
from publications.models import Report
from topics.models import Topic

# In the address that a field asks: offer no report but live ones.
LIVE = "live"


@singledispatch
def picker_label(row):
    return str(row)


@picker_label.register
def _(topic: Topic):
    return f"{topic.name} · {topic.get_kind_display().lower()}" + (", retired" if topic.retired else "")


@picker_label.register
def _(author: Author):
    return " · ".join(filter(None, [author.name, author.position or author.affiliation]))


@picker_label.register
def _(user: User):
    return name_of(user)


@picker_label.register
def _(report: Report):
    year = str(report.date.year) if report.date else report.get_state_display().lower()
    return " · ".join(filter(None, [report.title, report.label, year]))


class Picker(AutocompleteJsonView):
    """What autocomplete fields ask."""

    def get_queryset(self):
        rows = super().get_queryset()
        if rows.model is Topic:
            return rows.offered().shown() if self.source_field.model is Topic else rows.offered()
        if rows.model is Report:
            rows = rows.filter(binned_at__isnull=True).select_related("type")
            return rows.live() if LIVE in self.request.GET else rows
        return rows

    def serialize_result(self, row, to_field_name):
        return super().serialize_result(row, to_field_name) | {"text": picker_label(row)}
