"""What editors put first: on the page of a topic, on the front page."""

import pytest
from django.urls import reverse

from publications.editorial.roles import Role
from tests.crawl import page
from tests.desk import picked, rows, send
from tests.factory import feature, make_draft, make_member, make_report, make_scheduled, make_topic
from tests.lists import titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_member(Role.EDITOR, "edith"))
    return client


def form(topic):
    return reverse("admin:topics_topic_change", args=[topic.pk])


def featured(topic):
    return [str(row.report) for row in topic.features.select_related("report")]


def sentences(answer):
    return " ".join(answer.content.decode().split())


def test_an_editor_chooses_and_orders_what_stands_first_on_a_topics_page(desk):
    water = make_topic("Water")
    one, other = (make_report(title, topics=[water]) for title in ("One", "Other"))
    send(desk, form(water), **rows("features", {"report": one.pk, "position": 2}, {"report": other.pk, "position": 1}))
    assert featured(water) == ["Other", "One"]
    assert titles(page("/topics/water/")) == ["Other", "One"]
    assert picked(desk, "publications.topicfeature.report", "oth") == [f"Other · Special Report · {other.date.year}"]


def test_what_does_not_carry_the_topic_cannot_stand_on_its_page(desk):
    water = make_topic("Water")
    make_report(topics=[water])
    answer = send(desk, form(water), **rows("features", {"report": make_report("Wells").pk}))
    assert "“Wells” carries neither this topic nor one below it" in sentences(answer)
    assert featured(water) == []


def test_the_same_report_is_featured_once(desk):
    water = make_topic("Water")
    report = make_report(topics=[water])
    answer = send(desk, form(water), **rows("features", {"report": report.pk}, {"report": report.pk}))
    assert "duplicate" in sentences(answer)
    assert featured(water) == []


def test_an_editor_is_told_what_waits_and_what_no_longer_belongs(desk):
    water = make_topic("Water")
    moved = make_report("Moved")
    feature(water, make_report(topics=[water]), make_draft(topics=[water]), make_scheduled(topics=[water]), moved)
    said = sentences(desk.get(form(water)))
    for words in ("See it", "Waits: draft", "Waits: scheduled for", "it no longer carries this topic"):
        assert words in said


def test_a_keyword_has_no_page_on_which_anything_could_stand_first(desk):
    assert "featured publication" not in sentences(desk.get(form(make_topic("water", kind="keyword"))))


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER])
def test_a_role_below_an_editors_neither_sees_nor_sets_what_is_featured(role, client):
    water = make_topic("Water")
    hidden = make_draft("Unguessable", topics=[water])
    feature(water, hidden)
    client.force_login(make_member(role))
    for address in (form(water), reverse("admin:topics_topic_history", args=[water.pk])):
        assert "Unguessable" not in client.get(address).content.decode()
    client.post(form(water), {"name": "Water", **rows("features", {"report": make_report(topics=[water]).pk})})
    assert featured(water) == ["Unguessable"]


def test_the_history_of_a_topic_does_not_name_what_was_featured(desk, client):
    water = make_topic("Water")
    hidden = make_draft("Unguessable", topics=[water])
    send(desk, form(water), **rows("features", {"report": hidden.pk}))
    assert featured(water) == ["Unguessable"]
    client.force_login(make_member(Role.WRITER))
    history = client.get(reverse("admin:topics_topic_history", args=[water.pk]), follow=True).content.decode()
    assert "Unguessable" not in history
