"""Suggestions while typing: a page of links, of which the search field shows the list."""

from publications import listed
from publications.pages import read_only, render_page
from publications.selection import read
from publications.suggesting import suggestions


@read_only
def suggest(request):
    selection = read(request.GET)
    groups = suggestions(selection.words, listed.live()) if selection.possible else []
    context = {"words": selection.words, "groups": groups}
    return render_page(request, "publications/suggest.html", context, index=False)
