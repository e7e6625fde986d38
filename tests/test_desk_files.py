"""Files and covers in the report form: upload checks, facts, and how a draft's are looked at."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interchange.demo.pdfs import write_pdf
from publications.editorial import versions
from publications.models import Attachment, FileText, Report
from tests.desk import ADD, errors_on, form_of, publish_edit, rows, send
from tests.factory import (
    attach,
    give_cover,
    make_draft,
    make_pdf,
    make_picture,
    make_report,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(User.objects.create(username="alice", is_staff=True, is_superuser=True))
    return client


def test_a_file_that_only_claims_to_be_a_pdf_is_refused(desk):
    fake = SimpleUploadedFile("report.pdf", b"<html><script>alert(1)</script>", "application/pdf")
    response = send(desk, ADD, title="Water", **rows("attachments", {"file": fake, "kind": "report"}))
    assert "is a web page, whatever its name says" in response.content.decode()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawing"),
        (b"MZ", "no picture as PNG"),
        (b"%PDF-1.7", "no picture as PNG"),
    ],
)
def test_a_cover_that_is_no_picture_is_refused(desk, content, said):
    response = send(desk, ADD, title="Water", cover=SimpleUploadedFile("cover.png", content), cover_alt="A river")
    assert said in errors_on(response, "cover")[0]
    assert not Report.objects.exists()


def test_a_cover_needs_words(desk):
    response = send(desk, ADD, title="Water", cover=SimpleUploadedFile("cover.png", make_picture()))
    assert "Say what the cover shows" in errors_on(response, "cover_alt")[0]


def test_a_replaced_file_gets_new_facts(desk):
    report = make_draft()
    attachment = attach(report, "Annex")
    before = attachment.sha256
    send(desk, form_of(report), **{"attachments-0-file": SimpleUploadedFile("x.png", make_picture())})
    attachment.refresh_from_db()
    assert (attachment.extension, attachment.media_type, attachment.pages) == ("webp", "image/webp", None)
    assert attachment.sha256 != before


def test_a_file_too_large_for_memory_is_saved_like_any_other(desk):
    large = SimpleUploadedFile("report.pdf", make_pdf("x" * 3_000_000, pages=5))
    send(desk, ADD, title="Water", **rows("attachments", {"file": large, "kind": "report"}))
    attachment = Attachment.objects.get()
    assert (attachment.pages, attachment.size) == (5, attachment.file.size)
    assert attachment.size > 3_000_000


def test_saving_keeps_the_file_that_is_there(desk):
    report = make_draft()
    attachment = attach(report, "Annex")
    send(desk, form_of(report), subtitle="Changed")
    assert report.attachments.get().file.name == attachment.file.name


def test_the_facts_of_a_file_are_said_in_words(desk):
    report = make_draft()
    attachment = attach(report, "Annex", pages=34)
    page = desk.get(form_of(report)).content.decode()
    assert "PDF, " in page
    assert "34 pages" in page
    assert attachment.sha256 not in page


def facts_in(desk, report):
    """What stands of the only file of a report in its form."""
    (said,) = re.findall(r'<div class="readonly">(PDF, .*?)</div>', desk.get(form_of(report)).content.decode())
    return said


def test_what_a_pdf_says_of_itself_is_said_in_words(desk):
    report = make_draft()
    attach(report, "Annex", content=write_pdf("Wells & <b>", "", "Ada", "", [("", "A river.")], "fr"))
    title = "Its own title is “Wells &amp; &lt;b&gt;”."
    assert facts_in(desk, report).endswith(f", 1 page, French, not tagged, with text. {title}")
    FileText.objects.update(language="", is_tagged=True, has_text=False, is_protected=True, title="")
    assert facts_in(desk, report).endswith("1 page, no language, tagged, without text, protected.")
    FileText.objects.update(failure="slow", is_tagged=None, is_protected=None)
    assert facts_in(desk, report).endswith("1 page, it could not be read in 20 seconds.")
    FileText.objects.all().delete()
    assert re.fullmatch(r"PDF, [^,]*, 1 page\.", facts_in(desk, report))


def test_the_facts_of_many_files_are_one_query(desk):
    one, many = make_draft(), make_draft()
    attach(one, "Annex")
    [attach(many, f"Annex {number}") for number in range(5)]
    counts = []
    for report in (one, many):
        with CaptureQueriesContext(connection) as queries:
            desk.get(form_of(report))
        counts.append(sum("publications_filetext" in each["sql"] for each in queries))
    assert counts[0] == counts[1]


def test_facts_of_a_pdf_that_are_read_later_make_no_version(desk):
    report = make_report()
    attach(report, "Annex", content=write_pdf("Wells", "", "Ada", "", [("", "A river.")], "fr"))
    before = versions.digest(versions.snapshot(report))
    FileText.objects.update(title="", has_text=None, is_tagged=None)
    FileText.objects.keep(report.attachments.all())
    assert versions.digest(versions.snapshot(report)) == before
    send(desk, form_of(report))
    assert not report.versions.exists()


def test_a_files_address_changes_ending_without_a_clash(desk):
    report = make_draft()
    attach(report, "Annex")
    attach(report, "Annex", extension="webp")
    send(desk, form_of(report), **{"attachments-0-file": SimpleUploadedFile("x.png", make_picture())})
    assert sorted(row.slug for row in report.attachments.filter(extension="webp")) == ["annex", "annex-2"]


def test_a_drafts_files_and_cover_can_be_looked_at_in_the_desk_alone(desk, client):
    report = give_cover(make_draft())
    attachment = attach(report, "Annex")
    addresses = [
        reverse("admin:attachment", args=[report.pk, attachment.pk]),
        reverse("admin:picture", args=["publications", "report", report.pk, "cover"]),
    ]
    for address in addresses:
        response = desk.get(address)
        assert response.status_code == 200
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in response["Cache-Control"]
        assert response.getvalue()
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [302, 302]


def test_no_link_of_a_drafts_file_leads_where_readers_would_find_it(desk):
    report = make_draft()
    attach(report, "Annex")
    html = desk.get(form_of(report)).content.decode()
    assert "Open the file" in html
    assert "/admin/r/" not in html


@pytest.mark.parametrize(
    "address",
    [
        "publications/report/999/cover",
        "publications/report/x/cover",
        "publications/report/{}/title",
        "a/b/1/c",
        "auth/user/1/password",
    ],
)
def test_no_picture_no_answer(desk, address):
    report = make_draft()
    assert desk.get(f"/admin/picture/{address.format(report.pk)}/").status_code == 404


def test_no_cover_no_picture(desk):
    assert desk.get(f"/admin/picture/publications/report/{make_draft().pk}/cover/").status_code == 404


def test_a_replaced_file_keeps_its_address_and_the_version_before_its_file(desk):
    report = make_report("Water")
    attach(report, "Annex", content=(first := make_pdf("first")))
    address = report.attachments.get().get_absolute_url()

    def read():
        return b"".join(desk.get(address).streaming_content)

    second = SimpleUploadedFile("another-name.pdf", make_pdf("second"))
    send(desk, form_of(report), **{"attachments-0-file": second})
    assert read() == first
    publish_edit(desk, report)
    assert b"% second" in read()
    assert report.attachments.get().get_absolute_url() == address
    before = report.versions.get(said=versions.BEFORE)
    with default_storage.open(before.content["attachments"][0]["file"]) as file:
        assert file.read() == first
    desk.post(reverse("admin:restore", args=[report.pk, before.number]))
    publish_edit(desk, report)
    assert read() == first
