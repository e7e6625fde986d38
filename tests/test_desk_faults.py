"""The list of what keeps a report from being saved."""

import pytest
from django.urls import reverse

from tests.desk import ADD, form_of, rows, send
from tests.factory import attach, make_author, make_draft, make_superuser, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def listed(response):
    return [(fault.anchor, fault.label) for fault in response.context["faults"]]


def test_errors_are_listed_in_the_order_of_the_page_under_the_names_of_their_fields(desk):
    report, author = make_draft("Water"), make_author("Zoë Dupont")
    named = {"author": author.pk, "role": "author"}
    typed = rows("authorships", named, {"author": "", "role": "author", "position": -1})
    typed |= rows("attachments", {"title": "Annex", "kind": "?"}) | {"doi": "none", "title": " ", "assigned": "0"}
    response = send(desk, form_of(report), **typed)
    assert listed(response) == [
        ("id_title", "Title"),
        ("id_authorships-1-author", "Author 2, author"),
        ("id_authorships-1-position", "Author 2, order"),
        ("id_attachments-0-file", "File 1, file"),
        ("id_attachments-0-kind", "File 1, kind"),
        ("id_doi", "DOI"),
        ("id_assigned", "Who works on it"),
    ]
    html = response.content.decode()
    assert all(f'id="{anchor}"' in html and f'href="#{anchor}"' in html for anchor, _ in listed(response))
    assert "<title>Error: Water" in html
    assert html.count(" autofocus") == 1


def test_what_is_wrong_with_all_rows_and_with_one_leads_to_them(desk):
    author = make_author("Zoë Dupont")
    twice = {"author": author.pk, "role": "author"}
    response = send(desk, ADD, title="Water", **rows("authorships", twice, twice))
    assert listed(response) == [("authorships-group", "Authors"), ("authorships-1", "Author 2")]


def test_a_row_that_is_to_be_deleted_keeps_nothing_from_being_saved(desk):
    report = make_draft("Water")
    attach(report, "Annex")
    gone = {"id": report.attachments.get().pk, "kind": "", "DELETE": "on"}
    response = send(desk, form_of(report), title="", **rows("attachments", gone, stored=1))
    assert listed(response) == [("id_title", "Title")]


def test_every_form_of_the_desk_lists_what_is_to_be_corrected(desk):
    water, other = make_topic("Water"), make_draft("Of something else")
    response = send(
        desk, reverse("admin:topics_topic_change", args=[water.pk]), **rows("features", {"report": other.pk})
    )
    assert listed(response) == [("id_features-0-report", "Featured publication 1, report")]
    html = response.content.decode()
    assert 'href="#id_features-0-report"' in html
    assert html.count(" autofocus") == 1
    response = send(desk, reverse("admin:authors_author_add"), name="")
    assert listed(response)[0] == ("id_name", "Name")


def test_a_form_that_was_not_refused_lists_nothing(desk):
    html = desk.get(form_of(make_draft("Water"))).content.decode()
    assert "data-faults" not in html
    assert html.count(" autofocus") == 1


@pytest.mark.parametrize("address", [ADD, "/admin/authors/author/add/"])
def test_a_form_that_is_refused_says_that_nothing_is_saved_yet(desk, address):
    html = send(desk, address, title="", name="").content.decode()
    assert html.count("Nothing is saved yet") == 1
    assert "Nothing is saved yet" not in desk.get(address).content.decode()
