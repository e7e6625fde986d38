"""The pages around the report: home, people, topics, types, plain pages; what is gone, moved or never was."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from institution.models import Page, SiteDetails
from publications.models import Authorship, FormerSlug
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


def titles(document):
    """What a list shows, in order."""
    return [article.all("a")[0].text for article in document.one("ol", id="results").all("article")]


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


# People, topics, types


def test_an_authors_page_says_who_they_are_and_lists_every_role_once():
    ada = make_author(
        "Ada Author",
        position="Senior Fellow",
        affiliation="Institute of Rivers",
        location="Lowani",
        biography="<p>Writes on <strong>deltas</strong>.</p>",
        orcid="0000-0002-1825-0097",
    )
    ada.links.create(url="https://www.ada.example/")
    first, second = make_report("First", date=date(2020, 1, 1)), make_report("Second", date=date(2021, 1, 1))
    Authorship.objects.create(report=first, author=ada, role="contributor")
    Authorship.objects.create(report=second, author=ada, role="author")
    Authorship.objects.create(report=second, author=ada, role="editor")
    make_draft("Hidden", authors=[ada])
    document = page("/authors/ada-author/")
    assert document.one("h1").text == "Ada Author"
    assert document.one("p", class_="position").text == "Senior Fellow, Institute of Rivers. Lowani"
    assert document.one("div", class_="intro").text == "Writes on deltas."
    assert [link["href"] for link in document.one("ul", class_="links").all("a")] == [
        "https://orcid.org/0000-0002-1825-0097",
        "https://www.ada.example/",
    ]
    assert titles(document) == ["Second", "First"]
    assert "2 publications" in document.one("main").text


def test_an_author_with_nothing_live_is_404_and_nowhere_listed():
    ada = make_author("Ada Author")
    make_scheduled(authors=[ada])
    make_withdrawn(authors=[ada])
    make_report(authors=[make_author("Ben Author")])
    assert ask("/authors/ada-author/").status == 404
    assert ask("/authors/ben-author/").status == 200
    assert "Ada" not in page("/authors/").one("main").text


def test_the_index_of_authors_is_by_family_name_with_the_number_of_each():
    people = [make_author("Zoë Ábel"), make_author("Ada Zimmer"), make_author("Asia Center", is_organisation=True)]
    make_report(authors=people)
    make_report(authors=people[:1])
    links = [each.text for each in page("/authors/").one("main").all("li")]
    assert links == ["Zoë Ábel 2", "Asia Center 1", "Ada Zimmer 1"]
    assert [each.text for each in page("/authors/").one("main").all("h2")] == ["A", "Z"]


def test_a_topics_page_lists_what_carries_it_or_one_below_it():
    water = make_topic("Water", description="All that flows.")
    rivers, deltas = make_topic("Rivers", parent=water), make_topic("Deltas", parent=water)
    make_topic("Wells", parent=water)
    make_report("Flow", topics=[water, rivers], date=date(2020, 1, 1))
    make_report("Mouth", topics=[deltas], date=date(2021, 1, 1))
    make_draft("Hidden", topics=[rivers])
    document = page("/topics/water/")
    assert titles(document) == ["Mouth", "Flow"]
    assert "All that flows." in document.one("div", class_="intro").text
    assert [link.text for link in document.one("dl", class_="neighbours").all("a")] == ["Deltas", "Rivers"]
    assert document.one("p", class_="found-line").one("a")["href"] == "/publications/?topic=water"
    assert page("/topics/rivers/").one("dl", class_="neighbours").one("a").text == "Water"
    assert ask("/topics/wells/").status == 404


def test_the_index_of_topics_has_each_kind_with_children_under_their_parents():
    water = make_topic("Water")
    rivers = make_topic("Rivers", parent=water)
    place = make_topic("Lowani", kind="place")
    make_report(topics=[rivers, place, make_topic("keyword", kind="keyword"), make_topic("Old", retired=True)])
    make_report(topics=[water])
    document = page("/topics/").one("main")
    assert [each.text for each in document.all("h2")] == ["Subjects", "Places"]
    assert [each.text for each in document.all("a")] == ["Water", "Rivers", "Lowani"]
    assert document.text == "Topics Subjects Water 2 Rivers 1 Places Lowani 1"


def test_a_retired_topic_keeps_its_page_and_its_reports():
    make_report("Still Here", topics=[make_topic("Old", retired=True)])
    assert titles(page("/topics/old/")) == ["Still Here"]
    assert page("/publications/still-here/").one("ul", class_="topics").text == "Old"


def test_a_topic_with_nothing_live_is_404_and_nowhere_listed():
    make_draft(topics=[make_topic("Secret", parent=make_topic("Parent"))])
    assert ask("/topics/secret/").status == 404
    assert ask("/topics/parent/").status == 404
    assert not page("/topics/").one("main").all("li")


def test_a_types_page_has_its_plural_its_description_and_its_reports():
    brief = make_type("Brief", description="Short and to the point.")
    make_report("Short", type=brief)
    make_report("Long")
    make_scheduled("Later", type=brief)
    document = page("/types/brief/")
    assert document.one("h1").text == "Briefs"
    assert "Short and to the point." in document.one("div", class_="intro").text
    assert titles(document) == ["Short"]


def test_a_type_with_nothing_live_is_404():
    make_draft(type=make_type("Brief"))
    assert ask("/types/brief/").status == 404


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
    for address in ["/", "/publications/", "/publications/new/", "/publications/gone/", "/authors/", "/topics/new/"]:
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
