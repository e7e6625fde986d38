"""Typed: what somebody has typed into the form of a report and not saved yet, and what that names."""

import uuid

from django.conf import settings
from django.db import models


class Typed(models.Model):
    """Scratch, its typist's alone, and no part of the history. Its key is made when the form is opened, so that every
    open form has a row of its own; saving that form deletes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # None: a new report. Scratch goes with its report, and with its typist.
    report = models.ForeignKey("publications.Report", null=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # {name of a field: [values as they are posted]}
    data = models.JSONField()
    # The digest of the content that the form was filled with; empty for a new report.
    seen = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "pk"]
        # What the form asks as it opens.
        indexes = [models.Index(name="typed_by_user", fields=["user", "report", "-at"])]

    def __str__(self):
        return f"Typed by {self.user}"


class TypedName(models.Model):
    """That what somebody has typed names an upload or a picture, which stays as long as that."""

    typed = models.ForeignKey(Typed, on_delete=models.CASCADE, related_name="names")
    key = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(name="typed_name_unique", fields=["key", "typed"])]

    def __str__(self):
        return f"{self.key} in {self.typed}"
