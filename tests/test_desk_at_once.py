"""Several people, or one hand on one button, at the same moment."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from publications.editorial import versions
from publications.models import Report
from tests.desk import ADD, fields_of, form_of
from tests.factory import editing, make_draft, make_report, make_type
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 6


@pytest.fixture
def clients():
    user = User.objects.create(username="alice", is_staff=True, is_superuser=True)
    clients = [Client() for _ in range(PEOPLE)]
    for client in clients:
        client.force_login(user)
    return clients


def at_once(clients, address, posts):
    """The answers to posts that start together, each on a connection of its own."""
    answers, start = [], threading.Barrier(len(clients))

    def post(client, data):
        start.wait()
        try:
            answers.append(client.post(address, data))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=pair) for pair in zip(clients, posts, strict=True)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return answers


def codes(answers):
    return sorted(answer.status_code for answer in answers)


@pytest.mark.parametrize(
    "unique",
    [
        {},
        {"number": "432"},
        {"doi": "10.5555/abc"},
        {"slug": "water"},
        {"number": "1", "doi": "10.5555/a", "slug": "w"},
    ],
)
def test_six_equal_posts_make_one_report_and_five_form_errors(clients, unique):
    kind = make_type(is_numbered=True)
    data = fields_of(clients[0].get(ADD)) | {"title": "Water", "type": kind.pk, "_continue": "x"} | unique
    assert codes(at_once(clients, ADD, [data] * PEOPLE)) == [200] * 5 + [302]
    assert Report.objects.count() == 1


def test_six_reports_whose_addresses_would_be_equal_are_all_saved(clients):
    data = fields_of(clients[0].get(ADD)) | {"_continue": "x"}
    posts = [data | {"title": f"Water{'!' * number}"} for number in range(PEOPLE)]
    assert codes(at_once(clients, ADD, posts)) == [302] * 6
    assert sorted(Report.objects.values_list("slug", flat=True)) == ["water", *[f"water-{n}" for n in range(2, 7)]]


@pytest.mark.parametrize("make", [make_report, make_draft])
def test_six_equal_posts_change_a_report_once(clients, make):
    report = make("Water")
    address = form_of(report)
    data = fields_of(clients[0].get(address)) | {"title": "Rivers", "_continue": "x"}
    assert codes(at_once(clients, address, [data] * PEOPLE)) == [302] * 6
    assert versions.standing(Report.objects.get())["fields"]["title"] == "Rivers"
    assert report.versions.count() == 2
    assert not report.versions.filter(set_aside=True).exists()


@pytest.mark.parametrize("make", [make_report, make_draft])
def test_of_six_different_posts_in_conflict_one_stands_and_five_are_set_aside(clients, make):
    report = make("Water")
    address = form_of(report)
    data = fields_of(clients[0].get(address)) | {"_continue": "x"}
    posts = [data | {"title": f"Water {number}"} for number in range(PEOPLE)]
    answers = at_once(clients, address, posts)
    assert codes(answers) == [302] * 6
    assert sum("/versions/" in answer["Location"] for answer in answers) == 5
    assert report.versions.filter(set_aside=True).count() == 5
    saved = {version.content["fields"]["title"] for version in report.versions.all()}
    assert saved == {"Water", *[f"Water {number}" for number in range(PEOPLE)]}
    standing = versions.standing(Report.objects.get())["fields"]["title"]
    assert standing in {post["title"] for post in posts}
    assert standing not in {version.content["fields"]["title"] for version in report.versions.filter(set_aside=True)}


def test_six_equal_topics_are_one(clients):
    address = "/admin/topics/topic/add/"
    data = fields_of(clients[0].get(address)) | {"name": "Water", "_save": "x"}
    assert codes(at_once(clients, address, [data] * PEOPLE)) == [200] * 5 + [302]
    assert Topic.objects.count() == 1


def test_a_draft_published_by_six_at_once_is_published_once(clients):
    report = make_draft()
    address = reverse("admin:publications_report_change", args=[report.pk])
    data = fields_of(clients[0].get(address)) | {"_publish": "x"}
    assert codes(at_once(clients, address, [data] * PEOPLE)) == [200] * 5 + [302]
    assert report.events.filter(what="published").count() == 1
    report.refresh_from_db()
    assert report.is_live()


def test_an_edit_published_by_six_at_once_makes_one_public_version(clients):
    report = make_report("Water")
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Wells")
    address = reverse("admin:publish-edit", args=[report.pk])
    data = fields_of(clients[0].get(address)) | {"kind": "correction", "note": "Renamed."}
    assert codes(at_once(clients, address, [data] * PEOPLE)) == [302] * 6
    assert [row.number for row in report.earlier_versions.all()] == [1]
    assert report.events.filter(what="edit_published").count() == 1
    assert Report.objects.get(pk=report.pk).title == "Wells"


def test_a_report_withdrawn_by_six_at_once_is_superseded_once(clients):
    report, other = make_report("Water"), make_report("Wells")
    address = reverse("admin:withdraw", args=[report.pk])
    data = {"reason": "Wrong.", "replacement": other.pk}
    assert set(codes(at_once(clients, address, [data] * PEOPLE))) <= {200, 302}
    assert report.related_entries.filter(origin="superseded_by").count() == 1
    assert report.events.filter(what="withdrawn").count() == 1
