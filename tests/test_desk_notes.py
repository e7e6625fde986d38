"""Notes on a report, and the reason for which it was sent back."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from publications.editorial import versions, workflow
from publications.editorial.notes import sent_back
from publications.editorial.roles import Role
from publications.models import Event, Report
from tests.desk import form_of, send
from tests.factory import make_draft, make_member, make_report

What = Event.What


@pytest.fixture
def writer(db):
    return make_member(Role.WRITER, "wanda", first_name="Wanda")


@pytest.fixture
def editor(db):
    return make_member(Role.EDITOR, "edith", first_name="Edith")


def notes_of(report):
    return reverse("admin:notes", args=[report.pk])


def note(client, report, words):
    return client.post(notes_of(report), {"note": words}, follow=True)


def words_above(client, report):
    """Why it was sent back, as the form says it."""
    event = client.get(form_of(report)).context.get("sent_back")
    return event and event.words


def test_a_note_stands_below_the_form_with_who_wrote_it_the_newest_first(client, writer, editor):
    report = make_draft("Water", made_by=writer)
    for user, words in [(writer, "A first thought."), (editor, "Two\nlines.")]:
        client.force_login(user)
        assert note(client, report, words).redirect_chain == [(notes_of(report), 302)]
    response = client.get(form_of(report))
    assert [(event.by, event.words) for event in response.context["notes"]] == [
        (editor, "Two\nlines."),
        (writer, "A first thought."),
    ]
    html = response.content.decode()
    assert "<strong>Edith</strong>" in html
    assert "Two<br>lines." in html


def test_a_reason_for_sending_back_stands_among_the_notes(client, writer, editor):
    report = make_draft("Water", made_by=writer, state="in_review")
    workflow.move(report, "draft", by=editor, reason="Shorter, please.")
    client.force_login(writer)
    assert [event.words for event in client.get(form_of(report)).context["notes"]] == ["Shorter, please."]


def test_an_empty_note_is_refused_with_a_sentence(client, editor):
    report = make_draft()
    client.force_login(editor)
    for words in ("", "  \n ", "\x00\x07"):
        assert "Write something first." in note(client, report, words).content.decode()
    assert not Event.objects.exists()


def test_a_note_is_cleaned_and_escaped(client, editor):
    report = make_draft()
    client.force_login(editor)
    html = note(client, report, "One\x0bTwo\x00 <script>alert(1)</script>").content.decode()
    assert Event.objects.get().words == "One\nTwo <script>alert(1)</script>"
    assert "<script>alert" not in html


def test_a_note_sent_twice_is_one_note(client, editor):
    report = make_draft()
    client.force_login(editor)
    note(client, report, "Once."), note(client, report, "Once."), note(client, report, "Again.")
    assert [event.words for event in Event.objects.order_by("pk")] == ["Once.", "Again."]


def test_who_may_not_note_reads_no_notes_either(client, editor):
    """Neither below the form nor in the history of a report that is live, and theirs to read alone."""
    report = make_report("Water", made_by=editor)
    workflow.log(report, What.NOTED, by=editor, words="Unguessable")
    workflow.log(report, What.EDIT_SENT_BACK, by=editor, words="Unguessable")
    for role in (Role.READER, Role.WRITER):
        client.force_login(make_member(role))
        for address in (form_of(report), reverse("admin:versions", args=[report.pk])):
            response = client.get(address)
            assert response.status_code in {200, 403}
            assert "Unguessable" not in response.content.decode()
        assert note(client, report, "Mine").status_code == 403
    assert Event.objects.count() == 2


def test_a_hidden_report_of_another_has_no_notes_at_all(client, writer, editor):
    report = make_draft(made_by=editor)
    client.force_login(writer)
    assert client.get(notes_of(report)).status_code == 404
    assert note(client, report, "Found").status_code == 404
    assert not Event.objects.exists()


def test_readers_see_nothing_of_notes(client, editor):
    report = make_report("Water")
    workflow.log(report, What.NOTED, by=editor, words="Unguessable")
    assert "Unguessable" not in client.get(report.get_absolute_url()).content.decode()


def test_the_reason_stands_above_the_form_until_the_draft_is_submitted_again(client, writer, editor):
    report = make_draft("Water", made_by=writer, state="in_review")
    client.force_login(writer)
    assert words_above(client, report) is None
    workflow.move(report, "draft", by=editor, reason="Shorter, please.")
    assert words_above(client, report) == "Shorter, please."
    send(client, form_of(report), subtitle="Shorter")
    note(client, report, "I try.")
    assert words_above(client, report) == "Shorter, please."
    send(client, form_of(report), press="_review")
    assert words_above(client, report) is None


def test_the_reason_for_an_edit_stands_until_the_edit_goes_on(client, writer, editor):
    report = make_report("Water", made_by=writer)
    client.force_login(writer)
    send(client, form_of(report), press="_review", subtitle="An edit")
    workflow.send_back_edit(Report.objects.get(), by=editor, reason="Why?")
    assert words_above(client, report) == "Why?"
    workflow.drop_edit(Report.objects.get(), by=writer)
    assert words_above(client, report) is None


def test_an_edit_that_was_typed_away_is_no_longer_sent_back(client, writer, editor):
    report = make_report("Water", made_by=writer)
    client.force_login(writer)
    send(client, form_of(report), press="_review", subtitle="An edit")
    workflow.send_back_edit(Report.objects.get(), by=editor, reason="Why?")
    send(client, form_of(report), subtitle="")
    assert versions.pending(report) is None
    assert words_above(client, report) is None


def test_what_the_writer_took_back_gives_no_reason(writer):
    report = make_draft("Water", made_by=writer, state="in_review")
    workflow.move(report, "draft", by=writer)
    assert not sent_back(Report.objects.all()).exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_note_is_added_beside_what_is_being_typed(desk_of, site, editor):
    report = make_draft("Water")
    page = desk_of(editor)
    page.goto(site + form_of(report))
    page.get_by_label("Subtitle").fill("Not saved yet")
    page.get_by_label("New note").fill("Is this the right title?")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notes li")).to_contain_text("Is this the right title?")
    expect(page.locator("#notes [role=status]")).to_have_text("Your note is added.")
    expect(page.get_by_label("New note")).to_be_focused()
    expect(page.get_by_label("New note")).to_have_value("")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notes .errorlist")).to_have_text("Write something first.")
    expect(page.get_by_label("Subtitle")).to_have_value("Not saved yet")
    page.get_by_role("button", name="Save draft").click()
    assert Report.objects.get().subtitle == "Not saved yet"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_note_that_could_not_be_sent_is_still_there(desk_of, site, editor):
    report = make_draft("Water")
    page = desk_of(editor)
    page.goto(site + form_of(report))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("New note").fill("Kept")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notes [role=status]")).to_contain_text("The note was not saved.")
    expect(page.get_by_label("New note")).to_have_value("Kept")
