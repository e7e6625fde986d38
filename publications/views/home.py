"""The front page, and the plain pages."""

from itertools import chain

from django.http import Http404
from django.shortcuts import get_object_or_404

from institution.models import Page
from publications import listed
from publications.pages import in_order, read_only, render_page
from publications.views.people import topic_tree

BESIDE = 3
A_TYPE = 3
LOOKED_AT = 8


@read_only
def home(request):
    live = listed.live()
    newest = in_order(live.keys()[:LOOKED_AT].tolist())
    lead = next((report for report in newest if report.cover), newest[0] if newest else None)
    beside = [report for report in newest if report != lead][:BESIDE]
    columns = newest_by_type(live, [lead, *beside])
    context = {"lead": lead, "beside": beside, "columns": columns, "topics": topic_tree(live)}
    return render_page(request, "publications/home.html", context)


def newest_by_type(live, shown):
    """[(type, its newest reports)], without what the page shows already."""
    seen = {report.pk for report in shown if report}
    keys = {}
    for row in listed.listed_types(live):
        newest = live.of_type(row)[: A_TYPE + len(seen)].tolist()
        keys[row] = [key for key in newest if key not in seen][:A_TYPE]
    found = {report.pk: report for report in in_order(list(chain(*keys.values())))}
    columns = [(row, [found[key] for key in newest if key in found]) for row, newest in keys.items()]
    return [(row, reports) for row, reports in columns if reports]


@read_only
def page(request, slug):
    found = get_object_or_404(Page, slug=slug)
    if not found.body:
        raise Http404
    return render_page(request, "institution/page.html", {"page": found})
