"""The report form under the hands of somebody who types: what is offered, where the keys lead, what is refused."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factory import (
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
)
from topics.models import TopicSynonym

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/admin/publications/report/add/"


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
    type_topic(desk, "wat", [said[0], *said[2:], "Add “wat” as a new topic…"])


def test_a_topic_that_is_not_there_is_added_from_the_list_by_the_keyboard(desk, site):
    desk.goto(form_of(site, make_draft("Wells")))
    type_topic(desk, "Deep wells", "No topic is called “Deep wells”. Add “Deep wells” as a new topic…")
    with desk.expect_popup() as opened:
        desk.keyboard.press("Enter")
    expect(opened.value.get_by_label("Name:")).to_have_value("Deep wells")
    expect(opened.value.get_by_label("Retired")).to_have_count(0)
    there = desk.get_by_text("Go on in the window that has opened: “Deep wells” is chosen here once it is saved there.")
    expect(there).to_be_visible()
    with opened.value.expect_event("close"):
        opened.value.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".field-topics .select2-selection__choice")).to_contain_text("Deep wells")
    expect(there).to_have_count(0)
    desk.locator(".field-topics .select2-search__field").press_sequentially("deep wells")
    expect(desk.locator(".select2-results", has_text="Searching")).to_have_count(0)
    expect(desk.locator(".select2-results")).to_have_text("“Deep wells” is chosen already.")


def test_a_topic_found_by_another_word_shows_which_until_it_is_chosen(desk, site):
    TopicSynonym.objects.create(topic=make_topic("Ballots"), name="Voting <day>")
    desk.goto(form_of(site, make_draft("Wells")))
    type_topic(desk, "voting", ["Ballots · subject · “Voting <day>”", "Add “voting” as a new topic…"])
    desk.keyboard.press("Enter")
    expect(desk.locator(".field-topics .select2-selection__choice")).to_have_text("×Ballots · subject")


def test_an_author_who_is_not_there_is_added_from_the_list_of_a_new_row(desk, site):
    desk.goto(form_of(site, make_draft("Wells")))
    desk.get_by_role("button", name="Add an author").click()
    desk.locator("#authorships-0 .select2-selection").click()
    desk.keyboard.type("Xu Li")
    with desk.expect_popup() as opened:
        desk.locator(".select2-results__option", has_text="Add “Xu Li” as a new author…").click()
    with opened.value.expect_event("close"):
        opened.value.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator("#authorships-0 .select2-selection")).to_contain_text("Xu Li")


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


def test_on_a_narrow_screen_a_toolbar_is_one_row_and_shows_the_button_that_has_the_focus(desk, site):
    table = "<table><tbody><tr><th>Year</th></tr><tr><td>2019</td></tr></tbody></table>"
    desk.set_viewport_size({"width": 320, "height": 640})
    desk.goto(form_of(site, make_draft("Wells", body=table)))
    bar, text = bar_of(desk, "Body"), desk.get_by_role("textbox", name="Body", exact=True)
    text.get_by_text("2019").click()
    bar.scroll_into_view_if_needed()
    frame = bar.bounding_box()
    assert frame["height"] <= 56
    # In a table Shift+Tab leads from cell to cell.
    bar.locator("[tabindex='0']").focus()
    shown = bar.locator(".prose-menubar__button:not(.hidden)")
    assert shown.count() > 20
    for key in ["End", *["ArrowLeft"] * (shown.count() - 1)]:
        desk.keyboard.press(key)
        box = focused(desk).bounding_box()
        # Its outline too.
        assert frame["x"] + 2 <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] - 2
        assert frame["y"] + 2 <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"] - 2
    expect(shown.first).to_be_focused()
    assert desk.evaluate("document.documentElement.scrollWidth") == 320
    bar.locator("[aria-expanded]").press("Enter")
    expect(bar.get_by_role("button", name="Heading 2")).to_be_in_viewport()


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
    opens = bar.locator(".prose-menubar__selected button")
    expect(opens).to_have_attribute("aria-label", "Kind of text: Paragraph")
    desk.keyboard.press("Enter")
    expect(opens).to_have_attribute("aria-label", "Kind of text: Heading 2")
    assert opens.evaluate("button => getComputedStyle(button, '::before').content") == '"Heading 2"'
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


@pytest.mark.parametrize("make", [make_draft, make_report, make_scheduled, make_withdrawn])
def test_on_a_narrow_screen_the_main_step_stands_in_one_row_and_the_others_behind_more(desk, site, make):
    desk.set_viewport_size({"width": 320, "height": 700})
    desk.goto(form_of(site, make("Water")))
    shown = ".submit-row > :is(input, button, details, a):visible"
    tops = desk.locator(shown).evaluate_all("all => all.map((one) => Math.round(one.getBoundingClientRect().top))")
    assert len(tops) == 3
    assert max(tops) - min(tops) < 5
    more = desk.locator("summary", has_text="More")
    more.press("Enter")
    expect(desk.get_by_role("button", name="Send to review")).to_be_visible()
    expect(desk.get_by_role("button", name="Preview")).to_be_visible()
    assert desk.evaluate("document.documentElement.scrollWidth") == 320
    more.press("Enter")
    expect(desk.get_by_role("button", name="Send to review")).to_be_hidden()
    desk.set_viewport_size({"width": 1280, "height": 700})
    expect(desk.get_by_role("button", name="Send to review")).to_be_visible()
    expect(more).to_be_hidden()


def test_on_a_narrow_screen_the_link_to_an_error_behind_more_shows_it(desk, site):
    desk.set_viewport_size({"width": 320, "height": 700})
    desk.goto(form_of(site, make_report("Water")))
    desk.get_by_label("Title:").first.fill("")
    desk.locator("summary", has_text="More").click()
    desk.locator(".schedule summary").click()
    desk.get_by_label("Goes live at").fill("2999-05-03T09:00")
    refused(desk, "Save the edit")
    expect(desk.get_by_label("Goes live at")).to_be_hidden()
    follow(desk, "Goes live at")
    expect(desk.get_by_label("Goes live at")).to_be_focused()


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
    found = desk.locator(".add-row").get_by_role("button")
    expect(found).to_have_text(["Add an author", "Add a file", "Add a related publication"])
    found.first.click()
    expect(desk.locator("#authorships-0")).to_be_visible()
    for sign in ["Edit this author", "Add an author"]:
        expect(desk.locator("#authorships-0").get_by_title(sign)).to_be_visible()
    expect(desk.get_by_title("Edit this publication type")).to_be_visible()


@pytest.mark.parametrize("key", ["Control+s", "Meta+s"])
def test_the_keys_that_save_elsewhere_save_the_form_and_nothing_else(desk, site, key):
    report = make_report("Water")
    desk.goto(form_of(site, report))
    desk.get_by_role("textbox", name="Lead", exact=True).click()
    desk.keyboard.type("More of ")
    with desk.expect_navigation():
        desk.keyboard.press(key)
    expect(desk.locator(".messagelist")).to_contain_text("Your edit of “Water” is saved.")
    expect(desk.locator(".stands")).to_contain_text("an edit waits")


def test_what_is_wrong_is_framed_in_a_line_of_several_fields_and_the_others_are_not(desk, site):
    desk.goto(form_of(site, make_draft("Water")))
    desk.locator("summary", has_text="Dates, address and rights").click()
    desk.get_by_label("DOI").fill("none")
    desk.get_by_label("Language").first.fill("Frensh")
    refused(desk)
    colour = "field => getComputedStyle(field).borderBottomColor"
    red = desk.locator(".faults").evaluate(colour)
    doi, language, isbn = (desk.locator(f"#id_{name}").evaluate(colour) for name in ("doi", "language", "isbn"))
    assert (doi, language) == (red, red)
    assert isbn != red


def test_a_moment_is_typed_in_the_colour_of_text(desk, site):
    desk.goto(form_of(site, make_draft("Water")))
    colour = "field => getComputedStyle(field).color"
    assert desk.locator("#id_public_from_0").evaluate(colour) == desk.locator("#id_title").evaluate(colour)


# What is refused


def links(page):
    return page.get_by_role("region", name="What is to be corrected").get_by_role("link")


def refused(page, button="Save draft"):
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    expect(page.get_by_role("region", name="What is to be corrected")).to_be_focused()
    assert page.title().startswith("Error: ")


def follow(page, name):
    links(page).filter(has_text=name).press("Enter")


def test_each_error_is_named_above_and_its_link_leads_to_its_field(desk, site):
    author = make_author("Zoë Dupont")
    desk.goto(form_of(site, make_report("Water", authors=[author], type=make_type(), language="en")))
    desk.get_by_label("Title:").first.fill("")
    desk.get_by_role("textbox", name="Lead", exact=True).click()
    desk.keyboard.press("Control+A")
    desk.keyboard.press("Delete")
    desk.locator("#id_type").select_option("")
    desk.get_by_role("button", name="Add an author").click()
    desk.locator("#authorships-1 .select2-container").click()
    desk.keyboard.type("zo")
    desk.locator(".select2-results__option", has_text="Zoë Dupont").click()
    desk.get_by_role("button", name="Add a related publication").click()
    desk.locator("summary", has_text="Dates, address and rights").click()
    desk.get_by_label("DOI").fill("none")
    desk.locator(".schedule summary").click()
    desk.get_by_label("Goes live at").fill("2999-05-03T09:00")
    refused(desk, "Save the edit")
    names = ["Title", "Type", "Authors", "Author 2", "Lead", "Related publication 1, related", "DOI", "Goes live at"]
    expect(links(desk)).to_have_text(names)
    expect(links(desk).locator("..").first).to_have_text("Title: This field is required.")
    expect(links(desk).locator("..").nth(3)).to_have_text("Author 2: This repeats one above.")
    expect(desk.get_by_label("DOI")).to_be_visible()
    expect(desk.get_by_label("Goes live at")).to_be_hidden()
    follow(desk, "Title")
    expect(desk.locator("#id_title")).to_be_focused()
    follow(desk, "Lead")
    expect(desk.get_by_role("textbox", name="Lead", exact=True)).to_be_focused()
    expect(desk.locator("label[for=id_lead]")).to_be_in_viewport()
    follow(desk, "Goes live at")
    expect(desk.get_by_label("Goes live at")).to_be_focused()
    follow(desk, "related")
    expect(desk.locator("#related_entries-0 .select2-selection")).to_be_focused()
    follow(desk, "Author 2")
    expect(desk.locator("#authorships-1 .select2-selection")).to_be_focused()
    follow(desk, "DOI")
    desk.keyboard.press("Control+A")
    desk.keyboard.type("10.1000/182")
    assert desk.locator("#id_doi").input_value() == "10.1000/182"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_what_was_refused_is_sound(desk, site, axe, complaints, width):
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(form_of(site, make_draft("Water")))
    desk.get_by_label("Title:").first.fill("")
    if width == 320:
        desk.locator("summary", has_text="More").click()
    desk.locator(".schedule summary").click()
    desk.get_by_label("Goes live at").fill("2020-05-03T09:00")
    desk.get_by_role("button", name="Add a related publication").click()
    refused(desk)
    desk.wait_for_load_state("networkidle")
    assert desk.evaluate("document.documentElement.scrollWidth") == width
    assert not complaints
    found = axe(desk)
    # axe tries styles of its own, which the policy refuses.
    complaints.clear()
    assert found == []


def test_the_first_error_of_a_new_report_has_the_focus_and_not_its_first_field(desk, site):
    desk.goto(site + NEW)
    desk.get_by_label("Subtitle").fill("Of nothing")
    refused(desk)
    desk.keyboard.press("Tab")
    expect(links(desk)).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.type("Water")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Save draft").click()
    assert "is saved" in desk.locator(".messagelist").inner_text()
    assert not desk.title().startswith("Error")


def test_what_is_to_be_corrected_is_named_and_linked_without_javascript(desk, site, browser):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(desk.context.cookies(str(site)))
    page = context.new_page()
    page.goto(site + NEW)
    page.get_by_role("button", name="Save draft").click()
    links(page).click()
    assert page.url.endswith("#id_title")
    context.close()
