"""Suggestions under the search field in a browser: by keyboard, mouse and screen reader, slow, failing, not at all."""

import re

import pytest
from playwright.sync_api import expect

from tests.factory import make_author, make_report, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPEN = ".suggested:not([hidden])"


@pytest.fixture
def library():
    """Of each kind something that begins with “ri”."""
    for number in range(2):
        make_report(
            f"Rivers {number}", authors=[make_author(f"Rita {number}")], topics=[make_topic(f"Rights {number}")]
        )


@pytest.fixture
def listed(page, site, library):
    page.goto(site + "/publications/")
    return page


def type_in(page, words):
    page.locator("#search").press_sequentially(words)


def focused(page):
    return page.evaluate("document.activeElement.innerText || document.activeElement.id")


def shown(page):
    return page.locator(f"{OPEN} li a").all_inner_texts()


def said(page):
    return page.locator(".search [role=status]")


ALL = ["Rights 0", "Rights 1", "Rita 0", "Rita 1", "Rivers 0", "Rivers 1"]


@pytest.mark.parametrize("path", ["/", "/publications/", "/suggest/?q=ri", "/nowhere/"])
def test_every_search_field_suggests_what_begins_so(path, page, site, library):
    page.goto(site + path)
    page.locator("#search").fill("")
    type_in(page, "ri")
    expect(page.locator(OPEN)).to_be_in_viewport()
    assert sorted(shown(page)) == ALL
    # Of the headings none stands in the way of the page's own.
    assert page.locator(f"{OPEN} :is(h1, h2, h3)").count() == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(set(ids)) == len(ids)


def test_the_arrows_go_through_them_and_round(listed):
    type_in(listed, "ri")
    listed.wait_for_selector(OPEN)
    in_order = [*shown(listed), "Search all publications for “ri”", "search"]
    for expected in in_order:
        listed.keyboard.press("ArrowDown")
        assert focused(listed) == expected
    for expected in in_order[-2::-1]:
        listed.keyboard.press("ArrowUp")
        assert focused(listed) == expected


def test_enter_follows_a_link_and_in_the_field_searches(listed, site):
    type_in(listed, "ri")
    listed.wait_for_selector(OPEN)
    listed.keyboard.press("ArrowDown")
    name = focused(listed)
    listed.keyboard.press("Enter")
    expect(listed.locator("h1")).to_have_text(name)
    listed.go_back()
    expect(listed.locator("#search")).to_be_visible()
    assert listed.locator(OPEN).count() == 0
    listed.locator("#search").fill("")
    type_in(listed, "rivers")
    listed.wait_for_selector(OPEN)
    listed.keyboard.press("Enter")
    listed.wait_for_url(site + "/publications/?q=rivers")
    assert listed.locator("#results article").count() == 2


def test_a_click_follows_a_link(listed):
    type_in(listed, "rita")
    listed.locator(OPEN).get_by_role("link", name="Rita 0").click()
    expect(listed.locator("h1")).to_have_text("Rita 0")


def test_a_press_beside_the_links_leaves_the_list_open_and_one_outside_closes_it(listed):
    type_in(listed, "ri")
    listed.locator(f"{OPEN} .label").first.click()
    assert listed.locator(OPEN).count() == 1
    assert focused(listed) == "search"
    listed.locator("h1").click()
    assert listed.locator(OPEN).count() == 0


@pytest.mark.parametrize("at", [0, 2])
def test_escape_closes_them_and_leaves_what_was_typed(at, listed):
    type_in(listed, "ri")
    listed.wait_for_selector(OPEN)
    for _ in range(at):
        listed.keyboard.press("ArrowDown")
    listed.keyboard.press("Escape")
    assert listed.locator(OPEN).count() == 0
    assert focused(listed) == "search"
    assert listed.locator("#search").input_value() == "ri"
    type_in(listed, "v")
    listed.wait_for_selector(OPEN)


def test_the_tab_key_goes_through_them_and_out(listed):
    type_in(listed, "ri")
    listed.wait_for_selector(OPEN)
    stops = []
    while listed.locator(OPEN).count():
        listed.keyboard.press("Tab")
        stops.append(focused(listed))
    assert stops[:-1] == ["Search", *shown_before(stops), "Search all publications for “ri”"]
    assert stops[-1] == "Skip the filters"


def shown_before(stops):
    return [stop for stop in stops if re.fullmatch(r"(Rights|Rita|Rivers) \d", stop)]


def test_letters_that_are_being_put_together_keep_the_arrows(listed):
    type_in(listed, "ri")
    listed.wait_for_selector(OPEN)
    prevented = """field => !field.dispatchEvent(
        new KeyboardEvent("keydown", {key: "ArrowDown", isComposing: true, bubbles: true, cancelable: true}))"""
    assert listed.locator("#search").evaluate(prevented) is False
    assert focused(listed) == "search"


def test_a_screen_reader_is_told_how_many_there_are(listed):
    type_in(listed, "ri")
    expect(said(listed)).to_have_text("6 suggestions. Press the down arrow to reach them.")
    type_in(listed, "ta 0")
    expect(said(listed)).to_have_text("1 suggestion. Press the down arrow to reach it.")
    type_in(listed, "zzz")
    expect(said(listed)).to_have_text("No suggestions.")
    assert listed.locator(OPEN).count() == 0
    listed.locator("#search").fill("r")
    expect(said(listed)).to_have_text("")


def test_a_screen_reader_finds_them_by_kind_after_the_field(listed):
    type_in(listed, "rivers 0")
    listed.wait_for_selector(OPEN)
    expect(listed.get_by_role("search")).to_match_aria_snapshot(
        """
        - search:
          - searchbox "Search publications": rivers 0
          - button "Search"
          - region "Publications":
            - paragraph: Publications
            - list:
              - listitem:
                - link "Rivers 0"
          - paragraph:
            - link "Search all publications for “rivers 0”"
          - status: 1 suggestion. Press the down arrow to reach it.
        """
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_with_the_list_open(width, scheme, listed, axe):
    listed.set_viewport_size({"width": width, "height": 900})
    listed.emulate_media(color_scheme=scheme)
    type_in(listed, "ri")
    listed.wait_for_selector(OPEN)
    assert axe(listed) == []
    beyond = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not listed.evaluate(beyond)


def test_an_answer_that_comes_late_is_not_shown_for_other_words(listed):
    waiting = []
    listed.route("**/suggest/?only=list&q=ri", lambda route: waiting.append(route))
    with listed.expect_request("**/suggest/?only=list&q=ri"):
        type_in(listed, "ri")
    type_in(listed, "ta")
    listed.wait_for_selector(OPEN)
    before = shown(listed)
    for route in waiting:
        route.abort()
    assert shown(listed) == before == ["Rita 0", "Rita 1"]


def test_whoever_does_not_wait_for_an_answer_searches(listed, site):
    listed.route("**/suggest/**", lambda route: None)
    with listed.expect_request("**/suggest/**"):
        type_in(listed, "rivers")
    listed.keyboard.press("Enter")
    listed.wait_for_url(site + "/publications/?q=rivers")
    assert listed.locator("#results article").count() == 2


@pytest.mark.parametrize("answer", [{"status": 500, "body": "Broken"}, {"status": 200, "body": ""}, None])
def test_a_failure_leaves_a_field_that_searches(answer, listed, site, complaints):
    listed.route("**/suggest/**", lambda route: route.fulfill(**answer) if answer else route.abort())
    with listed.expect_event("response" if answer else "requestfailed", lambda one: "/suggest/" in one.url):
        type_in(listed, "rivers")
    listed.wait_for_timeout(200)
    assert listed.locator(OPEN).count() == 0
    listed.keyboard.press("Enter")
    listed.wait_for_url(site + "/publications/?q=rivers")
    assert listed.locator("#results article").count() == 2
    # The browser itself says that the request has failed; the page says nothing.
    assert all("Failed to load resource" in complaint for complaint in complaints)
    complaints.clear()


def test_without_scripts_the_field_searches_and_suggestions_are_a_page(new_context, site, library):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site + "/publications/")
    type_in(page, "rivers")
    page.keyboard.press("Enter")
    page.wait_for_url(site + "/publications/?q=rivers")
    page.goto(site + "/suggest/?q=ri")
    assert sorted(page.locator("#suggestions li a").all_inner_texts()) == ALL
    page.get_by_role("link", name="Rita 1").click()
    expect(page.locator("h1")).to_have_text("Rita 1")


# The list after a choice: a page that says by itself which list it is


def test_the_title_says_what_was_chosen_and_how_many_there_are(listed):
    for choice, title in [
        (r"Rights 1 ?, 1 publication", "1 publication on Rights 1"),
        (r"Rita 1 ?, 1 publication", "1 publication on Rights 1, by Rita 1"),
    ]:
        listed.get_by_role("navigation", name="Filters").get_by_role("link", name=re.compile(choice)).click()
        expect(listed).to_have_title(re.compile(f"^{title} — "))
    listed.get_by_role("link", name="Remove Rights 1").click()
    expect(listed).to_have_title(re.compile("^1 publication by Rita 1 — "))
    listed.go_back()
    listed.go_back()
    expect(listed).to_have_title(re.compile("^1 publication on Rights 1 — "))
    assert listed.locator("#result-count").inner_text() == "1 publication"


def test_who_uses_the_keyboard_can_pass_over_the_filters(listed):
    listed.locator("#search").focus()
    for _ in range(2):
        listed.keyboard.press("Tab")
    assert focused(listed) == "Skip the filters"
    listed.keyboard.press("Enter")
    listed.keyboard.press("Tab")
    assert listed.evaluate("document.activeElement.closest('#found') !== null")
