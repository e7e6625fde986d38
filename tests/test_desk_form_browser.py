"""The report form under the hands of somebody who types: what is offered, where the keys lead, what is refused."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.factory import make_draft, make_superuser, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/admin/publications/report/add/"


@pytest.fixture
def desk(page, site):
    client = Client()
    client.force_login(make_superuser())
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": str(site)}])
    return page


def form_of(site, report):
    return site + reverse("admin:publications_report_change", args=[report.pk])


# Pickers


def type_topic(page, words, offers):
    """Type into the field of topics, and wait until it offers this."""
    page.locator(".field-topics .select2-search__field").press_sequentially(words)
    expect(page.locator(".select2-results__option[aria-selected]")).to_have_text(offers)


def test_the_enter_key_takes_the_best_topic_and_it_is_not_offered_again(desk, site):
    for name in ["Backwater", "Ground water", "Water", "Water rights"]:
        make_topic(name)
    desk.goto(form_of(site, make_draft("Wells")))
    said = [f"{name} · subject" for name in ["Water", "Water rights", "Ground water", "Backwater"]]
    type_topic(desk, "water", said)
    desk.keyboard.press("Enter")
    type_topic(desk, "water", said[1:])
    desk.keyboard.press("Enter")
    desk.locator(".select2-selection__choice__remove").first.click()
    desk.keyboard.press("Escape")
    type_topic(desk, "wat", [said[0], *said[2:]])


# Toolbars


def focused(page):
    return page.locator(":focus")


def bar_of(page, name):
    return page.get_by_role("toolbar", name=f"{name}: formatting")


def test_the_buttons_of_an_editor_are_one_stop_and_the_arrows_lead_along_them(desk, site):
    desk.goto(site + NEW)
    expect(desk.get_by_role("toolbar")).to_have_count(5)
    bar, text = bar_of(desk, "Lead"), desk.get_by_role("textbox", name="Lead", exact=True)
    text.click()
    desk.keyboard.press("Shift+Tab")
    expect(bar.locator(":focus")).to_have_attribute("aria-expanded", "false")
    shown = bar.locator(".prose-menubar__button:not(.hidden)")
    for key, place in [
        ("ArrowRight", 1),
        ("End", shown.count() - 1),
        ("ArrowRight", 0),
        ("ArrowLeft", -1),
        ("Home", 0),
    ]:
        desk.keyboard.press(key)
        expect(shown.nth(place)).to_be_focused()
    desk.keyboard.press("Tab")
    expect(text).to_be_focused()
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("Shift+Tab")
    assert bar.locator(":focus").count() == 0


def test_the_toolbar_says_what_is_on_and_what_cannot_be_done(desk, site):
    desk.goto(site + NEW)
    bar, text = bar_of(desk, "Lead"), desk.get_by_role("textbox", name="Lead", exact=True)
    undo, bold = bar.get_by_role("button", name="undo"), bar.get_by_role("button", name="bold")
    text.click()
    expect(undo).to_have_attribute("aria-disabled", "true")
    desk.keyboard.press("Shift+Tab")
    while not bold.evaluate("button => button === document.activeElement"):
        desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Enter")
    expect(text).to_be_focused()
    expect(bold).to_have_attribute("aria-pressed", "true")
    desk.keyboard.type("Wells")
    expect(undo).not_to_have_attribute("aria-disabled", "true")
    assert text.locator("strong").inner_text() == "Wells"
    desk.keyboard.press("Shift+Tab")
    expect(bold).to_be_focused()


def test_the_kind_of_a_paragraph_is_chosen_by_the_keyboard(desk, site):
    desk.goto(site + NEW)
    bar, text = bar_of(desk, "Body"), desk.get_by_role("textbox", name="Body", exact=True)
    text.click()
    desk.keyboard.type("Who holds the key")
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("Enter")
    expect(bar.locator(".prose-menubar__option").first).to_be_focused()
    desk.keyboard.press("Escape")
    expect(bar.locator(".prose-menubar__selected button")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    chosen = focused(desk).inner_text()
    desk.keyboard.press("Enter")
    expect(text).to_be_focused()
    assert chosen == "Heading 2"
    expect(text.locator("h2")).to_have_text("Who holds the key")
    desk.keyboard.press("Shift+Tab")
    expect(bar.locator(".prose-menubar__selected button")).to_be_focused()


# The row of buttons, and the buttons that add rows


def test_the_field_of_topics_shows_that_it_has_the_focus(desk, site):
    desk.goto(site + NEW)
    drawn = desk.locator(".field-topics .select2-selection")
    assert drawn.evaluate("box => getComputedStyle(box).outlineStyle") == "none"
    desk.locator("#add_id_topics").focus()
    desk.keyboard.press("Shift+Tab")
    expect(desk.get_by_role("searchbox", name="Topics")).to_be_focused()
    desk.keyboard.press("Escape")
    ring = (
        "box => { const { outlineStyle, outlineWidth } = getComputedStyle(box); return outlineStyle + outlineWidth; }"
    )
    assert drawn.evaluate(ring) == "solid2px"


def test_the_escape_key_closes_what_schedules_and_leads_back_to_what_opened_it(desk, site):
    desk.goto(form_of(site, make_draft("Water")))
    opens, moment = desk.locator(".schedule summary"), desk.get_by_label("Goes live at")
    desk.keyboard.press("Escape")
    opens.click()
    moment.click()
    desk.keyboard.press("Escape")
    expect(moment).to_be_hidden()
    expect(opens).to_be_focused()


def test_the_buttons_that_add_rows_say_it_in_plain_words(desk, site):
    desk.goto(site + NEW)
    found = desk.get_by_role("button", name="Add another")
    expect(found).to_have_text(["Add another author", "Add another file", "Add another related publication"])
    found.first.click()
    expect(desk.locator("#authorships-0")).to_be_visible()
