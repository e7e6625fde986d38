"""The pages of authors, topics and types, and their indexes."""

from datetime import date

import pytest

from publications.models import Authorship
from tests.crawl import ask, page
from tests.factory import make_author, make_draft, make_report, make_scheduled, make_topic, make_type, make_withdrawn
from tests.lists import titles

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
