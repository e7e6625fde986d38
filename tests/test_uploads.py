"""Files that are uploaded as soon as they are chosen: kept for the form, claimed by what is saved, deleted in time."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from authors.models import Author
from publications import files
from publications.editorial.roles import Role
from publications.models import FileText, Report, Typed, Upload
from publications.pdfs import refusing
from tests.crawl import ask
from tests.desk import ADD, form_of, rows, send
from tests.factory import make_draft, make_member, make_pdf_saying, make_report, make_superuser, picture_bytes

pytestmark = pytest.mark.django_db
PDF = make_pdf_saying("Wells and pumps")


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def row(**fields):
    """A new row for a file."""
    return rows("attachments", {"kind": "report"} | fields)


def upload(client, content=PDF, name="report.pdf", kind="file"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("admin:upload"), {"file": file, "kind": kind})


def key_of(client, *args, **kwargs):
    answer = upload(client, *args, **kwargs)
    assert answer.status_code == 200, answer.content
    return answer.json()["key"]


def test_an_upload_is_kept_with_its_facts_and_read_once(desk):
    answer = upload(desk).json()
    row = Upload.objects.get()
    assert answer["key"] == str(row.pk)
    assert answer["said"].startswith("report.pdf: PDF, ")
    assert "2 pages" in answer["said"]
    assert "Wells and pumps" in FileText.objects.get(pk=row.sha256).text


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"", "file", "empty"),
        (b"<html><body>x</body></html>", "file", files.WEB_PAGE),
        (PDF[:-200], "file", refusing.DAMAGED),
        (PDF, "picture", files.NOT_A_PICTURE),
        (picture_bytes()[:-30], "picture", files.DAMAGED_PICTURE),
    ],
)
def test_an_upload_that_is_refused_gets_its_sentence_and_leaves_nothing(desk, content, kind, sentence):
    answer = upload(desk, content, kind=kind)
    assert answer.status_code == 400
    assert sentence in answer.json()["said"]
    assert not Upload.objects.exists()
    assert not default_storage.exists("uploads") or not default_storage.listdir("uploads")[1]


def test_only_who_may_write_uploads_a_file(client):
    client.force_login(make_member(Role.READER))
    assert upload(client).status_code == 403


def test_a_form_takes_what_was_uploaded_and_copies_nothing(desk):
    report = make_draft("Wells")
    cover = key_of(desk, picture_bytes("JPEG", (1200, 800)), "cover.jpg", "picture")
    pdf = key_of(desk)
    names = set(Upload.objects.values_list("file", flat=True))
    send(desk, form_of(report), **{"cover-upload": cover, "cover_alt": "A well"}, **row(**{"file-upload": pdf}))
    report.refresh_from_db()
    attachment = report.attachments.get()
    assert {report.cover.name, attachment.file.name} == names
    assert (attachment.extension, attachment.pages, attachment.size) == ("pdf", 2, len(PDF))
    assert (report.cover_width, report.cover_height) == (1200, 800)
    assert not Upload.objects.exists()
    assert len(default_storage.listdir("uploads")[1]) == 2


def test_a_form_that_is_refused_keeps_its_uploads(desk):
    page = send(desk, ADD, title="", **row(**{"file-upload": key_of(desk), "title": "Annex"}))
    html = page.content.decode()
    assert f'name="attachments-0-file-upload" value="{Upload.objects.get().pk}"' in html
    assert "report.pdf: PDF" in html
    assert "It is uploaded, and saved with the form." in html
    assert [row.data["attachments-0-file-upload"] for row in Typed.objects.all()] == [[str(Upload.objects.get().pk)]]


def test_what_was_typed_comes_back_with_its_uploads(desk):
    key = key_of(desk)
    send(desk, ADD, title="", **row(**{"file-upload": key}))
    page = desk.get(f"{reverse('admin:publications_report_add')}?typed={Typed.objects.get().pk}")
    assert f'name="attachments-0-file-upload" value="{key}"' in page.content.decode()


def test_a_file_that_is_chosen_comes_before_one_that_was_uploaded(desk):
    report, other = make_draft("Wells"), make_pdf_saying("Other words")
    key = key_of(desk)
    chosen = SimpleUploadedFile("other.pdf", other)
    send(desk, form_of(report), **row(**{"file": chosen, "file-upload": key}))
    assert report.attachments.get().size == len(other)
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("key", ["", str(uuid4()), "x", "1"])
def test_an_upload_that_is_not_there_gets_its_sentence(desk, key):
    page = send(desk, ADD, title="Wells", **row(**{"file-upload": key, "title": "Annex"}))
    assert not Report.objects.exists()
    said = "is gone by now. Choose it again." if key else "Choose a file, or remove this row."
    assert said in page.content.decode()


def test_a_cover_takes_no_pdf(desk):
    page = send(desk, ADD, title="Wells", **{"cover-upload": key_of(desk), "cover_alt": "x"})
    assert files.NOT_A_PICTURE in page.content.decode()


def test_an_upload_of_an_edit_waits_with_it_and_readers_do_not_get_it(desk):
    report = make_report("Wells")
    send(desk, form_of(report), **row(**{"file-upload": key_of(desk), "title": "Annex"}))
    assert report.versions.get(pending=True).content["attachments"][0]["file"].startswith("uploads/")
    assert ask(f"{report.get_absolute_url()}annex.pdf").status == 404
    assert not Upload.objects.exists()


def test_a_photograph_of_an_author_is_claimed_too(desk):
    author = Author.objects.create(name="Ada")
    send(
        desk,
        reverse("admin:authors_author_change", args=[author.pk]),
        **{"photo-upload": key_of(desk, picture_bytes(), "ada.png", "picture")},
    )
    author.refresh_from_db()
    assert author.photo.name.startswith("uploads/")
    assert not Upload.objects.exists()


def test_what_nobody_saves_is_deleted_after_seven_days(desk, django_capture_on_commit_callbacks):
    report = make_draft("Wells")
    send(desk, form_of(report), **row(**{"file-upload": key_of(desk)}))
    key_of(desk)
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23, minutes=30)):
        page = send(desk, ADD, title="Late", **row(**{"file-upload": str(Upload.objects.get().pk)}))
        assert "is gone by now" in page.content.decode()
        assert Upload.objects.count() == 1
    with (
        time_machine.travel(timezone.now() + timedelta(days=7, hours=1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        newest = key_of(desk)
    assert str(Upload.objects.get().pk) == newest
    stored = set(default_storage.listdir("uploads")[1])
    assert stored == {
        one.rpartition("/")[2] for one in (report.attachments.get().file.name, Upload.objects.get().file.name)
    }
