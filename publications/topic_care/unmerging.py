"""The undoing of a merge: the topic under its own key again, with its names, addresses, children and reports."""

from django.core.exceptions import ValidationError

from publications.models import FormerSlug, Report, TopicFeature, TopicsApart, TopicStep, TopicWeight
from publications.topic_care.merged import topics_by_now
from publications.topic_care.retagging import give_back
from publications.topic_care.steps import Obstacle, address_is_anothers, name_is_anothers
from publications.topic_care.tending import move
from text.keys import name_key
from topics.models import Topic, TopicSynonym


def is_blocked(step: TopicStep) -> list[Obstacle]:
    return name_is_anothers(step.name, holder=step.into) + address_is_anothers(
        step.facts["row"]["slug"], holder=step.into
    )


def unmerge(step: TopicStep, by) -> tuple[list[int], list[str]]:
    """The keys of the reports that carry it again, and sentences on what could not be given back."""
    left = []
    topic = made_again(step)
    take_names(step, topic, left)
    take_places(step, topic, left)
    stand_apart(step, topic)
    take_features(step, topic)
    if (weight := step.facts["weight"]) is not None:
        TopicWeight.objects.create(topic=topic, live_reports=weight)
    return give_back(step, topic, by), left


def made_again(step: TopicStep) -> Topic:
    """Versions name it by its key."""
    TopicSynonym.objects.filter(topic=step.into, name_key=name_key(step.name)).delete()
    FormerSlug.objects.filter(topic=step.into, slug=step.facts["row"]["slug"]).delete()
    topic = Topic(pk=step.topic, name=step.name, **step.facts["row"] | {"parent_id": None})
    topic.save(force_insert=True)
    Topic.objects.filter(pk=topic.pk).update(created_at=step.facts["created_at"])
    return topic


def take_names(step: TopicStep, topic: Topic, left: list[str]) -> None:
    """Its synonyms and former addresses, as far as they are with the other topic, or nobody's."""
    for name in step.facts["synonyms"]:
        TopicSynonym.objects.filter(topic=step.into, name_key=name_key(name)).delete()
        if Topic.objects.called(name).exists():
            left.append(f"The synonym “{name}” is that of another topic by now.")
        else:
            TopicSynonym.objects.create(topic=topic, name=name)
    for slug in step.facts["addresses"]:
        if address_is_anothers(slug, holder=step.into):
            left.append(f"The former address “{slug}” is that of another topic by now.")
        else:
            FormerSlug.objects.filter(topic__isnull=False, slug=slug).delete()
            FormerSlug.objects.create(topic=topic, slug=slug)


def take_places(step: TopicStep, topic: Topic, left: list[str]) -> None:
    """Its parent, and the children that nobody has put elsewhere since."""
    children = {int(key): parent for key, parent in step.facts["children"].items()}
    now = topics_by_now([*filter(None, children.values()), *filter(None, [step.facts["row"]["parent_id"]])])
    for child in Topic.objects.filter(pk__in=children).order_by("pk"):
        given = children[child.pk]
        if child.parent_id == (now[given].pk if given in now else None):
            put_below(child, topic.pk, left)
        else:
            left.append(f"“{child}” stands below another topic by now.")
    if parent := now.get(step.facts["row"]["parent_id"]):
        put_below(topic, parent.pk, left)


def put_below(topic: Topic, parent: int | None, left: list[str]) -> None:
    try:
        move(topic.pk, parent, "parent")
    except ValidationError as error:
        left.append(f"“{topic}” could not be put below the topic above it: {' '.join(error.messages)}")


def stand_apart(step: TopicStep, topic: Topic) -> None:
    """Those from which somebody had said that it differs."""
    there = Topic.objects.filter(pk__in=step.facts["apart"]).values_list("pk", flat=True)
    TopicsApart.objects.bulk_create(
        TopicsApart(one_id=min(pk, topic.pk), other_id=max(pk, topic.pk), by=step.by) for pk in there
    )


def take_features(step: TopicStep, topic: Topic) -> None:
    """What it featured, as far as it is still there; the other topic keeps what it featured before."""
    for report, position, was_there in step.facts.get("featured", []):
        if Report.objects.filter(pk=report).exists():
            TopicFeature.objects.create(topic=topic, report_id=report, position=position)
        if not was_there:
            TopicFeature.objects.filter(topic=step.into, report=report).delete()
