"""Plain helpers that make things for tests. Every default is the simplest thing that is legal."""

import hashlib
import io
import random
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from html import escape
from itertools import count

import pypdfium2
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from PIL import Image as Drawing

from authors.models import Author
from interchange.demo.pdfs import write_pdf
from publications.editorial import versions, workflow
from publications.editorial.roles import GROUPS, Role, permissions_of
from publications.finding import following
from publications.models import (
    Attachment,
    Authorship,
    FileText,
    HomeFeature,
    Image,
    PublicationType,
    RelatedPublication,
    Report,
    ReportTopic,
    TopicFeature,
)
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
    with transaction.atomic():
        report = Report.objects.create(title=title, **fields)
        for position, author in enumerate(authors):
            Authorship.objects.create(report=report, author=author, position=position)
        for topic in topics:
            ReportTopic.objects.create(content_object=report, tag=topic)
        following.note([report.pk])
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


def feature(topic, *reports):
    """Put these first on the topic's page, in this order."""
    for position, report in enumerate(reports):
        TopicFeature.objects.create(topic=topic, report=report, position=position)


def feature_at_home(*reports, **span):
    """Put these first on the front page, in this order; `starts_at` and `ends_at` as given."""
    for position, report in enumerate(reports):
        HomeFeature.objects.create(report=report, position=position, **span)


@contextmanager
def editing(report):
    """What is done to the report's rows within is not seen by readers: it is an edit that is pending."""
    before = versions.snapshot(report)
    yield
    after = versions.snapshot(type(report).objects.get(pk=report.pk))
    versions.put(report, before)
    versions.drop_edit(report)
    versions.add(report, after, by=None, said="Edited", pending=True)


def correct(report, note="The figure for 2024 was wrong.", kind="correction", **fields):
    """Give these fields of a live report other values and tell readers so: the version that they had before."""
    with editing(report):
        type(report).objects.filter(pk=report.pk).update(**fields)
    workflow.publish_edit(report, kind=kind, note=note)
    return report.earlier_versions.first()


def make_superuser(name="alice"):
    return User.objects.create_superuser(name, f"{name}@example.org", "correct horse battery")


def make_member(role, name=None, **fields):
    """Somebody of the staff with a role: `make_member(Role.WRITER)`."""
    name = name or f"{role.name.lower()}{next(numbers)}"
    user = User.objects.create(username=name, email=f"{name}@example.org", is_staff=role > Role.NOBODY, **fields)
    if role == Role.READER:
        user.user_permissions.add(permission_named("publications.view_report"))
    if role in GROUPS:
        user.groups.add(group_of(GROUPS[role]))
    return user


def group_of(name):
    """The group as migrations made it, made again where a test has emptied all tables."""
    group, new = Group.objects.get_or_create(name=name)
    if new:
        group.permissions.set(map(permission_named, permissions_of(name)))
    return group


def permission_named(name):
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def make_pdf(words="", pages=1):
    """The bytes of a PDF with empty pages; `words` stand in it as a comment."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 300)
    written = io.BytesIO()
    document.save(written)
    return with_comment(written.getvalue(), words.encode())


def with_comment(content, words):
    """The PDF with these words before its table of objects, whose place is told near its end."""
    body, _, rest = content.rpartition(b"xref\r\n0 ")
    table, start, _ = rest.partition(b"startxref\r\n")
    comment = b"% " + words + b"\n"
    return body + comment + b"xref\r\n0 " + table + start + b"%d\r\n%%%%EOF\r\n" % len(body + comment)


def make_pdf_saying(words, language="en"):
    """The bytes of a PDF on whose page these words can be read."""
    return write_pdf("", "", "", "", [("", words)], language)


def make_picture(width=600, height=400, colour="#246"):
    """The bytes of a WebP."""
    written = io.BytesIO()
    Drawing.new("RGB", (width, height), colour).save(written, "WEBP")
    return written.getvalue()


def picture_bytes(kind="PNG", size=(60, 40), mode="RGB", colour=None, **options):
    written = io.BytesIO()
    Drawing.new(mode, size, colour if colour is not None else 0).save(written, kind, **options)
    return written.getvalue()


def attach(report, title="", *, content=None, pages=1, **fields):
    """A PDF that belongs to the report."""
    given, content = content, content or make_pdf(title, pages)
    facts = {"extension": "pdf", "media_type": "application/pdf", "size": len(content), "pages": pages}
    facts["sha256"] = hashlib.sha256(content).hexdigest()
    if not given:
        # It is known what a reading would find, which takes a process of its own.
        known = {"text": "\f" * (pages - 1), "has_text": False, "is_tagged": False, "is_protected": False}
        FileText.objects.get_or_create(pk=facts["sha256"], defaults=known)
    row = Attachment(report=report, title=title, **facts | fields)
    row.file.save("upload.pdf", ContentFile(content), save=False)
    row.save()
    return row


def give_cover(report, alt="A drawing.", **picture):
    report.cover_alt = alt
    report.cover = ContentFile(make_picture(**picture), name="upload.webp")
    report.save()
    return report


def make_image(*, name="river.png", content=None, **fields):
    """A picture that has been uploaded."""
    return Image.objects.add(ContentFile(content or picture_bytes(size=(1200, 800)), name=name), **fields)


def figure_of(image, alt="A river.", credit="", caption=""):
    """The HTML of a figure as it is stored."""
    words = "".join(f"<{tag}>{said}</{tag}>" for tag, said in (("small", credit), ("figcaption", caption)) if said)
    return f'<figure><img data-picture="{image.pk}" alt="{escape(alt)}">{words}</figure>'


def make_many(count, seed=1):
    """So many live reports at once, with a few broad topics and many rare ones, one to three authors, five types,
    three languages and thirty years. More may be made later: names and slugs go on where they stopped."""
    chance, start = random.Random(seed), Report.objects.count()
    types = [make_type(f"Type {number}") for number in range(5)]
    authors = make_rows(Author, "Author", 4 + count // 5, position="Fellow", biography="<p>Writes.</p>")
    topics = make_rows(Topic, "Topic", 4 + count // 4)
    Topic.objects.filter(pk__in=[topic.pk for topic in topics[2::7]]).update(parent=topics[0])
    Topic.objects.filter(pk__in=[topic.pk for topic in topics[3::7]]).update(kind=Topic.Kind.KEYWORD)
    Topic.objects.filter(pk__in=[topic.pk for topic in topics[4::7]]).update(kind=Topic.Kind.PLACE)
    reports = [make_row(number, chance, types) for number in range(start, start + count)]
    Report.objects.bulk_create(reports)
    ReportTopic.objects.bulk_create(
        ReportTopic(content_object=report, tag=topic)
        for report in reports
        for topic in {topics[0], *long_tail(chance, topics)}
    )
    Authorship.objects.bulk_create(
        Authorship(report=report, author=author, position=position)
        for report in reports
        for position, author in enumerate({authors[0], *long_tail(chance, authors)})
    )
    with transaction.atomic():
        following.note(None)
    return reports


def make_rows(model, word, count, **fields):
    """Rows of people or topics, those that are there already among them."""
    new = range(model.objects.filter(slug__startswith=f"{word.lower()}-").count(), count)
    model.objects.bulk_create(
        model(name=f"{word} {number}", slug=f"{word.lower()}-{number}", **fields) for number in new
    )
    return list(model.objects.filter(slug__startswith=f"{word.lower()}-").order_by("pk"))


def make_row(number, chance, types):
    """An unsaved live report, ready for bulk_create."""
    day = date(1998 + number % 28, 1 + number % 12, 1 + number % 28)
    report = Report(
        title=f"Report of the year {number}",
        slug=f"report-{number}",
        lead=f"<p>{'Water and peace. ' * 4}</p>",
        summary="<ul><li>A finding.</li></ul>",
        body="<h2>One</h2><p>Words.</p>" * 3,
        type=types[number % 5],
        language=["en", "fr", "ar"][number % 3],
        state=Report.State.PUBLISHED,
        date=day,
        date_follows=False,
        public_from=moment_of(day),
    )
    report.prepare()
    return report


def long_tail(chance, rows):
    """One to three of them, those at the front far more often."""
    return {rows[int(len(rows) ** chance.random()) - 1] for _ in range(chance.randint(1, 3))}
