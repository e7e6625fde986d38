"""Which PDFs are not let in, by their first and last bytes, and in which words. What opens is for reading.py to see."""

import io
import re

from django.core.exceptions import ValidationError

NOT_AT_THE_START = "This PDF has something else before its beginning. Export it again and upload the new file."
NOT_AT_THE_END = (
    "This PDF has something else after its end, or its end is missing. Export it again and upload the new file."
)
TWO_IN_ONE = (
    "This file is a PDF and something else in one, such as a web page or an archive. Export the PDF again and upload "
    "the new file."
)
DAMAGED = "This PDF cannot be opened: it is damaged or incomplete. Export it again and upload the new file."
LOCKED = "This PDF asks for a password, so readers could not open it. Save it without one and upload it again."
SHIELDED = "This PDF is protected in a way that few programs can open. Save it without protection and upload it again."

# What systems fill a last block with.
PADDING = b"\0\t\n\f\r \x1a"
END = b"%%EOF"
MARKUP = re.compile(rb"<\s*[a-z!?/]", re.IGNORECASE)
BLOCK = 1 << 16
# The end of an archive (ZIP), whose last two bytes tell the length of a comment; that may hold the end of a PDF.
ZIP_END, ZIP_END_LENGTH = b"PK\x05\x06", 22


def refuse_two_in_one(file) -> None:
    """ValidationError where a file that begins as a PDF has markup before its first object, goes on after its end, or
    is an archive too. (ISO 32000-1, 7.5.5: the last line is %%EOF.)"""
    file.seek(0)
    if MARKUP.search(file.read(1024).partition(b" obj")[0]):
        raise ValidationError(TWO_IN_ONE)
    if not closing(file).endswith(END):
        raise ValidationError(NOT_AT_THE_END if holds_end(file) else DAMAGED)
    if ends_as_archive(file):
        raise ValidationError(TWO_IN_ONE)


def closing(file) -> bytes:
    """The last bytes before whatever fills the end."""
    place = file.seek(0, io.SEEK_END)
    while place:
        start = max(place - BLOCK, 0)
        file.seek(start)
        if kept := file.read(place - start).rstrip(PADDING):
            file.seek(max(start - len(END), 0))
            return file.read(start - file.tell()) + kept
        place = start
    return b""


def holds_end(file) -> bool:
    file.seek(0)
    before = b""
    while block := file.read(BLOCK):
        if END in before + block:
            return True
        before = block[-len(END) :]
    return False


def ends_as_archive(file) -> bool:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - BLOCK - ZIP_END_LENGTH, 0))
    tail = file.read()
    start = tail.rfind(ZIP_END)
    length = int.from_bytes(tail[start + ZIP_END_LENGTH - 2 : start + ZIP_END_LENGTH], "little")
    return start >= 0 and start + ZIP_END_LENGTH + length >= len(tail)
