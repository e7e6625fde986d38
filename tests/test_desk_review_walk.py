"""From a writer's draft to its readers: submitted, sent back, submitted again, scheduled, live at its moment.

Three people at three browsers, by typing and clicking alone.
"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from publications.editorial.roles import Role
from publications.models import Report
from tests.factory import make_member, make_type

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "Who Pays for the Pumps"
REASON = "Say in the first sentence who pays."
QUESTION = "Should the table go into the annex?"


@pytest.fixture
def at_desk(site, new_context, cookie_of):
    """A page of a browser in which this person is signed in and looks at the desk's first page."""

    def opened(role, name):
        context = new_context()
        context.add_cookies([cookie_of(make_member(role, name.lower(), first_name=name))])
        page = context.new_page()
        page.goto(f"{site}/admin/")
        return page

    return opened


def test_a_report_goes_through_review_to_its_readers(site, at_desk, page, mailoutbox):
    make_type("Brief")
    wanda, edith, paul = at_desk(Role.WRITER, "Wanda"), at_desk(Role.EDITOR, "Edith"), at_desk(Role.PUBLISHER, "Paul")
    write_and_submit(wanda)
    send_back(edith, site)
    change_and_submit_again(wanda, site)
    moment = schedule(paul, site)
    assert page.goto(f"{site}{Report.objects.get().get_absolute_url()}").status == 404
    with time_machine.travel(moment + timedelta(seconds=1)):
        expect_readers_to_find_it(page, site)
    assert [one.subject.removesuffix(TITLE) for one in mailoutbox] == [
        "For review: ", "For review: ", "Sent back: ", "A note on ", "For review: ", "For review: ", "Scheduled: ",
    ]  # fmt: skip


def write_and_submit(page):
    page.get_by_role("link", name="New report").click()
    page.get_by_label("Title:").first.fill(TITLE)
    page.get_by_label("Type").select_option(label="Brief")
    page.get_by_role("textbox", name="Lead").click()
    page.keyboard.insert_text("Pumps break.")
    expect(page.get_by_role("button", name="Publish now")).to_have_count(0)
    page.get_by_role("button", name="Send to review").click()
    expect(page.locator(".messagelist")).to_contain_text("is in review")


def section(page, site, heading):
    """A part of the first page, opened anew."""
    page.goto(f"{site}/admin/")
    return page.locator(".waiting").filter(has=page.get_by_role("heading", name=heading))


def send_back(page, site):
    section(page, site, "Waiting for review").get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Send back…").click()
    page.get_by_label("What should change?").fill(REASON)
    page.get_by_role("button", name="Send back").click()
    expect(page.locator(".messagelist")).to_contain_text("is sent back")
    expect(section(page, site, "Waiting for review")).to_have_count(0)


def change_and_submit_again(page, site):
    waiting = section(page, site, "Sent back to you")
    expect(waiting.locator("blockquote")).to_have_text(REASON)
    waiting.get_by_role("link", name=TITLE).click()
    expect(page.locator(".sent-back")).to_contain_text(f"by Edith, {timezone.localtime():%-d %B %Y}")
    expect(page.locator(".sent-back")).to_contain_text(REASON)
    page.get_by_label("New note").fill(QUESTION)
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#notes li").first).to_contain_text(QUESTION)
    page.get_by_role("textbox", name="Lead").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("The villages pay.")
    page.get_by_role("button", name="Send to review").click()
    expect(page.locator(".messagelist")).to_contain_text("is in review")
    expect(page.locator(".sent-back")).to_have_count(0)


def schedule(page, site):
    row = section(page, site, "Waiting for review")
    expect(row).to_contain_text("ready to publish")
    row.get_by_role("link", name=TITLE).click()
    expect(page.locator("#notes")).to_contain_text(QUESTION)
    moment = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    page.locator(".schedule summary").click()
    page.get_by_label("Goes live at").fill(timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("is scheduled")
    expect(section(page, site, "Scheduled next")).to_contain_text(TITLE)
    page.goto(f"{site}/admin/calendar/{timezone.localtime(moment):%Y/%-m}/")
    expect(page.get_by_role("cell").filter(has_text=TITLE)).to_contain_text(f"{timezone.localtime(moment):%H:%M}")
    return moment


def expect_readers_to_find_it(page, site):
    page.goto(f"{site}/publications/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("#report h1")).to_have_text(TITLE)
    expect(page.locator("#report")).to_contain_text("The villages pay.")
    for hidden in (REASON, QUESTION, "Edith", "Wanda"):
        expect(page.locator("body")).not_to_contain_text(hidden)
