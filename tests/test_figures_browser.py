"""Pictures under the hands of an editor, and before the eyes of a reader."""

import io
import re
from functools import cache

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Drawing
from playwright.sync_api import expect

from bench.payload import SHIFT
from publications import renditions
from publications.editorial import versions
from publications.models import Image
from tests.editors import body, frame, save, stored
from tests.factory import attach, figure_of, make_author, make_draft, make_image, make_report, picture_bytes
from tests.test_paste_browser import PASTE
from text.richtext import sanitise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RIVER = {"name": "river.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes("JPEG", (2400, 1200), colour="#246")}


def choose(page, file, button="[data-name=picture]"):
    with page.expect_file_chooser() as chooser:
        frame(page).locator(button).click()
    chooser.value.set_files(file)


def figure(page):
    return frame(page).locator("figure.picture")


def shown(page):
    expect(figure(page).locator(".picture-shown img")).to_have_attribute("src", re.compile("-480.webp"))


def test_a_picture_is_chosen_described_and_read(desk, site):
    report = make_draft("Wells", lead="<p>Lead.</p>", body="<p>Before.</p>")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body(desk).click()
    desk.keyboard.press("Control+End")
    choose(desk, RIVER)
    desk.keyboard.type("A gauge at 3.2 m in May.", delay=5)
    figure(desk).get_by_label("Credit").fill("Photo: Amina Diallo")
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
    expect(figure(desk).get_by_label("Alternative text")).to_have_value("A gauge at 3.2 m in May.")
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
        for _ in range(500):
            if waiting:
                break
            form.wait_for_timeout(20)
        for route in waiting:
            route.continue_()

    return release


def test_a_picture_that_is_refused_says_why(form, complaints):
    choose(form, {"name": "map.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    expect(figure(form).get_by_role("status")).to_contain_text("This file is an SVG drawing")
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


def test_what_is_said_of_waiting_stays_until_it_ends(form, slow):
    status, ordinary = form.locator("[data-typed]"), re.compile("^What you type is kept")
    choose(form, RIVER)
    form.keyboard.type("A gauge.", delay=5)
    form.get_by_role("button", name="Save draft").click()
    with form.expect_response(re.compile(r"/\d+/typed/$")):
        figure(form).get_by_label("Credit").fill("Photo: Ada")
    form.wait_for_timeout(200)
    expect(status).to_have_text("Waits for a picture to be uploaded …")
    # The browser itself keeps the form from being sent: nothing leaves it.
    form.get_by_label("Title:").first.evaluate("field => { field.required = true; field.value = ''; }")
    slow()
    shown(form)
    expect(status).to_have_text(ordinary)


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
    expect(figure(form).get_by_label("Alternative text")).to_be_focused()
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


FIGURE = figure_of(Image(), "A gauge.", "Photo: Ada", "A caption")
PASTED = [
    (f'<p data-pm-slice="0 0 []">Before.</p>{FIGURE}<p>After.</p>', "<p>Before.</p><p>After.</p>"),
    (FIGURE.replace("<figure", '<figure data-pm-slice="0 0 []"'), ""),
    (f'<ul data-pm-slice="0 0 []"><li>{FIGURE}</li><li><p>One</p></li></ul>', "<ul><li>One</li></ul>"),
    (f'<blockquote data-pm-slice="0 0 []">{FIGURE}</blockquote><p>After.</p>', "<p>After.</p>"),
    # Copied from the middle of a caption.
    (FIGURE.replace("<figure", '<figure data-pm-slice="1 1 []"'), "<p>A caption</p>"),
]


def test_a_biography_takes_no_part_of_a_figure_that_is_pasted(desk, site):
    report = make_draft("Wells", lead="<p>Lead.</p>", authors=[make_author("Amina Diallo")])
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    expect(body(desk)).to_be_visible()
    field = desk.locator("[name=authorships-0-biography]")
    editor = desk.locator(".prose-editor").filter(has=field).locator(".tiptap")
    for html, left in PASTED:
        editor.evaluate("area => area.editor.commands.clearContent(true)")
        editor.evaluate(PASTE, html)
        # What it shows, and not only what is left of it once it is saved.
        assert "figure" not in editor.inner_html()
        assert sanitise(field.input_value()) == left
    body(desk).evaluate(PASTE, f'<p data-pm-slice="0 0 []">Before.</p>{figure_of(make_image())}')
    expect(figure(desk)).to_have_count(1)
    shown(desk)


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
    expect(figure(form).nth(0).get_by_label("Alternative text")).to_be_focused()
    expect(figure(form).nth(0).get_by_label("Alternative text")).to_have_accessible_name("Alternative text")


def test_several_pictures_stand_in_their_order_and_the_first_is_described_first(form):
    tall = {"name": "tall.png", "mimeType": "image/png", "buffer": picture_bytes("PNG", (300, 600))}
    choose(form, [RIVER, tall])
    expect(figure(form)).to_have_count(2)
    expect(figure(form).nth(0).get_by_label("Alternative text")).to_be_focused()
    for one in (0, 1):
        expect(figure(form).nth(one).locator("img")).to_have_attribute("src", re.compile("-480.webp"))
    assert figure(form).nth(0).locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    save(form)


def test_a_picture_that_is_clicked_is_the_one_that_is_deleted_and_comes_back_with_its_words(form):
    choose(form, RIVER)
    form.keyboard.type("A gauge at 3.2 m.", delay=5)
    shown(form)
    body(form).get_by_text("Before.").click()
    figure(form).locator("img").click()
    form.keyboard.press("Backspace")
    expect(figure(form)).to_have_count(0)
    expect(body(form)).to_have_text("Before.")
    form.keyboard.press("Control+z")
    expect(figure(form).get_by_label("Alternative text")).to_have_value("A gauge at 3.2 m.")
    # The words are one step; putting the picture in is another.
    form.keyboard.press("Control+z")
    expect(figure(form).get_by_label("Alternative text")).to_have_value("")
    form.keyboard.press("Control+z")
    expect(figure(form)).to_have_count(0)
    for _ in range(2):
        form.keyboard.press("Control+y")
    expect(figure(form).get_by_label("Alternative text")).to_have_value("A gauge at 3.2 m.")
    shown(form)


# Readers

WORDS = "<p>" + "Every spring the pumps of the upper valley fail. " * 12 + "</p>"
WIDE, HIGH = 3000, 2000
SEEN = "images => images.map((image) => [image.complete && image.naturalWidth > 0, image.currentSrc.split('-').at(-1)])"


@cache
def valley():
    """Shapes of all sizes, from clouds to leaves, and the grain of a sensor."""
    chance = np.random.default_rng(1)
    grain = chance.normal(0, 5, (HIGH, WIDE, 1))
    return np.clip(sum(layer(chance, cells) for cells in (4, 32, 256)) / 3 + grain, 0, 255).astype(np.uint8)


def layer(chance, cells):
    small = Drawing.fromarray(chance.integers(0, 256, (2 * cells, 3 * cells, 3), dtype=np.uint8))
    return np.asarray(small.resize((WIDE, HIGH), Drawing.Resampling.BILINEAR), dtype=np.float32)


@cache
def photograph(number):
    """The bytes of one of it, seen from here or there."""
    written = io.BytesIO()
    Drawing.fromarray(np.roll(valley(), 500 * number, axis=1)).save(written, "JPEG", quality=90)
    return written.getvalue()


@pytest.fixture
def album(site):
    """A report with six photographs, far apart."""
    images = [make_image(name=f"{number}.jpg", content=photograph(number)) for number in range(6)]
    report = make_report("Valley", body=WORDS.join(figure_of(image, caption="In May") for image in images))
    return [image.file.name for image in images], site + report.get_absolute_url()


def read_through(page, address):
    """The page from its top to its end, as somebody scrolls: how much moved, and what its pictures weighed."""
    fetched = []
    page.on("response", lambda response: "/figures/" in response.url and fetched.append(response))
    page.goto(address)
    for _ in range(page.evaluate("Math.ceil(document.documentElement.scrollHeight / 400)")):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(60)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("scrollY") > 1000
    return page.evaluate(SHIFT), sum(len(response.body()) for response in fetched)


@pytest.mark.parametrize(("width", "form"), [(320, "480.webp"), (1280, "960.webp")])
def test_six_photographs_move_nothing_and_weigh_a_third_of_what_was_uploaded(page, album, width, form):
    names, address = album
    page.set_viewport_size({"width": width, "height": 800})
    moved, weight = read_through(page, address)
    assert page.locator("figure.picture img").evaluate_all(SEEN) == [[True, form]] * 6
    assert moved < 0.01
    assert weight < sum(default_storage.size(name) for name in names) / 3


def test_renditions_that_were_lost_are_made_anew_and_none_is_a_broken_image(page, new_context, album):
    names, address = album
    read_through(page, address)
    made = [one for name in names for one in renditions.names_of_all(name) if default_storage.exists(one)]
    assert len(made) == 6
    for one in made:
        default_storage.delete(one)
    # Who was never there, and has none of them.
    page = new_context().new_page()
    moved, _ = read_through(page, address)
    assert page.locator("figure.picture img").evaluate_all(SEEN) == [[True, "960.webp"]] * 6
    assert moved < 0.01
    assert all(default_storage.exists(one) for one in made)


def test_a_picture_that_is_here_already_is_found_by_its_name_with_the_keyboard_alone(desk, site, axe, complaints):
    make_image(name="Gauge.png"), make_image(name="River.png")
    wanted = Image.objects.get(name="River.png")
    report = make_draft("Wells", lead="<p>Lead.</p>", body="<p>Before.</p>")
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    body(desk).click()
    desk.keyboard.press("Control+End")
    frame(desk).locator("[data-name=stored-picture]").press("Enter")
    dialog = desk.get_by_role("dialog", name="A picture that is here already")
    expect(dialog.get_by_label("Words of its name")).to_be_focused()
    expect(dialog.get_by_role("button", name="Gauge.png")).to_be_visible()
    expect(dialog.get_by_role("status")).to_have_text("2 pictures, the newest first.")
    assert axe(desk, "dialog") == []
    # axe tries styles of its own, which the policy refuses.
    complaints.clear()
    desk.keyboard.type("riv", delay=20)
    expect(dialog.get_by_role("button", name="Gauge.png")).to_have_count(0)
    desk.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="River.png")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(figure(desk).get_by_label("Alternative text")).to_be_focused()
    desk.keyboard.type("The river.", delay=5)
    shown(desk)
    save(desk)
    assert stored(report) == f'<p>Before.</p><figure><img data-picture="{wanted.pk}" alt="The river."></figure>'
    frame(desk).locator("[data-name=stored-picture]").click()
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(figure(desk)).to_have_count(1)
    assert not complaints


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_axe_finds_nothing_in_the_lists_of_pictures_and_files(desk, site, axe, complaints, width, scheme):
    image = make_image(name="A river of a very long name indeed, from its spring to the sea.png")
    make_image(replaces=image)
    report = make_draft("Wells and the water in them", body=figure_of(image))
    versions.add(report, versions.snapshot(report), by=None, said="Kept")
    attach(report, "Annex")
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    for name, *key in (
        ("image_changelist",),
        ("image_change", image.pk),
        ("attachment_changelist",),
    ):
        desk.goto(site + reverse(f"admin:publications_{name}", args=key))
        desk.wait_for_load_state("networkidle")
        assert not complaints
        assert axe(desk) == [], name
        complaints.clear()
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_a_picture_that_is_not_here_says_so_and_another_takes_its_place(desk, site, complaints):
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    gone = f'<figure><img data-picture="{key}" alt="A gauge."></figure>'
    report = make_draft("Wells", lead="<p>Lead.</p>", body=gone)
    desk.goto(site + reverse("admin:publications_report_change", args=[report.pk]))
    expect(figure(desk).get_by_role("status")).to_contain_text("This picture is not here.")
    complaints.clear()
    choose(desk, RIVER, button="text=Another picture…")
    shown(desk)
    expect(figure(desk).get_by_role("status")).to_be_empty()
    save(desk)
    assert f'<img data-picture="{Image.objects.get().pk}" alt="A gauge.">' in stored(report)


def test_a_figure_that_is_undone_on_its_way_and_redone_after_has_its_picture(form, slow):
    choose(form, RIVER)
    body(form).press("Control+z")
    expect(figure(form)).to_have_count(0)
    with form.expect_response("**/admin/pictures/"):
        slow()
    body(form).press("Control+y")
    shown(form)
    save(form)
    assert stored(form.report) == f'<p>Before.</p><figure><img data-picture="{Image.objects.get().pk}" alt=""></figure>'


def test_a_refused_picture_keeps_its_words_from_being_saved_without_it(form, complaints):
    choose(form, {"name": "river.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect(figure(form).get_by_role("status")).to_contain_text("no picture")
    figure(form).get_by_label("Credit").fill("Photo: Bo")
    for _ in range(2):
        form.get_by_role("button", name="Save draft").click()
        expect(figure(form).get_by_label("Alternative text")).to_be_focused()
    assert stored(form.report) == "<p>Before.</p>"
    complaints.clear()
    choose(form, RIVER, button="text=Another picture…")
    shown(form)
    save(form)
    assert "<small>Photo: Bo</small>" in stored(form.report)


def test_other_forms_do_not_wait_for_a_picture(form, slow):
    choose(form, RIVER)
    body(form).click()
    form.keyboard.press("Control+k")
    dialog = form.get_by_role("dialog")
    form.keyboard.type("https://example.org/x")
    form.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    slow()
    shown(form)
    save(form)
    assert '<a href="https://example.org/x">' in stored(form.report)


def test_a_picture_comes_behind_what_is_selected_which_stays(form):
    body(form).press("Control+Alt+f")
    form.keyboard.type("A note.")
    choose(form, RIVER)
    shown(form)
    save(form)
    html = stored(form.report)
    assert html.startswith("<p>Before.<foot-note>A note.</foot-note></p><figure>")


def test_another_picture_in_the_place_of_one_is_undone(form):
    choose(form, RIVER)
    shown(form)
    first = Image.objects.get().pk
    choose(form, RIVER, button="text=Another picture…")
    image = figure(form).locator(".picture-shown img")
    expect(image).not_to_have_attribute("src", re.compile(str(first)))
    figure(form).locator("figcaption").click()
    form.keyboard.press("Control+z")
    expect(image).to_have_attribute("src", re.compile(str(first)))
