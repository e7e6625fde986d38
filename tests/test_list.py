"""The list of publications: its order, its pages, what is unknown or moved, and plain words."""

from datetime import date

import pytest

from publications import facets
from publications.models import Report
from tests.crawl import ask, page
from tests.factory import make_author, make_report, make_topic, make_type
from tests.lists import address, choices, titles, total

pytestmark = pytest.mark.django_db


# What is offered


def test_more_authors_than_are_offered_can_still_be_chosen():
    authors = [make_author(f"Author {number:02}") for number in range(14)]
    for author in authors[:-1]:
        make_report(authors=authors[: authors.index(author) + 1])
    make_report("Of the last", authors=authors[-1:])
    offered = [value for facet, value in choices(page("/publications/")) if facet == "author"]
    assert offered == [f"author-{number:02}" for number in range(12)]
    last = page("/publications/?author=author-13")
    assert choices(last)["author", "author-13"]["data-count"] == "1"
    assert titles(last) == ["Of the last"]


def test_a_language_that_all_share_is_no_choice():
    make_report(language="en")
    assert not [name for name in choices(page("/publications/")) if name[0] == "language"]


# Order and paging


def walk(start):
    """The titles on all pages, by the link to the next one."""
    found, ahead, pages = [], start, 0
    while ahead:
        document = page(ahead)
        found += titles(document)
        links = document.all("a", rel="next")
        ahead, pages = links[0]["href"] if links else None, pages + 1
    return found, pages


@pytest.fixture
def alike():
    """Reports that differ in hardly anything but their slugs."""
    reports = [make_report(f"Alike {'aAbB'[number % 4]} {number % 3}", date=date(2020, 1, 1)) for number in range(45)]
    return [*reports, make_report("Newest", date=date(2021, 1, 1)), make_report("Oldest", date=date(2019, 1, 1))]


@pytest.mark.parametrize("sort", ["newest", "oldest", "title", "relevance"])
@pytest.mark.parametrize("words", ["", "alike", "lead"])
def test_paging_neither_repeats_nor_skips(alike, sort, words):
    found, pages = walk(address({"q": words} if words else {}, sort=sort))
    expected = [report.title for report in alike if words in f"{report.title.lower()} lead"]
    assert sorted(found) == sorted(expected)
    assert pages == -(-len(expected) // 20)


def test_the_order_is_total_by_date_then_moment_then_slug():
    days = [date(2020, 1, 1), date(2020, 1, 2)]
    reports = [make_report(f"Report {number}", date=days[number % 2]) for number in range(8)]
    moments = [report.public_from for report in reports]
    for number, report in enumerate(reports):
        Report.objects.filter(pk=report.pk).update(public_from=moments[number % 3])
    rows = [*Report.objects.all()]
    newest = sorted(rows, key=lambda row: row.slug)
    newest.sort(key=lambda row: (row.date, row.public_from), reverse=True)
    oldest = sorted(rows, key=lambda row: (row.date, row.public_from, row.slug))
    assert titles(page("/publications/")) == titles(page("/publications/?sort=newest")) == [str(row) for row in newest]
    assert titles(page("/publications/?sort=oldest")) == [str(row) for row in oldest]


def test_titles_are_sorted_without_accents_and_case():
    for title in ("Zebra", "élan", "Apple", "Élan vital", "eland"):
        make_report(title)
    assert titles(page("/publications/?sort=title")) == ["Apple", "élan", "Élan vital", "eland", "Zebra"]


def test_relevance_puts_titles_that_hold_every_word_first():
    make_report("Old but apt: water treaty", date=date(2001, 1, 1))
    make_report("News", lead="<p>A water treaty.</p>", date=date(2021, 1, 1))
    make_report("Treaty", lead="<p>On water.</p>", date=date(2020, 1, 1))
    document = page("/publications/?q=water+treaty")
    assert titles(document) == ["Old but apt: water treaty", "News", "Treaty"]
    assert document.one("p", class_="sorts").all("a")[0].text == "relevance"
    assert titles(page("/publications/?q=water+treaty&sort=newest"))[0] == "News"


def test_relevance_is_not_offered_where_no_words_are_searched(alike):
    sorts = page("/publications/?sort=relevance").one("p", class_="sorts")
    assert [link.text for link in sorts.all("a")] == ["newest", "oldest", "title"]
    assert sorts.one("a", aria_current="true").text == "newest"


@pytest.mark.parametrize("number", ["abc", "-1", "0", "999", "9" * 40, "1.0", "%00", "٢"])
def test_a_page_that_does_not_exist_is_empty_and_says_how_many_there_are(alike, number):
    answer = ask(f"/publications/?sort=oldest&page={number}")
    document = answer.page
    assert answer.status == 200
    assert titles(document) == []
    assert total(document) == 47
    assert document.one("meta", name="robots")["content"].startswith("noindex")
    assert document.one("p", class_="way-out").one("a")["href"] == "/publications/?sort=oldest"


@pytest.mark.parametrize("path", ["/authors/ada-author/", "/topics/water/", "/types/special-report/"])
def test_lists_of_one_author_topic_or_type_have_pages_too(path):
    author, topic = make_author("Ada Author"), make_topic("Water")
    expected = [make_report(authors=[author], topics=[topic]).title for _ in range(21)]
    found, pages = walk(path)
    assert (sorted(found), pages) == (sorted(expected), 2)
    assert page(f"{path}?page=2").one("a", rel="prev")["href"] == path
    beyond = ask(f"{path}?page=3")
    assert beyond.status == 200
    assert b"noindex" in beyond.body
    assert titles(beyond.page) == []


def test_pages_are_linked_both_ways_and_say_which_one_this_is(alike):
    second = page("/publications/?sort=title&page=2")
    assert second.one("a", rel="prev")["href"] == "/publications/?sort=title"
    assert second.one("a", rel="next")["href"] == "/publications/?sort=title&page=3"
    assert second.one("nav", class_="pages").one("a", aria_current="page").text == "Page 2"
    assert not page("/publications/?page=3").all("a", rel="next")
    assert not page("/publications/").all("a", rel="prev")


@pytest.mark.parametrize(
    ("query", "canonical", "indexed"),
    [
        ("", "/publications/", True),
        ("?utm_source=x", "/publications/", True),
        ("?page=2", "/publications/?page=2", True),
        ("?page=9", "/publications/", False),
        ("?sort=title", "/publications/", False),
        ("?q=alike", "/publications/", False),
        ("?type=special-report&page=2", "/publications/", False),
    ],
)
def test_search_engines_are_told_of_the_plain_list_alone(alike, query, canonical, indexed):
    document = page(f"/publications/{query}")
    assert document.one("link", rel="canonical")["href"] == f"http://testserver{canonical}"
    assert bool(document.all("meta", name="robots")) != indexed


# What is unknown, and what moved


@pytest.mark.parametrize(
    "query",
    ["topic=nothing", "author=nobody", "type=none", "year=1492", "year=20x1", "year=0000", "year=٢٠٢١", "language=xx"],
)
def test_an_unknown_value_gives_an_empty_list_with_a_way_out(query):
    make_report("Rivers")
    document = page(f"/publications/?q=rivers&{query}")
    assert (total(document), titles(document)) == (0, [])
    ways = [link["href"] for link in document.one("div", class_="way-out").all("a")]
    assert ways[-1] == "/publications/"
    assert "/publications/?q=rivers" in ways
    assert b"noindex" in ask(f"/publications/?{query}").body


def test_a_control_character_matches_nothing():
    make_report("Rivers")
    document = page("/publications/?q=riv%00ers")
    assert total(document) == 0
    assert document.one("div", class_="way-out").all("a")


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("topic=old", "topic=new"),
        ("topic=old&topic=other&q=a%26b&sort=title&page=2", "topic=new&topic=other&q=a%26b&sort=title&page=2"),
        ("author=old&utm_source=letter&year=2020", "author=new&utm_source=letter&year=2020"),
        ("type=old&type=new", "type=new&type=new"),
        ("topic=old&author=old&type=old", "topic=new&author=new&type=new"),
        ("topic=%20old%20&language=en", "topic=new&language=en"),
        ("topic=old&author=nobody", "topic=new&author=nobody"),
    ],
)
def test_a_former_slug_in_a_filter_leads_to_the_present_one_and_keeps_the_rest(query, target):
    author, topic, kind = make_author("New"), make_topic("New"), make_type("New")
    make_report(authors=[author], topics=[topic], type=kind)
    for row in (author, topic, kind):
        row.former_slugs.create(slug="old")
    answer = ask(f"/publications/?{query}")
    assert (answer.status, answer.location) == (301, f"/publications/?{target}")
    assert ask(answer.location).status == 200


def test_a_former_slug_of_a_keyword_leads_to_the_present_one():
    keyword = make_topic("new", kind="keyword")
    make_report(topics=[keyword])
    keyword.former_slugs.create(slug="old")
    assert ask("/publications/?topic=old").location == "/publications/?topic=new"


def test_a_former_slug_beside_what_matches_nothing_leads_nowhere():
    topic = make_topic("New")
    make_report(topics=[topic])
    topic.former_slugs.create(slug="old")
    assert total(page("/publications/?topic=old&q=%00")) == 0


# Words


@pytest.fixture
def library():
    make_report("Élections et trêve", authors=[make_author("Þóra Ångström")], topics=[make_topic("Côte d’Ambre")])
    neill = make_author("Jean-Pierre O’Neill")
    make_report(
        "The harvest",
        authors=[neill],
        subtitle="A drought in the delta",
        summary="<ul><li>Grain</li></ul>",
        number="432",
    )
    make_report("Straße nach Osten", body="<p>Ein <em>Un</em>fall</p>", topics=[make_topic("locusts", kind="keyword")])
    make_report("انتخابات القرية", language="ar")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("elections", ["Élections et trêve"]),
        ("ÉLECT", ["Élections et trêve"]),
        ("treve elec", ["Élections et trêve"]),
        ("elections harvest", ["Élections et trêve", "The harvest"]),
        ('"elections et treve" -harvest', ["Élections et trêve"]),
        ('"treve elections"', []),
        ("harvesting", ["The harvest"]),
        ("lections", ["Élections et trêve"]),
        ("angstrom", ["Élections et trêve"]),
        ("cote ambre", ["Élections et trêve"]),
        ("Jean-Pierre", ["The harvest"]),
        ("O’Neill jean", ["The harvest"]),
        ("o'neill", ["The harvest"]),
        ("neill", ["The harvest"]),
        ("drought grain", ["The harvest"]),
        ("432", ["The harvest"]),
        ("HARV", ["The harvest"]),
        ("strasse", ["Straße nach Osten"]),
        ("unfall", ["Straße nach Osten"]),
        ("locust", ["Straße nach Osten"]),
        ("انتخابات", ["انتخابات القرية"]),
        ("القرية", ["انتخابات القرية"]),
        ("harvest's", ["The harvest"]),
        ("%", []),
        ("_", []),
        ("!?…", []),
        ("«»", []),
        ("\\", []),
        ("har%est", []),
        ("harvest !", ["The harvest"]),
        ("em", []),
        ("  harvest  ", ["The harvest"]),
    ],
)
def test_words_find_what_holds_them_in_some_form(library, words, found):
    document = page(address({"q": words}))
    assert titles(document) == found
    assert total(document) == len(found)


def test_the_field_keeps_the_words_and_the_filters(library):
    document = page("/publications/?q=elections&language=en&sort=oldest")
    form = document.one("form", role="search")
    kept = [(field["name"], field["value"]) for field in form.all("input")]
    assert kept == [("q", "elections"), ("language", "en")]


def test_of_very_many_topics_the_most_frequent_are_offered_and_those_that_were_chosen(monkeypatch):
    monkeypatch.setattr(facets, "MOST_TOPICS", 2)
    rare, often, others = make_topic("Rare"), make_topic("Often"), [make_topic("Alps"), make_topic("Basins")]
    make_report(topics=[rare, often, *others])
    make_report(topics=[often, others[0]])
    document = page("/publications/")
    assert [value for facet, value in choices(document) if facet == "topic"] == ["alps", "often"]
    assert [link["href"] for row in document.all("p", class_="all") for link in row.all("a")] == ["/topics/"]
    assert ("topic", "rare") in choices(page("/publications/?topic=rare"))
