"""What wants care: topics that look like another and are not said to be different."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from publications.models import TopicsApart
from publications.topic_care.steps import held
from topics.alike import Alike, alike
from topics.models import Topic, TopicSynonym


@dataclass(frozen=True)
class Suggestion:
    """Two topics, each with `report_count`; the one carried by fewer reports, or else the newer, first."""

    one: Topic
    other: Topic
    why: str


def look_alikes() -> list[Alike]:
    """Retired ones aside: whoever retires a topic has cared for it."""
    names = defaultdict(list)
    for key, name in Topic.objects.offered().order_by("pk").values_list("pk", "name"):
        names[key].append(name)
    for key, name in TopicSynonym.objects.filter(topic__retired=False).order_by("pk").values_list("topic", "name"):
        names[key].append(name)
    apart = set(TopicsApart.objects.values_list("one", "other"))
    return [pair for pair in alike(names) if (pair.one, pair.other) not in apart]


def suggestions(pairs: list[Alike]) -> list[Suggestion]:
    keys = {key for pair in pairs for key in (pair.one, pair.other)}
    rows = Topic.objects.filter(pk__in=keys).annotate(report_count=Count("report_topics"))
    topics = {topic.pk: topic for topic in rows}
    found = []
    for pair in pairs:
        both = sorted((topics[pair.one], topics[pair.other]), key=lambda topic: (topic.report_count, -topic.pk))
        # A keyword has no page to which the address of the other could lead.
        both.sort(key=lambda topic: topic.is_shown)
        found.append(Suggestion(*both, pair.why.value))
    return found


def tell_apart(one: Topic, other: Topic, *, by=None) -> None:
    """They look alike and are different: they are not suggested again."""
    held(one.pk, other.pk)
    low, high = sorted([one.pk, other.pk])
    TopicsApart.objects.get_or_create(one_id=low, other_id=high, defaults={"by": by})
