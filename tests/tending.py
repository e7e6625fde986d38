"""What tests of the care of topics ask: what reports carry, what topics are known by, what a step says."""

from django.utils import timezone

from publications import relating, sidebars
from publications.editorial import versions
from publications.models import FormerSlug, ReportTopic, TopicFeature
from publications.topic_care.merging import merge
from publications.topic_care.undoing import obstacles
from tests import oracle
from topics.models import Topic, TopicSynonym


def topics(report):
    return sorted(report.report_topics.values_list("tag__name", flat=True))


def topics_of_edit(report):
    return sorted(row["name"] for row in versions.followed(versions.pending(report).content)["report_topics"])


def synonyms(topic):
    return sorted(topic.synonyms.values_list("name", flat=True))


def addresses(topic):
    return sorted(topic.former_slugs.values_list("slug", flat=True))


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def merged(source, target):
    (step,) = merge([source], target)
    return step


def said(step):
    return [one.sentence for one in obstacles(step)]


def left_alone(step):
    return [str(row.report) for row in step.retagged.filter(retagged=True)]


def all_that_is_known():
    """Topics with all that hangs on them, and the topics of reports with the keys of their rows."""
    columns = ["pk", "name", "name_key", "slug", "kind", "description", "retired", "parent", "created_at"]
    return [
        list(Topic.objects.order_by("pk").values(*columns)),
        list(TopicSynonym.objects.order_by("name").values_list("topic", "name")),
        list(FormerSlug.objects.order_by("slug").values_list("topic", "slug")),
        list(TopicFeature.objects.order_by("topic", "position").values_list("topic", "report", "position")),
        list(ReportTopic.objects.order_by("pk").values_list("pk", "content_object", "tag")),
    ]


def assert_sidebars_are_right():
    shot, now = oracle.snapshot(), timezone.now()
    for report in relating.Report.objects.live():
        shown = [entry.report.pk for entry in sidebars.sidebar(report).entries if entry.shared]
        assert shown == oracle.sidebar(shot, report.pk, now)
