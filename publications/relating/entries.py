"""The computed entries as they are stored: written where they differ."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from publications.models import RelatedPublication
from publications.related.scoring import Kept
from publications.relating.storing import insert

COMPUTED = RelatedPublication.Origin.COMPUTED
BATCH = 500


@dataclass
class Outcome:
    """What a computation came to: how many sidebars it looked at, entries written new or anew, entries that went."""

    sidebars: int = 0
    written: int = 0
    removed: int = 0

    def __add__(self, other):
        return Outcome(self.sidebars + other.sidebars, self.written + other.written, self.removed + other.removed)


def write(sidebars: Mapping[int, list[Kept]]) -> Outcome:
    """Store these sidebars, touching no row that is right already."""
    standing = stored(sidebars.keys())
    new, stale, removed = [], [], 0
    for report, entries in sidebars.items():
        rows = {(entry.related, position, entry.score) for position, entry in enumerate(entries)}
        until_now = standing.get(report, {})
        new += [(report, *row, COMPUTED.value) for row in rows - until_now.keys()]
        stale += [until_now[row] for row in until_now.keys() - rows]
        removed += len({row[0] for row in until_now}.difference(row[0] for row in rows))
    for start in range(0, len(stale), BATCH):
        RelatedPublication.objects.filter(pk__in=stale[start : start + BATCH]).delete()
    insert(RelatedPublication, ["report_id", "related_id", "position", "score", "origin"], new)
    return Outcome(len(sidebars), len(new), removed)


def stored(reports) -> dict[int, dict[tuple, int]]:
    """{report: {(related, position, score): its primary key}}"""
    rows = RelatedPublication.objects.filter(origin=COMPUTED, report__in=list(reports)).order_by()
    found = defaultdict(dict)
    for pk, report, *row in rows.values_list("pk", "report", "related", "position", "score"):
        found[report][tuple(row)] = pk
    return found
