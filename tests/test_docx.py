"""Word files: a draft of its own, or a version laid beside a report, with all their footnotes and tables."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from publications.editorial.roles import Role
from publications.models import Event, Report
from tests.crawl import parse
from tests.factory import make_draft, make_member, make_pdf, make_report
from tests.test_import_richtext import faults
from tests.word import docx, note, paragraph, run, table
from text.word import DAMAGED, NO_WORD_FILE, OLD, TOO_LARGE, from_docx

WORDS = "Every spring the pumps of the upper valley fail, and every spring the committees repair them. "


def thirty_pages():
    """Of 2,500 characters each, with 40 footnotes and 5 tables."""
    blocks = [paragraph(run("Wells of the upper valley"), style="Title")]
    for chapter in range(10):
        blocks.append(paragraph(run(f"Chapter {chapter + 1}"), style="Heading1"))
        for place in range(4):
            number = 4 * chapter + place + 1
            blocks.append(
                paragraph(run(WORDS * 10), note(number), run(" The committees "), run("kept", "b"), run(" a book."))
            )
            blocks.append(paragraph(run(WORDS * 10)))
        blocks += [paragraph(run(f"Item {item}"), item=(1, item % 2)) for item in range(4)]
        if chapter % 2:
            blocks.append(table(["Year", "Pumps"], *([str(year), str(year * chapter)] for year in range(2015, 2020))))
    return docx(*blocks, notes=[f"Source {number}, page {number * 3}." for number in range(1, 41)])


@pytest.mark.once
def test_a_docx_of_thirty_pages_loses_no_footnote_and_no_table():
    found = from_docx(thirty_pages())
    assert found.title == "Wells of the upper valley"
    assert (found.pasted.notes, found.pasted.tables, found.pasted.pictures) == (40, 5, 0)
    assert faults(found.pasted.html) == []
    text = parse(found.pasted.html)
    assert [note.text for note in text.all("foot-note")] == [f"Source {one}, page {one * 3}." for one in range(1, 41)]
    assert [heading.text for heading in text.all("h2")] == [f"Chapter {one}" for one in range(1, 11)]
    assert len(text.all("table")) == 5
    assert all(len(each.all("th")) == 2 and len(each.all("tr")) == 6 for each in text.all("table"))
    assert len(found.pasted.html) > 30 * 2_500
    assert found.pasted.html.count("<strong>kept</strong>") == 40
    assert len(text.all("li")) == 40


@pytest.mark.once
def test_check_that_no_docx_brings_the_key_of_a_picture():
    file = docx(paragraph(run("Pumps fail.")))
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    with zipfile.ZipFile(file, "a") as parts:
        parts.writestr("mammoth/style-map", f"p => img[data-picture='{key}'] > em:fresh")
    assert from_docx(file).pasted.html == "<p><em>Pumps fail.</em></p>"


@pytest.mark.once
def test_a_docx_without_a_title_takes_its_first_heading_or_its_name():
    assert from_docx(docx(paragraph(run("Pumps"), style="Heading1"), paragraph(run("x")))).title == "Pumps"
    assert from_docx(docx(paragraph(run("x")), name="wells 2019.docx")).title == "wells 2019"


@pytest.mark.once
def test_a_footnote_on_the_title_of_a_docx_stands_at_the_beginning_of_the_text():
    title = paragraph(run("Wells"), note(1), style="Title")
    found = from_docx(docx(title, paragraph(run("Text"), note(2), run(".")), notes=["Thanks.", "Source."]))
    assert found.title == "Wells"
    assert found.pasted.html == "<p><foot-note>Thanks.</foot-note>Text<foot-note>Source.</foot-note>.</p>"


def packed(parts):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def broken(content):
    """With some bytes in the middle of its largest part turned over."""
    content, place = bytearray(content), content.index(b"word/document.xml") + 900
    content[place : place + 60] = bytes(255 - byte for byte in content[place : place + 60])
    return bytes(content)


def deep(number):
    return "<w:tbl><w:tr><w:tc>" * number + paragraph(run("x")) + "</w:tc></w:tr></w:tbl>" * number


REFUSED = {
    "empty": (b"", NO_WORD_FILE),
    "a PDF": (make_pdf(), NO_WORD_FILE),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), OLD),
    "a zip of something else": (packed({"a.txt": "x"}), NO_WORD_FILE),
    "cut off": (thirty_pages().read()[:-2_000], DAMAGED),
    "no document in it": (packed({"word/styles.xml": "<x/>"}), DAMAGED),
    "broken XML": (packed({"word/document.xml": "<w:document", "_rels/.rels": "<x"}), DAMAGED),
    "a bomb under another name": (packed({"word/document.bin": bytes(21_000_000)}), TOO_LARGE),
    "changed within": (broken(thirty_pages().read()), DAMAGED),
    "nested without end": (docx(deep(400)).read(), DAMAGED),
    "a bomb": (packed({"word/document.xml": bytes(21_000_000)}), TOO_LARGE),
}


@pytest.mark.once
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_docx_is_refused_in_a_sentence(kind):
    content, sentence = REFUSED[kind]
    file = io.BytesIO(content)
    file.name = "x.docx"
    with pytest.raises(ValidationError) as refused:
        from_docx(file)
    assert refused.value.messages == [sentence]


@pytest.mark.django_db
def test_a_docx_becomes_a_draft_of_whoever_chose_it(client):
    writer = make_member(Role.WRITER)
    client.force_login(writer)
    answer = client.post(reverse("admin:new-from-word"), {"file": thirty_pages()}, follow=True)
    report = Report.objects.get()
    assert (report.state, report.title, report.made_by) == ("draft", "Wells of the upper valley", writer)
    assert report.body.count("<foot-note>") == 40
    assert report.versions.get().said == "Made from a Word file"
    assert Event.objects.get().what == Event.What.ENTERED
    assert "40 footnotes and 5 tables came along." in answer.content.decode()
    client.force_login(make_member(Role.READER, "reader"))
    assert client.get(reverse("admin:new-from-word")).status_code == 403


@pytest.mark.django_db
def test_a_docx_that_is_refused_makes_nothing_and_says_why(client):
    client.force_login(make_member(Role.WRITER))
    file = io.BytesIO(b"PK nothing")
    file.name = "x.docx"
    answer = client.post(reverse("admin:new-from-word"), {"file": file})
    assert DAMAGED in answer.content.decode()
    assert "Choose a Word file." in client.post(reverse("admin:new-from-word")).content.decode()
    assert not Report.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_draft, make_report])
def test_a_docx_for_a_report_overwrites_nothing_until_somebody_takes_it_over(client, make):
    report = make("Wells", body="<p>As it was.</p>")
    client.force_login(make_member(Role.PUBLISHER))
    answer = client.post(reverse("admin:word", args=[report.pk]), {"file": thirty_pages()}, follow=True)
    words = answer.content.decode()
    assert "Nothing is overwritten yet." in words
    assert "laid beside the report, as version" in words
    assert "somebody else" not in words
    assert "As it was." in words
    assert "Chapter 10" in words
    report.refresh_from_db()
    assert (report.title, report.body) == ("Wells", "<p>As it was.</p>")
    version = report.versions.get(set_aside=True)
    address = reverse("admin:restore", args=[report.pk, version.number])
    assert address in words
    client.post(address)
    report.refresh_from_db()
    taken = report.body if make is make_draft else report.versions.get(pending=True).content["fields"]["body"]
    assert taken.count("<foot-note>") == 40
    assert report.title == "Wells"
