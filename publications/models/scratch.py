"""Scratch: what is stored before a version of a report claims it. It stays for a while, and as long as something names
it that somebody has typed and not saved."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from publications.models.typing import TypedName

# How long it stays since it was uploaded, or since the last that named it or held it let go of it. A form takes it for
# an hour less, so that nothing goes while it is being saved. So many are deleted at a time.
KEPT, MARGIN = timedelta(days=7), timedelta(hours=1)
MOST_SWEPT = 20


def is_named():
    return models.Exists(TypedName.objects.filter(key=models.OuterRef("pk")))


def is_waiting():
    return models.Q(kept_at__gte=timezone.now() - KEPT + MARGIN) | is_named()


class ScratchQuerySet(models.QuerySet):
    def waiting(self):
        """What a form may still take."""
        return self.filter(is_waiting())

    def over(self):
        """What has been kept long enough and is named in nothing that is typed."""
        return self.filter(~is_named(), kept_at__lt=timezone.now() - KEPT)

    def renew(self) -> None:
        """Their time begins now."""
        self.update(kept_at=timezone.now())


class Scratch(models.Model):
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        abstract = True
