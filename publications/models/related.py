"""RelatedPublication: one entry beside a report; and the weights under which entries were computed."""

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

    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="related_entries")
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
                name="related_computed_unique", fields=["report", "related"], condition=models.Q(origin="computed")
            ),
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


class RelatingWeights(models.Model):
    """The weights in force: one row, locked by whoever recomputes sidebars."""

    number = models.PositiveBigIntegerField(default=0)
    live_reports = models.PositiveIntegerField(default=0)
    weighed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="relating_weights_are_one_row", condition=models.Q(pk=1))]

    def __str__(self):
        return f"Weights {self.number}: {self.live_reports} live reports"


class ReportTerms(models.Model):
    """What relating must know of a live or scheduled report, as it was when its sidebar was computed last."""

    report = models.OneToOneField(
        "publications.Report", on_delete=models.CASCADE, related_name="terms", primary_key=True
    )
    # The report's own `changed_at` when its text was read.
    read_at = models.DateTimeField()
    # Packed by related/terms.py.
    terms = models.BinaryField()
    # The keys of the topics that it carried.
    topics = models.JSONField(default=list)

    def __str__(self):
        return f"Terms of {self.report}"


class LanguageWeight(models.Model):
    """How many live reports of a language there were, and how many used each term, when weights were taken."""

    language = models.CharField(max_length=8, primary_key=True)
    live_reports = models.PositiveIntegerField()
    # Packed by related/weights.py.
    terms = models.BinaryField()

    def __str__(self):
        return f"{self.language}: {self.live_reports}"


class TopicWeight(models.Model):
    """How many live reports carried the topic when the weights in force were taken."""

    topic = models.OneToOneField("topics.Topic", on_delete=models.CASCADE, related_name="weight", primary_key=True)
    live_reports = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.topic}: {self.live_reports}"
