"""The history of a report in the desk: who saved what, two versions compared, one brought back."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from authors.models import Author
from publications.editorial import versions, workflow
from publications.editorial.roles import Role
from publications.models import Event
from tests.desk import fields_of, form_of, publish_edit, said, send
from tests.factory import attach, make_author, make_draft, make_member, make_report, make_superuser, make_topic
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def page(name, report, *key):
    return reverse(f"admin:{name}", args=[report.pk, *key])


@pytest.fixture
def storied(desk):
    """A draft with an author, a topic and a file, of which two later versions have nothing any more."""
    report = make_draft("First", topics=[make_topic("Wells")], authors=[make_author("Amina")])
    attach(report, "The report")
    send(desk, form_of(report), title="Second", topics=[], **{"authorships-0-DELETE": "on"})
    send(desk, form_of(report), title="Third", **{"attachments-0-DELETE": "on"})
    return report


def test_the_history_says_who_saved_what_and_when(desk, storied):
    html = desk.get(page("versions", storied)).content.decode()
    for word in [
        "Version 3",
        "alice",
        "Changed: Title, Authors, Topics",
        "Changed: Title, Files",
        versions.BEFORE,
        "This is what the form holds now.",
    ]:
        assert word in html
    assert desk.get(reverse("admin:publications_report_history", args=[storied.pk])).url == page("versions", storied)


def marks(desk, report):
    """{number of a version: how the history marks it}"""
    html = desk.get(page("versions", report)).content.decode()
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html.split("<tbody>")[1].split("</tbody>")[0], re.S)
    return {int(re.search(r"Version (\d+)</a>", row)[1]): re.findall(r"<strong>(.*?)</strong>", row) for row in rows}


def test_the_history_marks_what_readers_have_and_what_waits(desk):
    report = make_report("First")
    send(desk, form_of(report), title="Second")
    waits = ["Waits to be published: readers do not see it yet."]
    assert marks(desk, report) == {2: waits, 1: ["Readers see this."]}
    publish_edit(desk, report)
    assert marks(desk, report) == {2: ["Readers see this.", "This is what the form holds now."], 1: []}
    workflow.move(report, "withdrawn", reason="Wrong.")
    assert marks(desk, report) == {2: ["This is what the form holds now."], 1: []}


def test_any_two_versions_are_compared(desk, storied):
    html = desk.get(page("version", storied, 1)).content.decode()
    for word in ["<del>Third", "<ins>First", "<ins>Amina", "<ins>Wells", "<ins>The report"]:
        assert word in html
    html = desk.get(page("version", storied, 2) + "?with=1").content.decode()
    assert "<del>First" in html
    assert "<ins>Second" in html
    assert desk.get(page("version", storied, 1) + "?with=1").status_code == 200


def test_a_version_is_restored_with_its_authors_topics_and_files(desk, storied):
    response = desk.post(page("restore", storied, 1), follow=True)
    assert "Version 1 is back in the form" in said(response)[0]
    storied.refresh_from_db()
    assert storied.title == "First"
    assert [str(row) for row in storied.authorships.all()] == ["Amina"]
    assert [topic.name for topic in storied.topics.all()] == ["Wells"]
    assert [row.title for row in storied.attachments.all()] == ["The report"]
    with storied.attachments.get().file as file:
        assert file.read().startswith(b"%PDF-")


def test_a_version_of_a_live_report_is_restored_as_an_edit(desk):
    report = make_report("First")
    publish_edit(desk, report, title="Second")
    desk.post(page("restore", report, 1))
    report.refresh_from_db()
    assert report.title == "Second"
    assert versions.pending(report).content["fields"]["title"] == "First"


def test_what_is_gone_by_now_is_named_and_the_rest_comes_back(desk, storied):
    Author.objects.filter(name="Amina").delete()
    Topic.objects.filter(name="Wells").delete()
    assert "“Amina” is no longer there." in desk.get(page("version", storied, 1)).content.decode()
    sentences = said(desk.post(page("restore", storied, 1), follow=True))
    assert {"“Amina” is no longer there.", "“Wells” is no longer there."} <= set(sentences)
    storied.refresh_from_db()
    assert storied.title == "First"


@pytest.mark.parametrize("asked", ["99", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_never_was_is_none(desk, storied, asked):
    assert desk.get(page("version", storied, 1) + f"?with={asked}").status_code in {200, 404}
    assert desk.get(page("version", storied, 77)).status_code == 404
    assert desk.get(page("restore", storied, 1)).status_code == 405
    assert desk.post(page("restore", storied, 77)).status_code == 404


def test_markup_in_a_version_is_shown_as_words(desk):
    report = make_draft("<script>alert(1)</script>")
    send(desk, form_of(report), title="<img src=x onerror=alert(1)>")
    html = desk.get(page("version", report, 1)).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_two_versions_that_are_picked_stand_beside_each_other(desk, storied):
    picked = fields_of(desk.get(page("versions", storied)))
    assert (picked["version"], picked["with"]) == ("3", "2")
    answer = desk.get(page("compare", storied), {"version": "2", "with": "1"}, follow=True)
    assert answer.redirect_chain == [(page("version", storied, 2) + "?with=1", 302)]
    html = answer.content.decode()
    assert "<del>First" in html
    assert "<ins>Second" in html


@pytest.mark.parametrize("asked", ["", "x", "-1", "9" * 30, "٣", "77"])
def test_what_is_no_version_cannot_be_picked(desk, storied, asked):
    assert desk.get(page("compare", storied), {"version": asked, "with": asked}, follow=True).status_code == 404


def test_there_is_nothing_to_pick_where_there_is_but_one_version(desk):
    report = make_draft("Water")
    versions.add(report, versions.snapshot(report), by=None, said="Entered")
    html = desk.get(page("versions", report)).content.decode()
    assert "Version 1" in html
    assert page("compare", report) not in html


def test_each_version_that_does_not_stand_is_brought_back_from_the_list(desk, storied):
    shown = desk.get(page("versions", storied))
    html = shown.content.decode()
    assert [page("restore", storied, number) in html for number in (1, 2, 3)] == [True, True, False]
    answer = desk.post(page("restore", storied, 1), fields_of(shown), follow=True)
    assert "Version 1 is back in the form" in said(answer)[0]
    storied.refresh_from_db()
    assert storied.title == "First"


def test_a_version_chosen_on_an_older_list_overwrites_nothing(desk, storied):
    chosen = fields_of(desk.get(page("versions", storied)))
    send(desk, form_of(storied), title="Fourth")
    answer = desk.post(page("restore", storied, 1), chosen, follow=True)
    assert "nothing was overwritten" in said(answer)[0]
    storied.refresh_from_db()
    assert storied.title == "Fourth"


def test_who_may_follow_a_report_and_not_edit_it_compares_and_brings_nothing_back(client, storied):
    writer = make_member(Role.WRITER)
    type(storied).objects.filter(pk=storied.pk).update(made_by=writer, state="in_review")
    client.force_login(writer)
    html = client.get(page("versions", storied)).content.decode()
    assert page("compare", storied) in html
    assert "Bring back" not in html
    assert "/restore/" not in html


def test_what_happened_is_told_with_its_day_and_hour(desk, storied):
    """To the microsecond it would be no moment that HTML knows."""
    moment = timezone.make_aware(datetime(2026, 5, 3, 16, 20, 5, 123456))
    storied.events.create(what=Event.What.NOTED, words="Who pays?", at=moment)
    html = desk.get(page("versions", storied)).content.decode()
    assert "3 May 2026, 16:20</time> · a command · Noted: Who pays?" in html
    assert f'<time datetime="2026-05-03T16:20:05{moment:%z}">' in html


def test_a_long_history_takes_as_many_queries_as_a_short_one(desk, storied):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            desk.get(page("versions", storied))
        return len(caught)

    few, content = queries(), versions.snapshot(storied)
    for number in range(40):
        edit = content | {"fields": content["fields"] | {"title": f"Title {number}"}}
        versions.add(storied, edit, by=make_member(Role.EDITOR), said="Changed: Title")
        storied.events.create(what=Event.What.NOTED, by=make_member(Role.EDITOR), words="Noted")
    assert queries() == few
