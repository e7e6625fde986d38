"""Plain helpers that make things for tests. Every default is the simplest thing that is legal."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from itertools import count

import pypdfium2
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from authors.models import Author
from publications.models import Attachment, Authorship, PublicationType, RelatedPublication, Report, ReportTopic
from topics.models import Topic

numbers = count(1)


def make_type(name="Special Report", **fields):
    return PublicationType.objects.get_or_create(name=name, defaults=fields)[0]


def make_author(name=None, **fields):
    return Author.objects.create(name=name or f"Author {next(numbers)}", **fields)


def make_topic(name=None, **fields):
    return Topic.objects.create(name=name or f"Topic {next(numbers)}", **fields)


def make_report(title=None, *, authors=(), topics=(), **fields):
    """A report that is live since its date (or yesterday) unless `state` says otherwise."""
    title = title or f"Report {next(numbers)}"
    fields.setdefault("state", Report.State.PUBLISHED)
    fields.setdefault("lead", f"<p>The lead of {title}.</p>")
    fields.setdefault("type", make_type())
    if fields["state"] in (Report.State.PUBLISHED, Report.State.WITHDRAWN):
        fields.setdefault("public_from", moment_of(fields.get("date")))
    if fields["state"] == Report.State.WITHDRAWN:
        fields.setdefault("withdrawn_at", timezone.now())
        fields.setdefault("withdrawal_reason", "Its figures were wrong.")
    if "date" in fields:
        fields.setdefault("date_follows", False)
    report = Report.objects.create(title=title, **fields)
    for position, author in enumerate(authors):
        Authorship.objects.create(report=report, author=author, position=position)
    for topic in topics:
        ReportTopic.objects.create(content_object=report, tag=topic)
    return report


def moment_of(date):
    if date is None:
        return timezone.now() - timedelta(days=1)
    return datetime(date.year, date.month, date.day, tzinfo=UTC)


def make_draft(title=None, **fields):
    return make_report(title, **{"state": Report.State.DRAFT} | fields)


def make_scheduled(title=None, *, days=7, **fields):
    return make_report(title, public_from=timezone.now() + timedelta(days=days), **fields)


def make_withdrawn(title=None, **fields):
    return make_report(title, **{"state": Report.State.WITHDRAWN} | fields)


def relate(report, related, origin=RelatedPublication.Origin.PINNED, **fields):
    return RelatedPublication.objects.create(report=report, related=related, origin=origin, **fields)


def make_superuser(name="alice"):
    return User.objects.create_superuser(name, f"{name}@example.org", "correct horse battery")


def make_pdf(words="", pages=1):
    """The bytes of a PDF with empty pages; `words` stand in it as a comment."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 300)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue() + f"\n% {words}\n".encode()


def make_picture(width=600, height=400, colour="#246"):
    """The bytes of a WebP."""
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "WEBP")
    return written.getvalue()


def attach(report, title="", *, content=None, pages=1, **fields):
    """A PDF that belongs to the report."""
    content = content or make_pdf(title, pages)
    facts = {"extension": "pdf", "media_type": "application/pdf", "size": len(content), "pages": pages}
    facts["sha256"] = hashlib.sha256(content).hexdigest()
    row = Attachment(report=report, title=title, **facts | fields)
    row.file.save("upload.pdf", ContentFile(content), save=False)
    row.save()
    return row


def give_cover(report, alt="A drawing.", **picture):
    report.cover_alt = alt
    report.cover = ContentFile(make_picture(**picture), name="upload.webp")
    report.save()
    return report
