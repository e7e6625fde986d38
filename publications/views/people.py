"""Authors and topics: their indexes, and a page each with all their publications."""

from dataclasses import dataclass

import numpy as np
from django.db.models import Q
from django.http import HttpResponseRedirect

from publications import listed
from publications.alphabet import AT_ONCE, Index, under_letters
from publications.authored import asked_work
from publications.featured import topic_keys
from publications.neighbouring import people_on, topics_beside
from publications.pages import Listing, asked_page, listing, read_only, render_page
from publications.reading import read
from publications.selection import renamed
from publications.topic_map import FEWEST, biggest, sheets
from publications.views.moved import gone_or_moved
from topics.models import Topic

KINDS = (("subject", "Subjects"), ("place", "Places"), ("programme", "Programmes"))


@read_only
def authors(request):
    index = Index(listed.live(), request.GET.get("letter", ""), asked_page(request))
    rows = index.rows()
    context = {"alphabet": index, "rows": rows, "groups": under_letters(rows), "listing": pages_of(index, rows)}
    plain = not index.asked or rows
    canonical = request.path + (index.query(index.number) if index.asked and rows else "")
    return render_page(request, "publications/authors.html", context, canonical=canonical, index=bool(plain))


def pages_of(index, rows):
    """Of the letter that was asked for."""
    if not index.asked:
        return None
    total = len(index.keys)
    return Listing(rows, total, index.number, -(-total // AT_ONCE), index.query)


@read_only
def author(request, slug):
    live = listed.live()
    row = listed.author_rows([slug], live).get(slug)
    if row is None:
        return gone_or_moved(request, "author", slug)
    work = asked_work(live, row, request.GET)
    if present := work.present_type():
        return HttpResponseRedirect(request.path + renamed(request.GET, {("type", work.type): present}), status=301)
    page = listing(work.keys(), asked_page(request), work.query)
    (biography,), footnotes = read([row.biography])
    context = {
        "author": row,
        "biography": biography.html,
        "footnotes": footnotes,
        "work": work,
        "choices": work.choices(),
        "company": work.company(),
        "subjects": work.subjects(),
        "listing": page,
        "first_query": work.query(),
    }
    plain = not page.is_past_end and not work.is_narrowed
    return render_page(request, "publications/author.html", context, index=plain)


@read_only
def topics(request):
    live = listed.live()
    tree = topic_tree(live)
    return render_page(request, "publications/topics.html", {"topics": tree, "sheets": topic_map(live, tree)})


def topic_map(live, tree):
    """Drawn anew where what it shows has changed: the counts, or the names."""
    topics = biggest([branch.topic for _, roots in tree for branch in all_below(roots)], live.by_topic)
    if len(topics) < FEWEST:
        return []
    shown = [(topic.pk, topic.slug, topic.name, topic.kind, live.by_topic[topic.pk]) for topic in topics]
    # Of one picture, so many reports are live: always the same.
    shown.append(int(np.count_nonzero(live.mask)))
    known, drawn = live.picture.kept.get("map", (None, None))
    if known != shown:
        drawn = sheets(topics, live.by_topic, live.topics, live.mask)
        live.picture.kept["map"] = shown, drawn
    return drawn


def all_below(branches):
    for branch in branches:
        yield branch
        yield from all_below(branch.children)


@dataclass
class Branch:
    """A topic of an index with how many live reports it stands for, and those below it."""

    topic: Topic
    count: int
    children: list["Branch"]


def topic_tree(live):
    """[(heading, branches)] of the topics that an index shows, a kind each."""
    counts = live.by_topic
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
    keys, first = topic_keys(row, live)
    page = listing(keys, asked_page(request))
    for report in page.reports:
        report.is_featured = report.pk in first
    context = {
        "topic": row,
        "listing": page,
        "neighbours": neighbours(row, live),
        "beside": topics_beside(row, live),
        "people": people_on(row, live),
    }
    return render_page(request, "publications/topic.html", context, index=not page.is_past_end)


def neighbours(topic, live):
    """(its parent, its children), those that have something live."""
    around = Topic.objects.shown().offered().filter(Q(parent=topic) | Q(pk=topic.parent_id))
    known = [each for each in around if each.pk in live.by_topic]
    parent = next((each for each in known if each.pk == topic.parent_id), None)
    return {"parent": parent, "children": [each for each in known if each.parent_id == topic.pk]}
