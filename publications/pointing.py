"""Links in texts to pages of this site, and the present addresses of what they lead to.

A text keeps the address that it was given, so that no text, version or export ever changes by itself; former slugs
lead on to whoever follows them. Readers are spared the way round: where a slug is a former one of what they may see,
they get the present one as the text is read. It costs a query for each kind of page that the texts of a page link to,
and nothing where they link to none.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve

from publications import listed
from publications.models import Report

HREF = re.compile(r'<a href="([^"]*)"')
# The page itself, or what lies below it: its files, feeds and the like.
PAGE = re.compile(r"/(publications|authors|topics|types)/([a-z0-9_-]+)(?=[/?#]|$)")
KINDS = {"publications": "report", "authors": "author", "topics": "topic", "types": "type"}
# {kind: which of these slugs are those of a page that readers find}
FOUND = {
    "report": lambda slugs: set(Report.objects.live().filter(slug__in=slugs).values_list("slug", flat=True)),
    "author": lambda slugs: set(listed.author_rows(slugs)),
    "topic": lambda slugs: {slug for slug, row in listed.topic_rows(slugs).items() if row.is_shown},
    "type": lambda slugs: set(listed.type_rows(slugs)),
}


def with_present_addresses(texts: Iterable[str]) -> list[str]:
    """The texts as readers get them. A link to what they may not see stays as it is stored."""
    texts = list(texts)
    named = {}
    for address in (address for html in texts for address in HREF.findall(html)):
        if page := PAGE.match(path_of(address)):
            named.setdefault(KINDS[page[1]], set()).add(page[2])
    present = {kind: present_slugs(kind, slugs) for kind, slugs in named.items()}
    if not any(present.values()):
        return texts
    return [HREF.sub(lambda link: f'<a href="{renewed(link[1], present)}"', html) for html in texts]


def path_of(address: str) -> str:
    """From the path on; of what leads elsewhere, the whole."""
    return address.removeprefix(settings.SITE_URL)


def present_slugs(kind: str, slugs: Iterable[str]) -> dict[str, str]:
    """{former slug: present slug}, where readers find the page of that."""
    present = listed.present_slugs(kind, slugs)
    there = FOUND[kind](set(present.values())) if present else ()
    return {former: slug for former, slug in present.items() if slug in there}


def renewed(address: str, present: dict[str, dict[str, str]]) -> str:
    path = path_of(address)
    page = PAGE.match(path)
    slug = page and present.get(KINDS[page[1]], {}).get(page[2])
    return f"{address.removesuffix(path)}/{page[1]}/{slug}{path[page.end() :]}" if slug else address


def present_address(path: str) -> str:
    """The same for one address."""
    page = PAGE.match(path)
    return renewed(path, {KINDS[page[1]]: present_slugs(KINDS[page[1]], [page[2]])}) if page else path


def own_path(address: str, *hosts: str) -> str:
    """From the path on, of an address of one of these hosts; empty for what leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_ours = parts.netloc.lower() in hosts if parts.netloc else not parts.scheme and parts.path.startswith("/")
    path = urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment))
    return path if is_ours and not path.startswith("//") else ""


def with_last_stroke(path: str) -> str:
    """Where it is missing, readers are led on."""
    return path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/"


def page_at(address: str) -> ResolverMatch | None:
    """Which of the pages is at this address of ours."""
    try:
        return resolve(with_last_stroke(urlsplit(address).path))
    except Resolver404:
        return None


def is_closed(found: ResolverMatch) -> bool:
    """Whether it is a page of the desk, or a preview, whose address is for one person."""
    return found.namespaces == ["admin"] or (found.url_name or "").startswith("preview")
