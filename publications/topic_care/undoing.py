"""Undoing a step of topic care: what stands in the way, and the deed, which is a step itself."""

from django.core.exceptions import ValidationError
from django.db import transaction

from publications import relating
from publications.models import TopicStep
from publications.topic_care import unmerging
from publications.topic_care.merged import standing_merges, topics_by_now
from publications.topic_care.merging import relate_anew
from publications.topic_care.retagging import how_many
from publications.topic_care.steps import Kind, Obstacle, add_synonym, address_is_anothers, name_is_anothers
from topics.models import Topic, TopicSynonym


def obstacles(step: TopicStep) -> list[Obstacle]:
    """What this step cannot be undone for; nothing where it can."""
    if step.kind == Kind.UNDONE:
        return [Obstacle("This step undid another. To take that one again, do it on the page of the topic.")]
    if not step.stands:
        return [Obstacle("This step is undone already.", step=step.undone_by)]
    return not_there(step) or BLOCKED[step.kind](step)


def not_there(step: TopicStep) -> list[Obstacle]:
    """That the topic has gone into another since; of a merge, the topic that is left."""
    key, name = (step.into, step.into_name) if step.kind == Kind.MERGED else (step.topic, step.name)
    later = standing_merges().filter(topic=key).first()
    if later:
        return [Obstacle(f"“{later.name}” was merged into “{later.into_name}” since. Undo that first.", step=later)]
    if step.kind == Kind.MERGED or Topic.objects.filter(pk=key).exists():
        return []
    return [Obstacle(f"“{name}” is no longer there.")]


@transaction.atomic
def undo(step: TopicStep, *, by=None) -> TopicStep:
    """Undo the step; ValidationError where something stands in the way. Of a merge, the reports that somebody has
    retagged since are left as they are and marked. Sentences on what else could not be given back stand in the facts
    of the step returned, under `left`."""
    relating.hold()
    step = TopicStep.objects.select_for_update().get(pk=step.pk)
    if blocked := obstacles(step):
        raise ValidationError([one.sentence for one in blocked])
    given, left = UNDO[step.kind](step, by)
    relate_anew(given)
    return TopicStep.objects.create(
        kind=Kind.UNDONE,
        topic=step.topic,
        name=step.name,
        into=step.into,
        into_name=step.into_name,
        by=by,
        undoes=step,
        reports=how_many(step.retagged.filter(retagged=False)),
        facts={"left": left},
    )


# A name, an address


def rename_is_blocked(step: TopicStep) -> list[Obstacle]:
    topic, before, after = Topic.objects.get(pk=step.topic), step.facts["before"], step.facts["after"]
    changed = [name for name in after if after[name] != before[name]]
    if any(getattr(topic, name) != after[name] for name in changed):
        return [Obstacle(f"It has been renamed once more since, to “{topic}”. Undo that first.", topic)]
    ours = {"holder": topic.pk, "itself": topic.pk}
    return name_is_anothers(before["name"], **ours) + address_is_anothers(before["slug"], **ours)


def undo_rename(step: TopicStep, by) -> tuple[list[int], list[str]]:
    topic, facts, left = Topic.objects.get(pk=step.topic), step.facts, []
    topic.synonyms.filter(name=facts["before"]["name"]).delete()
    for name, value in facts["before"].items():
        setattr(topic, name, value)
    topic.save()
    for name in facts["was_synonym"]:
        keep_synonym(topic, name, left)
    return [], left


def keep_synonym(topic: Topic, name: str, left: list[str]) -> None:
    if not add_synonym(topic, name):
        left.append(f"The synonym “{name}” is that of another topic by now.")


# Retired or not


def retired_is_blocked(step: TopicStep) -> list[Obstacle]:
    topic = Topic.objects.get(pk=step.topic)
    if topic.retired == (step.kind == Kind.RETIRED):
        return []
    return [Obstacle(f"“{topic}” is {'retired' if topic.retired else 'offered'} again already.", topic)]


def undo_retired(step: TopicStep, by) -> tuple[list[int], list[str]]:
    topic = Topic.objects.get(pk=step.topic)
    topic.retired = step.kind != Kind.RETIRED
    topic.save(update_fields=["retired", "changed_at"])
    return [], []


# Synonyms


def synonyms_are_blocked(step: TopicStep) -> list[Obstacle]:
    return [one for name in step.facts["removed"] for one in name_is_anothers(name, holder=step.topic)]


def undo_synonyms(step: TopicStep, by) -> tuple[list[int], list[str]]:
    topic = Topic.objects.get(pk=step.topic)
    topic.synonyms.filter(name__in=step.facts["added"]).delete()
    here = set(TopicSynonym.objects.filter(topic=topic).values_list("name", flat=True))
    left = []
    for name in step.facts["removed"]:
        if name not in here:
            keep_synonym(topic, name, left)
    return [], left


# Parent and children


def undo_family(step: TopicStep, by) -> tuple[list[int], list[str]]:
    """Each topic that still stands where the step put it goes back to where it stood."""
    moves = {int(key): ends for key, ends in step.facts["moves"].items()}
    now = topics_by_now(key for ends in moves.values() for key in ends if key)
    there, left = Topic.objects.in_bulk(moves), []
    for key, (old, new) in sorted(moves.items(), key=lambda one: one[1][0] is not None):
        topic = there.get(key)
        if topic is None or topic.parent_id != (now[new].pk if new in now else None):
            left.append(f"“{topic}” stands elsewhere by now." if topic else "A topic is no longer there.")
            continue
        unmerging.put_below(topic, now[old].pk if old in now else None, left)
    return [], left


def nothing_blocks(step: TopicStep) -> list[Obstacle]:
    return []


BLOCKED = {
    Kind.RENAMED: rename_is_blocked,
    Kind.MERGED: unmerging.is_blocked,
    Kind.RETIRED: retired_is_blocked,
    Kind.OFFERED: retired_is_blocked,
    Kind.SYNONYMS: synonyms_are_blocked,
    Kind.FAMILY: nothing_blocks,
}
UNDO = {
    Kind.RENAMED: undo_rename,
    Kind.MERGED: unmerging.unmerge,
    Kind.RETIRED: undo_retired,
    Kind.OFFERED: undo_retired,
    Kind.SYNONYMS: undo_synonyms,
    Kind.FAMILY: undo_family,
}
