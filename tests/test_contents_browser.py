"""The list of contents: it knows where a reader is, stays in view beside the text, and is a list without scripts."""

import pytest
from playwright.sync_api import expect

from publications import relating
from tests.crawl import page as crawled
from tests.factory import attach, make_report, make_topic

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "<p>Every spring the pumps of the upper valley fail, and every spring they are repaired.</p>"


def parts(number, paragraphs=12):
    return "".join(f"<h2>Part {part}</h2>{WORDS * paragraphs}" for part in range(1, number + 1))


def with_neighbours(**fields):
    water = make_topic("Water")
    report = make_report("Wells", topics=[water], **fields)
    for number in range(6):
        make_report(f"Neighbour {number}", topics=[water])
    relating.rebuild()
    return report


def current(page):
    return page.locator(".contents [aria-current]").all_inner_texts()


def scroll_to(page, words):
    page.get_by_role("heading", name=words, exact=True).evaluate("one => one.scrollIntoView({ behavior: 'instant' })")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_part_that_is_being_read_is_marked(page, site, width):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(site + make_report(body=WORDS * 30 + parts(5)).get_absolute_url())
    expect(page.get_by_role("navigation", name="Contents").get_by_role("link")).to_have_count(5)
    assert current(page) == []
    for words in ("Part 2", "Part 5", "Part 1"):
        scroll_to(page, words)
        expect(page.locator(".contents [aria-current=true]")).to_have_text(words)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    expect(page.locator(".contents [aria-current]")).to_have_count(0)


def test_a_list_longer_than_the_window_keeps_the_entry_in_view_and_moves_nothing_else(page, site):
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto(site + make_report(body=parts(40, 4)).get_absolute_url())
    scroll_to(page, "Part 30")
    place = page.evaluate("scrollY")
    entry = page.locator(".contents [aria-current=true]")
    expect(entry).to_have_text("Part 30")
    expect(entry).to_be_in_viewport()
    assert page.evaluate("scrollY") == place
    # Who is choosing from the list is left alone.
    page.locator(".contents").hover(position={"x": 100, "y": 100})
    before = page.locator(".contents > div").evaluate("one => one.scrollTop")
    scroll_to(page, "Part 2")
    expect(entry).to_have_text("Part 2")
    assert page.locator(".contents > div").evaluate("one => one.scrollTop") == before


BOX = "one => (({ top, bottom, left }) => ({ top, bottom, left }))(one.getBoundingClientRect())"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("annexes", [0, 2])
@pytest.mark.parametrize("paragraphs", [1, 30])
def test_the_list_stays_beside_the_text_until_what_is_related_comes(page, site, paragraphs, annexes, language):
    report = with_neighbours(
        lead=WORDS * 6, summary=f"<ul><li>{WORDS}</li></ul>", body=parts(4, paragraphs), language=language
    )
    for number in range(annexes):
        attach(report, f"Annex {number}")
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(site + report.get_absolute_url())
    boxes = {
        name: page.locator(name).evaluate(BOX) for name in (".lead", ".summary", ".text", ".contents > div", "#related")
    }
    side, related = boxes[".contents > div"], boxes["#related"]
    assert side["left"] == related["left"] != boxes[".text"]["left"]
    assert side["bottom"] <= related["top"]
    assert (
        abs(side["top"] - (page.locator(".files").evaluate(BOX)["bottom"] if annexes else boxes[".lead"]["top"])) < 45
    )
    # The text has no hole above it.
    assert 0 <= boxes[".summary"]["top"] - boxes[".lead"]["bottom"] < 60
    assert 0 <= boxes[".text"]["top"] - boxes[".summary"]["bottom"] < 60
    for words in ("Part 2", "Part 4"):
        scroll_to(page, words)
        side, related = (page.locator(name).evaluate(BOX) for name in (".contents > div", "#related"))
        assert side["bottom"] <= related["top"]
        assert side["top"] < 1 or paragraphs == 1 or words == "Part 4"


def test_without_scripts_it_is_a_list(browser, site):
    report = make_report(body=parts(4))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + report.get_absolute_url())
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Part 3").click()
    expect(page.get_by_role("heading", name="Part 3")).to_be_in_viewport()
    context.close()


def test_only_a_page_with_a_list_asks_for_its_script(client):
    for number, asks in ((3, True), (2, False)):
        answer = client.get(make_report(body=parts(number)).get_absolute_url())
        assert (b"js/contents" in answer.content) is asks


def test_a_heading_has_its_address_beside_it(page, site):
    report = make_report(
        body="<p>Words.</p><h2>Two <em>zeros</em> &amp; more<foot-note>a</foot-note></h2><p>Words.</p>"
    )
    page.goto(site + report.get_absolute_url())
    expect(page.get_by_role("heading", name="Two zeros & more1", exact=True)).to_be_visible()
    link = page.get_by_role("link", name="Link to this part: Two zeros & more")
    assert link.evaluate("one => getComputedStyle(one).opacity") == "0"
    page.get_by_role("heading", name="Two zeros").hover()
    assert link.evaluate("one => getComputedStyle(one).opacity") == "1"
    page.mouse.move(0, 0)
    page.locator("#note-1-number").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert link.evaluate("one => getComputedStyle(one).opacity") == "1"
    page.keyboard.press("Enter")
    assert page.url == f"{site}{report.get_absolute_url()}#two-zeros-more"
    page.emulate_media(media="print")
    expect(link).to_be_hidden()


def test_the_address_of_a_heading_stays_when_other_words_change():
    def anchors(report):
        parts = crawled(report.get_absolute_url()).all("div", class_="part")
        return [heading["id"] for part in parts for heading in part.all("h2")]

    report = make_report(body="<h2>One</h2><p>x</p><h2>Two</h2><p>y</p>")
    before = anchors(report)
    report.body = "<p>More.</p><h2>Zero</h2><p>x y</p><h2>One</h2><p>New</p><h3>Within</h3><p>x</p><h2>Two</h2><p>y</p>"
    report.save()
    assert before == ["one", "two"]
    assert anchors(report) == ["zero", *before]
