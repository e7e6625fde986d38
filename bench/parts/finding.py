"""The steps of `bench find`, each in a process of its own: making a corpus, its index of words, the first picture, and
the questions, by turns with what is timed beside them."""

import os
import time
from pathlib import Path

import numpy as np
from django.conf import settings
from psutil import Process

from bench.parts.asking import Site, without_templates
from bench.parts.by_hand import Hand
from bench.parts.filling import fill
from bench.parts.questions import BROAD, MIDDLE, NARROW, Questions
from bench.parts.site import migrate
from bench.parts.synthetic import Synthetic
from bench.parts.varied import Varied
from bench.parts.whole import database, peak, settle
from publications import listed
from publications.finding import following, statistics
from publications.models import Report
from publications.searching import keeping

WARM, COMPARED = 5, 5
SEVERAL_A_PUBLICATION = 5
# {part: {kind: (name of a method of Questions, its arguments)}}
KINDS = {
    "lists": {
        "topic on 10 to 22 %, year, type": ("list_of_a_topic_year_and_type", BROAD),
        "topic on 5 %, year, type": ("list_of_a_topic_year_and_type", MIDDLE),
        "topic on 0.05 %, year, type": ("list_of_a_topic_year_and_type", NARROW),
        "topic on 10 to 22 %": ("list_of_a_topic", BROAD),
        "the whole list": ("whole_list",),
    },
    "search": {
        "rare word": ("rare",),
        "word in 1 %": ("middle",),
        "common word": ("common",),
        "two common words": ("two_common",),
        "phrase": ("phrase",),
    },
    "pages": {
        "page 500, newest": ("deep_page", ""),
        "page 500, by title": ("deep_page", "?sort=title"),
    },
    "suggestions": {
        "two letters": ("letters", 2),
        "four letters": ("letters", 4),
        "two words": ("two_words",),
    },
    "people": {
        "author with most": ("author",),
        "broadest topic": ("broadest_topic",),
    },
    "changes": {
        "list": ("list_after",),
        "search": ("search_after",),
        "list by title": ("titles_after",),
    },
}


def make(size, seed):
    made, begun = Synthetic(size, seed), time.perf_counter()
    migrate()
    fill(made, Varied)
    settle()
    statistics.refresh()
    assert Report.objects.live().count() == size
    return {"seconds": time.perf_counter() - begun, "topics": made.topics, "database": database()}


def index():
    begun = time.perf_counter()
    documents = keeping.bring_up()
    seconds = time.perf_counter() - begun
    files = [file for file in (Path(settings.DATA_DIR) / "words").rglob("*") if file.is_file()]
    return {"documents": documents, "seconds": seconds, "size": sum(map(size_of, files)) / 1e6, "peak": peak()}


def size_of(file):
    return file.stat().st_size


def picture():
    """Seconds until the first picture is there, and megabytes that it leaves in memory and takes at most."""
    before, begun = resident(), time.perf_counter()
    live = listed.live()
    first = time.perf_counter() - begun
    # What the first reader of a list and of one by title still adds.
    begun = time.perf_counter()
    assert len(live.by_topic) <= len(live.topics.keys)
    assert len(live.picture.years)
    derived = time.perf_counter() - begun
    begun = time.perf_counter()
    following.by_title(live.picture)
    titles = time.perf_counter() - begun
    return {
        "seconds": first,
        "derived": derived,
        "titles": titles,
        "kept": resident() - before,
        "peak": peak() - before,
    }


def resident():
    return Process().memory_info().rss / 1e6


def questions(seed, times, at_most, parts):
    """{part: {kind: {what was timed: [p50, p95] in milliseconds, and under "times" how often}}}"""
    asked = Questions(Site(), Hand(os.environ["DATABASE_URL"]), seed)
    return {part: {kind: timed(asked, how, times, at_most) for kind, how in KINDS[part].items()} for part in parts}


def timed(asked, how, times, at_most):
    method, *arguments = how
    draw, taken = getattr(asked, method), {}
    first = draw(*arguments)
    times = times // SEVERAL_A_PUBLICATION if first.before else times
    for _ in range(COMPARED):
        if (question := draw(*arguments)).same:
            question.same()
    begun = time.perf_counter()
    for turn in range(-WARM, times):
        found = one_turn(asked.site, draw(*arguments), turn)
        for what, seconds in found.items():
            taken.setdefault(what, []).extend([seconds] if turn >= 0 else [])
        if at_most and turn >= WARM and time.perf_counter() - begun > at_most:
            break
    shares = {what: [1000 * float(np.percentile(some, share)) for share in (50, 95)] for what, some in taken.items()}
    return shares | {"times": len(taken["page"])}


def one_turn(site, question, turn):
    """{what: seconds}, and under "processor" those of the page that this process computed; who comes first, changes
    from turn to turn."""
    acts = {"page": lambda: site.ask(question.address), "bare": lambda: bare(site, question.address)}
    acts |= {"peer": question.peer} if question.peer else {}
    if question.before:
        question.before()
        del acts["bare"]
    acts |= question.others
    names = list(acts)
    first = 0 if question.before else turn % len(names)
    found = {what: taken_by(acts[what]) for what in names[first:] + names[:first]}
    return {what: seconds for what, (seconds, _) in found.items()} | {"processor": found["page"][1]}


def bare(site, address):
    with without_templates():
        site.ask(address)


def taken_by(act):
    """Seconds by the clock, and of the processor."""
    begun, processor = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - begun, time.process_time() - processor
