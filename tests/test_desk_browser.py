"""The desk in a browser: editors, order, windows within the page, and what axe finds."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import Report
from tests.editors import press_slowly
from tests.factory import attach, give_cover, make_author, make_draft, make_report, make_superuser, make_topic, relate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EDITORS = ["Lead", "Summary", "Body", "About the report", "Acknowledgement"]


def form_of(site, report):
    return site + reverse("admin:publications_report_change", args=[report.pk])


def full_report():
    authors = [make_author("Zoë Dupont"), make_author("Wei Chen")]
    report = make_report("Water", authors=authors, topics=[make_topic("Rivers"), make_topic("Mali", kind="place")])
    attach(report, "Annex")
    return give_cover(report)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_in_the_desk(desk, site, axe, complaints, width, scheme):
    report = full_report()
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    addresses = [
        "/admin/",
        "/admin/publications/report/",
        "/admin/publications/report/add/",
        "/admin/topics/topic/add/",
    ]
    addresses += [
        reverse("admin:publications_report_change", args=[report.pk]),
        reverse("admin:withdraw", args=[report.pk]),
    ]
    found = {}
    for address in addresses:
        desk.goto(site + address)
        desk.wait_for_load_state("networkidle")
        assert not complaints
        found[address] = axe(desk)
        # axe tries styles of its own, which the policy refuses.
        complaints.clear()
    assert not any(found.values()), "\n".join(f"{a}: {line}" for a, lines in found.items() for line in lines)


def authors_of(report):
    return [str(row) for row in report.authorships.all()]


def move(page, row, direction):
    page.locator(f"#authorships-{row}").get_by_role("button", name=f"Move {direction}").press("Enter")


def add_author(page, row, name):
    page.get_by_role("button", name="Add an author").click()
    page.locator(f"#authorships-{row} .select2-container").click()
    page.locator(".select2-search__field").last.press_sequentially(name[:4].lower())
    page.locator(".select2-results__option", has_text=name).click()


def save(page, button="Save draft"):
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    assert "is saved" in page.locator(".messagelist").inner_text()


def test_authors_are_moved_by_keyboard_and_new_ones_may_stand_anywhere(desk, site):
    report = make_draft(authors=[make_author("Zoë Dupont"), make_author("Wei Chen")])
    make_author("Ali Musa"), make_author("Ines Roth")
    desk.goto(form_of(site, report))
    add_author(desk, 2, "Ali Musa")
    move(desk, 2, "up")
    move(desk, 2, "up")
    add_author(desk, 3, "Ines Roth")
    desk.locator("#authorships-3 .inline-deletelink").click()
    desk.wait_for_function("document.querySelector('#id_authorships-TOTAL_FORMS').value === '3'")
    move(desk, 0, "down")
    save(desk)
    assert authors_of(report) == ["Ali Musa", "Wei Chen", "Zoë Dupont"]


def test_a_stored_row_keeps_its_number_when_a_new_one_above_it_is_removed(desk, site):
    report = make_draft(authors=[make_author("Zoë Dupont")])
    make_author("Ali Musa"), make_author("Ines Roth")
    desk.goto(form_of(site, report))
    add_author(desk, 1, "Ali Musa")
    add_author(desk, 2, "Ines Roth")
    for row in [1, 2]:
        move(desk, row, "up")
    desk.locator("#authorships-2 .inline-deletelink").click()
    desk.wait_for_timeout(50)
    save(desk)
    assert authors_of(report) == ["Ali Musa", "Zoë Dupont"]


def test_the_form_works_without_javascript(browser, cookie_of, site):
    report = make_draft(authors=[make_author("Zoë Dupont"), make_author("Wei Chen")])
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie_of(make_superuser())])
    page = context.new_page()
    page.goto(form_of(site, report))
    page.locator("#id_authorships-1-position").fill("0")
    page.locator("#id_authorships-0-position").fill("1")
    page.get_by_label("Lead").fill("<p>Typed as it is.</p>")
    page.get_by_label("Title").first.fill("Plain")
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    assert authors_of(report) == ["Wei Chen", "Zoë Dupont"]
    assert Report.objects.get().lead == "<p>Typed as it is.</p>"
    context.close()


def test_each_editor_has_the_name_of_its_field_and_is_reached_by_its_label(desk, site):
    desk.goto(site + "/admin/publications/report/add/")
    for name in EDITORS:
        assert (
            desk.get_by_role("textbox", name=name, exact=True).get_attribute("aria-describedby").endswith("_helptext")
        )
    summary = desk.get_by_role("textbox", name="Summary")
    desk.locator("label[for=id_summary]").click()
    expect(summary).to_be_focused()
    desk.keyboard.type("Typed")
    assert summary.inner_text() == "Typed"


def test_links_tables_and_headings_are_made_under_the_policy(desk, site):
    """A refusal by the policy is a complaint, which ends the test."""
    desk.goto(site + "/admin/publications/report/add/")
    desk.get_by_label("Title:").first.fill("Water")
    body = desk.get_by_role("textbox", name="Body")
    body.click()
    desk.keyboard.type("a link")
    desk.keyboard.press("Control+A")
    box = desk.locator(".field-body .prose-editor")
    box.locator("[data-name=link]").click()
    desk.get_by_role("combobox", name="Address, or words of a title").fill("https://example.org/")
    desk.get_by_role("button", name="Set link").click()
    expect(body.locator("a")).to_have_text("a link")
    body.focus()
    press_slowly(desk, "End")
    box.locator("[data-name=table]").click()
    desk.get_by_label("Rows").fill("2")
    desk.get_by_label("Columns").fill("2")
    desk.get_by_role("dialog").get_by_role("button", name="Insert table").click()
    box.locator("td, th").first.click()
    desk.keyboard.type("A cell")
    save(desk)
    stored = Report.objects.get().body
    assert '<a href="https://example.org/"' in stored
    assert "<table>" in stored


def test_the_enter_key_saves_and_never_publishes(desk, site):
    report = make_draft("Water")
    desk.goto(form_of(site, report))
    with desk.expect_navigation():
        desk.get_by_label("Subtitle").press("Enter")
    report.refresh_from_db()
    assert report.state == "draft"
    assert "is saved" in desk.locator(".messagelist").inner_text()


def test_a_moment_is_given_in_the_row_of_buttons(desk, site):
    report = make_draft("Water")
    desk.goto(form_of(site, report))
    desk.get_by_text("Schedule…").click()
    desk.get_by_label("Goes live at").fill("2099-05-03T09:00")
    desk.get_by_role("button", name="Schedule", exact=True).click()
    assert desk.locator(".stands").inner_text() == "Scheduled for 3 May 2099, 09:00"


def test_the_row_of_buttons_is_in_sight_wherever_one_reads(desk, site):
    desk.set_viewport_size({"width": 400, "height": 700})
    desk.goto(form_of(site, make_draft("Water")))
    for place in [0, 1500]:
        desk.evaluate(f"window.scrollTo(0, {place})")
        box = desk.locator(".submit-row").bounding_box()
        assert box["y"] + box["height"] <= 701
        assert box["height"] < 160
    assert desk.evaluate("document.documentElement.scrollWidth") == 400


def test_a_form_with_every_kind_of_part_fits_a_narrow_screen(desk, site):
    author, other = make_author("Jean-Pierre Cabestan"), make_report("The High Stakes of a Shared River")
    report = make_report("Water", authors=[author], topics=[make_topic("Conflict Analysis & Prevention")])
    relate(report, other)
    attach(report, "Annex")
    desk.set_viewport_size({"width": 320, "height": 800})
    for address in [form_of(site, report), site + author_form(author)]:
        desk.goto(address)
        # Once the editors and pickers have drawn themselves; waiting by a function would be refused by the policy.
        for _ in range(100):
            if (width := desk.evaluate("document.documentElement.scrollWidth")) == 320:
                break
            desk.wait_for_timeout(100)
        assert width == 320


def test_the_list_of_reports_shows_its_last_column_whole(desk, site):
    make_report("Water", authors=[make_author("Catalina Restrepo-Ibáñez"), make_author("Aïssatou Diémé-Faure")])
    desk.set_viewport_size({"width": 1280, "height": 900})
    desk.goto(site + reverse("admin:publications_report_changelist"))
    frame = desk.locator("#changelist .results")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")


def author_form(author):
    return reverse("admin:authors_author_change", args=[author.pk])


def test_on_a_narrow_screen_all_of_a_report_is_read_in_the_list_without_scrolling(desk, site):
    make_report("Water", authors=[make_author("Zoë Dupont")])
    desk.set_viewport_size({"width": 320, "height": 800})
    desk.goto(site + "/admin/publications/report/")
    cells = desk.locator("#result_list tbody :is(td, th)")
    assert cells.count() > 5
    for right in cells.evaluate_all("all => all.map((cell) => cell.getBoundingClientRect().right)"):
        assert right <= 320
    expect(desk.locator("#result_list")).to_contain_text("Zoë Dupont")
