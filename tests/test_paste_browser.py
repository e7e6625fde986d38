"""Pasting into the real editor: from Word, from Google Docs, and while the desk does not answer."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.editors import body, frame, press_slowly, save, stored
from tests.factory import make_draft
from tests.word import FROM_GOOGLE, FROM_WORD, GOOGLE, WORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASTE = """(area, html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", "plain");
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def form(desk, site):
    """The form of a report, with the cursor in its empty body."""
    page = desk
    page.report = make_draft("Wells", lead="<p>Lead.</p>", body="")
    page.goto(site + reverse("admin:publications_report_change", args=[page.report.pk]))
    body(page).click()
    return page


def said(page):
    return frame(page).locator(".pasted")


def saved_body(page):
    save(page)
    return stored(page.report)


@pytest.mark.parametrize(
    ("source", "stored", "words"),
    [
        (FROM_WORD, WORD, "2 footnotes and 1 table came along. 1 picture stayed behind: only the text was taken over."),
        (FROM_GOOGLE, GOOGLE, "1 footnote and 1 table came along."),
    ],
    ids=["Word", "Google Docs"],
)
def test_a_paste_stands_in_the_editor_and_in_the_report_as_it_was_written(form, source, stored, words):
    body(form).evaluate(PASTE, source)
    expect(said(form)).to_have_text(words)
    expect(body(form).locator("foot-note")).to_have_count(stored.count("<foot-note>"))
    form.keyboard.press("Control+End")
    assert saved_body(form) == stored
    # Opened and saved again, it stays as it is.
    body(form).click()
    form.keyboard.type("x")
    form.keyboard.press("Backspace")
    assert saved_body(form) == stored


def test_a_paste_of_words_goes_on_in_the_line(form):
    form.keyboard.type("Before  after")
    press_slowly(form, "ArrowLeft", len(" after"))
    body(form).evaluate(PASTE, "<span style='font-weight:700;color:red'>pumps</span>")
    expect(body(form)).to_have_text("Before pumps after")
    assert saved_body(form) == "<p>Before <strong>pumps</strong> after</p>"


def test_a_paste_is_taken_without_the_desk_where_that_does_not_answer(form, complaints):
    form.route("**/pasted/", lambda route: route.abort())
    body(form).evaluate(PASTE, "<h2>Pumps</h2><p>They <b>fail</b>.</p><script>alert(1)</script>")
    expect(said(form)).to_contain_text("without its help")
    assert saved_body(form) == "<h2>Pumps</h2><p>They <strong>fail</strong>.</p>"
    assert all("/admin/pasted/" in each for each in complaints)
    complaints.clear()


def test_a_paste_stands_where_it_was_pasted_whatever_is_typed_meanwhile(form):
    form.keyboard.type("Before after")
    press_slowly(form, "ArrowLeft", len("after"))
    waiting = []
    form.route("**/pasted/", lambda route: waiting.append(route))
    body(form).evaluate(PASTE, "<b>first</b>")
    body(form).evaluate(PASTE, "<i>second</i>")
    form.keyboard.press("End")
    form.keyboard.type(" the end")
    form.keyboard.press("Control+Home")
    form.keyboard.type("Long ")
    # Answered the other way round.
    form.wait_for_timeout(200)
    for route in reversed(waiting):
        route.continue_()
    expect(body(form)).to_have_text("Long Before firstsecondafter the end")
    assert saved_body(form) == "<p>Long Before <strong>first</strong><em>second</em>after the end</p>"


def test_a_paste_into_code_is_words_alone(form):
    form.keyboard.type("``` ")
    body(form).evaluate(PASTE, "<p><b>bold</b></p>")
    expect(body(form).locator("pre")).to_have_text("plain")
    assert saved_body(form) == "<pre><code>plain</code></pre>"
