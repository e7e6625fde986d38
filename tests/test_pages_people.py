"""The pages of authors, topics and types, and their indexes."""

from datetime import date

import pytest
import time_machine

from authors.models import Author
from publications import alphabet
from publications.models import Authorship
from publications.views import people
from tests.crawl import ask, page
from tests.factory import (
    feature,
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
)
from tests.lists import choices, titles, total

pytestmark = pytest.mark.django_db


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


def test_an_authors_publications_are_narrowed_to_a_role_and_a_type_in_one_list():
    ada, brief = make_author("Ada Author"), make_type("Brief")
    make_report("Written", authors=[ada], date=date(2020, 1, 1))
    make_report("Short", authors=[ada], type=brief, date=date(2021, 1, 1))
    both = make_report("Both", authors=[ada], type=brief, date=date(2022, 1, 1))
    edited = make_report("Edited", date=date(2023, 1, 1))
    for report in (both, edited, make_draft("Hidden")):
        Authorship.objects.create(report=report, author=ada, role="editor")
    make_draft("Another Hidden", type=make_type("Secret"), authors=[ada])
    counted = {place: (link.text, link["data-count"]) for place, link in choices(page("/authors/ada-author/")).items()}
    assert counted == {
        ("role", "author"): ("As author", "3"),
        ("role", "editor"): ("As editor", "2"),
        ("type", "brief"): ("Brief", "2"),
        ("type", "special-report"): ("Special Report", "2"),
    }
    editor = page("/authors/ada-author/?role=editor")
    assert titles(editor) == ["Edited", "Both"]
    assert {place: link["data-count"] for place, link in choices(editor).items()} == {
        ("role", "author"): "3",
        ("role", "editor"): "2",
        ("type", "brief"): "1",
        ("type", "special-report"): "1",
    }
    assert choices(editor)["type", "brief"]["href"] == "/authors/ada-author/?role=editor&type=brief"
    assert titles(page("/authors/ada-author/?role=editor&type=brief")) == ["Both"]
    assert titles(page("/authors/ada-author/?type=brief&role=author")) == ["Both", "Short"]


@pytest.mark.parametrize(
    "query", ["role=king", "type=secret", "type=never", "role=%00", "role=author&type=%ff", "role=editor"]
)
def test_a_role_or_type_that_is_none_is_the_empty_list(query):
    make_report(authors=[ada := make_author("Ada Author")])
    make_draft(type=make_type("Secret"), authors=[ada])
    document = page(f"/authors/ada-author/?{query}")
    assert titles(document) == []
    assert document.one("meta", name="robots")["content"] == "noindex, follow"


def test_a_former_address_of_a_type_leads_on_where_they_have_published_of_it():
    ada, brief, secret = make_author("Ada Author"), make_type("Brief"), make_type("Secret")
    brief.former_slugs.create(slug="paper"), secret.former_slugs.create(slug="secrets")
    make_report(authors=[ada], type=brief)
    make_draft(authors=[ada], type=secret)
    moved = ask("/authors/ada-author/?type=paper&role=author")
    assert (moved.status, moved.location) == (301, "/authors/ada-author/?type=brief&role=author")
    assert titles(page("/authors/ada-author/?type=secrets")) == []


def test_an_authors_page_names_those_who_stand_beside_them_on_what_is_live():
    ada, ben, cleo, dan = (make_author(f"{name} Author") for name in ("Ada", "Ben", "Cleo", "Dan"))
    make_report(authors=[ada, ben, cleo])
    make_report(authors=[cleo, ada])
    make_report(authors=[ben])
    make_draft(authors=[ada, ben, dan])
    said = page("/authors/ada-author/").one("dl", class_="neighbours")
    assert said.text == "Writes with Cleo Author 2 Ben Author 1"
    assert [link["href"] for link in said.all("a")] == ["/authors/cleo-author/", "/authors/ben-author/"]


def test_an_authors_page_names_the_topics_they_write_on_and_leads_to_those_publications():
    ada, water = make_author("Ada Author"), make_topic("Water")
    rivers, old = make_topic("Rivers", parent=water), make_topic("Old", retired=True)
    make_report(authors=[ada], topics=[rivers, old, make_topic("a keyword", kind="keyword")])
    make_report(authors=[ada], topics=[water, rivers])
    make_report(topics=[water, make_topic("Wells")])
    make_draft(authors=[ada], topics=[make_topic("Secret")])
    said = page("/authors/ada-author/").one("dl", class_="neighbours")
    # Rivers carry both, and so does what lies above them.
    assert said.text == "Writes on Rivers 2 Water 2"
    for link, expected in zip(said.all("a"), ["rivers", "water"], strict=True):
        assert link["href"] == f"/publications/?author=ada-author&topic={expected}"
        assert total(page(link["href"])) == 2


def test_a_former_member_of_staff_is_said_to_be_one_on_page_and_index():
    make_report(authors=[make_author("Ada Author", is_former=True), make_author("Ben Author")])
    assert "No longer at" in page("/authors/ada-author/").one("header", class_="person-head").text
    assert "No longer" not in page("/authors/ben-author/").one("main").text
    for affiliation, words in {"": "Formerly Director", "Elsewhere": "Director, Elsewhere"}.items():
        Author.objects.filter(slug="ada-author").update(position="Director", affiliation=affiliation)
        assert page("/authors/ada-author/").one("header", class_="person-head").all("p")[1].text == words
    assert [each.text for each in page("/authors/").one("main").all("li")] == [
        "Ada Author 1 former staff",
        "Ben Author 1",
    ]


def test_the_page_of_an_organisation_speaks_of_an_organisation():
    center = make_author("Asia Center", is_organisation=True)
    make_report(authors=[center, make_author("Ada Author")], topics=[make_topic("Water")])
    document = page("/authors/asia-center/").one("main")
    assert document.one("header", class_="person-head").text.endswith("Organisation Asia Center")
    assert document.one("dl", class_="neighbours").text == "Publishes on Water 1 Together with Ada Author 1"


@pytest.fixture
def few_at_once(monkeypatch):
    """As if a page held three authors, and the most published were two."""
    monkeypatch.setattr(alphabet, "AT_ONCE", 3)
    monkeypatch.setattr(people, "AT_ONCE", 3)
    monkeypatch.setattr(alphabet, "MOST", 2)


def test_an_index_of_many_authors_is_read_by_letters_and_each_page_is_bounded(few_at_once):
    kings = [make_author(f"King {number}", family_name=f"King {number}") for number in range(4)]
    ada, emil, strange = make_author("Ada Author"), make_author("Émile Ábel"), make_author("42", is_organisation=True)
    make_report(authors=[*kings, ada, emil, strange])
    make_report(authors=[ada])
    make_draft(authors=[make_author("Hidden Zimmer")])
    document = page("/authors/").one("main")
    offered = {link.text: link["href"] for link in document.one("nav", class_="letters").all("a")}
    assert offered == {"# 1": "/authors/?letter=other", "A 2": "/authors/?letter=a", "K 4": "/authors/?letter=k"}
    assert len(document.one("nav", class_="letters").all("span", class_="empty")) == 24
    assert [row.text for row in document.one("div", class_="columns").all("li")] == ["Ada Author 2", "King 0 1"]
    assert listed_under("?letter=a") == ["Émile Ábel 1", "Ada Author 2"]
    assert listed_under("?letter=%C3%81") == ["Émile Ábel 1", "Ada Author 2"]
    assert listed_under("?letter=other") == ["42 1"]
    assert listed_under("?letter=k") == ["King 0 1", "King 1 1", "King 2 1"]
    assert listed_under("?letter=k&page=2") == ["King 3 1"]
    first = page("/authors/?letter=k")
    assert first.one("a", rel="next")["href"] == "/authors/?letter=k&page=2"
    assert first.one("link", rel="canonical")["href"] == "http://testserver/authors/?letter=k"


@pytest.mark.parametrize(
    "query", ["letter=z", "letter=kk", "letter=%00", "letter=%F0%9F%A6%89", "letter=k&page=9", "letter=k&page=x"]
)
def test_a_letter_under_which_nobody_stands_is_an_empty_page(query, few_at_once):
    make_report(authors=[make_author(f"King {number}", family_name="King") for number in range(4)])
    make_draft(authors=[make_author("Hidden Zimmer")])
    document = page(f"/authors/?{query}")
    assert document.one("meta", name="robots")["content"] == "noindex, follow"
    assert not document.one("div", class_="columns").all("li")


def listed_under(query):
    return [row.text for row in page(f"/authors/{query}").one("div", class_="columns").all("li")]


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


# What stands first on a topic's page, and near it


def test_a_topics_page_has_what_is_featured_first_then_the_newest_in_one_list():
    water = make_topic("Water")
    rivers = make_topic("Rivers", parent=water)
    old = make_report("Old", topics=[water], date=date(2001, 1, 1))
    make_report("New", topics=[water], date=date(2021, 1, 1))
    below = make_report("Below", topics=[rivers], date=date(2011, 1, 1))
    feature(water, below, old)
    document = page("/topics/water/")
    assert titles(document) == ["Below", "Old", "New"]
    marks = [[label.text for label in row.all("p", class_="label")] for row in document.all("article", class_="row")]
    assert marks == [["Featured"], ["Featured"], []]
    assert "3 publications" in document.one("p", class_="found-line").text
    assert titles(page("/topics/rivers/")) == ["Below"]


def test_paging_a_topic_repeats_and_skips_nothing_that_is_featured():
    water = make_topic("Water")
    reports = [make_report(topics=[water], date=date(2000 + number, 1, 1)) for number in range(22)]
    feature(water, reports[0], reports[5])
    both = titles(page("/topics/water/")) + titles(page("/topics/water/?page=2"))
    newest = [report.title for report in reversed(reports) if report not in (reports[0], reports[5])]
    assert both == [reports[0].title, reports[5].title, *newest]


def test_what_is_featured_is_not_shown_before_it_is_live_or_where_it_does_not_belong():
    water, wells = make_topic("Water"), make_topic("Wells")
    live = make_report("Live", topics=[water])
    make_report("Other", topics=[wells])
    hidden = [make_draft(topics=[water]), make_scheduled(topics=[water]), make_withdrawn(topics=[water])]
    feature(water, *hidden, make_report("Elsewhere"), live)
    assert titles(page("/topics/water/")) == ["Live"]
    soon = hidden[1]
    with time_machine.travel(soon.public_from, tick=False):
        assert titles(page("/topics/water/")) == [soon.title, "Live"]


def near(slug):
    found = page(f"/topics/{slug}/").all("div", class_="beside-it")
    return [link.text for row in found for link in row.all("a")]


def test_the_neighbours_of_a_topic_are_those_that_stand_with_it_more_often_than_by_chance():
    everywhere, water, dams, wells = (make_topic(name) for name in ("Everywhere", "Water", "Dams", "Wells"))
    word = make_topic("a keyword", kind="keyword")
    for _ in range(4):
        make_report(topics=[everywhere, water, dams, word])
    for _ in range(6):
        make_report(topics=[everywhere, wells])
    make_report(topics=[everywhere, water, wells])
    for _ in range(5):
        make_draft(topics=[water, make_topic()])
    assert near("water") == ["Dams"]
    assert near("dams") == ["Water"]
    assert near("everywhere") == []


def test_a_topics_own_family_is_not_named_twice():
    water = make_topic("Water")
    rivers, deltas = make_topic("Rivers", parent=water), make_topic("Deltas")
    for _ in range(3):
        make_report(topics=[water, rivers, deltas])
    make_report()
    assert near("rivers") == ["Deltas"]
    assert near("water") == ["Deltas"]


def test_a_topics_page_names_those_who_write_on_it_most_reports_first():
    water = make_topic("Water")
    ada, ben, cleo = (make_author(f"{name} Author") for name in ("Ada", "Ben", "Cleo"))
    make_report(topics=[make_topic("Rivers", parent=water)], authors=[ben, ada])
    make_report(topics=[water], authors=[ben])
    make_draft(topics=[water], authors=[cleo, ada])
    make_report(authors=[cleo])
    row = page("/topics/water/").one("div", class_="people")
    assert row.text == "Who writes on it Ben Author 2 Ada Author 1"
    assert [link["href"] for link in row.all("a")] == ["/authors/ben-author/", "/authors/ada-author/"]
