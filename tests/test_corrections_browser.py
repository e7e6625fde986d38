"""Correcting and withdrawing in a browser, from the form to the page that a reader opens."""

import pytest
from django.urls import reverse

from tests.factory import attach, correct, editing, make_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def address(name, report, *key):
    return reverse(f"admin:{name}", args=[report.pk, *key])


def test_a_correction_from_the_form_to_the_version_before(desk, site):
    report = make_report("Water", subtitle="Twelve wells")
    desk.goto(site + address("publications_report_change", report))
    desk.get_by_label("Subtitle").fill("Ten wells")
    desk.get_by_role("button", name="Publish the edit").click()
    assert desk.locator("del").all_inner_texts()[1].strip() == "Twelve"
    assert desk.locator("ins").all_inner_texts()[1].strip() == "Ten"
    desk.get_by_label("Correction: something was wrong").check()
    desk.get_by_label("What do you tell readers?").fill("There are ten wells.")
    desk.get_by_role("button", name="Publish the edit").click()
    assert "shows readers the edit now" in desk.locator(".messagelist").inner_text()
    desk.get_by_role("link", name="Read it on the site").click()
    assert desk.locator(".subtitle").inner_text() == "Ten wells"
    note = desk.get_by_role("region", name="Corrections and updates")
    assert "There are ten wells." in note.inner_text()
    assert note.inner_text().startswith("Corrected ")
    note.get_by_role("link", name="The version before").click()
    desk.wait_for_url("**/versions/1/")
    assert desk.locator(".subtitle").inner_text() == "Twelve wells"
    assert "This is an earlier version" in desk.get_by_role("note").inner_text()
    desk.get_by_role("link", name="Read the current version").click()
    assert desk.locator(".subtitle").inner_text() == "Ten wells"


def test_a_correction_without_a_note_asks_for_one(desk, site):
    report = make_report("Water")
    with editing(report):
        attach(report, "Annex")
    desk.goto(site + address("publish-edit", report))
    desk.get_by_label("Update: something").check()
    desk.get_by_role("button", name="Publish the edit").click()
    assert "Say in a sentence what has changed" in desk.locator(".errorlist").inner_text()
    assert desk.get_by_label("Update: something").is_checked()


def test_a_report_is_withdrawn_in_favour_of_another(desk, site):
    report, other = make_report("Water"), make_report("Wells and Water")
    desk.goto(site + address("publications_report_change", report))
    desk.get_by_role("button", name="Withdraw…").click()
    desk.get_by_label("Why is it withdrawn?").fill("Its figures were wrong.")
    desk.locator(".select2-selection").click()
    desk.locator(".select2-search__field").press_sequentially("well")
    desk.locator(".select2-results__option", has_text="Wells and Water").click()
    desk.get_by_role("button", name="Withdraw", exact=True).click()
    assert "is withdrawn" in desk.locator(".messagelist").inner_text()
    assert desk.goto(site + "/publications/water/").status == 410
    assert "Its figures were wrong." in desk.locator(".reason").inner_text()
    desk.get_by_role("link", name="Wells and Water").click()
    assert desk.url == site + other.get_absolute_url()


def test_an_earlier_version_is_suppressed_from_the_history(desk, site):
    report = make_report("Water")
    correct(report, body="<p>Ten.</p>")
    desk.goto(site + address("versions", report))
    desk.get_by_role("link", name="Suppress… number 1").click()
    desk.get_by_label("Why is it suppressed?").fill("It named a source.")
    desk.get_by_role("button", name="Suppress version 1").click()
    assert "It named a source." in desk.get_by_role("region", name="Public versions").inner_text()
    assert desk.goto(site + "/publications/water/versions/1/").status == 410


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_the_pages_that_correct_and_withdraw(desk, site, axe, complaints, width, scheme):
    report = make_report("Water")
    correct(report, body="<p>Ten.</p>")
    with editing(report):
        attach(report, "Annex")
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    found = {}
    for name, *key in (["publish-edit"], ["versions"], ["suppress", 1], ["withdraw"]):
        desk.goto(site + address(name, report, *key))
        desk.wait_for_load_state("networkidle")
        assert not complaints
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found[name] = axe(desk)
        # axe tries styles of its own, which the policy refuses.
        complaints.clear()
    assert not any(found.values()), "\n".join(f"{n}: {line}" for n, lines in found.items() for line in lines)
