"""The language of a quotation and of words, under the hands of an editor."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import Report
from tests.editors import body, frame, press_slowly, save
from tests.factory import make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(desk, site):
    """Opens the form of a report with this body."""

    def opened(html):
        report = make_draft("Wells", lead="<p>Lead.</p>", body=html)
        desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
        return desk

    return opened


def button(page):
    return frame(page).locator("[data-name=otherLanguage]")


def dialog(page):
    return page.get_by_role("dialog")


def saved_body(page):
    save(page)
    return Report.objects.get().body


def test_a_quotation_is_marked_as_french(form):
    page = form("")
    body(page).click()
    page.keyboard.type("He said:")
    page.keyboard.press("Enter")
    page.keyboard.type("> On ne discute pas.")
    button(page).click()
    field = page.get_by_role("combobox", name="Language of the quotation")
    expect(field).to_be_focused()
    assert "Brazilian Portuguese" in field.evaluate("field => [...field.list.options].map(one => one.value)")
    field.fill("Frensh")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("alert")).to_contain_text("“Frensh” is neither a language")
    field.fill("french")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)
    expect(button(page)).to_have_attribute("aria-pressed", "true")
    page.keyboard.type(" Jamais.")
    stored = '<p>He said:</p><blockquote lang="fr"><p>On ne discute pas. Jamais.</p></blockquote>'
    assert saved_body(page) == stored
    # Opened, changed, changed back and saved, it is what it was.
    body(page).click()
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    assert saved_body(page) == stored
    body(page).locator("blockquote p").click()
    button(page).click()
    expect(dialog(page).get_by_role("combobox")).to_have_value("French")
    dialog(page).get_by_role("button", name="As the rest").click()
    assert saved_body(page) == stored.replace(' lang="fr"', "")


def test_words_are_marked_with_their_marks(form):
    page = form("<p>It is a <strong>coup d’état</strong></p><pre><code>x</code></pre>")
    body(page).locator("p").click()
    page.keyboard.press("End")
    expect(button(page)).to_have_attribute("aria-disabled", "true")
    press_slowly(page, "Shift+ArrowLeft", len("coup d’état"))
    button(page).click()
    page.get_by_role("combobox", name="Language of these words").fill("fr")
    dialog(page).get_by_role("button", name="Set").click()
    stored = '<p>It is a <span lang="fr"><strong>coup d’état</strong></span></p><pre><code>x</code></pre>'
    assert saved_body(page) == stored
    # The cursor within is enough to take it away; undoing gives it back.
    body(page).locator("span[lang]").click()
    button(page).click()
    dialog(page).get_by_role("button", name="As the rest").click()
    expect(body(page).locator("span[lang]")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(body(page).locator("span[lang]")).to_have_count(1)
    assert saved_body(page) == stored


def test_of_marked_words_those_that_are_selected_get_another_language(form):
    page = form('<p>So <span lang="fr">coup d’état grave</span></p>')
    body(page).locator("p").click()
    page.keyboard.press("End")
    press_slowly(page, "Shift+ArrowLeft", len("grave"))
    button(page).click()
    page.get_by_role("combobox", name="Language of these words").fill("la")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)
    stored = '<p>So <span lang="fr">coup d’état</span> <span lang="la">grave</span></p>'
    assert saved_body(page) == stored
    body(page).locator("p").click()
    page.keyboard.press("End")
    press_slowly(page, "Shift+ArrowLeft", len("ve"))
    button(page).click()
    dialog(page).get_by_role("button", name="As the rest").click()
    assert saved_body(page) == stored.replace("grave</span>", "gra</span>ve")


def test_who_leaves_while_the_desk_answers_sets_no_language(form):
    page, waiting = form("<blockquote><p>On y va.</p></blockquote>"), []
    page.route("**/languages/?words=*", lambda route: waiting.append(route))
    body(page).locator("p").click()
    button(page).click()
    dialog(page).get_by_role("combobox").fill("fr")
    page.keyboard.press("Enter")
    with page.expect_response("**/languages/?words=*"):
        while not waiting:
            page.wait_for_timeout(20)
        page.keyboard.press("Escape")
        expect(dialog(page)).to_have_count(0)
        waiting.pop().continue_()
    page.wait_for_timeout(200)
    assert saved_body(page) == "<blockquote><p>On y va.</p></blockquote>"


def test_whoever_changes_their_mind_goes_on_where_they_were(form):
    page = form("<blockquote><p>On y va</p></blockquote>")
    body(page).locator("p").click()
    page.keyboard.press("End")
    button(page).click()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    page.keyboard.type(".")
    assert saved_body(page) == "<blockquote><p>On y va.</p></blockquote>"


def test_a_silent_desk_is_named(form, complaints):
    page = form("<blockquote><p>On y va.</p></blockquote>")
    page.route("**/languages/**", lambda route: route.abort())
    body(page).locator("p").click()
    button(page).click()
    dialog(page).get_by_role("combobox").fill("fr")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("alert")).to_contain_text("did not answer")
    assert all("/admin/languages/" in each for each in complaints)
    complaints.clear()
