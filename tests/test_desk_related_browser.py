"""The editor's hand in a browser: the list of related publications follows what is typed, and readers get that."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications import relating
from publications.models import RelatedPublication, Report, Typed
from tests.editors import save
from tests.factory import make_draft, make_report, make_topic, relate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mine():
    """A draft with one of two topics; five live reports have the one, the newest first, and two the other."""
    water, peace = make_topic("Water"), make_topic("Peace")
    for number in range(5):
        make_report(f"Wells {number}", topics=[water], date=date(2024 - number, 5, 1))
    for number in range(2):
        make_report(f"Talks {number}", topics=[peace], date=date(2024 - number, 5, 1))
    report = make_draft("Mine", topics=[water], date=date(2024, 5, 2))
    relating.rebuild()
    return report


WELLS = [f"Wells {number}" for number in range(5)]


def form_of(site, report):
    return site + reverse("admin:publications_report_change", args=[report.pk])


def shown(page):
    return page.locator(".beside-entries > li a")


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def tab_to(page, wanted):
    """Press Tab until this, or the button of this name, has the focus."""
    wanted = button(page, wanted) if isinstance(wanted, str) else wanted
    wanted.wait_for()
    for _ in range(90):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}.")


def publish(page):
    page.get_by_role("button", name="Publish now", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Read it on the site")


def as_readers_see(page, site, report):
    report.refresh_from_db()
    page.goto(site + report.get_absolute_url())
    return page.locator("#related article h3").all_inner_texts()


# Topics


def test_the_list_follows_the_topics_before_anything_is_saved(desk, site, mine):
    desk.goto(form_of(site, mine))
    expect(shown(desk)).to_have_text(WELLS)
    desk.locator(".field-topics .select2-search__field").click()
    desk.keyboard.type("pea")
    desk.locator(".select2-results__option", has_text="Peace").click()
    expect(shown(desk)).to_have_text(["Wells 0", "Talks 0", "Wells 1", "Talks 1", "Wells 2", "Wells 3"])
    expect(desk.locator(".beside-said")).to_have_text("This is how it will be with what is typed now.")
    desk.locator(".select2-selection__choice", has_text="Water").locator(".select2-selection__choice__remove").click()
    expect(shown(desk)).to_have_text(["Talks 0", "Talks 1"])
    expect(desk.locator(".beside-entries .facts").first).to_contain_text("Peace; one day apart · score")
    assert [row.tag.name for row in mine.report_topics.all()] == ["Water"]
    assert not mine.versions.exists()


def test_the_list_follows_the_topics_by_the_keyboard_alone(desk, site, mine):
    desk.goto(form_of(site, mine))
    expect(shown(desk)).to_have_text(WELLS)
    tab_to(desk, desk.get_by_role("searchbox", name="Topics"))
    # Takes off the last topic, and leaves its name to be typed over.
    desk.keyboard.press("Backspace")
    desk.keyboard.press("ControlOrMeta+A")
    desk.keyboard.type("pea")
    expect(desk.locator(".select2-results__option--highlighted")).to_contain_text("Peace")
    desk.keyboard.press("Enter")
    expect(shown(desk)).to_have_text(["Talks 0", "Talks 1"])


def test_a_new_report_has_the_list_before_it_is_saved(desk, site, mine):
    desk.goto(site + "/admin/publications/report/add/")
    expect(desk.locator("#beside")).to_contain_text("Choose topics")
    desk.locator(".field-topics .select2-search__field").press_sequentially("wat")
    desk.locator(".select2-results__option", has_text="Water").click()
    expect(desk.locator(".beside-said")).to_contain_text("Look at Title.")
    desk.get_by_label("Title:").first.fill("A new one")
    expect(shown(desk)).to_have_count(5)
    assert Report.objects.count() == 8


# Pins and exclusions


def test_pins_and_exclusions_of_the_list_are_what_readers_get(desk, site, mine):
    desk.goto(form_of(site, mine))
    button(desk, "Pin “Wells 3”").click()
    expect(shown(desk)).to_have_text(["Wells 3", "Wells 0", "Wells 1", "Wells 2", "Wells 4"])
    button(desk, "Pin “Wells 4”").click()
    expect(shown(desk)).to_have_text(["Wells 3", "Wells 4", "Wells 0", "Wells 1", "Wells 2"])
    expect(button(desk, "Move “Wells 3” up")).to_be_disabled()
    button(desk, "Move “Wells 4” up").click()
    expect(shown(desk)).to_have_text(["Wells 4", "Wells 3", "Wells 0", "Wells 1", "Wells 2"])
    button(desk, "Exclude “Wells 0”").click()
    expect(shown(desk)).to_have_text(["Wells 4", "Wells 3", "Wells 1", "Wells 2"])
    expect(desk.locator(".beside-said")).to_have_text("“Wells 0” is excluded. Nothing is saved yet.")
    expect(button(desk, "Allow “Wells 0” again")).to_be_focused()
    expect(desk.locator("#related_entries-group tbody tr.form-row:not(.empty-form)")).to_have_count(3)
    assert not RelatedPublication.objects.filter(report=mine).exists()
    publish(desk)
    assert as_readers_see(desk, site, mine) == ["Wells 4", "Wells 3", "Wells 1", "Wells 2"]
    desk.goto(form_of(site, mine))
    expect(shown(desk)).to_have_text(["Wells 4", "Wells 3", "Wells 1", "Wells 2"])


def test_what_is_pinned_is_unpinned_and_what_is_excluded_is_allowed_again(desk, site, mine):
    relate(mine, Report.objects.get(title="Wells 4")), relate(mine, Report.objects.get(title="Wells 1"), "excluded")
    desk.goto(form_of(site, mine))
    expect(shown(desk)).to_have_text(["Wells 4", "Wells 0", "Wells 2", "Wells 3"])
    button(desk, "Allow “Wells 1” again").click()
    expect(shown(desk)).to_have_text(["Wells 4", "Wells 0", "Wells 1", "Wells 2", "Wells 3"])
    expect(button(desk, "Exclude “Wells 1”")).to_be_focused()
    button(desk, "Unpin “Wells 4”").click()
    expect(shown(desk)).to_have_text(WELLS)
    expect(button(desk, "Pin “Wells 4”")).to_be_focused()
    save(desk)
    assert not mine.related_entries.exists()


def test_pinning_ordering_and_excluding_by_the_keyboard_alone(desk, site, mine):
    desk.goto(form_of(site, mine))
    tab_to(desk, "Pin “Wells 1”")
    desk.keyboard.press("Enter")
    expect(shown(desk)).to_have_text(["Wells 1", "Wells 0", "Wells 2", "Wells 3", "Wells 4"])
    expect(button(desk, "Unpin “Wells 1”")).to_be_focused()
    tab_to(desk, "Pin “Wells 2”")
    desk.keyboard.press("Space")
    expect(button(desk, "Unpin “Wells 2”")).to_be_focused()
    desk.keyboard.press("Shift+Tab")
    expect(button(desk, "Move “Wells 2” up")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(shown(desk)).to_have_text(["Wells 2", "Wells 1", "Wells 0", "Wells 3", "Wells 4"])
    expect(button(desk, "Move “Wells 2” down")).to_be_focused()
    tab_to(desk, "Exclude “Wells 0”")
    desk.keyboard.press("Enter")
    expect(button(desk, "Allow “Wells 0” again")).to_be_focused()
    expect(shown(desk)).to_have_text(["Wells 2", "Wells 1", "Wells 3", "Wells 4"])
    desk.keyboard.press("ControlOrMeta+S")
    expect(desk.locator(".messagelist")).to_contain_text("is saved")
    expect(shown(desk)).to_have_text(["Wells 2", "Wells 1", "Wells 3", "Wells 4"])
    by_hand = mine.related_entries.order_by("position").values_list("origin", "related__title")
    assert list(by_hand) == [("pinned", "Wells 2"), ("pinned", "Wells 1"), ("excluded", "Wells 0")]


def test_the_list_follows_the_rows_further_down_too(desk, site, mine):
    relate(mine, Report.objects.get(title="Wells 1"), position=0), relate(mine, Report.objects.get(title="Wells 2"))
    desk.goto(form_of(site, mine))
    expect(shown(desk)).to_have_text(["Wells 1", "Wells 2", "Wells 0", "Wells 3", "Wells 4"])
    desk.locator("#related_entries-1").get_by_role("button", name="Move up").click()
    expect(shown(desk)).to_have_text(["Wells 2", "Wells 1", "Wells 0", "Wells 3", "Wells 4"])
    desk.locator("#id_related_entries-0-origin").select_option("updates")
    expect(desk.locator("#beside")).to_contain_text("This report updates Wells")
    expect(shown(desk)).to_have_count(4)


# Why not


def test_why_a_report_is_not_there_is_asked_by_typing_its_title(desk, site, mine):
    make_draft("Wells of Tomorrow")
    desk.goto(form_of(site, mine))
    tab_to(desk, desk.locator(".why .select2-selection"))
    for title, sentence in [("Talks 0", "It shares no topic with this report"), ("Wells of Tom", "it is a draft.")]:
        desk.keyboard.press("Enter")
        desk.keyboard.type(title.lower())
        expect(desk.locator(".select2-results__option")).to_have_count(1)
        expect(desk.locator(".select2-results__option--highlighted")).to_contain_text(title)
        desk.keyboard.press("Enter")
        expect(desk.locator(".why-said")).to_contain_text(sentence)
    # A question is nothing that is typed into the report.
    desk.wait_for_timeout(2500)
    expect(desk.locator(".kept")).to_have_text("")
    assert not Typed.objects.exists()


def test_the_answer_follows_what_is_typed(desk, site, mine):
    desk.goto(form_of(site, mine))
    desk.locator(".why .select2-selection").click()
    desk.keyboard.type("talks 0")
    desk.locator(".select2-results__option", has_text="Talks 0").click()
    expect(desk.locator(".why-said")).to_contain_text("It shares no topic with this report")
    desk.locator(".field-topics .select2-search__field").press_sequentially("pea")
    desk.locator(".select2-results__option", has_text="Peace").click()
    expect(desk.locator(".why-said")).to_have_text("It is there, at place 2.")


# The panel beside the preview, without scripts, on narrow screens


def test_one_request_brings_the_page_and_the_list(desk, site, mine):
    desk.set_viewport_size({"width": 1500, "height": 900})
    desk.goto(form_of(site, mine))
    button(desk, "Preview here").click()
    preview = desk.frame_locator("#preview iframe").last
    expect(preview.locator("h1")).to_have_text("Mine")
    asked = []
    desk.on("request", lambda request: asked.append(request.url) if "/preview/typed/" in request.url else None)
    desk.get_by_label("Title:").first.fill("Rivers")
    expect(preview.locator("h1")).to_have_text("Rivers")
    expect(desk.locator(".beside-said")).not_to_have_text("")
    desk.wait_for_timeout(1200)
    assert len(asked) == 1
    # What the list does not depend on brings the page alone.
    with desk.expect_response(lambda answer: "/preview/typed/" in answer.url) as answered:
        desk.get_by_label("Funders").evaluate("field => field.closest('details')?.setAttribute('open', '')")
        desk.get_by_label("Funders").fill("Ourselves")
    assert set(answered.value.json()) == {"page"}


def test_without_javascript_the_list_stands_as_it_is_stored(browser, desk, site, mine):
    relate(mine, Report.objects.get(title="Wells 4"))
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(desk.context.cookies())
    page = context.new_page()
    page.goto(form_of(site, mine))
    expect(shown(page)).to_have_text(["Wells 4", "Wells 0", "Wells 1", "Wells 2", "Wells 3"])
    expect(page.locator("#beside button:visible, #beside select:visible, #beside label:visible")).to_have_count(0)
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_and_the_list_fits_the_window(desk, site, mine, axe, complaints, width, scheme):
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": width, "height": 900})
    relate(mine, make_draft(f"Waits {'for a very long time ' * 5}"))
    relate(mine, Report.objects.get(title="Wells 4")), relate(mine, Report.objects.get(title="Wells 3"), position=1)
    relate(mine, Report.objects.get(title="Wells 1"), "excluded")
    relate(Report.objects.get(title="Wells 2"), mine, "part_of")
    desk.goto(form_of(site, mine))
    button(desk, "Move “Wells 3” up").click()
    expect(shown(desk)).to_have_text(["Wells 3", "Wells 4", "Wells 0"])
    assert desk.evaluate("document.documentElement.scrollWidth") == width
    small = desk.locator("#beside button").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 24).length"
    )
    assert small == 0
    assert not complaints
    assert axe(desk) == []
    # axe tries styles of its own, which the policy refuses.
    complaints.clear()
