"""The picture that this process holds, and how it follows the database."""

from collections.abc import Collection
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
# So many titles are put in their places one by one.
MOST_PLACED = 200
ONE_AT_A_TIME = Lock()


class Held(NamedTuple):
    """`number`: of the last change that the picture shows."""

    number: int
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


def current() -> Picture:
    """All that is live or scheduled at this moment: one query, if nothing has changed."""
    number, anew_since = numbers()
    if not may_keep():
        return read()
    if (held := Holder.held) and held.number == number:
        return held.picture
    with ONE_AT_A_TIME:
        held = Holder.held
        if held and anew_since <= held.number <= number:
            held = Held(number, followed(held))
        elif not held or held.number < number or numbers()[0] < held.number:
            held = Held(number, read())
        Holder.held = held
    return held.picture


def numbers() -> tuple[int, int]:
    """Of the last change, and of the last of which nobody keeps which reports it changed."""
    return PublicState.objects.filter(pk=1).values_list("number", "anew_since").first() or (0, 0)


def may_keep() -> bool:
    """What is read within a transaction may be undone."""
    return not connection.in_atomic_block


def followed(held: Held) -> Picture:
    changes = PublicChange.objects.filter(number__gt=held.number).values_list("report", flat=True)
    changed = list(changes[: MOST_CHANGED + 1])
    # Asked once more: whoever has changed very many meanwhile has emptied the list.
    if len(changed) > MOST_CHANGED or PublicState.objects.filter(anew_since__gt=held.number).exists():
        return read()
    if not changed:
        return held.picture
    new = patched(held.picture, changed, read(changed), in_order)
    new.kept.update(titles_before(held.picture, changed))
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


def by_title(one: Picture) -> np.ndarray:
    """The numbers of its reports in the order of titles. What has changed meanwhile comes last, until the next picture
    shows it."""
    if "by title" not in one.kept:
        keys = in_title_order(one.kept.pop("titles before", None))
        numbers, here = numbers_of(one.keys, keys)
        rest = np.setdiff1d(np.arange(len(one)), numbers[here])
        one.kept["by title"] = np.concatenate([numbers[here], rest])
    return one.kept["by title"]


def titles_before(old: Picture, changed: Collection[int]) -> dict:
    """What spares the next picture from reading all titles: (keys in the order of titles, which have changed since)."""
    if "by title" in old.kept:
        return {"titles before": (old.keys[old.kept["by title"]], set(changed))}
    keys, since = old.kept.get("titles before", (None, set()))
    return {} if keys is None or len(since) > MOST_PLACED else {"titles before": (keys, since | set(changed))}


def in_title_order(before: tuple[np.ndarray, set[int]] | None) -> np.ndarray:
    """The keys of what is public. Few that have changed are put in their places, each by halving."""
    if before and len(before[1]) <= MOST_PLACED:
        keys, changed = before
        titles = titles_of(changed)
        stay = keys[~np.isin(keys, list(changed))]
        if (places := places_among(stay, titles)) is not None:
            new = sorted(titles, key=titles.get)
            return np.insert(stay, [places[key] for key in new], new)
    return np.fromiter(public().by_title().values_list("pk", flat=True).iterator(10_000), np.int64)


def places_among(keys: np.ndarray, titles: dict[int, tuple]) -> dict[int, int] | None:
    """{key: before which of these, which are in order, its title stands}; nothing if one of them is gone meanwhile."""
    low, high = dict.fromkeys(titles, 0), dict.fromkeys(titles, len(keys))
    while open_still := [key for key in titles if low[key] < high[key]]:
        middle = {key: (low[key] + high[key]) // 2 for key in open_still}
        there = titles_of({int(keys[place]) for place in middle.values()})
        for key, place in middle.items():
            other = there.get(int(keys[place]))
            if other is None:
                return None
            if titles[key] <= other:
                high[key] = place
            else:
                low[key] = place + 1
    return low


def titles_of(keys: Collection[int]) -> dict[int, tuple]:
    """Of those of these that are public, what orders them."""
    return {key: order for key, *order in public(keys).values_list("pk", "title_key", "slug")}


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
