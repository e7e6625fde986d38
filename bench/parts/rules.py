"""The rules by which others relate publications, and parts of ours, in plain numpy over what the database holds.

A rule is given a publication's place and answers with the places of those that it would show, the best first.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

PLACES = 6
FAR, DAYS = 0.4, 365
ENOUGH, TOO_BROAD = 20, 0.3


@dataclass(frozen=True)
class Publications:
    """One place each, in the order that breaks ties: newer date first, then slug."""

    keys: np.ndarray
    days: np.ndarray
    languages: np.ndarray
    # Of every topic of every publication: the publication's place, and the topic's number.
    owners: np.ndarray
    topics: np.ndarray
    # Of every term of every publication: the publication's place, the term, how often it is used.
    users: np.ndarray
    terms: np.ndarray
    counts: np.ndarray

    @cached_property
    def carriers(self):
        """Of each topic the places of those that carry it."""
        order = np.argsort(self.topics, kind="stable")
        ends = np.cumsum(np.bincount(self.topics))
        return np.split(self.owners[order], ends[:-1]) if len(ends) else []

    @cached_property
    def rarities(self):
        return np.log((len(self.keys) + 1) / np.maximum(np.bincount(self.topics), 1))

    def topics_of(self, place):
        first, last = np.searchsorted(self.owners, [place, place + 1])
        return self.topics[first:last].tolist()

    def shared(self, place, worth):
        """The sums of what those topics are worth that each of the others shares with this one."""
        sums = np.zeros(len(self.keys))
        for topic in self.topics_of(place):
            sums[self.carriers[topic]] += worth[topic]
        sums[place] = 0
        return sums

    def near(self, place):
        return FAR + (1 - FAR) * np.exp(-np.abs(self.days - self.days[place]) / DAYS)

    @cached_property
    def weighed(self):
        """(who uses a term, how strongly, where the users of each term begin); the vectors have the length of one."""
        _, terms = np.unique(self.terms, return_inverse=True)
        weights = (1 + np.log(self.counts)) * self.telling(terms)
        length = np.sqrt(np.bincount(self.users, weights**2, len(self.keys)))
        weights = weights / np.maximum(length, 1e-12)[self.users]
        order = np.argsort(terms[weights > 0], kind="stable")
        begins = np.concatenate([[0], np.cumsum(np.bincount(terms[weights > 0]))])
        return (self.users[weights > 0][order], weights[weights > 0][order], begins, terms, weights)

    def telling(self, terms):
        """What each row's term tells in the language of its publication; 0 of what one uses alone, or too many."""
        tells = np.zeros(len(terms))
        for language in np.unique(self.languages):
            rows = np.flatnonzero(self.languages[self.users] == language)
            size = np.count_nonzero(self.languages == language)
            using = np.bincount(terms[rows])[terms[rows]]
            most = TOO_BROAD * size if size >= ENOUGH else size
            tells[rows] = np.where((using > 1) & (using <= most), 1 + np.log((1 + size) / (1 + using)), 0)
        return tells

    def alike(self, place):
        """The cosines of what this one says and what each of the others says."""
        users, strengths, begins, terms, weights = self.weighed
        first, last = np.searchsorted(self.users, [place, place + 1])
        sums = np.zeros(len(self.keys))
        for term, weight in zip(terms[first:last].tolist(), weights[first:last].tolist(), strict=True):
            if weight:
                some = slice(begins[term], begins[term + 1])
                sums[users[some]] += weight * strengths[some]
        sums[place] = 0
        return sums


def best(scores):
    order = np.argsort(-scores, kind="stable")[:PLACES]
    return order[scores[order] > 0]


def any_shared(of, place):
    return best(np.sign(of.shared(place, np.ones(len(of.carriers)))))


def shared_count(of, place):
    return best(of.shared(place, np.ones(len(of.carriers))))


def oldest_first(of, place):
    """Publications are mostly numbered as they came: so a database that goes by the key breaks ties."""
    scores = of.shared(place, np.ones(len(of.carriers)))
    order = np.lexsort((of.keys, -scores))[:PLACES]
    return order[scores[order] > 0]


def rarity_sum(of, place):
    return best(of.shared(place, of.rarities))


def stage_one(of, place):
    scores = of.near(place) * of.shared(place, of.rarities)
    # Reports in the same language come first.
    return best(scores + (scores > 0) * (of.languages == of.languages[place]) * 1e9)


def full_text(of, place):
    return best(of.alike(place))


def full_text_in_time(of, place):
    return best(of.near(place) * of.alike(place))


OLDEST_FIRST = "shared count, first numbered first"
RULES = {
    "any shared topic, newest first": any_shared,
    "shared count, newest first": shared_count,
    OLDEST_FIRST: oldest_first,
    "rarity sum, newest first": rarity_sum,
    "stage one: rarity sum and nearness in time": stage_one,
    "full text alone": full_text,
    "full text and nearness in time": full_text_in_time,
}
