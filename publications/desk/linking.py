"""What the dialog for links asks the desk: which pages of this site have such words, and what an address leads to."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import singledispatch
from html import escape
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from authors.models import Author
from institution.models import Page
from publications import listed
from publications.desk.searching import not_live
from publications.models import PublicationType, Report
from publications.pointing import FOUND, is_closed, own_path, page_at, present_address, with_last_stroke
from publications.searching.asked import MOST_WORDS
from publications.suggesting import authors, is_called, titled, topics
from text.addresses import LEADS_NOWHERE, typed_address
from text.cleaning import clean_line
from text.keys import name_key
from text.richtext import sanitise
from text.terms import words
from topics.models import Topic

MOST, MOST_HIDDEN, LONGEST = 10, 3, 2_000
# {below the address of the desk, where the forms of what has a page are: the kind of page}
FORMS = {
    "publications/report": "report",
    "authors/author": "author",
    "topics/topic": "topic",
    "publications/publicationtype": "type",
    "institution/page": "page",
}
FORM = re.compile(rf"({'|'.join(FORMS)})/([0-9]{{1,18}})/")
# What an offer tells of a report.
TOLD = ["title", "slug", "language", "date", "date_precision", "state", "public_from", "binned_at"]
CLOSED = "Readers may not enter there: it is a page of the desk, or a preview. Type words of the title instead."
CHOOSE = "This is no address. Choose one of the pages, or give an address such as https://example.org/."
NOTHING = "This is no address, and no page of this site is called so."


@dataclass(frozen=True)
class Offer:
    """`said`: its kind, and its date or how it stands. Language and direction are those of the title."""

    title: str
    said: str
    address: str
    language: str = ""
    direction: str = ""


@require_safe
def links(request):
    if not request.user.has_perm("publications.view_report"):
        raise PermissionDenied
    typed = clean_line(request.GET.get("q", ""))[:LONGEST]
    return JsonResponse(answer_to(typed, request.user, request.get_host()))


def answer_to(typed: str, user, host: str) -> dict:
    """`address`: where the link is to lead; without one, `said` tells why. `offers`: the page that is there, or those
    from which one may choose."""
    address, row, said = "", None, ""
    try:
        address, row = meant(typed, user, host)
    except ValueError as refused:
        said = str(refused)
    rows = [row] if row else [] if address else rows_called(typed, user)
    if not address:
        said = said or (CHOOSE if rows else NOTHING)
    return {"address": address, "said": said, "offers": [asdict(offer(one)) for one in rows]}


# Addresses


def meant(typed: str, user, host: str) -> tuple[str, Model | None]:
    """The address that is typed, as a text is to hold it, and what is there; neither for words. See `typed_address`."""
    address = storable(typed)
    path = own_path(address, host.lower(), urlsplit(settings.SITE_URL).netloc.lower())
    if not path:
        return address, None
    path = settled(path)
    row, found = row_at(path, user), page_at(path)
    if found is None or not is_closed(found):
        return path, row
    if row is None:
        raise ValueError(CLOSED)
    return row.get_absolute_url(), row


def storable(typed: str) -> str:
    """A `typed_address` that the sanitiser leaves as it is: there are hosts that no browser finds."""
    address = typed_address(typed)
    link = f'<p><a href="{escape(address)}">words</a></p>'
    if address and sanitise(link) != link:
        raise ValueError(LEADS_NOWHERE.format(typed))
    return address


def settled(path: str) -> str:
    """With its last stroke, and the slug that it has by now."""
    parts = urlsplit(present_address(path))
    return urlunsplit(parts._replace(path=with_last_stroke(parts.path))) if page_at(path) else path


def row_at(path: str, user) -> Model | None:
    """What has its page there, or its form, as far as this person may know of it."""
    if form := FORM.match(path.removeprefix(reverse("admin:index"))):
        return row_of(FORMS[form[1]], user, pk=form[2])
    found = page_at(path)
    return row_of(found.url_name, user, slug=found.kwargs.get("slug")) if found else None


def row_of(kind: str, user, **which) -> Model | None:
    """Of the others than reports, what readers may know of."""
    if kind == "report":
        return Report.objects.in_desk_of(user).filter(binned_at=None, **which).only(*TOLD).first()
    if kind == "page":
        return Page.objects.filter(**which).exclude(body="").first()
    model = {"author": Author, "topic": Topic, "type": PublicationType}.get(kind)
    row = model.objects.filter(**which).first() if model else None
    return row if row and FOUND[kind]([row.slug]) else None


# Words


def rows_called(typed: str, user) -> list[Model]:
    """What is called just so comes first, then what begins so."""
    asked, key = words(typed)[:MOST_WORDS], name_key(typed)
    rows = [*reports(asked, user), *others(asked)] if asked else []
    names = {row: name_key(str(row)) for row in rows}
    return sorted(rows, key=lambda row: (names[row] != key, not names[row].startswith(key)))[:MOST]


def reports(asked: list[str], user) -> Iterator[Report]:
    """What is live, then what is not live and this person may know of; the last word may be a beginning."""
    mine = Report.objects.in_desk_of(user).filter(binned_at=None)
    keys = titled(asked, listed.live())
    rows = mine.only(*TOLD).in_bulk(keys)
    yield from (rows[key] for key in keys if key in rows)
    for word in asked:
        mine = mine.filter(title_key__holds_word=word)
    for part in not_live():
        yield from (part & mine).only(*TOLD).order_by("-pk")[:MOST_HIDDEN]


def others(asked: list[str]) -> Iterator[Model]:
    """What readers may know of, too."""
    live = listed.live()
    yield from topics(asked, live)
    yield from authors(asked, live)
    pages = Page.objects.exclude(body="").defer("body")
    yield from (row for row in [*listed.listed_types(live), *pages] if is_called(name_key(str(row)), asked))


# Offers


@singledispatch
def offer(row) -> Offer:
    return Offer(str(row), row._meta.verbose_name.capitalize(), row.get_absolute_url())


@offer.register
def _(report: Report):
    said = f"Report · {how_it_stands(report)}"
    return Offer(report.title, said, report.get_absolute_url(), report.language, report.direction)


def how_it_stands(report: Report) -> str:
    situation = report.situation()
    return report.date_short if situation == Report.Situation.LIVE else situation.label.lower()
