"""A program of its own that reads one PDF from its standard input: whatever is wrong with that breaks nothing else.

It prints lines of JSON: what the PDF says of itself, or why it does not open; then the text of page after page, each as
soon as it is read. Given a width, it prints the first page instead, as a picture (PPM). It is started by reading.py,
and imports as little as it can, since it is started anew for each PDF.
"""

import ctypes
import json
import resource
import sys
from contextlib import suppress

import pypdfium2
from pypdfium2 import raw

# What a PDF says of itself may be as long as a book.
LONGEST = 2000
# The parts of a page are told by its tags; of the first pages, some may have none.
LOOKED_AT = 5


def main(seconds, memory, most_pages, most_text, width):
    limit(resource.RLIMIT_CORE, 0)
    # Whoever waits may be gone before this has ended.
    limit(resource.RLIMIT_CPU, seconds + 5)
    limit(resource.RLIMIT_AS, memory)
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer)
        page = document[0]
    except pypdfium2.PdfiumError as error:
        say({"error": error.err_code or 0})
        return
    if width:
        draw(page, width)
        return
    say(facts(document))
    for number in range(min(len(document), most_pages)):
        text = page_text(document, number)[:most_text]
        most_text -= len(text)
        say(text)


def limit(what, most):
    # Not every system knows every limit.
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


def say(words):
    print(json.dumps(words), flush=True)


def facts(document):
    return {
        "pages": len(document),
        "title": document.get_metadata_value("Title")[:LONGEST],
        "author": document.get_metadata_value("Author")[:LONGEST],
        "created": document.get_metadata_value("CreationDate")[:LONGEST],
        "language": language(document)[:LONGEST],
        "is_tagged": document.is_tagged() and any(has_parts(document, number) for number in range(LOOKED_AT)),
        "is_protected": raw.FPDF_GetSecurityHandlerRevision(document) != -1,
    }


def language(document):
    length = raw.FPDFCatalog_GetLanguage(document, None, 0)
    found = (ctypes.c_ushort * (length // 2 + 1))()
    raw.FPDFCatalog_GetLanguage(document, found, length)
    return bytes(found)[:length].decode("utf-16-le", "ignore").rstrip("\0")


def has_parts(document, number):
    """Whether tags tell the parts of this page."""
    if number >= len(document):
        return False
    try:
        tree = raw.FPDF_StructTree_GetForPage(document[number])
    except pypdfium2.PdfiumError:
        return False
    return bool(tree) and raw.FPDF_StructTree_CountChildren(tree) > 0


def page_text(document, number):
    try:
        page = document[number]
        text = page.get_textpage().get_text_bounded()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    return text


def draw(page, width):
    """At most so wide, and at most twice as high."""
    scale = min(width / page.get_width(), 2 * width / page.get_height())
    drawn = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=raw.FPDFBitmap_BGR)
    rows = (bytes(drawn.buffer)[row * drawn.stride :][: 3 * drawn.width] for row in range(drawn.height))
    sys.stdout.buffer.write(b"P6 %d %d 255\n" % (drawn.width, drawn.height) + b"".join(rows))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
