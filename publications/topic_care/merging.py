"""Merging topics: every report of the one carries the other, which takes its names, addresses and children too."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from publications import relating
from publications.finding import following
from publications.models import FormerSlug, RetaggedReport, TopicFeature, TopicsApart, TopicStep, TopicWeight
from publications.topic_care.retagging import how_many, replace_in_edits, replace_in_rows
from publications.topic_care.steps import held
from topics.models import Topic, TopicSynonym

# A change of more reports than this weighs anew, whatever their number: the topics' weights have moved by much.
MANY = 500
AFTER_ITS_OWN = 100
ROW = ("slug", "kind", "description", "parent_id", "retired")


@transaction.atomic
def merge(sources: Iterable[Topic], target: Topic, *, by=None) -> list[TopicStep]:
    """Merge these topics into the other, all or none, a step each. ValidationError names the one that does not fit."""
    relating.hold()
    steps = [merge_one(source.pk, target.pk, by) for source in sources]
    relate_anew(changed_by(steps))
    return steps


def changed_by(steps: Iterable[TopicStep]) -> list[int]:
    rows = RetaggedReport.objects.filter(step__in=[step.pk for step in steps], in_edit=False)
    return list(rows.order_by().values_list("report", flat=True).distinct())


def relate_anew(reports: Collection[int]) -> None:
    if len(reports) > MANY:
        following.note(reports)
        relating.rebuild()
    else:
        relating.refresh(reports)


def merge_one(source_key: int, target_key: int, by) -> TopicStep:
    source, target = held(source_key, target_key)
    if sentence := misfit(source, target):
        raise ValidationError(sentence)
    step = TopicStep.objects.create(
        kind=TopicStep.Kind.MERGED,
        topic=source.pk,
        name=source.name,
        into=target.pk,
        into_name=target.name,
        by=by,
        facts=facts_of(source, target),
    )
    replace_in_rows(step, source.pk, target.pk)
    # From here on nobody gives it to a report; who did so meanwhile is through.
    Topic.objects.select_for_update().get(pk=source.pk)
    replace_in_rows(step, source.pk, target.pk)
    hand_over(step, source, target)
    source.delete()
    FormerSlug.objects.create(slug=source.slug, topic=target)
    replace_in_edits(step, source_key, target_key)
    step.reports = how_many(step.retagged.all())
    step.save(update_fields=["reports"])
    return step


def misfit(source: Topic, target: Topic) -> str:
    """Why these cannot be merged; empty where they can."""
    if source == target:
        return f"“{source}” cannot be merged into itself. Choose another topic."
    if source.is_shown and not target.is_shown:
        return (
            f"“{target}” is a keyword and has no page to which the address of “{source}” could lead. Merge it the "
            "other way round, or change its kind first."
        )
    return ""


def facts_of(source: Topic, target: Topic) -> dict:
    """All that undoing needs to make the topic again, its reports aside."""
    apart = TopicsApart.objects.filter(Q(one=source) | Q(other=source)).values_list("one", "other")
    weight = TopicWeight.objects.filter(topic=source).values_list("live_reports", flat=True).first()
    return {
        "row": {name: getattr(source, name) for name in ROW},
        "created_at": source.created_at.isoformat(),
        "synonyms": list(source.synonyms.values_list("name", flat=True)),
        "addresses": list(source.former_slugs.order_by("slug").values_list("slug", flat=True)),
        "children": new_parents(source, target),
        # Whether the other topic features it itself.
        "featured": [
            [row.report_id, row.position, target.features.filter(report=row.report_id).exists()]
            for row in source.features.all()
        ],
        "apart": sorted(set().union(*apart) - {source.pk}),
        "weight": weight,
    }


def new_parents(source: Topic, target: Topic) -> dict[str, int | None]:
    """{child: its parent from now on}: the other topic, but for a child above or at it, and beneath a keyword."""
    families = Topic.objects.families()
    return {
        str(child): target.pk if target.is_shown and target.pk not in families.get(child, {child}) else source.parent_id
        for child in source.children.order_by("pk").values_list("pk", flat=True)
    }


def hand_over(step: TopicStep, source: Topic, target: Topic) -> None:
    source.synonyms.update(topic=target)
    TopicSynonym.objects.create(topic=target, name=source.name)
    source.former_slugs.update(topic=target)
    for report, position, is_there in step.facts["featured"]:
        if not is_there:
            TopicFeature.objects.create(topic=target, report_id=report, position=AFTER_ITS_OWN + position)
    for child, parent in step.facts["children"].items():
        Topic.objects.filter(pk=int(child)).update(parent=parent)
    # An import that is run again leaves alone what was changed here.
    Topic.objects.filter(pk=target.pk).update(changed_at=timezone.now())
