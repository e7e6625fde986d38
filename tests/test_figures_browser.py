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
