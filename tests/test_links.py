"""The desk behind the dialog for links: what it offers for words, and what it makes of addresses."""

import json
from datetime import date
from html import escape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from institution.models import Page
from publications.desk.linking import storable
from publications.editorial import checks, workflow
from publications.editorial.roles import Role
from tests.factory import (
    make_author,
    make_draft,
    make_many,
    make_member,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
)
from text.cleaning import clean_line
from text.richtext import sanitise

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_member(Role.EDITOR, "edith")


@pytest.fixture
def asked(client, editor):
    """`asked(typed)`: what the desk answers an editor; `asked(typed, user)`: another."""

    def asking(typed, user=editor):
        client.force_login(user)
        return client.get(reverse("admin:links"), {"q": typed}).json()

    return asking


def offered(answer):
    return [(each["title"], each["said"]) for each in answer["offers"]]


# What is offered


def test_reports_authors_topics_types_and_pages_are_offered_each_with_its_kind_and_date(asked):
    brief = make_type("Water brief")
    report = make_report(
        "Water for all",
        date=date(2024, 5, 3),
        type=brief,
        topics=[make_topic("Water")],
        authors=[make_author("Ann Waters")],
    )
    Page.objects.create(slug="about", title="About our water work", body="<p>Words.</p>")
    Page.objects.create(slug="contact", title="Water, by post")
    make_topic("Waterfalls"), make_author("Nobody Water")
    answer = asked("wat")
    assert offered(answer) == [
        ("Water for all", "Report · May 3, 2024"),
        ("Water", "Topic"),
        ("Water brief", "Publication type"),
        ("Ann Waters", "Author"),
        ("About our water work", "Page"),
    ]
    assert answer["offers"][0]["address"] == report.get_absolute_url()
    assert answer["address"] == ""
    assert answer["said"].startswith("This is no address. Choose one of the pages,")


def test_what_is_called_just_so_comes_first_then_what_begins_so(asked):
    water = make_topic("Peace")
    for title in ["A just peace", "Peace and water", "The peace"]:
        make_report(title, topics=[water])
    assert [title for title, _ in offered(asked("PEACE"))][:2] == ["Peace", "Peace and water"]


def test_what_is_not_live_is_offered_with_how_it_stands_to_those_who_may_see_it(asked, editor):
    writer = make_member(Role.WRITER)
    (
        make_draft("Wells draft", made_by=writer),
        make_draft("Wells review", state="in_review"),
        make_withdrawn("Wells gone"),
    )
    make_scheduled("Wells soon"), make_draft("Wells binned", binned_at="2024-01-01T00:00Z"), make_report("Wells live")
    said = dict(offered(asked("wells")))
    assert said.pop("Wells live").startswith("Report · ")
    assert said == {
        "Wells draft": "Report · draft",
        "Wells review": "Report · in review",
        "Wells gone": "Report · withdrawn",
        "Wells soon": "Report · scheduled",
    }
    assert [title for title, _ in offered(asked("wells", writer))] == ["Wells live", "Wells draft"]


def test_a_writer_learns_nothing_of_a_hidden_report_by_its_address_or_its_form(asked):
    """No leak: the same as of one that never was."""
    hidden, writer = make_draft("Hidden"), make_member(Role.WRITER)
    form = reverse("admin:publications_report_change", args=[hidden.pk])
    for address, never in [
        (hidden.get_absolute_url(), "/publications/never/"),
        (form, reverse("admin:publications_report_change", args=[10_000_000])),
        (hidden.slug, "never"),
    ]:
        assert asked(address, writer) == asked(never, writer) | {"address": asked(address, writer)["address"]}
    assert asked(hidden.get_absolute_url(), writer) == {"address": "/publications/hidden/", "said": "", "offers": []}
    assert asked(form, writer)["address"] == ""
    former = hidden.get_absolute_url()
    hidden.slug = "found-out"
    hidden.save()
    assert "found-out" not in json.dumps([asked(former, writer), asked(form, writer), asked("found", writer)])


def test_only_staff_who_may_see_reports_are_answered(client):
    address = reverse("admin:links")
    assert client.get(address).status_code == 302
    client.force_login(make_member(Role.NOBODY, "nobody"))
    assert client.get(address).status_code == 302
    client.force_login(make_member(Role.READER))
    answer = client.get(address, {"q": "x"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert client.post(address).status_code == 405


def test_offers_are_few_and_cost_as_many_queries_for_many_reports_as_for_few(client, editor):
    client.force_login(editor)
    counts = []
    for more in (20, 300):
        make_many(more)
        for number in range(more):
            make_draft(f"Water draft {more} {number}")
        client.get(reverse("admin:links"), {"q": "water"})
        with CaptureQueriesContext(
            connection,
        ) as caught:
            answer = client.get(reverse("admin:links"), {"q": "water"}).json()
        assert len(answer["offers"]) <= 10
        counts.append(len(caught))
    # Among them those of signing in, and of the picture, which no test keeps.
    assert counts[0] == counts[1]


# What an address means


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("example.org/x", "https://example.org/x"),
        ("www.example.org", "https://www.example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("ann@example.org", "mailto:ann@example.org"),
        ("mailto:ann@example.org", "mailto:ann@example.org"),
        ("tel:+49123", "tel:+49123"),
        ("#findings", "#findings"),
        ("/topics", "/topics/"),
        ("/publications/?q=x", "/publications/?q=x"),
        ("/publications/never", "/publications/never/"),
        ("/no/such/page", "/no/such/page"),
        ("https://institute.example/publications/x/", "/publications/x/"),
        ("http://INSTITUTE.example/publications/x#y", "/publications/x/#y"),
        ("institute.example/publications/x/", "/publications/x/"),
        ("http://testserver/publications/x/", "/publications/x/"),
        ("https://institute.example", "/"),
        ("https://institute.example//evil.example/", "https://institute.example//evil.example/"),
        ("https://institute.example.evil.example/x/", "https://institute.example.evil.example/x/"),
        ("/publications/x/annex.pdf", "/publications/x/annex.pdf"),
    ],
)
def test_an_address_is_completed_and_one_of_this_site_becomes_its_path(asked, settings, typed, address):
    settings.SITE_URL = "https://institute.example"
    answer = asked(f"  {typed} ")
    assert (answer["address"], answer["said"]) == (address, "")


@pytest.mark.parametrize(
    "typed",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "file:///C:/x.doc", "http://", "https://a b/",
     "mailto:ann", "tel:", "https://example.org:99999/", "//0א", "no such words", "?!", "", "/admin/", "/preview/abc/"],
)  # fmt: skip
def test_nonsense_gets_a_sentence_and_no_address(asked, typed):
    answer = asked(typed)
    assert answer["address"] == ""
    assert answer["said"].endswith(".")


@given(st.one_of(st.text(), st.from_regex(r"\A\W{0,3}(https?|mailto|tel|javascript)?:?/*[\w.@/\\:?#]*\Z")))
def test_whatever_is_typed_for_an_address_is_stored_as_the_dialog_shows_it(typed):
    try:
        address = storable(clean_line(typed))
    except ValueError:
        return
    if address:
        html = f'<p><a href="{escape(address)}">words</a></p>'
        assert sanitise(html) == html
        assert address.startswith(("/", "#", "http://", "https://", "mailto:", "tel:"))
        assert not address.startswith("//")


def test_the_form_of_what_has_a_page_becomes_its_address_and_says_what_it_is(asked):
    topic, author, kind = make_topic("Water"), make_author("Ann"), make_type("Brief")
    report = make_report("Wells", topics=[topic], authors=[author], type=kind)
    draft, about = make_draft("Soon"), Page.objects.create(slug="about", title="About", body="<p>Words.</p>")
    for name, row in {
        "publications_report": report,
        "topics_topic": topic,
        "authors_author": author,
        "publications_publicationtype": kind,
        "institution_page": about,
    }.items():
        for host in ("", "http://testserver"):
            answer = asked(host + reverse(f"admin:{name}_change", args=[row.pk]))
            assert answer["address"] == row.get_absolute_url()
            assert [title for title, _ in offered(answer)] == [str(row)]
    answer = asked(f"/admin/publications/report/{draft.pk}/versions/1/")
    assert (answer["address"], offered(answer)) == ("/publications/soon/", [("Soon", "Report · draft")])
    assert asked(f"/admin/topics/topic/{'9' * 30}/change/")["address"] == ""


def test_a_former_address_becomes_the_present_one_and_says_what_is_there(asked):
    report = make_report("Wells")
    report.slug = "springs"
    report.save()
    answer = asked("/publications/wells#findings")
    assert answer["address"] == "/publications/springs/#findings"
    assert [title for title, _ in offered(answer)] == ["Wells"]


# The check before publishing


def test_a_picked_draft_is_told_of_before_publishing_until_it_is_live(asked, editor):
    draft = make_draft("Soon")
    (picked,) = asked("soon")["offers"]
    report = make_draft("Reader", body=f'<p><a href="{picked["address"]}">words</a></p>')
    told = f"A link leads to {picked['address']}, where readers find nothing."
    assert told in [each.sentence for each in checks.findings(report, editor)]
    workflow.move(draft, "published", by=make_superuser())
    assert told not in [each.sentence for each in checks.findings(report, editor)]
