"""What relating adds to a change of one report: published, withdrawn, retagged; warm, and in a fresh process."""

import os
import time
from uuid import uuid4

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from bench.parts.synthetic import Synthetic
from publications import relating
from publications.models import RelatedPublication, Report, ReportTopic

BROAD = 0.1
KINDS = ("three ordinary topics", "five topics on more than 10 % each")
# Beside the reports that were changed so many others are compared with brute force.
AROUND = 20
CHANGES = ("retagged", "withdrawn", "published")


def all_changes(size, seed, times, cold):
    """{kind: {change: {"warm": seconds, "cold": seconds}}} the reports that were changed, and some
    beside which they stand."""
    chance = np.random.default_rng([seed, size, 7])
    keys = chance.choice(np.arange(1, size + 1), 2 * (times + cold), replace=False).tolist()
    broad = broad_topics(size)
    found, changed = {}, list(keys)
    for kind in KINDS:
        taken = {change: {"cold": [], "warm": []} for change in CHANGES}
        for way, count in [("cold", cold), ("warm", times)]:
            for _ in range(count):
                key = keys.pop()
                topics = drawn(chance, size, seed, broad, kind)
                for change in CHANGES:
                    act = in_a_fresh_process if way == "cold" else in_this_process
                    taken[change][way].append(act(change, key, topics))
        found[kind] = taken
    return {"taken": found, "draft": of_a_draft(changed[0]), "changed": changed[::-1], "around": around(changed)}


def around(changed):
    """Some reports beside which the changed ones stand now."""
    rows = RelatedPublication.objects.filter(related__in=changed).order_by("pk")
    return list(rows.values_list("report", flat=True).distinct()[:AROUND])


def broad_topics(size):
    counts = np.bincount(np.fromiter(ReportTopic.objects.order_by().values_list("tag", flat=True), np.int64))
    connection.close()
    return np.flatnonzero(counts > BROAD * size).tolist()


def drawn(chance, size, seed, broad, kind):
    """Five of the broad ones, or three as reports draw them that are not."""
    if kind == KINDS[1]:
        return [int(topic) for topic in chance.permutation(broad)[:5]]
    shares, topics = Synthetic(size, seed).topic_shares, set()
    while len(topics) < 3:
        topic = int(np.searchsorted(shares, chance.random())) + 1
        topics |= {topic} - set(broad)
    return sorted(topics)


def in_this_process(change, key, topics):
    with transaction.atomic():
        made(change, key, topics)
        begun = time.perf_counter()
        relating.refresh([key])
    # With what the transaction's end costs.
    return time.perf_counter() - begun


def in_a_fresh_process(change, key, topics):
    """A copy of this one that has the code and nothing else: no connection, and nothing that relating keeps."""
    connection.close()
    ends = os.pipe()
    child = os.fork()
    if not child:
        os.write(ends[1], repr(in_this_process(change, key, topics)).encode())
        os._exit(0)
    os.close(ends[1])
    with open(ends[0]) as answer:
        seconds = float(answer.read())
    os.waitpid(child, 0)
    return seconds


def made(change, key, topics):
    """The change itself, without what the desk would do around it."""
    state = Report.State
    if change == "retagged":
        ReportTopic.objects.filter(content_object=key).delete()
        rows = [ReportTopic(id=uuid4(), content_object_id=key, tag_id=topic) for topic in topics]
        ReportTopic.objects.bulk_create(rows)
    elif change == "withdrawn":
        Report.objects.filter(pk=key).update(
            state=state.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason="Wrong."
        )
    else:
        Report.objects.filter(pk=key).update(state=state.PUBLISHED, withdrawn_at=None, withdrawal_reason="")


def of_a_draft(key):
    """What it adds to a draft that is saved: the queries of one that was never public, and seconds."""
    draft = Report.objects.create(title="A draft", slug="a-draft", type_id=Report.objects.get(pk=key).type_id)
    queries = []
    with connection.execute_wrapper(lambda execute, *call: queries.append(call[0]) or execute(*call)):
        begun = time.perf_counter()
        relating.refresh([draft.pk])
        seconds = time.perf_counter() - begun
    draft.delete()
    assert all(query.startswith("SELECT") for query in queries), queries
    return {"queries": len(queries), "seconds": seconds}
