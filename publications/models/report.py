"""Report: one publication, of any type."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager

from publications.dates import long_date, machine_date, short_date
from publications.files import cover_path
from publications.models.images import ImageUse
from publications.query import ReportQuerySet
from publications.renditions import UprightImageField
from publications.words import RICH, search_text, words_stamp
from text.cleaning import cut_at_word, running_words
from text.fields import (
    AddressField,
    DOIField,
    ISBNField,
    LanguageField,
    LicenceField,
    LineField,
    LongLineField,
    PlainField,
    RichField,
)
from text.keys import KeyField
from text.languages import direction, language_name
from text.slugs import Slugged

TEASER_LENGTH = 300


def site_language():
    return settings.LANGUAGE_CODE


class Report(Slugged):
    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Situation(models.TextChoices):
        """What state, clock and bin come to: how a report stands in the desk."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        SCHEDULED = "scheduled", "Scheduled"
        LIVE = "live", "Live"
        WITHDRAWN = "withdrawn", "Withdrawn"
        BINNED = "binned", "In the bin"

    class Focus(models.TextChoices):
        """Where a picture is cut at its sides, this part of it stays."""

        MIDDLE = "", "The middle"
        TOP = "top", "The top"
        BOTTOM = "bottom", "The bottom"
        LEFT = "left", "The left"
        RIGHT = "right", "The right"
        TOP_LEFT = "top-left", "Top left"
        TOP_RIGHT = "top-right", "Top right"
        BOTTOM_LEFT = "bottom-left", "Bottom left"
        BOTTOM_RIGHT = "bottom-right", "Bottom right"

    class Precision(models.TextChoices):
        DAY = "day", "Day"
        MONTH = "month", "Month"
        YEAR = "year", "Year"

    slug_source = "title"

    title = LineField(max_length=300)
    title_key = KeyField(of="title", db_index=True)
    subtitle = LongLineField(blank=True)
    type = models.ForeignKey(
        "publications.PublicationType", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    number = LineField(max_length=40, blank=True, help_text="For a numbered type: the “432” of “Special Report 432”.")
    language = LanguageField(
        max_length=35,
        blank=True,
        default=site_language,
        help_text="The tag of its language: en, fr, ar, pt-BR, zh-Hant.",
    )

    lead = RichField(help_text="The opening paragraph or two, set larger under the title.")
    teaser = LongLineField(
        blank=True, help_text="One or two plain sentences for lists and search engines. Left empty, the lead is cut."
    )
    summary = RichField(help_text="The key findings, as a bulleted list.")
    body = RichField()
    about = RichField("about the report", help_text="How it came about, what it rests on, who supported it.")
    acknowledgement = RichField()

    date = models.DateField(
        "date of publication",
        null=True,
        blank=True,
        help_text="The date shown, cited and sorted by. Left empty, it is the day on which the report goes live.",
    )
    date_precision = models.CharField("known by", max_length=5, choices=Precision, default=Precision.DAY)
    date_follows = models.BooleanField(default=True, editable=False)

    state = models.CharField(max_length=9, choices=State, default=State.DRAFT, editable=False)
    public_from = models.DateTimeField("goes live at", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = PlainField(blank=True, editable=False)

    cover = UprightImageField(
        upload_to=cover_path,
        blank=True,
        max_length=300,
        width_field="cover_width",
        height_field="cover_height",
        help_text="PNG, JPEG or WebP, up to 50 megapixels.",
    )
    cover_width = models.PositiveIntegerField(null=True, editable=False)
    cover_height = models.PositiveIntegerField(null=True, editable=False)
    cover_focus = models.CharField(
        "what must stay in view", max_length=12, choices=Focus, blank=True, default=Focus.MIDDLE
    )
    cover_alt = LongLineField(
        "alternative text", blank=True, help_text="What the picture shows, for those who cannot see it."
    )
    cover_credit = LongLineField("credit", blank=True, help_text="Who made it: “Photo: Amina Diallo”.")

    doi = DOIField(
        "DOI", max_length=200, blank=True, help_text="Such as 10.5555/report-12; an address at doi.org will do."
    )
    isbn = ISBNField("ISBN", max_length=13, blank=True)
    licence = LicenceField(max_length=60, blank=True, help_text="An SPDX identifier such as CC-BY-4.0, or nothing.")
    rights = PlainField(blank=True, help_text="A sentence on copyright and reuse.")
    funders = PlainField(blank=True)
    press_contact = PlainField(blank=True)
    external_url = AddressField(
        "read at the source", max_length=1000, blank=True, help_text="If the text itself is elsewhere."
    )
    source_url = AddressField(
        "first published at", max_length=1000, blank=True, help_text="If it appeared elsewhere first."
    )

    topics = TaggableManager(
        "topics", through="publications.ReportTopic", blank=True, help_text="Subjects, places, programmes and keywords."
    )
    authors = models.ManyToManyField("authors.Author", through="publications.Authorship", related_name="reports")

    # Whose it is in the desk: who made it, and who else works on it.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    assigned = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name="who works on it",
        help_text="Writers see and edit the reports that they made, and those that they are chosen for here.",
    )
    review_on = models.DateField(
        "look at it again on",
        null=True,
        blank=True,
        help_text="The desk’s first page brings it up on that day. Readers see nothing of it.",
    )
    # The edit of a public report waits for somebody to look at it since then.
    edit_submitted_at = models.DateTimeField(null=True, editable=False)
    binned_at = models.DateTimeField(null=True, editable=False)

    search_text = models.TextField(editable=False, default="")
    words_stamp = models.BigIntegerField(editable=False, default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-public_from", "slug"]
        constraints = [
            models.CheckConstraint(name="report_has_title", condition=~Q(title="")),
            models.CheckConstraint(name="report_has_slug", condition=~Q(slug="")),
            models.CheckConstraint(
                name="report_state_known", condition=Q(state__in=["draft", "in_review", "published", "withdrawn"])
            ),
            models.CheckConstraint(
                name="report_date_precision_known", condition=Q(date_precision__in=["day", "month", "year"])
            ),
            models.CheckConstraint(
                name="report_public_is_complete",
                condition=Q(state__in=["draft", "in_review"])
                | (Q(type__isnull=False, public_from__isnull=False, date__isnull=False) & ~Q(language="")),
            ),
            models.CheckConstraint(
                name="report_withdrawn_says_why",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawal_reason=""),
            ),
            models.CheckConstraint(
                name="report_withdrawn_was_live",
                condition=Q(withdrawn_at__isnull=True) | Q(public_from__lte=models.F("withdrawn_at")),
            ),
            models.CheckConstraint(
                name="report_binned_is_draft", condition=Q(binned_at__isnull=True) | Q(state="draft")
            ),
            models.CheckConstraint(
                name="report_edit_submitted_is_public",
                condition=Q(edit_submitted_at__isnull=True) | Q(state__in=["published", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="report_cover_focus_known",
                condition=Q(
                    cover_focus__in=[
                        "",
                        "top",
                        "bottom",
                        "left",
                        "right",
                        "top-left",
                        "top-right",
                        "bottom-left",
                        "bottom-right",
                    ]
                ),
            ),
            models.CheckConstraint(name="report_cover_has_words", condition=Q(cover="") | ~Q(cover_alt="")),
            models.UniqueConstraint(name="report_number_unique", fields=["type", "number"], condition=~Q(number="")),
            models.UniqueConstraint(name="report_doi_unique", fields=["doi"], condition=~Q(doi="")),
        ]
        indexes = [
            # Every public list, newest first; and those of one type.
            models.Index(name="report_newest", fields=["state", "-date", "-public_from", "slug"]),
            models.Index(name="report_type_newest", fields=["type", "-date", "-public_from", "slug"]),
            # The desk's list: what was touched last.
            models.Index(name="report_changed_last", fields=["-changed_at", "slug"]),
            # The desk's first page: edits that wait for somebody, and what is due for another look.
            models.Index(
                name="report_edit_waits", fields=["edit_submitted_at"], condition=Q(edit_submitted_at__isnull=False)
            ),
            models.Index(name="report_due", fields=["review_on"], condition=Q(review_on__isnull=False)),
            # From which year to which the desk's list reaches, and which languages there are.
            models.Index(name="report_date", fields=["date"]),
            models.Index(name="report_language", fields=["language"]),
        ]
        permissions = [
            ("edit_every_report", "Can edit everybody’s reports"),
            ("publish_report", "Can publish reports"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("report", args=[self.slug])

    def save(self, *args, **kwargs):
        self.prepare()
        super().save(*args, **kwargs)
        ImageUse.objects.note(self, self.rich_texts)

    def prepare(self):
        """What must be derived before a row is written; bulk writers call it themselves."""
        self.follow_date()
        self.search_text = search_text(self)
        self.words_stamp = words_stamp(self)

    def delete(self, *args, **kwargs):
        """Drafts alone can be deleted. What was ever live is withdrawn; what is scheduled goes back to draft first."""
        if self.state not in {self.State.DRAFT, self.State.IN_REVIEW}:
            raise models.ProtectedError(
                "A published report is withdrawn, not deleted, so that its address can say so.", {self}
            )
        ImageUse.objects.end([self])
        return super().delete(*args, **kwargs)

    def follow_date(self):
        """Until an editor sets `date`, it is the day in the site's zone on which the report goes live."""
        if self.date_follows:
            self.date = timezone.localdate(self.public_from) if self.public_from else None

    def is_live(self, at=None):
        """What `ReportQuerySet.live` says of rows, said of this one."""
        return self.state == self.State.PUBLISHED and self.public_from <= (at or timezone.now())

    def is_scheduled(self, at=None):
        return self.state == self.State.PUBLISHED and not self.is_live(at)

    def situation(self, at=None):
        if self.binned_at:
            return self.Situation.BINNED
        if self.state == self.State.PUBLISHED:
            return self.Situation.LIVE if self.is_live(at) else self.Situation.SCHEDULED
        return self.Situation(self.state)

    def was_ever_live(self, at=None):
        return self.state == self.State.WITHDRAWN or self.is_live(at)

    def clean(self):
        super().clean()
        if self.cover and not self.cover_alt:
            raise ValidationError(
                {"cover_alt": "Say what the cover shows in its alternative text, for readers who cannot see it."}
            )
        if self.number and self.type_id and not self.type.is_numbered:
            raise ValidationError({"number": f"Reports of the type “{self.type}” carry no number. Leave this empty."})

    @property
    def rich_texts(self):
        return [getattr(self, field) for field in RICH]

    @property
    def shown_teaser(self):
        """Plain words for lists: the teaser, or the lead cut at a word."""
        return self.teaser or cut_at_word(running_words(self.lead), TEASER_LENGTH)

    @property
    def label(self):
        """“Special Report 432”, or the type alone."""
        return " ".join(part for part in (self.type.name if self.type else "", self.number) if part)

    @property
    def date_long(self):
        return long_date(self.date, self.date_precision)

    @property
    def date_short(self):
        return short_date(self.date, self.date_precision)

    @property
    def date_machine(self):
        return machine_date(self.date, self.date_precision)

    @property
    def direction(self):
        return direction(self.language)

    @property
    def language_name(self):
        return language_name(self.language)

    @property
    def shown_topics(self):
        """The topics that readers see: subjects, then places, then programmes, by name."""
        order = ["subject", "place", "programme"]
        topics = [row.tag for row in self.report_topics.all() if row.tag.is_shown]
        return sorted(topics, key=lambda topic: (order.index(topic.kind), topic.name_key))

    @property
    def source_host(self):
        return urlsplit(self.source_url).netloc

    @property
    def byline(self):
        """The names after `By:`; editors stand in where there are no authors."""
        rows = self.authorships.all()
        return [row for row in rows if row.role == "author"] or [row for row in rows if row.role == "editor"]
