"""The pages around the report: home and plain pages; what is gone, moved or never was; the same for everyone."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from institution.models import Page, SiteDetails
from publications.models import FormerSlug
from tests.crawl import ask, ask_raw, crawl, page
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db


# Withdrawn


@pytest.fixture
def withdrawn():
    return make_withdrawn(
        "A Mistaken Count",
        subtitle="subtitleword",
        type=make_type("Tally", is_numbered=True),
        number="numberword",
        authors=[make_author("Ada Author", biography="<p>biographyword</p>")],
        topics=[make_topic("topicword")],
        date=date(2019, 5, 3),
        withdrawn_at=datetime(2020, 6, 7, 12, tzinfo=UTC),
        withdrawal_reason="Two columns had changed places.",
        **{field: f"<p>{field}word</p>" for field in ("lead", "summary", "body", "about", "acknowledgement")},
        **{field: f"{field}word" for field in ("teaser", "rights", "funders", "press_contact")},
    )


def test_a_withdrawn_report_leaves_title_authors_dates_and_reason_and_nothing_else(withdrawn):
    attach(withdrawn, "filenameword")
    answer = ask(withdrawn.get_absolute_url())
    assert answer.status == 410
    assert answer.page.one("main").text == (
        "Withdrawn A Mistaken Count May 3, 2019. By: Ada Author This publication was withdrawn on June 7, 2020. "
        "Two columns had changed places. See all publications"
    )
    assert b"word" not in answer.body
    assert b"noindex" in answer.body


def test_files_and_covers_of_a_withdrawn_report_are_gone(withdrawn):
    file = attach(withdrawn, "Table")
    give_cover(withdrawn)
    for address in (file.get_absolute_url(), f"{withdrawn.get_absolute_url()}cover-480.webp"):
        answer = ask(address)
        assert answer.status == 410
        assert dict(answer.headers)["Content-Type"].startswith("text/html")


# Never was


def test_an_address_that_never_was_is_404_and_searches_for_its_words():
    answer = ask("/publications/water-and-peace-2009/")
    assert answer.status == 404
    assert answer.page.one("input", id="search")["value"] == "water and peace 2009"
    assert answer.page.one("h1")
    assert answer.page.one("a", class_="skip")
    assert b"noindex" in answer.body


@pytest.mark.parametrize("address", ["/nowhere/", "/publications/x/y/z/", "/authors/x/", "/topics/x/", "/types/x/"])
def test_every_kind_of_address_has_the_same_404(address):
    assert ask(address).page.one("h1").text == "There is no page at this address"


@pytest.mark.parametrize("path", ["//evil.example/x/", "///evil.example/", "/a/../b/", "/a b/ü/", "/<b>/"])
def test_the_canonical_address_of_a_page_is_on_this_site_whatever_was_asked(path):
    answer = ask_raw(path.encode())
    assert answer.status == 404
    canonical = answer.page.one("link", rel="canonical")["href"]
    assert canonical.startswith("http://testserver/")
    assert canonical.isascii()
    assert " " not in canonical


def test_an_address_that_looks_like_another_hosts_leads_nowhere_else():
    assert not ask_raw(b"//evil.example/x").location.startswith(("//", "http"))


def test_an_address_without_its_slash_leads_to_the_one_with_it():
    report = make_report("Rivers")
    answer = ask("/publications/rivers?q=1")
    assert (answer.status, answer.location) == (301, f"{report.get_absolute_url()}?q=1")


# Former addresses


@pytest.fixture
def moved():
    """A report, an author, a topic and a type that all had another slug."""
    report = make_report("New", authors=[make_author("New")], topics=[make_topic("New")], type=make_type("New"))
    for row in (report, report.authors.get(), report.topics.get(), report.type):
        row.former_slugs.create(slug="old")
    return report


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/publications/old/", "/publications/new/"),
        ("/publications/old/?utm=1&q=a%20b", "/publications/new/?utm=1&q=a%20b"),
        ("/publications/old/cover-480.webp", "/publications/new/cover-480.webp"),
        ("/publications/old/annex.pdf?x=1", "/publications/new/annex.pdf?x=1"),
        ("/authors/old/", "/authors/new/"),
        ("/authors/old/?page=2", "/authors/new/?page=2"),
        ("/authors/old/photo-480.webp", "/authors/new/photo-480.webp"),
        ("/topics/old/?page=2", "/topics/new/?page=2"),
        ("/types/old/", "/types/new/"),
    ],
)
def test_a_former_address_leads_to_the_present_one_with_all_that_followed_it(moved, old, new):
    answer = ask(old)
    assert (answer.status, answer.location) == (301, new)


def test_a_former_address_of_a_withdrawn_report_leads_to_its_tombstone():
    make_withdrawn("New").former_slugs.create(slug="old")
    assert ask("/publications/old/").location == "/publications/new/"


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_a_former_address_of_a_hidden_report_and_of_all_that_hangs_on_it_is_404(make):
    author, topic, kind = make_author("New"), make_topic("New"), make_type("New")
    report = make("New", authors=[author], topics=[topic], type=kind)
    for row in (report, author, topic, kind):
        row.former_slugs.create(slug="old")
    for address in ("/publications/old/", "/authors/old/", "/topics/old/", "/types/old/"):
        assert ask(address).status == 404, address


def test_a_former_address_of_a_keyword_is_404():
    keyword = make_topic("new", kind="keyword")
    make_report(topics=[keyword])
    keyword.former_slugs.create(slug="old")
    assert ask("/topics/old/").status == 404
    assert ask("/topics/new/").status == 404


def test_a_slug_that_was_one_kinds_is_not_anothers(moved):
    FormerSlug.objects.filter(author__isnull=False).delete()
    assert ask("/authors/old/").status == 404


# Home and plain pages


def test_home_shows_the_newest_by_type_and_the_topics():
    SiteDetails(name="Institute of Rivers", tagline="Water and peace").save()
    brief = make_type("Brief")
    for number in range(12):
        make_report(f"Number {number:02}", type=[brief, make_type()][number % 2], date=date(2000 + number, 1, 1))
    give_cover(make_report("With a Cover", date=date(2011, 6, 1), topics=[make_topic("Water")]))
    main = page("/").one("main")
    assert main.one("h1").text == "Institute of Rivers"
    assert main.one("article", class_="first").one("h3").text == "With a Cover"
    assert [each.one("h3").text for each in main.one("div", class_="beside").all("article")] == [
        "Number 11",
        "Number 10",
        "Number 09",
    ]
    columns = {each.one("h2").text: [a.text for a in each.one("ul").all("a")] for each in main.all("section")[1:3]}
    assert columns == {
        "Briefs": ["Number 08", "Number 06", "Number 04"],
        "Special Reports": ["Number 07", "Number 05", "Number 03"],
    }
    assert main.one("section", class_="front-topics").one("li").text == "Water 1"


def test_home_of_an_empty_site_says_so():
    make_draft("Hidden")
    assert "Nothing has been published here yet." in page("/").one("main").text


def test_a_plain_page_with_text_is_linked_and_one_without_is_404():
    Page.objects.create(slug="about", title="About us", body="<p>We measure rivers.</p>")
    Page.objects.create(slug="privacy", title="Privacy", body="")
    document = page("/about/")
    assert document.one("h1").text == "About us"
    assert "We measure rivers." in document.one("main").text
    assert {link["href"] for link in document.all("a")} >= {"/about/"}
    assert ask("/privacy/").status == 404
    assert b"/privacy/" not in ask("/").body


def test_header_and_footer_say_who_publishes():
    SiteDetails(
        name="Institute of Rivers",
        tagline="Water & peace",
        address="1 Quay\nLowani",
        email="post@institute.example",
        telephone="+1 2",
        footer="Charity 7",
    ).save()
    document = page("/publications/")
    assert document.one("header", class_="masthead").one("a", class_="name").text == "Institute of Rivers"
    footer = document.one("footer").text
    for words in ("Water & peace", "1 Quay", "Lowani", "post@institute.example", "+1 2", "Charity 7"):
        assert words in footer


def test_healthz_and_robots_answer_plainly():
    assert (ask("/healthz").status, ask("/healthz").body) == (200, b"ok\n")
    robots = ask("/robots.txt")
    assert robots.status == 200
    assert b"Disallow: /admin/" in robots.body


# One page for everyone


@pytest.fixture
def site(moved):
    Page.objects.create(slug="about", title="About", body="<p>Us.</p>")
    make_withdrawn("Gone")
    make_draft("Hidden")
    give_cover(moved)
    attach(moved, "Annex")
    return ["/", "/publications/gone/", "/publications/hidden/", "/publications/old/", "/nowhere/", "/robots.txt"]


def test_public_pages_are_the_same_for_staff_as_for_strangers_and_set_no_cookie(site):
    staff = Client()
    staff.force_login(make_superuser())
    answers = dict(crawl(*site))
    assert len(answers) > 20
    for address, answer in answers.items():
        assert ask(address, staff) == answer, address
        assert "Set-Cookie" not in dict(answer.headers)
        assert "cookie" not in dict(answer.headers).get("Vary", "").lower(), address


def test_head_is_answered_like_get_without_a_body(site):
    for address, answer in crawl(*site):
        head = ask(address, method="head")
        assert (head.status, head.body) == (answer.status, b""), address
        assert dict(head.headers)["Content-Type"] == dict(answer.headers)["Content-Type"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_but_reading_is_allowed(site, method):
    strict = Client(enforce_csrf_checks=True)
    pages = ["/", "/publications/", "/publications/new/", "/publications/gone/", "/authors/", "/topics/new/"]
    for address in [*pages, "/healthz", "/robots.txt"]:
        assert ask(address, strict, method).status == 405, address


def test_every_page_has_one_h1_a_main_a_skip_link_and_its_canonical_address(site):
    for address, answer in crawl(*site):
        if not dict(answer.headers)["Content-Type"].startswith("text/html") or answer.status == 301:
            continue
        document = answer.page
        assert len(document.all("h1")) == len(document.all("main")) == 1, address
        assert document.one("a", class_="skip")["href"] == f"#{document.one('main')['id']}"
        assert document.one("link", rel="canonical")["href"].startswith("http://testserver/")
        ids = [element["id"] for element in document.all(id=True)]
        assert len(ids) == len(set(ids)), address


def test_no_link_of_the_site_is_broken(site):
    broken = {address: answer.status for address, answer in crawl("/") if answer.status >= 400}
    assert not broken
