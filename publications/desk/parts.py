"""What hangs on a report in its form: authors in order, files, related publications."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property

from publications.author_care.merged import merged
from publications.desk.base import Labelled, SaidInRows
from publications.desk.file_facts import in_words
from publications.desk.pickers import KEY, picker_label
from publications.desk.widgets import AttachmentField, LanguageWidget
from publications.models import Attachment, Authorship, FileText, RelatedPublication, Report
from publications.sidebars import LINK_WORDS

LAST = 32_000
BY_HAND = {RelatedPublication.Origin.PINNED, RelatedPublication.Origin.EXCLUDED}
TWICE = "This report stands in the list twice. Keep one of the two."


class PlacedForm(forms.ModelForm):
    """A row with a place; one without a number comes last."""

    position = forms.IntegerField(
        label="Order", required=False, min_value=0, max_value=LAST, widget=forms.NumberInput(attrs={"class": "place"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "position" not in (kwargs.get("initial") or {}):
            self.initial["position"] = None

    def clean_position(self):
        position = self.cleaned_data["position"]
        return LAST if position is None else position


class PlacedFormSet(forms.BaseInlineFormSet):
    """Rows are numbered by the places typed, and where these are equal as they stand on the page.

    `typed` is what was typed before and is taken up again: shown as it was typed, and checked only when it is saved.
    """

    def __init__(self, data=None, files=None, *, typed=None, **kwargs):
        self.typed = typed
        super().__init__(data or typed, files, **kwargs)
        if typed:
            self._errors, self._non_form_errors = [], self.error_class()
            self.make_new_what_is_gone()

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            # Nobody and nothing is deleted but the row.
            form.fields["DELETE"].label = "Take off"
        if self.typed:
            form._errors = ErrorDict()

    def make_new_what_is_gone(self):
        """A typed row that is no longer stored, as where its author is gone, becomes a new one: its text stays."""
        known = {str(row.pk) for row in self.get_queryset()}
        rows = [self.typed_row(number) for number in range(self.total_form_count())]
        stored = rows[: self.initial_form_count()]
        there = [row for row in stored if row.get("id") in known]
        gone = [row | {"id": ""} for row in stored if row not in there]
        if gone:
            self.data = self.data.copy()
            for number, row in enumerate([*there, *gone, *rows[len(stored) :]]):
                for name, value in row.items():
                    self.data[f"{self.prefix}-{number}-{name}"] = value
            self.data[f"{self.prefix}-INITIAL_FORMS"] = str(len(there))
            del self.management_form

    def typed_row(self, number):
        start = f"{self.prefix}-{number}-"
        return {name.removeprefix(start): value for name, value in self.data.items() if name.startswith(start)}

    def get_queryset(self):
        """The rows of an edit that is pending are in memory alone."""
        parts = getattr(self.instance, "edited_parts", None)
        return super().get_queryset() if parts is None else parts[self.fk.remote_field.get_accessor_name()]

    def get_form_error(self):
        return "This repeats one above."

    def save(self, commit=True):
        saved = super().save(commit)
        if commit:
            self.number_rows()
        return saved

    def number_rows(self):
        kept = [form for form in self.forms if not form.instance._state.adding and form not in self.deleted_forms]
        for place, form in enumerate(sorted(kept, key=lambda form: form.instance.position)):
            if form.instance.position != place:
                form.instance.position = place
                form.instance.save(update_fields=["position"])


class PickedSelect(AutocompleteSelect):
    """Of a row among many, none of which may stay empty: what all rows have picked is read at once.
    `known()`: {key: row}"""

    known = dict

    def optgroups(self, name, value, attr=None):
        picked = [self.known()[key] for key in value if key in self.known()]
        options = [
            self.create_option(name, row.pk, self.choices.field.label_from_instance(row), True, place)
            for place, row in enumerate(picked)
        ]
        return [(None, options, 0)]


class PickingFormSet(PlacedFormSet):
    """In each row one thing is picked, by the field of this name."""

    picks = ""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields[self.picks].widget.widget.known = lambda: self.picked

    @cached_property
    def picked(self):
        """{key: row} of what is picked in any row, of those that this person may know of."""
        keys = {str(form[self.picks].value()) for form in self.forms}
        rows = self.form.base_fields[self.picks].queryset.filter(pk__in=filter(KEY.fullmatch, keys))
        return {str(row.pk): row for row in rows}


class Placed(Labelled):
    formset = PlacedFormSet
    extra = 0
    # The heading of the part of the form after which it stands; the first part has none.
    follows = None


class AuthorField(forms.ModelChoiceField):
    """An author who was merged since the form was opened is the one into whom they went."""

    label_from_instance = staticmethod(picker_label)

    def to_python(self, value):
        is_key = isinstance(value, str) and KEY.fullmatch(value)
        return super().to_python(merged([int(value)]).get(int(value), value) if is_key else value)


class AuthorshipForm(PlacedForm):
    class Meta:
        labels = {"biography": "Biography at the time"}
        help_texts = {
            "biography": "What this report says of the author, whatever their own page says later. Left empty, it "
            "shows the biography on that page."
        }


class AuthorshipFormSet(PickingFormSet):
    picks = "author"

    def get_unique_error_message(self, unique_check):
        return "The same author is named twice with the same role. Remove one of the two."


class AuthorshipInline(Placed, admin.StackedInline):
    model = Authorship
    form = AuthorshipForm
    formset = AuthorshipFormSet
    verbose_name, verbose_name_plural = "author", "authors"
    autocomplete_fields = ["author"]
    fieldsets = [
        (None, {"fields": [("author", "role", "position")]}),
        ("Biography for this report alone", {"fields": ["biography"], "classes": ["collapse"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        own = {"form_class": AuthorField, "widget": PickedSelect(db_field, self.admin_site)}
        return super().formfield_for_foreignkey(db_field, request, **kwargs | own)


class AttachmentForm(PlacedForm):
    class Meta:
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "language": LanguageWidget,
        }
        help_texts = {"language": "If it differs from the report’s: its name, such as French, or a tag, such as pt-BR."}

    def save(self, commit=True):
        if facts := getattr(self.cleaned_data.get("file"), "facts", None):
            vars(self.instance).update(facts.columns)
            if self.instance.slug_is_taken(self.instance.slug):
                self.instance.slug = ""
        return super().save(commit)


class AttachmentFormSet(PlacedFormSet):
    """The rows know what their PDFs say of themselves: one query for all."""

    def get_queryset(self):
        if not hasattr(self, "told"):
            self.told = list(super().get_queryset())
            facts = FileText.objects.facts_of(self.told) if self.told else {}
            for row in self.told:
                row.told = facts.get(row.sha256)
        return self.told


class AttachmentInline(Placed, admin.StackedInline):
    model = Attachment
    form = AttachmentForm
    formset = AttachmentFormSet
    follows = "Text"
    verbose_name, verbose_name_plural = "file", "files"
    fieldsets = [(None, {"fields": ["file", "facts", ("kind", "language", "position"), "title"]})]
    readonly_fields = ["facts"]
    # Readers have no address for a file of a draft or of an edit; “Open the file” leads to it in the desk.
    view_on_site = False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "file":
            return db_field.formfield(
                form_class=AttachmentField,
                help_text="A PDF, or a picture as PNG, JPEG or WebP.",
                error_messages={"required": "Choose a file, or remove this row."},
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="what it is")
    def facts(self, attachment):
        if not attachment.size:
            return "Kind, size and pages stand here once it is saved."
        return in_words(attachment, getattr(attachment, "told", None))


class RelatedForm(PlacedForm):
    """A pin, an exclusion or a typed link, which says by what words it stands on the other page; computed entries are
    nobody's to type."""

    origin = forms.ChoiceField(
        label="How",
        choices=[
            ("In this sidebar alone", [(origin.value, origin.label) for origin in sorted(BY_HAND, reverse=True)]),
            (
                "Linked, said on both pages",
                [(origin.value, f"{ours} (there: {theirs})") for origin, (ours, theirs) in LINK_WORDS.items()],
            ),
        ],
    )

    def clean_related(self):
        related = self.cleaned_data["related"]
        if related.pk == self.instance.report_id:
            raise ValidationError("A report cannot stand beside itself. Choose another.")
        return related


class RelatedFormSet(SaidInRows, PickingFormSet):
    """An entry is told by what it points at, not by a key: a form that comes back brings the whole list anew. What
    points at a report that this person may not know of is not in it (desk/editing.py keeps it)."""

    user = None
    picks = "related"

    def get_queryset(self):
        if not hasattr(self, "theirs"):
            rows = super().get_queryset()
            known = Report.objects.in_desk_of(self.user).filter(pk__in=[row.related_id for row in rows])
            keys = set(known.order_by().values_list("pk", flat=True))
            self.theirs = [row for row in rows if row.related_id in keys]
        return self.theirs

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(data, files, **kwargs)
        if not self.is_bound:
            self.initial_extra = [self.as_typed(row) for row in self.get_queryset()]
            self.extra += len(self.initial_extra)

    def as_typed(self, row):
        return {"origin": row.origin, "related": row.related_id, "position": row.position}

    def initial_form_count(self):
        return 0

    def add_fields(self, form, index):
        super().add_fields(form, index)
        # Its key is nobody's business: where the form is filled, the row behind it may be another by the time it comes.
        form.fields[self._pk_field.name].initial, form.fields[self._pk_field.name].disabled = None, True

    def get_unique_error_message(self, unique_check):
        return TWICE

    def clean(self):
        """What is pinned is not excluded."""
        super().clean()
        seen = set()
        for form in self.forms:
            if form.is_valid() and form not in self.deleted_forms and form.cleaned_data.get("origin") in BY_HAND:
                related = form.cleaned_data.get("related")
                if related in seen:
                    form.add_error("related", TWICE)
                seen.add(related)


class RelatedInline(Placed, admin.TabularInline):
    model = RelatedPublication
    form = RelatedForm
    formset = RelatedFormSet
    fk_name = "report"
    follows = "Around the text"
    verbose_name, verbose_name_plural = "related publication", "related publications set by hand"
    autocomplete_fields = ["related"]
    fields = ["origin", "related", "position"]

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.user = request.user
        return formset

    def get_queryset(self, request):
        by_hand = super().get_queryset(request).exclude(origin=RelatedPublication.Origin.COMPUTED)
        return by_hand.select_related("related")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        own = {"widget": PickedSelect(db_field, self.admin_site)} if db_field.name == "related" else {}
        return super().formfield_for_foreignkey(db_field, request, **kwargs | own)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "related":
            # What this person may not know of is refused in the same words as what never was.
            field.queryset = Report.objects.in_desk_of(request.user).select_related("type")
            field.widget.can_add_related = field.widget.can_change_related = False
        return field
