"""The page of a report's history: two versions are picked and compared, one is brought back from the list."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publications.editorial import versions
from publications.editorial.roles import Role
from publications.models import Event
from tests.desk import fields_of, form_of, said, send
from tests.factory import make_draft, make_member, make_superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


@pytest.fixture
def storied(desk):
    report = make_draft("First")
    for title in ["Second", "Third"]:
        send(desk, form_of(report), title=title)
    return report


def page(name, report, *key):
    return reverse(f"admin:{name}", args=[report.pk, *key])


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
    moment = timezone.make_aware(datetime(2026, 5, 3, 16, 20))
    storied.events.create(what=Event.What.NOTED, words="Who pays?", at=moment)
    assert (
        "3 May 2026, 16:20</time> · a command · Noted: Who pays?"
        in desk.get(page("versions", storied)).content.decode()
    )


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
