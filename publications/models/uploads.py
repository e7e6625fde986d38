"""Upload: a file that somebody has chosen in a form and not saved yet."""

import uuid
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from publications.files import UPLOADS, Facts, upload_path
from publications.models.scratch import MOST_SWEPT, Scratch, ScratchQuerySet
from publications.renditions import delete_with_all
from text.fields import LineField

# How a form names it: the name of the field, and this.
UPLOADED = "-upload"


class UploadManager(models.Manager.from_queryset(ScratchQuerySet)):
    def add(self, file, facts: Facts, **fields) -> "Upload":
        return self.create(file=file, name=file.name, **facts.columns, **fields)

    def claim(self, names: Iterable[str]) -> None:
        """These files belong to a version of a report now, and stay. No query where none of them was an upload."""
        if names := [name for name in names if name.startswith(UPLOADS)]:
            self.filter(file__in=names).delete()

    def sweep(self) -> int:
        """Delete what nobody has claimed in time, a few at a time. How many went."""
        gone = 0
        for row in self.over().order_by("kept_at")[:MOST_SWEPT]:
            with transaction.atomic():
                # Whoever claims it at this moment was faster, or finds it gone.
                if self.filter(pk=row.pk).delete()[0]:
                    transaction.on_commit(partial(delete_with_all, row.file.name), robust=True)
                    gone += 1
        return gone


class Upload(Scratch):
    """Scratch, until a version of a report claims its file; the file itself stays where it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(upload_to=upload_path, max_length=300, unique=True)
    name = LineField(max_length=300)
    extension = models.CharField(max_length=5)
    media_type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = UploadManager()

    def __str__(self):
        return self.name
