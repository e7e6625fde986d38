"""Preview and sharing in a browser: the panel follows typing, and a link is shared, read and ended."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import PreviewLink, Report
from tests.editors import save
from tests.factory import attach, give_cover, make_author, make_draft, make_report, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def form_of(site, report):
    return site + reverse("admin:publications_report_change", args=[report.pk])


def full_report():
    authors = [make_author("Zoë Dupont", biography="<p>Writes.</p>"), make_author("Wei Chen")]
    body = "".join(f"<h2>Part {number}</h2><p>{'Words. ' * 200}</p>" for number in range(4))
    report = make_draft("Water", authors=authors, topics=[make_topic("Rivers")], body=body)
    attach(report, "Annex")
    return give_cover(report)


def open_preview(page):
    page.get_by_role("button", name="Preview here").click()
    return shown(page)


def shown(page):
    return page.frame_locator("#preview iframe").last


def test_the_preview_beside_the_form_follows_typing(desk, site):
    report = full_report()
    desk.set_viewport_size({"width": 1400, "height": 900})
    desk.goto(form_of(site, report))
    preview = open_preview(desk)
    expect(preview.locator("h1")).to_have_text("Water")
    expect(preview.locator(".preview")).to_have_text("Preview: readers do not see this.")
    desk.get_by_label("Title:").first.fill("Rivers of peace")
    expect(shown(desk).locator("h1")).to_have_text("Rivers of peace")
    desk.get_by_role("textbox", name="Lead").click()
    desk.keyboard.type("Typed with keys. ")
    expect(shown(desk).locator(".lead")).to_contain_text("Typed with keys.")
    desk.locator("#authorships-1").get_by_role("button", name="Move up").click()
    expect(shown(desk).locator(".byline").first).to_have_text("By: Wei Chen; Zoë Dupont")
    picture = shown(desk).locator(".cover img")
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    report.refresh_from_db()
    assert report.title == "Water"
    assert not report.versions.exists()


def test_what_does_not_validate_is_said_and_the_last_preview_stays(desk, site):
    desk.goto(form_of(site, full_report()))
    expect(open_preview(desk).locator("h1")).to_have_text("Water")
    desk.get_by_label("Title:").first.fill("")
    expect(desk.locator(".preview-said")).to_contain_text("Look at Title.")
    expect(shown(desk).locator("h1")).to_have_text("Water")
    desk.get_by_label("Title:").first.fill("Brooks")
    expect(shown(desk).locator("h1")).to_have_text("Brooks")
    expect(desk.locator(".preview-said")).to_have_text("")


def test_a_new_report_is_previewed_and_the_panel_is_open_again_after_saving(desk, site):
    desk.goto(site + "/admin/publications/report/add/")
    desk.get_by_label("Title:").first.fill("A new one")
    expect(open_preview(desk).locator("h1")).to_have_text("A new one")
    assert not Report.objects.exists()
    save(desk)
    expect(shown(desk).locator("h1")).to_have_text("A new one")
    desk.get_by_role("button", name="Close preview").click()
    expect(desk.locator("#preview")).to_be_hidden()


def test_a_chosen_file_does_not_keep_the_preview_from_following(desk, site, tmp_path, complaints):
    (tmp_path / "new.pdf").write_bytes(b"%PDF-1.4 not even one")
    # Where it is not uploaded at once, the form sends it itself.
    desk.route("**/admin/uploads/", lambda route: route.abort())
    desk.goto(form_of(site, full_report()))
    desk.get_by_role("button", name="Add a file").click()
    desk.locator("#id_attachments-1-file").set_input_files(tmp_path / "new.pdf")
    expect(open_preview(desk).locator("h1")).to_have_text("Water")
    expect(desk.locator(".preview-said")).to_contain_text("appear once they are saved")
    complaints.clear()
    desk.get_by_label("Title:").first.fill("Brooks")
    expect(shown(desk).locator("h1")).to_have_text("Brooks")


def test_links_of_the_preview_leave_the_desk_where_it_is(desk, site):
    make_report("Live", authors=[make_author("Ada")], topics=[make_topic("Wells")])
    report = full_report()
    desk.set_viewport_size({"width": 1400, "height": 900})
    desk.goto(form_of(site, report))
    preview = open_preview(desk)
    preview.get_by_role("link", name="Part 3", exact=True).click()
    expect(preview.get_by_role("heading", name="Part 3")).to_be_in_viewport()
    with desk.expect_popup() as opened:
        preview.get_by_role("link", name="View All Publications").click()
    expect(opened.value.locator("h1")).to_have_text("Publications")
    assert opened.value.evaluate("window.opener === null")
    assert desk.url == form_of(site, report)


@pytest.mark.parametrize("width", [320, 1280, 1600])
def test_the_form_with_the_panel_fits_the_window(desk, site, width, axe, complaints):
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(form_of(site, full_report()))
    if width == 320:
        desk.locator("summary", has_text="More").click()
    expect(open_preview(desk).locator("h1")).to_have_text("Water")
    assert desk.evaluate("document.documentElement.scrollWidth") == width
    form, panel = desk.locator("#content-main").bounding_box(), desk.locator("#preview").bounding_box()
    beside = panel["x"] >= form["x"] + form["width"]
    assert beside == (width >= 1280)
    assert not complaints
    assert axe(desk) == []
    # axe tries styles of its own, which the policy refuses.
    complaints.clear()


def test_without_javascript_the_preview_of_what_is_saved_opens(browser, desk, site):
    report = full_report()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(desk.context.cookies())
    page = context.new_page()
    page.goto(form_of(site, report))
    expect(page.locator("[data-preview-toggle]")).to_be_hidden()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Preview in a new tab").click()
    expect(opened.value.locator("h1")).to_have_text("Water")
    context.close()


def test_a_preview_link_is_shared_read_without_an_account_and_ended(desk, site, new_context, axe, complaints):
    report = full_report()
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto(form_of(site, report))
    desk.get_by_role("link", name="Share a preview").click()
    desk.get_by_label("For whom").fill("Amina, reviewer")
    desk.get_by_label("For how long").select_option("1 day")
    desk.get_by_role("button", name="Make a link").click()
    desk.get_by_role("button", name="Copy").click()
    expect(desk.get_by_role("button", name="Copied")).to_be_visible()
    address = desk.evaluate("navigator.clipboard.readText()")
    assert address == desk.get_by_label("Address for Amina").input_value()
    assert axe(desk) == []
    complaints.clear()
    stranger = new_context().new_page()
    answer = stranger.goto(address)
    assert answer.status == 200
    expect(stranger.locator("h1")).to_have_text("Water")
    expect(stranger.locator(".preview")).to_contain_text("not published")
    assert stranger.locator(".cover img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    with stranger.expect_download() as saved:
        stranger.locator("#files a").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF-")
    assert stranger.context.cookies() == []
    desk.get_by_role("button", name="End it").click()
    expect(desk.locator(".messagelist")).to_contain_text("is ended")
    assert stranger.goto(address).status == 410
    expect(stranger.locator("h1")).to_have_text("This preview has ended")
    assert PreviewLink.objects.get().ended_at
    for shared in (stranger, desk):
        shared.set_viewport_size({"width": 320, "height": 800})
        assert shared.evaluate("document.documentElement.scrollWidth") == 320
