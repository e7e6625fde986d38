"""What a step of topic care would change, in sentences, before it is taken."""

from dataclasses import dataclass

from publications.models import Report, ReportTopic
from publications.topic_care.foreseeing import merge_foreseen, undo_foreseen
from topics.models import Topic

# How many reports a page names; of the others it says how many there are.
MOST_NAMED = 20
NOTHING_BESIDE = "No report is retagged, and what stands beside reports stays as it is."


@dataclass(frozen=True)
class Told:
    """Sentences, and the reports beside which others would stand."""

    sentences: list
    sidebars: list = ()
    more: int = 0


def told_of_merge(topic, cleaned):
    sources, into = list(cleaned["topics"]), cleaned["into"]
    foreseen = merge_foreseen(sources, into)
    names = " and ".join(f"“{source}”" for source in sources)
    said = [
        f"{count(len(foreseen.reports), 'report')} that {'carries' if len(foreseen.reports) == 1 else 'carry'} {names} "
        f"will carry “{into}”{waiting_edits(foreseen.edits)}.",
        f"{names} will be gone, and found under “{into}” by whoever types the old name.",
    ]
    said += [
        f"/topics/{source.slug}/ and its feeds will lead to /topics/{into.slug}/."
        for source in sources
        if source.is_shown
    ]
    children = Topic.objects.filter(parent__in=sources).exclude(pk=into.pk)
    said += [f"“{child}”, which stands below, moves with it." for child in children]
    return told(said, foreseen)


def told(said, foreseen):
    keys = foreseen.sidebars or []
    reports = Report.objects.filter(pk__in=keys[:MOST_NAMED]).only("title", "slug").order_by("title_key", "slug")
    return Told([*said, *sidebar_sentences(foreseen)], list(reports), max(len(keys) - MOST_NAMED, 0))


def sidebar_sentences(foreseen):
    if foreseen.sidebars is None:
        return [
            "So many reports change that it is not computed here beside which of them others will stand: it can be "
            f"any of {count(foreseen.may_touch, 'live report')}, which share a topic with them. All will be right at "
            "once."
        ]
    if not foreseen.sidebars:
        return ["The related publications beside all reports stay as they are."]
    return [f"The related publications beside {count(len(foreseen.sidebars), 'live report')} change:"]


def waiting_edits(edits):
    return f", {edits} of them in an edit that waits" if edits else ""


def count(number, word):
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def told_of_name(topic, cleaned):
    carried = count(topic.report_topics.count(), "report")
    said = [f"{carried} will show “{cleaned['name']}” in the place of “{topic}”. {NOTHING_BESIDE}"]
    if cleaned["slug"] != topic.slug and topic.is_shown:
        said.append(f"/topics/{topic.slug}/ and its feeds will lead to /topics/{cleaned['slug']}/.")
    if cleaned["keep_old"] and cleaned["name"] != topic.name:
        said.append(f"Whoever types “{topic}” will find it.")
    return Told(said)


def told_of_retiring(topic, cleaned):
    carried = count(topic.report_topics.count(), "report")
    if topic.retired:
        return Told([f"Forms and indexes will offer “{topic}” again; {carried} carry it. {NOTHING_BESIDE}"])
    said = [f"Forms and indexes will no longer offer “{topic}”. It keeps its page and its {carried}. {NOTHING_BESIDE}"]
    if below := topic.children.count():
        said.append(f"{count(below, 'topic')} below it will be offered as before.")
    return Told(said)


def told_of_synonyms(topic, cleaned):
    has, given = set(topic.synonyms.values_list("name", flat=True)), set(cleaned["synonyms"])
    said = [f"“{name}” will lead to “{topic}” when typed." for name in sorted(given - has)]
    said += [f"“{name}” will lead nowhere." for name in sorted(has - given)]
    return Told([*said, NOTHING_BESIDE])


def told_of_family(topic, cleaned):
    parent, children = cleaned["parent"], cleaned["children"]
    before = set(topic.children.all())
    said = []
    if parent != topic.parent:
        where = f"below “{parent}”" if parent else "below no other topic"
        said.append(f"“{topic}” will stand {where}: {count(found_below(topic), 'report')} found there or not any more.")
    for child in [*(set(children) - before), *(before - set(children))]:
        verb = "will" if child in children else "will no longer"
        said.append(f"“{topic}” {verb} lead to the {count(found_below(child), 'report')} of “{child}”.")
    return Told([*said, NOTHING_BESIDE])


def found_below(topic):
    family = Topic.objects.families().get(topic.pk, {topic.pk})
    return ReportTopic.objects.filter(tag__in=family).values("content_object").distinct().count()


def told_of_undoing(step):
    """Of a step that nothing blocks."""
    if step.kind != step.Kind.MERGED:
        return Told([NOTHING_BESIDE])
    foreseen = undo_foreseen(step)
    said = [
        f"“{step.name}” will be there again, with its address, and on {count(len(foreseen.reports), 'report')}"
        f"{waiting_edits(foreseen.edits)}.",
    ]
    if foreseen.left:
        said.append(f"{count(len(foreseen.left), 'report')} retagged since will be left alone, and listed here.")
    return told(said, foreseen)
