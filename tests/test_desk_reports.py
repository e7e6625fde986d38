"""The report form in the desk: what it saves, what it refuses, and what each button does."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from publications.models import Attachment, RelatedPublication, Report
from tests.desk import errors_on, fields_of, rows, said, send
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_pdf,
    make_picture,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/publications/report/add/"


@pytest.fixture
def alice(client):
    user = User.objects.create(username="alice", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def desk(client, alice):
    return client


def form_of(report):
    return reverse("admin:publications_report_change", args=[report.pk])


def typed_in(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def ahead(**delta):
    return (timezone.now() + timedelta(**delta)).replace(second=0, microsecond=0)


def pdf(name="report.pdf", **options):
    return SimpleUploadedFile(name, make_pdf(**options), "application/pdf")


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
    send(desk, form_of(report), slug="rivers")
    assert "once belonged" in errors_on(send(desk, ADD, title="Peace", slug="water"), "slug")[0]


def test_the_old_address_of_a_changed_one_is_remembered(desk):
    report = make_report("Water")
    send(desk, form_of(report), slug="rivers")
    assert [row.slug for row in report.former_slugs.all()] == ["water"]


def test_a_button_pressed_twice_makes_one_report(desk):
    send(desk, ADD, title="Water")
    assert "less than a minute ago" in errors_on(send(desk, ADD, title="Water"), "title")[0]
    send(desk, ADD, title="Water", slug="water-again")
    assert Report.objects.count() == 2


# Dates


def test_a_typed_date_no_longer_follows_and_an_emptied_one_follows_again(desk):
    report = make_report()
    send(desk, form_of(report), date="1998-03-01")
    report.refresh_from_db()
    assert (report.date, report.date_follows) == (date(1998, 3, 1), False)
    send(desk, form_of(report), date="")
    report.refresh_from_db()
    assert (report.date, report.date_follows) == (timezone.localdate(report.public_from), True)


def test_saving_something_else_leaves_the_date_following(desk):
    report = make_report()
    moment = report.public_from
    send(desk, form_of(report), subtitle="And peace")
    report.refresh_from_db()
    assert report.date_follows
    assert report.public_from == moment


# The buttons


def test_publish_now_publishes_and_leads_to_the_page(desk):
    response = send(desk, ADD, press="_publish", title="Water", type=make_type().pk, lead="<p>Lead</p>")
    report = Report.objects.get()
    assert report.is_live()
    assert report.date == timezone.localdate()
    assert f'<a href="{report.get_absolute_url()}">' in said(response)[0]


def test_a_file_is_enough_to_publish(desk):
    send(
        desk,
        ADD,
        press="_publish",
        title="Water",
        type=make_type().pk,
        **rows("attachments", {"file": pdf(), "kind": "report"}),
    )
    assert Report.objects.get().is_live()


def test_a_refused_publication_keeps_all_that_was_typed_as_a_draft(desk):
    typed = {"subtitle": "Kept", "language": ""} | rows("attachments", {"file": pdf(), "kind": "report"})
    response = send(desk, ADD, press="_publish", title="Water", **typed)
    report = Report.objects.get()
    assert (report.state, report.subtitle, report.attachments.count()) == ("draft", "Kept", 1)
    assert said(response)[0].startswith("Everything is saved, but it was not published.")
    assert errors_on(response, "type") == ["Choose a type before publishing."]
    assert "Give the language" in errors_on(response, "language")[0]
    assert not errors_on(response, "lead")


def test_a_refused_publication_of_a_form_with_errors_saves_nothing(desk):
    send(desk, ADD, press="_publish", title="Water", doi="nonsense")
    assert not Report.objects.exists()


def test_scheduling_takes_the_moment_that_was_typed(desk):
    moment = ahead(days=3)
    response = send(
        desk,
        ADD,
        press="_schedule",
        title="Water",
        type=make_type().pk,
        lead="<p>Lead</p>",
        public_from=typed_in(moment),
    )
    report = Report.objects.get()
    assert report.is_scheduled()
    assert report.public_from == moment
    assert report.date == timezone.localdate(moment)
    assert "Scheduled" in response.content.decode()
    assert not response.context["has_absolute_url"]


@pytest.mark.parametrize(("typed", "word"), [("", "Give the moment"), ("2001-01-01T09:00", "has passed")])
def test_scheduling_without_a_moment_ahead_is_refused_and_the_draft_is_saved(desk, typed, word):
    response = send(
        desk, ADD, press="_schedule", title="Water", type=make_type().pk, lead="<p>Lead</p>", public_from=typed
    )
    assert Report.objects.get().state == "draft"
    assert word in errors_on(response, "public_from")[0]
    assert word in said(response)[0]


def test_a_scheduled_report_can_be_moved_published_or_made_a_draft_again(desk):
    report, moment = make_scheduled(), ahead(days=30)
    send(desk, form_of(report), public_from=typed_in(moment))
    report.refresh_from_db()
    assert report.public_from == moment
    send(desk, form_of(report), press="_publish")
    report.refresh_from_db()
    assert report.is_live()
    other = make_scheduled()
    send(desk, form_of(other), press="_draft")
    other.refresh_from_db()
    assert other.state == "draft"


def test_a_scheduled_report_keeps_a_moment(desk):
    report = make_scheduled()
    assert "Give it again" in errors_on(send(desk, form_of(report), public_from=""), "public_from")[0]


def test_what_is_live_cannot_go_live_later(desk):
    report = make_report()
    response = send(desk, form_of(report), public_from=typed_in(ahead(days=1)))
    assert "cannot go live later" in errors_on(response, "public_from")[0]
    report.refresh_from_db()
    assert report.is_live()


def test_a_time_that_the_clocks_skip_is_refused(desk, settings):
    settings.TIME_ZONE = "Europe/Paris"
    response = send(desk, ADD, title="Water", public_from="2027-03-28T02:30")
    assert "skip this time" in errors_on(response, "public_from")[0]


def test_a_time_that_comes_twice_asks_which(desk, settings):
    settings.TIME_ZONE = "Europe/Paris"
    response = send(desk, ADD, title="Water", public_from="2027-10-31T02:30")
    assert "comes twice" in errors_on(response, "public_from")[0]
    assert '<select name="public_from_which"' in response.content.decode()
    send(desk, ADD, title="Water", public_from="2027-10-31T02:30", public_from_which="1")
    assert Report.objects.get().public_from.isoformat() == "2027-10-31T01:30:00+00:00"
    page = desk.get(form_of(Report.objects.get())).content.decode()
    assert '<option value="1" selected>' in page


def test_review_and_back(desk):
    report = make_draft()
    send(desk, form_of(report), press="_review")
    report.refresh_from_db()
    assert report.state == "in_review"
    send(desk, form_of(report), press="_draft")
    report.refresh_from_db()
    assert report.state == "draft"


def test_a_step_that_no_longer_fits_saves_and_says_so(desk):
    report = make_report()
    response = send(desk, form_of(report), press="_draft", subtitle="Kept")
    report.refresh_from_db()
    assert (report.is_live(), report.subtitle) == (True, "Kept")
    assert said(response) == ["Everything is saved, but it was not made a draft again. By now it is live."]


@pytest.mark.parametrize(
    ("field", "word"),
    [("type", "keeps a type"), ("language", "keeps its language"), ("lead", "keeps a lead or a file")],
)
@pytest.mark.parametrize("make", [make_report, make_scheduled, make_withdrawn])
def test_what_was_published_keeps_what_publication_asked_for(desk, make, field, word):
    report = make()
    assert word in errors_on(send(desk, form_of(report), **{field: ""}), field)[0]


def test_a_live_report_may_lose_its_lead_but_not_its_last_file(desk):
    report = make_report()
    attach(report, "Annex")
    send(desk, form_of(report), lead="")
    response = send(desk, form_of(report), **{"attachments-0-DELETE": "on"})
    assert "keeps a lead or a file" in errors_on(response, "lead")[0]
    assert report.attachments.exists()


def test_files_that_were_chosen_in_vain_are_to_be_chosen_again(desk):
    response = send(desk, ADD, title="", **rows("attachments", {"file": pdf(), "kind": "report"}))
    assert "choose them again" in said(response)[0]


def test_withdrawing_asks_for_the_reason(desk):
    report = make_report()
    response = send(desk, form_of(report), press="_withdraw", subtitle="Kept")
    page = reverse("admin:withdraw", args=[report.pk])
    assert response.redirect_chain[-1][0] == page
    assert "Say why" in desk.post(page, {"withdrawal_reason": " \x01"}).content.decode()
    report.refresh_from_db()
    assert (report.is_live(), report.subtitle) == (True, "Kept")
    desk.post(page, {"withdrawal_reason": "Its figures were wrong."})
    report.refresh_from_db()
    assert (report.state, report.withdrawal_reason) == ("withdrawn", "Its figures were wrong.")


def test_only_what_is_live_can_be_withdrawn(desk):
    report = make_draft()
    response = desk.post(reverse("admin:withdraw", args=[report.pk]), {"withdrawal_reason": "No."}, follow=True)
    assert "not live" in said(response)[0]
    report.refresh_from_db()
    assert report.state == "draft"


def test_a_withdrawn_report_can_be_published_again(desk):
    report = make_withdrawn()
    send(desk, form_of(report), press="_publish")
    report.refresh_from_db()
    assert report.is_live()


def test_the_form_never_takes_a_state(desk):
    report = make_draft()
    send(desk, form_of(report), state="published", withdrawn_at="2020-01-01", search_text="x")
    report.refresh_from_db()
    assert report.state == "draft"


@pytest.mark.parametrize(
    ("make", "word", "buttons"),
    [
        (make_draft, "Draft", {"_continue", "_schedule", "_review", "_publish"}),
        (lambda: make_draft(state="in_review"), "In review", {"_continue", "_schedule", "_draft", "_publish"}),
        (make_scheduled, "Scheduled</strong> for ", {"_continue", "_draft", "_publish"}),
        (make_report, "Live</strong> since ", {"_continue", "_withdraw"}),
        (make_withdrawn, "Withdrawn</strong> on ", {"_continue", "_publish"}),
    ],
)
def test_the_form_says_the_state_and_offers_what_fits(desk, make, word, buttons):
    page = desk.get(form_of(make())).content.decode()
    assert f"<strong>{word}" in page
    names = {"_continue", "_schedule", "_review", "_draft", "_publish", "_withdraw", "_save", "_addanother"}
    assert {name for name in names if f'name="{name}"' in page} == buttons


# Files


def test_a_file_that_only_claims_to_be_a_pdf_is_refused(desk):
    fake = SimpleUploadedFile("report.pdf", b"<html><script>alert(1)</script>", "application/pdf")
    response = send(desk, ADD, title="Water", **rows("attachments", {"file": fake, "kind": "report"}))
    assert "neither a PDF nor a picture" in response.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("content", [b'<svg xmlns="http://www.w3.org/2000/svg"/>', b"MZ", b"%PDF-1.7"])
def test_a_cover_that_is_no_picture_is_refused(desk, content):
    response = send(desk, ADD, title="Water", cover=SimpleUploadedFile("cover.png", content), cover_alt="A river")
    assert "not a picture" in errors_on(response, "cover")[0]
    assert not Report.objects.exists()


def test_a_cover_needs_words(desk):
    response = send(desk, ADD, title="Water", cover=SimpleUploadedFile("cover.png", make_picture()))
    assert "Say what the cover shows" in errors_on(response, "cover_alt")[0]


def test_a_replaced_file_gets_new_facts(desk):
    report = make_draft()
    attachment = attach(report, "Annex")
    before = attachment.sha256
    send(desk, form_of(report), **{"attachments-0-file": SimpleUploadedFile("x.png", make_picture())})
    attachment.refresh_from_db()
    assert (attachment.extension, attachment.media_type, attachment.pages) == ("webp", "image/webp", None)
    assert attachment.sha256 != before


def test_a_file_too_large_for_memory_is_saved_like_any_other(desk):
    large = SimpleUploadedFile("report.pdf", make_pdf("x" * 3_000_000, pages=5))
    send(desk, ADD, title="Water", **rows("attachments", {"file": large, "kind": "report"}))
    attachment = Attachment.objects.get()
    assert (attachment.pages, attachment.size) == (5, attachment.file.size)
    assert attachment.size > 3_000_000


def test_saving_keeps_the_file_that_is_there(desk):
    report = make_draft()
    attachment = attach(report, "Annex")
    send(desk, form_of(report), subtitle="Changed")
    assert report.attachments.get().file.name == attachment.file.name


def test_the_facts_of_a_file_are_said_in_words(desk):
    report = make_draft()
    attach(report, "Annex", pages=34)
    page = desk.get(form_of(report)).content.decode()
    assert "PDF, " in page
    assert "34 pages" in page


def test_a_files_address_changes_ending_without_a_clash(desk):
    report = make_draft()
    attach(report, "Annex")
    attach(report, "Annex", extension="webp")
    send(desk, form_of(report), **{"attachments-0-file": SimpleUploadedFile("x.png", make_picture())})
    assert sorted(row.slug for row in report.attachments.filter(extension="webp")) == ["annex", "annex-2"]


def test_a_drafts_files_and_cover_can_be_looked_at_in_the_desk_alone(desk, client):
    report = give_cover(make_draft())
    attachment = attach(report, "Annex")
    addresses = [
        reverse("admin:attachment", args=[report.pk, attachment.pk]),
        reverse("admin:picture", args=["publications", "report", report.pk, "cover"]),
    ]
    for address in addresses:
        response = desk.get(address)
        assert response.status_code == 200
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in response["Cache-Control"]
        assert response.getvalue()
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [302, 302]


@pytest.mark.parametrize(
    "address",
    [
        "publications/report/999/cover",
        "publications/report/x/cover",
        "publications/report/{}/title",
        "a/b/1/c",
        "auth/user/1/password",
    ],
)
def test_no_picture_no_answer(desk, address):
    report = make_draft()
    assert desk.get(f"/admin/picture/{address.format(report.pk)}/").status_code == 404


def test_no_cover_no_picture(desk):
    assert desk.get(f"/admin/picture/publications/report/{make_draft().pk}/cover/").status_code == 404


# Related publications


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
    shown = desk.get(form_of(report)).context["inline_admin_formsets"][2].formset.initial_forms
    assert sorted(form.instance.origin for form in shown) == ["excluded", "pinned", "updates"]


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
    send(desk, form_of(report), topics=[water.pk])
    assert RelatedPublication.objects.filter(report=report, related=other, origin="computed").exists()
    send(desk, form_of(report), topics=[])
    assert not RelatedPublication.objects.filter(report=report, related=other, origin="computed").exists()


# Deletion


@pytest.mark.parametrize("make", [make_draft, lambda: make_draft(state="in_review")])
def test_what_was_never_public_can_be_deleted(desk, make):
    report = make()
    desk.post(reverse("admin:publications_report_delete", args=[report.pk]), {"post": "yes"})
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("make", "word"), [(make_report, "Withdraw it"), (make_withdrawn, "Withdraw it"), (make_scheduled, "draft again")]
)
def test_what_was_made_public_is_not_deleted_and_the_desk_says_what_to_do(desk, make, word):
    report = make()
    response = desk.post(reverse("admin:publications_report_delete", args=[report.pk]), {"post": "yes"}, follow=True)
    assert word in said(response)[0]
    assert Report.objects.exists()
    assert "Delete</a>" not in response.content.decode()


def test_nothing_of_a_selection_is_deleted_while_it_holds_a_public_one(desk):
    live, draft = make_report("<b>Live</b>"), make_draft()
    data = {"action": "delete_selected", "_selected_action": [live.pk, draft.pk], "post": "yes"}
    response = desk.post(reverse("admin:publications_report_changelist"), data)
    assert Report.objects.count() == 2
    assert "Withdraw it" in response.content.decode()
    assert "<b>Live" not in response.content.decode()


def test_a_selection_of_drafts_is_deleted(desk):
    drafts = [make_draft(), make_draft()]
    data = {"action": "delete_selected", "_selected_action": [draft.pk for draft in drafts], "post": "yes"}
    desk.post(reverse("admin:publications_report_changelist"), data)
    assert not Report.objects.exists()


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
    assert client.post(reverse("admin:withdraw", args=[report.pk]), {"withdrawal_reason": "x"}).status_code == 403


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
