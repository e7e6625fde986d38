"""What keeps readers from related publications: counted over what they see, for whoever looks after the site.

Readers see the first six of the entries beside a report that are live, pins before the others; publications/sidebars.py
reads them of one report, and here they are read of all. More is stored: pins that wait, scheduled reports, and what
stands behind the sixth. Each function answers with one query, however many reports there are.
"""

from datetime import datetime

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from publications.models import RelatedPublication, Report, ReportTopic
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


def of_live(rows: QuerySet, key: str, at: datetime) -> QuerySet:
    """Those whose key is a live report's: as a number that no index holds, else SQLite would look up in one every pair
    of reports that is possible."""
    number = ExpressionWrapper(F(key) + 0, output_field=BigIntegerField())
    return rows.alias(**{f"live_{key}": number}).filter(**{f"live_{key}__in": live(at)})


def beside_live_reports(at: datetime) -> QuerySet:
    """The entries that readers can see, those behind the sixth of a report among them."""
    entries = RelatedPublication.objects.filter(origin__in=[Origin.PINNED, Origin.COMPUTED]).order_by()
    return of_live(of_live(entries, "report_id", at), "related_id", at)


def shown(at: datetime) -> QuerySet:
    """The entries that readers see."""
    order = ["-origin", "position", "pk"]
    ranked = beside_live_reports(at).annotate(place=Window(RowNumber(), partition_by="report", order_by=order))
    return ranked.filter(place__lte=PLACES)


def without_topics(at: datetime) -> QuerySet:
    return Report.objects.live(at).filter(~has_topics())


def has_topics() -> Exists:
    return Exists(ReportTopic.objects.filter(content_object=OuterRef("pk")))


def with_few_entries(at: datetime) -> QuerySet:
    """Live reports without those that have enough: what has no entry at all is in no row that could be counted."""
    counted = beside_live_reports(at).values("report").annotate(count=Count("pk"))
    return Report.objects.filter(pk__in=live(at).difference(counted.filter(count__gte=FEW).values("report")))


def entries_beside_it(at: datetime) -> Coalesce:
    """How many entries stand beside a report of a query, for those that have few."""
    entries = beside_live_reports(at).filter(report=OuterRef("pk")).values("report").annotate(count=Count("pk"))
    return Coalesce(Subquery(entries.values("count")), 0)


def shown_nowhere(at: datetime) -> QuerySet:
    return Report.objects.filter(pk__in=live(at).difference(shown(at).values("related")))


def shown_everywhere(at: datetime) -> QuerySet:
    """Rows of `related`: in how many `sidebars` it stands, and in how many of them as a pin."""
    counted = RelatedPublication.objects.filter(pk__in=shown(at).values("pk")).order_by().values("related")
    counted = counted.annotate(sidebars=Count("pk"), pinned=Count("pk", filter=Q(origin=Origin.PINNED)))
    return counted.filter(sidebars__gt=MANY)


def waiting_pins(at: datetime) -> QuerySet:
    """Pins beside live reports that readers do not see, since what is pinned is not live."""
    pins = RelatedPublication.objects.filter(is_live("report", at), origin=Origin.PINNED)
    return pins.filter(~is_live("related", at))


def is_live(end: str, at: datetime) -> Exists:
    return Exists(Report.objects.live(at).filter(pk=OuterRef(end)))


def broad_topics(at: datetime, live_reports: int) -> QuerySet:
    """Rows of `tag`: how many live reports (`count`) carry it; of so many in all."""
    carried = of_live(ReportTopic.objects.order_by(), "content_object_id", at).values("tag")
    return carried.annotate(count=Count("pk")).filter(count__gt=live_reports / BROAD)


def topics_used_once() -> QuerySet:
    """Those that are offered and that one report carries, in whatever state it is: nothing is related by them."""
    used = ReportTopic.objects.order_by().values("tag").annotate(count=Count("pk")).filter(count=1)
    return Topic.objects.filter(retired=False, pk__in=used.values("tag"))
