"""What the page on the health of Related Publications looks for, in its order, and what it says of each find."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Value, Window
from django.urls import reverse

from publications.desk.states import SHORT, state_since, state_word
from publications.desk.typing import form_address
from publications.models import Report, ReportVersion
from publications.relating import health
from topics.models import Topic

# Where they stand in a report's form.
AT_TOPICS, AT_RELATED = "#id_topics", "#related_entries-group"
NUMBERS = ["none", "one", "two", "three"]
REPORTS, TOPICS = "admin:publications_report_changelist", "admin:topics_topic_changelist"


@dataclass(frozen=True)
class Row:
    """Where it leads and what is said of it. `deeds`: (words, address). `report`: whose topics are changed here."""

    title: str
    address: str
    said: str
    deeds: tuple = ()
    report: int | None = None


@dataclass(frozen=True)
class Section:
    """`find(at, live reports)`: a query in the order of its rows, of which each knows the `total`; `row(one)`: what is
    shown of it, if anything. `explains`, or `explains(one)`, says what it means and what to
    do; `fine` is said where there is none."""

    anchor: str
    heading: str
    explains: str | Callable
    fine: str
    find: Callable
    row: Callable
    # The list that holds all: a URL name, its query, and what can be done there.
    rest: tuple[str, str, str]
    is_share: bool = True

    @property
    def address(self):
        name, query, _ = self.rest
        return f"{reverse(name)}?{query}"


def counted(found):
    return found.annotate(total=Window(Count("*")))


def reports(keys):
    """The newest first, with what a row says of them."""
    found = Report.objects.filter(pk__in=keys)
    waits = ReportVersion.objects.filter(report=OuterRef("pk"), pending=True)
    said = ["title", "number", "type__name", "date", "date_precision"]
    return counted(found.select_related("type").only(*said).newest()).annotate(edit_waits=Exists(waits))


def report_row(report, *said):
    facts = [*said, report.label, report.date_short, "an edit of it waits" if report.edit_waits else ""]
    return Row(report.title, form_address(report) + AT_TOPICS, " · ".join(filter(None, facts)), report=report.pk)


def few(at, live):
    return topicless_last(reports(health.with_few_entries(at)).annotate(entries=health.entries_beside_it(at)))


def nowhere(at, live):
    return topicless_last(reports(health.shown_nowhere(at)))


def topicless_last(found):
    """They are named in a section of their own, and only counted here."""
    found = found.annotate(has_topics=health.has_topics())
    topicless = Window(Count("pk", filter=Q(has_topics=False)))
    return found.annotate(topicless=topicless).order_by("-has_topics", *found.query.order_by)


def unless_topicless(*said):
    return lambda report: report_row(report, *(words(report) for words in said)) if report.has_topics else None


def everywhere(at, live):
    named = health.shown_everywhere(at).values("related", "sidebars", "pinned", title=F("related__title"))
    return counted(named).order_by("-sidebars", "related__slug")


def everywhere_row(row):
    pinned = f", in {row['pinned']:,} of them by a pin" if row["pinned"] else ""
    address = reverse("admin:publications_report_change", args=[row["related"]]) + AT_TOPICS
    return Row(row["title"], address, f"beside {row['sidebars']:,} reports{pinned}", report=row["related"])


def broad(at, live):
    said = {name: F(f"tag__{name}") for name in ("name", "kind", "retired")}
    named = health.broad_topics(at, live).annotate(live=Value(live)).values("tag", "count", "live", **said)
    return counted(named).order_by("-count", "tag__name_key")


def broad_row(row):
    kind = Topic.Kind(row["kind"]).label + (", retired" if row["retired"] else "")
    reports_of_it = f"{reverse(REPORTS)}?topic={row['tag']}&state=live"
    said = f"{kind} · on {row['count']:,} live reports, {round(100 * row['count'] / row['live'])} %"
    return Row(row["name"], topic_form(row["tag"]), said, (("Its live reports in the list", reports_of_it),))


def once(at, live):
    below = Topic.objects.filter(parent=OuterRef("pk"))
    return counted(health.topics_used_once()).annotate(is_parent=Exists(below)).order_by("name_key")


def once_row(topic):
    merge = f"{reverse('admin:merge-topics')}?topics={topic.pk}"
    deeds = (("Merge…", merge), ("Retire…", reverse("admin:retire-topic", args=[topic.pk])))
    said = topic.get_kind_display() + (" · others stand below it" if topic.is_parent else "")
    return Row(topic.name, topic_form(topic.pk), said, deeds)


def topic_form(key):
    return reverse("admin:topics_topic_change", args=[key])


def pins(at, live):
    """Those that wait longest, as far as that is known: what has no moment to come comes first."""
    named = ["position", "report__title"]
    named += [f"related__{name}" for name in ("title", "state", "public_from", "binned_at", "withdrawn_at")]
    found = counted(health.waiting_pins(at).select_related("report", "related").only(*named))
    return found.order_by("report__title_key", "report__slug", "position", "pk")


def pin_row(pin):
    since = state_since(pin.related, SHORT)
    said = f"pinned beside “{pin.report.title}” · {state_word(pin.related).lower()} {since}"
    return Row(pin.related.title, form_address(pin.report) + AT_RELATED, said.strip())


def or_topicless(explains):
    """These words, unless they help none of those that were found."""

    def words(report):
        if report.topicless == report.total:
            return "None of these has a topic: see above."
        verb = "has" if report.topicless == 1 else "have"
        return explains + (f" {report.topicless:,} of them {verb} no topic: see above." if report.topicless else "")

    return words


SECTIONS = [
    Section(
        "no-topics",
        "Reports without topics",
        "Nothing is related to them, and they stand beside nothing. Give each the topics that it is about.",
        "Every live report has a topic.",
        lambda at, live: reports(health.without_topics(at)),
        report_row,
        (REPORTS, "relating=no-topics", "where the topics of many are changed at once"),
    ),
    Section(
        "few",
        f"Reports with fewer than {NUMBERS[health.FEW]} beside them",
        or_topicless(
            "Too few others share a topic with them. Give them one that others carry too, or pin what belongs there."
        ),
        f"Beside every live report stand at least {NUMBERS[health.FEW]} others.",
        few,
        unless_topicless(lambda report: f"{NUMBERS[report.entries]} beside it"),
        (REPORTS, "relating=few", "where the topics of many are changed at once"),
    ),
    Section(
        "nowhere",
        "Reports that stand beside no other",
        or_topicless(
            "Readers of other reports never meet them. Give them topics that say more exactly what they are about, or "
            "pin them where they belong."
        ),
        "Every live report stands beside another.",
        nowhere,
        unless_topicless(),
        (REPORTS, "relating=nowhere", "where the topics of many are changed at once"),
    ),
    Section(
        "everywhere",
        f"Reports that stand beside more than {health.MANY} others",
        "Often their topics are many or their words very general. Take off the topics that they are not about; where "
        "one does not belong, exclude it in the form of the report beside which it stands.",
        f"No report stands beside more than {health.MANY} others.",
        everywhere,
        everywhere_row,
        (REPORTS, "relating=everywhere", "where the topics of many are changed at once"),
    ),
    Section(
        "broad",
        "Topics on more than a quarter of all live reports",
        "They tell hardly anything of what belongs together, and count for little. Give their reports narrower topics.",
        "No topic is on more than a quarter of all live reports.",
        broad,
        broad_row,
        (TOPICS, "care=broad", "where they can be merged or retired"),
        is_share=False,
    ),
    Section(
        "once",
        "Topics used once",
        "What a single report carries relates it to nothing. Merge them into topics that say the same, give them to "
        "more reports, or retire them.",
        "Every topic that is offered and used is on more than one report.",
        once,
        once_row,
        (TOPICS, "care=once&retired__exact=0", "where many are merged or retired at once"),
        is_share=False,
    ),
    Section(
        "pins",
        "Pins that wait",
        "Readers see them once these reports are live. Take out those that will not be.",
        "Everything that is pinned beside a live report is live.",
        pins,
        pin_row,
        (REPORTS, "relating=pins", "by the reports beside which they are pinned"),
        is_share=False,
    ),
]
