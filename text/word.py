"""A Word file as rich text of ours. Only the text is read: what else lies in the file stays there."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from xml.parsers.expat import ExpatError

import mammoth
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from text.cleaning import clean_line
from text.pasted import HEADINGS, Pasted, from_office

# Unpacked bytes of all but pictures; a thousand pages take about 20 million.
MOST_BYTES = 20_000_000
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ExpatError, KeyError, ValueError, AttributeError, IndexError, TypeError, OSError,
    RuntimeError,
)  # fmt: skip
# In the names that Word itself gives on the clipboard.
STYLES = """
p[style-name='Title'] => p.MsoTitle:fresh
p[style-name='Subtitle'] => p.MsoSubtitle:fresh
p[style-name='Quote'] => p.MsoQuote:fresh
p[style-name='Intense Quote'] => p.MsoIntenseQuote:fresh
p[style-name='toc 1'] => p.MsoToc1:fresh
p[style-name='toc 2'] => p.MsoToc2:fresh
p[style-name='toc 3'] => p.MsoToc3:fresh
"""
OLD = "This is an old Word file (.doc), or one with a password. Save it in Word as .docx, without a password."
NO_WORD_FILE = "This is no Word file. Choose one that ends in .docx."
DAMAGED = "This Word file cannot be read: it is damaged or incomplete. Save it again in Word."
TOO_LARGE = "The text of this Word file takes more than 20 MB. Take it over in parts, by copying and pasting."


@dataclass(frozen=True)
class WordFile:
    """`title`: in the style of a title, else the heading with which the text begins, else the file's name."""

    title: str
    pasted: Pasted


def from_docx(file) -> WordFile:
    """ValidationError for what cannot be read."""
    refuse_others(file)
    file.seek(0)
    try:
        html = mammoth.convert_to_html(file, style_map=STYLES, convert_image=mammoth.images.img_element(nothing)).value
    except UNREADABLE:
        raise ValidationError(DAMAGED) from None
    soup = BeautifulSoup(html, "html.parser")
    title = taken_title(soup) or clean_line(PurePath(file.name or "").stem)
    return WordFile(title, from_office(str(soup)))


def nothing(image):
    return {"src": "file:picture"}


def refuse_others(file) -> None:
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(OLD)
    if not head.startswith(b"PK"):
        raise ValidationError(NO_WORD_FILE)
    try:
        with zipfile.ZipFile(file) as parts:
            size = sum(part.file_size for part in parts.infolist() if not part.filename.startswith("word/media/"))
            names = set(parts.namelist())
    except zipfile.BadZipFile:
        raise ValidationError(DAMAGED) from None
    if size > MOST_BYTES:
        raise ValidationError(TOO_LARGE)
    if not any(name.startswith("word/") for name in names):
        raise ValidationError(NO_WORD_FILE)


def taken_title(soup: BeautifulSoup) -> str:
    """It leaves the text, as it stands above it."""
    found = soup.find("p", class_="MsoTitle")
    if found is None:
        first = soup.find(True, recursive=False)
        found = first if first is not None and first.name in HEADINGS else None
    if found is None:
        return ""
    following = found.find_next(["p", "li"])
    for mark in found.find_all("sup"):
        # What is said of the title is said at the beginning of the text.
        if following is not None:
            following.insert(0, mark.extract())
    title = clean_line(found.get_text())
    found.decompose()
    return title
