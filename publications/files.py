"""Files and pictures: where they are kept, and what is let in. Checked by content, never by name."""

import hashlib
import io
import re
import uuid
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from publications.pdfs.reading import Reading, read
from publications.pdfs.refusing import NOT_AT_THE_START, refuse_two_in_one

MOST_PIXELS = 50_000_000
MOST_PICTURE_BYTES = 60 * 1024 * 1024
# A photograph is proved by reading all of it, at an eighth of its size.
CHECKED_AT = 1
# Where files lie that were uploaded before their form was saved.
UPLOADS = "uploads/"
WEB = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
# What Pillow raises for pictures that are no pictures; a warning only where warnings are errors.
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, OverflowError, UserWarning)

EMPTY = "This file is empty. Choose it again, or export it again."
UNKNOWN = "This file is neither a PDF nor a picture. Upload a PDF, or a picture as PNG, JPEG or WebP."
WEB_PAGE = "This file is a web page, whatever its name says. Upload the PDF itself."
SVG = "This file is an SVG drawing, which can hold programs. Save it as PNG and upload that."
NOT_A_PICTURE = "This is no picture as PNG, JPEG or WebP. Save it as one of these, and upload that."
DAMAGED_PICTURE = "This picture cannot be read to its end: it is damaged or incomplete. Export it again and upload it."
TOO_HEAVY = "This picture takes up more than 60 MB. Save it smaller, or as JPEG, and upload it again."


def attachment_path(instance, filename):
    """Where an attachment is kept: under its report's key, by a name that nobody can guess."""
    return f"reports/{instance.report_id}/{uuid.uuid4().hex}.{instance.extension or 'bin'}"


def cover_path(instance, filename):
    return f"covers/{uuid.uuid4().hex}{PurePosixPath(filename).suffix}"


def upload_path(instance, filename):
    return f"{UPLOADS}{uuid.uuid4().hex}.{instance.extension}"


def picture_path(instance, filename):
    return f"pictures/{uuid.uuid4().hex}.{instance.extension}"


@dataclass(frozen=True)
class Facts:
    """What a file says of itself; `reading` is what was read of a PDF."""

    extension: str
    media_type: str
    size: int
    pages: int | None
    sha256: str
    reading: Reading | None = field(default=None, compare=False)

    @property
    def columns(self) -> dict:
        """Those that an attachment keeps."""
        return {name: value for name, value in vars(self).items() if name != "reading"}


@dataclass(frozen=True)
class Format:
    extension: str
    media_type: str
    opener: type | None


PDF = Format("pdf", "application/pdf", None)
PNG = Format("png", "image/png", PngImageFile)
JPEG = Format("jpg", "image/jpeg", JpegImageFile)
WEBP = Format("webp", "image/webp", WebPImageFile)
PICTURES = (PNG, JPEG, WEBP)


def examine(file, *wanted: Format) -> Facts:
    """The facts of a PDF or picture, or of these kinds alone, proved by opening it. ValidationError for all else."""
    try:
        kind = format_of(file, *wanted)
        reading = None
        if kind is PDF:
            refuse_two_in_one(file)
            reading = read(file)
        else:
            decode(file, kind, CHECKED_AT)
        size, sha256 = weigh(file)
        return Facts(kind.extension, kind.media_type, size, reading and reading.pages, sha256, reading)
    finally:
        file.seek(0)


def picture(file) -> File:
    """The same, proved to be a picture, by a name that says which kind. ValidationError if it is none."""
    try:
        kind = format_of(file, *PICTURES)
        decode(file, kind, CHECKED_AT)
        return File(file, name=f"picture.{kind.extension}")
    finally:
        file.seek(0)


def format_of(file, *wanted):
    """The format by the file's first bytes."""
    head = beginning(file, 1024)
    if not head:
        raise ValidationError(EMPTY)
    kind = signature(head)
    if wanted and kind not in wanted:
        raise ValidationError(SVG if refusal(head) == SVG else NOT_A_PICTURE)
    if kind is None:
        raise ValidationError(refusal(head))
    return kind


def refusal(head):
    """What is said of a file of no known kind."""
    if b"%PDF-" in head:
        return NOT_AT_THE_START
    if b"<svg" in head.lower():
        return SVG
    return WEB_PAGE if WEB.search(head) else UNKNOWN


def signature(head):
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return None


def beginning(file, length):
    file.seek(0)
    return file.read(length)


def weigh(file):
    """Size and SHA-256, read piece by piece."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(1 << 20):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def decode(file, kind, width=None):
    """The whole picture in memory, its size having been read off its header first. Where it need be only so many pixels
    wide, one that can be read smaller is."""
    if file.seek(0, io.SEEK_END) > MOST_PICTURE_BYTES:
        raise ValidationError(TOO_HEAVY)
    if kind is WEBP:
        refuse_pixels(*webp_size(beginning(file, 30)))
    file.seek(0)
    try:
        # The openers themselves, for `Image.open` warns of large pictures instead of refusing them.
        image = kind.opener(file)
        refuse_pixels(*image.size)
        if width and kind is JPEG:
            image.draft(image.mode, (width, width))
        image.load()
    except UNREADABLE:
        raise ValidationError(DAMAGED_PICTURE) from None
    return image


def refuse_pixels(width, height):
    if width * height > MOST_PIXELS:
        raise ValidationError(
            "This picture has %(megapixels)d megapixels (%(width)d × %(height)d); at most 50 are taken. "
            "Make it smaller and upload it again.",
            params={"megapixels": round(width * height / 1e6), "width": width, "height": height},
        )


def webp_size(head):
    """Width and height of the canvas, which the decoder would allocate at once. RFC 9649, sections 2.5 to 2.7."""
    number = int.from_bytes
    if head[12:16] == b"VP8X":
        return 1 + number(head[24:27], "little"), 1 + number(head[27:30], "little")
    if head[12:16] == b"VP8L":
        bits = number(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return number(head[26:28], "little") & 0x3FFF, number(head[28:30], "little") & 0x3FFF
