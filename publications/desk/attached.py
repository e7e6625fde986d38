"""The list of files: those of the rows of reports. They are changed in the form of their report."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from publications.desk.base import DeskAdmin
from publications.desk.file_facts import kind_and_size
from publications.desk.states import SHORT, in_words, state_word
from publications.models import Attachment, Report


class FileAdmin(DeskAdmin):
    list_display = ["named", "kind", "facts", "report_column", "state_column", "uploaded"]
    list_display_links = None
    list_filter = ["kind"]
    search_fields = ["report__title_key", "slug"]
    search_help_text = "Words of its file name, or of the title of its report."
    ordering = ["-created_at", "pk"]
    actions = None

    def get_queryset(self, request):
        known = Report.objects.in_desk_of(request.user)
        return Attachment.objects.filter(report__in=known.order_by().values("pk")).select_related("report")

    def get_urls(self):
        """The list alone."""
        return [url for url in super().get_urls() if url.name == "publications_attachment_changelist"]

    @admin.display(description="file")
    def named(self, file):
        address = reverse("admin:attachment", args=[file.report_id, file.pk])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, file.title or file.filename)

    @admin.display(description="what it is", ordering="size")
    def facts(self, file):
        return kind_and_size(file)

    @admin.display(description="report", ordering="report__title_key")
    def report_column(self, file):
        address = reverse("admin:publications_report_change", args=[file.report_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, file.report.title)

    @admin.display(description="state")
    def state_column(self, file):
        return state_word(file.report)

    @admin.display(description="uploaded", ordering="created_at")
    def uploaded(self, file):
        return in_words(file.created_at, SHORT)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
