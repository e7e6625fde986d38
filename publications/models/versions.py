"""ReportVersion: a report with all that belongs to it, as somebody saved it."""

import uuid

from django.conf import settings
from django.db import models

from text.fields import LongLineField


class ReportVersion(models.Model):
    """One state of a report's text and parts. What `content` holds is said, written and read by
    publications/editorial/versions.py alone. A version is never changed; of a public report one may be pending: the
    newest edit, which readers do not see until it is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    pending = models.BooleanField(default=False)
    # Written on a version that was no longer the newest when it was saved: kept, and without effect.
    set_aside = models.BooleanField(default=False)
    # Nobody: it was there before anybody saved it in the desk, as after an import.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    said = LongLineField(blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            # Serves the history too: the newest first.
            models.UniqueConstraint(name="report_version_number_unique", fields=["report", "number"]),
            models.UniqueConstraint(
                name="report_version_pending_once", fields=["report"], condition=models.Q(pending=True)
            ),
            models.CheckConstraint(name="report_version_number_positive", condition=models.Q(number__gt=0)),
        ]

    def __str__(self):
        return f"Version {self.number} of {self.report}"
