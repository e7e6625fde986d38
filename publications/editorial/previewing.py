"""A report as readers would see it if a version of it went live now, and what would stand around it.

Links and sidebar follow the version and not what is stored; whatever they show is live. Computed entries are weighed as
they are today: those weights change a little when a report goes live.
"""

from collections import defaultdict
from collections.abc import Collection

from django.utils import timezone

from publications import relating
from publications.editorial import versions
from publications.editorial.versions import Reading
from publications.models import RelatedPublication, RelatingWeights, Report, ReportTopic
from publications.models.related import LINKS
from publications.related.scoring import PLACES, Candidate, Corpus, day_of, language_of
from publications.relating import Sidebar, terms_of, weights_in_force

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
    theirs = relating.linking_to(report).order_by("position", "pk").values_list("origin", "report", "related")
    return relating.grouped(report, [*ours, *theirs])


def sidebar(reading: Reading) -> Sidebar:
    report, by_hand = reading.report, reading.parts["related_entries"]
    linking = set(relating.linking_to(report).order_by().values_list("report", flat=True))
    pinned = [row.related_id for row in of_origin(reading, {Origin.PINNED})]
    computed = would_be_computed(report, linking | {row.related_id for row in by_hand})
    beside = live_in_order(dict.fromkeys(computed, Origin.COMPUTED) | dict.fromkeys(pinned, Origin.PINNED), pinned)
    kept_away = {row.related_id for row in of_origin(reading, {Origin.EXCLUDED, *LINKS})}
    return relating.laid_out(report, beside, [kept_away, linking])


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
    """Keys of the live reports that share most with it, the best first (related/ says how), in five queries."""
    topics = frozenset(row.tag_id for row in report.report_topics.all())
    facts = [report.pk, report.slug, report.language, report.date, report.date_precision, terms_of(report)]
    in_force = RelatingWeights.objects.filter(pk=1).values_list("live_reports", flat=True).first() or 0
    beside = [candidate(*facts, topics), *sharing(report, topics)]
    corpus = Corpus(beside, {report.pk: barred}, weights_in_force(in_force))
    return [entry.related for entry in corpus.kept(report.pk)]


def sharing(report, topics):
    """Live reports that share some of these topics, as if they had no others: those are not weighed."""
    rows = ReportTopic.objects.filter(tag__in=topics, content_object__in=Report.objects.live().order_by())
    shared = defaultdict(set)
    for topic, key in rows.exclude(content_object=report.pk).order_by().values_list("tag", "content_object"):
        shared[key].add(topic)
    columns = ["pk", "slug", "language", "date", "date_precision", "terms__terms"]
    # What went live with its moment, and was never computed with its terms, is there all the same.
    others = Report.objects.filter(pk__in=shared).order_by().values_list(*columns)
    return [candidate(*row, frozenset(shared[row[0]])) for row in others]


def candidate(pk, slug, language, day, precision, terms, topics):
    return Candidate(pk, slug, language_of(language), day_of(day, precision), topics, True, bytes(terms or b""))
