"""What a list of hits shows of each report: its title with marks, and the words in context, with the page of a PDF."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from publications.models import Attachment, FileText, Report
from publications.searching.marking import Sought, marked, parts_in, piece
from publications.words import RICH
from text.cleaning import words_of


@dataclass(frozen=True)
class Excerpt:
    """`text`: nothing where the teaser says it all; `page` and `address`: of the page of the PDF in which it stands."""

    title: SafeString
    text: str = ""
    page: int | None = None
    address: str = ""


def with_excerpts(reports: Collection[Report], sought: Sought) -> Collection[Report]:
    """The same live reports, each with `excerpt`. Three queries, however many they are."""
    keys = [report.pk for report in reports]
    texts = Report.objects.live().filter(pk__in=keys).order_by().only("pk", "language", "subtitle", *RICH).in_bulk()
    files = files_of(keys)
    for report in reports:
        report.excerpt = excerpt(report, texts.get(report.pk, report), files[report.pk], sought)
    return reports


def files_of(keys):
    """{report: [(attachment, text)]} of its PDFs."""
    attached = list(Attachment.objects.filter(report__in=keys).order_by("position", "created_at", "pk"))
    texts = FileText.objects.in_bulk({one.sha256 for one in attached})
    found = defaultdict(list)
    for one in attached:
        if one.sha256 in texts:
            found[one.report_id].append((one, texts[one.sha256]))
    return found


def excerpt(report: Report, texts: Report, files, sought: Sought) -> Excerpt:
    """Of the places that hold most of what the title does not hold, the first."""
    in_title = sought.hits(report.title, report.language)
    missing = set(range(len(sought.parts))) - parts_in(in_title)
    best, most = Excerpt(marked(report.title, in_title)), (0, 0)
    for text, language, attachment, page in places(report, texts, files):
        hits = sought.hits(text, language)
        worth = len(parts_in(hits) & missing), len(parts_in(hits))
        if worth > most:
            address = f"{report.get_absolute_url()}{attachment.filename}#page={page}" if attachment else ""
            best, most = Excerpt(best.title, piece(text, hits), page, address), worth
        if most[0] == len(missing):
            break
    return best


def places(report: Report, texts: Report, files) -> Iterator[tuple]:
    """(text, its language, attachment, page) in the order in which a hit is shown."""
    yield report.shown_teaser, report.language, None, None
    yield texts.subtitle, report.language, None, None
    for field in RICH:
        if html := getattr(texts, field):
            yield words_of(html), report.language, None, None
    for attachment, text in files:
        for number, page in enumerate(text.pages, 1):
            yield page, attachment.language or report.language, attachment, number
