"""What lies around a few reports: who shares topics or terms with them, as sidebars were computed last."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from publications.models import Candidates, Neighbourhood, RelatingWeights, Report, ReportTopic, TermUsers
from publications.related.scoring import (
    BEHIND,
    BY_TERMS,
    BY_TOPICS,
    CONSIDERED,
    NO_FLOOR,
    OTHER_LANGUAGE,
    nearness,
    vectors,
)
from publications.related.terms import unpacked
from publications.relating import weighing
from publications.relating.everything import TERM, USER
from publications.relating.reading import carried

BATCH = 5000


@dataclass(frozen=True)
class Known:
    """A report as it is compared. `vector`: TERM rows, the strongest first."""

    key: int
    day: int
    language: str
    topics: frozenset[int]
    vector: np.ndarray
    slug: str = ""

    @property
    def head(self) -> np.ndarray:
        return self.vector[self.vector["is_head"] > 0]


@dataclass(frozen=True)
class Found:
    """What is considered beside a report, in the order that breaks ties, and the ranks below which nothing changes."""

    considered: np.ndarray
    topic_floor: int = NO_FLOOR
    term_floor: int = NO_FLOOR


def vector_of(terms: bytes, language: str) -> np.ndarray:
    """The vector of a text under the weights in force, as TERM rows."""
    weights = weighing.term_weights(language, unpacked(terms)["key"])
    made = vectors([terms], weights)
    used = np.count_nonzero(made.weights[0])
    rows = np.zeros(used, TERM)
    rows["key"] = weights.keys[made.terms[0, :used]]
    rows["strength"], rows["is_head"] = made.weights[0, :used], made.heads[0, :used]
    return rows


class Surroundings:
    """`instead`: reports that stand here as they are now, whatever was stored of them. Those of `without` stand
    nowhere."""

    def __init__(self, in_force: RelatingWeights, instead: Iterable[Known], without: Iterable[int]):
        self.in_force = in_force
        self.instead = {one.key: one for one in instead}
        self.without = set(without) | self.instead.keys()
        self.rarities, self.slugs = {}, {key: one.slug for key, one in self.instead.items()}
        self.users, self.ranges = np.zeros(0, USER), set()
        self.loaded, self.carrying = set(), []
        self.keys = self.days = self.topic_floors = self.term_floors = np.zeros(0, np.int64)
        self.languages = np.zeros(0, object)
        self.carriers = defaultdict(lambda: np.zeros(0, np.int64))
        self.vectors = {key: one.vector for key, one in self.instead.items()}

    # Topics

    def look_for_topics(self, topics: Iterable[int]) -> None:
        """Make sure that who carries these is known."""
        new = set(topics) - self.loaded
        if not new:
            return
        self.loaded |= new
        self.look_for_rarities(new)
        rows = ReportTopic.objects.filter(tag__in=new)
        reports, tags = carried(rows)
        self.add(Neighbourhood.objects.filter(pk__in=rows.order_by().values("content_object")))
        mine = [(one.key, topic) for one in self.instead.values() for topic in one.topics & new]
        stored = ~np.isin(reports, list(self.without))
        reports = np.concatenate([reports[stored], np.array([key for key, _ in mine], np.int64)])
        tags = np.concatenate([tags[stored], np.array([topic for _, topic in mine], np.int64)])
        places = np.minimum(np.searchsorted(self.keys, reports), max(len(self.keys) - 1, 0))
        here = self.keys[places] == reports if len(self.keys) else np.zeros(len(reports), bool)
        self.carrying.append((reports[here], tags[here]))
        self.file()

    def look_for_rarities(self, topics: Iterable[int]) -> None:
        missing = set(topics) - self.rarities.keys()
        weights = weighing.topics_in_force(self.in_force, missing)
        self.rarities |= {topic: weights.rarity(topic) for topic in missing}

    def add(self, rows) -> None:
        columns = rows.exclude(pk__in=self.without).order_by()
        found = list(columns.values_list("pk", "day", "language", "topic_floor", "term_floor"))
        known = set(self.keys.tolist())
        found = [row for row in found if row[0] not in known]
        found += [
            (one.key, one.day, one.language, NO_FLOOR, NO_FLOOR)
            for one in self.instead.values()
            if one.key not in known
        ]
        if not found:
            return
        keys, days, languages, topic_floors, term_floors = zip(*found, strict=True)
        keys = np.concatenate([self.keys, np.array(keys, np.int64)])
        order = np.argsort(keys)
        self.keys = keys[order]
        self.days = np.concatenate([self.days, np.array(days, np.int64)])[order]
        self.languages = np.concatenate([self.languages, np.array(languages, object)])[order]
        self.topic_floors = np.concatenate([self.topic_floors, np.array(topic_floors, np.int64)])[order]
        self.term_floors = np.concatenate([self.term_floors, np.array(term_floors, np.int64)])[order]

    def file(self) -> None:
        reports = np.concatenate([reports for reports, _ in self.carrying])
        tags = np.concatenate([tags for _, tags in self.carrying])
        order = np.argsort(tags, kind="stable")
        places, tags = np.searchsorted(self.keys, reports[order]), tags[order]
        found, first = np.unique(tags, return_index=True)
        self.carriers.clear()
        self.carriers.update(zip(found.tolist(), np.split(places, first[1:]), strict=bool(len(found))))

    def shared(self, topics: Iterable[int]) -> np.ndarray:
        """Of everyone here the rarities of those of these topics that they carry."""
        found = np.zeros(len(self.keys), np.int64)
        for topic in topics:
            found[self.carriers[topic]] += self.rarities[topic]
        return found

    def ranks(self, one: Known, value: np.ndarray, places: np.ndarray) -> np.ndarray:
        """By what these stand beside this report, and it beside them: both are alike."""
        near = nearness(self.days[places] - one.day)
        return near * value - BEHIND * (self.languages[places] != one.language)

    # Terms

    def look_for_terms(self, keys: np.ndarray) -> None:
        """Make sure that who looks for these is known."""
        numbers = set((keys.astype(np.int64) >> (32 - self.in_force.term_bits)).tolist()) - self.ranges
        if not numbers:
            return
        self.ranges |= numbers
        stored = TermUsers.objects.filter(pk__in=numbers).values_list("users", flat=True)
        rows = np.frombuffer(b"".join(map(bytes, stored)), USER)
        rows = rows[~np.isin(rows["report"], list(self.without))]
        mine = [users_of(one) for one in self.instead.values()]
        mine = np.concatenate([np.zeros(0, USER), *mine])
        mine = mine[np.isin(mine["key"].astype(np.int64) >> (32 - self.in_force.term_bits), list(numbers))]
        self.users = np.concatenate([self.users, rows, mine])
        self.users = self.users[np.argsort(self.users["key"], kind="stable")]

    def products(self, one: Known) -> np.ndarray:
        """Of everyone here the product over the terms by which both look for candidates."""
        head = np.sort(one.head, order="key")
        found = np.zeros(len(self.keys), np.int64)
        if not len(head) or not len(self.keys):
            return found
        first, last = (np.searchsorted(self.users["key"], head["key"], side) for side in ("left", "right"))
        for start, end, strength in zip(first.tolist(), last.tolist(), head["strength"].tolist(), strict=True):
            some = self.users[start:end]
            places = np.minimum(np.searchsorted(self.keys, some["report"]), len(self.keys) - 1)
            here = self.keys[places] == some["report"]
            # Nobody uses a term twice.
            found[places[here]] += some["strength"][here].astype(np.int64) * strength
        return found

    def says(self, one: Known, others: np.ndarray) -> np.ndarray:
        """The products of its vector and those of these reports, given by key."""
        self.look_for_vectors(others)
        own = np.sort(one.vector, order="key")
        if not len(own) or not len(others):
            return np.zeros(len(others), np.int64)
        theirs = [self.vectors[key] for key in others.tolist()]
        owners = np.repeat(np.arange(len(others)), [len(some) for some in theirs])
        terms = np.concatenate(theirs)
        places = np.minimum(np.searchsorted(own["key"], terms["key"]), len(own) - 1)
        both = own["key"][places] == terms["key"]
        products = own["strength"][places][both].astype(np.int64) * terms["strength"][both]
        return np.bincount(owners[both], products, len(others)).astype(np.int64)

    def look_for_vectors(self, keys: np.ndarray) -> None:
        missing = [key for key in keys.tolist() if key not in self.vectors]
        for start in range(0, len(missing), BATCH):
            rows = Candidates.objects.filter(pk__in=missing[start : start + BATCH]).values_list("pk", "vector")
            self.vectors |= {pk: np.frombuffer(bytes(vector), TERM) for pk, vector in rows}

    # What stands beside a report

    def around(self, one: Known, barred: set[int], depth: int) -> Found:
        """From scratch, among all who share a topic with it."""
        self.look_for_topics(one.topics)
        self.look_for_terms(one.head["key"])
        shared, products = self.shared(one.topics), self.products(one)
        may = (shared > 0) & ~np.isin(self.keys, [one.key, *barred])
        by_topics, topic_floor = self.down_to(one, np.flatnonzero(may), shared, depth)
        by_terms, term_floor = self.down_to(one, np.flatnonzero(may & (products > 0)), products, depth)
        both = self.in_order(np.union1d(by_topics, by_terms))
        made = np.zeros(len(both), CONSIDERED)
        made["report"], made["day"], made["shared"] = self.keys[both], self.days[both], shared[both]
        made["says"] = self.says(one, self.keys[both])
        made["how"] |= BY_TOPICS * np.isin(both, by_topics).astype(np.uint8)
        made["how"] |= BY_TERMS * np.isin(both, by_terms).astype(np.uint8)
        made["how"] |= OTHER_LANGUAGE * (self.languages[both] != one.language).astype(np.uint8)
        found = made["how"] & BY_TERMS > 0
        made["head"][found] = products[both[found]]
        return Found(made, topic_floor, term_floor)

    def down_to(self, one: Known, places: np.ndarray, value: np.ndarray, depth: int) -> tuple[np.ndarray, int]:
        ranks = self.ranks(one, value[places], places)
        if len(places) <= depth:
            return places, NO_FLOOR
        # With all that tie with the last.
        floor = int(np.partition(ranks, -depth)[-depth])
        first = places[ranks > floor]
        last = self.in_order(places[ranks == floor])
        return np.concatenate([first, last[: depth - len(first)]]), floor

    def in_order(self, places: np.ndarray) -> np.ndarray:
        """In the order that breaks ties: newer date first, then slug by code point."""
        days, slugs = self.days[places], self.slugs_of(self.keys[places].tolist())
        return places[sorted(range(len(places)), key=lambda place: (-days[place], slugs[place]))]

    def slugs_of(self, keys: list[int]) -> list[str]:
        missing = [key for key in keys if key not in self.slugs]
        for start in range(0, len(missing), BATCH):
            self.slugs |= dict(Report.objects.filter(pk__in=missing[start : start + BATCH]).values_list("pk", "slug"))
        return [self.slugs[key] for key in keys]


def users_of(one: Known) -> np.ndarray:
    rows = np.zeros(len(one.head), USER)
    rows["key"], rows["strength"], rows["report"] = one.head["key"], one.head["strength"], one.key
    return rows
