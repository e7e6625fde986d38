"""The steps that change no report: name and address, retired or not, synonyms, parent and children."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from publications.models import TopicStep
from publications.topic_care.steps import Kind, add_synonym, held, log
from text.keys import name_key
from topics.models import Topic, TopicSynonym


@transaction.atomic
def rename(topic: Topic, name: str, slug: str = "", *, keep_old: bool = True, by=None) -> TopicStep:
    """Give it another name, and another address where one is given: the old one goes on leading there. With `keep_old`
    the old name becomes a synonym. A synonym that the topic has may become its name."""
    (topic,) = held(topic.pk)
    before = {"name": topic.name, "slug": topic.slug}
    topic.name, topic.slug = name, slug or topic.slug
    topic.full_clean()
    if {"name": topic.name, "slug": topic.slug} == before:
        raise ValidationError({"name": "This is its name already. Give another one."})
    was_synonym = list(topic.synonyms.filter(name_key=name_key(topic.name)).values_list("name", flat=True))
    topic.synonyms.filter(name__in=was_synonym).delete()
    topic.save()
    facts = {
        "before": before,
        "after": {"name": topic.name, "slug": topic.slug},
        "was_synonym": was_synonym,
        "made_synonym": keep_old and add_synonym(topic, before["name"]),
    }
    return log(Kind.RENAMED, topic, by=by, facts=facts, name=before["name"])


@transaction.atomic
def retire(topic: Topic, *, by=None) -> TopicStep:
    """It keeps its page and its reports, and vanishes from forms and indexes."""
    return set_retired(topic, True, by)


@transaction.atomic
def offer(topic: Topic, *, by=None) -> TopicStep:
    """A retired topic is offered again."""
    return set_retired(topic, False, by)


def set_retired(topic: Topic, retired: bool, by) -> TopicStep:
    (topic,) = held(topic.pk)
    if topic.retired == retired:
        raise ValidationError(f"“{topic}” is {'retired' if retired else 'offered'} already.")
    topic.retired = retired
    topic.save(update_fields=["retired", "changed_at"])
    return log(Kind.RETIRED if retired else Kind.OFFERED, topic, by=by, facts={})


@transaction.atomic
def set_synonyms(topic: Topic, names: Iterable[str], *, by=None) -> TopicStep:
    """Let these be its synonyms, and no others."""
    (topic,) = held(topic.pk)
    wanted = {name_key(name): name for name in names}
    if topic.name_key in wanted:
        raise ValidationError({"synonyms": f"“{topic}” is the topic’s own name. Take it off the list."})
    has = {one.name_key: one.name for one in topic.synonyms.all()}
    added = [name for key, name in wanted.items() if key not in has]
    removed = [name for key, name in has.items() if key not in wanted]
    if not (added or removed):
        raise ValidationError({"synonyms": "These are its synonyms already."})
    topic.synonyms.filter(name__in=removed).delete()
    for name in added:
        make_synonym(topic, name)
    return log(Kind.SYNONYMS, topic, by=by, facts={"added": added, "removed": removed})


def make_synonym(topic: Topic, name: str) -> None:
    synonym = TopicSynonym(topic=topic, name=name)
    try:
        synonym.full_clean(exclude=["name_key"])
    except ValidationError as error:
        raise ValidationError({"synonyms": [f"“{name}”: {sentence}" for sentence in error.messages]}) from None
    synonym.save()


@transaction.atomic
def set_family(topic: Topic, parent: Topic | None, children: Collection[Topic], *, by=None) -> TopicStep:
    """Let this be its parent, and these its children and no others."""
    (topic,) = held(topic.pk)
    before = {child.pk: topic.pk for child in topic.children.all()}
    after = {child.pk: topic.pk for child in children}
    moves = {pk: [before.get(pk), after.get(pk)] for pk in before.keys() ^ after.keys()}
    moves |= {child.pk: [child.parent_id, topic.pk] for child in children if child.pk not in before}
    if topic.parent_id != (parent and parent.pk):
        moves[topic.pk] = [topic.parent_id, parent and parent.pk]
    if not moves:
        raise ValidationError("These are its parent and its children already.")
    # Those that leave go first: who was a child may become the parent.
    for pk, (_, new) in sorted(moves.items(), key=lambda move: move[1][1] is not None):
        move(pk, new, "parent" if pk == topic.pk else "children")
    return log(Kind.FAMILY, topic, by=by, facts={"moves": {str(pk): move for pk, move in moves.items()}})


def move(key: int, parent: int | None, field: str) -> None:
    """Put a topic below another. ValidationError, on that field of the form, where it does not fit."""
    topic = Topic.objects.get(pk=key)
    topic.parent_id = parent
    try:
        topic.refuse_wrong_parent()
    except ValidationError as error:
        said = error.messages if field == "parent" else [f"“{topic}”: {' '.join(error.messages)}"]
        raise ValidationError({field: said}) from None
    topic.save(update_fields=["parent", "changed_at"])
