"""What a change of few reports does to the sidebars of all: they are computed anew, and whoever they come near."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from django.db import transaction

from publications.models import Candidates, Neighbourhood, RelatingWeights, Report, ReportTerms, ReportTopic, TermUsers
from publications.related.scoring import (
    BY_TERMS,
    BY_TOPICS,
    CONSIDERED,
    NO_FLOOR,
    OTHER_LANGUAGE,
    day_of,
    kept,
    language_of,
    rank,
)
from publications.relating.entries import Outcome, write
from publications.relating.everything import TERM, USER, Limits
from publications.relating.reading import barred, public
from publications.relating.surroundings import Found, Known, Surroundings, users_of, vector_of

BATCH = 500


@transaction.atomic
def compute(in_force: RelatingWeights, changed: set[int], now: datetime, limits: Limits) -> Outcome:
    before, after = known_until_now(changed), known_now(changed, now)
    around = Surroundings(in_force, after.values(), changed)
    nearby = near(around, [*before.values(), *after.values()])
    away = barred(changed | nearby.keys())
    made, anew = changed_beside(around, nearby, changed, after, away, limits)
    scratch = [*after.values(), *anew]
    look_for(around, scratch)
    for one in scratch:
        made[one.key] = one, around.around(one, away.get(one.key, set()), limits.depth)
    outcome = write(entries_beside(around, made, now, limits) | {key: [] for key in changed - after.keys()})
    keep(made)
    forget(changed - after.keys())
    keep_users(in_force, changed, [*before.values(), *after.values()], after)
    return outcome


def known_until_now(keys: Iterable[int]) -> dict[int, Known]:
    """Reports as they were computed last."""
    facts = Neighbourhood.objects.filter(pk__in=keys).values_list("pk", "day", "language")
    rest = {pk: row for pk, *row in Candidates.objects.filter(pk__in=keys).values_list("pk", "topics", "vector")}
    return {
        pk: Known(pk, day, language, topics_in(rest[pk][0]), np.frombuffer(bytes(rest[pk][1]), TERM))
        for pk, day, language in facts
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


def near(around: Surroundings, ones: list[Known]) -> dict[int, set[int]]:
    """{report: those of `ones` that come, or came, among what is considered beside it}"""
    look_for(around, ones)
    others = ~np.isin(around.keys, list(around.without))
    nearby = defaultdict(set)
    for one in ones:
        shared = around.shared(one.topics)
        sharing = np.flatnonzero(others & (shared > 0))
        heads = around.products(one)[sharing]
        enters = around.ranks(one, shared[sharing], sharing) >= around.topic_floors[sharing]
        enters |= (heads > 0) & (around.ranks(one, heads, sharing) >= around.term_floors[sharing])
        for key in around.keys[sharing[enters]].tolist():
            nearby[key].add(one.key)
    return nearby


def look_for(around: Surroundings, ones: list[Known]) -> None:
    around.look_for_topics(topic for one in ones for topic in one.topics)
    around.look_for_terms(np.concatenate([np.zeros(0, "<u4"), *(one.head["key"] for one in ones)]))


def changed_beside(around, nearby, changed, after, away, limits) -> tuple[dict[int, tuple[Known, Found]], list[Known]]:
    """({report: (itself, what is considered beside it from now on)}, those that must be looked at from scratch)"""
    made, anew = {}, []
    says = said(around, nearby, after)
    stored = Candidates.objects.filter(pk__in=list(nearby)).values_list("pk", "topics", "vector", "considered")
    for pk, topics, vector, packed in stored:
        place = int(np.searchsorted(around.keys, pk))
        one = Known(
            pk,
            int(around.days[place]),
            around.languages[place],
            topics_in(topics),
            np.frombuffer(bytes(vector), TERM),
        )
        around.vectors[pk] = one.vector
        had = Found(
            np.frombuffer(bytes(packed), CONSIDERED), int(around.topic_floors[place]), int(around.term_floors[place])
        )
        news = [key for key in nearby[pk] if key in after and key not in away.get(pk, ())]
        rows = [row_beside(one, after[key], around, says[key, pk]) for key in news]
        now = replaced(around, one, had, changed, [row for row in rows if row["shared"]], limits)
        if now is None:
            anew.append(one)
        else:
            made[pk] = one, now
    return made, anew


def said(around, nearby, after) -> dict[tuple[int, int], int]:
    """{(one that changed, a report): the product of their vectors}"""
    pairs = defaultdict(list)
    for key, ones in nearby.items():
        for one in ones & after.keys():
            pairs[one].append(key)
    found = {}
    for one, keys in pairs.items():
        says = around.says(after[one], np.array(keys, np.int64)).tolist()
        found |= {(one, key): value for key, value in zip(keys, says, strict=True)}
    return found


def row_beside(one: Known, other: Known, around: Surroundings, says: int) -> np.ndarray:
    made = np.zeros(1, CONSIDERED)
    made["report"], made["day"], made["says"] = other.key, other.day, says
    made["shared"] = sum(around.rarities[topic] for topic in one.topics & other.topics)
    _, mine, theirs = np.intersect1d(one.head["key"], other.head["key"], assume_unique=True, return_indices=True)
    strengths = one.head["strength"][mine].astype(np.int64) * other.head["strength"][theirs]
    made["head"] = strengths.sum()
    made["how"] = OTHER_LANGUAGE * (one.language != other.language)
    return made


def replaced(around, one: Known, had: Found, gone: set[int], rows: list[np.ndarray], limits: Limits) -> Found | None:
    """What is considered without those that are gone, and with these; None where others may belong there too."""
    stays = had.considered[~np.isin(had.considered["report"], list(gone))]
    floors = {BY_TOPICS: had.topic_floor, BY_TERMS: had.term_floor}
    everyone = in_order(around, np.concatenate([stays, *rows]))
    is_new = np.isin(everyone["report"], list(gone))
    for by, value in [(BY_TOPICS, "shared"), (BY_TERMS, "head")]:
        ranks = rank(everyone, one.day, by)
        comes = is_new & (everyone[value] > 0) & (ranks > floors[by])
        if np.any(is_new & (everyone[value] > 0) & (ranks == floors[by])):
            # Who comes first of those that tie with the last cannot be told from here.
            return None
        everyone["how"][comes] |= by
        order = found(everyone["how"], ranks, by)
        if len(order) < limits.pool and floors[by] != NO_FLOOR:
            return None
        if len(order) > limits.depth:
            everyone["how"][order[limits.depth :]] &= ~np.uint8(by)
            floors[by] = int(ranks[order[limits.depth - 1]])
    everyone["head"][everyone["how"] & BY_TERMS == 0] = 0
    everyone = everyone[everyone["how"] & (BY_TOPICS | BY_TERMS) > 0]
    return Found(everyone, floors[BY_TOPICS], floors[BY_TERMS])


def found(how: np.ndarray, ranks: np.ndarray, by: int) -> np.ndarray:
    """The places of those found so, the best first."""
    places = np.flatnonzero(how & by)
    return places[np.argsort(-ranks[places], kind="stable")]


def in_order(around: Surroundings, rows: np.ndarray) -> np.ndarray:
    """In the order that breaks ties. Slugs are looked up where days are equal."""
    rows = rows[np.argsort(-rows["day"].astype(np.int64), kind="stable")]
    days, again = np.unique(rows["day"], return_counts=True)
    tied = np.isin(rows["day"], days[again > 1])
    keys = rows["report"][tied].tolist()
    slugs = dict(zip(keys, around.slugs_of(keys), strict=True))
    order = sorted(
        range(len(rows)), key=lambda place: (-int(rows["day"][place]), slugs.get(int(rows["report"][place]), ""))
    )
    return rows[order]


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


def keep(made: dict[int, tuple[Known, Found]]) -> None:
    facts, rest = [], []
    for key, (one, of) in made.items():
        facts.append(Neighbourhood(key, one.day, one.language, of.topic_floor, of.term_floor))
        topics = np.array(sorted(one.topics), np.int64).tobytes()
        rest.append(Candidates(key, topics, one.vector.tobytes(), of.considered.tobytes()))
    for model, rows, fields in [
        (Neighbourhood, facts, ["day", "language", "topic_floor", "term_floor"]),
        (Candidates, rest, ["topics", "vector", "considered"]),
    ]:
        model.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["report"], update_fields=fields
        )


def forget(keys: set[int]) -> None:
    for model in [Neighbourhood, Candidates, ReportTerms]:
        model.objects.filter(pk__in=keys).delete()


def keep_users(in_force: RelatingWeights, changed: set[int], ones: list[Known], after: dict[int, Known]) -> None:
    """Bring the ranges up to date in which the terms of those that changed lie, or lay."""
    new = np.concatenate([np.zeros(0, USER), *map(users_of, after.values())])
    shift = 32 - in_force.term_bits
    numbers = {int(key) >> shift for one in ones for key in one.head["key"].tolist()}
    stored = {pk: bytes(users) for pk, users in TermUsers.objects.filter(pk__in=numbers).values_list("pk", "users")}
    rows = []
    for number in sorted(numbers):
        users = np.frombuffer(stored.get(number, b""), USER)
        users = users[~np.isin(users["report"], list(changed))]
        mine = new[(new["key"].astype(np.int64) >> shift) == number]
        rows.append(TermUsers(number, np.concatenate([users, mine]).tobytes()))
    TermUsers.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["number"], update_fields=["users"]
    )
