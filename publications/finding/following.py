"""The picture that this process holds, and how it follows the database."""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from itertools import chain
from threading import Lock
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone

from publications.finding.picture import Picture, Row, numbers_of, patched, picture
from publications.models import Authorship, PublicChange, PublicState, Report, ReportTopic

# Of a change of more reports than this nobody keeps which they were: the picture is read anew.
MOST_CHANGED = 1000
BATCH = 500
# To find the place of one title costs as much as to read this many in order.
WORTH_A_CHANGE = 1000
ONE_AT_A_TIME = Lock()


class Held(NamedTuple):
    """`number`: of the last change that the picture shows; `anew_since`: of the last among these of which nobody keeps
    which reports it changed."""

    number: int
    anew_since: int
    picture: Picture


class Holder:
    held: Held | None = None


def note(reports: Collection[int] | None) -> None:
    """Tell every process that these reports have changed that are public, or were; None: any of them. Call it within
    the transaction that changes them."""
    state = PublicState.objects.select_for_update().get_or_create(pk=1)[0]
    state.number += 1
    if reports is None or len(reports) > MOST_CHANGED:
        state.anew_since = state.number
        PublicChange.objects.all().delete()
    else:
        PublicChange.objects.bulk_create(
            [PublicChange(report=report, number=state.number) for report in sorted(reports)],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["report"],
            update_fields=["number"],
        )
    state.save()


def forget() -> None:
    """Read everything at the next asking."""
    Holder.held = None


def current() -> Held:
    """All that is live or scheduled at this moment: one query, if nothing has changed."""
    number, anew_since = numbers()
    if not may_keep():
        return Held(number, anew_since, read())
    if (held := Holder.held) and held.number == number:
        return held
    with ONE_AT_A_TIME:
        held = Holder.held
        if held and anew_since <= held.number <= number:
            held = Held(number, anew_since, followed(held))
        elif not held or held.number < number or numbers()[0] < held.number:
            held = Held(number, anew_since, read())
        Holder.held = held
    return held


def numbers() -> tuple[int, int]:
    """Of the last change, and of the last of which nobody keeps which reports it changed."""
    return next(iter(PublicState.objects.filter(pk=1).values_list("number", "anew_since")), (0, 0))


def may_keep() -> bool:
    """What is read within a transaction may be undone."""
    return not connection.in_atomic_block


def followed(held: Held) -> Picture:
    changes = PublicChange.objects.filter(number__gt=held.number).values_list("report", "number")
    changed = dict(changes[: MOST_CHANGED + 1])
    # Asked once more: whoever has changed very many meanwhile has emptied the list.
    if len(changed) > MOST_CHANGED or PublicState.objects.filter(anew_since__gt=held.number).exists():
        return read()
    if not changed:
        return held.picture
    new = patched(held.picture, changed, read(changed), in_order)
    keep_titles(held.picture, new, changed)
    return new


def public(keys: Collection[int] | None = None):
    now = timezone.now()
    rows = (Report.objects.live(now) | Report.objects.scheduled(now)).order_by()
    return rows if keys is None else rows.filter(pk__in=keys)


def in_order(keys: list[int]) -> list[int]:
    """Those of these that are public, by slug."""
    found = []
    for start in range(0, len(keys), BATCH):
        found += public(keys[start : start + BATCH]).values_list("slug", "pk")
    return [key for _, key in sorted(found)]


class Titles(NamedTuple):
    """The keys of an earlier picture in the order of titles, what has changed since, and the number of the last change
    among it."""

    keys: np.ndarray
    changed: set[int]
    number: int


def by_title(one: Picture) -> np.ndarray:
    """The numbers of its reports in the order of titles. What has changed meanwhile comes last, until the next picture
    shows it."""
    if "by title" not in one.kept:
        before = one.kept.pop("titles", None)
        keys = put_in(before) if before else None
        if keys is None:
            keys = np.fromiter(public().by_title().values_list("pk", flat=True).iterator(10_000), np.int64)
        numbers, here = numbers_of(one.keys, keys, one.by_key)
        rest = np.setdiff1d(np.arange(len(one)), numbers[here])
        one.kept["by title"] = np.concatenate([numbers[here], rest])
    return one.kept["by title"]


def keep_titles(old: Picture, new: Picture, changes: Mapping[int, int]) -> None:
    """So that few changes among many reports do not have all titles read again. `changes`: {report: its number}"""
    if "by title" in old.kept:
        keys, changed = old.keys[old.kept["by title"]], set(changes)
    elif "titles" in old.kept:
        keys, changed = old.kept["titles"].keys, old.kept["titles"].changed | set(changes)
    else:
        return
    if len(changed) * WORTH_A_CHANGE < len(new):
        new.kept["titles"] = Titles(keys, changed, max(changes.values()))


def put_in(before: Titles) -> np.ndarray | None:
    """The keys with what has changed in its place; None where more has changed meanwhile."""
    keys = before.keys[~np.isin(before.keys, list(before.changed))]
    changed = list(public(before.changed).by_title().values_list("title_key", "slug", "pk"))
    places = [bisect_left(keys, row[:2], key=title_of) for row in changed]
    if numbers()[0] != before.number:
        return None
    return np.insert(keys, places, [row[2] for row in changed])


def title_of(key: np.int64) -> tuple[str, str]:
    return public([int(key)]).values_list("title_key", "slug").first() or ("", "")


def read(keys: Collection[int] | None = None) -> Picture:
    """Of these reports, or of all: three queries."""
    columns = ["pk", "date", "public_from", "type_id", "language"]
    rows = public(keys).newest().values_list(*columns).iterator(10_000)
    topics = ReportTopic.objects.all() if keys is None else ReportTopic.objects.filter(content_object__in=keys)
    authors = Authorship.objects.all() if keys is None else Authorship.objects.filter(report__in=keys)
    return picture(map(Row._make, rows), pairs(topics, "content_object", "tag"), pairs(authors, "report", "author"))


def pairs(rows, *columns: str) -> np.ndarray:
    """Those of drafts may be among them: they are left out where the picture is made."""
    found = rows.order_by().values_list(*columns).iterator(10_000)
    return np.fromiter(chain.from_iterable(found), np.int64).reshape(-1, 2)
