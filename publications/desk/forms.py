"""The report form: what is asked, how it is explained, and what is refused on which field."""

from datetime import timedelta

from django import forms
from django.contrib.admin.widgets import AutocompleteSelectMultiple, RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone

from publications.desk.moments import MomentField
from publications.desk.pickers import CHOSEN, KEY, picker_label
from publications.desk.states import in_words
from publications.desk.widgets import COMMON_LICENCES, LanguageWidget, Suggesting
from publications.editorial.picturing import strange_in
from publications.models import Report, ReportTopic
from publications.topic_care.merged import merged
from publications.words import RICH
from text.keys import name_key
from text.richtext import sanitise
from topics.models import Topic

KEEPS_ITS_MOMENT = (
    "A published report keeps the moment at which it goes live. Give it again; or, if somebody has published it while "
    "you were writing, open the form again."
)
KEPT_ONCE_PUBLISHED = {
    "type": "A published report keeps a type. Choose one.",
    "language": "A published report keeps its language; screen readers and search engines need it.",
}
PUBLIC = {Report.State.PUBLISHED, Report.State.WITHDRAWN}
SAME_TITLE_WITHIN = timedelta(minutes=1)


class TopicsWidget(AutocompleteSelectMultiple):
    """Without the cross that would take all topics off at once, and without an offer of what is chosen already."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false", "data-chosen": CHOSEN}


class TopicsField(forms.ModelMultipleChoiceField):
    """A topic that was merged since the form was opened is the one into which it went."""

    label_from_instance = staticmethod(picker_label)

    def clean(self, value):
        given = [str(key) for key in value or []]
        into = merged(int(key) for key in given if KEY.fullmatch(key))
        return super().clean([into.get(int(key), key) if KEY.fullmatch(key) else key for key in given])


class ReportForm(forms.ModelForm):
    topics = TopicsField(
        Topic.objects.all(),
        required=False,
        help_text="Type a few letters of a name or of another word for it. Subjects, places and programmes are shown "
        "to readers; keywords serve finding and relating. A name that is not there yet can be added from the list.",
    )
    public_from = MomentField(label="Goes live at", required=False)

    # {field: sentence}: why a report that was saved could not be published. Shown though nothing was typed yet.
    refusals = {}
    # Who edits, and which fields are not theirs to change.
    user, withheld = None, frozenset()
    # What was typed before and is taken up again: shown as it was typed, and checked only when it is saved.
    typed = None

    class Meta:
        widgets = {
            "assigned": forms.CheckboxSelectMultiple,
            "review_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "title": forms.Textarea(attrs={"rows": 2, "class": "title", "autofocus": True}),
            "subtitle": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "number": forms.TextInput(attrs={"size": 10}),
            "language": LanguageWidget,
            "licence": Suggesting(COMMON_LICENCES, {"size": 20}),
            "teaser": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "cover_alt": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "cover_credit": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "rights": forms.Textarea(attrs={"rows": 2}),
            "funders": forms.Textarea(attrs={"rows": 2}),
            "press_contact": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {"cover": "Picture"}
        help_texts = {
            "title": "As on the title page. The only thing you must give to save.",
            "subtitle": "The line under the title, if there is one.",
            "type": "Needed to publish.",
            "lead": "The opening paragraph or two, set larger under the title. To publish, a report needs a lead or a "
            "file.",
            "summary": "The key findings, as a bulleted list.",
            "body": "The text itself. Headings make the list of contents; leave this empty if the PDF is the text.",
            "acknowledgement": "Thanks, and whoever is thanked.",
            "cover_focus": "Where the picture is cut at its sides, as on the front page.",
            "cover_alt": "What the picture shows, for readers who cannot see it. Needed if there is a cover.",
            "language": "Its name, such as French; or a tag, such as pt-BR, for any other. Needed to publish.",
            "slug": "The last part of the page’s address. Left empty, it is made from the title. If you change it, the "
            "old address goes on leading here.",
            "date_precision": "Month or year, for older reports of which the day is not known: the rest of the date "
            "is then not shown.",
        }
        error_messages = {"slug": {"unique": "Another report lives at this address. Choose a different one."}}

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data or self.typed, *args, **kwargs)
        if self.typed:
            self._errors = ErrorDict()
        for name in self.withheld:
            self.fields.pop(name, None)
        if "assigned" in self.fields:
            self.fields["assigned"].queryset = User.objects.filter(is_active=True, is_staff=True).order_by("username")
        self.was_ever_live = self.instance.was_ever_live()
        if self.instance.date_follows:
            self.initial["date"] = None
        if self.instance.pk:
            # Not what the database says of them: an edit that is pending is in memory alone.
            self.initial["topics"] = list(self.instance.topics.all())
        if "language" in self.fields:
            # Django would carry along what a new report has by default; the site’s own language needs no such care.
            self.fields["language"].show_hidden_initial = False
            self.fields["language"].widget.suggest(Report.objects.live().languages())
        if "date" in self.fields:
            self.fields["date"].help_text = self.date_help()

    def date_help(self):
        help_text = "The date shown, cited and sorted by, such as 1998 for a report from the back catalogue. "
        rule = "Left empty, it is the day on which the report goes live"
        if self.instance.date_follows and self.instance.date:
            return f"{help_text}{rule}: {self.instance.date_short}."
        return f"{help_text}{rule}."

    @property
    def errors(self):
        if self.is_bound:
            return super().errors
        return ErrorDict({name: self.error_class([sentence]) for name, sentence in self.refusals.items()})

    def clean_public_from(self):
        """Unchanged to the minute is unchanged; what was live may not become public later."""
        moment, before = self.cleaned_data["public_from"], self.instance.public_from
        typed = self.data.get(self.add_prefix("public_from"))
        if typed is None or (before and not self.fields["public_from"].has_changed(before, [typed])):
            return before
        if self.instance.state in PUBLIC and not moment:
            raise ValidationError(KEEPS_ITS_MOMENT)
        if self.was_ever_live and moment > (self.instance.withdrawn_at or timezone.now()):
            raise ValidationError(
                f"This report has been live since {in_words(before)}; it cannot go live later. To hide it, withdraw it."
            )
        return moment

    def clean(self):
        super().clean()
        self.refuse_to_lose_what_readers_need()
        self.refuse_anothers_number()
        self.refuse_anothers_doi()
        self.refuse_the_same_again()
        self.refuse_strange_pictures()

    def refuse_to_lose_what_readers_need(self):
        """What was published keeps what publication asked for."""
        if self.instance.state not in PUBLIC:
            return
        for name, sentence in KEPT_ONCE_PUBLISHED.items():
            if name in self.cleaned_data and not self.cleaned_data[name]:
                self.add_error(name, sentence)
        had = self.initial.get("lead") or self.initial.get("external_url") or self.instance.attachments.exists()
        has = self.cleaned_data.get("lead") or self.cleaned_data.get("external_url") or self.keeps_a_file()
        # An import may have brought a body alone.
        if had and not has:
            self.add_error("lead", "A published report keeps a lead or a file: every report opens with one of them.")

    def keeps_a_file(self):
        removed = [name for name in self.data if name.startswith("attachments-") and name.endswith("-DELETE")]
        added = [name for name in self.files if name.startswith("attachments-")]
        return self.instance.attachments.count() + len(added) > len(removed)

    def refuse_strange_pictures(self):
        # What the columns would make of it, so that nothing else is stored than what is looked at.
        texts = {name: sanitise(self.cleaned_data[name]) for name in RICH if name in self.cleaned_data}
        self.cleaned_data |= texts
        before = [self.initial.get(name, "") for name in RICH]
        for name, sentence in strange_in(texts, self.instance, before, self.user).items():
            self.add_error(name, sentence)

    def others(self):
        return Report.objects.exclude(pk=self.instance.pk)

    def refuse_anothers_number(self):
        kind, number = self.cleaned_data.get("type"), self.cleaned_data.get("number")
        if kind and number and self.others().filter(type=kind, number=number).exists():
            self.add_error("number", f"There is a {kind} {number} already. Give this one another number.")

    def refuse_anothers_doi(self):
        doi = self.cleaned_data.get("doi")
        if doi and self.others().filter(doi=doi).exists():
            self.add_error("doi", "Another report has this DOI. Each belongs to one report alone.")

    def refuse_the_same_again(self):
        """A button pressed twice makes one report."""
        title, slug = self.cleaned_data.get("title"), self.cleaned_data.get("slug")
        if self.instance.pk or slug or not title:
            return
        recent = Report.objects.filter(made_by=self.user, created_at__gte=timezone.now() - SAME_TITLE_WITHIN)
        if recent.filter(title_key=name_key(title)).exists():
            self.add_error(
                "title",
                "A report with this title was saved less than a minute ago: look for it in the list. If this is "
                "another one, give it an address of its own (under “Dates, address and rights”).",
            )

    def save(self, commit=True):
        if "date" in self.cleaned_data:
            self.instance.date_follows = self.cleaned_data["date"] is None
        return super().save(commit)


def topics_widget(site, request):
    """Autocomplete over topics, with adding in place for those who may."""
    tag = ReportTopic._meta.get_field("tag")
    return RelatedFieldWidgetWrapper(
        TopicsWidget(tag, site),
        tag.remote_field,
        site,
        can_add_related=site.get_model_admin(Topic).has_add_permission(request),
    )
