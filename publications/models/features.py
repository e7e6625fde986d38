"""What editors have put first: on the page of a topic, and on the front page. Readers see of it what is live."""

from django.db import models


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
