"""The report form in the desk: what it saves, in what order, and what it refuses on which field."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from publications.models import Report
from tests.desk import ADD, errors_on, fields_of, form_of, pdf, publish_edit, rows, said, send
from tests.factory import (
    make_author,
    make_draft,
    make_picture,
    make_report,
    make_topic,
    make_type,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create(username="alice", is_staff=True, is_superuser=True))
    return client


# Saving


def test_a_title_is_enough_to_save_a_draft(desk):
    response = send(desk, ADD, title="Water and peace")
    report = Report.objects.get()
    assert (report.title, report.slug, report.state) == ("Water and peace", "water-and-peace", "draft")
    assert response.redirect_chain[-1][0] == form_of(report)
    assert said(response) == ["“Water and peace” is saved."]


def test_a_report_without_a_title_is_refused_and_nothing_is_saved(desk):
    response = send(desk, ADD, title="  ", subtitle="Kept")
    assert errors_on(response, "title") == ["This field is required."]
    assert fields_of(response)["subtitle"] == "Kept"
    assert not Report.objects.exists()


def test_every_part_of_a_report_can_be_typed(desk):
    kind, jane, asia = make_type(is_numbered=True), make_author("Jane"), make_author("Asia Center")
    topics = [make_topic("Water"), make_topic("Mali", kind="place"), make_topic("dams", kind="keyword")]
    typed = {
        "title": "Water", "subtitle": "And peace", "type": kind.pk, "number": "432", "language": "fr",
        "lead": "<p>Lead</p>",
        "summary": "<ul><li><p>One</p></li></ul>", "body": "<h2>Rivers</h2>", "about": "<p>About</p>",
        "acknowledgement": "<p>Thanks</p>", "teaser": "Teaser", "topics": [topic.pk for topic in topics],
        "doi": "https://doi.org/10.5555/ABC", "isbn": "0-306-40615-2", "licence": "cc-by-4.0", "slug": "water",
        "rights": "Ours", "funders": "A fund", "press_contact": "Press", "external_url": "example.org/text",
        "cover": SimpleUploadedFile("cover.png", make_picture()), "cover_alt": "A river", "cover_credit": "Photo: Jane",
        **rows(
            "authorships",
            {"author": jane.pk, "role": "author"},
            {"author": asia.pk, "role": "editor", "biography": "<p>Then</p>"},
        ),
        **rows("attachments", {"file": pdf(pages=3), "kind": "report", "title": "The report"}),
    }  # fmt: skip
    send(desk, ADD, **typed)
    report = Report.objects.get()
    assert (report.label, report.language, report.doi, report.isbn, report.licence) == (
        "Special Report 432", "fr", "10.5555/abc", "9780306406157", "CC-BY-4.0",
    )  # fmt: skip
    assert report.summary == "<ul><li>One</li></ul>"
    assert report.external_url == "https://example.org/text"
    assert {str(topic) for topic in report.topics.all()} == {"Water", "Mali", "dams"}
    assert [(str(row), row.role, row.biography) for row in report.authorships.all()] == [
        ("Jane", "author", ""), ("Asia Center", "editor", "<p>Then</p>"),
    ]  # fmt: skip
    attachment = report.attachments.get()
    assert (attachment.extension, attachment.pages, attachment.slug) == ("pdf", 3, "the-report")
    assert report.cover.name.endswith(".webp")


def test_script_in_a_rich_field_is_not_stored(desk):
    send(desk, ADD, title="Water", lead='<p onclick="x()">Good<script>alert(1)</script></p><img src=x onerror=x()>')
    lead = Report.objects.get().lead
    assert "Good" in lead
    assert "script" not in lead
    assert "on" not in lead.replace("Good", "").replace("<p>", "")


def test_invisible_characters_are_taken_out_and_the_desk_says_so_once(desk):
    response = send(desk, ADD, title="Wa\x00ter\x01", lead="<p>a\x02b</p>", subtitle="c\x0bd", rights="e\ufffff")
    report = Report.objects.get()
    assert (report.title, report.lead, report.subtitle, report.rights) == ("Water", "<p>ab</p>", "c d", "ef")
    assert len([sentence for sentence in said(response) if "cannot be seen" in sentence]) == 1


def test_nothing_is_said_of_characters_when_there_were_none(desk):
    assert said(send(desk, ADD, title="Água e paz\n")) == ["“Água e paz” is saved."]


# Order


def test_authors_stand_as_they_were_numbered_and_else_as_on_the_page(desk):
    jane, wei, ali = make_author("Jane"), make_author("Wei"), make_author("Ali")
    given = rows(
        "authorships",
        {"author": jane.pk, "role": "author"},
        {"author": wei.pk, "role": "author"},
        {"author": ali.pk, "role": "author", "position": "0"},
    )
    send(desk, ADD, title="Water", **given)
    assert [str(row) for row in Report.objects.get().authorships.all()] == ["Ali", "Jane", "Wei"]
    assert [row.position for row in Report.objects.get().authorships.all()] == [0, 1, 2]


def test_a_new_author_without_a_number_comes_last(desk):
    report = make_draft(authors=[make_author("Jane"), make_author("Wei")])
    address = form_of(report)
    data = fields_of(desk.get(address)) | {"authorships-TOTAL_FORMS": 3, "authorships-2-author": make_author("Ali").pk}
    desk.post(address, data | {"authorships-2-role": "author", "authorships-2-report": report.pk, "_continue": "x"})
    assert [str(row) for row in report.authorships.all()] == ["Jane", "Wei", "Ali"]


def test_the_same_author_twice_with_one_role_is_refused(desk):
    jane = make_author("Jane")
    response = send(desk, ADD, title="Water", **rows("authorships", *[{"author": jane.pk, "role": "author"}] * 2))
    assert "named twice with the same role" in response.content.decode()
    assert not Report.objects.exists()


def test_the_same_author_may_have_two_roles(desk):
    jane = make_author("Jane")
    send(
        desk,
        ADD,
        title="Water",
        **rows("authorships", {"author": jane.pk, "role": "author"}, {"author": jane.pk, "role": "editor"}),
    )
    assert Report.objects.get().authorships.count() == 2


# Topics


def test_a_retired_topic_stays_on_the_report_that_has_it(desk):
    topic = make_topic("Water")
    report = make_draft(topics=[topic])
    topic.retired = True
    topic.save()
    send(desk, form_of(report), title="Changed")
    assert [str(topic) for topic in report.topics.all()] == ["Water"]


def test_topics_can_be_taken_off(desk):
    report = make_draft(topics=[make_topic("Water"), make_topic("Peace")])
    send(desk, form_of(report), topics=[report.topics.get(name="Peace").pk])
    assert [str(topic) for topic in report.topics.all()] == ["Peace"]


# What is unique


def test_a_number_belongs_to_one_report_of_its_type(desk):
    kind = make_type(is_numbered=True)
    make_draft(type=kind, number="432")
    response = send(desk, ADD, title="Water", type=kind.pk, number="432")
    assert errors_on(response, "number") == ["There is a Special Report 432 already. Give this one another number."]
    send(desk, ADD, title="Water", type=make_type("Brief", is_numbered=True).pk, number="432")
    assert Report.objects.filter(number="432").count() == 2


def test_a_type_without_numbers_takes_none(desk):
    response = send(desk, ADD, title="Water", type=make_type("Article").pk, number="1")
    assert "carry no number" in errors_on(response, "number")[0]


def test_a_doi_belongs_to_one_report(desk):
    make_draft(doi="10.5555/abc")
    assert "one report alone" in errors_on(send(desk, ADD, title="Water", doi="10.5555/ABC"), "doi")[0]


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("doi", "doi 5", "not a DOI"),
        ("isbn", "978-0-306-40615-8", "not an ISBN"),
        ("licence", "free for all", "SPDX"),
        ("language", "English!", "language tag"),
        ("slug", "Ünder cover", "lower-case"),
        ("date", "31.2.2020", "valid date"),
        ("external_url", "javascript:alert(1)", "valid URL"),
    ],
)
def test_what_cannot_be_is_refused_on_its_field(desk, field, value, word):
    assert word in errors_on(send(desk, ADD, title="Water", **{field: value}), field)[0]
    assert not Report.objects.exists()


def test_another_reports_address_is_refused_even_its_former_one(desk):
    report = make_report("Water")
    assert "Another report lives at this address" in errors_on(send(desk, ADD, title="Peace", slug="water"), "slug")[0]
    publish_edit(desk, report, slug="rivers")
    assert "once belonged" in errors_on(send(desk, ADD, title="Peace", slug="water"), "slug")[0]


def test_the_old_address_of_a_changed_one_is_remembered(desk):
    report = make_report("Water")
    publish_edit(desk, report, slug="rivers")
    assert [row.slug for row in report.former_slugs.all()] == ["water"]


def test_a_button_pressed_twice_makes_one_report(desk):
    send(desk, ADD, title="Water")
    assert "less than a minute ago" in errors_on(send(desk, ADD, title="Water"), "title")[0]
    send(desk, ADD, title="Water", slug="water-again")
    assert Report.objects.count() == 2


# Dates


def test_a_typed_date_no_longer_follows_and_an_emptied_one_follows_again(desk):
    report = make_report()
    publish_edit(desk, report, date="1998-03-01")
    report.refresh_from_db()
    assert (report.date, report.date_follows) == (date(1998, 3, 1), False)
    publish_edit(desk, report, date="")
    report.refresh_from_db()
    assert (report.date, report.date_follows) == (timezone.localdate(report.public_from), True)


def test_saving_something_else_leaves_the_date_following(desk):
    report = make_report()
    moment = report.public_from
    send(desk, form_of(report), subtitle="And peace")
    report.refresh_from_db()
    assert report.date_follows
    assert report.public_from == moment


def test_no_hidden_field_of_the_form_carries_words_for_those_who_hear_it(desk):
    for address in [ADD, form_of(make_draft("Water"))]:
        hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', desk.get(address).content.decode())
        assert [field for field in hidden if "aria-" in field] == []
