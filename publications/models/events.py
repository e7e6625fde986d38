"""Event: a line in the log of a report. What was typed is told by its versions."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from text.fields import PlainField


class Event(models.Model):
    """What somebody did to a report as a whole, when, and their words on it. Never changed."""

    class What(models.TextChoices):
        ENTERED = "entered", "Entered"
        SUBMITTED = "submitted", "Sent to review"
        SENT_BACK = "sent_back", "Sent back"
        SCHEDULED = "scheduled", "Scheduled"
        UNSCHEDULED = "unscheduled", "Made a draft again"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EDIT_SUBMITTED = "edit_submitted", "Sent an edit to review"
        EDIT_SENT_BACK = "edit_sent_back", "Sent the edit back"
        EDIT_PUBLISHED = "edit_published", "Published an edit"
        EDIT_DROPPED = "edit_dropped", "Dropped the edit"
        ASSIGNED = "assigned", "Assigned"
        NOTED = "noted", "Noted"
        SHARED = "shared", "Shared a preview"
        UNSHARED = "unshared", "Ended a preview"
        SUPPRESSED = "suppressed", "Suppressed an earlier version"
        BINNED = "binned", "Put in the bin"
        TAKEN_OUT = "taken_out", "Taken out of the bin"

    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=14, choices=What)
    # Nobody: a command did it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    words = PlainField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        # A report's own log; and what somebody did last.
        indexes = [
            models.Index(name="event_of_report", fields=["report", "-at"]),
            models.Index(name="event_by", fields=["by", "-at"]),
        ]

    def __str__(self):
        return f"{self.get_what_display()}: {self.report}"
