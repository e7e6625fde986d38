"""EarlierVersion: what readers had, until a correction or an update took its place."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from text.fields import LongLineField, PlainField


class EarlierVersion(models.Model):
    """A version that readers had, at an address of its own, and what they are told of the one that followed it. Its
    number never changes, and no row is ever deleted: whoever cites it must find it, or that it was suppressed."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"
        UPDATE = "update", "Update"

        @property
        def done(self):
            """The word that opens the note: “Corrected May 3, 2026: …”."""
            return {self.CORRECTION: "Corrected", self.UPDATE: "Updated"}[self]

    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="earlier_versions")
    number = models.PositiveIntegerField()
    # Goes with its report alone, as when demo content is taken out.
    version = models.ForeignKey("publications.ReportVersion", on_delete=models.RESTRICT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    note = LongLineField()
    public_from = models.DateTimeField()
    public_until = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    suppressed_at = models.DateTimeField(null=True)
    suppressed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # For the desk alone: readers are told that the version is gone, and not why.
    suppressed_because = PlainField(blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            # Serves the notes on a report too: the newest first.
            models.UniqueConstraint(name="earlier_version_number_unique", fields=["report", "number"]),
            models.CheckConstraint(name="earlier_version_number_positive", condition=Q(number__gt=0)),
            models.CheckConstraint(name="earlier_version_kind_known", condition=Q(kind__in=["correction", "update"])),
            models.CheckConstraint(name="earlier_version_has_note", condition=~Q(note="")),
            models.CheckConstraint(
                name="earlier_version_ends_after_it_begins", condition=Q(public_until__gte=F("public_from"))
            ),
            models.CheckConstraint(
                name="earlier_version_suppressed_says_why",
                condition=Q(suppressed_at__isnull=True, suppressed_because="")
                | Q(suppressed_at__isnull=False) & ~Q(suppressed_because=""),
            ),
        ]

    def __str__(self):
        return f"Earlier version {self.number} of {self.report}"

    def get_absolute_url(self):
        return reverse("earlier-version", args=[self.report.slug, self.number])

    @property
    def done(self):
        return self.Kind(self.kind).done
