"""A version is brought back in a browser: what was changed in three edits is read again as it was, on the site too.

By typing and clicking alone, for a draft and for what readers see.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications.editorial import versions
from publications.editorial.roles import Role
from tests.factory import make_author, make_draft, make_member, make_pdf, make_picture, make_topic, make_type

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE, BODY, SUMMARY = "Who Pays for the Pumps", "Pumps break within two years.", "The villages pay."
AUTHORS, TOPICS = ["Zoë Dupont", "Ali Musa"], ["Mali", "Wells"]
PDF = make_pdf("The report as it was")


@pytest.fixture
def desk(desk_of):
    return desk_of(make_member(Role.PUBLISHER, "paul"))


@pytest.fixture
def known():
    """The authors, topics and the type that can be picked in the form."""
    for name in [*AUTHORS, "Ines Roth"]:
        make_author(name)
    for name in [*TOPICS, "Rivers"]:
        make_topic(name)
    make_type("Brief")


def test_a_draft_is_brought_back_as_it_was_before_three_edits(desk, site, known):
    enter(desk, site)
    change_the_text(desk)
    change_authors_and_topics(desk)
    change_the_summary_and(remove_the_file, desk)
    bring_back_the_first_version(desk)
    expect_the_form_to_say_what_it_said(desk)
    press(desk, "Publish now", "is live")
    expect_readers_to_find_what_was_there(desk)


def test_a_live_report_is_brought_back_as_an_edit_that_waits_for_a_publisher(desk, site, known):
    enter(desk, site)
    press(desk, "Publish now", "is live")
    form, address = desk.url, public_address(desk)
    change_the_text(desk)
    change_authors_and_topics(desk)
    change_the_summary_and(replace_the_file, desk)
    publish_the_edit(desk)
    desk.goto(form)
    bring_back_the_first_version(desk)
    expect(desk.locator(".pending")).to_contain_text("an edit that readers do not see yet")
    expect_the_form_to_say_what_it_said(desk)
    desk.goto(address)
    expect(desk.locator("#report h1")).to_have_text("Nobody Pays")
    expect(desk.locator(".report-line a")).to_have_text(["Ali Musa", "Ines Roth"])
    assert desk.request.get(file_link(desk)).body() != PDF
    desk.goto(form)
    publish_the_edit(desk)
    expect_readers_to_find_what_was_there(desk)


def test_two_versions_are_picked_and_one_is_brought_back_from_the_list(desk, site):
    report = make_draft(TITLE)
    for subtitle in ["Ten wells", "Twelve wells"]:
        with_other(report, subtitle=subtitle)
    desk.goto(site + reverse("admin:versions", args=[report.pk]))
    expect(desk.get_by_role("radio", name="Compare version 3")).to_be_checked()
    desk.get_by_role("radio", name="with version 1").check()
    desk.get_by_role("button", name="Compare the two chosen").click()
    desk.wait_for_url("**/versions/3/?with=1")
    expect(desk.locator("ins").last).to_have_text("Twelve wells")
    desk.go_back()
    expect(desk.get_by_role("button", name="Bring back version 3")).to_have_count(0)
    press(desk, "Bring back version 2", "Version 2 is back in the form.")
    expect(desk.get_by_label("Subtitle")).to_have_value("Ten wells")


def with_other(report, **fields):
    content = versions.snapshot(report)
    versions.save(report, content | {"fields": content["fields"] | fields}, by=None)


# What the editor does


def enter(page, site):
    page.goto(f"{site}/admin/publications/report/add/")
    page.get_by_label("Title:").first.fill(TITLE)
    page.get_by_label("Type").select_option(label="Brief")
    write(page, "Lead", "Pumps break.")
    write(page, "Body", BODY)
    write(page, "Summary", SUMMARY)
    for row, name in enumerate(AUTHORS):
        add_author(page, row, name)
    for name in TOPICS:
        pick(page, ".field-topics", name)
    page.locator("#id_cover").set_input_files(upload("cover.webp", "image/webp", make_picture()))
    page.locator("#id_cover_alt").fill("A pump.")
    page.get_by_role("button", name="Add a file").click()
    page.locator("#id_attachments-0-file").set_input_files(upload("pumps.pdf", "application/pdf", PDF))
    save(page)


def change_the_text(page):
    page.get_by_label("Title:").first.fill("Nobody Pays")
    write(page, "Body", "Pumps never break.")
    save(page)


def change_authors_and_topics(page):
    page.locator("#id_authorships-0-DELETE").check()
    add_author(page, 2, "Ines Roth")
    page.locator(".field-topics .select2-selection__choice", has_text="Wells").locator("[class$=remove]").click()
    pick(page, ".field-topics", "Rivers")
    save(page)


def change_the_summary_and(change_the_file, page):
    write(page, "Summary", "Nobody does.")
    change_the_file(page)
    save(page)


def remove_the_file(page):
    page.locator("#id_attachments-0-DELETE").check()


def replace_the_file(page):
    other = upload("other.pdf", "application/pdf", make_pdf("Another", pages=2))
    page.locator("#id_attachments-0-file").set_input_files(other)


def bring_back_the_first_version(page):
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.locator(".comparison")).to_contain_text(TITLE)
    press(page, "Bring version 1 back", "Version 1 is back in the form.")


def publish_the_edit(page):
    page.get_by_role("button", name="Publish the edit").click()
    page.wait_for_url("**/publish-edit/")
    page.get_by_label("Minor").check()
    press(page, "Publish the edit", "shows readers the edit now")


def write(page, name, words):
    page.get_by_role("textbox", name=name, exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def add_author(page, row, name):
    page.get_by_role("button", name="Add an author").click()
    pick(page, f"#authorships-{row}", name)


def pick(page, where, name):
    page.locator(f"{where} .select2-container").first.click()
    page.locator(".select2-search__field").last.press_sequentially(name[:4].lower())
    page.locator(".select2-results__option", has_text=name).click()


def upload(name, media_type, content):
    return {"name": name, "mimeType": media_type, "buffer": content}


def save(page):
    """The button says “Save draft” or “Save the edit”."""
    press(page, re.compile("^Save (draft|the edit)$"), "is saved")


def press(page, button, said):
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(said)


# What there is to see


def expect_the_form_to_say_what_it_said(page):
    expect(page.get_by_label("Title:").first).to_have_value(TITLE)
    for name, words in {"Body": BODY, "Summary": SUMMARY}.items():
        expect(page.get_by_role("textbox", name=name, exact=True)).to_have_text(words)
    expect(page.locator("#authorships-group .select2-selection__rendered")).to_have_text(AUTHORS)
    expect(page.locator(".field-topics .select2-selection__choice")).to_contain_text(TOPICS)
    file = page.locator("#attachments-group .has_original")
    expect(file).to_have_count(1)
    answer = page.request.get(absolute(file.get_by_role("link", name="Open the file")))
    assert (answer.status, answer.body()) == (200, PDF)


def expect_readers_to_find_what_was_there(page):
    page.goto(public_address(page))
    expect(page.locator("#report h1")).to_have_text(TITLE)
    expect(page.locator(".body")).to_have_text(BODY)
    expect(page.locator("section.summary")).to_contain_text(SUMMARY)
    expect(page.locator(".report-line a")).to_have_text(AUTHORS)
    expect(page.locator(".topics li")).to_have_text(TOPICS)
    assert page.request.get(page.locator(".cover img").evaluate("image => image.currentSrc")).status == 200
    answer = page.request.get(file_link(page))
    assert (answer.status, answer.body()) == (200, PDF)


def public_address(page):
    return absolute(page.get_by_role("link", name="Read it on the site"))


def file_link(page):
    return absolute(page.locator("#files a"))


def absolute(link):
    return link.evaluate("link => link.href")
