"""Picking by typing: what is offered, how a row is told from its namesakes, and what is said of a name that is not
offered."""

import json
import re
from functools import singledispatch

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.db.models import Case, Exists, OuterRef, Q, When
from django.http import JsonResponse

from accounts.names import name_of
from authors.models import Author
from publications.models import Report
from text.keys import name_key
from text.terms import words
from topics.models import Topic

# In the address that a field asks: offer no report but live ones.
LIVE = "live"
# In what a field asks: the rows that it holds already.
CHOSEN = "chosen"
KEY = re.compile(r"[0-9]{1,18}")
# By what else these are found.
OTHER_WORDS = {Topic: "synonyms", Author: "other_names"}


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
    """What autocomplete fields ask. Beside the rows that are offered, static/desk/pickers.js is told `said`, why a name
    is not among them, and `add`, the words by which a row of that name is added."""

    def get(self, request, *args, **kwargs):
        offered = json.loads(super().get(request, *args, **kwargs).content)
        said, add = self.of_what_is_typed(self.term.strip(), self.model_admin.opts)
        if self.model_admin.model is Report and offered["results"]:
            # Nobody types a whole title: what is offered is what was meant.
            said = ""
        return JsonResponse(offered | {"said": said, "add": add})

    def of_what_is_typed(self, typed, opts):
        if not typed:
            return "", ""
        if opts.model not in {Author, Topic}:
            return f"No {opts.verbose_name} is called “{typed}”.", ""
        if row := opts.model.objects.called(typed).first():
            return why_not_offered(row, typed, str(row.pk) in self.chosen()), ""
        said = f"No {opts.verbose_name} is called “{typed}”."
        if not self.model_admin.has_add_permission(self.request):
            return f"{said} Editors can add one: tell them in a note.", ""
        return said, f"Add “{typed}” as a new {opts.verbose_name}…"

    def get_queryset(self):
        rows = super().get_queryset()
        if rows.model is Topic:
            rows = rows.offered().shown() if self.source_field.model is Topic else rows.offered()
        if rows.model is Report:
            rows = rows.filter(binned_at__isnull=True).select_related("type")
            return rows.live() if LIVE in self.request.GET else rows
        if rows.model is Author and len(words(self.term)) > 1 and not rows.exists():
            rows = namesakes(self.term)
        if rows.model in {Author, Topic}:
            rows = best_first(rows, name_key(self.term))
        if rows.model in OTHER_WORDS:
            rows = rows.prefetch_related(OTHER_WORDS[rows.model])
        return rows.exclude(pk__in=self.chosen())

    def chosen(self):
        return [key for key in self.request.GET.get(CHOSEN, "").split(",") if KEY.fullmatch(key)]

    def serialize_result(self, row, to_field_name):
        found_by = other_word(row, name_key(self.term)) if type(row) in OTHER_WORDS else ""
        return super().serialize_result(row, to_field_name) | {"text": picker_label(row), "found_by": found_by}


def other_word(row, key):
    """The other word by which a topic or an author was found; empty where the name holds all that was typed."""
    lacking = [word for word in key.split() if word not in row.name_key]
    others = getattr(row, OTHER_WORDS[type(row)]).all()
    return next((str(one) for one in others if any(word in one.name_key for word in lacking)), "")


def namesakes(typed):
    """Authors of this family name and initial: “T. Newbury” for whoever types “Tomás Newbury”, and the other way."""
    first, *_, family = words(typed)
    return Author.objects.filter(name_key__startswith=first[0], name_key__holds_word=family)


def why_not_offered(row, typed, is_chosen):
    """Empty for what is offered."""
    name = f"“{row.name}”" if row.name_key == name_key(typed) else f"“{typed}” is another word for “{row.name}”, which"
    if is_chosen:
        return f"{name} is chosen already."
    return f"{name} is retired, and no longer offered." if getattr(row, "retired", False) else ""


def best_first(rows, key):
    """Names that begin with what is typed, then those in which each typed word begins one, then the rest; another word
    for it counts a little less than the name."""
    # The lists of the desk count reports and join synonyms: neither is to stand in the order of the rows.
    rows = rows.model.objects.filter(pk__in=rows.order_by().values("pk"))
    order = [*rows.model._meta.ordering, "pk"]
    if not key:
        return rows.order_by(*order)
    ways = [Q(name_key__startswith=key), Q(*(("name_key__holds_word", word) for word in key.split()))]
    others = rows.model._meta.get_field(OTHER_WORDS[rows.model])
    spellings = others.related_model.objects.filter(**{others.field.name: OuterRef("pk")})
    ways = [way for by_name in ways for way in (by_name, Exists(spellings.filter(by_name)))]
    ranked = Case(*(When(way, then=rank) for rank, way in enumerate(ways)), default=len(ways))
    return rows.order_by(ranked, *order)
