"""Links under the hands of an editor: picked by words, typed, pasted, changed and removed; and followed by a reader."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.editors import body, press_slowly, save, stored
from tests.factory import make_author, make_draft, make_report, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def water():
    """Reports, a topic and an author with “water” in their names."""
    topic = make_topic("Water")
    make_draft("Water in winter")
    make_report("Rivers", topics=[topic], authors=[make_author("Ann Waters")])
    return make_report("Water for all", topics=[topic])


@pytest.fixture
def form(desk, site):
    """`form(html)`: the form of a draft with this body, the cursor at its beginning."""

    def opened(html):
        desk.report = make_draft("Wells", lead="<p>Lead.</p>", body=html)
        desk.goto(site + reverse("admin:publications_report_change", args=[desk.report.pk]))
        body(desk).click()
        press_slowly(desk, "Control+Home")
        return desk

    return opened


def field(page):
    return page.get_by_role("combobox", name="Address, or words of a title")


def offer(page, name):
    return page.get_by_role("option", name=name)


def open_dialog(page):
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()


def saved_body(page):
    save(page)
    return stored(page.report)


def test_a_report_is_picked_by_words_with_the_keyboard_alone(form, water):
    page = form("<p>See .</p>")
    press_slowly(page, "ArrowRight", 4)
    open_dialog(page)
    page.keyboard.type("water")
    expect(offer(page, "Water for all Report ·")).to_be_visible()
    expect(offer(page, "Water in winter Report · draft")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="pages of this site")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(offer(page, "Water Topic")).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_attribute("aria-activedescendant", offer(page, "Water Topic").get_attribute("id"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_count(0)
    page.keyboard.type(" of May")
    assert saved_body(page) == f'<p>See <a href="{water.get_absolute_url()}">Water for all</a> of May.</p>'


def test_a_page_is_picked_by_mouse_for_the_words_that_are_selected(form, water):
    page = form("<p>See this report.</p>")
    press_slowly(page, "ArrowRight", 4)
    press_slowly(page, "Shift+ArrowRight", len("this report"))
    page.locator(".field-body [data-name=link]").click()
    # What is selected is looked for at once.
    expect(field(page)).to_have_value("this report")
    page.keyboard.type("water")
    offer(page, "Ann Waters Author").click()
    expect(body(page)).to_be_focused()
    assert saved_body(page) == '<p>See <a href="/authors/ann-waters/">this report</a>.</p>'


def test_words_that_are_selected_are_looked_for_at_once(form, water):
    page = form("<p>Water for all</p>")
    press_slowly(page, "Shift+End")
    open_dialog(page)
    expect(offer(page, "Water for all Report")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert saved_body(page) == f'<p><a href="{water.get_absolute_url()}">Water for all</a></p>'


def test_a_link_is_changed_and_removed_with_its_words_left_as_they_are(form):
    page = form('<p>See <a href="/topics/" title="All">our</a><a href="/topics/"> topics</a>.</p>')
    press_slowly(page, "ArrowRight", 6)
    open_dialog(page)
    expect(field(page)).to_have_value("/topics/")
    page.keyboard.type("example.org/x")
    page.get_by_role("button", name="Change link").click()
    expect(body(page).locator("a").first).to_have_attribute("href", "https://example.org/x")
    press_slowly(page, "End")
    press_slowly(page, "ArrowLeft", 3)
    open_dialog(page)
    page.get_by_role("button", name="Remove link", exact=True).click()
    expect(body(page).locator("a")).to_have_count(1)
    assert saved_body(page) == ('<p>See <a href="https://example.org/x" title="All">our</a> topics.</p>')


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("https://example.org/a", '<a href="https://example.org/a">https://example.org/a</a>'),
        ("www.example.org", '<a href="https://www.example.org">www.example.org</a>'),
        ("ann@example.org", '<a href="mailto:ann@example.org">ann@example.org</a>'),
        ("{site}/publications/water-for-all", '<a href="/publications/water-for-all/">Water for all</a>'),
        ("{site}{change}", '<a href="/publications/water-for-all/">Water for all</a>'),
    ],
)
def test_an_address_is_pasted(form, water, site, typed, html):
    page = form("<p>.</p>")
    open_dialog(page)
    change = reverse("admin:publications_report_change", args=[water.pk])
    page.keyboard.insert_text(typed.format(site=site, change=change))
    page.keyboard.press("Enter")
    expect(field(page)).to_have_count(0)
    assert saved_body(page) == f"<p>{html}.</p>"


def test_nonsense_gets_a_sentence_and_changes_nothing(form, water):
    page = form("<p>Words</p>")
    open_dialog(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Type an address, or words of a title.")).to_be_visible()
    for typed, said in [
        ("javascript:alert(1)", "A link cannot begin with “javascript:”."),
        ("no such words", "This is no address, and no page of this site is called so."),
        ("water", "This is no address. Choose one of the pages,"),
        ("/admin/", "Readers may not enter there"),
    ]:
        field(page).fill(typed)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
        expect(field(page)).to_have_attribute("aria-invalid", "true")
    # One Escape for the list, one for the dialog.
    field(page).fill("water")
    expect(offer(page, "Water for all")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".link-dialog").get_by_role("option")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(field(page)).to_have_count(0)
    page.keyboard.type("Many ")
    assert saved_body(page) == "<p>Many Words</p>"


def test_an_address_is_typed_while_the_desk_does_not_answer(form, complaints):
    page = form("<p>Words</p>")
    page.route("**/admin/links/**", lambda route: route.abort())
    open_dialog(page)
    page.keyboard.type("words of a title")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The desk does not answer")).to_be_visible()
    field(page).fill("example.org/x")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_count(0)
    page.keyboard.type(" ")
    assert saved_body(page) == '<p><a href="https://example.org/x">example.org/x</a> Words</p>'
    assert all("/admin/links/" in each for each in complaints)
    complaints.clear()


@pytest.mark.parametrize("way", ["keys", "button"])
def test_a_note_gets_a_link_and_what_is_undone_is_undone(form, water, way):
    page = form("<p>Pumps fail<foot-note>See .</foot-note>.</p>")
    body(page).locator(".note-number").click()
    expect(page.get_by_role("textbox", name="Words of the note")).to_be_focused()
    press_slowly(page, "ArrowLeft")
    if way == "keys":
        open_dialog(page)
    else:
        page.locator(".field-body [data-name=link]").click()
    page.keyboard.type("water for")
    offer(page, "Water for all").click()
    link = '<a href="/publications/water-for-all/">Water for all</a>'
    page.keyboard.press("Control+z")
    expect(body(page).locator("foot-note a")).to_have_count(0)
    page.keyboard.press("Control+y")
    assert saved_body(page) == f"<p>Pumps fail<foot-note>See {link}.</foot-note>.</p>"


def test_a_picked_link_is_followed_by_a_reader_after_its_slug_has_changed(form, water, site, axe):
    page = form("<p></p>")
    open_dialog(page)
    page.keyboard.type("water for")
    expect(offer(page, "Water for all")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_count(0)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".messagelist")).to_be_visible()
    water.slug = "water-for-everybody"
    water.save()
    page.report.refresh_from_db()
    assert page.report.body == '<p><a href="/publications/water-for-all/">Water for all</a></p>'
    page.goto(site + page.report.get_absolute_url())
    link = page.get_by_role("article").first.get_by_role("link", name="Water for all").first
    assert link.get_attribute("href") == "/publications/water-for-everybody/"
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Water for all")
    page.goto(f"{site}/publications/water-for-all/")
    expect(page).to_have_url(f"{site}/publications/water-for-everybody/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_dialog_is_easy_to_use(form, water, axe, complaints, width, scheme):
    make_report("A title that is long enough to need more than one line on a telephone, about water", language="en")
    make_report("المياه water", language="ar")
    page = form("<p>Words.</p>")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    open_dialog(page)
    page.keyboard.type("water")
    expect(offer(page, "Water for all")).to_be_visible()
    page.keyboard.press("ArrowDown")
    found = axe(page)
    box = page.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="This is no address")).to_be_visible()
    assert found + axe(page) == []
    # Those of axe itself, about its own ways.
    complaints.clear()


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("See https://example.org/a. ", 'See <a href="https://example.org/a">https://example.org/a</a>.'),
        ("(www.example.org) ", '(<a href="https://www.example.org">www.example.org</a>)'),
        ("Ask ann@example.org, ", 'Ask <a href="mailto:ann@example.org">ann@example.org</a>,'),
        ("Ask mailto:ann@example.org ", "Ask mailto:ann@example.org"),
        ("Node.js or data.csv ", "Node.js or data.csv"),
    ],
)
def test_an_address_that_is_typed_behind_a_note_becomes_a_link(form, typed, becomes):
    page = form("<p>Wells<foot-note>Census.</foot-note> </p>")
    press_slowly(page, "End")
    page.keyboard.type(" ")
    page.keyboard.type(typed, delay=10)
    assert saved_body(page) == f"<p>Wells<foot-note>Census.</foot-note> {becomes}</p>"


def test_an_address_with_which_a_paragraph_ends_becomes_a_link(form):
    page = form("<p>Wells<foot-note>Census.</foot-note></p>")
    press_slowly(page, "End")
    page.keyboard.type(" https://example.org/a", delay=10)
    page.keyboard.press("Enter")
    page.keyboard.type("More.", delay=10)
    assert saved_body(page) == (
        '<p>Wells<foot-note>Census.</foot-note> <a href="https://example.org/a">https://example.org/a</a></p><p>More.</p>'
    )


def test_an_address_in_a_note_becomes_a_link_and_no_word_beside_it(form):
    page = form("<p>Two rivers.</p>")
    press_slowly(page, "End")
    page.keyboard.press("Control+Alt+f")
    page.keyboard.type("https://example.org/a and https://example.org/b.", delay=10)
    page.keyboard.press("Enter")
    page.keyboard.type("More ", delay=10)
    a, b = (f'<a href="https://example.org/{one}">https://example.org/{one}</a>' for one in "ab")
    assert saved_body(page) == f"<p>Two rivers.<foot-note>{a} and {b}.</foot-note>More</p>"
