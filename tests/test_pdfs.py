"""PDFs are read in a process of their own: what is found, what is refused, and what a failure costs."""

import io
import os
import time
import zipfile
import zlib
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from interchange.demo.pdfs import write_pdf
from publications import files
from publications.models import Attachment, FileText
from publications.pdfs import later, reading, refusing
from publications.pdfs.reading import Failure
from tests.corpora import PDF_REPORTS
from tests.desk import ADD, form_of, rows, send
from tests.factory import attach, make_draft, make_pdf, make_pdf_saying, make_report, make_superuser
from tests.test_files import assembled, locked_pdf, pdf_bytes, refusal, upload


def page_with(contents, *others, filters=b"", catalog=b""):
    """A PDF with one page that draws these contents; other objects are numbered from 5."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 90]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>",
        stream(contents, filters),
        *others,
    ]
    return assembled(objects, b"/Root 1 0 R")


def stream(contents, entries=b""):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(contents), contents)


def endless():
    """Ten drawings, each of ten of the next: ten thousand million in all."""
    levels = range(5, 15)
    forms = [
        stream(b"/A Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</A %d 0 R>>>>" % (n + 1))
        for n in levels
    ]
    return page_with(b"/A Do", *forms, stream(b"0 0 m", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"))


def memory_bomb():
    """Some bytes that unpack to 300 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(300)) + packer.flush()
    packed = zlib.compress(zlib.compress(packed, 9), 9)
    return page_with(packed, filters=b"/Filter[/FlateDecode/FlateDecode/FlateDecode]")


def demo_pdf():
    return write_pdf("Wells", "", "Ada Lovelace", "", [("", "The river rose."), ("Pumps", "They fail.")], "fr")


def test_all_is_read_in_one_go():
    read = reading.read(io.BytesIO(demo_pdf()))
    assert (read.pages, read.title, read.author, read.language) == (2, "Wells", "Ada Lovelace", "fr")
    assert "The river rose." in read.text
    assert (read.is_protected, read.failure) == (False, "")


def test_tags_are_told_by_what_is_marked_and_by_the_parts_of_a_page():
    assert reading.read(io.BytesIO(page_with(b""))).is_tagged is False
    assert reading.read(io.BytesIO(page_with(b"", catalog=b"/MarkInfo<</Marked true>>"))).is_tagged is False
    tree = b"/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R"
    others = [
        b"<<>>",
        b"<</Type/StructTreeRoot/K 7 0 R/ParentTree<</Nums[0[7 0 R]]>>>>",
        b"<</Type/StructElem/S/P/P 6 0 R/Pg 3 0 R/K 0>>",
    ]
    content = page_with(b"/P<</MCID 0>>BDC EMC", *others, catalog=tree)
    content = content.replace(b"/Type/Page/", b"/Type/Page/StructParents 0/")
    assert reading.read(io.BytesIO(content)).is_tagged is True


def test_what_a_pdf_says_of_itself_is_cleaned():
    title = b"\xfe\xff" + "A\u0001 title\n of \u202ewells".encode("utf-16-be")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(pt_br)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Title<%s>/Author(%s)/CreationDate(D:20231399)>>" % (title.hex().encode(), b"A" * 9000),
    ]
    read = reading.read(io.BytesIO(assembled(objects, b"/Root 1 0 R/Info 4 0 R")))
    assert read.title == "A title of \u202ewells"
    assert (len(read.author), read.language, read.made_on) == (500, "pt-BR", None)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("D:20120328155939-04'00'", date(2012, 3, 28)),
        ("20020930", date(2002, 9, 30)),
        ("D:2002", None),
        ("yesterday", None),
        ("D:00000000", None),
    ],
)
def test_the_day_on_which_it_was_made(said, day):
    assert reading.day_of(said) == day


def test_a_pdf_that_opens_with_the_empty_password_is_told_to_be_protected():
    assert reading.read(io.BytesIO(locked_pdf(""))).is_protected is True


def test_reading_leaves_the_place_in_a_stored_file_where_it_was():
    name = default_storage.save("report.pdf", upload(pdf_bytes(3)))
    with default_storage.open(name) as file:
        assert reading.read(file).pages == 3
        assert file.read().startswith(b"%PDF-")


# What a failure costs


@pytest.fixture
def instead(monkeypatch, tmp_path):
    """Another program in the place of the child."""

    def put(program):
        path = tmp_path / "child.py"
        path.write_text(f"import json, os, sys, time\nfacts = {FACTS}\n{program}")
        monkeypatch.setattr(reading, "CHILD", path)
        monkeypatch.setattr(reading, "SECONDS", 4)

    return put


FACTS = {
    "pages": 7,
    "title": "T",
    "author": "",
    "created": "",
    "language": "",
    "is_tagged": True,
    "is_protected": False,
}


def read_anything():
    return files.examine(upload(pdf_bytes()))


def test_a_child_that_hangs_is_ended_and_the_file_is_taken_without_its_facts(instead, tmp_path):
    instead(f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")
    start = time.monotonic()
    facts = read_anything()
    assert time.monotonic() - start < 10
    assert (facts.pages, facts.reading.failure) == (None, Failure.SLOW)
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


def test_what_was_said_before_a_failure_is_kept(instead):
    say = "print(json.dumps(facts)); print(json.dumps('One')); print('\"Tw', end='', flush=True); sys.stdout.flush()"
    instead(f"{say}\ntime.sleep(60)")
    facts = read_anything()
    assert (facts.pages, facts.reading.text, facts.reading.failure) == (7, "One", Failure.SLOW)
    instead(f"{say}\nos.abort()")
    facts = read_anything()
    assert (facts.pages, facts.reading.text, facts.reading.failure) == (7, "One", Failure.BROKEN)


def test_a_child_that_says_nothing_has_failed(instead):
    instead("")
    assert read_anything().reading.failure == Failure.BROKEN


def test_a_pdf_that_takes_too_long_is_given_up_on(monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", 1)
    assert reading.read(io.BytesIO(endless())).failure == Failure.SLOW


def test_a_pdf_that_takes_too_much_memory_breaks_the_child_alone(monkeypatch):
    monkeypatch.setattr(reading, "MEMORY", 350 << 20)
    assert reading.read(io.BytesIO(memory_bomb())).failure == Failure.BROKEN


def test_a_child_without_memory_costs_the_facts_and_never_the_upload(monkeypatch):
    monkeypatch.setattr(reading, "MEMORY", 1 << 20)
    facts = read_anything()
    assert (facts.pages, facts.reading.failure, facts.extension) == (None, Failure.BROKEN, "pdf")


@pytest.fixture
def turns_taken(monkeypatch):
    """By others, who take long."""
    monkeypatch.setattr(reading, "WAIT", 0.1)
    with reading.turn() as first, reading.turn() as second:
        assert (first, second) == (True, True)
        yield


def test_who_gets_no_turn_in_time_goes_on_without_the_facts(turns_taken, starts):
    start = time.monotonic()
    facts = read_anything()
    assert time.monotonic() - start < 5
    assert (facts.pages, facts.reading.failure, facts.extension) == (None, Failure.BUSY, "pdf")
    assert starts == []


def test_a_turn_is_given_back_whatever_happens(instead, monkeypatch):
    monkeypatch.setattr(reading, "WAIT", 0.1)
    instead("os.abort()")
    for _ in range(3):
        assert read_anything().reading.failure == Failure.BROKEN
        with pytest.raises(ZeroDivisionError), reading.turn():
            raise ZeroDivisionError
    with reading.turn() as first, reading.turn() as second, reading.turn() as third:
        assert (first, second, third) == (True, True, False)


# What is refused


def zipped(comment=b""):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.html", "<script>")
        archive.comment = comment
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<!-- " + pdf_bytes() + b" -->", refusing.NOT_AT_THE_START),
        (b"\xef\xbb\xbf" + pdf_bytes(), refusing.NOT_AT_THE_START),
        (pdf_bytes() + b"<script>alert(1)</script>", refusing.NOT_AT_THE_END),
        (pdf_bytes() + b"\n\0" * 40_000 + b"<html>", refusing.NOT_AT_THE_END),
        (pdf_bytes() + b"% a comment", refusing.NOT_AT_THE_END),
        (pdf_bytes() + zipped(), refusing.NOT_AT_THE_END),
        (pdf_bytes() + zipped(b"%%EOF"), refusing.TWO_IN_ONE),
        (pdf_bytes().replace(b"%%EOF", b""), refusing.DAMAGED),
        (pdf_bytes().replace(b"\n", b"\n<html><!--\n", 1), refusing.TWO_IN_ONE),
        (pdf_bytes().replace(b"\n", b"\n% <?php\n", 1), refusing.TWO_IN_ONE),
        (locked_pdf("secret"), refusing.LOCKED),
    ],
)
def test_upload_check_refuses_a_pdf_that_is_something_else_too(content, sentence):
    assert refusal(files.examine, content) == sentence


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n\r\n", b"\0" * 200_000, b" \n\x1a"])
def test_upload_check_takes_what_systems_put_after_the_end_of_a_pdf(end):
    assert files.examine(upload(pdf_bytes().rstrip() + end)).pages == 2


def test_upload_check_finds_the_end_across_blocks():
    for length in range(refusing.BLOCK - 8, refusing.BLOCK + 8):
        content = b"%PDF-1.4" + b"x" * 9 + b"%%EOF" + b"\0" * length
        refusing.refuse_two_in_one(io.BytesIO(content))
        with pytest.raises(ValidationError, match="after its end"):
            refusing.refuse_two_in_one(io.BytesIO(content + b"y" * length))


@pytest.mark.corpus
@pytest.mark.skipif(not PDF_REPORTS.exists(), reason="There are no real PDFs beside the project.")
def test_upload_check_takes_real_reports_and_tells_what_they_are():
    found = {
        path.name[:-4]: files.examine(upload(path.read_bytes())).reading for path in sorted(PDF_REPORTS.glob("*.pdf"))
    }
    assert len(found) == 8
    assert all(read.text and not read.failure for read in found.values())
    assert {name for name, read in found.items() if read.is_protected} == {
        "ccr-2012-SAR-2012-H1", "va-2007-05-01670-04", "va-2009-08-02516-178",
    }  # fmt: skip
    assert found["education-2002-A07C0001"].title == "Utility"
    assert found["education-2002-A07C0001"].made_on == date(2002, 9, 30)


@pytest.mark.parametrize(
    ("number", "sentence"), [(4, refusing.LOCKED), (5, refusing.SHIELDED), (3, refusing.DAMAGED), (0, refusing.DAMAGED)]
)
def test_upload_check_says_why_a_pdf_does_not_open(number, sentence):
    with pytest.raises(ValidationError, match=sentence):
        reading.refuse({"error": number})


# What is kept


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


@pytest.fixture
def starts(monkeypatch):
    """The children that were started."""
    begun, run = [], reading.subprocess.run
    monkeypatch.setattr(reading.subprocess, "run", lambda *args, **how: begun.append(args) or run(*args, **how))
    return begun


def uploaded(content):
    return SimpleUploadedFile("report.pdf", content, "application/pdf")


@pytest.mark.django_db
def test_a_pdf_is_read_once_when_it_is_uploaded(desk, starts):
    send(desk, ADD, title="Water", **rows("attachments", {"file": uploaded(demo_pdf()), "kind": "report"}))
    report = make_draft("Another")
    file = uploaded(make_pdf_saying("A bilby."))
    send(desk, form_of(report), **rows("attachments", {"file": file, "kind": "report"}))
    assert sorted(FileText.objects.values_list("title", "has_text")) == [("", True), ("Wells", True)]
    assert len(starts) == 2
    send(desk, form_of(report), subtitle="Changed")
    assert len(starts) == 2


@pytest.mark.django_db
def test_a_pdf_that_cannot_be_read_is_stored_and_read_no_more(desk, starts, instead):
    instead("time.sleep(60)")
    response = send(desk, ADD, title="Water", **rows("attachments", {"file": uploaded(pdf_bytes()), "kind": "report"}))
    assert response.redirect_chain
    row = FileText.objects.get()
    assert (row.failure, row.has_text, row.is_tagged) == (Failure.SLOW, False, None)
    assert len(starts) == 1
    assert not FileText.objects.unread().exists()


@pytest.mark.django_db(transaction=True)
def test_a_pdf_that_got_no_turn_is_stored_and_read_beside_the_server_once_it_is_saved(desk, starts, turns_taken):
    later.mark().touch()
    send(desk, ADD, title="Water", **rows("attachments", {"file": uploaded(demo_pdf()), "kind": "report"}))
    one = Attachment.objects.get()
    assert (FileText.objects.get().failure, FileText.objects.get().read_again) == (Failure.BUSY, 0)
    assert not later.mark().exists()
    assert ", it is not read yet." in desk.get(form_of(one.report)).content.decode()
    assert list(FileText.objects.unread()) == [one]
    send(desk, form_of(one.report), subtitle="Changed")
    assert starts == []


@pytest.mark.django_db
def test_what_got_no_turn_is_read_by_the_rounds():
    one = attach(make_draft(), content=demo_pdf())
    FileText.objects.all().delete()
    FileText.objects.put(one.sha256, reading.Reading(failure=Failure.BUSY))
    FileText.objects.keep_new([one])
    assert FileText.objects.get().failure == Failure.BUSY
    call_command("rebuild_search", stdout=io.StringIO())
    row = FileText.objects.get()
    assert (row.title, row.failure, row.has_text, row.read_again) == ("Wells", "", True, 1)
    FileText.objects.put(one.sha256, reading.Reading(failure=Failure.BUSY))
    assert FileText.objects.get().title == "Wells"


@pytest.mark.django_db
def test_what_was_read_in_part_after_it_got_no_turn_is_kept():
    FileText.objects.put("a", reading.Reading(failure=Failure.BUSY))
    FileText.objects.put("a", reading.Reading(text="Wells", failure=Failure.SLOW))
    assert FileText.objects.values_list("text", "has_text", "failure").get() == ("Wells", True, Failure.SLOW)


@pytest.mark.django_db
def test_what_got_no_turn_and_does_not_open_is_not_read_for_ever():
    one = attach(make_draft(), content=locked_pdf("secret"))
    FileText.objects.put(one.sha256, reading.Reading(failure=Failure.BUSY))
    call_command("rebuild_search", stdout=io.StringIO())
    row = FileText.objects.get()
    assert (row.failure, row.has_text) == (Failure.BROKEN, False)
    assert not FileText.objects.unread().exists()


def read_waiting(*arguments):
    said = io.StringIO()
    call_command("rebuild_search", *arguments, stdout=said)
    return said.getvalue()


def failed_days_ago(days):
    FileText.objects.update(kept_at=timezone.now() - timedelta(days=days))


@pytest.fixture
def failed():
    one = attach(make_draft(), content=demo_pdf())
    FileText.objects.all().delete()
    FileText.objects.put(one.sha256, reading.Reading(failure=Failure.SLOW))
    return one


@pytest.mark.django_db
def test_what_failed_is_read_once_more_a_day_later(failed, starts):
    assert "0 files read" in read_waiting()
    assert starts == []
    failed_days_ago(1)
    assert list(FileText.objects.unread()) == [failed]
    assert "1 files read" in read_waiting()
    row = FileText.objects.get()
    assert (row.title, row.failure, row.has_text, row.is_tagged) == ("Wells", "", True, False)
    failed_days_ago(30)
    assert "0 files read" in read_waiting()
    assert len(starts) == 1


@pytest.mark.django_db
def test_what_always_fails_is_read_three_times_more_and_then_on_request_alone(failed, starts, instead):
    instead("os.abort()")
    for times in (1, 2, 3):
        failed_days_ago(1)
        read_waiting()
        read_waiting()
        assert len(starts) == times
    failed_days_ago(30)
    assert not FileText.objects.unread().exists()
    read_waiting()
    assert len(starts) == 3
    read_waiting("--again")
    assert len(starts) == 4
    assert FileText.objects.values_list("failure", "read_again").get() == (Failure.BROKEN, 4)


@pytest.mark.django_db
def test_what_was_read_and_holds_nothing_is_not_read_again(starts):
    one = attach(make_draft(), content=pdf_bytes())
    assert FileText.objects.values_list("has_text", "failure").get() == (False, "")
    begun = len(starts)
    failed_days_ago(30)
    assert not FileText.objects.unread(again=True).exists()
    read_waiting("--again")
    one.save()
    assert len(starts) == begun


@pytest.mark.django_db
def test_a_failure_takes_nothing_from_what_was_read_before(starts, instead):
    content = demo_pdf()
    FileText.objects.keep_reading(files.examine(upload(content)))
    instead("os.abort()")
    FileText.objects.keep_reading(files.examine(upload(content)))
    assert FileText.objects.get().title == "Wells"


@pytest.mark.django_db
def test_a_pdf_of_which_nothing_but_the_text_was_read_is_read_again():
    one = attach(make_draft(), content=demo_pdf())
    FileText.objects.update(has_text=None, title="", is_tagged=None)
    assert list(FileText.objects.unread()) == [one]
    assert FileText.objects.keep([one]) == {}
    assert FileText.objects.get().title == "Wells"


@pytest.mark.django_db
def test_nobody_who_saves_waits_for_what_is_read_beside_the_server(desk, starts):
    report = make_report()
    attach(report, content=demo_pdf())
    FileText.objects.update(has_text=None, title="")
    begun = len(starts)
    send(desk, form_of(report), subtitle="Changed")
    report.attachments.get().save()
    assert report.versions.exists()
    assert len(starts) == begun


@pytest.mark.django_db
def test_a_failure_now_leaves_what_an_older_pressmark_has_read():
    one = attach(make_draft(), content=demo_pdf())
    for text, has_text in (("Wells", True), ("", False)):
        FileText.objects.update(has_text=None, text=text, failure="")
        FileText.objects.put(one.sha256, reading.Reading(failure=Failure.SLOW))
        row = FileText.objects.get()
        assert (row.text, row.has_text, row.failure) == (text, has_text, Failure.SLOW)


@pytest.mark.django_db
def test_a_stored_pdf_that_is_damaged_by_now_is_named():
    one = attach(make_draft(), content=b"%PDF-1.7 no more")
    FileText.objects.all().delete()
    assert FileText.objects.keep([one]) == {one.sha256: refusing.DAMAGED}
    assert FileText.objects.values_list("text", "failure", "read_again").get() == ("", Failure.BROKEN, 0)


@pytest.mark.django_db
def test_a_stored_pdf_that_is_lost_or_damaged_is_looked_for_three_times_more():
    lost, _ = attach(make_draft(), content=demo_pdf()), attach(make_draft(), content=b"%PDF-1.7 no more")
    lost.file.delete(save=False)
    FileText.objects.all().delete()
    for times in range(4):
        assert FileText.objects.unread().count() == 2
        assert read_waiting().count("cannot be read") == 2
        assert read_waiting().count("cannot be read") == 0
        assert set(FileText.objects.values_list("read_again", flat=True)) == {times}
        failed_days_ago(1)
    assert not FileText.objects.unread().exists()


def test_a_large_pdf_is_read_from_disk_and_leaves_nothing_there(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "TemporaryFile", lambda: pytest.fail("it was copied"))
    path = tmp_path / "report.pdf"
    path.write_bytes(make_pdf("x" * 100_000, pages=4))
    with path.open("rb") as file:
        assert files.examine(file).pages == 4
    assert os.listdir(tmp_path) == ["report.pdf"]
