"""Tables under the hands of an editor, and on a narrow screen."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.editors import save
from tests.factory import make_draft, make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_editor_names_the_header_cells_of_a_table(desk, site):
    rows = "<tr><td>Year</td><td>Pumps</td></tr><tr><td>2019</td><td>7</td></tr>"
    report = make_draft("Wells", lead="<p>Lead.</p>", body=f"<p>Before.</p><table><tbody>{rows}</tbody></table>")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body = desk.get_by_role("textbox", name="Body")
    tools = desk.get_by_role("toolbar", name="Body: formatting")
    expect(tools.get_by_role("button", name="Header row")).to_be_hidden()
    body.get_by_text("7").click()
    tools.get_by_role("button", name="Header row").click()
    expect(tools.get_by_role("button", name="Header row")).to_have_attribute("aria-pressed", "true")
    tools.get_by_role("button", name="Header column").click()
    expect(tools.get_by_role("button", name="Header column")).to_have_attribute("aria-pressed", "true")
    desk.set_viewport_size({"width": 320, "height": 640})
    assert desk.evaluate("document.documentElement.scrollWidth") == 320
    save(desk)
    report.refresh_from_db()
    assert report.body == (
        "<p>Before.</p><table><tbody><tr><th>Year</th><th>Pumps</th></tr><tr><th>2019</th><td>7</td></tr></tbody></table>"
    )


def test_a_new_table_has_a_header_row_unless_one_does_not_want_it(desk, site):
    report = make_draft("Wells", lead="<p>Lead.</p>", body="<p>Before.</p>")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body = desk.get_by_role("textbox", name="Body")
    body.click()
    desk.keyboard.press("Control+End")
    desk.keyboard.press("Enter")
    desk.get_by_role("toolbar", name="Body: formatting").get_by_role("button", name="Insert table").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_label("Header row")).to_have_value("Yes")
    dialog.get_by_label("Columns").fill("2")
    dialog.get_by_role("button", name="Insert table").click()
    expect(body.locator("th")).to_have_count(2)
    expect(body.locator("td")).to_have_count(4)


@pytest.mark.parametrize("last", ["<table><tbody><tr><td>7</td></tr></tbody></table>", "<p>7</p>"])
def test_the_end_of_a_text_is_behind_a_table(desk, site, last):
    report = make_draft("Wells", lead="<p>Lead.</p>", body=f"<p>Before.</p>{last}")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    desk.get_by_role("textbox", name="Body").get_by_text("Before.").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type("After.")
    save(desk)
    report.refresh_from_db()
    assert report.body == "<p>Before.</p>" + (f"{last}<p>After.</p>" if "table" in last else "<p>7After.</p>")


def box(locator):
    return locator.evaluate("one => (({ left, top }) => [left, top])(one.getBoundingClientRect())")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_wide_and_long_table_scrolls_in_itself_and_keeps_its_heads(page, site, language):
    head = "<th></th>" + "".join(f"<th>Column {number}</th>" for number in range(9))
    rows = "".join(f"<tr><th>Row {row}</th>{'<td>1234</td>' * 9}</tr>" for row in range(60))
    table = f"<table><tbody><tr>{head}</tr>{rows}</tbody></table>"
    report = make_report("Wells", language=language, body=f"<p>Before.</p>{table}<p>After.</p>")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site + report.get_absolute_url())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    frame = page.get_by_role("region", name="Table 1")
    frame.scroll_into_view_if_needed()
    top, side = frame.get_by_role("columnheader", name="Column 0"), frame.get_by_role("rowheader", name="Row 30")
    before = box(top)[1], box(side)[0]
    frame.evaluate(
        "(one, by) => one.scrollBy({ left: by, top: 300, behavior: 'instant' })", 150 if language == "en" else -150
    )
    after = box(top)[1], box(side)[0]
    # It passes the line above itself.
    assert after == pytest.approx(before, abs=1.5)
    assert frame.evaluate("one => [Math.abs(one.scrollLeft), one.scrollTop]") == [150, 300]
    # The page scrolls on past its end.
    expect(page.get_by_text("After.")).to_be_visible()


# How far a link that has the focus lies beneath the head, and beneath the header column, of its table.
COVERED = """() => {
  const link = document.activeElement, { left, right, top } = link.getBoundingClientRect();
  const head = link.closest("table").tHead.getBoundingClientRect();
  const column = link.closest("tr").firstElementChild.getBoundingClientRect();
  const sideways = getComputedStyle(link).direction === "rtl" ? right - column.left : column.right - left;
  return [head.bottom - top, sideways];
}"""


@pytest.mark.parametrize(("language", "size"), [("en", (320, 640)), ("ar", (320, 640)), ("en", (1280, 720))])
def test_a_link_in_a_table_is_not_beneath_its_heads_when_it_has_the_focus(page, site, language, size):
    head = "<th></th>" + "".join(f"<th>What the gauges of the valley said {number}</th>" for number in range(12))
    links = "".join(f'<td><a href="/about/">Gauge {number}</a></td>' for number in range(12))
    rows = "".join(f"<tr><th>Reach {row} of the upper river</th>{links}</tr>" for row in range(12))
    report = make_report("Wells", language=language, body=f"<table><tbody><tr>{head}</tr>{rows}</tbody></table>")
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(site + report.get_absolute_url())
    page.get_by_role("region", name="Table 1").focus()
    covered = []
    for key in ["Tab"] * 144 + ["Shift+Tab"] * 143:
        page.keyboard.press(key)
        covered.append(page.evaluate(COVERED))
    assert [max(down, sideways) for down, sideways in covered if max(down, sideways) > 0] == []
