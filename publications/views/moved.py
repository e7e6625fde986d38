"""What answers where nothing is found: the address to which it moved, or 404."""

from django.http import Http404, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils.http import MAX_URL_REDIRECT_LENGTH

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


def leads(address):
    """Whether Django lets an address so long be led on to; in a longer one a former slug is one that is unknown."""
    return len(address) <= MAX_URL_REDIRECT_LENGTH


def gone_or_moved(request, kind, slug):
    """301 to the present address, keeping the rest of the path and the query; Http404 for everything else."""
    present = listed.present_slugs(kind, [slug]).get(slug)
    if present is None or not may_be_seen(kind, present):
        raise Http404
    match = resolve(request.path_info)
    target = reverse(match.view_name, kwargs=match.kwargs | {"slug": present})
    query = request.META.get("QUERY_STRING", "")
    whole = f"{target}?{query}" if query else target
    return HttpResponseRedirect(whole if leads(whole) else target, status=301)


def with_present_slugs(request, found):
    """301 to the same list told by present slugs, where former ones were asked for; None where there is none such, or
    no address that leads to it."""
    if found.is_possible or not (present := filtering.moved(found)):
        return None
    address = request.path + renamed(request.GET, present)
    return HttpResponseRedirect(address, status=301) if leads(address) else None
