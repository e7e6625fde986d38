"""What keeps readers from related publications: counted over what they see, for whoever looks after the site.

Readers see the first six of the entries beside a report that are live, pins before the others; publications/sidebars.py
reads them of one report, and here they are read of all. More is stored: pins that wait, scheduled reports, and what
stands behind the sixth. Each function answers with one query, however many reports there are.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from publications.models import RelatedPublication, RelatingWeights, Report, ReportTopic, TopicWeight
from publications.related.scoring import PLACES
from topics.models import Topic

Origin = RelatedPublication.Origin

# A sidebar with fewer entries looks forgotten.
FEW = 3
# In more sidebars than this: more than five times what is one report's share, which is six at most.
MANY = 5 * PLACES
# A topic on more than one of so many live reports tells nothing of any.
BROAD = 4


def live(at: datetime) -> QuerySet:
    return Report.objects.live(at).order_by().values("pk")


def is_live(key: str, at: datetime) -> Exists:
    """Asked of each row by the report's own key: of a set of keys SQLite would look up every pair that is possible."""
    return Exists(Report.objects.live(at).filter(pk=OuterRef(key)))


def beside_live_reports(at: datetime) -> QuerySet:
    """The entries that readers can see, those behind the sixth of a report among them."""
    entries = RelatedPublication.objects.filter(origin__in=[Origin.PINNED, Origin.COMPUTED]).order_by()
    return entries.filter(is_live("report", at), is_live("related", at))


def shown(at: datetime) -> QuerySet:
    """The entries that readers see."""
    order = ["-origin", "position", "pk"]
    ranked = beside_live_reports(at).annotate(place=Window(RowNumber(), partition_by="report", order_by=order))
    return ranked.filter(place__lte=PLACES)


def without_topics(at: datetime) -> QuerySet:
    """Keys."""
    return live(at).filter(~has_topics())


def has_topics() -> Exists:
    return Exists(ReportTopic.objects.filter(content_object=OuterRef("pk")))


def with_few_entries(at: datetime) -> QuerySet:
    """Keys, by leaving out those that have enough: what has no entry is in no row that could be counted."""
    counted = beside_live_reports(at).values("report").annotate(count=Count("pk"))
    return live(at).difference(counted.filter(count__gte=FEW).values("report"))


def entries_beside_it(at: datetime) -> Coalesce:
    """How many entries stand beside a report of a query, for those that have few."""
    entries = beside_live_reports(at).filter(report=OuterRef("pk")).values("report").annotate(count=Count("pk"))
    return Coalesce(Subquery(entries.values("count")), 0)


def shown_nowhere(at: datetime) -> QuerySet:
    """Keys."""
    return live(at).difference(shown(at).values("related"))


def shown_everywhere(at: datetime) -> QuerySet:
    """Rows of `related`: in how many `sidebars` it stands, and in how many of them as a pin."""
    counted = RelatedPublication.objects.filter(pk__in=shown(at).values("pk")).order_by().values("related")
    counted = counted.annotate(sidebars=Count("pk"), pinned=Count("pk", filter=Q(origin=Origin.PINNED)))
    return counted.filter(sidebars__gt=MANY)


def waiting_pins(at: datetime) -> QuerySet:
    """Pins beside live reports that readers do not see, since what is pinned is not live."""
    pins = RelatedPublication.objects.filter(is_live("report", at), origin=Origin.PINNED)
    return pins.filter(~is_live("related", at))


def broad_topics(at: datetime, live_reports: int) -> QuerySet:
    """Rows of `tag`: how many live reports (`count`) carry it; of so many in all."""
    counted = ReportTopic.objects.order_by().values("tag").annotate(count=Count("pk"))
    # Few are carried so often at all; of these alone each report is looked at.
    often = counted.filter(count__gt=live_reports / BROAD).values("tag")
    return counted.filter(is_live("content_object", at), tag__in=often).filter(count__gt=live_reports / BROAD)


def broad_among(topics: Collection[int]) -> set[int]:
    """Those of these topics that are as broad, by the weights in force: one query, however many reports there are."""
    live_reports = RelatingWeights.objects.filter(pk=1).values("live_reports")[:1]
    often = TopicWeight.objects.filter(topic__in=topics, live_reports__gt=Subquery(live_reports) / BROAD)
    return set(often.values_list("topic", flat=True))


def topics_used_once() -> QuerySet:
    """Those that are offered and that one report carries, in whatever state it is: nothing is related by them."""
    used = ReportTopic.objects.order_by().values("tag").annotate(count=Count("pk")).filter(count=1)
    return Topic.objects.filter(retired=False, pk__in=used.values("tag"))
