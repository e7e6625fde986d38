"""The chosen reports as a table for spreadsheets."""

from django.contrib import admin
from django.http import StreamingHttpResponse
from django.utils import timezone

from publications.desk.states import state_word
from text.languages import language_name
from text.sheets import AT_ONCE, sheet

COLUMNS = {
    "Title": lambda report: report.title,
    "Subtitle": lambda report: report.subtitle,
    "Type": lambda report: report.type or "",
    "Number": lambda report: report.number,
    "State": state_word,
    "Goes live at": lambda report: moment(report.public_from),
    "Date": lambda report: report.date_machine if report.date else "",
    "Language": lambda report: language_name(report.language) if report.language else "",
    "Authors": lambda report: "; ".join(str(row.author) for row in report.authorships.all()),
    "Topics": lambda report: "; ".join(str(row.tag) for row in report.report_topics.all()),
    "Files": lambda report: len(report.attachments.all()),
    "DOI": lambda report: report.doi,
    "ISBN": lambda report: report.isbn,
    "Licence": lambda report: report.licence,
    "Address": lambda report: report.get_absolute_url(),
    "Changed": lambda report: moment(report.changed_at),
}


def moment(value):
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


@admin.action(description="Export as a table (CSV)")
def export(model_admin, request, queryset):
    """As the rows stand: of what is public, as readers have it."""
    rows = queryset.select_related("type").prefetch_related("authorships__author", "report_topics__tag", "attachments")
    lines = sheet(COLUMNS, rows.iterator(chunk_size=AT_ONCE))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reports-{timezone.localdate()}.csv"'
    return response
