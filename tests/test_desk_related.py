"""Pins, exclusions and typed links in the report form, and the sidebars that follow."""

import pytest
from django.contrib.auth.models import User

from publications.models import RelatedPublication
from tests.desk import form_of, rows, send
from tests.factory import (
    make_draft,
    make_report,
    make_topic,
    relate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create(username="alice", is_staff=True, is_superuser=True))
    return client


def test_pins_exclusions_and_links_are_typed_and_computed_entries_are_not_shown(desk):
    report, pinned, excluded, older = make_draft(), make_report("Pinned"), make_report("Excluded"), make_report("Older")
    relate(report, older, "computed", score=1.0)
    given = rows(
        "related_entries",
        {"origin": "pinned", "related": pinned.pk},
        {"origin": "excluded", "related": excluded.pk},
        {"origin": "updates", "related": older.pk},
    )
    send(desk, form_of(report), **given)
    by_hand = report.related_entries.exclude(origin="computed")
    assert {(row.origin, row.related) for row in by_hand} == {
        ("pinned", pinned),
        ("excluded", excluded),
        ("updates", older),
    }
    assert report.related_entries.filter(origin="computed").count() == 1
    shown = desk.get(form_of(report)).context["inline_admin_formsets"][2].formset.forms
    assert [form.initial.get("origin") for form in shown] == ["pinned", "excluded", "updates"]
    send(desk, form_of(report), subtitle="Changed")
    assert by_hand.count() == 3
    report.refresh_from_db()
    assert report.subtitle == "Changed"


@pytest.mark.parametrize("origins", [("pinned", "pinned"), ("pinned", "excluded"), ("updates", "updates")])
def test_one_report_stands_once_in_the_list(desk, origins):
    report, other = make_draft(), make_report()
    response = send(
        desk,
        form_of(report),
        **rows("related_entries", *[{"origin": origin, "related": other.pk} for origin in origins]),
    )
    assert "stands in the list twice" in response.content.decode()
    assert not RelatedPublication.objects.filter(report=report).exclude(origin="computed").exists()


def test_a_pinned_report_may_be_linked_too(desk):
    report, other = make_draft(), make_report()
    send(
        desk,
        form_of(report),
        **rows(
            "related_entries", {"origin": "pinned", "related": other.pk}, {"origin": "updates", "related": other.pk}
        ),
    )
    assert report.related_entries.count() == 2


def test_a_report_never_stands_beside_itself(desk):
    report = make_draft()
    response = send(desk, form_of(report), **rows("related_entries", {"origin": "pinned", "related": report.pk}))
    assert "cannot stand beside itself" in response.content.decode()


def test_nobody_types_a_computed_entry(desk):
    report, other = make_draft(), make_report()
    send(desk, form_of(report), **rows("related_entries", {"origin": "computed", "related": other.pk}))
    assert not report.related_entries.exists()


def test_a_change_of_topics_in_the_desk_is_seen_in_the_sidebar(desk):
    water = make_topic("Water")
    report, other = make_report("One"), make_report("Two", topics=[water])
    send(desk, form_of(report), press="_publish", topics=[water.pk])
    assert RelatedPublication.objects.filter(report=report, related=other, origin="computed").exists()
    send(desk, form_of(report), press="_publish", topics=[])
    assert not RelatedPublication.objects.filter(report=report, related=other, origin="computed").exists()
