"""By what those who hold a picture of all public reports in memory see that it is no longer true."""

from django.db import models


class PublicState(models.Model):
    """How often what is public has changed: one row, locked by whoever changes it until the transaction ends, so that a
    higher number is never seen before a lower one."""

    number = models.PositiveBigIntegerField(default=0)
    # What changed under a lower number is told report by report no longer.
    anew_since = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="public_state_is_one_row", condition=models.Q(pk=1))]

    def __str__(self):
        return f"Change {self.number}"


class PublicChange(models.Model):
    """The last change of a report that was public before or is afterwards. It outlives the report."""

    report = models.PositiveBigIntegerField(primary_key=True)
    number = models.PositiveBigIntegerField(db_index=True)

    def __str__(self):
        return f"Report {self.report}: change {self.number}"
