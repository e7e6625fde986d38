"""What the desk says of a file: its kind, size and pages, and what a PDF says of itself."""

from collections.abc import Iterator

from django.template.defaultfilters import filesizeformat

from publications.models import Attachment, FileText, Image, Upload
from publications.pdfs.reading import Failure
from text.languages import language_name


def in_words(attachment: Attachment, told: FileText | None) -> str:
    """“PDF, 1.2 MB, 34 pages, English, tagged, with text.”"""
    parts = [kind_and_size(attachment), *(said_of(told) if told else ())]
    title = f" Its own title is “{told.title}”." if told and told.title else ""
    return f"{', '.join(parts)}.{title}"


def kind_and_size(file: Attachment | Upload | Image) -> str:
    kind = "JPEG" if file.extension == "jpg" else file.extension.upper()
    return ", ".join([kind, filesizeformat(file.size), *pages(file)])


def pages(file: Attachment | Upload | Image) -> list[str]:
    count = getattr(file, "pages", None)
    return [f"{count} {'page' if count == 1 else 'pages'}"] if count else []


def said_of(told: FileText) -> Iterator[str]:
    if told.failure:
        yield lower_first(Failure(told.failure).label)
    if told.is_tagged is not None:
        yield language_name(told.language) if told.language else "no language"
        yield "tagged" if told.is_tagged else "not tagged"
    if told.has_text or not told.failure:
        yield "with text" if told.has_text else "without text"
    if told.is_protected:
        yield "protected"


def lower_first(words: str) -> str:
    return words[0].lower() + words[1:]
