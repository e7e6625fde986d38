"""Which topics, authors and types the public may know of: those with something live, children included."""

from django.db.models import Count, Q

from authors.models import Author
from publications.models import Authorship, FormerSlug, PublicationType, Report, ReportTopic
from topics.models import Topic


def listed_authors(at=None):
    """Authors of something live, in any role, each with `live_reports`."""
    live = Q(authorships__report__in=Report.objects.live(at))
    return Author.objects.annotate(live_reports=Count("authorships__report", filter=live, distinct=True)).filter(
        live_reports__gt=0
    )


def listed_types(at=None):
    """Types with something live, each with `live_reports`."""
    live = Q(reports__in=Report.objects.live(at))
    return PublicationType.objects.annotate(live_reports=Count("reports", filter=live)).filter(live_reports__gt=0)


def author_rows(slugs):
    """{slug: author} of those that the public may know of."""
    live = Authorship.objects.filter(report__in=Report.objects.live()).values("author")
    return {author.slug: author for author in Author.objects.filter(slug__in=slugs, pk__in=live)}


def type_rows(slugs):
    live = Report.objects.live().order_by().values("type")
    return {row.slug: row for row in PublicationType.objects.filter(slug__in=slugs, pk__in=live)}


def topic_rows(slugs, families):
    """{slug: topic} of those that the public may know of, keywords among them."""
    topics = list(Topic.objects.filter(slug__in=slugs))
    below = {topic.pk: families.get(topic.pk, {topic.pk}) for topic in topics}
    live = set(live_topic_ids(set().union(*below.values()))) if below else set()
    return {topic.slug: topic for topic in topics if below[topic.pk] & live}


def live_topic_ids(ids):
    """Those of these topics that something live carries itself."""
    rows = ReportTopic.objects.filter(tag__in=ids, content_object__in=Report.objects.live())
    return rows.order_by().values_list("tag", flat=True).distinct()


def report_sets(topics, families):
    """{topic id: ids of the live reports that carry it or one below it}, for these topics. One query."""
    below = {topic.pk: families.get(topic.pk, {topic.pk}) for topic in topics}
    wanted = set().union(*below.values()) if below else set()
    direct = {}
    rows = ReportTopic.objects.filter(tag__in=wanted, content_object__in=Report.objects.live())
    for tag, report in rows.order_by().values_list("tag", "content_object"):
        direct.setdefault(tag, set()).add(report)
    return {pk: set().union(*(direct.get(member, ()) for member in family)) for pk, family in below.items()}


def present_slugs(kind, slugs):
    """{former slug: present slug} for those of these that once were somebody's. `kind` is a field of FormerSlug."""
    rows = FormerSlug.objects.filter(slug__in=slugs, **{f"{kind}__isnull": False})
    return dict(rows.values_list("slug", f"{kind}__slug"))
