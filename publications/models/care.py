"""What was done to topics, with all that it takes to undo it; which topics look alike and are not; and which authors
were merged."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from text.fields import LineField


class TopicStep(models.Model):
    """A step of topic care. Topics are named by key and by the name of that day: a merged one has no row any more."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", "Renamed"
        MERGED = "merged", "Merged"
        RETIRED = "retired", "Retired"
        OFFERED = "offered", "Offered again"
        SYNONYMS = "synonyms", "Synonyms changed"
        FAMILY = "family", "Parent and children changed"
        UNDONE = "undone", "Undone"

    kind = models.CharField(max_length=8, choices=Kind)
    topic = models.PositiveBigIntegerField()
    name = LineField(max_length=150)
    # Of a merge: the topic that the other went into.
    into = models.PositiveBigIntegerField(null=True)
    into_name = LineField(max_length=150, blank=True)
    # Nobody: a command did it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # What the undoing of its kind reads (publications/topic_care/); of reports only how many there were.
    facts = models.JSONField(default=dict)
    reports = models.PositiveIntegerField(default=0)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ["-pk"]
        # What became of a topic that a version names; and a topic's own log.
        indexes = [models.Index(name="topic_step_of_topic", fields=["topic", "kind"])]
        constraints = [
            models.CheckConstraint(
                name="topic_step_merged_into_one",
                condition=~models.Q(kind="merged") | models.Q(into__isnull=False),
            ),
            models.CheckConstraint(
                name="topic_step_undone_names_its_step",
                condition=models.Q(kind="undone", undoes__isnull=False)
                | ~models.Q(kind="undone") & models.Q(undoes__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.name}"

    @property
    def stands(self):
        return not hasattr(self, "undone_by")


class RetaggedReport(models.Model):
    """That a merge changed the topics of a report, in its rows or in the edit that waited."""

    step = models.ForeignKey(TopicStep, on_delete=models.CASCADE, related_name="retagged")
    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="+")
    in_edit = models.BooleanField(default=False)
    # The key of the row that named the merged topic.
    row = models.UUIDField()
    # Whether the other topic stood there already, so that the row went.
    had_both = models.BooleanField(default=False)
    # The keys of the topics that it carries as long as nobody retags it, from the lowest, with commas. What other
    # steps change is carried on here (publications/topic_care/retagging.py).
    topics = models.TextField()
    # Somebody has retagged it since: undoing leaves it as it is.
    retagged = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="retagged_report_once", fields=["step", "report", "in_edit"]),
        ]

    def __str__(self):
        return f"{self.report}: {self.step}"

    @property
    def keys(self):
        return frozenset(map(int, self.topics.split(",")))


class TopicsApart(models.Model):
    """Somebody has said that these two look alike and are different. The one is the older row."""

    one = models.ForeignKey("topics.Topic", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("topics.Topic", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="topics_apart_once", fields=["one", "other"]),
            models.CheckConstraint(name="topics_apart_in_order", condition=models.Q(one__lt=models.F("other"))),
        ]

    def __str__(self):
        return f"{self.one} is not {self.other}"


class AuthorMerge(models.Model):
    """That an author went into another, told by keys and by the names of that day: the one has no row any more."""

    author = models.PositiveBigIntegerField(db_index=True)
    name = LineField(max_length=200)
    into = models.PositiveBigIntegerField()
    into_name = LineField(max_length=200)
    # Nobody: a command did it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reports = models.PositiveIntegerField(default=0)
    # What the row said that is gone.
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"“{self.name}” was merged into “{self.into_name}”"
