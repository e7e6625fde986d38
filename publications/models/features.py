"""What editors have put first: on the page of a topic, and on the front page. Readers see of it what is live."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class TopicFeature(models.Model):
    """A report that stands before the newest on the page of a topic that it carries."""

    topic = models.ForeignKey("topics.Topic", on_delete=models.CASCADE, related_name="features")
    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField("order", default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "featured publication"
        constraints = [models.UniqueConstraint(name="topic_feature_once", fields=["topic", "report"])]

    def __str__(self):
        """Without the title, which stands in histories that more may read than the report."""
        return f"number {self.position + 1}"


class HomeFeatureQuerySet(models.QuerySet):
    def standing(self, at):
        """Those whose time it is."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)


class HomeFeature(models.Model):
    """A report that stands first on the front page for as long as editors say; the last added before its equals."""

    report = models.ForeignKey("publications.Report", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField("order", default=0)
    starts_at = models.DateTimeField("from", default=timezone.now)
    ends_at = models.DateTimeField("until", null=True, blank=True)

    objects = HomeFeatureQuerySet.as_manager()

    class Meta:
        ordering = ["position", "-pk"]
        verbose_name = "report on the front page"
        verbose_name_plural = "reports on the front page"
        constraints = [
            models.CheckConstraint(
                name="home_feature_ends_after_its_start",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                violation_error_message="It would end before it starts. Choose a later end.",
            )
        ]

    def __str__(self):
        return str(self.report)
