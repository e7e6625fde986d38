"""Every part of every public address, filled with anything at all: a clear answer, the same each time, and no error.

The addresses are read off the URLconf: one that is added is tried here without a word.
"""

import csv
import io
import logging
import re
from datetime import timedelta
from unittest.mock import patch
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import URLResolver, get_resolver
from hypothesis import example, given
from hypothesis import strategies as st

from authors.models import Author
from publications.editorial import sharing
from publications.finding import following
from publications.models import FormerSlug, PublicationType, Report
from tests.attacks import running
from tests.conftest import few, storages
from tests.crawl import ask, ask_raw
from tests.factory import figure_of, make_draft, make_image, make_scheduled, make_superuser
from tests.fuzzing import PARTS, VALUES, in_query, queries, texts
from tests.lists import total
from tests.showcase import make_showcase
from topics.models import Topic

pytestmark = pytest.mark.django_db

FILLED = re.compile(r"<(?:(\w+):)?(\w+)>")
# Whatever an address may be asked with; those of one page are tried on all of them.
NAMES = ["q", "topic", "author", "type", "year", "language", "sort", "page", "letter", "role", "other"]
WORDS = [
    "river", "Rivers", "gauge", "Sediment and Sovereignty", "sediemnt", "Downstream", "Łukasz", "Zolkiewski", "Weiß",
    "Ólafur", "Minh Khai", "Fairweather", "hydrology", "the", "of the", "paperwork -flood", '"low water"', "نهر",
    "تقاسم نهر", "河流", "枯竭", "gauge keepers", "treaty tuesdays", "Lindqvist",
]  # fmt: skip
SLUGS = [
    "sharing-a-falling-river", "toward-a-framework", "untold", "sharing-ar", "sharing-zh", "the-second-dam", "unseen",
    "not-yet", "former", "water-diplomacy", "hydrology", "gauge-keepers", "danube-basin", "ada-fairweather",
    "shared-waters", "kwabena-osei", "special-report", "policy-brief", "about", "privacy", "feed", "gauge-readings",
]  # fmt: skip
REAL = {
    "q": WORDS,
    "topic": SLUGS,
    "author": SLUGS,
    "type": SLUGS,
    "year": ["2025", "2019", "2024", "0000", "٢٠٢٥"],
    "language": ["en", "ar", "zh-Hans", "zh", "pt-BR", "x"],
    "sort": ["relevance", "newest", "oldest", "title"],
    "page": ["1", "2", "3", "99", "٢", "9" * 5000],
    "letter": ["a", "Ó", "#"],
    "role": ["author", "editor", "contributor"],
    "only": ["list"],
}
LISTS = ["/publications/", "/publications.csv", "/feeds/publications.rss", "/feeds/publications.atom", "/suggest/"]


def routes(patterns, before=""):
    """Every address that is no page of the desk, as it stands in the URLconf."""
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        elif not route.startswith("admin/"):
            yield f"/{route}"


ROUTES = list(routes(get_resolver().url_patterns))

PICTURE = "0f8fad5b-d9cb-469f-a165-70867728950e"
# What a part of a path may be, by the kind of part; besides it may be anything.
KINDS = {
    "slug": [*SLUGS, "annex", "pdf", "Sharing-A-Falling-River"],
    "int": ["480", "960", "1", "2", "0", "00480", "9" * 30, "9" * 5000, "٢"],
    "form": ["rss", "atom", "json"],
    "picture": ["webp", "jpg", "png"],
    "uuid": [PICTURE, PICTURE.upper(), "7c9e6679-7425-40de-944b-e07fc1f90ae7"],
}
anything = st.one_of(
    st.sampled_from(PARTS).filter(lambda part: len(part) < 6000),
    st.binary(max_size=6),
    texts("river", "untold", most=2).map(lambda text: text.encode(errors="surrogatepass")),
)


def part_of(kind):
    real = st.deferred(lambda: st.sampled_from(KINDS.get(kind) or SHARED)).map(str.encode)
    return st.one_of(real, real, anything)


# Tokens of links that were shared; signed, so they are known once there are some.
SHARED = ["token"]


@st.composite
def paths(draw, route):
    """The path of this address with something in each of its places, as a server hands it on."""
    pieces, last = [], 0
    for place in FILLED.finditer(route):
        pieces += [route[last : place.start()].encode(), draw(part_of(place[1] or "str"))]
        last = place.end()
    return b"".join([*pieces, route[last:].encode()])


# A library, whose picture and index of words are kept as on a site, though its transaction is never ended


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def files(folder, settings):
    settings.STORAGES = storages(folder)


@pytest.fixture(scope="module", autouse=True)
def library(folder, django_db_setup, django_db_blocker):
    stored, kept = override_settings(STORAGES=storages(folder)), patch.object(following, "may_keep", return_value=True)
    with django_db_blocker.unblock(), transaction.atomic(), stored, kept:
        make_showcase()
        shown = Report.objects.get(slug="sharing-a-falling-river")
        shown.about += figure_of(make_image(pk=PICTURE))
        shown.save()
        SHARED[:] = [token_of(make_draft("Unseen", slug="unseen"))]
        make_scheduled("Not yet", slug="not-yet")
        for kind, model in [("author", Author), ("topic", Topic), ("type", PublicationType)]:
            FormerSlug.objects.create(slug="former", **{kind: model.objects.earliest("pk")})
        yield
        transaction.set_rollback(True)


def token_of(report):
    link = sharing.share(report, by=make_superuser(), for_whom="Somebody", lasts=timedelta(days=7))
    return sharing.token_of(link)


# What is logged as an error, though the answer be clear.
LOGGED = []


@pytest.fixture(scope="module", autouse=True)
def log():
    handler = logging.Handler(logging.ERROR)
    handler.emit = LOGGED.append
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request")]
    for logger in loggers:
        logger.addHandler(handler)
    yield
    for logger in loggers:
        logger.removeHandler(handler)


# What an answer must be


def answered(path, query=b""):
    """What stands at this address, which must be clear, whole, and the same when it is asked for again."""
    answer = ask_raw(path, query)
    assert ask_raw(path, query) == answer
    logged, LOGGED[:] = LOGGED[:], []
    assert logged == []
    assert answer.status in (200, 301, 302, 400, 404, 410)
    assert "\n" not in answer.location
    assert not answer.location.startswith("//")
    kind = dict(answer.headers).get("Content-Type", "").partition(";")[0]
    READERS.get("" if answer.location else kind, as_it_is)(answer)
    if kind == "text/html" and answer.status in (200, 404) and not path.startswith(b"/preview/"):
        assert answer.page.one("link", rel="canonical")["href"].startswith("http://testserver/")
    return answer


def page(answer):
    document = answer.page
    assert answer.body.rstrip().endswith(b"</html>")
    assert b"\x00" not in answer.body
    assert document.one("h1").text
    document.one("main")
    assert running(document) == []


def feed(answer):
    assert ElementTree.fromstring(answer.body).tag.endswith(("rss", "feed"))


def table(answer):
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""), strict=True))
    assert len({len(row) for row in rows}) == 1


def as_it_is(answer):
    assert answer.body or answer.location


READERS = {"text/html": page, "application/rss+xml": feed, "application/atom+xml": feed, "text/csv": table}


def is_a_list(answer):
    """Its number and its rows agree."""
    document = answer.page
    found, rows = total(document), document.one("ol", id="results").all("article")
    assert len(rows) <= min(found, 20)
    assert rows or found == 0 or document.all("p", class_="way-out")
    for choice in document.all("a", data_facet=True):
        assert int(choice["data-count"]) >= 0
    return document


# Any path


@pytest.mark.parametrize("route", ROUTES)
def test_no_path_and_no_query_breaks_an_address(route):
    @few
    @given(paths(route), st.just(b"") | queries(NAMES, **REAL))
    def holds(path, query):
        answered(path, query)

    holds()


def test_every_kind_of_public_address_is_tried():
    assert {"/publications/", "/suggest/", "/publications.csv", "/feeds/publications.<form:form>"} <= set(ROUTES)
    assert {place[1] or "str" for route in ROUTES for place in FILLED.finditer(route)} <= {*KINDS, "str"}


# Any query of what searches and filters


@given(queries(NAMES, **REAL))
@example(b"q=sediemnt+tuesdys")
@example(b"q=%22&topic=")
@example(b"q=-&q=river&topic=former&type=former")
@example(b"topic=former&other=" + b"x" * 20_000)
def test_no_query_breaks_the_list(query):
    answer = answered(b"/publications/", query)
    if answer.status == 200:
        is_a_list(answer)


@given(st.sampled_from(LISTS), queries(NAMES, **REAL))
def test_no_query_breaks_what_lists(path, query):
    assert answered(path.encode(), query).status in (200, 301)


@given(texts(*WORDS, most=14), st.sampled_from(["/publications/", "/suggest/"]))
@example("℡Ω", "/publications/")
def test_no_words_break_a_search(text, path):
    answer = answered(path.encode(), b"q=" + in_query(text))
    assert answer.status == 200
    if path == "/publications/":
        meant = [link for row in is_a_list(answer).all("p", class_="meant") for link in row.all("a")]
        assert all(total(ask(link["href"]).page) for link in meant)


@pytest.mark.parametrize("path", LISTS)
def test_nothing_known_to_break_sites_breaks_what_lists(path):
    for value in VALUES:
        assert answered(path.encode(), b"q=" + value + b"&topic=" + value[:1000]).status == 200
