"""The desk's first page and its calendar: what waits for whom, what comes when, and who must not know."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from publications.editorial import typing, versions, workflow
from publications.editorial.roles import Role
from publications.models import Event, Report
from tests.desk import ADD, form_of, send
from tests.factory import attach, make_draft, make_member, make_report, make_scheduled, make_type, make_withdrawn

LIST = reverse("admin:publications_report_changelist")


@pytest.fixture
def writer(db):
    return make_member(Role.WRITER, "wanda", first_name="Wanda")


@pytest.fixture
def editor(db):
    return make_member(Role.EDITOR, "edith", first_name="Edith")


@pytest.fixture
def publisher(db):
    return make_member(Role.PUBLISHER, "paul", first_name="Paul")


def front(client, user):
    """{heading: [title, ...]} of the first page."""
    client.force_login(user)
    sections = client.get("/admin/").context["sections"]
    return {section.heading: [row.title for row in section.rows] for section in sections}


def rows_of(client, heading):
    sections = client.get("/admin/").context["sections"]
    return next(section.rows for section in sections if section.heading == heading)


def listed(client, query):
    """The titles in the list, sorted."""
    return sorted(report.title for report in client.get(f"{LIST}?{query}").context["cl"].result_list)


def with_edit(report, by=None, **fields):
    content = versions.snapshot(report)
    versions.add(report, content | {"fields": content["fields"] | {"subtitle": "x"}}, by=by, said="", pending=True)
    Report.objects.filter(pk=report.pk).update(**fields)
    return report


# What waits


def test_reports_and_edits_in_review_wait_for_editors_the_oldest_first(client, writer, editor):
    first, second = make_draft("First", made_by=writer), make_draft("Second", made_by=writer)
    for report, days in [(first, 3), (second, 1)]:
        with time_machine.travel(timezone.now() - timedelta(days=days), tick=False):
            workflow.move(report, "in_review", by=writer)
    # Typing in a report that waits does not send it to the end.
    first.save()
    with_edit(make_report("Between"), edit_submitted_at=timezone.now() - timedelta(days=2))
    make_draft("Draft"), make_report("Live")
    assert front(client, editor)["Waiting for review"] == ["First", "Between", "Second"]
    assert listed(client, "waits=review") == ["Between", "First", "Second"]
    assert "Edit in review since" in rows_of(client, "Waiting for review")[1].said


def test_publishers_see_what_of_it_is_ready(client, publisher, editor):
    make_draft("Complete", state="in_review", slug="a")
    make_draft("With a file", state="in_review", lead="", slug="b")
    attach(Report.objects.get(slug="b"))
    make_draft("Without type", state="in_review", type=None, slug="c")
    front(client, publisher)
    said = [row.said.partition(" · ")[2] for row in rows_of(client, "Waiting for review")]
    assert said == ["ready to publish", "ready to publish", "something is missing before it can be published"]
    front(client, editor)
    assert not any("ready" in row.said for row in rows_of(client, "Waiting for review"))


def test_what_was_sent_back_waits_for_its_writer_with_the_reason(client, writer, editor):
    report = make_draft("Water", made_by=writer, state="in_review")
    workflow.move(report, "draft", by=editor, reason="Shorter,\nplease.")
    assert front(client, writer)["Sent back to you"] == ["Water"]
    assert rows_of(client, "Sent back to you")[0].quoted == "Shorter,\nplease."
    assert listed(client, "waits=sent-back") == ["Water"]
    assert "Sent back to you" not in front(client, editor)
    workflow.move(report, "in_review", by=writer)
    assert "Sent back to you" not in front(client, writer)


def test_an_edit_that_was_sent_back_waits_for_those_who_work_on_it(client, writer, editor):
    report = with_edit(make_report("Water"), edit_submitted_at=timezone.now())
    report.assigned.add(writer)
    report.refresh_from_db()
    workflow.send_back_edit(report, by=editor, reason="Why?")
    assert front(client, writer)["Sent back to you"] == ["Water"]


def test_drafts_are_those_that_somebody_made_or_works_on(client, writer, editor):
    make_draft("Made", made_by=writer), make_draft("Another's", made_by=editor)
    make_draft("Given", made_by=editor).assigned.add(writer)
    assert sorted(front(client, writer)["Your drafts"]) == ["Given", "Made"]
    assert listed(client, "waits=mine&state=draft") == ["Given", "Made"]


def test_what_somebody_edited_last_comes_first(client, editor):
    reports = [make_draft(title) for title in ("One", "Two", "Three")]
    client.force_login(editor)
    for report in (*reports[:2], reports[0]):
        send(client, form_of(report), subtitle=f"{report.title} {Event.objects.count()} {timezone.now()}")
    assert front(client, editor)["What you edited last"] == ["One", "Two"]
    assert listed(client, "waits=edited") == ["One", "Two"]


def test_what_was_typed_and_not_saved_comes_first_and_leads_back_into_the_form(client, writer, editor):
    report = make_draft("Water", made_by=writer)
    typing.keep(writer, report, {"title": ["Rivers"]})
    new = typing.keep(writer, None, {"title": [""]})
    typing.keep(editor, make_draft("Unguessable"), {"title": ["Unguessable"]})
    assert next(iter(front(client, writer).items())) == ("Typed and not saved yet", ["Without a title yet", "Rivers"])
    assert next(row.address for row in rows_of(client, "Typed and not saved yet")) == f"{ADD}?typed={new.pk}"
    assert listed(client, "waits=typed") == ["Water"]
    assert "Unguessable" not in client.get("/admin/").content.decode()


def test_what_was_typed_into_a_report_that_is_hidden_by_now_is_not_named(client, writer, editor):
    typing.keep(writer, make_draft("Water", made_by=editor), {"title": ["Rivers"]})
    assert "Typed and not saved yet" not in front(client, writer)
    assert listed(client, "waits=typed") == []


def test_what_is_scheduled_stands_in_the_order_of_its_moments(client, editor):
    make_scheduled("Later", days=9), make_scheduled("Sooner", days=2), make_report("Live")
    assert front(client, editor)["Scheduled next"] == ["Sooner", "Later"]


def test_a_day_to_look_again_comes_up_when_it_has_come_in_the_sites_zone(client, editor, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    make_report("Water", review_on=date(2027, 5, 3))
    with time_machine.travel(datetime(2027, 5, 2, 14, 59, tzinfo=UTC), tick=False):
        assert "To be looked at again" not in front(client, editor)
    with time_machine.travel(datetime(2027, 5, 2, 15, 1, tzinfo=UTC), tick=False):
        assert front(client, editor)["To be looked at again"] == ["Water"]
        assert listed(client, "waits=due") == ["Water"]


def test_a_new_day_is_set_from_the_first_page(client, editor):
    report = make_report("Water", review_on=date(2020, 5, 3))
    front(client, editor)
    address = rows_of(client, "To be looked at again")[0].again
    ahead = timezone.localdate() + timedelta(days=90)
    assert f'value="{timezone.localdate() + timedelta(days=365)}"' in client.get(address).content.decode()
    for refused in (timezone.localdate(), "x"):
        client.post(address, {"review_on": refused})
        assert Report.objects.get().review_on == date(2020, 5, 3)
    assert client.post(address, {"review_on": ahead}).url == "/admin/"
    assert Report.objects.get().review_on == ahead
    client.post(address, {"review_on": ""})
    assert Report.objects.get().review_on is None
    assert report.versions.count() == 0


@pytest.mark.parametrize("own", [True, False])
def test_a_writer_sets_no_day(client, writer, own):
    report = make_report("Water", review_on=date(2020, 5, 3), made_by=writer if own else None)
    assert front(client, writer).get("To be looked at again") == (["Water"] if own else None)
    assert not own or rows_of(client, "To be looked at again")[0].again == ""
    answer = client.post(reverse("admin:look-again", args=[report.pk]), {"review_on": ""})
    assert (answer.status_code, Report.objects.get().review_on) == (403, date(2020, 5, 3))


def test_what_lies_in_the_bin_waits_for_nobody(client, editor):
    report = make_draft("Binned", made_by=editor, review_on=date(2020, 5, 3))
    client.force_login(editor)
    send(client, form_of(report), subtitle="Typed")
    workflow.put_in_bin(Report.objects.get(), by=editor)
    assert front(client, editor) == {}
    assert "Binned" not in client.get("/admin/").content.decode()


def test_eight_are_shown_and_the_list_holds_the_others(client, editor):
    for number in range(9):
        make_draft(f"Draft {number}", made_by=editor)
    assert len(front(client, editor)["Your drafts"]) == 8
    html = client.get("/admin/").content.decode()
    assert f'href="{LIST}?waits=mine&amp;state=draft"' in html
    Report.objects.first().delete()
    assert f'href="{LIST}?waits=mine' not in client.get("/admin/").content.decode()


def hidden_from_writers(editor):
    """One of each kind, made by somebody else."""
    make_draft("Unguessable", made_by=editor, state="in_review")
    make_draft("Unguessable", made_by=editor, review_on=date(2020, 5, 3))
    make_scheduled("Unguessable", made_by=editor, days=0.001)
    make_withdrawn("Unguessable", made_by=editor)
    sent_back = make_draft("Unguessable", made_by=editor, state="in_review")
    workflow.move(sent_back, "draft", by=editor, reason="Unguessable")
    live = with_edit(make_report("Live", made_by=editor, review_on=timezone.localdate()), by=editor)
    Report.objects.filter(pk=live.pk).update(edit_submitted_at=timezone.now())


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER])
def test_nobody_learns_of_anothers_hidden_report_by_what_waits(client, editor, role):
    hidden_from_writers(editor)
    assert front(client, make_member(role)) == {}
    addresses = ["/admin/", reverse("admin:calendar")]
    addresses += [f"{LIST}?waits={value}" for value in ("review", "sent-back", "mine", "edited", "due")]
    for address in addresses:
        assert "Unguessable" not in client.get(address).content.decode(), address
    assert [listed(client, f"waits={value}") for value in ("review", "sent-back", "due")] == [[], [], []]
    assert "looked at again" not in client.get(reverse("admin:calendar")).content.decode()


def test_the_first_page_asks_the_database_as_often_however_much_waits(client, publisher):
    def fill(count):
        for _ in range(count):
            report = make_draft(made_by=publisher, state="in_review", lead="", type=make_type())
            workflow.move(report, "draft", by=make_member(Role.EDITOR), reason="No.")
            make_draft(made_by=publisher, state="in_review", lead="")
            make_draft(made_by=publisher), make_scheduled(), make_report(review_on=date(2020, 1, 1))
            versions.add(report, versions.snapshot(report), by=publisher, said="")
            typing.keep(publisher, report, {"title": ["Rivers"]})

    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    client.force_login(publisher)
    fill(2)
    few = [asked("/admin/"), asked(reverse("admin:calendar"))]
    fill(9)
    assert [asked("/admin/"), asked(reverse("admin:calendar"))] == few
    assert few[0] < 30


# The calendar


def month(client, user, year, number):
    """{day of the month: [(title, what is said), ...]}"""
    client.force_login(user)
    weeks = client.get(reverse("admin:calendar", args=[year, number])).context["weeks"]
    days = [day for week in weeks for day in week if day]
    return {day.date.day: [(one.report.title, one.said) for one in day.entries] for day in days if day.entries}


@pytest.fixture
def paris(settings):
    settings.TIME_ZONE = "Europe/Paris"


def test_the_calendar_shows_moments_in_the_sites_zone_across_daylight_saving(client, editor, paris):
    """On 28 March 2027 the clocks skip the hour after 2; on 31 October that hour comes twice."""
    for title, moment in [
        ("Last minute of winter", "2027-03-28T00:59"),
        ("First minute of summer", "2027-03-28T01:00"),
        ("Midnight after", "2027-03-28T22:00"),
        ("Twice, first", "2027-10-31T00:30"),
        ("Twice, second", "2027-10-31T01:30"),
        ("Still October", "2027-10-31T22:59"),
        ("November", "2027-10-31T23:00"),
    ]:
        make_report(title, public_from=datetime.fromisoformat(f"{moment}+00:00"))
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False):
        assert month(client, editor, 2027, 3) == {
            28: [("Last minute of winter", "goes live 01:59"), ("First minute of summer", "goes live 03:00")],
            29: [("Midnight after", "goes live 00:00")],
        }
        assert month(client, editor, 2027, 10)[31] == [
            ("Twice, first", "goes live 02:30"),
            ("Twice, second", "goes live 02:30"),
            ("Still October", "goes live 23:59"),
        ]
        assert month(client, editor, 2027, 11) == {1: [("November", "goes live 00:00")]}


def test_the_first_page_says_moments_in_the_sites_zone(client, editor, paris):
    with time_machine.travel(datetime(2027, 3, 27, 12, tzinfo=UTC), tick=False):
        make_report("Water", public_from=datetime(2027, 3, 28, 1, 30, tzinfo=UTC))
        front(client, editor)
        assert rows_of(client, "Scheduled next")[0].said == "Goes live 28 March 2027, 03:30"


def test_the_calendar_shows_what_went_live_what_was_withdrawn_and_what_is_to_be_looked_at(client, editor):
    with time_machine.travel(datetime(2027, 5, 20, tzinfo=UTC), tick=False):
        make_report("Out", public_from=datetime(2027, 5, 3, 9, tzinfo=UTC))
        make_withdrawn("Gone", public_from=datetime(2027, 5, 4, 9, tzinfo=UTC))
        make_draft("Wished", public_from=datetime(2027, 5, 5, 9, tzinfo=UTC))
        make_draft("Old", review_on=date(2027, 5, 31))
        assert month(client, editor, 2027, 5) == {
            3: [("Out", "went live 09:00")],
            4: [("Gone", "went live 09:00, withdrawn since")],
            31: [("Old", "to be looked at again")],
        }


def test_a_crowded_day_shows_eight_and_leads_to_the_list(client, editor, paris):
    for number in range(11):
        make_report(f"Report {number}", public_from=datetime(2026, 3, 27, 23, number, tzinfo=UTC))
    make_report("The day before", public_from=datetime(2026, 3, 27, 22, 59, tzinfo=UTC))
    client.force_login(editor)
    response = client.get(reverse("admin:calendar", args=[2026, 3]))
    day = next(day for week in response.context["weeks"] for day in week if day and day.date.day == 28)
    assert "and 3 more" in response.content.decode()
    assert len(listed(client, day.address.partition("?")[2])) == 11


def test_the_calendar_leads_to_its_neighbours_and_nowhere_beyond_its_years(client, editor):
    client.force_login(editor)
    html = client.get(reverse("admin:calendar", args=[2027, 1])).content.decode()
    assert reverse("admin:calendar", args=[2026, 12]) in html
    assert reverse("admin:calendar", args=[2027, 2]) in html
    for year, number in [(1900, 1), (2199, 12)]:
        assert client.get(reverse("admin:calendar", args=[year, number])).status_code == 200
    for year, number in [(1899, 12), (2200, 1), (2027, 13), (2027, 0), (99999, 1), (0, 1)]:
        assert client.get(f"/admin/calendar/{year}/{number}/").status_code == 404


def test_the_calendar_is_for_those_who_are_signed_in(client):
    assert client.get(reverse("admin:calendar")).url.startswith("/admin/login/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_first_page_and_calendar_are_easy_to_reach_and_to_read(desk_of, site, axe, complaints, editor, width):
    hidden_from_writers(editor)
    report = make_draft("A title that is long enough to need more than one line anywhere", made_by=editor)
    workflow.log(report, Event.What.NOTED, by=editor, words="A note.")
    page = desk_of(editor)
    page.set_viewport_size({"width": width, "height": 900})
    pages = [
        reverse(f"admin:{name}", args=[report.pk]) for name in ("look-again", "notes", "publications_report_change")
    ]
    for address in ("/admin/", *pages, reverse("admin:calendar")):
        page.goto(site + address)
        page.wait_for_load_state("networkidle")
        assert not complaints
        assert axe(page) == [], address
        # axe tries styles of its own, which the policy refuses.
        complaints.clear()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    expect(page.get_by_role("columnheader")).to_have_count(7 if width > 320 else 0)
