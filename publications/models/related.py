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


class RelatingWeights(models.Model):
    """The weights in force: one row, locked by whoever recomputes sidebars."""

    number = models.PositiveBigIntegerField(default=0)
    live_reports = models.PositiveIntegerField(default=0)
    weighed_at = models.DateTimeField(null=True)
    # In how many ranges the users of terms are kept, as bits (TermUsers).
    term_bits = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="relating_weights_are_one_row", condition=models.Q(pk=1))]

    def __str__(self):
        return f"Weights {self.number}: {self.live_reports} live reports"


class ReportTerms(models.Model):
    """What a live or scheduled report says, as relating counts it."""

    report = models.OneToOneField(
        "publications.Report", on_delete=models.CASCADE, related_name="terms", primary_key=True
    )
    # The report's own `changed_at` when its text was read.
    read_at = models.DateTimeField()
    # Packed by related/terms.py.
    terms = models.BinaryField()

    def __str__(self):
        return f"Terms of {self.report}"


class Candidates(models.Model):
    """What is considered beside a live or scheduled report, and by what it was compared when that was computed."""

    report = models.OneToOneField(
        "publications.Report", on_delete=models.CASCADE, related_name="candidates", primary_key=True
    )
    # Keys of topics, and the rows of relating/packing.py.
    topics = models.BinaryField()
    vector = models.BinaryField()
    considered = models.BinaryField()

    def __str__(self):
        return f"Candidates of {self.report}"


class ComparedReports(models.Model):
    """Some live or scheduled reports as others are compared with them: a block of keys."""

    number = models.PositiveIntegerField(primary_key=True)
    reports = models.BinaryField()

    def __str__(self):
        return f"Compared reports {self.number}"


class TopicCarriers(models.Model):
    """Which live and scheduled reports carried the topic when they were computed last."""

    topic = models.OneToOneField("topics.Topic", on_delete=models.CASCADE, related_name="carriers", primary_key=True)
    reports = models.BinaryField()

    def __str__(self):
        return f"Carriers of {self.topic}"


class TermUsers(models.Model):
    """Who uses the terms of a range of keys to look for candidates."""

    number = models.PositiveIntegerField(primary_key=True)
    reports = models.BinaryField()

    def __str__(self):
        return f"Users of terms {self.number}"


class LanguageWeight(models.Model):
    """How many live reports of a language there were when weights were taken, and in how many ranges its terms are."""

    language = models.CharField(max_length=8, primary_key=True)
    live_reports = models.PositiveIntegerField()
    # Of a term's key the highest bits are the number of its range.
    bits = models.PositiveSmallIntegerField()

    def __str__(self):
        return f"{self.language}: {self.live_reports}"


class TermWeightRange(models.Model):
    """How many live reports of a language used each term of a range of keys."""

    language = models.ForeignKey(LanguageWeight, on_delete=models.CASCADE, related_name="ranges")
    number = models.PositiveIntegerField()
    # FREQUENCIES of related/weights.py, sorted by key.
    terms = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="term_weight_range_once", fields=["language", "number"])]

    def __str__(self):
        return f"{self.language_id} {self.number}"


class TopicWeight(models.Model):
    """How many live reports carried the topic when the weights in force were taken."""

    topic = models.OneToOneField("topics.Topic", on_delete=models.CASCADE, related_name="weight", primary_key=True)
    live_reports = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.topic}: {self.live_reports}"
