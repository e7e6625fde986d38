"""A report as readers would see it if a version of it went live now, and what would stand around it.

Links and sidebar follow the version and not what is stored; whatever they show is live. On a site that weighs anew at
every change, computed entries are weighed as they will be once the report is live.
"""

from django.utils import timezone

from publications import relating, sidebars
from publications.editorial import versions
from publications.editorial.versions import Reading
from publications.models import RelatedPublication, Report
from publications.models.related import LINKS
from publications.related.scoring import PLACES
from publications.relating.placing import Order, order
from publications.sidebars import Sidebar

Origin = RelatedPublication.Origin


def as_if_live(report: Report, content: dict) -> Reading:
    """Read from memory: nothing is written, and what is stored does not change."""
    reading = versions.read(report, content)
    reading.report.date = reading.report.date or timezone.localdate()
    return reading


def linked(reading: Reading) -> list[tuple[str, list[Report]]]:
    """As in sidebars.py, with this version's own typed links."""
    report = reading.report
    ours = [(row.origin, report.pk, row.related_id) for row in of_origin(reading, LINKS)]
    theirs = sidebars.linking_to(report).order_by("position", "pk").values_list("origin", "report", "related")
    return sidebars.grouped(report, [*ours, *theirs])


def sidebar(reading: Reading, in_order: Order | None = None) -> Sidebar:
    report = reading.report
    in_order = in_order or order_beside(reading)
    pinned = [row.related_id for row in of_origin(reading, {Origin.PINNED})]
    beside = live_in_order(in_order, pinned)
    kept_away = {row.related_id for row in of_origin(reading, {Origin.EXCLUDED, *LINKS})}
    return sidebars.laid_out(report, beside, [kept_away, linking(report)])


def linking(report: Report) -> set[int]:
    return set(sidebars.linking_to(report).order_by().values_list("report", flat=True))


def of_origin(reading, origins):
    return [row for row in reading.parts["related_entries"] if row.origin in origins]


def order_beside(reading: Reading) -> Order:
    """All live reports that may stand beside it by computation, the best first."""
    barred = linking(reading.report) | {row.related_id for row in reading.parts["related_entries"]}
    anew = relating.weighs_anew(more=int(not reading.report.is_live()))
    return order(reading.report, barred, relating.limits(), anew)


def live_in_order(in_order: Order, pinned: list[int]) -> list[Report]:
    """The live reports that have a place, each with its origin and score: pins first."""
    scores = {entry.related: entry.score for entry in in_order.entries[:PLACES]}
    wanted = [*pinned, *scores]
    live = Report.objects.live().for_lists().with_topics().in_bulk(wanted)
    found = [live[pk] for pk in wanted if pk in live][:PLACES]
    for report in found:
        report.origin = Origin.PINNED if report.pk in pinned else Origin.COMPUTED
        report.score = scores.get(report.pk)
    return found
