"""The front page, and the plain pages."""

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import Http404
from django.shortcuts import get_object_or_404

from institution.models import Page
from publications.listed import listed_types
from publications.models import Report
from publications.pages import read_only, render_page
from publications.views.people import topic_tree

BESIDE = 3
A_TYPE = 3
LOOKED_AT = 8


@read_only
def home(request):
    newest = list(Report.objects.live().newest().for_lists()[:LOOKED_AT])
    lead = next((report for report in newest if report.cover), newest[0] if newest else None)
    beside = [report for report in newest if report != lead][:BESIDE]
    context = {"lead": lead, "beside": beside, "columns": newest_by_type([lead, *beside]), "topics": topic_tree()}
    return render_page(request, "publications/home.html", context)


def newest_by_type(shown):
    """[(type, its newest reports)], without what the page shows already."""
    rank = Window(RowNumber(), partition_by="type", order_by=[F("date").desc(), F("public_from").desc(), "slug"])
    seen = [report.pk for report in shown if report]
    rows = Report.objects.live().exclude(pk__in=seen).annotate(rank=rank).filter(rank__lte=A_TYPE)
    columns = {}
    for report in rows.newest().for_lists():
        columns.setdefault(report.type_id, []).append(report)
    return [(row, columns[row.pk]) for row in listed_types() if row.pk in columns]


@read_only
def page(request, slug):
    found = get_object_or_404(Page, slug=slug)
    if not found.body:
        raise Http404
    return render_page(request, "institution/page.html", {"page": found})
