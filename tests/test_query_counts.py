"""How many queries a page takes: the same for ten publications and for a thousand, and no more than is said here."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publications import relating
from publications.models import RelatedPublication, Report
from tests.crawl import page
from tests.factory import attach, make_many, relate

pytestmark = pytest.mark.django_db

# Each page takes two for the site's own frame: its details, its plain pages.
EXPECTED = {
    "/": 16,
    "/publications/": 18,
    "/publications/?topic=topic-0&type=type-0&year=1998": 21,
    "/publications/?topic=topic-0&type=type-0&year=1998&author=author-0&language=en&q=water+peace": 22,
    "/publications/?q=water&sort=title": 18,
    "/publications/report-0/": 19,
    "/authors/author-0/": 10,
    "/topics/topic-0/": 13,
    "/types/type-0/": 9,
    "/authors/": 3,
    "/topics/": 5,
}


@pytest.fixture
def grow():
    """Make so many more publications, each with its sidebar; the first has a file and a typed link."""

    def growing(count):
        make_many(count)
        relating.rebuild()

    growing(10)
    first, second = Report.objects.get(slug="report-0"), Report.objects.get(slug="report-1")
    attach(first, "Annex")
    attach(first, "Another", position=1)
    relate(first, second, RelatedPublication.Origin.UPDATES)
    relating.rebuild()
    return growing


def counted(address):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page(address)
    return len(queries)


def test_pages_take_as_many_queries_for_a_thousand_publications_as_for_ten(grow):
    with_ten = {address: counted(address) for address in EXPECTED}
    grow(990)
    assert Report.objects.live().count() == 1000
    with_thousand = {address: counted(address) for address in EXPECTED}
    assert with_ten == with_thousand == EXPECTED
