"""RelatedPublication: one entry beside a report."""

from django.db import models


class RelatedPublication(models.Model):
    """One entry beside `report`, told apart by its origin. Only computed rows have a score."""

    class Origin(models.TextChoices):
        COMPUTED = "computed", "Computed from shared topics"
        PINNED = "pinned", "Pinned"
        EXCLUDED = "excluded", "Excluded"
        UPDATES = "updates", "Updates"
        RESPONDS_TO = "responds_to", "Responds to"
        PART_OF = "part_of", "Part of"
        SUPERSEDED_BY = "superseded_by", "Superseded by"

        @property
        def is_link(self):
            """Whether it is a typed link, which stands outside the sidebar."""
            return self in LINKS

    # Its index is that of the sidebar, below.
    report = models.ForeignKey(
        "publications.Report", on_delete=models.CASCADE, related_name="related_entries", db_index=False
    )
    related = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="appearances")
    origin = models.CharField(max_length=13, choices=Origin, default=Origin.PINNED)
    position = models.PositiveIntegerField("order", default=0)
    score = models.FloatField(null=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "related publication"
        constraints = [
            models.CheckConstraint(name="related_is_another", condition=~models.Q(report=models.F("related"))),
            models.UniqueConstraint(
                name="related_by_hand_unique",
                fields=["report", "related"],
                condition=models.Q(origin__in=["pinned", "excluded"]),
            ),
            models.UniqueConstraint(name="related_origin_unique", fields=["report", "related", "origin"]),
            models.CheckConstraint(
                name="related_score_if_computed",
                condition=models.Q(origin="computed", score__isnull=False)
                | (~models.Q(origin="computed") & models.Q(score__isnull=True)),
            ),
            models.CheckConstraint(
                name="related_origin_known",
                condition=models.Q(
                    origin__in=["computed", "pinned", "excluded", "updates", "responds_to", "part_of", "superseded_by"]
                ),
            ),
        ]
        # A report's sidebar, in order.
        indexes = [models.Index(name="related_sidebar", fields=["report", "origin", "position"])]

    def __str__(self):
        return f"{self.get_origin_display()}: {self.related}"


LINKS = frozenset(
    {
        RelatedPublication.Origin.UPDATES,
        RelatedPublication.Origin.RESPONDS_TO,
        RelatedPublication.Origin.PART_OF,
        RelatedPublication.Origin.SUPERSEDED_BY,
    }
)
