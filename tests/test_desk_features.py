"""What editors put first: on the page of a topic, on the front page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from publications.editorial.roles import Role
from publications.models import HomeFeature
from tests.crawl import page
from tests.desk import errors_on, fields_of, picked, rows, send
from tests.factory import (
    feature,
    feature_at_home,
    make_draft,
    make_member,
    make_report,
    make_scheduled,
    make_topic,
)
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


# The front page

LIST = "/admin/publications/homefeature/"


@pytest.fixture
def publisher(client):
    client.force_login(make_member(Role.PUBLISHER, "paula"))
    return client


def at_home():
    return [str(row) for row in HomeFeature.objects.all()]


def test_a_publisher_puts_reports_on_the_front_page_and_orders_them(publisher):
    one, other = make_report("One"), make_report("Other")
    for report in (one, other):
        send(publisher, f"{LIST}add/", report=report.pk)
    assert at_home() == ["Other", "One"]
    listed = publisher.get(LIST)
    assert listed.content.decode().count("See it") == 2
    assert '<input type="submit" name="_save"' in listed.content.decode()
    publisher.post(LIST, fields_of(listed) | {"form-0-position": "5", "_save": "x"})
    assert at_home() == ["One", "Other"]
    assert page("/").one("article", class_="first").one("h3").text == "One"


def test_a_feature_ends_after_its_start_and_at_times_that_there_are(publisher, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    report = make_report().pk
    span = {"starts_at": "2027-05-03T09:00", "ends_at": "2027-05-03T09:00"}
    assert "before it starts" in sentences(send(publisher, f"{LIST}add/", report=report, **span))
    answer = send(publisher, f"{LIST}add/", report=report, starts_at="2027-03-28T02:30")
    assert "The clocks skip this time" in errors_on(answer, "starts_at")[0]
    assert at_home() == []


def test_a_publisher_is_told_why_readers_do_not_see_what_is_featured(publisher):
    now = timezone.now()
    feature_at_home(make_report(), starts_at=now - timedelta(2), ends_at=now - timedelta(1))
    feature_at_home(make_report(), starts_at=now + timedelta(1))
    feature_at_home(make_draft())
    feature_at_home(*(make_report() for _ in range(5)))
    said = sentences(publisher.get(LIST))
    assert said.count("See it") == 4
    for words in ("No: its time is over", "Not yet", "Waits: draft", "No: 4 others stand before it"):
        assert said.count(words) == 1, words


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, Role.EDITOR])
def test_a_role_below_a_publishers_does_not_touch_the_front_page(role, client):
    feature_at_home(make_draft("Unguessable"))
    client.force_login(make_member(role))
    for address in (LIST, f"{LIST}add/", f"{LIST}{HomeFeature.objects.get().pk}/change/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{LIST}add/", {"report": make_report().pk}).status_code == 403
    assert at_home() == ["Unguessable"]
