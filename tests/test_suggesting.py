"""What is offered while somebody types: by name, by another name, the most written on first."""

import re

import pytest

from tests import asking
from tests.factory import make_author, make_report, make_topic

pytestmark = pytest.mark.django_db


def test_topics_and_authors_are_offered_by_their_other_names_too():
    topic, author = make_topic("Migration"), make_author("Ana Novak")
    topic.synonyms.create(name="Displacement")
    author.other_names.create(name="Anna Nováková")
    make_report("Borders", topics=[topic], authors=[author])
    assert asking.suggest("displ") == ["Migration"]
    assert asking.suggest("nováko") == ["Ana Novak"]
    assert asking.suggest("anna nov") == ["Ana Novak"]
    assert asking.suggest("nov anna") == []


@pytest.mark.parametrize("hidden", [{"kind": "keyword"}, {"retired": True}])
def test_a_topic_that_is_not_shown_is_not_offered_by_any_name(hidden):
    topic = make_topic("Migration", **hidden)
    topic.synonyms.create(name="Displacement")
    make_report("Borders", topics=[topic])
    assert asking.suggest("migr") == asking.suggest("displ") == []


def test_of_whom_nothing_is_live_nobody_hears():
    topic, author = make_topic("Migration"), make_author("Ana Novak")
    topic.synonyms.create(name="Displacement")
    author.other_names.create(name="Anna Nováková")
    make_report("Borders", topics=[topic], authors=[author], state="draft")
    assert [asking.suggest(words) for words in ("migr", "displ", "ana", "anna")] == [[]] * 4


def test_those_with_most_reports_come_first_then_by_name():
    topics = [make_topic(f"Water {number}") for number in range(6)]
    for number in (5, 3, 5, 0, 1, 2, 4):
        make_report(topics=[topics[number]])
    assert asking.suggest("wat") == ["Water 5", "Water 0", "Water 1", "Water 2"]


@pytest.mark.parametrize("query", ["q=wat", "q=nowhere", "q=", "q=%22%3Cwat"])
def test_the_list_alone_is_what_the_page_shows(client, query):
    author, topic = make_author("Wat & Sons"), make_topic("Water")
    make_report("Water <and> peace", authors=[author], topics=[topic])
    page, part = client.get(f"/suggest/?{query}"), client.get(f"/suggest/?only=list&{query}")
    (shown,) = re.findall(r'<div id="suggestions".*?</div>', page.content.decode(), re.S)
    assert part.content.decode().split() == shown.split()
    assert part["Content-Type"] == page["Content-Type"]
    assert part["Content-Security-Policy"] == page["Content-Security-Policy"]
    assert "noindex" in part["X-Robots-Tag"]
    assert client.head(f"/suggest/?only=list&{query}").status_code == 200
    assert client.post(f"/suggest/?only=list&{query}").status_code == 405


def test_any_other_part_is_the_page(client):
    assert b"<!doctype html>" in client.get("/suggest/?q=wat&only=nothing").content
