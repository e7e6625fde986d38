"""Why a report is not in a sidebar, in sentences; and how one that is not live stands."""

from django.utils.text import get_text_list

from publications import sidebars
from publications.desk.states import in_words
from publications.editorial.versions import Reading
from publications.models import RelatedPublication, Report
from publications.related.explaining import apart, significant
from publications.related.scoring import PLACES, POOL, day_of, language_of
from publications.relating.placing import Order
from publications.sidebars import Sidebar, shared_topics
from text.languages import language_name

Origin, Situation = RelatedPublication.Origin, Report.Situation
# What a report on which a link was set is to the other, which is named after it.
VERBS = {
    Origin.UPDATES: "updates",
    Origin.RESPONDS_TO: "responds to",
    Origin.PART_OF: "is part of",
    Origin.SUPERSEDED_BY: "is superseded by",
}
LINKED = "linked reports stand in a list of their own."
NO_TOPIC = "It shares no topic with this report, and only such reports stand here."
NOT_COMPUTED = "It has not been compared with other reports yet: “manage.py rebuild_related” does so."


def waits(report: Report) -> str:
    """How one stands that is not live, as what is said of it: “is a draft”; nothing for what is live."""
    situation = report.situation()
    if situation == Situation.SCHEDULED:
        return f"goes live on {in_words(report.public_from)}"
    if situation == Situation.WITHDRAWN:
        return f"was withdrawn on {in_words(report.withdrawn_at)}"
    where = {Situation.DRAFT: "is a draft", Situation.IN_REVIEW: "is in review", Situation.BINNED: "lies in the bin"}
    return where.get(situation, "")


def not_live(report: Report) -> str:
    """A sentence on one that readers cannot see; nothing for what is live."""
    yet = " yet" if report.situation() == Situation.SCHEDULED else ""
    return f"Readers cannot see it{yet}: it {how}." if (how := waits(report)) else ""


def why_not(reading: Reading, sidebar: Sidebar, in_order: Order, other: Report) -> str:
    """Why the other is not beside the report as it was read, or where it stands there."""
    if other.pk == reading.report.pk:
        return "This is the report itself."
    places = [entry.report.pk for entry in sidebar.entries]
    if other.pk in places:
        return f"It is there, at place {places.index(other.pk) + 1}."
    if decided := by_hand(reading, in_order, other):
        return decided
    return not_live(other) or by_topics(reading, other) or by_place(reading, sidebar, in_order, other)


def by_hand(reading: Reading, in_order: Order, other: Report) -> str:
    """What an editor has decided of it, here or, of links, on the other page."""
    origins = {row.origin for row in reading.parts["related_entries"] if row.related_id == other.pk}
    hidden = not_live(other)
    if Origin.EXCLUDED in origins:
        return " ".join(filter(None, ["It is excluded by hand.", hidden]))
    if Origin.PINNED in origins:
        return f"It is pinned, and waits. {hidden}" if hidden else f"It is pinned, but {PLACES} pins stand before it."
    if other.pk in in_order.barred:
        return " ".join(filter(None, [linked(reading, origins, other), hidden]))
    return ""


def linked(reading: Reading, origins: set[str], other: Report) -> str:
    """By a link of this report, or else by one of the other."""
    for origin in origins:
        return f"This report {VERBS[origin]} it: {LINKED}"
    theirs = sidebars.linking_to(reading.report).filter(report=other).values_list("origin", flat=True)
    return f"It {VERBS[theirs[0]]} this report: {LINKED}"


def by_topics(reading: Reading, other: Report) -> str:
    if not reading.report.report_topics.all():
        return "This report has no topics, and only reports that share one stand here."
    return "" if shared(reading.report, other) else NO_TOPIC


def shared(report: Report, other: Report) -> list[str]:
    return [topic.name for topic in shared_topics(other, {row.tag_id for row in report.report_topics.all()})]


def by_place(reading: Reading, sidebar: Sidebar, in_order: Order, other: Report) -> str:
    """How far it is from a place, of what its score is made, and what stands before it."""
    place, report = in_order.place_of(other.pk), reading.report
    says = [far_away(in_order, other) if place is None else scored(sidebar, in_order, other, place)]
    if language_of(report.language) != language_of(other.language):
        ours, theirs = (language_name(language_of(one.language)) for one in (report, other))
        says.insert(0, f"Reports in {ours} come first, and this one is in {theirs}.")
    days = abs(day_of(report.date, report.date_precision) - day_of(other.date, other.date_precision))
    return " ".join([*says, f"In common: {get_text_list(shared(report, other), 'and')}; {apart(days)}."])


def scored(sidebar: Sidebar, in_order: Order, other: Report, place: int) -> str:
    pins = sum(entry.origin == Origin.PINNED for entry in sidebar.entries)
    score, share = in_order.entries[place - 1].score, in_order.shares_of(other.pk)
    said = f"It stands at place {pins + place}: its score is {significant(score)}, "
    if pins < PLACES:
        last = in_order.entries[PLACES - pins - 1].score
        said += f"and place {PLACES} has {significant(last)}."
    else:
        said += f"and pins take all {PLACES} places."
    return f"{said} Its topics bring {significant(share.topics)} of that, its words {significant(share.words)}."


def far_away(in_order: Order, other: Report) -> str:
    outside = in_order.outside(other.pk)
    if outside is None:
        return NOT_COMPUTED
    by_words = f"place {outside.by_words:,} by its words" if outside.by_words else "no place by its words"
    return (
        f"Of {outside.sharing:,} reports that share a topic with this one it has place {outside.by_topics:,} by its "
        f"topics and {by_words}; only the first {POOL} by either are compared further."
    )
