"""Notices by e-mail: who is told what of a report, and who is not."""

import smtplib
from datetime import UTC, datetime
from email.header import decode_header, make_header

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from institution.models import SiteDetails
from publications.editorial import versions, workflow
from publications.editorial.notices import KINDS, notices
from publications.editorial.roles import Role
from publications.models import Event, Report
from tests.desk import ADD, form_of, send
from tests.factory import make_draft, make_member, make_report, make_scheduled, make_superuser

pytestmark = pytest.mark.django_db
What = Event.What


@pytest.fixture
def writer():
    return make_member(Role.WRITER, "wanda")


@pytest.fixture
def editor():
    return make_member(Role.EDITOR, "edith")


@pytest.fixture
def publisher():
    return make_member(Role.PUBLISHER, "paul")


@pytest.fixture
def posted(django_capture_on_commit_callbacks, mailoutbox):
    """What `act` has sent: `[(address, subject), ...]`."""

    def post(act, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        return sorted((one.to[0], str(make_header(decode_header(one.subject)))) for one in mailoutbox)

    return post


def told(event, **kwargs):
    return [one.to.username for one in notices(event, **kwargs)]


def test_editors_and_publishers_are_told_of_what_is_submitted(posted, writer, editor, publisher):
    make_member(Role.WRITER), make_member(Role.READER)
    report = make_draft("Water", made_by=writer)
    sent = posted(workflow.move, report, "in_review", by=writer)
    assert sent == [("edith@example.org", "For review: Water"), ("paul@example.org", "For review: Water")]


def test_those_who_left_or_have_no_address_are_not_written_to(posted, writer, editor, publisher):
    editor.is_active, publisher.email = False, ""
    editor.save(), publisher.save()
    superuser = make_superuser("sue")
    superuser.is_staff = False
    superuser.save()
    assert posted(workflow.move, make_draft(made_by=writer), "in_review", by=writer) == []


def test_nobody_is_told_of_what_they_did_themselves(posted, editor):
    assert posted(workflow.move, make_draft(made_by=editor), "in_review", by=editor) == []


@pytest.mark.parametrize("what", [What.SENT_BACK, What.SCHEDULED, What.PUBLISHED, What.WITHDRAWN, What.EDIT_PUBLISHED])
def test_who_made_it_and_who_works_on_it_are_told_how_it_goes_on(what, writer, editor, publisher):
    helper, stranger = make_member(Role.WRITER, "hal"), make_member(Role.WRITER, "stan")
    report = make_draft("Water", made_by=writer)
    report.assigned.add(helper, writer)
    event = report.events.create(what=what, by=publisher)
    assert told(event) == ["wanda", "hal"]
    assert stranger.username not in told(event)


def test_a_note_is_told_to_those_concerned_and_to_those_who_spoke_before(writer, editor, publisher):
    report = make_draft("Water", made_by=writer)
    report.events.create(what=What.NOTED, by=publisher, words="First.")
    event = report.events.create(what=What.NOTED, by=editor, words="Second.")
    assert told(event) == ["wanda", "paul"]


def test_a_writer_who_may_no_longer_see_the_report_hears_nothing_of_it(writer, editor):
    report = make_draft("Water", made_by=editor)
    report.assigned.add(writer)
    report.events.create(what=What.NOTED, by=writer, words="Mine.")
    report.assigned.clear()
    event = report.events.create(what=What.NOTED, by=make_superuser(), words="Hidden.")
    assert told(event) == ["edith"]


def test_a_writer_who_no_longer_works_on_a_live_report_hears_no_notes_on_it(writer, editor):
    """They may read it like everybody, and know nothing of what is done to it."""
    report = make_report("Water", made_by=editor)
    workflow.log(report, What.NOTED, by=writer, words="Mine.")
    note = workflow.log(report, What.NOTED, by=make_superuser(), words="Since then.")
    assert told(note) == ["edith"]


def test_only_those_newly_on_a_report_are_told_so(client, posted, writer, editor):
    old = make_member(Role.WRITER, "oscar")
    report = make_draft("Water", made_by=editor)
    report.assigned.add(old)
    client.force_login(editor)
    sent = posted(send, client, form_of(report), assigned=[old.pk, writer.pk])
    assert sent == [("wanda@example.org", "For you: Water")]


def test_who_is_chosen_while_a_report_is_entered_is_told_too(client, posted, writer, editor):
    client.force_login(editor)
    sent = posted(send, client, ADD, title="Water", assigned=[writer.pk])
    assert sent == [("wanda@example.org", "For you: Water")]


def test_a_mail_says_who_did_what_and_where_to_look_and_nothing_of_the_text(posted, mailoutbox, settings, writer):
    settings.SITE_URL = "https://example.org"
    SiteDetails(name="Institut für Frieden, Kairo").save()
    writer.first_name = "Wanda"
    writer.save()
    make_member(Role.EDITOR)
    report = make_draft("Water", made_by=writer, lead="<p>Unguessable</p>", subtitle="Unguessable", slug="x")
    posted(workflow.move, report, "in_review", by=writer)
    letter = mailoutbox[0]
    assert letter.body == (
        "Wanda has sent “Water” to review.\n\n"
        f"Open it in the desk:\nhttps://example.org/admin/publications/report/{report.pk}/change/\n"
    )
    assert str(make_header(decode_header(letter.message()["From"]))) == (
        "Institut für Frieden, Kairo <pressmark@localhost>"
    )
    assert "Unguessable" not in letter.message().as_string()


def test_the_words_of_a_note_stay_in_the_desk(writer, editor):
    event = make_draft(made_by=writer).events.create(what=What.NOTED, by=editor, words="Unguessable")
    assert "Unguessable" not in notices(event)[0].words + notices(event)[0].subject


def test_the_moment_of_a_scheduled_report_is_said_in_the_sites_zone(settings, writer, editor):
    settings.TIME_ZONE = "Europe/Paris"
    report = make_report(made_by=writer, public_from=datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
    event = report.events.create(what=What.SCHEDULED, by=editor)
    assert "goes live on 28 March 2027, 03:30 (Europe/Paris)." in notices(event)[0].words


@pytest.mark.parametrize("name", ["A" * 120, "Ö" * 120, "研究所" * 40, '"Quoted", and more', "A\nBcc: x@example.org"])
def test_any_name_and_title_make_a_mail_that_can_be_sent(posted, mailoutbox, writer, editor, name):
    SiteDetails(name=name[:120]).save()
    report = make_draft(f"{name} {{who}} {{0}}", made_by=writer)
    sent = posted(workflow.move, report, "in_review", by=writer)
    assert [subject for _, subject in sent] == [f"For review: {report.title}"]
    message = mailoutbox[0].message()
    assert message.as_bytes()
    assert message["Bcc"] is None


class Broken(EmailBackend):
    """A mail server that takes no connection."""

    def open(self):
        raise ConnectionRefusedError("nobody listens")

    def send_messages(self, messages):
        self.open()


class Picky(EmailBackend):
    """A mail server that refuses one address."""

    def send_messages(self, messages):
        if messages[0].to == ["edith@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return super().send_messages(messages)


def test_a_mail_server_that_fails_undoes_nothing_and_is_logged(client, settings, caplog, posted, editor):
    settings.EMAIL_BACKEND = "tests.test_notices.Broken"
    writer = make_member(Role.WRITER)
    report = make_draft("Water", made_by=writer)
    client.force_login(writer)
    assert posted(send, client, form_of(report), press="_review") == []
    assert Report.objects.get().state == "in_review"
    assert "EMAIL_URL" in caplog.text


def test_an_address_that_is_refused_keeps_nothing_from_the_others(settings, posted, writer, editor, publisher):
    settings.EMAIL_BACKEND = "tests.test_notices.Picky"
    sent = posted(workflow.move, make_draft("Water", made_by=writer), "in_review", by=writer)
    assert sent == [("paul@example.org", "For review: Water")]


def test_what_is_refused_is_told_to_nobody(posted, writer, publisher):
    report = make_draft("Water", made_by=writer, lead="", type=None)
    with pytest.raises(workflow.ValidationError):
        posted(workflow.move, report, "published", by=publisher)


def test_a_report_that_was_made_by_nobody_is_told_to_those_who_are_there(editor):
    event = make_report().events.create(what=What.WITHDRAWN)
    assert notices(event) == []


def test_an_edit_in_review_is_told_like_a_report(posted, writer, editor):
    report = make_report("Water", made_by=writer)
    content = versions.snapshot(report)
    versions.add(report, content, by=writer, said="", pending=True)
    assert posted(workflow.submit_edit, report, by=writer) == [
        ("edith@example.org", "For review: an edit of Water"),
    ]


def test_what_happens_in_the_bin_is_told_to_nobody(writer, editor):
    for what in set(What) - set(KINDS) - {What.ASSIGNED}:
        event = make_draft(made_by=writer).events.create(what=what, by=editor)
        assert notices(event, assigned=[writer]) == [], what


def test_a_scheduled_report_that_goes_live_early_names_the_page_of_its_readers(settings, writer, editor):
    settings.SITE_URL = "https://example.org"
    report = make_scheduled("Water", made_by=writer)
    workflow.publish_now(report, by=editor)
    words = notices(report.events.first())[0].words
    assert "Readers find it at https://example.org/publications/water/" in words
    assert report.public_from <= timezone.now()
