"""Picking by typing: what is offered, and how a row is told from its namesakes."""

import re
from functools import singledispatch

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.db.models import Case, Exists, OuterRef, Q, When

from accounts.names import name_of
from authors.models import Author
from publications.models import Report
from text.keys import name_key
from topics.models import Topic, TopicSynonym

# In the address that a field asks: offer no report but live ones.
LIVE = "live"
# In what a field asks: the rows that it holds already.
CHOSEN = "chosen"
KEY = re.compile(r"[0-9]{1,18}")


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
            rows = rows.offered().shown() if self.source_field.model is Topic else rows.offered()
        if rows.model is Report:
            rows = rows.filter(binned_at__isnull=True).select_related("type")
            return rows.live() if LIVE in self.request.GET else rows
        if rows.model in {Author, Topic}:
            rows = best_first(rows, name_key(self.term))
        return rows.exclude(pk__in=self.chosen())

    def chosen(self):
        return [key for key in self.request.GET.get(CHOSEN, "").split(",") if KEY.fullmatch(key)]

    def serialize_result(self, row, to_field_name):
        return super().serialize_result(row, to_field_name) | {"text": picker_label(row)}


def best_first(rows, key):
    """Names that begin with what is typed, then those in which each typed word begins one, then the rest; another word
    for a topic counts a little less than its name."""
    # The lists of the desk count reports and join synonyms: neither is to stand in the order of the rows.
    rows = rows.model.objects.filter(pk__in=rows.order_by().values("pk"))
    order = [*rows.model._meta.ordering, "pk"]
    if not key:
        return rows.order_by(*order)
    ways = [Q(name_key__startswith=key), Q(*(("name_key__holds_word", word) for word in key.split()))]
    if rows.model is Topic:
        synonyms = TopicSynonym.objects.filter(topic=OuterRef("pk"))
        ways = [way for by_name in ways for way in (by_name, Exists(synonyms.filter(by_name)))]
    ranked = Case(*(When(way, then=rank) for rank, way in enumerate(ways)), default=len(ways))
    return rows.order_by(ranked, *order)
