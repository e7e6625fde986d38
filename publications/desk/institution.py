"""The admin of what the institution says of itself: site details in one row, and the plain pages."""

from django.contrib import admin
from django.shortcuts import redirect

from institution.models import Page, SiteDetails
from publications.desk.base import DeskAdmin


class SiteDetailsAdmin(DeskAdmin):
    """There is one row: its list is its form."""

    def changelist_view(self, request, extra_context=None):
        if SiteDetails.objects.exists():
            return redirect("admin:institution_sitedetails_change", 1)
        return redirect("admin:institution_sitedetails_add")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not SiteDetails.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False


class PageAdmin(DeskAdmin):
    list_display = ["title", "address"]
    fields = ["slug", "title", "body"]

    @admin.display(description="address", ordering="slug")
    def address(self, page):
        return page.get_absolute_url()

    def view_on_site(self, page):
        return page.get_absolute_url() if page.body else None

    def has_add_permission(self, request):
        return super().has_add_permission(request) and Page.objects.count() < len(Page.Address)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """An address has one page: those taken are not offered again."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        editing = request.resolver_match.kwargs.get("object_id")
        taken = set(Page.objects.exclude(pk=editing).values_list("slug", flat=True))
        field.choices = [choice for choice in field.choices if choice[0] not in taken]
        return field
