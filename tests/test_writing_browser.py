"""A text from the first key that an editor presses to the reader who prints it: notes, table, figure and a link."""

import re

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications.editorial.roles import Role
from publications.models import Image, Report
from tests.factory import figure_of, make_member, make_report, make_type, picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RIVER = {"name": "river.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes("JPEG", (1200, 800), colour="#246")}
NOTES = ["Amina Diallo, Pumps, 2019.", "March to May, in most years."]
ROWS = [["Reach", "Gauges", "Pumps", "Keepers", "Paid"], ["Upper", "7", "12", "5", "9"], ["Lower", "3", "21", "4", "6"]]
IMAGE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
CAPTION = "The gauge at Lowani, with the marks of 1926"


@pytest.fixture
def written(desk_of, site):
    """What the editor has published: the report."""
    make_type("Brief")
    make_report("Water for All", lead="<p>Another report.</p>")
    page = desk_of(make_member(Role.PUBLISHER))
    page.goto(site + reverse("admin:publications_report_add"))
    page.get_by_label("Title:").first.fill("Wells of the Valley")
    page.get_by_label("Type").select_option(label="Brief")
    page.get_by_role("textbox", name="Lead", exact=True).click()
    page.keyboard.type("What keeps wells at work.")
    body(page).click()
    write_words_with_notes_and_a_link(page)
    write_a_table(page)
    put_a_figure(page)
    press(page, "Save draft", "is saved")
    press(page, "Publish now", "is live")
    page.context.clear_cookies()
    return Report.objects.get(title="Wells of the Valley")


# What the editor does


def body(page):
    return page.get_by_role("textbox", name="Body", exact=True)


def tool(page, name):
    return page.get_by_role("toolbar", name="Body: formatting").get_by_role("button", name=name)


def write_words_with_notes_and_a_link(page):
    page.keyboard.type("Pumps fail")
    page.keyboard.press("Control+Alt+f")
    page.keyboard.type(NOTES[0])
    page.keyboard.press("Enter")
    page.keyboard.type(" in spring")
    tool(page, "Note").click()
    page.keyboard.type(NOTES[1])
    page.keyboard.press("Escape")
    page.keyboard.type(", as we said in ")
    page.keyboard.press("Control+k")
    page.keyboard.type("water for")
    expect(page.get_by_role("option", name="Water for All")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(body(page).get_by_role("link")).to_have_text("Water for All")
    page.keyboard.type(".")
    page.keyboard.press("Enter")


def write_a_table(page):
    tool(page, "Insert table").click()
    page.get_by_label("Rows").fill(str(len(ROWS)))
    page.get_by_label("Columns").fill(str(len(ROWS[0])))
    page.get_by_role("dialog").get_by_role("button", name="Insert table").click()
    expect(body(page).locator("td, th")).to_have_count(len(ROWS) * len(ROWS[0]))
    for number, words in enumerate(word for row in ROWS for word in row):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(words)
    expect(body(page).locator("th")).to_have_text(ROWS[0])


def put_a_figure(page):
    page.keyboard.press("Control+End")
    with page.expect_file_chooser() as chooser:
        tool(page, "Picture: choose").click()
    chooser.value.set_files(RIVER)
    figure = body(page).locator("figure.picture")
    page.keyboard.type("A gauge in a river, at 3.2 m.")
    figure.get_by_label("Credit").fill("Photo: Bo Osei")
    figure.locator("figcaption").click()
    page.keyboard.type(CAPTION)
    expect(figure.locator(".picture-shown img")).to_have_attribute("src", re.compile("-480.webp"))


def press(page, button, said):
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(said)


# What readers do


def read_a_note(page):
    number, note = page.locator("#note-2-number"), page.locator("#note-2")
    number.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    number.click()
    expect(note).to_be_in_viewport()
    expect(note).to_contain_text(NOTES[1])
    assert page.evaluate("scrollY") == place
    page.get_by_role("link", name="Back to note 2 in the text").click()
    expect(number).to_be_in_viewport()
    expect(page).to_have_url(re.compile("#note-2-number$"))


def see_the_figure(page):
    figure = page.locator("figure.picture")
    figure.scroll_into_view_if_needed()
    expect(figure).to_contain_text(CAPTION)
    expect(figure.get_by_role("img", name="A gauge in a river, at 3.2 m.")).to_have_js_property("complete", True)
    assert figure.locator("img").evaluate("image => image.naturalWidth") > 0


def scroll_the_table(page):
    frame = page.get_by_role("region", name="Table 1")
    frame.scroll_into_view_if_needed()
    last = frame.get_by_role("columnheader", name=ROWS[0][-1])
    expect(last).not_to_be_in_viewport()
    frame.hover()
    page.mouse.wheel(600, 0)
    expect(last).to_be_in_viewport(ratio=1)
    assert page.evaluate("[scrollX, document.documentElement.scrollWidth]") == [0, 320]


def follow_the_link(page):
    page.locator(".body").get_by_role("link", name="Water for All").click()
    expect(page.locator("#report h1")).to_have_text("Water for All")


def printed(page):
    """The words on its paper, and the pixels of the pictures there."""
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as document:
        words = " ".join(sheet.get_textpage().get_text_bounded() for sheet in document)
        pictures = [found.get_px_size() for sheet in document for found in sheet.get_objects([IMAGE])]
    return re.sub(r"\s+", " ", words), pictures


def as_stored():
    """The text that was typed."""
    notes = [f"<foot-note>{words}</foot-note>" for words in NOTES]
    link = '<a href="/publications/water-for-all/">Water for All</a>'
    heads = "".join(f"<th>{word}</th>" for word in ROWS[0])
    rows = "".join(f"<tr>{''.join(f'<td>{word}</td>' for word in row)}</tr>" for row in ROWS[1:])
    table = f"<table><tbody><tr>{heads}</tr>{rows}</tbody></table>"
    figure = figure_of(Image.objects.get(), "A gauge in a river, at 3.2 m.", "Photo: Bo Osei", CAPTION)
    return f"<p>Pumps fail{notes[0]} in spring{notes[1]}, as we said in {link}.</p>{table}{figure}"


def test_a_text_is_written_published_and_read_with_and_without_scripts_and_on_paper(written, new_context, site):
    assert written.body == as_stored()
    address = site + written.get_absolute_url()
    for scripts in (True, False):
        page = new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 640}).new_page()
        page.goto(address)
        read_a_note(page)
        see_the_figure(page)
        scroll_the_table(page)
        follow_the_link(page)
    page = new_context().new_page()
    page.goto(address, wait_until="networkidle")
    words, pictures = printed(page)
    for said in (f"Notes 1. {NOTES[0]}", f"2. {NOTES[1]}", CAPTION, "Photo: Bo Osei", *ROWS[1]):
        assert said in words
    assert "Wells of the Valley. Brief." in words[words.index("TO CITE THIS") :]
    assert address in words.replace(" ", "")
    assert [width >= 480 for width, _ in pictures] == [True]
