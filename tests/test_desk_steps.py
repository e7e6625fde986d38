"""The buttons of the report form, which move a report from state to state; and the moments they take."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from publications.desk.reports import NO_TOPICS
from publications.desk.states import in_words
from publications.editorial import versions, workflow
from publications.editorial.roles import Role
from publications.models import Report
from tests.desk import ADD, errors_on, fields_of, form_of, pdf, rows, said, send
from tests.factory import (
    attach,
    make_author,
    make_draft,
    make_member,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create(username="alice", is_staff=True, is_superuser=True))
    return client


def typed_in(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def edited(report):
    """The report as its pending edit has it."""
    return versions.read(report, versions.standing(report)).report


def ahead(**delta):
    return (timezone.now() + timedelta(**delta)).replace(second=0, microsecond=0)


def test_publish_now_publishes_and_leads_to_the_page(desk):
    response = send(desk, ADD, press="_publish", title="Water", type=make_type().pk, lead="<p>Lead</p>")
    report = Report.objects.get()
    assert report.is_live()
    assert report.date == timezone.localdate()
    assert f'<a href="{report.get_absolute_url()}">' in said(response)[0]


@pytest.mark.parametrize("press", ["_publish", "_schedule"])
def test_whoever_publishes_without_topics_is_told_what_that_means(desk, press):
    given = {"type": make_type().pk, "lead": "<p>Lead</p>", "public_from": typed_in(ahead(days=1))}
    given |= {"public_from": ""} if press == "_publish" else {}
    assert NO_TOPICS in said(send(desk, ADD, press=press, title="Water", **given))
    assert NO_TOPICS not in said(send(desk, ADD, press=press, title="Wells", topics=[make_topic().pk], **given))


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


def test_what_is_taken_out_of_the_schedule_keeps_no_moment_and_no_date_of_it(desk):
    follows, given = make_scheduled("Follows"), make_scheduled("Given", date=date(2020, 5, 3), date_follows=False)
    for report in (follows, given):
        send(desk, form_of(report), press="_draft")
        report.refresh_from_db()
        assert (report.state, report.public_from) == ("draft", None)
    assert (follows.date, given.date) == (None, date(2020, 5, 3))


def test_sending_a_report_back_keeps_the_moment_that_was_planned(desk):
    moment = ahead(days=3)
    report = make_draft("Water", state="in_review", public_from=moment)
    workflow.move(report, "draft", by=User.objects.get())
    assert Report.objects.get().public_from == moment


def test_saving_says_whether_readers_see_it(desk):
    scheduled, live = make_scheduled("Soon", days=3), make_report("Water")
    assert " is saved. It goes live on " in said(send(desk, form_of(scheduled), review_on="2031-05-03"))[0]
    assert said(send(desk, form_of(live), review_on="2031-05-03")) == ["“Water” is saved."]
    assert said(send(desk, form_of(live), subtitle="Typed")) == [
        "Your edit of “Water” is saved. Readers do not see it yet."
    ]


@pytest.mark.parametrize("role", [Role.WRITER, Role.EDITOR, Role.PUBLISHER])
def test_an_editor_of_what_is_in_review_reads_what_comes_next(client, role):
    user = make_member(role)
    client.force_login(user)
    for state, waits in [("in_review", role == Role.EDITOR), ("draft", False)]:
        html = client.get(form_of(make_draft(state=state, made_by=user))).content.decode()
        assert ("This waits for a publisher" in html) == waits


def test_the_form_of_a_withdrawn_report_leads_to_its_tombstone(desk):
    report = make_withdrawn("Water")
    assert f'<a href="{report.get_absolute_url()}">What readers find</a>' in desk.get(form_of(report)).content.decode()


def test_scheduling_takes_the_moment_that_was_typed(desk):
    moment = ahead(days=3)
    response = send(
        desk,
        ADD,
        press="_schedule",
        title="Water",
        type=make_type().pk,
        lead="<p>Lead</p>",
        topics=[make_topic().pk],
        public_from=typed_in(moment),
    )
    report = Report.objects.get()
    assert report.is_scheduled()
    assert report.public_from == moment
    assert report.date == timezone.localdate(moment)
    assert "Scheduled" in response.content.decode()
    link = f'<a href="{reverse("admin:calendar")}">See the calendar</a>'
    assert said(response) == [f"“Water” is scheduled. It goes live on {in_words(moment)} (UTC). {link}"]
    assert not response.context["has_absolute_url"]


@pytest.mark.parametrize(("typed", "word"), [("", "Choose the date"), ("2001-01-01T09:00", "has passed")])
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
    response = send(desk, form_of(report), press="_back", subtitle="Kept")
    page = reverse("admin:send-back", args=[report.pk])
    assert response.redirect_chain[-1][0] == page
    assert "Say what should change" in desk.post(page, {"reason": " "}).content.decode()
    desk.post(page, {"reason": "Name the wells."})
    report.refresh_from_db()
    assert (report.state, report.subtitle) == ("draft", "Kept")
    event = report.events.first()
    assert (event.what, event.words, event.by.username) == ("sent_back", "Name the wells.", "alice")


def test_a_step_that_no_longer_fits_saves_and_says_so(desk):
    report = make_report()
    response = send(desk, form_of(report), press="_draft", subtitle="Kept")
    report.refresh_from_db()
    assert (report.is_live(), report.subtitle, edited(report).subtitle) == (True, "", "Kept")
    assert said(response) == ["Everything is saved, but it was not made a draft again. It is live now."]


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
    assert "Say why" in desk.post(page, {"reason": " \x01"}).content.decode()
    report.refresh_from_db()
    assert (report.is_live(), report.subtitle, edited(report).subtitle) == (True, "", "Kept")
    desk.post(page, {"reason": "Its figures were wrong."})
    report.refresh_from_db()
    assert (report.state, report.withdrawal_reason) == ("withdrawn", "Its figures were wrong.")


def test_only_what_is_live_can_be_withdrawn(desk):
    report = make_draft()
    response = desk.post(reverse("admin:withdraw", args=[report.pk]), {"reason": "No."}, follow=True)
    assert "not live" in said(response)[0]
    report.refresh_from_db()
    assert report.state == "draft"


def test_a_withdrawn_report_is_published_again_once_it_was_asked_and_told_what_readers_will_see(desk):
    report = make_report("Water", authors=[make_author("Ada")])
    attach(report, "The annex")
    workflow.move(report, "withdrawn", by=User.objects.get(), reason="A figure is wrong.")
    form = desk.get(form_of(report)).content.decode()
    assert "This was withdrawn</strong> by alice" in form
    assert "A figure is wrong." in form
    shown = send(desk, form_of(report), press="_publish", title="Wells")
    report.refresh_from_db()
    assert report.state == "withdrawn"
    page = shown.content.decode()
    for words in ["A figure is wrong.", "/publications/water/", "Ada", "The annex", "<del>Water</del><ins>Wells</ins>"]:
        assert words in page
    answer = desk.post(reverse("admin:publish-again", args=[report.pk]), fields_of(shown), follow=True)
    assert said(answer)[0].startswith("“Wells” is live again.")
    report.refresh_from_db()
    assert (report.is_live(), report.title) == (True, "Wells")


def test_what_was_changed_while_the_question_stood_is_shown_before_it_goes_live_again(desk):
    report = make_withdrawn("Water")
    address = reverse("admin:publish-again", args=[report.pk])
    shown = fields_of(desk.get(address))
    send(desk, form_of(report), title="Wells")
    page = desk.post(address, shown).content.decode()
    assert workflow.ANOTHER_EDIT in page
    assert "Wells" in page
    report.refresh_from_db()
    assert report.state == "withdrawn"


def test_what_is_not_withdrawn_is_not_published_again(desk):
    answer = desk.get(reverse("admin:publish-again", args=[make_report("Water").pk]), follow=True)
    assert said(answer) == ["“Water” is not withdrawn."]


def test_the_form_never_takes_a_state(desk):
    report = make_draft()
    send(desk, form_of(report), state="published", withdrawn_at="2020-01-01", search_text="x")
    report.refresh_from_db()
    assert report.state == "draft"


@pytest.mark.parametrize(
    ("make", "word", "buttons"),
    [
        (make_draft, "Draft", {"_continue", "_schedule", "_review", "_publish"}),
        (lambda: make_draft(state="in_review"), "In review", {"_continue", "_schedule", "_back", "_publish"}),
        (make_scheduled, "Scheduled</strong> for ", {"_continue", "_draft", "_review", "_publish"}),
        (make_report, "Live</strong> since ", {"_continue", "_review", "_publish", "_withdraw"}),
        (make_withdrawn, "Withdrawn</strong> on ", {"_continue", "_review", "_publish"}),
    ],
)
def test_the_form_says_the_state_and_offers_what_fits(desk, make, word, buttons):
    page = desk.get(form_of(make())).content.decode()
    assert f"<strong>{word}" in page
    names = {"_continue", "_schedule", "_review", "_back", "_draft", "_publish", "_withdraw", "_save", "_addanother"}
    assert {name for name in names if f'name="{name}"' in page} == buttons
