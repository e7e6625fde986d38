"""Pictures under the hands of an editor, and before the eyes of a reader."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from publications.models import Image
from tests.factory import make_draft, picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RIVER = {"name": "river.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes("JPEG", (2400, 1200), colour="#246")}


def body(page):
    return page.get_by_role("textbox", name="Body")


def frame(page):
    return page.locator(".prose-editor").filter(has=body(page))


def choose(page, file, button="[data-name=picture]"):
    with page.expect_file_chooser() as chooser:
        frame(page).locator(button).click()
    chooser.value.set_files(file)


def figure(page):
    return frame(page).locator("figure.picture")


def shown(page):
    expect(figure(page).locator(".picture-shown img")).to_have_attribute("src", re.compile("-480.webp"))


def save(page):
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messagelist")).to_contain_text("is saved")


def stored(report):
    report.refresh_from_db()
    return report.body


def test_a_picture_is_chosen_described_and_read(desk, site):
    report = make_draft("Wells", lead="<p>Lead.</p>", body="<p>Before.</p>")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body(desk).click()
    desk.keyboard.press("Control+End")
    choose(desk, RIVER)
    desk.keyboard.type("A gauge at 3.2 m in May.", delay=5)
    figure(desk).get_by_label("Who made it").fill("Photo: Amina Diallo")
    figure(desk).locator("figcaption").click()
    desk.keyboard.type("The gauge at Lowani")
    desk.keyboard.press("Control+Alt+f")
    desk.keyboard.type("Read daily.")
    desk.keyboard.press("Escape")
    desk.keyboard.press("Enter")
    desk.keyboard.type("After.")
    shown(desk)
    save(desk)
    key = Image.objects.get().pk
    assert stored(report) == (
        f'<p>Before.</p><figure><img data-picture="{key}" alt="A gauge at 3.2 m in May.">'
        "<small>Photo: Amina Diallo</small>"
        "<figcaption>The gauge at Lowani<foot-note>Read daily.</foot-note></figcaption></figure><p>After.</p>"
    )
    expect(figure(desk).get_by_label("What it shows")).to_have_value("A gauge at 3.2 m in May.")
    save(desk)
    assert "A gauge at 3.2 m in May." in stored(report)


@pytest.fixture
def form(desk, site):
    """The form of a draft with one paragraph, the cursor after it."""
    desk.report = make_draft("Wells", lead="<p>Lead.</p>", body="<p>Before.</p>")
    desk.goto(site + reverse("admin:publications_report_change", args=[desk.report.pk]))
    body(desk).click()
    desk.keyboard.press("Control+End")
    return desk


@pytest.fixture
def slow(form):
    """Holds what is uploaded until it is called."""
    waiting = []
    form.route("**/admin/pictures/", lambda route: waiting.append(route))

    def release():
        expect(figure(form).first).to_be_visible()
        form.wait_for_timeout(100)
        for route in waiting:
            route.continue_()

    return release


def test_a_picture_that_is_refused_says_why(form, complaints):
    choose(form, {"name": "map.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    expect(figure(form).get_by_role("status")).to_contain_text("PNG, JPEG or WebP")
    complaints.clear()
    choose(form, RIVER, button="text=Another picture…")
    shown(form)
    expect(figure(form).get_by_role("status")).to_be_empty()
    form.keyboard.type("A gauge.")
    save(form)
    assert 'alt="A gauge."' in stored(form.report)


def test_saving_at_once_waits_for_the_picture(form, slow):
    choose(form, RIVER)
    form.keyboard.type("A gauge.", delay=5)
    form.get_by_role("button", name="Save draft").click()
    expect(form.locator("[data-typed]")).to_have_text("Waits for a picture to be uploaded …")
    slow()
    expect(form.locator(".messagelist")).to_contain_text("is saved")
    assert f'<img data-picture="{Image.objects.get().pk}" alt="A gauge.">' in stored(form.report)


def test_saving_does_not_wait_for_a_picture_that_was_taken_out(form, slow):
    choose(form, RIVER)
    form.get_by_role("button", name="Save draft").click()
    figure(form).get_by_role("button", name="Take it out").click()
    expect(form.locator(".messagelist")).to_contain_text("is saved")
    assert stored(form.report) == "<p>Before.</p>"


def test_nothing_is_saved_where_the_picture_awaited_is_refused(form, slow, complaints):
    choose(form, {"name": "river.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    form.keyboard.type("A gauge.")
    form.get_by_role("button", name="Save draft").click()
    slow()
    expect(form.locator("[data-typed]")).to_have_text("Nothing is saved yet: a picture was not uploaded.")
    expect(figure(form).get_by_label("What it shows")).to_be_focused()
    expect(figure(form).get_by_role("status")).not_to_contain_text("Uploading")
    complaints.clear()


def test_a_file_dropped_on_a_text_that_is_no_picture_is_refused_in_words(form, complaints):
    body(form).evaluate(
        """editor => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["Words"], "words.txt", { type: "text/plain" }));
            const { x, y } = editor.getBoundingClientRect();
            const at = { clientX: x + 20, clientY: y + 20, bubbles: true, cancelable: true };
            editor.dispatchEvent(new DragEvent("drop", { dataTransfer, ...at }));
        }"""
    )
    expect(figure(form).get_by_role("status")).to_contain_text("PNG, JPEG or WebP")
    complaints.clear()


def test_a_check_leads_to_the_picture_that_has_no_words(form):
    choose(form, RIVER)
    form.keyboard.type("A gauge.")
    body(form).get_by_text("Before.").click()
    form.keyboard.press("Control+Home")
    choose(form, RIVER)
    expect(figure(form)).to_have_count(2)
    for one in (0, 1):
        expect(figure(form).nth(one).locator("img")).to_have_attribute("src", re.compile("-480.webp"))
    save(form)
    form.locator("#checks").get_by_role("link", name="Body").click()
    expect(figure(form).nth(0).get_by_label("What it shows")).to_be_focused()
    expect(figure(form).nth(0).get_by_label("What it shows")).to_have_accessible_name("What it shows")
