"""The admin of publication types."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from publications.desk.base import DeskAdmin, reports_counted
from publications.models import PublicationType, Report
from text.keys import name_key


class TypeForm(forms.ModelForm):
    def clean_name(self):
        name = self.cleaned_data["name"]
        if not name_key(name):
            raise ValidationError("The name holds no character that could be printed. Type it again.")
        if PublicationType.objects.filter(name_key=name_key(name)).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"There is a type “{name}” already.")
        return name

    def clean_is_numbered(self):
        numbered = self.cleaned_data["is_numbered"]
        if not numbered and self.instance.pk and self.instance.reports.exclude(number="").exists():
            raise ValidationError("Reports of this type carry numbers. Take these away first.")
        return numbered


class TypeAdmin(DeskAdmin):
    form = TypeForm
    list_display = ["name", "plural", "is_numbered", "report_count"]
    search_fields = ["name_key"]
    ordering = ["name_key"]
    fields = ["name", "plural", "description", "is_numbered", "slug"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(report_count=reports_counted(Report.objects, "type", "pk", request.user))
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "plural" in form.base_fields:
            form.base_fields["plural"].required = False
        return form

    @admin.display(description="reports", ordering="report_count")
    def report_count(self, row):
        return row.report_count
