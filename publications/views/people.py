"""Authors and topics: their indexes, and a page each with all their publications."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from publications import listed
from publications.pages import asked_page, listing, read_only, render_page
from publications.views.moved import gone_or_moved
from topics.models import Topic

KINDS = (("subject", "Subjects"), ("place", "Places"), ("programme", "Programmes"))


@read_only
def authors(request):
    rows = listed.listed_authors().in_order().defer("biography")
    letters = [(letter, list(group)) for letter, group in groupby(rows, key=letter_of)]
    return render_page(request, "publications/authors.html", {"letters": letters})


def letter_of(author):
    """The heading under which the index has this author."""
    first = author.sort_key[:1].upper()
    return first if first.isalpha() else "#"


@read_only
def author(request, slug):
    live = listed.live()
    row = listed.author_rows([slug], live).get(slug)
    if row is None:
        return gone_or_moved(request, "author", slug)
    page = listing(live.keys(live.picture.authors, row.pk), asked_page(request))
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
    counts = listed.live().by_topic
    topics = [topic for topic in Topic.objects.shown().offered() if topic.pk in counts]
    return [(title, branches([topic for topic in topics if topic.kind == kind], counts)) for kind, title in KINDS]


def branches(topics, counts):
    """The topics of one kind in order, each under its parent where that is shown too."""
    all_of_them = {topic.pk: Branch(topic, counts[topic.pk], []) for topic in topics}
    roots = []
    for branch in all_of_them.values():
        parent = all_of_them.get(branch.topic.parent_id)
        (parent.children if parent else roots).append(branch)
    return roots


@read_only
def topic(request, slug):
    live = listed.live()
    row = listed.topic_rows([slug], live).get(slug)
    if row is None or not row.is_shown:
        return gone_or_moved(request, "topic", slug)
    page = listing(live.keys(live.topics, row.pk), asked_page(request))
    context = {"topic": row, "listing": page, "neighbours": neighbours(row, live)}
    return render_page(request, "publications/topic.html", context, index=not page.is_past_end)


def neighbours(topic, live):
    """(its parent, its children), those that have something live."""
    around = Topic.objects.shown().offered().filter(Q(parent=topic) | Q(pk=topic.parent_id))
    known = [each for each in around if each.pk in live.by_topic]
    parent = next((each for each in known if each.pk == topic.parent_id), None)
    return {"parent": parent, "children": [each for each in known if each.parent_id == topic.pk]}
