"""The care of topics in a browser: merging, seeing its preview come true, undoing it; by keyboard alone too."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications import relating
from publications.editorial import bulk
from publications.editorial.roles import Role
from publications.models import Report, TopicStep
from publications.topic_care.merging import merge
from tests.factory import make_member, make_report, make_topic
from topics.models import Topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/topics/topic/"


@pytest.fixture
def desk(desk_of):
    return desk_of(make_member(Role.EDITOR, "edith"))


@pytest.fixture
def two():
    """Two topics that are one, on three reports and on two; and what stands beside them."""
    old, new = make_topic("Peace-building"), make_topic("Peacebuilding")
    for number in range(3):
        make_report(f"Of the one {number}", topics=[old])
    for number in range(2):
        make_report(f"Of the other {number}", topics=[new])
    relating.rebuild()
    return old, new


def reports_of(topic):
    return topic.report_topics.count()


def beside(page, site, report):
    page.goto(site + f"/publications/{report}/")
    return page.locator("#related article").count()


def test_two_topics_are_merged_as_the_preview_says_and_the_log_undoes_it(desk, site, two):
    old, new = two
    desk.goto(site + LIST)
    desk.get_by_role("link", name="Look alike").click()
    desk.get_by_role("link", name="Merge into “Peacebuilding”").click()
    preview = desk.locator(".foreseen")
    expect(preview).to_contain_text("3 reports that carry “Peace-building” will carry “Peacebuilding”")
    expect(preview).to_contain_text("beside 5 live reports change")
    expect(desk.locator(".sidebars li")).to_have_count(5)
    desk.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text("“Peace-building” is merged. 3 reports changed.")
    assert (reports_of(new), Topic.objects.count()) == (5, 1)

    desk.goto(site + "/topics/peace-building/")
    expect(desk).to_have_url(site + "/topics/peacebuilding/")
    assert beside(desk, site, "of-the-one-0") == 4

    bulk.retag(Report.objects.get(slug="of-the-one-0"), [make_topic("Water")], [])
    desk.goto(site + LIST)
    desk.get_by_role("link", name="Log").click()
    desk.get_by_role("link", name="“Peace-building” was merged into “Peacebuilding”").click()
    expect(desk.locator(".foreseen")).to_contain_text("on 2 reports")
    desk.get_by_role("button", name="Undo").click()
    expect(desk.locator(".messagelist")).to_contain_text("2 of 3 reports carry it")
    expect(desk.get_by_role("list", name=re.compile("Retagged since")).get_by_role("link")).to_have_text("Of the one 0")
    assert (reports_of(old), reports_of(new)) == (2, 3)
    assert beside(desk, site, "of-the-one-1") == 1


def press_until(page, name, role="link"):
    """Tab until it has the focus, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name)
    wanted.first.wait_for()
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"Tab does not lead to {name}.")


def test_merging_and_undoing_by_keyboard_alone(desk, site, two):
    old, _ = two
    desk.goto(site + f"{LIST}merge/?topics={old.pk}")
    press_until(desk, "into", "combobox")
    desk.keyboard.press("Enter")
    desk.keyboard.type("peaceb")
    expect(desk.locator(".select2-results__option--highlighted")).to_contain_text("Peacebuilding")
    desk.keyboard.press("Enter")
    press_until(desk, "See what changes", "button")
    desk.keyboard.press("Enter")
    expect(desk.locator(".foreseen")).to_contain_text("3 reports")
    # The preview is where reading goes on: the button that acts comes after it.
    press_until(desk, re.compile("^Merge$"), "button")
    desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist")).to_contain_text("3 reports changed")
    press_until(desk, re.compile("undo it"))
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_contain_text("was merged into")
    press_until(desk, "Undo", "button")
    desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist")).to_contain_text("3 of 3 reports carry it")
    assert reports_of(old) == 3


def test_the_chosen_of_the_list_go_into_the_one_that_is_kept(desk, site, two):
    desk.goto(site + LIST)
    for box in desk.locator(".action-select").all():
        box.check()
    desk.locator("select[name=action]").select_option("Merge…")
    desk.get_by_role("button", name="Go").click()
    desk.get_by_role("link", name="Keep “Peace-building”").click()
    expect(desk.locator(".foreseen")).to_contain_text("2 reports")
    desk.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.locator(".messagelist")).to_contain_text("2 reports changed")
    assert TopicStep.objects.get().into_name == "Peace-building"


def test_what_is_different_is_not_suggested_again(desk, site, two):
    desk.goto(site + reverse("admin:topic-suggestions"))
    desk.get_by_role("button", name="They are different").click()
    expect(desk.locator("#content-main")).to_contain_text("No two topics look alike")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(desk, site, axe, complaints, two, width, scheme):
    old, new = two
    (step,) = merge([make_topic("Building of peace, of which the name is long enough to need a second line")], old)
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    addresses = {
        "list": LIST,
        "form": reverse("admin:topics_topic_change", args=[old.pk]),
        "suggestions": reverse("admin:topic-suggestions"),
        "merge": f"{LIST}merge/?topics={old.pk}&topics={new.pk}",
        "preview": f"{LIST}merge/?topics={old.pk}&into={new.pk}&look=1",
        "rename": f"{LIST}{old.pk}/rename/?name=Peace&slug=peace&keep_old=on&look=1",
        "refused": f"{LIST}{old.pk}/rename/?name=Peacebuilding&slug=peace&look=1",
        "retire": f"{LIST}{old.pk}/retire/",
        "synonyms": f"{LIST}{old.pk}/synonyms/",
        "family": f"{LIST}{old.pk}/family/",
        "log": reverse("admin:topic-log"),
        "step": reverse("admin:topic-step", args=[step.pk]),
    }
    found = {}
    for name, address in addresses.items():
        desk.goto(site + address)
        desk.wait_for_load_state("networkidle")
        assert not complaints
        if folder := os.environ.get("LOOK_AT"):
            desk.screenshot(path=Path(folder, f"{name}-{width}.png"), full_page=True)
        found[name] = axe(desk)
        if desk.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[name].append("It is wider than the screen.")
        complaints.clear()
    assert not any(found.values()), "\n".join(f"{a}: {line}" for a, lines in found.items() for line in lines)
