"""Suggestions while typing: a page of links, of which the search field asks for the list alone."""

from django.http import HttpResponse
from django.template.loader import render_to_string

from publications import listed
from publications.pages import for_programs, read_only, render_page
from publications.selection import read
from publications.suggesting import suggestions


@read_only
def suggest(request):
    """`only=list`: what the search field shows, without the site's frame, which is most of the page."""
    selection = read(request.GET)
    groups = suggestions(selection.words, listed.live()) if selection.possible else []
    context = {"words": selection.words, "groups": groups}
    if request.GET.get("only") == "list":
        return for_programs(HttpResponse(render_to_string("publications/_suggestions.html", context)))
    return render_page(request, "publications/suggest.html", context, index=False)
