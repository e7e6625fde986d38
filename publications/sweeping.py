"""Deletes what is stored and belongs to nothing: what a save that failed, a deleted report or a new photograph left.

A file stays while any row or any version of a report names it, and for seven days after it was stored: by then whoever
was saving it has saved it, or has gone. What waits in a row of its own to be saved, an upload or a picture, has as long
since it was last held or named, in what somebody has typed too (models/scratch.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.utils import timezone

from publications.editorial import versions
from publications.models import Attachment, FileText, Image, Report, Upload
from publications.models.scratch import KEPT
from publications.renditions import names_of_all

# Nothing else is looked at, whatever lies beside it.
FOLDERS = ("reports", "covers", "uploads", "pictures", "authors", "site")
# More than so many, and more than half of all that is stored: rather the database is not the one of these files.
MOST_UNASKED = 10
DELETED_AT_ONCE = 500


class TooMany(Exception):
    """The database knows so few of the files that it may be another's."""

    def __init__(self, doomed: int, stored: int):
        super().__init__(
            f"Nothing refers to {doomed:,} of {stored:,} stored files, so this may not be the database to which they "
            "belong. None was deleted."
        )


@dataclass(frozen=True)
class Swept:
    """How many went."""

    uploads: int
    pictures: int
    files: int
    texts: int

    def __str__(self):
        return (
            f"{self.uploads:,} uploads, {self.pictures:,} pictures, {self.files:,} other files and what was read of "
            f"{self.texts:,} PDFs were deleted, to which nothing referred for {KEPT.days} days."
        )


def sweep(*, however_many: bool = False) -> Swept:
    """TooMany where that is not asked for, and nothing of what it counts is gone then."""
    before = timezone.now() - KEPT
    # What is stored is listed before anybody is asked for it: what is stored meanwhile is not looked at.
    stored = [name for folder in FOLDERS for name in files_below(folder)]
    named, contents = held()
    doomed = [name for name in stored if name not in named and is_older(name, before)]
    is_unlikely = len(doomed) > max(MOST_UNASKED, len(stored) // 2) or not Report.objects.exists()
    if doomed and is_unlikely and not however_many:
        raise TooMany(len(doomed), len(stored))
    for name in doomed:
        default_storage.delete(name)
    texts = sweep_texts(before, contents)
    return Swept(all_swept(Upload.objects), all_swept(Image.objects), len(doomed), texts)


def all_swept(manager) -> int:
    return sum(iter(manager.sweep, 0))


# Files


def files_below(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from files_below(f"{folder}/{name}")


def is_older(name: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < before
    except FileNotFoundError:
        return False


def held() -> tuple[set[str], set[str]]:
    """The names of all files that rows or versions name, and of what is made of them; and the contents of those that
    versions name.

    Uploads are asked first: a version takes one in the moment in which the upload ends, and is asked later.
    """
    named, contents = set(names_in_rows()), set()
    for cover, files in versions.files_held():
        named |= {cover, *(row.get("file", "") for row in files)}
        contents |= {row.get("sha256") for row in files}
    named.discard("")
    return named | {form for name in named for form in names_of_all(name)}, contents


def names_in_rows() -> Iterator[str]:
    """Of every column that holds a file, of any model."""
    for model in sorted(apps.get_models(), key=lambda model: model is not Upload):
        for column in model._meta.concrete_fields:
            if isinstance(column, FileField):
                yield from model._base_manager.order_by().values_list(column.name, flat=True).iterator()


# What was read of PDFs


def sweep_texts(before: datetime, contents: set[str]) -> int:
    known = (model.objects.order_by().values("sha256") for model in (Attachment, Upload))
    unclaimed = FileText.objects.filter(kept_at__lt=before)
    for hashes in known:
        unclaimed = unclaimed.exclude(pk__in=hashes)
    keys = [key for key in unclaimed.values_list("pk", flat=True) if key not in contents]
    starts = range(0, len(keys), DELETED_AT_ONCE)
    return sum(unclaimed.filter(pk__in=keys[start : start + DELETED_AT_ONCE]).delete()[0] for start in starts)
