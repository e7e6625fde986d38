"""What all steps share: topics are held one after the other, a step is logged, a name or an address is somebody's."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from publications import relating
from publications.models import FormerSlug, TopicStep
from text.keys import name_key
from topics.models import Topic, TopicSynonym

Kind = TopicStep.Kind
GONE = "This topic is no longer there. Look in the log of topics for what became of it."


@dataclass(frozen=True)
class Obstacle:
    """Why a step cannot be undone, and the topic or the later step that stands in the way."""

    sentence: str
    topic: Topic | None = None
    step: TopicStep | None = None


def held(*keys: int) -> list[Topic]:
    """These topics in this order, held until the transaction ends, and the weights before them, as all do who write
    many rows. Their keys are not held: whoever gives a report one of them need not wait."""
    relating.hold()
    rows = Topic.objects.select_for_update(no_key=True).order_by("pk").filter(pk__in=keys)
    found = {topic.pk: topic for topic in rows}
    if set(keys) - found.keys():
        raise ValidationError(GONE)
    return [found[key] for key in keys]


def log(kind: Kind, topic: Topic, *, by, facts: dict, name: str = "") -> TopicStep:
    """Of what changes no report: how many carry the topic is noted."""
    return TopicStep.objects.create(
        kind=kind, topic=topic.pk, name=name or topic.name, by=by, facts=facts, reports=topic.report_topics.count()
    )


def add_synonym(topic: Topic, name: str) -> bool:
    """Whether it is one now that was none; a name that is some topic's already is left alone."""
    if Topic.objects.called(name).exists():
        return False
    TopicSynonym.objects.create(topic=topic, name=name)
    return True


def name_is_anothers(name: str, *, holder: int, itself: int | None = None) -> list[Obstacle]:
    """What keeps the name from being given (back) to a topic, though `holder` may have it as a synonym."""
    key = name_key(name)
    if other := Topic.objects.filter(name_key=key).exclude(pk=itself).first():
        return [Obstacle(f"There is a topic “{other}” by now. Give that one another name; then undo.", other)]
    if synonym := TopicSynonym.objects.filter(name_key=key).exclude(topic=holder).select_related("topic").first():
        other = synonym.topic
        return [Obstacle(f"“{name}” is a synonym of “{other}” by now. Take it off there; then undo.", other)]
    return []


def address_is_anothers(slug: str, *, holder: int, itself: int | None = None) -> list[Obstacle]:
    """The same of an address, though it may lead to `holder`."""
    former = FormerSlug.objects.filter(slug=slug, topic__isnull=False).exclude(topic=holder).select_related("topic")
    other = Topic.objects.filter(slug=slug).exclude(pk=itself).first() or next((row.topic for row in former), None)
    if other is None:
        return []
    return [Obstacle(f"The address “{slug}” is that of “{other}” by now, or leads there.", other)]
