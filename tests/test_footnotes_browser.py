"""Footnotes under the hands of an editor, and before the eyes of a reader, with and without scripts and on paper."""

import re

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.editors import body, frame, press_slowly, save, stored
from tests.factory import make_draft, make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def add_note(page):
    frame(page).locator("[data-name=footNote]").click()


def test_two_footnotes_are_typed_and_read(desk, site):
    report = make_draft("Wells", lead="<p>Lead.</p>", body="")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body(desk).click()
    desk.keyboard.type("Pumps fail")
    add_note(desk)
    desk.keyboard.type("Amina Diallo, ")
    desk.keyboard.press("Control+i")
    desk.keyboard.type("Pumps")
    desk.keyboard.press("Control+i")
    desk.keyboard.type(", 2019, https://example.org/pumps.")
    desk.keyboard.press("Escape")
    desk.keyboard.type(" in spring")
    desk.keyboard.press("Control+Alt+f")
    desk.keyboard.type("March to May.")
    desk.keyboard.press("Enter")
    desk.keyboard.type(", too.")
    save(desk)
    assert stored(report) == (
        "<p>Pumps fail<foot-note>Amina Diallo, <em>Pumps</em>, 2019, "
        '<a href="https://example.org/pumps">https://example.org/pumps</a>.</foot-note>'
        " in spring<foot-note>March to May.</foot-note>, too.</p>"
    )


def test_an_empty_footnote_leaves_nothing_and_what_is_selected_becomes_one(desk, site):
    report = make_draft("Wells", lead="<p>Lead.</p>", body="<p>Pumps fail. See the annex.</p><p>More.</p>")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body(desk).locator("p").last.click()
    desk.keyboard.press("End")
    add_note(desk)
    desk.keyboard.press("Escape")
    desk.keyboard.press("Control+Home")
    desk.keyboard.press("End")
    press_slowly(desk, "Shift+ArrowLeft", len("See the annex."))
    add_note(desk)
    expect(desk.get_by_role("textbox", name="Words of the note")).to_have_text("See the annex.")
    save(desk)
    assert stored(report) == "<p>Pumps fail. <foot-note>See the annex.</foot-note></p><p>More.</p>"


def test_what_is_typed_in_a_footnote_is_undone_with_the_text(desk, site):
    report = make_draft("Wells", lead="<p>Lead.</p>", body="<p>Pumps<foot-note>One.</foot-note> fail.</p>")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body(desk).locator(".note-number").click()
    words = desk.get_by_role("textbox", name="Words of the note")
    expect(words).to_be_focused()
    desk.keyboard.type(" Two.")
    expect(words).to_have_text("One. Two.")
    desk.keyboard.press("Control+z")
    expect(words).to_have_text("One.")
    desk.keyboard.press("Control+y")
    expect(words).to_have_text("One. Two.")
    # By the keyboard alone: past the note, onto it, into it and out again.
    desk.keyboard.press("Escape")
    desk.keyboard.press("ArrowLeft")
    expect(words).to_be_visible()
    desk.keyboard.press("Enter")
    expect(words).to_be_focused()
    desk.keyboard.type("!")
    desk.keyboard.press("Escape")
    expect(words).to_be_hidden()
    save(desk)
    assert stored(report) == "<p>Pumps<foot-note>One. Two.!</foot-note> fail.</p>"


# Readers

LONG = "<p>" + "Every spring the pumps fail. " * 60 + "</p>"
NOTED = f"{LONG}<p>Pumps<foot-note>See the <em>annex</em>.</foot-note> fail<foot-note>Often.</foot-note>.</p>{LONG}"


def in_view(locator):
    return locator.evaluate(
        "one => (({ top, bottom }) => top >= 0 && bottom <= innerHeight)(one.getBoundingClientRect())"
    )


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_footnote_opens_in_place_and_leads_back(browser, site, scripts, width):
    report = make_report("Wells", lead="<p>Lead<foot-note>First.</foot-note>.</p>", body=NOTED)
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 700})
    page = context.new_page()
    page.goto(site + report.get_absolute_url())
    number, note = page.locator("#note-2-number"), page.locator("#note-2")
    number.scroll_into_view_if_needed()
    assert not in_view(note)
    before = page.evaluate("scrollY")
    number.click()
    expect(note).to_be_in_viewport()
    assert in_view(note)
    assert in_view(number)
    assert page.evaluate("scrollY") == before
    page.get_by_role("link", name="Back to note 2 in the text").click()
    assert in_view(number)
    expect(note).not_to_be_in_viewport()
    context.close()


def test_footnotes_are_printed_at_the_end_with_their_numbers(page, site):
    report = make_report("Wells", lead="<p>Lead<foot-note>First.</foot-note>.</p>", body=NOTED)
    page.goto(f"{site}{report.get_absolute_url()}#note-1")
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as document:
        words = " ".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    words = re.sub(r"\s+", " ", words)
    assert re.search(r"Lead ?1.*Pumps ?2 fail ?3.*Notes 1\. First\..*2\. See the annex\..*3\. Often\.", words)
