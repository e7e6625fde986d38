"""Upload checks: files are let in by what they are, and refused with a sentence."""

import hashlib
import io
import struct
import zlib

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from publications import files
from publications.pdfs import refusing
from tests.factory import picture_bytes


def pdf_bytes(pages=2):
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def locked_pdf(password):
    """One empty page under a user password. ISO 32000-1, 7.6.3: the standard handler, revision 2."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    user = (password.encode() + padding)[:32]
    owner = rc4(hashlib.md5((b"owner" + padding)[:32]).digest()[:5], user)
    key = hashlib.md5(user + owner + struct.pack("<i", -4) + b"0123456789abcdef").digest()[:5]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), rc4(key, padding).hex().encode()),
    ]
    return assembled(objects, b"/Root 1 0 R/Encrypt 4 0 R/ID[<30313233343536373839616263646566><00>]")


def assembled(objects, trailer):
    written, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj%s endobj\n" % (number, content)
    rows = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    ending = b"xref\n0 %d\n%strailer<</Size %d%s>>\nstartxref\n%d\n%%%%EOF"
    return written + ending % (size, rows, size, trailer, len(written))


def rc4(key, data):
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    written = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        written.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(written)


def png_header(width, height):
    """A PNG that claims a size and carries next to nothing."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def webp_canvas(width, height):
    """A WebP whose canvas is huge and whose picture is one pixel."""
    canvas = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + picture_bytes("WEBP", (1, 1), lossless=True)[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def upload(content, name="upload.bin"):
    return SimpleUploadedFile(name, content)


def refusal(check, content, name="upload.bin"):
    with pytest.raises(ValidationError) as caught:
        check(upload(content, name))
    return caught.value.messages[0]


def test_upload_check_reads_the_facts_of_a_pdf():
    content = pdf_bytes(3)
    facts = files.examine(upload(content, "anything.exe"))
    assert facts == files.Facts("pdf", "application/pdf", len(content), 3, hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("kind", "extension", "media_type"),
    [("PNG", "png", "image/png"), ("JPEG", "jpg", "image/jpeg"), ("WEBP", "webp", "image/webp")],
)
def test_upload_check_reads_the_facts_of_a_picture(kind, extension, media_type):
    facts = files.examine(upload(picture_bytes(kind), "report.pdf"))
    assert (facts.extension, facts.media_type, facts.pages) == (extension, media_type, None)


def test_upload_check_leaves_the_file_at_its_beginning():
    file = upload(pdf_bytes())
    file.seek(7)
    files.examine(file)
    assert file.tell() == 0
    refused = upload(b"no")
    with pytest.raises(ValidationError):
        files.examine(refused)
    assert refused.tell() == 0


def test_upload_check_reads_a_large_upload_from_disk():
    file = TemporaryUploadedFile("report.pdf", "application/pdf", 0, None)
    file.write(pdf_bytes(4))
    assert files.examine(file).pages == 4
    file.close()


def polyglot():
    return b"<script>alert(1)</script>" + pdf_bytes()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "report.pdf", files.EMPTY),
        (b"<!doctype html><script>alert(1)</script>", "report.pdf", files.WEB_PAGE),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "cover.svg", files.SVG),
        (b"MZ\x90\x00" + b"\0" * 200, "report.pdf", files.UNKNOWN),
        (b"PK\x03\x04" + b"\0" * 200, "report.docx", files.UNKNOWN),
        (picture_bytes("GIF", mode="P"), "cover.gif", files.UNKNOWN),
        (picture_bytes("BMP"), "cover.png", files.UNKNOWN),
        (b"%!PS-Adobe-3.0\n", "report.pdf", files.UNKNOWN),
        (polyglot(), "report.pdf", refusing.NOT_AT_THE_START),
        (b'<?xml version="1.0"?><!-- a drawing --><SVG/>', "report.pdf", files.SVG),
        (b"\xef\xbb\xbf<!-- saved --><HTML>", "report.pdf", files.WEB_PAGE),
        (b"\n" + pdf_bytes(), "report.pdf", refusing.NOT_AT_THE_START),
        (b"%PDF-1.7\n<script>alert(1)</script>", "report.pdf", refusing.TWO_IN_ONE),
        (pdf_bytes()[:300], "report.pdf", refusing.DAMAGED),
        (picture_bytes("PNG")[:-30], "cover.png", files.DAMAGED_PICTURE),
        (picture_bytes("JPEG", (400, 400), colour=(9, 120, 3))[:-300], "cover.jpg", files.DAMAGED_PICTURE),
        (picture_bytes("WEBP", (400, 400))[:-30], "cover.webp", files.DAMAGED_PICTURE),
        (b"\x89PNG\r\n\x1a\n", "cover.png", files.DAMAGED_PICTURE),
        (b"\xff\xd8\xff", "cover.jpg", files.DAMAGED_PICTURE),
        (b"RIFF\0\0\0\0WEBP", "cover.webp", files.DAMAGED_PICTURE),
    ],
)
def test_upload_check_refuses_with_a_sentence(content, name, sentence):
    assert refusal(files.examine, content, name) == sentence


def test_upload_check_refuses_a_pdf_without_pages():
    assert refusal(files.examine, pdf_bytes(0)) == refusing.DAMAGED


def test_upload_check_refuses_a_pdf_that_asks_for_a_password():
    assert refusal(files.examine, locked_pdf("secret")) == refusing.LOCKED


def test_upload_check_takes_an_encrypted_pdf_that_opens_without_a_password():
    assert files.examine(upload(locked_pdf(""))).pages == 1


@pytest.mark.parametrize("check", [files.examine, files.picture])
@pytest.mark.parametrize("bomb", [png_header(20_000, 20_000), png_header(10_001, 5_000), webp_canvas(16_000, 16_000)])
def test_upload_check_refuses_a_pixel_bomb_by_its_header(check, bomb, monkeypatch):
    monkeypatch.setattr(files.PngImageFile, "load", lambda image: pytest.fail("it was decoded"))
    sentence = refusal(check, bomb)
    assert "megapixels" in sentence
    assert "at most 50" in sentence


def test_upload_check_takes_a_picture_of_fifty_megapixels():
    assert files.examine(upload(picture_bytes("PNG", (10_000, 5_000), "1"))).extension == "png"


def test_upload_check_refuses_a_picture_that_is_too_heavy(monkeypatch):
    monkeypatch.setattr(files, "MOST_PICTURE_BYTES", 100)
    assert refusal(files.examine, picture_bytes("PNG", (300, 300))) == files.TOO_HEAVY


def test_a_pdf_is_no_picture():
    assert refusal(files.picture, pdf_bytes(), "cover.png") == files.NOT_A_PICTURE
