"""The W3C's HTML checker on every kind of page."""

import pytest
from django.test import RequestFactory

from publications.views import errors
from tests.showcase import ERRORS, PAGES, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def showcase(client):
    make_showcase()
    return client


def pages(client):
    """{kind: HTML}, those of errors included."""
    found = {kind: client.get(path) for kind, path in PAGES.items()}
    found |= {kind: client.get(path) for kind, (path, _) in ERRORS.items()}
    request = RequestFactory().get("/")
    found |= {"forbidden": errors.forbidden(request, None), "broken": errors.broken(request)}
    return {kind: response.content.decode() for kind, response in found.items()}


def test_the_checker_finds_nothing_on_any_page(showcase, vnu):
    found = pages(showcase)
    assert all("</html>" in html for html in found.values())
    assert vnu(found) == []


def test_the_checker_finds_nothing_on_an_empty_site(client, db, vnu):
    paths = ["/", "/publications/", "/authors/", "/topics/", "/nothing/"]
    assert vnu({path: client.get(path).content.decode() for path in paths}) == []


def test_the_checker_finds_what_is_wrong(vnu):
    assert vnu({"wrong": "<!doctype html><html lang='en'><title>T</title><p><img src='a.png'></p></html>"}) != []
