"""What stands first on the page of a topic, as editors choose it in the topic's form."""

from django.contrib import admin
from django.core.exceptions import ValidationError

from publications.desk.parts import Placed, PlacedForm
from publications.desk.states import SHORT, state_since, state_word
from publications.models import Report, TopicFeature
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


class FeatureInline(Placed, admin.TabularInline):
    model = TopicFeature
    form = FeatureForm
    max_num = MOST
    verbose_name_plural = "featured publications, which stand first on its page"
    autocomplete_fields = ["report"]
    fields = ["report", "position", "standing"]
    readonly_fields = ["standing"]

    def get_queryset(self, request):
        known = Report.objects.in_desk_of(request.user)
        return super().get_queryset(request).filter(report__in=known).select_related("report", "topic")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "report":
            field.queryset = Report.objects.in_desk_of(request.user)
            field.widget.can_add_related = field.widget.can_change_related = False
        return field

    @admin.display(description="readers")
    def standing(self, feature):
        if feature.pk is None:
            return ""
        if not carries(feature.report, feature.topic):
            return "Do not see it here: it no longer carries this topic"
        return waits(feature.report) or "See it"
