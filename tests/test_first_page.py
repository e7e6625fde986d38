"""The first page of a PDF as a cover: offered where there is none, drawn by the child, set as an edit."""

import io

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from publications.desk import first_page
from publications.editorial import versions
from publications.editorial.roles import Role
from publications.models import Report
from publications.pdfs import drawing, reading
from tests.desk import form_of, publish_edit, said
from tests.factory import attach, give_cover, make_draft, make_member, make_report, make_superuser
from tests.test_pdfs import page_with

pytestmark = pytest.mark.django_db
BUTTON = "Use the first page of the PDF as the cover"
RED = page_with(b"1 0 0 rg 0 45 90 45 re f")


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def use(client, report):
    return client.post(reverse("admin:first-page", args=[report.pk]), follow=True)


def offers(client, report):
    return BUTTON in client.get(form_of(report)).content.decode()


def test_the_first_page_is_drawn_in_its_colours_and_upright():
    image = Image.open(drawing.first_page(io.BytesIO(RED))).convert("RGB")
    assert (image.format, image.size) == (None, (1600, 1600))
    above, below = image.getpixel((800, 300)), image.getpixel((800, 1300))
    assert min(above[0], *below) > 240
    assert max(above[1:]) < 20


def test_a_page_as_tall_as_a_tower_is_drawn_small():
    image = Image.open(drawing.first_page(io.BytesIO(RED.replace(b"[0 0 90 90]", b"[0 0 9 990]"))))
    assert image.height <= 2 * drawing.WIDTH


def test_a_draft_gets_the_first_page_as_its_cover(desk):
    report = make_draft()
    attach(report, "Annex", content=RED, kind="annex")
    attach(report, "Report")
    assert offers(desk, report)
    assert said(use(desk, report)) == [first_page.USED]
    report.refresh_from_db()
    assert (report.cover_alt, report.cover_width) == ("The first page of the report.", 1600)
    with default_storage.open(report.cover.name) as file:
        # The report’s own page is white.
        assert Image.open(file).convert("RGB").getpixel((800, 800)) == (255, 255, 255)
    assert report.versions.latest("number").said == first_page.SAID
    assert not offers(desk, report)


def test_readers_see_it_once_the_edit_is_published(desk):
    report = make_report(cover_alt="A well.")
    attach(report, "Report")
    use(desk, report)
    assert not Report.objects.get(pk=report.pk).cover
    assert versions.pending(report).content["fields"]["cover"].startswith("covers/")
    assert not offers(desk, report)
    publish_edit(desk, report)
    report.refresh_from_db()
    assert report.cover
    assert report.cover_alt == "A well."


def test_a_cover_that_is_there_stays(desk):
    report = give_cover(make_draft())
    attach(report, "Report")
    assert not offers(desk, report)
    name = report.cover.name
    assert said(use(desk, report)) == [first_page.NOT_NEEDED]
    report.refresh_from_db()
    assert report.cover.name == name


def test_what_cannot_be_drawn_is_not_offered_or_said(desk, monkeypatch):
    report = make_draft()
    assert not offers(desk, report)
    assert said(use(desk, report)) == [first_page.NO_PDF]
    one = attach(report, "Report", pages=None, content=RED)
    assert not offers(desk, report)
    report.attachments.update(pages=1)
    monkeypatch.setattr(reading, "WAIT", 0.1)
    with reading.turn(), reading.turn():
        assert said(use(desk, report)) == [drawing.NOT_NOW]
    monkeypatch.setattr(reading, "MEMORY", 1 << 20)
    assert said(use(desk, report)) == [drawing.NOT_DRAWN]
    default_storage.delete(one.file.name)
    assert said(use(desk, report)) == [first_page.GONE]
    report.refresh_from_db()
    assert not report.cover


def test_only_whoever_edits_the_report_may(client):
    report = make_draft(made_by=make_superuser())
    attach(report, "Report")
    address = reverse("admin:first-page", args=[report.pk])
    for role, status in ((Role.NOBODY, 302), (Role.READER, 404), (Role.WRITER, 404), (Role.EDITOR, 302)):
        client.force_login(make_member(role))
        assert client.post(address).status_code == status
        report.refresh_from_db()
        assert bool(report.cover) == (role == Role.EDITOR)
    assert client.get(address).status_code == 405
