"""Every live or scheduled report as arrays.

Reports are numbered in the order that breaks ties: newer date first, then slug by code point.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Facts:
    """One place a report, in the order that breaks ties; `tags` are the codes of `languages`."""

    keys: np.ndarray
    days: np.ndarray
    tags: np.ndarray
    is_live: np.ndarray
    languages: list[str]
    # The keys of the topics of a report: topics[first_topic[number] : first_topic[number + 1]].
    topics: np.ndarray
    first_topic: np.ndarray

    def topics_of(self, number: int) -> np.ndarray:
        return self.topics[self.first_topic[number] : self.first_topic[number + 1]]

    def numbers(self, keys: np.ndarray) -> np.ndarray:
        """The numbers of those of these reports that are here."""
        by_key = np.argsort(self.keys)
        places = np.searchsorted(self.keys, keys, sorter=by_key)
        there = places < len(self.keys)
        found = by_key[places[there]]
        return found[self.keys[found] == np.asarray(keys)[there]]


def facts(keys, slugs: list[str], days, languages: list[str], is_live, carried: tuple[np.ndarray, np.ndarray]) -> Facts:
    """From columns in any one order; `carried`: of each topic of each report the report's key and the topic's, those
    of other reports among them."""
    keys, days = np.asarray(keys, np.int64), np.asarray(days, np.int64)
    by_slug = np.empty(len(keys), np.int64)
    by_slug[sorted(range(len(keys)), key=slugs.__getitem__)] = np.arange(len(keys))
    order = np.lexsort((by_slug, -days))
    known = sorted(set(languages))
    code = {language: number for number, language in enumerate(known)}
    tags = np.array([code[language] for language in languages], np.int64)
    topics, first_topic = in_order_of(keys[order], *carried)
    is_live = np.asarray(is_live, bool)
    return Facts(keys[order], days[order], tags[order], is_live[order], known, topics, first_topic)


def in_order_of(keys: np.ndarray, owners: np.ndarray, topics: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    by_key = np.argsort(keys)
    places = np.minimum(np.searchsorted(keys, owners, sorter=by_key), max(len(keys) - 1, 0))
    numbers = by_key[places] if len(keys) else places
    here = keys[numbers] == owners if len(keys) else np.zeros(len(owners), bool)
    numbers, topics = numbers[here], topics[here]
    order = np.lexsort((topics, numbers))
    return topics[order], np.searchsorted(numbers[order], np.arange(len(keys) + 1))
