"""PreviewLink: an address at which somebody without an account reads a report that is not public."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from text.fields import LineField


class PreviewLink(models.Model):
    """What it shows is the report as it stands in the desk at that moment. Its token is made and read by
    publications/editorial/sharing.py."""

    class Standing(models.TextChoices):
        OPEN = "open", "Open"
        EXPIRED = "expired", "Expired"
        ENDED = "ended", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="preview_links")
    for_whom = LineField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "pk"]
        constraints = [
            models.CheckConstraint(name="preview_link_expires_later", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self):
        return f"Preview for {self.for_whom}"

    def standing(self, at=None):
        """A withdrawal ends what was shared before it: nobody who shared a draft meant to show a withdrawn text."""
        withdrawn_at = self.report.withdrawn_at
        if self.ended_at or (withdrawn_at and self.made_at < withdrawn_at):
            return self.Standing.ENDED
        return self.Standing.OPEN if (at or timezone.now()) < self.expires_at else self.Standing.EXPIRED

    def is_open(self, at=None):
        return self.standing(at) == self.Standing.OPEN
