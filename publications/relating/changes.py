"""What a change of few reports does to the sidebars of all: they are computed anew, and whoever they come near."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from django.db import transaction

from publications.models import (
    Candidates,
    ComparedReports,
    RelatingWeights,
    Report,
    ReportTerms,
    ReportTopic,
    TermUsers,
    TopicCarriers,
)
from publications.related.scoring import CONSIDERED, day_of, kept, language_of
from publications.relating.entries import Outcome, write
from publications.relating.everything import Limits
from publications.relating.nearby import Nearby, changed_beside
from publications.relating.packing import CARRIER, COMPARED, TERM, USER, block_of, parted, range_of, replace, stored
from publications.relating.reading import barred, public
from publications.relating.surroundings import Found, Known, Surroundings, vector_of

BATCH = 500


@transaction.atomic
def compute(in_force: RelatingWeights, changed: set[int], now: datetime, limits: Limits) -> Outcome:
    before, after = known_until_now(changed), known_now(changed, now)
    around = Surroundings(in_force, after.values(), changed)
    look_for(around, [*before.values(), *after.values()])
    nearby = Nearby(around, before.values(), after.values())
    away = barred(changed | set(nearby.keys))
    made, anew = changed_beside(around, nearby, away, limits)
    scratch = [*after.values(), *anew]
    look_for(around, scratch)
    for one in scratch:
        made[one.key] = one, around.around(one, away.get(one.key, set()), limits.depth)
    outcome = write(entries_beside(around, made, now, limits) | {key: [] for key in changed - after.keys()})
    keep(made, changed, after)
    keep_carriers(changed, before, after)
    keep_users(in_force, changed, before, after)
    return outcome


def known_until_now(keys: Iterable[int]) -> dict[int, Known]:
    """Reports as they were computed last."""
    rest = {pk: row for pk, *row in Candidates.objects.filter(pk__in=keys).values_list("pk", "topics", "vector")}
    compared = stored(ComparedReports, set(block_of(np.array(sorted(rest), np.int64)).tolist()), COMPARED)
    return {
        pk: Known(pk, day, language.decode(), topics_in(rest[pk][0]), np.frombuffer(bytes(rest[pk][1]), TERM))
        for pk, day, language, *_ in compared[np.isin(compared["report"], list(rest))].tolist()
    }


def topics_in(packed) -> frozenset[int]:
    return frozenset(np.frombuffer(bytes(packed), np.int64).tolist())


def known_now(keys: Iterable[int], now: datetime) -> dict[int, Known]:
    """Those of these that are live or scheduled, as they are."""
    topics = defaultdict(set)
    for report, topic in ReportTopic.objects.filter(content_object__in=keys).values_list("content_object", "tag"):
        topics[report].add(topic)
    terms = dict(ReportTerms.objects.filter(pk__in=keys).values_list("pk", "terms"))
    columns = ["pk", "slug", "language", "date", "date_precision"]
    made = {}
    for pk, slug, tag, date, precision in public(now).filter(pk__in=keys).values_list(*columns):
        language = language_of(tag)
        vector = vector_of(bytes(terms[pk]), language)
        made[pk] = Known(pk, day_of(date, precision), language, frozenset(topics[pk]), vector, slug)
    return made


def look_for(around: Surroundings, ones: list[Known]) -> None:
    around.look_for_topics(topic for one in ones for topic in one.topics)
    around.look_for_terms(np.concatenate([np.zeros(0, "<u4"), *(one.head["key"] for one in ones)]))


def entries_beside(around: Surroundings, made, now: datetime, limits: Limits) -> dict[int, list]:
    waiting = list(Report.objects.scheduled(now).order_by().values_list("pk", flat=True))
    around.look_for_rarities(topic for one, _ in made.values() for topic in one.topics)
    found = [of.considered for _, of in made.values()]
    considered = np.concatenate([np.zeros(0, CONSIDERED), *found])
    first = np.cumsum([0, *map(len, found)])
    days = np.array([one.day for one, _ in made.values()], np.int64)
    own = np.array([sum(around.rarities[topic] for topic in one.topics) for one, _ in made.values()], np.int64)
    is_live = ~np.isin(considered["report"], waiting)
    entries = kept(considered, first, days, own, is_live, limits.places, limits.pool)
    return dict(zip(made, entries, strict=True))


# What is stored


def keep(made: dict[int, tuple[Known, Found]], changed: set[int], after) -> None:
    rows, compared = [], np.concatenate([np.zeros(0, COMPARED), *(one.compared for one, _ in made.values())])
    for place, (key, (one, of)) in enumerate(made.items()):
        compared["topic_floor"][place], compared["term_floor"][place] = of.topic_floor, of.term_floor
        topics = np.array(sorted(one.topics), np.int64).tobytes()
        rows.append(Candidates(key, topics, one.vector.tobytes(), of.considered.tobytes()))
    Candidates.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["report"],
        update_fields=["topics", "vector", "considered"],
    )
    put(ComparedReports, COMPARED, changed | made.keys(), compared, block_of)
    for model in [Candidates, ReportTerms]:
        model.objects.filter(pk__in=changed - after.keys()).delete()


def put(model, kind, gone: set[int], new: np.ndarray, number_of) -> None:
    """Store these rows by number, and nothing else of these reports in the numbers in which they can be."""
    touched = dict.fromkeys(number_of(np.array(sorted(gone), np.int64)).tolist(), np.zeros(0, kind))
    replace(model, kind, gone, touched | dict(parted(new, number_of(new["report"]))))


def keep_carriers(changed: set[int], before: dict[int, Known], after: dict[int, Known]) -> None:
    """Of the topics that somebody gained or lost."""
    topics = set()
    for key in changed:
        topics |= topics_of(before, key) ^ topics_of(after, key)
    new = {topic: np.array([(key,) for key, one in after.items() if topic in one.topics], CARRIER) for topic in topics}
    replace(TopicCarriers, CARRIER, changed, new)


def topics_of(ones: dict[int, Known], key: int) -> frozenset[int]:
    return ones[key].topics if key in ones else frozenset()


def keep_users(in_force: RelatingWeights, changed: set[int], before: dict[int, Known], after: dict[int, Known]) -> None:
    """Of the ranges in which the terms of those that changed lie, or lay."""
    none = np.zeros(0, USER)
    old = np.concatenate([none, *(one.users for one in before.values())])
    new = np.concatenate([none, *(one.users for one in after.values())])
    touched = dict.fromkeys(range_of(old["key"], in_force.term_bits).tolist(), none)
    replace(TermUsers, USER, changed, touched | dict(parted(new, range_of(new["key"], in_force.term_bits))))
