"""What stands first: on the page of a topic, in the topic's form; on the front page, in a list of its own."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Min
from django.utils import timezone
from django.utils.html import format_html

from publications import listed
from publications.desk.base import DeskAdmin, SaidInRows
from publications.desk.moments import MomentField
from publications.desk.parts import Placed, PlacedForm, PlacedFormSet
from publications.desk.states import SHORT, in_words, state_since, state_word
from publications.featured import MOST_AT_HOME, home_keys
from publications.models import HomeFeature, Report, TopicFeature
from topics.models import Topic

MOST = 6


def waits(report):
    """Why readers do not see it yet, or no longer; empty for what is live."""
    if report.is_live():
        return ""
    return f"Waits: {' '.join(filter(None, [state_word(report).lower(), state_since(report, SHORT)]))}"


class FeatureForm(PlacedForm):
    def clean_report(self):
        report = self.cleaned_data["report"]
        if not carries(report, self.instance.topic):
            raise ValidationError(
                f"“{report}” carries neither this topic nor one below it, so it does not stand on this page."
            )
        return report


def carries(report, topic):
    family = Topic.objects.families().get(topic.pk, {topic.pk})
    return report.report_topics.filter(tag__in=family).exists()


class OfKnownReports:
    """Reports that this person may not know of are neither shown nor taken."""

    def get_queryset(self, request):
        return super().get_queryset(request).filter(report__in=Report.objects.in_desk_of(request.user))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "report":
            field.queryset = Report.objects.in_desk_of(request.user)
            field.widget.can_add_related = field.widget.can_change_related = False
        return field


class FeatureFormSet(SaidInRows, PlacedFormSet):
    pass


class FeatureInline(OfKnownReports, Placed, admin.TabularInline):
    model = TopicFeature
    form = FeatureForm
    formset = FeatureFormSet
    max_num = MOST
    verbose_name_plural = "featured publications, which stand first on its page"
    autocomplete_fields = ["report"]
    fields = ["report", "position", "standing"]
    readonly_fields = ["standing"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("report", "topic")

    @admin.display(description="readers")
    def standing(self, feature):
        if feature.pk is None:
            return ""
        if not carries(feature.report, feature.topic):
            return "Do not see it here: it no longer carries this topic"
        return waits(feature.report) or "See it"


class HomeFeatureForm(forms.ModelForm):
    position = forms.IntegerField(
        label="Order",
        required=False,
        min_value=0,
        max_value=9999,
        help_text=f"The lowest stands first, large and with its cover; {MOST_AT_HOME - 1} more stand beside it. Of "
        "equal ones the last added is first. Left empty, it comes before all that are there now.",
    )
    starts_at = MomentField(label="From", required=False, help_text="Left empty: from now on.")
    ends_at = MomentField(label="Until", required=False, help_text="Left empty: until it is taken off here.")

    def clean_starts_at(self):
        return self.cleaned_data["starts_at"] or timezone.now()

    def clean_position(self):
        position = self.cleaned_data["position"]
        if position is not None:
            return position
        return HomeFeature.objects.aggregate(lowest=Min("position"))["lowest"] or 0


class HomeFeatureFormSet(SaidInRows, forms.BaseModelFormSet):
    pass


class HomeFeatureAdmin(OfKnownReports, DeskAdmin):
    """Its order is typed in the list."""

    form = HomeFeatureForm
    list_display = ["title", "position", "starts", "ends"]
    list_editable = ["position"]
    list_select_related = ["report"]
    ordering = ["position", "-pk"]
    autocomplete_fields = ["report"]
    fields = ["report", "position", "starts_at", "ends_at"]

    def get_changelist_formset(self, request, **kwargs):
        return super().get_changelist_formset(request, **kwargs | {"formset": HomeFeatureFormSet})

    def get_list_display(self, request):
        shown = home_keys(listed.live())

        @admin.display(description="readers")
        def readers(feature):
            return seen_by_readers(feature, shown)

        return [*super().get_list_display(request), readers]

    @admin.display(description="report")
    def title(self, feature):
        return format_html("<bdi>{}</bdi>", feature.report.title)

    @admin.display(description="from", ordering="starts_at")
    def starts(self, feature):
        return in_words(feature.starts_at, SHORT)

    @admin.display(description="until", ordering="ends_at", empty_value="")
    def ends(self, feature):
        return feature.ends_at and in_words(feature.ends_at, SHORT)


def seen_by_readers(feature, shown):
    """Whether readers see it now, or why not."""
    now = timezone.now()
    if feature.ends_at and feature.ends_at <= now:
        return "No: its time is over"
    if feature.starts_at > now:
        return "Not yet"
    if waiting := waits(feature.report):
        return waiting
    return "See it" if feature.report_id in shown else f"No: {MOST_AT_HOME} others stand before it"
