"""What is typed and not saved, in a browser: a closed tab, a session that ends, two at once."""

import re

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import expect

from publications.models import Report, Typed
from tests.factory import make_author, make_draft, make_report, make_superuser, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = re.compile(r"^What you type is kept for you alone until you save \(last at \d\d:\d\d\)\.$")


def form_of(site, report):
    return site + reverse("admin:publications_report_change", args=[report.pk])


def write(page, name, words):
    page.get_by_role("textbox", name=name, exact=True).click()
    page.keyboard.press("End")
    page.keyboard.type(words)


def pick(page, where, typed, offered):
    page.locator(f"{where} .select2-container").first.click()
    page.locator(".select2-search__field").last.press_sequentially(typed)
    page.locator(".select2-results__option", has_text=offered).click()


def until_kept(page, name, value):
    """Until the server has this value of this field, and the page says so."""
    for _ in range(150):
        if any(row.data.get(name) == [value] for row in Typed.objects.all()):
            break
        page.wait_for_timeout(100)
    expect(page.locator(".kept")).to_have_text(KEPT)


def close(page):
    """As a crash would: no question is asked, no word is sent."""
    page.route("**/typed/", lambda route: route.abort())
    page.close(run_before_unload=False)


def open_again(context, address):
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="Continue with it").click()
    return page


def test_a_tab_closed_in_mid_sentence_gives_the_text_back(desk, site):
    report = make_draft("Water", lead="", authors=[make_author("Zoë Dupont")])
    author, _ = make_author("Ali Musa"), make_topic("Rivers")
    desk.goto(form_of(site, report))
    desk.get_by_label("Subtitle").fill("A river runs")
    write(desk, "Lead", "The wells became the bor")
    pick(desk, ".field-topics", "riv", "Rivers")
    desk.get_by_role("button", name="Add an author").click()
    pick(desk, "#authorships-1", "ali", "Ali Musa")
    until_kept(desk, "authorships-1-author", str(author.pk))
    context = desk.context
    close(desk)
    page = open_again(context, form_of(site, report))
    expect(page.get_by_label("Subtitle")).to_have_value("A river runs")
    expect(page.get_by_role("textbox", name="Lead", exact=True)).to_contain_text("The wells became the bor")
    write(page, "Lead", "der.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    report.refresh_from_db()
    assert "The wells became the border." in report.lead
    assert [topic.name for topic in report.topics.all()] == ["Rivers"]
    assert [str(row) for row in report.authorships.all()] == ["Zoë Dupont", "Ali Musa"]
    page.wait_for_timeout(3500)
    assert not Typed.objects.exists()
    assert page.get_by_text("You typed more").count() == 0


def test_a_new_report_in_a_tab_that_is_closed_gives_the_text_back(desk, site):
    address = site + "/admin/publications/report/add/"
    desk.goto(address)
    desk.get_by_label("Title:").first.fill("Shared wel")
    until_kept(desk, "title", "Shared wel")
    context = desk.context
    close(desk)
    page = open_again(context, address)
    expect(page.get_by_label("Title:").first).to_have_value("Shared wel")


def test_what_was_typed_a_moment_before_leaving_is_kept_too(desk, site):
    report = make_draft("Water")
    desk.goto(form_of(site, report))
    desk.get_by_label("Subtitle").fill("In the last second")
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.goto(site + "/admin/")
    for _ in range(50):
        if Typed.objects.exists():
            break
        desk.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    assert Typed.objects.get().data["subtitle"] == ["In the last second"]


def test_nobody_who_has_typed_nothing_or_whose_text_is_kept_is_held_back(desk, site):
    report = make_report("Water", authors=[make_author()], topics=[make_topic()])
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    desk.goto(form_of(site, report))
    desk.get_by_label("Subtitle").click()
    desk.wait_for_timeout(3500)
    assert not Typed.objects.exists()
    desk.goto(form_of(site, report))
    desk.get_by_label("Subtitle").fill("Kept")
    until_kept(desk, "subtitle", "Kept")
    desk.goto(site + "/admin/")
    assert asked == []


def test_what_is_typed_back_to_what_stands_is_forgotten(desk, site):
    report = make_draft("Water", subtitle="As it was")
    desk.goto(form_of(site, report))
    desk.get_by_label("Subtitle").fill("Other")
    until_kept(desk, "subtitle", "Other")
    desk.get_by_label("Subtitle").fill("As it was")
    expect(desk.locator(".kept")).to_have_text("", timeout=10_000)
    assert not Typed.objects.exists()


def test_a_lost_connection_is_said_and_mended(desk, site, complaints):
    report = make_draft("Water")
    desk.goto(form_of(site, report))
    desk.route("**/typed/", lambda route: route.abort())
    desk.get_by_label("Subtitle").fill("Typed on a train")
    expect(desk.locator(".kept")).to_have_text("Not kept: no connection.", timeout=10_000)
    complaints.clear()
    desk.unroute("**/typed/")
    expect(desk.locator(".kept")).to_have_text(KEPT, timeout=20_000)
    assert Typed.objects.get().data["subtitle"] == ["Typed on a train"]


def test_a_value_that_the_server_has_is_not_sent_again(desk, site):
    report = make_draft("Water")
    sent, kept_at = [], reverse("admin:typed", args=[report.pk])
    desk.on("request", lambda request: sent.append(request.url) if request.url.endswith(kept_at) else None)
    desk.goto(form_of(site, report))
    desk.get_by_label("Subtitle").fill("Once")
    until_kept(desk, "subtitle", "Once")
    desk.wait_for_timeout(4000)
    assert len(sent) == 1


def test_the_enter_key_never_drops_an_edit(desk, site):
    report = make_report("Water")
    desk.goto(form_of(site, report))
    for words in ("First", "Second"):
        desk.get_by_label("Subtitle").fill(words)
        with desk.expect_navigation():
            desk.get_by_label("Subtitle").press("Enter")
        assert report.versions.get(pending=True).content["fields"]["subtitle"] == words
    desk.get_by_role("button", name="Drop this edit").click()
    assert not report.versions.filter(pending=True).exists()


def test_a_session_that_ends_in_mid_sentence_returns_to_the_filled_form(desk, site):
    report = make_draft("Water", lead="")
    desk.goto(form_of(site, report))
    write(desk, "Lead", "The wells became the bor")
    Session.objects.all().delete()
    expect(desk.locator(".kept")).to_contain_text("you have been signed out", timeout=15_000)
    write(desk, "Lead", "der.")
    desk.get_by_role("button", name="Save draft").click()
    desk.get_by_label("Username").fill("alice")
    desk.get_by_label("Password").fill("correct horse battery")
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_text("You are signed in again. What you typed is here; save it.")).to_be_visible()
    expect(desk.get_by_role("textbox", name="Lead", exact=True)).to_contain_text("The wells became the border.")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Save draft").click()
    report.refresh_from_db()
    assert "The wells became the border." in report.lead
    assert not Typed.objects.exists()


def test_signing_in_again_in_another_tab_loses_nothing_in_the_first(desk, site, complaints):
    report = make_draft("Water")
    desk.goto(form_of(site, report))
    Session.objects.all().delete()
    other = desk.context.new_page()
    other.goto(site + "/admin/")
    other.get_by_label("Username").fill("alice")
    other.get_by_label("Password").fill("correct horse battery")
    other.get_by_role("button", name="Sign in").click()
    # Only then: whoever closes a page that is still being sent for may never be answered.
    expect(other.get_by_role("button", name="Log out")).to_be_visible()
    other.close()
    desk.get_by_label("Subtitle").fill("Typed in the first")
    expect(desk.locator(".kept")).to_contain_text("signed in again in another window", timeout=15_000)
    desk.get_by_role("button", name="Save draft").click()
    desk.get_by_role("button", name="Go on with what you typed").click()
    expect(desk.get_by_label("Subtitle")).to_have_value("Typed in the first")
    complaints.clear()
    with desk.expect_navigation():
        desk.get_by_role("button", name="Save draft").click()
    report.refresh_from_db()
    assert report.subtitle == "Typed in the first"


def test_a_conflict_of_two_editors_lets_the_later_choose(desk, site, new_context, cookie_of):
    report = make_report("Water")
    bob = make_superuser("bob")
    context = new_context()
    context.add_cookies([cookie_of(bob)])
    his = context.new_page()
    for page in (desk, his):
        page.goto(form_of(site, report))
    desk.get_by_label("Subtitle").fill("Of Alice")
    his.get_by_label("Subtitle").fill("Of Bob")
    for page in (desk, his):
        with page.expect_navigation():
            page.get_by_role("button", name="Save the edit").click()
    expect(his.get_by_text("Changed on both sides: Subtitle.")).to_be_visible()
    expect(his.locator("ins", has_text="Of Alice")).to_be_visible()
    expect(his.locator("ins", has_text="Of Bob")).to_be_visible()
    expect(his.get_by_text("What alice saved at")).to_be_visible()
    his.get_by_role("link", name="Keep theirs").click()
    expect(his.get_by_label("Subtitle")).to_have_value("Of Alice")
    his.go_back()
    his.get_by_role("button", name="Take yours instead").click()
    expect(his.get_by_label("Subtitle")).to_have_value("Of Bob")
    assert report.versions.get(pending=True).content["fields"]["subtitle"] == "Of Bob"
    assert Report.objects.live().get().subtitle == ""


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_around_what_was_typed_are_sound(desk, site, axe, complaints, width, cookie_of):
    report = make_draft("Water", lead="")
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(form_of(site, report))
    write(desk, "Lead", "A sentence. " * 3)
    Session.objects.all().delete()
    expect(desk.locator(".kept")).to_contain_text("you have been signed out", timeout=15_000)
    found = [*looked_at(desk, axe, complaints, width)]
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.get_by_text("You have been signed out.")).to_be_visible()
    found += looked_at(desk, axe, complaints, width)
    desk.context.add_cookies([cookie_of(User.objects.get())])
    typed = Typed.objects.create(user=User.objects.get(), report=report, data={"lead": ["<p>Kept.</p>"]}, at=now())
    for address in ["", f"?typed={typed.pk}"]:
        desk.goto(form_of(site, report) + address)
        found += looked_at(desk, axe, complaints, width)
    desk.goto(site + reverse("admin:typed", args=[report.pk]))
    assert [*found, *looked_at(desk, axe, complaints, width)] == []


def looked_at(page, axe, complaints, width):
    page.wait_for_load_state("networkidle")
    assert not complaints
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = axe(page)
    # axe tries styles of its own, which the policy refuses.
    complaints.clear()
    return found
