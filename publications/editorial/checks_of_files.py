"""What is said of a report's files before readers have them: what a PDF lacks, and where it disagrees with the report.

A PDF is compared by what was read of it when it was uploaded, which is one query for all of them.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property

from django.db.models import prefetch_related_objects
from rapidfuzz import fuzz

from institution.models import SiteDetails
from publications.dates import first_day, last_day, short_date
from publications.models import Attachment, FileText, Report
from publications.pdfs.reading import SECONDS, Failure
from text.keys import name_key
from text.languages import language_name

# How alike titles and names are that mean the same, of 100; told by their keys.
SAME_TITLE, SAME_NAME = 80, 85
# A report is dated to the day on which it came out; its PDF was made at about that time.
APART = timedelta(days=183)
# What programs write where nobody has said how the document is called, and by whom it is.
NO_TITLE = re.compile(
    r"microsoft (word|powerpoint|excel|office|outlook)\b.*|(untitled|document|presentation|layout|slide|dokument)[ \d]*"
    r"|.*\.(docx?|pdf|pptx?|xlsx?|indd|qxd|rtf|odt|tmp|ps|dvi)|title|[^:]*:|[\W\d_]*"
)
NOBODY = {"user", "admin", "administrator", "owner", "author", "unknown", "microsoft office user", "windows user"}
PARTS = re.compile(r"[;,&/]| and ")
# “PhD”, “Jr.” and the like are nobody’s name.
SHORT = 4

UNREAD = {
    Failure.SLOW: f"could not be read in {SECONDS} seconds",
    Failure.BROKEN: "could not be read, since that failed or took more than 1 GB of memory",
}
NOT_YET = (
    "is not read yet, since others were being read when it was uploaded. That is done soon after it is saved; "
    "until then nobody finds its words, and it is not checked."
)
NO_TEXT = (
    "holds no text, perhaps because it was scanned: nobody can search it, and no screen reader reads it aloud. Export "
    "it anew, or have its text recognised."
)
NOT_TAGGED = (
    "is not tagged, so screen readers cannot tell its headings, lists and tables. Export it anew as a tagged, or "
    "accessible, PDF."
)
PROTECTED = (
    "is protected, though it opens without a password: readers’ programs may refuse to copy from it or to read it "
    "aloud. Save it without protection."
)
UNNAMED = "does not say how it is called, so readers see the name of a file. Give it its title when you export it."


def sentences(report: Report) -> Iterator[str]:
    files = list(report.attachments.all())
    read = FileText.objects.facts_of(files) if files else {}
    beside = Beside(report)
    for one in files:
        if told := read.get(one.sha256):
            yield from (f"“{one.title or report.title}” {words}" for words in of_file(one, told, beside))


def of_file(one: Attachment, told: FileText, beside: "Beside") -> Iterator[str]:
    if told.failure == Failure.BUSY:
        yield NOT_YET
    elif told.failure:
        yield (
            f"{UNREAD[told.failure]}: it is stored, and readers can open it, but nobody finds its words, and it is not "
            "checked. Perhaps another export is simpler."
        )
    elif not told.has_text:
        yield NO_TEXT
    elif not told.is_tagged:
        yield NOT_TAGGED
    if told.is_protected:
        yield PROTECTED
    if told.is_tagged is not None:
        yield from of_language(one, told, beside.report)
        yield from of_title(one, told, beside.report)
    if one.kind == Attachment.Kind.REPORT:
        yield from of_author(told, beside)
        yield from of_date(told, beside.report)


def of_language(one: Attachment, told: FileText, report: Report) -> Iterator[str]:
    here = one.language or report.language
    if here and told.language and primary(here) != primary(told.language):
        yield (
            f"says that it is in {language_name(told.language)}, and here it is in {language_name(here)}. Change what "
            "is wrong: its language here, or the PDF."
        )


def primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


def of_title(one: Attachment, told: FileText, report: Report) -> Iterator[str]:
    key = name_key(told.title)
    if NO_TITLE.fullmatch(key):
        yield UNNAMED
        return
    is_report = one.kind == Attachment.Kind.REPORT
    titles = [one.title, *([report.title, f"{report.title} {report.subtitle}"] if is_report else [])]
    expected = [name_key(title) for title in titles if title.strip()]
    if expected and all(fuzz.token_set_ratio(key, each) < SAME_TITLE for each in expected):
        yield f"calls itself “{told.title}”. Is it the right file? Readers and search engines see that title."


def of_author(told: FileText, beside: "Beside") -> Iterator[str]:
    if name_key(told.author) in NOBODY or all(map(beside.knows, PARTS.split(name_key(told.author)))):
        return
    by = ", ".join(beside.authors)
    here = f"and the report by {by}" if by else "and the report names no author"
    yield f"says that it is by {told.author}, {here}. Change what is wrong: the authors here, or the PDF."


def of_date(told: FileText, report: Report) -> Iterator[str]:
    if not (told.made_on and report.date):
        return
    first = first_day(report.date, report.date_precision)
    # Apart, and not a day: there is none before the first nor after the last of the calendar.
    if first - told.made_on > APART or told.made_on - last_day(report.date, report.date_precision) > APART:
        yield (
            f"was made on {short_date(told.made_on, 'day')}, and the report is dated "
            f"{short_date(report.date, report.date_precision)}. Is it the right file, and the right date?"
        )


class Beside:
    """The report that files are compared with; its people are fetched where one is asked for."""

    def __init__(self, report: Report):
        self.report = report

    @cached_property
    def authors(self) -> list[str]:
        prefetch_related_objects([self.report], "authorships__author")
        return [row.author.name for row in self.report.byline]

    @cached_property
    def names(self) -> list[str]:
        """Of all who have a part in it, and our own."""
        people = self.authors and [row.author.name for row in self.report.authorships.all()]
        return [name_key(name) for name in (*people, SiteDetails.current().name)]

    def knows(self, part: str) -> bool:
        """Whether this part of a list of authors is the name of one of them."""
        if len(part.strip(" .")) <= SHORT:
            return True
        return any(fuzz.token_set_ratio(part, name) >= SAME_NAME for name in self.names)
