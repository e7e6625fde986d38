"""What other programs gave us: one row for every item imported, so that an import can run again."""

from django.db import models


class ImportRecord(models.Model):
    """Which row of ours an imported item became, and how both looked then."""

    import_ref = models.CharField(max_length=400, unique=True)
    report = models.OneToOneField(
        "publications.Report", null=True, on_delete=models.CASCADE, related_name="import_record"
    )
    author = models.OneToOneField("authors.Author", null=True, on_delete=models.CASCADE, related_name="import_record")
    topic = models.OneToOneField("topics.Topic", null=True, on_delete=models.CASCADE, related_name="import_record")
    # SHA-256 of the item as it was read: an item that has not changed is not written again.
    digest = models.CharField(max_length=64)
    # `changed_at` of our row as the import left it: a later one means that the desk has edited it since.
    row_changed_at = models.DateTimeField()
    # What the source said and we never act on: expiry dates, redirects, guides, kickers.
    extra = models.JSONField(default=dict)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_record_has_one_row",
                condition=models.Q(report__isnull=False, author__isnull=True, topic__isnull=True)
                | models.Q(report__isnull=True, author__isnull=False, topic__isnull=True)
                | models.Q(report__isnull=True, author__isnull=True, topic__isnull=False),
            ),
        ]

    def __str__(self):
        return self.import_ref
