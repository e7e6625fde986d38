"""What all forms of the desk share."""

import json

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db import IntegrityError, models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Coalesce
from django.forms import ModelChoiceField
from django.http import Http404
from django.utils.functional import cached_property

from publications.desk.faults import faults
from publications.desk.pickers import picker_label
from publications.desk.widgets import PictureField, PictureWidget
from publications.editorial.roles import Role, role_of
from publications.models import Report, Upload
from text.cleaning import holds_forbidden
from text.keys import name_key

# Posts that arrive at once want the same free address; each round gives it to one of them.
ATTEMPTS = 8
CHOOSE_AGAIN = "Nothing is saved yet, and no browser keeps the files that you chose: choose them again before you save."
CLEANED = "Characters that cannot be seen or printed were taken out of what you typed."


class Labelled:
    """Picked rows are told from their namesakes, and can be added in place but not deleted there."""

    formfield_overrides = {
        models.ImageField: {"form_class": PictureField, "widget": PictureWidget},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, ModelChoiceField):
            field.label_from_instance = picker_label
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


class CountedSoFar(Paginator):
    """Counts no further than anybody pages: who looks for more narrows the list."""

    most = 10_000

    @cached_property
    def count(self):
        return self.object_list.order_by().values("pk")[: self.most + 1].count()

    @cached_property
    def num_pages(self):
        return max(-(-min(self.count, self.most) // self.per_page), 1)


class SaidInRows:
    """The forms of a table, which names its fields by the headings of its columns alone: each field says its name to
    those who hear the page."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label and not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", str(field.label).capitalize())


class DeskAdmin(Labelled, admin.ModelAdmin):
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    paginator = CountedSoFar

    class Media:
        js = ["desk/names.js", "desk/pickers.js", "desk/toolbars.js", "desk/faults.js", "desk/uploads.js"]

    # Columns that hold keys (text/keys.py): what is typed is folded in the same way.
    search_fields = []

    def changeform_view(self, request, *args, **kwargs):
        """A unique index that refuses what validation let through: somebody was faster. Validating again says so."""
        for _ in range(ATTEMPTS - 1):
            try:
                return super().changeform_view(request, *args, **kwargs)
            except IntegrityError:
                continue
        return super().changeform_view(request, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """What is not there, and what is not there for this person, is 404 in the same words."""
        raise Http404

    def lookup_allowed(self, lookup, value, request):
        """By nothing that points at a row from elsewhere: it would tell of rows that this person may not know of."""
        elsewhere = {relation.name for relation in self.opts.related_objects}
        return lookup.partition(LOOKUP_SEP)[0] not in elsewhere and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request, extra_context=None):
        title = self.opts.verbose_name_plural.capitalize()
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, name_key(search_term))

    def get_inline_formsets(self, *args, **kwargs):
        parts = super().get_inline_formsets(*args, **kwargs)
        for part in parts:
            part.inline_formset_data = in_sentence_case(part)
        return parts

    def render_change_form(self, request, context, *args, **kwargs):
        if request.FILES:
            messages.warning(request, CHOOSE_AGAIN)
        if context["errors"]:
            context["faults"] = list(faults(context["adminform"], context["inline_admin_formsets"]))
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        Upload.objects.claim(file_names(obj))
        if any(map(holds_forbidden, typed(request.POST))):
            messages.info(request, CLEANED)


def in_sentence_case(part):
    """What the stock script is told of this part; but the words of its button, “Add another Author”, suit no first."""
    data = json.loads(part.inline_formset_data())
    name = part.opts.verbose_name
    data["options"]["addText"] = f"Add {'an' if name[0] in 'aeiou' else 'a'} {name}"
    return json.dumps(data)


def reports_counted(rows, owner, report, user):
    """How many reports each has, of those that this person may know of. `rows`: of the model that names both by these
    fields. Counted of each row that is shown, not of all."""
    if role_of(user) < Role.EDITOR:
        rows = rows.filter(**{f"{report}__in": Report.objects.in_desk_of(user).order_by().values("pk")})
    own = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(own.annotate(reports=Count(report, distinct=True)).values("reports")), 0)


def file_names(row):
    fields = [field for field in row._meta.concrete_fields if isinstance(field, models.FileField)]
    return [field.value_from_object(row).name for field in fields if field.value_from_object(row)]


def typed(post):
    for _, values in post.lists():
        yield from values
