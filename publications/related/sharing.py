"""What a few reports at a time, those in hand, share with others."""

import numpy as np

from publications.related.facts import Facts
from publications.related.lists import spread

# So many reports are in hand at once.
IN_HAND = 256


class Sharing:
    """`topics`: those of the Facts, by their places in `rarity`."""

    def __init__(self, of: Facts, topics: np.ndarray, rarity: np.ndarray):
        self.of, self.topics, self.rarity = of, topics, rarity
        # Of each report in hand the rarities of its topics, and 0 for all others.
        self.width = max(len(rarity), 1)
        self.table = np.zeros(IN_HAND * self.width, np.uint32)
        self.filled = np.zeros(0, np.int64)

    def take(self, numbers: np.ndarray) -> None:
        self.table[self.filled] = 0
        first = self.of.first_topic
        rows, places = spread(first[numbers], first[numbers + 1] - first[numbers])
        self.filled = rows * self.width + self.topics[places]
        self.table[self.filled] = self.rarity[self.topics[places]]

    def weights(self, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
        """The rarities of the topics that each of these shares with a report in hand: 0 where it shares none."""
        first, last = self.of.first_topic[others], self.of.first_topic[others + 1]
        pairs, places = spread(first, last - first)
        rarities = self.table.take(np.repeat(rows * self.width, last - first) + self.topics[places])
        return np.bincount(pairs, rarities, len(others)).astype(np.int64)
