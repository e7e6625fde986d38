"""What relating keeps, so that a sidebar is read and not computed: the weights in force, and what compares reports."""

from django.db import models


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
