"""The admin of authors."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html

from authors.models import Author, AuthorLink
from publications.desk.base import DeskAdmin, Labelled, reports_counted


class LinkInline(Labelled, admin.TabularInline):
    model = AuthorLink
    extra = 0
    verbose_name, verbose_name_plural = "page elsewhere", "pages elsewhere"


class AuthorAdmin(DeskAdmin):
    list_display = ["name", "position", "affiliation", "is_organisation", "report_count"]
    list_filter = ["is_organisation", "is_former"]
    search_fields = ["name_key"]
    ordering = ["sort_key", "slug"]
    inlines = [LinkInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "is_organisation",
                    "position",
                    "affiliation",
                    "location",
                    "is_former",
                    "biography",
                    "photo",
                ]
            },
        ),
        ("For citations and the index", {"fields": [("given_name", "family_name"), "orcid", "slug"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(report_count=reports_counted("authorships__report", request.user))

    @admin.display(description="reports", ordering="report_count")
    def report_count(self, author):
        return author.report_count

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "name" in form.changed_data and (other := Author.objects.called(obj.name).exclude(pk=obj.pk).first()):
            address = reverse("admin:authors_author_change", args=[other.pk])
            sentence = 'There is another author of this name: <a href="{}">{}</a>. If both are one, keep one.'
            messages.warning(request, format_html(sentence, address, other))
