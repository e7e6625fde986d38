"""The front page, and the plain pages."""

from itertools import chain

from django.http import Http404
from django.shortcuts import get_object_or_404

from institution.models import Page
from publications import listed
from publications.featured import MOST_AT_HOME, home_keys
from publications.pages import in_order, read_only, render_page
from publications.reading import read
from publications.views.people import topic_tree

BESIDE = MOST_AT_HOME - 1
A_TYPE = 3
LOOKED_AT = 8


@read_only
def home(request):
    live = listed.live()
    featured = home_keys(live)
    newest = [key for key in live.keys()[: LOOKED_AT + len(featured)].tolist() if key not in featured]
    reports = in_order(featured + newest[:LOOKED_AT])
    lead = first_of(reports, featured)
    beside = [report for report in reports if report != lead][:BESIDE]
    context = {
        "lead": lead,
        "beside": beside,
        "is_featured": lead and lead.pk in featured,
        "columns": newest_by_type(live, [lead, *beside]),
        "topics": topic_tree(live),
    }
    return render_page(request, "publications/home.html", context)


def first_of(reports, featured):
    """What was chosen to be first; else the newest with a cover, or the newest."""
    covered = (report for report in reports if report.pk in featured or report.cover)
    return next(covered, reports[0] if reports else None)


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
    (text,), footnotes = read([found.body])
    return render_page(request, "institution/page.html", {"page": found, "text": text.html, "footnotes": footnotes})
