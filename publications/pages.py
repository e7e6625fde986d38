"""The one door through which every public page leaves: the site's frame, its address, its headers."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from institution.models import Page, SiteDetails
from publications.models import Report
from publications.selection import PAGE_SIZE, page_number


def render_page(request, template, context, *, status=200, canonical=None, index=True):
    """Render a public page: the same for everyone, revalidated at each request.

    `canonical` is the path that stands for this page in search engines (default: its own, without its query);
    `index=False` keeps it out of them. No context processor runs, so no cookie is ever read or set.
    """
    frame = {
        "site": SiteDetails.current(),
        "footer_pages": Page.objects.exclude(body="").defer("body"),
        "path": request.path,
        "canonical": absolute(request, canonical or request.path),
        "index": index,
    }
    response = HttpResponse(render_to_string(template, frame | context), status=status)
    patch_cache_control(response, no_cache=True)
    return response


def for_programs(response):
    """What is no page (a feed, a table): revalidated at each request like one, and kept out of search engines."""
    patch_cache_control(response, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def absolute(request, path):
    """The full address of a path of this site, even of one that looks like another host's."""
    return (settings.SITE_URL or f"{request.scheme}://{request.get_host()}") + iri_to_uri(path)


def read_only(view):
    """GET and HEAD alone: anything else is 405, before anybody asks for a token that no reader has."""
    return csrf_exempt(require_safe(view))


@dataclass
class Listing:
    """One page of a list of reports. A page past the end is empty and says so."""

    reports: list
    total: int
    number: int
    pages: int
    # number → the query string of that page
    query: Callable[[int], str]

    @property
    def is_past_end(self):
        return not self.reports and self.total > 0

    @property
    def next(self):
        return self.number + 1 if self.number < self.pages else None

    @property
    def previous(self):
        return min(self.number - 1, self.pages) if self.number > 1 and self.pages else None

    @property
    def links(self):
        """[(number, query)] of the ends and the neighbours, (None, "") for a gap."""
        near = {1, self.pages, *range(self.number - 2, self.number + 3)}
        shown = sorted(number for number in near if 1 <= number <= self.pages)
        links, last = [], 0
        for number in shown:
            if number != last + 1:
                links.append((None, ""))
            links.append((number, self.query(number)))
            last = number
        return links

    @property
    def next_query(self):
        return self.query(self.next) if self.next else None

    @property
    def previous_query(self):
        return self.query(self.previous) if self.previous else None


def page_query(number):
    return f"?page={number}" if number > 1 else ""


def listing(keys, number, query=page_query):
    """The page of this number of a list of live reports, told by their keys; number 0 is past every end."""
    total = len(keys)
    pages = -(-total // PAGE_SIZE)
    start = (number - 1) * PAGE_SIZE
    rows = in_order(keys[start : start + PAGE_SIZE].tolist()) if 1 <= number <= pages else []
    return Listing(rows, total, number, pages, query)


def in_order(keys, with_topics=False):
    """These reports, as far as they are live, each as a list shows it."""
    rows = Report.objects.live().for_lists()
    found = (rows.with_topics() if with_topics else rows).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def asked_page(request):
    """The page that the address asks for, 0 for what is no page number."""
    return page_number(request.GET.get("page", ""))
