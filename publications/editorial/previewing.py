"""A report as readers would see it if a version of it went live now, and what would stand around it.

Links and sidebar follow the version and not what is stored; whatever they show is live. Computed entries are weighed as
they are today: those weights change a little when a report goes live.
"""

from collections.abc import Collection

from django.utils import timezone

from publications import relating, sidebars
from publications.editorial import versions
from publications.editorial.versions import Reading
from publications.models import RelatedPublication, RelatingWeights, Report
from publications.models.related import LINKS
from publications.related.scoring import PLACES, day_of, language_of
from publications.relating.changes import entries_beside
from publications.relating.reading import terms_of
from publications.relating.surroundings import Known, Surroundings, vector_of
from publications.sidebars import Sidebar

Origin = RelatedPublication.Origin
# No row has this key: of a report that is not saved yet, nothing is found.
UNSAVED = 0


def as_if_live(report: Report, content: dict) -> Reading:
    """Read from memory: nothing is written, and what is stored does not change."""
    reading = versions.read(report, content)
    reading.report.date = reading.report.date or timezone.localdate()
    return reading


def linked(reading: Reading) -> list[tuple[str, list[Report]]]:
    """As in relating.py, with this version's own typed links."""
    report = reading.report
    ours = [(row.origin, report.pk, row.related_id) for row in of_origin(reading, LINKS)]
    theirs = sidebars.linking_to(report).order_by("position", "pk").values_list("origin", "report", "related")
    return sidebars.grouped(report, [*ours, *theirs])


def sidebar(reading: Reading) -> Sidebar:
    report, by_hand = reading.report, reading.parts["related_entries"]
    linking = set(sidebars.linking_to(report).order_by().values_list("report", flat=True))
    pinned = [row.related_id for row in of_origin(reading, {Origin.PINNED})]
    computed = would_be_computed(report, linking | {row.related_id for row in by_hand})
    beside = live_in_order(dict.fromkeys(computed, Origin.COMPUTED) | dict.fromkeys(pinned, Origin.PINNED), pinned)
    kept_away = {row.related_id for row in of_origin(reading, {Origin.EXCLUDED, *LINKS})}
    return sidebars.laid_out(report, beside, [kept_away, linking])


def of_origin(reading, origins):
    return [row for row in reading.parts["related_entries"] if row.origin in origins]


def live_in_order(origins: dict[int, str], pinned: list[int]) -> list[Report]:
    """The live reports among these, each with its origin: pins first."""
    live = {report.pk: report for report in Report.objects.live().filter(pk__in=origins).for_lists()}
    in_order = [*pinned, *(pk for pk in origins if pk not in pinned)]
    found = [live[pk] for pk in in_order if pk in live][:PLACES]
    for report in found:
        report.origin = origins[report.pk]
    return found


def would_be_computed(report: Report, barred: Collection[int]) -> list[int]:
    """Keys of the live reports that would stand beside it, the best first."""
    in_force = RelatingWeights.objects.filter(pk=1).first()
    if in_force is None:
        return []
    one = known(report)
    around = Surroundings(in_force, [one], [])
    found = around.around(one, set(barred), relating.limits().depth)
    entries = entries_beside(around, {one.key: (one, found)}, timezone.now(), relating.limits())
    return [entry.related for entry in entries[one.key]]


def known(report: Report) -> Known:
    topics = frozenset(row.tag_id for row in report.report_topics.all())
    language, day = language_of(report.language), day_of(report.date, report.date_precision)
    return Known(report.pk or UNSAVED, day, language, topics, vector_of(terms_of(report), language), report.slug)
