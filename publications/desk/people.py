"""The admin of authors: the list, the form, and the addresses of their merging."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html

from authors.models import Author, AuthorLink, AuthorName
from publications.desk.author_merging import MOST_MERGED, log_page, merge_page
from publications.desk.base import DeskAdmin, Labelled, SaidInRows, reports_counted
from publications.editorial.roles import may_tend_authors
from publications.models import Authorship
from text.keys import name_key


class LinkFormSet(SaidInRows, forms.BaseInlineFormSet):
    pass


class LinkInline(Labelled, admin.TabularInline):
    model = AuthorLink
    formset = LinkFormSet
    extra = 0
    verbose_name, verbose_name_plural = "page elsewhere", "pages elsewhere"


class NameFormSet(SaidInRows, forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            if form.is_valid() and form not in self.deleted_forms:
                key = name_key(form.cleaned_data.get("name", ""))
                if key in seen - {""}:
                    form.add_error("name", "This spelling stands in the list twice. Keep one of the two.")
                seen.add(key)


class NameInline(Labelled, admin.TabularInline):
    model = AuthorName
    formset = NameFormSet
    extra = 0
    fields = ["name"]
    verbose_name = "spelling"
    verbose_name_plural = "other spellings: found when typing and importing, never shown to readers"


@admin.action(description="Merge…", permissions=["change"])
def merge_chosen(model_admin, request, queryset):
    """Leads to the page that asks into which of them, or into which other."""
    keys = list(queryset.order_by("sort_key", "slug").values_list("pk", flat=True)[: MOST_MERGED + 2])
    if len(keys) > MOST_MERGED + 1:
        messages.error(request, f"More than {MOST_MERGED} authors are chosen. Merge them in parts.")
        return None
    asked = QueryDict(mutable=True)
    asked.setlist("authors", keys)
    return redirect(f"{reverse('admin:merge-authors')}?{asked.urlencode()}")


class AuthorAdmin(DeskAdmin):
    list_display = ["name", "position", "affiliation", "who", "report_count"]
    list_filter = ["is_organisation", "is_former"]
    search_fields = ["name_key", "other_names__name_key"]
    ordering = ["sort_key", "slug"]
    inlines = [NameInline, LinkInline]
    actions = [merge_chosen]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name", "is_organisation", "position", "affiliation", "location", "is_former", "biography", "photo",
                ]
            },
        ),
        ("For citations and the index", {"fields": [("given_name", "family_name"), "orcid", "slug"]}),
    ]  # fmt: skip

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("merge/", view(self.merge_view), name="merge-authors"),
            path("log/", view(self.log_view), name="author-log"),
            *super().get_urls(),
        ]

    def merge_view(self, request):
        refuse_others(request)
        return merge_page(self, request)

    def log_view(self, request):
        refuse_others(request)
        return log_page(self, request)

    def get_queryset(self, request):
        counted = reports_counted(Authorship.objects, "author", "report", request.user)
        return super().get_queryset(request).annotate(report_count=counted)

    @admin.display(description="who")
    def who(self, author):
        return "Organisation" if author.is_organisation else "Former staff" if author.is_former else ""

    @admin.display(description="reports", ordering="report_count")
    def report_count(self, author):
        return author.report_count

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, with_care(request, extra_context))

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, with_care(request, extra_context))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "name" in form.changed_data and (other := Author.objects.called(obj.name).exclude(pk=obj.pk).first()):
            author = reverse("admin:authors_author_change", args=[other.pk])
            merging = f"{reverse('admin:merge-authors')}?authors={obj.pk}&into={other.pk}"
            sentence = 'There is another author of this name: <a href="{}">{}</a>. '
            sentence += 'If both are one, <a href="{}">merge them</a>.'
            messages.warning(request, format_html(sentence, author, other, merging))


def with_care(request, context):
    return {"may_tend": may_tend_authors(request.user)} | (context or {})


def refuse_others(request):
    if not may_tend_authors(request.user):
        raise PermissionDenied
