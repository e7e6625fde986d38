"""What answers where nothing is found: the address to which it moved, or 404."""

from django.http import Http404, HttpResponseRedirect
from django.urls import resolve, reverse

from publications import filtering, listed
from publications.models import Report
from publications.selection import renamed


def may_be_seen(kind, slug):
    """Whether the target of an old address is there for the public, a tombstone included."""
    if kind == "report":
        return (
            Report.objects.live().filter(slug=slug).exists() or Report.objects.tombstones().filter(slug=slug).exists()
        )
    if kind == "topic":
        row = listed.topic_rows([slug]).get(slug)
        return row is not None and row.is_shown
    rows = {"author": listed.author_rows, "type": listed.type_rows}[kind]
    return slug in rows([slug])


def gone_or_moved(request, kind, slug):
    """301 to the present address, keeping the rest of the path and the query; Http404 for everything else."""
    present = listed.present_slugs(kind, [slug]).get(slug)
    if present is None or not may_be_seen(kind, present):
        raise Http404
    match = resolve(request.path_info)
    target = reverse(match.view_name, kwargs=match.kwargs | {"slug": present})
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{target}?{query}" if query else target, status=301)


def with_present_slugs(request, found):
    """301 to the same list told by present slugs, where former ones were asked for; None where there is none such."""
    if found.is_possible or not (present := filtering.moved(found)):
        return None
    return HttpResponseRedirect(request.path + renamed(request.GET, present), status=301)
