"""Deletion, and who may do what in the desk."""

from datetime import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from publications.models import Report
from tests.desk import form_of, said, send
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_topic,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create(username="alice", is_staff=True, is_superuser=True))
    return client


# Deletion


def bin_page(report):
    return reverse("admin:bin", args=[report.pk])


def delete_page(report):
    return reverse("admin:publications_report_delete", args=[report.pk])


@pytest.mark.parametrize("make", [make_draft, lambda title: make_draft(title, state="in_review")])
def test_what_was_never_public_goes_to_the_bin_and_comes_back(desk, make):
    report = make("Water")
    assert desk.post(delete_page(report), {"post": "yes"}).url == bin_page(report)
    assert "can be taken out again" in desk.get(bin_page(report)).content.decode()
    assert "is in the bin" in said(desk.post(bin_page(report), {"reason": ""}, follow=True))[0]
    report.refresh_from_db()
    assert (report.state, report.binned_at is None) == ("draft", False)
    changelist = reverse("admin:publications_report_changelist")
    assert "Water" not in desk.get(changelist).content.decode()
    assert "Water" in desk.get(changelist + "?state=binned").content.decode()
    html = desk.get(form_of(report)).content.decode()
    assert "In the bin" in html
    assert 'name="_continue"' not in html
    desk.post(reverse("admin:take-out", args=[report.pk]))
    report.refresh_from_db()
    assert report.binned_at is None
    assert [event.what for event in report.events.all()][:2] == ["taken_out", "binned"]


def test_what_lies_in_the_bin_keeps_its_address_until_it_is_deleted_for_good(desk):
    report = make_draft("Water")
    desk.post(bin_page(report), {"reason": ""})
    assert make_draft("Water").slug == "water-2"
    assert "Delete for good" in desk.get(form_of(report)).content.decode()
    desk.post(delete_page(report), {"post": "yes"})
    assert not Report.objects.filter(pk=report.pk).exists()
    assert make_draft("Water").slug == "water"


@pytest.mark.parametrize(
    ("make", "word"), [(make_report, "Withdraw it"), (make_withdrawn, "Withdraw it"), (make_scheduled, "draft again")]
)
def test_what_was_made_public_is_not_deleted_and_the_desk_says_what_to_do(desk, make, word):
    report = make()
    response = desk.post(delete_page(report), {"post": "yes"}, follow=True)
    assert word in said(response)[0]
    desk.post(bin_page(report), {"reason": ""})
    report.refresh_from_db()
    assert report.binned_at is None
    html = response.content.decode()
    assert "Delete for good" not in html
    assert "Put in the bin" not in html


def test_nothing_is_deleted_by_the_dozen(desk):
    draft = make_draft()
    data = {"action": "delete_selected", "_selected_action": [draft.pk], "post": "yes"}
    desk.post(reverse("admin:publications_report_changelist"), data)
    assert Report.objects.exists()


# Who may


@pytest.fixture
def bob(client):
    """May look at reports and nothing else."""
    user = User.objects.create(username="bob", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_report"))
    client.force_login(user)
    return user


def test_who_may_only_look_sees_all_and_changes_nothing(client, bob):
    report = give_cover(make_report(topics=[make_topic("Water")], authors=[make_author()]))
    response = client.get(form_of(report))
    assert response.status_code == 200
    assert "Water" in response.content.decode()
    assert 'name="_publish"' not in response.content.decode()
    assert client.post(form_of(report), {"title": "Mine"}).status_code == 403
    assert client.post(reverse("admin:withdraw", args=[report.pk]), {"reason": "x"}).status_code == 403


def test_who_has_no_rights_on_reports_learns_nothing(client, bob):
    bob.user_permissions.clear()
    report = give_cover(make_draft("Unguessable"))
    attachment = attach(report)
    for address in [
        form_of(report),
        reverse("admin:publications_report_changelist"),
        reverse("admin:withdraw", args=[report.pk]),
        reverse("admin:attachment", args=[report.pk, attachment.pk]),
        reverse("admin:picture", args=["publications", "report", report.pk, "cover"]),
        reverse("admin:autocomplete")
        + "?app_label=publications&model_name=relatedpublication&field_name=related&term=ung",
    ]:
        response = client.get(address, follow=True)
        assert "Unguessable" not in response.content.decode(errors="replace")
        assert response.status_code in {403, 404} or response.redirect_chain
    assert "Unguessable" not in client.get("/admin/").content.decode()


def test_a_strange_key_is_no_report(desk):
    for key in ["999", "x", "99999999999999999999", "1%00"]:
        assert desk.get(f"/admin/publications/report/{key}/change/", follow=True).status_code in {200, 404}


def test_a_title_is_escaped_wherever_the_desk_shows_it(desk):
    report = make_report("<script>alert(1)</script>")
    addresses = [form_of(report), reverse("admin:publications_report_changelist"), "/admin/"]
    addresses += [
        reverse("admin:publications_report_history", args=[report.pk]),
        reverse("admin:withdraw", args=[report.pk]),
    ]
    for address in addresses:
        assert "<script>alert" not in desk.get(address).content.decode()
    assert "<script>alert" not in send(desk, form_of(report), press="_continue").content.decode()


def test_the_moment_of_a_report_is_shown_in_the_sites_zone(desk, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    report = make_report(public_from=datetime.fromisoformat("2020-05-01T20:00:00+00:00"))
    assert "2 May 2020, 05:00" in desk.get(form_of(report)).content.decode()
