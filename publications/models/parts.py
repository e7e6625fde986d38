"""What belongs to a report: its authors in order, its topics, its files. UUID keys, so that a report can be
stored and restored as a whole."""

import logging
import uuid
from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from taggit.models import ItemBase

from publications.files import PDF, Facts, attachment_path
from publications.pdfs import later
from publications.pdfs.later import APART, MOST_AGAIN
from publications.pdfs.reading import PAGE_BREAK, Failure, Reading, read
from text.fields import LanguageField, LineField, RichWordsField
from text.languages import language_name
from text.slugs import SlugField, first_free, make_slug

# Of these, reading once more may tell more.
UNFINISHED = models.Q(has_text=None) | ~models.Q(failure="")
HAS_TEXT = models.Case(models.When(has_text=None, then=~models.Q(text="")), default=models.F("has_text"))
log = logging.getLogger(__name__)


class Authorship(models.Model):
    """An author's place on a report."""

    class Role(models.TextChoices):
        AUTHOR = "author", "Author"
        EDITOR = "editor", "Editor"
        CONTRIBUTOR = "contributor", "Contributor"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="authorships")
    author = models.ForeignKey("authors.Author", on_delete=models.PROTECT, related_name="authorships")
    role = models.CharField(max_length=11, choices=Role, default=Role.AUTHOR)
    position = models.PositiveSmallIntegerField("order", default=0)
    biography = RichWordsField(
        "biography as it stood then",
        help_text="Left empty, the report shows the biography on the author’s own page.",
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="authorship_unique", fields=["report", "author", "role"]),
            models.CheckConstraint(
                name="authorship_role_known", condition=models.Q(role__in=["author", "editor", "contributor"])
            ),
        ]

    def __str__(self):
        return str(self.author)

    @property
    def shown_biography(self):
        return self.biography or self.author.biography


class ReportTopic(ItemBase):
    """That a report is about a topic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_object = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="report_topics")
    tag = models.ForeignKey("topics.Topic", on_delete=models.PROTECT, related_name="report_topics")

    class Meta:
        ordering = ["tag__name_key"]
        constraints = [models.UniqueConstraint(name="report_topic_unique", fields=["content_object", "tag"])]
        # The list filtered by a topic, and the reports that share one.
        indexes = [models.Index(name="report_topic_by_topic", fields=["tag", "content_object"])]

    def __str__(self):
        return str(self.tag)


class FileTextManager(models.Manager):
    def keep(self, attachments, besides: models.QuerySet | None = None) -> dict[str, str]:
        """Read those of these that are PDFs and were never read, or of which none of the rows `besides` tells;
        {sha256: why not} of those that cannot be, as they are lost or damaged: nobody is kept from saving by that."""
        by_content = {one.sha256: one for one in attachments if one.media_type == PDF.media_type}
        rows = self.read() if besides is None else besides
        known = dict(rows.filter(pk__in=by_content).values_list("pk", "failure")) if by_content else {}
        failed = {}
        for sha256, attachment in by_content.items():
            if sha256 in known:
                continue
            try:
                known[sha256] = self.put(sha256, read_stored(attachment.file))
            except (OSError, ValidationError) as error:
                failed[sha256] = " ".join(getattr(error, "messages", [str(error)]))
                log.warning("The file %s cannot be read: %s", attachment.file.name, failed[sha256])
                self.fail(sha256, Failure.BROKEN)
        if Failure.BUSY in known.values():
            transaction.on_commit(later.ask, robust=True)
        return failed

    def keep_new(self, attachments) -> None:
        """For whoever saves: what an older Pressmark has read a part of is read beside the server."""
        self.keep(attachments, besides=self.all())

    def keep_reading(self, facts: Facts) -> None:
        """What was read when the file was examined, so that nobody reads it again."""
        if facts.reading:
            self.put(facts.sha256, facts.reading)

    def put(self, sha256: str, reading: Reading) -> str:
        """Its failure. What failed now takes nothing from what was read before."""
        columns = {name: value for name, value in asdict(reading).items() if name != "pages"}
        columns |= {"has_text": bool(reading.text.strip()), "kept_at": timezone.now()}
        if not self.get_or_create(pk=sha256, defaults=columns)[1] and reading.failure != Failure.BUSY:
            self.replace(sha256, columns)
        return reading.failure

    def replace(self, sha256: str, columns: dict) -> None:
        row, again = self.filter(pk=sha256), {"read_again": models.F("read_again") + 1}
        if row.filter(failure=Failure.BUSY).update(**columns, **again):
            return
        if columns["failure"]:
            self.fail(sha256, columns["failure"])
        elif not row.filter(UNFINISHED).update(**columns, **again):
            row.update(**columns)

    def fail(self, sha256: str, failure: str) -> None:
        """That it was read in vain, where it was not read to its end before."""
        columns = {"failure": failure, "kept_at": timezone.now()}
        if not self.get_or_create(pk=sha256, defaults=columns | {"has_text": False})[1]:
            columns |= {"has_text": HAS_TEXT, "read_again": models.F("read_again") + 1}
            self.filter(UNFINISHED, pk=sha256).update(**columns)

    def read(self):
        """Without those of which an older Pressmark has read nothing but the text."""
        return self.exclude(has_text=None)

    def settled(self, again: bool = False):
        """Those that need not be read once more now. `again`: of what failed, none is settled."""
        rows = self.read().exclude(failure=Failure.BUSY)
        given_up = models.Q(read_again__gte=MOST_AGAIN) | models.Q(kept_at__gt=timezone.now() - APART)
        return rows.filter(failure="") if again else rows.filter(models.Q(failure="") | given_up)

    def unread(self, again: bool = False):
        """The attachments that were never read, or by an older Pressmark, or had to wait, or in vain some time
        ago."""
        rows = self.settled(again)
        return Attachment.objects.filter(media_type=PDF.media_type).exclude(sha256__in=rows.values("pk"))

    def facts_of(self, attachments) -> dict[str, "FileText"]:
        """{sha256: what the PDF says of itself}, without its text: one query."""
        return self.read().defer("text").in_bulk({one.sha256 for one in attachments})


def read_stored(stored) -> Reading:
    with stored.storage.open(stored.name) as file:
        return read(file)


class FileText(models.Model):
    """What stands on the pages of a PDF and what it says of itself, told by its content: kept so that a search looks
    into it and checks compare it. It says nothing of who may read it; that is asked of the report."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    text = models.TextField()
    # None: read before it was asked for.
    has_text = models.BooleanField(null=True)
    title = models.CharField(max_length=500, default="", blank=True)
    author = models.CharField(max_length=500, default="", blank=True)
    language = models.CharField(max_length=35, default="", blank=True)
    made_on = models.DateField(null=True)
    is_tagged = models.BooleanField(null=True)
    is_protected = models.BooleanField(null=True)
    failure = models.CharField(max_length=6, default="", blank=True)
    # How often it was read once more, which may have changed its text.
    read_again = models.PositiveSmallIntegerField(default=0)
    # When it was last read, or uploaded: it stays a while for a form to be saved.
    kept_at = models.DateTimeField(default=timezone.now)

    objects = FileTextManager()

    class Meta:
        # What is asked of all rows at once is answered without their texts, which may be gigabytes.
        indexes = [
            models.Index(name="file_text_told", fields=["sha256", "has_text", "failure", "read_again", "kept_at"])
        ]
        constraints = [
            models.CheckConstraint(
                name="file_text_failure_known", condition=models.Q(failure__in=["", *Failure.values])
            ),
        ]

    def __str__(self):
        return self.sha256

    @property
    def pages(self) -> list[str]:
        return self.text.split(PAGE_BREAK)


class Attachment(models.Model):
    """A file that belongs to a report: the report itself, an annex, a translation. Served by the gate alone."""

    class Kind(models.TextChoices):
        REPORT = "report", "The report"
        ANNEX = "annex", "Annex"
        DATA = "data", "Data"
        TRANSLATION = "translation", "Translation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.REPORT)
    title = LineField(max_length=300, blank=True, help_text="Left empty, the report’s own title.")
    file = models.FileField(
        upload_to=attachment_path, max_length=300, help_text="A PDF, or an image (PNG, JPEG, WebP)."
    )
    language = LanguageField(
        max_length=35, blank=True, help_text="If it differs from the report’s: fr, pt-BR, zh-Hant."
    )
    position = models.PositiveSmallIntegerField("order", default=0)
    slug = SlugField(
        "file name", unique=False, help_text="The last part of its address, without the ending. Made from the title."
    )
    # Read off the file when it is uploaded (publications/files.py); never typed.
    extension = models.CharField(max_length=5, editable=False)
    media_type = models.CharField(max_length=40, editable=False)
    size = models.PositiveBigIntegerField("size in bytes", editable=False)
    pages = models.PositiveIntegerField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    # Not `auto_now_add`: a file that a version brings back is as old as it was.
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "file"
        ordering = ["position", "created_at", "pk"]
        # The list of files.
        indexes = [models.Index(name="attachment_newest", fields=["-created_at", "id"])]
        constraints = [
            models.UniqueConstraint(name="attachment_address_unique", fields=["report", "slug", "extension"]),
            models.CheckConstraint(
                name="attachment_has_address", condition=~models.Q(slug="") & ~models.Q(extension="")
            ),
            models.CheckConstraint(name="attachment_has_file", condition=~models.Q(file="")),
            models.CheckConstraint(name="attachment_has_content", condition=models.Q(size__gt=0)),
            models.CheckConstraint(
                name="attachment_pages_positive", condition=models.Q(pages__isnull=True) | models.Q(pages__gt=0)
            ),
        ]

    def __str__(self):
        return self.shown_title

    @property
    def shown_title(self):
        return self.title or self.report.title

    @property
    def language_name(self):
        return language_name(self.language)

    @property
    def filename(self):
        return f"{self.slug}.{self.extension}"

    def get_absolute_url(self):
        return reverse("attachment", args=[self.report.slug, self.slug, self.extension])

    def save(self, *args, **kwargs):
        if not self.slug:
            name = make_slug(self.title, self.report.slug[:80].strip("-_"))
            self.slug = first_free(name, self.slug_is_taken)
        super().save(*args, **kwargs)
        FileText.objects.keep_new([self])

    def slug_is_taken(self, slug):
        beside = type(self).objects.filter(report=self.report, extension=self.extension).exclude(pk=self.pk)
        return beside.filter(slug=slug).exists()
