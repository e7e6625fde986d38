"""Files that are chosen in a form: uploaded at once, and still there after an error, a sign-in and a closed tab."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import Upload
from tests.editors import save
from tests.factory import give_cover, make_draft, make_pdf_saying, make_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def file(name, kind, content):
    return {"name": name, "mimeType": kind, "buffer": content}


PDF = file("wells.pdf", "application/pdf", make_pdf_saying("Wells and pumps"))
COVER = file("cover.webp", "image/webp", make_picture(1200, 800))


def open_form(desk, site, report):
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))


def add_pdf(desk, given=PDF):
    desk.get_by_text("Add a file").click()
    desk.locator("#id_attachments-0-file").set_input_files(given)
    return desk.locator("#attachments-0 .uploaded")


def test_a_chosen_file_is_uploaded_at_once_and_outlives_an_error_in_the_form(desk, site, axe, complaints):
    report = make_draft("Wells")
    open_form(desk, site, report)
    expect(add_pdf(desk)).to_have_text(re.compile(r"wells\.pdf: PDF, .* 2 pages\. It is uploaded"))
    desk.locator("#id_cover").set_input_files(COVER)
    expect(desk.locator(".field-cover .uploaded")).to_contain_text("cover.webp: WEBP")
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.locator("#faults, .faults").first).to_contain_text("Say what the cover shows")
    expect(desk.locator("#attachments-0 .uploaded")).to_contain_text("wells.pdf: PDF")
    expect(desk.locator("body")).not_to_contain_text("choose them again")
    assert not complaints
    assert axe(desk) == []
    complaints.clear()
    desk.locator("#id_cover_alt").fill("A well")
    save(desk)
    report.refresh_from_db()
    assert report.cover.name.startswith("uploads/")
    assert report.attachments.get().pages == 2


def test_an_upload_is_not_used_after_all_and_the_stored_picture_stays(desk, site, axe, complaints):
    report = make_draft("Wells")
    give_cover(report)
    stored = report.cover.name
    open_form(desk, site, report)
    cover = desk.locator(".field-cover")
    status, unused = cover.get_by_role("status"), cover.get_by_role("button", name="Do not use it")
    expect(unused).to_be_hidden()
    desk.locator("#id_cover").set_input_files(COVER)
    expect(status).to_contain_text("cover.webp: WEBP")
    desk.locator("#id_cover_alt").fill("")
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.locator("#faults, .faults").first).to_contain_text("Say what the cover shows")
    expect(status).to_contain_text("It is uploaded, and saved with the form.")
    assert not complaints
    assert axe(desk) == []
    complaints.clear()
    unused.press("Enter")
    expect(status).to_have_text("It is not used. The stored picture stays.")
    expect(unused).to_be_hidden()
    expect(desk.locator("#id_cover")).to_be_focused()
    expect(cover.get_by_alt_text("The picture as stored")).to_be_visible()
    desk.locator("#id_cover_alt").fill("A well")
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.locator(".messagelist")).to_contain_text("is saved")
    report.refresh_from_db()
    assert report.cover.name == stored
    assert Upload.objects.count() == 1


def test_a_file_that_is_not_used_leaves_its_row_empty(desk, site):
    report = make_draft("Wells")
    open_form(desk, site, report)
    status = add_pdf(desk)
    row = desk.locator("#attachments-0")
    expect(status).to_contain_text("It is uploaded")
    row.get_by_role("button", name="Do not use it").click()
    expect(status).to_have_text("It is not used. No file is chosen.")
    assert desk.locator("#id_attachments-0-file").input_value() == ""
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.locator(".messagelist")).to_contain_text("is saved")
    assert not report.attachments.exists()


def test_a_file_that_is_on_its_way_or_was_not_uploaded_can_be_left(desk, site, complaints):
    waiting = []
    open_form(desk, site, make_draft("Wells"))
    desk.route("**/admin/uploads/", lambda route: waiting.append(route))
    status = add_pdf(desk)
    unused = desk.locator("#attachments-0").get_by_role("button", name="Do not use it")
    unused.click()
    expect(status).to_have_text("It is not used. No file is chosen.")
    desk.unroute("**/admin/uploads/")
    desk.route("**/admin/uploads/", lambda route: route.abort())
    desk.locator("#id_attachments-0-file").set_input_files(PDF)
    expect(status).to_contain_text("It goes along when you save.")
    unused.click()
    assert desk.locator("#id_attachments-0-file").input_value() == ""
    complaints.clear()


def test_an_upload_is_there_again_when_the_sign_in_has_run_out(desk, site):
    report = make_draft("Wells")
    open_form(desk, site, report)
    expect(add_pdf(desk)).to_contain_text("It is uploaded")
    Session.objects.all().delete()
    desk.get_by_role("button", name="Save draft").click()
    desk.get_by_label("Username").fill("alice")
    desk.get_by_label("Password").fill("correct horse battery")
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.locator("#attachments-0 .uploaded")).to_contain_text("wells.pdf: PDF")
    save(desk)
    assert report.attachments.get().pages == 2


def test_a_file_that_is_refused_says_why_at_once(desk, site, complaints):
    report = make_draft("Wells")
    open_form(desk, site, report)
    status = add_pdf(desk, file("wells.pdf", "application/pdf", b"<html><body>Wells</body></html>"))
    expect(status).to_contain_text("This file is a web page")
    assert desk.locator("#id_attachments-0-file").input_value() == ""
    expect(desk.locator("#attachments-0").get_by_role("button", name="Do not use it")).to_be_hidden()
    assert not Upload.objects.exists()
    complaints.clear()


def test_where_the_desk_does_not_answer_the_form_sends_the_file(desk, site, complaints):
    report = make_draft("Wells")
    open_form(desk, site, report)
    desk.route("**/admin/uploads/", lambda route: route.abort())
    expect(add_pdf(desk)).to_contain_text("It goes along when you save.")
    complaints.clear()
    save(desk)
    assert report.attachments.get().pages == 2
