"""Which pictures somebody may put into a report: those that they may see in the desk, and those that it has already."""

from collections.abc import Iterable, Mapping
from itertools import chain

from django.contrib.auth.models import User
from django.db.models.fields.json import KT
from django.utils.text import capfirst

from publications.models import Image, Report
from publications.words import RICH
from text.figures import keys_in, keys_of

STRANGE = "A picture in “{}” is not here, or is not yours to use. Put another in its place, or take it out."


def strange_in(texts: Mapping[str, str], report: Report, before: Iterable[str], user: User) -> dict[str, str]:
    """{field: a sentence} for those of these sanitised texts with a picture that this person may not put there. No
    query where each stands in the texts of `before`."""
    new = keys_of(texts.values()) - keys_of(before)
    strange = new - seen_by(user, new) if new else new
    strange = strange - in_versions_of(report) if strange else strange
    return {name: STRANGE.format(label(name)) for name, html in texts.items() if not strange.isdisjoint(keys_in(html))}


def seen_by(user: User, keys: set[str]) -> set[str]:
    known = Image.objects.in_desk_of(user).filter(pk__in=keys)
    return set(map(str, known.order_by().values_list("pk", flat=True)))


def in_versions_of(report: Report) -> set[str]:
    """Those that are not there any more too: what is brought back, or was begun with, is as it was."""
    if not report.pk:
        return set()
    texts = report.versions.order_by().values_list(*(KT(f"content__fields__{field}") for field in RICH))
    return keys_of(filter(None, chain.from_iterable(texts)))


def label(field: str) -> str:
    return capfirst(Report._meta.get_field(field).verbose_name)
