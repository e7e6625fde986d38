"""What waits to be saved stays as long as somebody has typed its name and may have that again; and for seven days after
the last who named it, or held it, let go of it."""

import time
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publications import files, sweeping
from publications.desk.editing import Edited
from publications.editorial import typing
from publications.models import Image, ImageUse, Typed, TypedName, Upload
from publications.models.images import ImageManager
from publications.models.scratch import MARGIN
from tests.desk import fields_of, form_of, rows, said, send
from tests.factory import figure_of, make_draft, make_image, make_pdf_saying, make_superuser

pytestmark = pytest.mark.django_db(transaction=True)
PDF = make_pdf_saying("Wells and pumps")


@pytest.fixture
def alice():
    return make_superuser("alice")


@pytest.fixture
def desk(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture(autouse=True)
def report():
    """Without any report, the database would be taken for another’s."""
    return make_draft("Water")


def make_upload():
    file = SimpleUploadedFile("report.pdf", PDF)
    return Upload.objects.add(file, files.examine(file))


def days(count):
    return time_machine.travel(timezone.now() + timedelta(days=count), tick=False)


def naming(upload=None, image=None):
    values = {"title": ["Rivers"]}
    if upload:
        values |= {"attachments-0-file-upload": [str(upload.pk)]}
    return values | ({"body": [figure_of(image)]} if image else {})


def swept():
    done = sweeping.sweep()
    return done.uploads, done.pictures


# While it is named


def test_what_a_typed_text_names_stays_as_long_as_that(alice, report):
    upload, image = make_upload(), make_image()
    row = typing.keep(alice, report, naming(upload, image))
    for count in (8, 30, 400):
        with days(count):
            assert swept() == (0, 0)
    assert default_storage.exists(upload.file.name)
    assert default_storage.exists(image.file.name)
    with days(400):
        typing.forget(alice, report, str(row.pk))
    with days(406.9):
        assert swept() == (0, 0)
    with days(407.1):
        assert swept() == (1, 1)
    assert not TypedName.objects.exists()


def test_what_was_typed_long_ago_is_taken_up_and_saved_with_its_files_and_pictures(client, alice, report):
    upload, image = make_upload(), make_image()
    client.force_login(alice)
    data = fields_of(client.get(form_of(report))) | {"body": figure_of(image)}
    data |= rows("attachments", {"kind": "report", "file-upload": str(upload.pk)})
    assert "kept" in client.post(reverse("admin:typed", args=[report.pk]), data).json()
    with days(30):
        client.force_login(alice)
        assert swept() == (0, 0)
        page = client.get(f"{form_of(report)}?typed={Typed.objects.get().pk}")
        assert "report.pdf: PDF" in page.content.decode()
        answer = client.post(form_of(report), fields_of(page) | {"_continue": "x"}, follow=True)
        assert not [one for one in said(answer) if "picture" in one]
    report.refresh_from_db()
    assert str(image.pk) in report.body
    assert report.attachments.get().file.name == upload.file.name
    assert not Typed.objects.exists()
    with days(60):
        assert swept() == (0, 0)


def test_the_figure_in_what_is_typed_counts_however_it_is_written(alice, report):
    image = make_image()
    typing.keep(alice, report, {"body": [f"<img alt='x' DATA-PICTURE = '{str(image.pk).upper()}'>"]})
    assert TypedName.objects.get().key == image.pk


def test_what_is_taken_out_again_goes_seven_days_later(alice, report):
    first, image = make_upload(), make_image()
    row = typing.keep(alice, report, naming(first, image))
    key = {"typed": [str(row.pk)]}
    with days(6):
        other = make_upload()
        typing.keep(alice, report, naming(other) | key)
    assert TypedName.objects.get().key == other.pk
    with days(12.9):
        assert Upload.objects.filter(pk=first.pk).exists()
        swept()
        assert Upload.objects.filter(pk=first.pk).exists()
        assert Image.objects.exists()
    with days(13.1):
        swept()
        assert not Upload.objects.filter(pk=first.pk).exists()
        assert not Image.objects.exists()
    with days(30):
        assert swept() == (0, 0)


def test_typed_texts_that_are_forgotten_let_go_of_what_they_name(alice, report, monkeypatch):
    monkeypatch.setattr(typing, "MOST", 1)
    image = make_image()
    typing.keep(alice, report, naming(image=image))
    with days(20):
        typing.keep(alice, report, {"title": ["Another"]})
        assert not TypedName.objects.exists()
        assert swept() == (0, 0)
    with days(27.1):
        assert swept() == (0, 1)


def test_what_two_have_typed_stays_for_the_second(alice, report):
    image, bob = make_image(), make_superuser("bob")
    row, _ = [typing.keep(user, report, naming(image=image)) for user in (alice, bob)]
    with days(20):
        typing.forget(alice, report, str(row.pk))
    with days(50):
        assert swept() == (0, 0)


def test_typed_texts_take_their_names_with_them(alice, report):
    image = make_image()
    typing.keep(alice, report, naming(image=image))
    report.delete()
    make_draft("On record")
    assert not TypedName.objects.exists()
    with days(7.1):
        assert swept() == (0, 1)


def test_what_is_gone_or_as_good_as_gone_is_not_held(alice, report):
    upload, image = make_upload(), make_image()
    moment = timezone.now() + timedelta(days=7) - MARGIN / 2
    with time_machine.travel(moment, tick=False):
        typing.keep(alice, report, naming(upload, image) | {"lead": [f'<img data-picture="{uuid4()}" alt="">']})
        assert not TypedName.objects.exists()


def test_what_is_typed_costs_a_query_more_only_where_it_names_something_else(alice, report):
    def asked(values):
        with CaptureQueriesContext(connection) as queries:
            typing.keep(alice, report, values)
        return len(queries)

    upload, image = make_upload(), make_image()
    plain, full = [{"typed": [str(uuid4())]} for _ in range(2)]
    full |= naming(upload, image)
    asked(plain), asked(full)
    assert asked(full | {"title": ["Lakes"]}) == asked(plain | {"title": ["Lakes"]})


def test_what_was_discarded_while_it_was_kept_again_names_what_it_did(alice, report, monkeypatch):
    image, deciding = make_image(), typing.own_key
    row = typing.keep(alice, report, naming(image=image))
    key = {"typed": [str(row.pk)]}

    def and_discarded(text, user, of):
        decided = deciding(text, user, of)
        typing.forget(alice, report, text)
        return decided

    monkeypatch.setattr(typing, "own_key", and_discarded)
    typing.keep(alice, report, naming(image=image) | key)
    assert TypedName.objects.get().key == image.pk


def test_what_somebody_has_typed_is_not_deleted_by_hand(desk, alice, report):
    image = make_image()
    nowhere, page = "/admin/publications/image/?use=nowhere", f"/admin/publications/image/{image.pk}/delete/"
    assert image.name in desk.get(nowhere).content.decode()
    row = typing.keep(alice, report, naming(image=image))
    assert image.name not in desk.get(nowhere).content.decode()
    assert desk.post(page, {"post": "yes"}).status_code == 403
    assert Image.objects.exists()
    typing.forget(alice, report, str(row.pk))
    assert desk.post(page, {"post": "yes"}).status_code == 302
    assert not Image.objects.exists()


# While it stands in a report


def test_a_picture_stays_seven_days_after_the_last_report_that_held_it_was_deleted(desk):
    image = make_image()
    once, again = make_draft(body=figure_of(image)), make_draft(body=figure_of(image))
    with days(30):
        once.delete()
        assert swept() == (0, 0)
    with days(60):
        again.delete()
        assert not ImageUse.objects.exists()
        assert swept() == (0, 0)
    with days(66.9):
        assert swept() == (0, 0)
    with days(67.1):
        assert swept() == (0, 1)


def test_a_picture_that_is_about_to_go_is_not_offered(client, alice):
    make_image(name="old.png")
    make_draft(body=figure_of(make_image(name="used.png")))

    def offered():
        client.force_login(alice)
        return {one["name"] for one in client.get(reverse("admin:upload-picture") + "found/").json()["pictures"]}

    with time_machine.travel(timezone.now() + timedelta(days=7) - MARGIN * 1.1, tick=False):
        assert offered() == {"old.png", "used.png"}
    with time_machine.travel(timezone.now() + timedelta(days=7) - MARGIN * 0.9, tick=False):
        assert offered() == {"used.png"}


# At the same moment


@contextmanager
def meanwhile(act):
    """It is done by another connection, and comes to hold while the block runs."""
    has_acted = Event()

    def hold():
        try:
            with transaction.atomic():
                act()
                has_acted.set()
                time.sleep(0.5)
        finally:
            connections.close_all()

    other = Thread(target=hold)
    other.start()
    assert has_acted.wait(10)
    yield
    other.join()


def test_a_picture_that_is_held_while_it_is_swept_stays():
    image = make_image()
    with days(8), meanwhile(lambda: Image.objects.hold([str(image.pk)])):
        assert swept() == (0, 0)
    assert default_storage.exists(image.file.name)


def test_what_somebody_lets_go_of_while_it_is_swept_stays(alice, report):
    upload, image = make_upload(), make_image()
    row = typing.keep(alice, report, naming(upload, image))
    with days(8), meanwhile(lambda: typing.forget(alice, report, str(row.pk))):
        assert swept() == (0, 0)
    assert not TypedName.objects.exists()
    with days(8):
        assert swept() == (0, 0)


def test_an_upload_that_is_claimed_while_it_is_swept_stays(report):
    upload = make_upload()
    with days(8), meanwhile(lambda: Upload.objects.claim([upload.file.name])):
        assert Upload.objects.sweep() == 0
    assert default_storage.exists(upload.file.name)


def test_no_picture_goes_while_a_form_that_names_it_is_saved(client, alice, report, monkeypatch):
    """It was never kept while it was typed."""
    image, saving = make_image(), Edited.save_edit

    def swept_meanwhile(self, *args):
        assert swept() == (0, 0)
        return saving(self, *args)

    monkeypatch.setattr(Edited, "save_edit", swept_meanwhile)
    with days(8):
        client.force_login(alice)
        answer = send(client, form_of(report), body=figure_of(image))
    assert not [one for one in said(answer) if "picture" in one]
    assert ImageUse.objects.get().image == image


def test_a_picture_that_is_claimed_while_it_is_swept_stays(monkeypatch):
    image = make_image()
    deleting = ImageManager.delete_unclaimed

    def claimed(self, key):
        make_draft(body=figure_of(image))
        return deleting(self, key)

    monkeypatch.setattr(ImageManager, "delete_unclaimed", claimed)
    with days(8):
        assert swept() == (0, 0)
    assert default_storage.exists(image.file.name)
