"""The demo's files: covers, charts and PDFs, made on the spot and passed through the checks of an editor's uploads."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from django.core.files.base import ContentFile

from institution.models import SiteDetails
from interchange.demo import charts
from interchange.demo.covers import draw_cover
from interchange.demo.pdfs import write_pdf
from interchange.demo_content import Piece, pieces
from publications.files import examine
from publications.models import Attachment, FileText, Image, Report

# What a text of the demo names as a picture, and what draws it.
CHARTS = {"disputes": charts.disputes}


def draw_covers() -> dict[str, ContentFile]:
    """{slug: picture}. Two at a time, since most of the work is done outside Python's lock."""
    drawn = [piece for piece in pieces() if "cover_alt" in piece.facts]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip((piece.slug for piece in drawn), pool.map(cover_of, drawn), strict=True))


def cover_of(piece: Piece) -> ContentFile:
    drawn = BytesIO()
    draw_cover(piece.slug, piece.facts["title"]).save(drawn, "WEBP", quality=90)
    return ContentFile(drawn.getvalue(), name="cover.webp")


def drawn_chart(name: str) -> Image:
    drawn = BytesIO()
    CHARTS[name]().save(drawn, "PNG")
    return Image.objects.add(ContentFile(drawn.getvalue(), name=f"{name}.png"))


def attached_pdf(report: Report, piece: Piece) -> Attachment:
    """The report's attachment, its file stored and the row not yet."""
    content = ContentFile(pdf_of(report, piece))
    facts = examine(content)
    FileText.objects.keep_reading(facts)
    attachment = Attachment(report=report, **piece.facts["pdf"], **facts.columns)
    attachment.file.save("report.pdf", content, save=False)
    return attachment


def pdf_of(report: Report, piece: Piece) -> bytes:
    lead, summary, body, about = (piece.sections[name] for name in ("Lead", "Summary", "Body", "About the Report"))
    sections = [("", lead), ("Summary", summary), ("", body), ("About the Report", about)]
    return write_pdf(
        report.title,
        report.subtitle,
        "; ".join(row.author.name for row in report.byline),
        SiteDetails.current().name,
        [(heading, words) for heading, words in sections if words],
        report.language,
    )
