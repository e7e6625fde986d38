"""What lies around a few reports: who shares topics or terms with them, as sidebars were computed last."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from publications.models import Candidates, ComparedReports, RelatingWeights, Report, TermUsers, TopicCarriers
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
from publications.relating.packing import CARRIER, COMPARED, TERM, USER, block_of, range_of, stored

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

    @property
    def users(self) -> np.ndarray:
        """As it is stored among those who look by a term for candidates."""
        rows = np.zeros(len(self.head), USER)
        rows["key"], rows["strength"], rows["report"] = self.head["key"], self.head["strength"], self.key
        return rows

    @property
    def compared(self) -> np.ndarray:
        """As others are compared with it: one row, without floors."""
        return np.array([(self.key, self.day, self.language.encode(), NO_FLOOR, NO_FLOOR)], COMPARED)


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
        self.without = np.array(sorted({*without, *self.instead}), np.int64)
        self.rarities, self.slugs = {}, {key: one.slug for key, one in self.instead.items()}
        self.vectors = {key: one.vector for key, one in self.instead.items()}
        # COMPARED rows by key; USER rows by term; of a topic the keys of those who carry it, and their places here.
        self.compared, self.users = np.zeros(0, COMPARED), np.zeros(0, USER)
        self.carriers, self.places = {}, {}
        self.blocks, self.ranges = set(), set()
        self.put(one.compared for one in self.instead.values())

    # Topics

    def look_for_topics(self, topics: Iterable[int]) -> None:
        """Make sure that who carries these is known."""
        new = set(topics) - self.carriers.keys()
        if not new:
            return
        self.look_for_rarities(new)
        until_now = dict(TopicCarriers.objects.filter(pk__in=new).values_list("pk", "reports"))
        for topic in new:
            reports = self.but_for_changed(np.frombuffer(bytes(until_now.get(topic, b"")), CARRIER))["report"]
            mine = [one.key for one in self.instead.values() if topic in one.topics]
            self.carriers[topic] = np.concatenate([reports, np.array(mine, "<u4")])
        self.look_for_reports(np.concatenate([self.carriers[topic] for topic in new]))

    def look_for_rarities(self, topics: Iterable[int]) -> None:
        missing = set(topics) - self.rarities.keys()
        if missing:
            weights = weighing.topics_in_force(self.in_force, missing)
            self.rarities |= {topic: weights.rarity(topic) for topic in missing}

    def look_for_reports(self, keys: np.ndarray) -> None:
        numbers = set(np.unique(block_of(keys)).tolist()) - self.blocks
        if numbers:
            self.blocks |= numbers
            self.put([self.but_for_changed(stored(ComparedReports, numbers, COMPARED))])

    def put(self, rows: Iterable[np.ndarray]) -> None:
        self.compared = np.concatenate([self.compared, *rows])
        self.compared = self.compared[np.argsort(self.compared["report"])]
        self.places.clear()

    def but_for_changed(self, rows: np.ndarray) -> np.ndarray:
        return rows[~np.isin(rows["report"], self.without)]

    def at(self, keys: np.ndarray) -> np.ndarray:
        """The places of these, all of which are here."""
        return np.searchsorted(self.compared["report"], keys)

    def shared(self, topics: Iterable[int]) -> np.ndarray:
        """Of everyone here the rarities of those of these topics that they carry."""
        found = np.zeros(len(self.compared), np.int64)
        for topic in topics:
            if topic not in self.places:
                self.places[topic] = self.at(self.carriers[topic])
            found[self.places[topic]] += self.rarities[topic]
        return found

    def ranks(self, one: Known, value: np.ndarray, places: np.ndarray) -> np.ndarray:
        """By what these stand beside this report, and it beside them: both are alike."""
        others = self.compared[places]
        near = nearness(others["day"] - one.day)
        return near * value - BEHIND * (others["language"] != one.language.encode())

    # Terms

    def look_for_terms(self, keys: np.ndarray) -> None:
        """Make sure that who looks for these is known."""
        numbers = set(self.ranges_of(keys).tolist()) - self.ranges
        if not numbers:
            return
        self.ranges |= numbers
        mine = np.concatenate([np.zeros(0, USER), *(one.users for one in self.instead.values())])
        mine = mine[np.isin(self.ranges_of(mine["key"]), list(numbers))]
        self.users = np.concatenate([self.users, self.but_for_changed(stored(TermUsers, numbers, USER)), mine])
        self.users = self.users[np.argsort(self.users["key"], kind="stable")]

    def ranges_of(self, keys: np.ndarray) -> np.ndarray:
        return range_of(keys, self.in_force.term_bits)

    def products(self, one: Known) -> np.ndarray:
        """Of everyone here the product over the terms by which both look for candidates."""
        found = np.zeros(len(self.compared), np.int64)
        if not len(found):
            return found
        first, last = (np.searchsorted(self.users["key"], one.head["key"], side) for side in ("left", "right"))
        for start, end, strength in zip(first.tolist(), last.tolist(), one.head["strength"].tolist(), strict=True):
            some = self.users[start:end]
            places = np.minimum(self.at(some["report"]), len(found) - 1)
            here = self.compared["report"][places] == some["report"]
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
        may = (shared > 0) & ~np.isin(self.compared["report"], [one.key, *barred])
        by_topics, topic_floor = self.down_to(one, np.flatnonzero(may), shared, depth)
        by_terms, term_floor = self.down_to(one, np.flatnonzero(may & (products > 0)), products, depth)
        both = self.in_order(np.union1d(by_topics, by_terms))
        others = self.compared[both]
        made = np.zeros(len(both), CONSIDERED)
        made["report"], made["day"], made["shared"] = others["report"], others["day"], shared[both]
        made["says"] = self.says(one, others["report"])
        made["how"] |= BY_TOPICS * np.isin(both, by_topics).astype(np.uint8)
        made["how"] |= BY_TERMS * np.isin(both, by_terms).astype(np.uint8)
        made["how"] |= OTHER_LANGUAGE * (others["language"] != one.language.encode()).astype(np.uint8)
        found = made["how"] & BY_TERMS > 0
        made["head"][found] = products[both[found]]
        return Found(made, topic_floor, term_floor)

    def down_to(self, one: Known, places: np.ndarray, value: np.ndarray, depth: int) -> tuple[np.ndarray, int]:
        """The best `depth` of these, and the rank of the last if there are more."""
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
        others = self.compared[places]
        slugs = self.slugs_of(others["report"].tolist())
        days = others["day"].tolist()
        return places[sorted(range(len(places)), key=lambda place: (-days[place], slugs[place]))]

    def slugs_of(self, keys: Iterable[int]) -> list[str]:
        keys = list(keys)
        missing = [key for key in keys if key not in self.slugs]
        for start in range(0, len(missing), BATCH):
            self.slugs |= dict(Report.objects.filter(pk__in=missing[start : start + BATCH]).values_list("pk", "slug"))
        return [self.slugs[key] for key in keys]
