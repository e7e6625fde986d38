"""Authors and topics: their indexes, and a page each with all their publications."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from publications.listed import listed_authors, report_sets, topic_rows
from publications.models import Authorship, Report, ReportTopic
from publications.pages import asked_page, listing, read_only, render_page
from publications.views.moved import gone_or_moved
from topics.models import Topic

KINDS = (("subject", "Subjects"), ("place", "Places"), ("programme", "Programmes"))


@read_only
def authors(request):
    rows = listed_authors().in_order().defer("biography")
    letters = [(letter, list(group)) for letter, group in groupby(rows, key=letter_of)]
    return render_page(request, "publications/authors.html", {"letters": letters})


def letter_of(author):
    """The heading under which the index has this author."""
    first = author.sort_key[:1].upper()
    return first if first.isalpha() else "#"


@read_only
def author(request, slug):
    row = listed_authors().filter(slug=slug).prefetch_related("links").first()
    if row is None:
        return gone_or_moved(request, "author", slug)
    written = Authorship.objects.filter(author=row).order_by().values("report")
    page = listing(Report.objects.live().filter(pk__in=written).newest(), asked_page(request))
    return render_page(
        request, "publications/author.html", {"author": row, "listing": page}, index=not page.is_past_end
    )


@read_only
def topics(request):
    return render_page(request, "publications/topics.html", {"topics": topic_tree()})


@dataclass
class Branch:
    """A topic of an index with how many live reports it stands for, and those below it."""

    topic: Topic
    count: int
    children: list["Branch"]


def topic_tree():
    """[(heading, branches)] of the topics that an index shows, a kind each."""
    families = Topic.objects.families()
    shown = list(Topic.objects.shown().offered())
    sets = report_sets(shown, families)
    live = [topic for topic in shown if sets[topic.pk]]
    return [(title, branches([topic for topic in live if topic.kind == kind], sets)) for kind, title in KINDS]


def branches(topics, sets):
    """The topics of one kind in order, each under its parent where that is shown too."""
    all_of_them = {topic.pk: Branch(topic, len(sets[topic.pk]), []) for topic in topics}
    roots = []
    for branch in all_of_them.values():
        parent = all_of_them.get(branch.topic.parent_id)
        (parent.children if parent else roots).append(branch)
    return roots


@read_only
def topic(request, slug):
    families = Topic.objects.families()
    row = topic_rows([slug], families).get(slug)
    if row is None or not row.is_shown:
        return gone_or_moved(request, "topic", slug)
    family = families.get(row.pk, {row.pk})
    carrying = ReportTopic.objects.filter(tag__in=family).order_by().values("content_object")
    page = listing(Report.objects.live().filter(pk__in=carrying).newest(), asked_page(request))
    context = {"topic": row, "listing": page, "neighbours": neighbours(row, families)}
    return render_page(request, "publications/topic.html", context, index=not page.is_past_end)


def neighbours(topic, families):
    """(its parent, its children), those that have something live."""
    around = list(Topic.objects.shown().offered().filter(Q(parent=topic) | Q(pk=topic.parent_id)))
    sets = report_sets(around, families)
    live = [each for each in around if sets[each.pk]]
    parent = next((each for each in live if each.pk == topic.parent_id), None)
    return {"parent": parent, "children": [each for each in live if each.parent_id == topic.pk]}
