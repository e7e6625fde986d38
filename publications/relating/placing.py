"""The whole order of what may stand beside one report, further down than is shown: who is where in it, and by what."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from django.utils import timezone

from publications.models import RelatingWeights, Report
from publications.related.corpus import Corpus
from publications.related.scoring import CONSIDERED, Kept, day_of, kept, language_of, shares
from publications.related.weights import weigh
from publications.relating.everything import Limits
from publications.relating.reading import UNSAVED, facts_with, terms_by_key, terms_of
from publications.relating.surroundings import Known, Surroundings, vector_of


class Share(NamedTuple):
    """What the topics and what the words bring to a score, nearness in time counted in; both make it up."""

    topics: float
    words: float


@dataclass(frozen=True)
class Outside:
    """How far a live report is from being considered: its places by topics and by words among all live ones that share
    a topic, from 1; by words None where no strong term is shared."""

    sharing: int
    by_topics: int
    by_words: int | None


@dataclass
class Order:
    """What may stand beside `one` among live reports, the best first."""

    one: Known
    entries: list[Kept] = field(default_factory=list)
    considered: np.ndarray = field(default_factory=lambda: np.zeros(0, CONSIDERED))
    own: int = 0
    around: Surroundings | None = None
    # Who may not be computed here, and who is not live yet.
    barred: Collection[int] = frozenset()
    waiting: Collection[int] = frozenset()

    def place_of(self, key: int) -> int | None:
        """From 1; None for what is not considered."""
        places = (place for place, entry in enumerate(self.entries, 1) if entry.related == key)
        return next(places, None)

    def shares_of(self, key: int) -> Share:
        row = self.considered[self.considered["report"] == key]
        near, topics, words = (float(some[0]) for some in shares(row, self.one.day, self.own))
        return Share(near * topics, near * words)

    def outside(self, key: int) -> Outside | None:
        """Of a live report that is in no pool; None where it shares no topic as far as relating knows."""
        around = self.around
        if around is None or key not in around.compared["report"]:
            return None
        shared, heads = around.shared(self.one.topics), around.products(self.one)
        away = [self.one.key, *self.barred, *self.waiting]
        others = np.flatnonzero((shared > 0) & ~np.isin(around.compared["report"], away))
        if key not in around.compared["report"][others]:
            return None
        return Outside(len(others), self.place(key, others, shared), self.place(key, others[heads[others] > 0], heads))

    def place(self, key: int, others: np.ndarray, value: np.ndarray) -> int | None:
        """From 1, among these by this value; of those that tie with it alone the order must be known."""
        mine = np.flatnonzero(self.around.compared["report"][others] == key)
        if not len(mine):
            return None
        ranks = self.around.ranks(self.one, value[others], others)
        tied = self.around.in_order(others[ranks == ranks[mine[0]]])
        before = np.flatnonzero(self.around.compared["report"][tied] == key)[0]
        return int(np.count_nonzero(ranks > ranks[mine[0]]) + before) + 1


def known(report: Report, terms: bytes) -> Known:
    """A report in memory, as it is compared; `terms`: what it says."""
    topics = frozenset(row.tag_id for row in report.report_topics.all())
    language, day = language_of(report.language), day_of(report.date, report.date_precision)
    return Known(report.pk or UNSAVED, day, language, topics, vector_of(terms, language), report.slug)


def order(report: Report, barred: Collection[int], limits: Limits, anew: bool = False) -> Order:
    """Whatever of it is stored. Under the weights in force; or, with `anew`, under those that its going live brings."""
    terms = terms_of(report)
    one, in_force = known(report, terms), RelatingWeights.objects.filter(pk=1).first()
    if in_force is None:
        return Order(one)
    around = Surroundings(in_force, [one], [])
    considered = around.around(one, set(barred), limits.depth).considered
    around.look_for_rarities(one.topics)
    own = sum(around.rarities[topic] for topic in one.topics)
    if anew:
        considered, own = weighed_anew(report, one.key, terms, barred, limits)
    waiting = set(Report.objects.scheduled(timezone.now()).order_by().values_list("pk", flat=True))
    is_live = ~np.isin(considered["report"], list(waiting))
    # As many places as there are candidates: nobody falls off.
    size = len(considered)
    (everyone,) = kept(
        considered, np.array([0, size]), np.array([one.day]), np.array([own]), is_live, size + 1, limits.pool
    )
    live = [entry for entry in everyone if entry.related not in waiting]
    return Order(one, live, considered, own, around, barred, waiting)


def weighed_anew(report: Report, key: int, terms: bytes, barred: Collection[int], limits: Limits):
    """What is considered beside it once it is live and all is weighed again, and the rarity of all of its topics."""
    facts = facts_with(report, timezone.now())
    all_terms = dict(zip(facts.keys.tolist(), terms_by_key(facts.keys), strict=True)) | {key: terms}

    def read(keys):
        return [all_terms[one] for one in keys.tolist()]

    corpus = Corpus(facts, weigh(facts, read), read, {key: set(barred)}, limits.depth)
    number = facts.numbers(np.array([key]))
    return corpus.beside(number).considered, int(corpus.own[number[0]])
