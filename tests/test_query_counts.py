"""How many queries a page takes: the same for ten publications and for a thousand, and no more than is said here."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interchange.importers import files_of, run
from publications import listed, relating
from publications.finding import following
from publications.models import RelatedPublication, Report
from publications.searching import keeping
from tests.corpora import DIGITALGOV
from tests.crawl import ask
from tests.factory import attach, make_many, relate

pytestmark = pytest.mark.django_db

# Each page takes two for the site's own frame: its details, its plain pages. A feed takes one for the details, and
# another for the moments at which readers were told of changes.
EXPECTED = {
    # One of them: what is featured.
    "/": 11,
    "/publications/": 9,
    "/publications/?topic=topic-0&type=type-0&year=1998": 11,
    "/publications/?topic=topic-0&type=type-0&year=1998&author=author-0&language=en&q=water+peace": 17,
    "/publications/?q=water&sort=title": 15,
    "/publications/report-0/": 18,
    # Five beside the list: roles, types, those who write with them, topics, what lies below those.
    "/authors/author-0/": 12,
    # Two beside the list: what is featured, who writes on it. What stands on every report has nothing near it.
    "/topics/topic-0/": 10,
    "/topics/topic-1/": 11,
    "/types/type-0/": 6,
    "/authors/": 4,
    "/topics/": 5,
    # One for the names of topics, one for those of authors, none is called so; two for the frame.
    "/suggest/?q=wat": 5,
    "/suggest/?only=list&q=wat": 3,
    "/feeds/publications.rss": 7,
    "/feeds/publications.atom?topic=topic-0&type=type-0&year=1998&author=author-0&language=en&q=water+peace": 13,
    "/topics/topic-0/feed.rss": 9,
    "/authors/author-0/feed.atom": 8,
    "/types/type-0/feed.rss": 8,
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


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    """As where no test holds a transaction open."""
    monkeypatch.setattr(following, "may_keep", lambda: True)


def counted(address):
    keeping.current(listed.live())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert ask(address).status == 200
    return len(queries)


def test_pages_take_as_many_queries_for_a_thousand_publications_as_for_ten(grow):
    with_ten = {address: counted(address) for address in EXPECTED}
    grow(990)
    assert Report.objects.live().count() == 1000
    with_thousand = {address: counted(address) for address in EXPECTED}
    assert with_ten == with_thousand == EXPECTED


@pytest.mark.corpus
@pytest.mark.skipif(not DIGITALGOV.exists(), reason="The corpus is not here.")
def test_pages_of_a_real_corpus_take_as_many_queries_for_a_thousand_publications_as_for_ten(tmp_path):
    thousand = (DIGITALGOV / "publications.jsonl").read_text().splitlines()[:1000]
    items = [json.loads(line) for line in thousand]
    first = next(item for item in items if item["authors"] and len(item["topics"]) > 1)
    alike = [line for line, item in zip(thousand, items, strict=True) if item["authors"] and in_common(item, first)]
    take_in(tmp_path / "digitalgov", alike[:10])
    addresses = addresses_around(Report.objects.get(slug=first["id"]))
    with_ten = {address: counted(address) for address in addresses}
    take_in(tmp_path / "digitalgov", thousand)
    assert Report.objects.live().count() == 1000
    more = {address: counted(address) - number for address, number in with_ten.items()}
    # Whoever has nobody beside them among ten is asked for no names.
    beside = {each for each in addresses if each.startswith(("/authors/", "/topics/"))}
    assert all(number == 0 or (number == 1 and address in beside) for address, number in more.items()), more


def in_common(item, first):
    return first["topics"][0] in item["topics"]


def take_in(folder, lines):
    folder.mkdir(exist_ok=True)
    (folder / "publications.jsonl").write_text("\n".join(lines))
    run(files_of(folder), "digitalgov")


def addresses_around(report):
    topic, author = report.shown_topics[0], report.authors.first()
    filters = f"topic={topic.slug}&type={report.type.slug}&year={report.date.year}"
    pages = [report, author, topic]
    return ["/", "/publications/", f"/publications/?{filters}", *(each.get_absolute_url() for each in pages)]
