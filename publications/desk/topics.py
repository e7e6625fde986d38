"""The admin of topics."""

from django import forms
from django.contrib import admin

from publications.desk.base import DeskAdmin, reports_counted
from text.keys import name_key
from topics.models import TopicSynonym


class SynonymFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        seen = {name_key(self.instance.name): "This is the topic’s own name. Remove it."}
        for form in self.forms:
            key = name_key(form.cleaned_data.get("name", "")) if form.is_valid() else ""
            if key in seen and form not in self.deleted_forms:
                form.add_error("name", seen[key])
            if key:
                seen[key] = "This synonym stands in the list twice. Keep one of the two."


class SynonymInline(admin.TabularInline):
    model = TopicSynonym
    formset = SynonymFormSet
    extra = 0
    fields = ["name"]


class TopicAdmin(DeskAdmin):
    list_display = ["name", "kind", "parent", "report_count", "retired"]
    list_filter = ["kind", "retired"]
    list_select_related = ["parent"]
    search_fields = ["name_key", "synonyms__name_key"]
    ordering = ["name_key"]
    autocomplete_fields = ["parent"]
    inlines = [SynonymInline]
    fields = ["name", "kind", "parent", "description", "retired", "slug"]
    radio_fields = {"kind": admin.HORIZONTAL}

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(report_count=reports_counted("report_topics__content_object", request.user))
        )

    @admin.display(description="reports", ordering="report_count")
    def report_count(self, topic):
        return topic.report_count
