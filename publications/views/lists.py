"""The list of publications with its filters, and the list of one type."""

from dataclasses import dataclass

from django.template.defaultfilters import pluralize
from django.urls import reverse

from publications import filtering, listed
from publications.facets import facets
from publications.pages import asked_page, listing, read_only, render_page
from publications.searching.excerpts import with_excerpts
from publications.selection import FACETS, SORTS, read
from publications.views.moved import gone_or_moved, with_present_slugs

ORDERS = {"newest": "newest first", "oldest": "oldest first", "title": "by title"}


@read_only
def publications(request):
    selection = read(request.GET)
    found = filtering.resolve(selection)
    if elsewhere := with_present_slugs(request, found):
        return elsewhere
    page = listing(found.keys(), asked_page(request), lambda number: selection.on_page(number).query)
    context = {
        "title": title(found, page),
        "selection": selection,
        "listing": page,
        "words": words_found(found, page) if selection.words and found.is_possible else None,
        "facets": facets(found, page.total),
        "chips": chips(found),
        "sorts": sorts(selection),
        "kept": [(facet, value) for facet in FACETS for value in selection.of(facet)],
        "first_query": selection.on_page(1).query,
        "feed_query": selection.sorted_by("").query,
    }
    plain = not selection.is_filtered and not selection.sort and page.reports
    return render_page(
        request, "publications/list.html", context, canonical=canonical(selection, page), index=bool(plain)
    )


@dataclass
class Words:
    """What the list says of the words that were asked for. `some`: nothing holds all of them; `meant`: those that were
    searched for instead, and the query that asks for them."""

    some: bool
    meant: str
    query: str


def words_found(found, page):
    """The reports of the page are given their excerpts."""
    with_excerpts(page.reports, found.search.sought)
    meant = found.search.meant
    return Words(found.by_words.some, meant, found.selection.with_words(meant).query)


def title(found, page):
    """A screen reader says it when the page has come: after a choice, which list this is and how long."""
    selection, many = found.selection, pluralize(page.total)
    said = f"{page.total:,} publication{many} {found.said('for')}" if selection.is_filtered else "Publications"
    if selection.sort and selection.sort == selection.order != selection.sorted_by("").order:
        said += f", {ORDERS[selection.order]}"
    return said + (f", page {page.number:,}" if page.number > 1 else "")


def canonical(selection, page):
    """The list itself, or this page of it: filters and sorting are views of the same."""
    number = f"?page={page.number}" if page.number > 1 and page.reports and not selection.is_filtered else ""
    return reverse("publications") + number


def chips(found):
    """[(words, query without them)] for everything that was chosen."""
    selection = found.selection
    shown = [(selection.words, selection.without_words().query)] if selection.words else []
    return shown + [
        (found.label(facet, value), selection.without(facet, value).query)
        for facet in FACETS
        for value in selection.of(facet)
    ]


def sorts(selection):
    """[(name, query, whether it is in force)]; relevance only where words are searched."""
    offered = SORTS if selection.words else SORTS[1:]
    return [(sort, selection.sorted_by(sort).query, sort == selection.order) for sort in offered]


@read_only
def publication_type(request, slug):
    live = listed.live()
    row = listed.type_rows([slug], live).get(slug)
    if row is None:
        return gone_or_moved(request, "type", slug)
    page = listing(live.of_type(row), asked_page(request))
    return render_page(request, "publications/type.html", {"type": row, "listing": page}, index=not page.is_past_end)
