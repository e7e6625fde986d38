"""Reports made up by a seed, with long-tailed topics, as arrays; chunk by chunk, as a million do not fit into memory.

Topics: the broadest is on 22 % of the reports, the fifth on about 10 %, most on a handful; most reports have 3 to 8.
Texts: 300 tokens from a Zipf vocabulary of 50,000 words mixed with the words of their topics, 30 each.
Dates: over 25 years. The same size and seed give the same bytes.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zlib import crc32

import numpy as np

from publications.related.stopwords import STOP_WORDS
from publications.related.terms import COUNTS, TITLE

VOCABULARY, TOPIC_WORDS = 50_000, 30
# Tokens of title, lead and body.
PARTS = (6, 40, 254)
# This share of the tokens is of the report's topics.
OF_TOPICS = 0.3
BROADEST = 0.22
FIRST_DAY, DAYS = date(2000, 1, 3), 25 * 365
CHUNK = 2000
# How many of a thousand reports have so many topics.
TOPICS_OF_A_THOUSAND = {1: 10, 2: 20, 3: 180, 4: 220, 5: 210, 6: 150, 7: 100, 8: 60, 9: 20, 10: 12, 12: 10, 16: 8}
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
LANGUAGE = "en"


@dataclass(frozen=True)
class Chunk:
    """Reports numbered from `first` on. `tokens`: their words, a row each; `owners` and `topics`: two columns."""

    first: int
    days: np.ndarray
    owners: np.ndarray
    topics: np.ndarray
    tokens: np.ndarray


class Synthetic:
    def __init__(self, size, seed=1):
        self.size, self.seed = size, seed
        self.topics = max(round(2 * size**0.6), 20)
        chance = np.random.default_rng([seed, size])
        # The oldest first, as they would have come in.
        self.days = np.sort(chance.integers(0, DAYS, size))
        self.topic_words = chance.integers(0, VOCABULARY, (self.topics, TOPIC_WORDS))

    @cached_property
    def words(self):
        """All of different sound, and none that a text is not known by."""
        syllables = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
        order = np.random.default_rng(self.seed).permutation(len(syllables) ** 3)[: VOCABULARY + 100]
        base = len(syllables)
        # Words of three and four syllables, so that their lengths differ.
        made = (
            syllables[n % base] + syllables[n // base % base] + syllables[n // base**2] + "nda" * (n % 3 == 0)
            for n in order.tolist()
        )
        return [word for word in made if word not in STOP_WORDS[LANGUAGE]][:VOCABULARY]

    @cached_property
    def common_words(self):
        """A word for each of so many equal parts of all tokens, by Zipf."""
        shares = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
        return np.searchsorted(shares / shares[-1], (np.arange(1 << 20) + 0.5) / (1 << 20))

    @cached_property
    def topic_shares(self):
        """Cumulated: how often a topic is drawn, so that the broadest comes to its share of the reports."""
        mean = sum(number * of for number, of in TOPICS_OF_A_THOUSAND.items()) / 1000
        wanted = 1 - (1 - BROADEST) ** (1 / mean)
        low, high = 1e-3, 1e4
        while high - low > 1e-6 * high:
            middle = (low + high) / 2
            share = 1 / middle / np.sum(1 / (np.arange(self.topics) + middle))
            low, high = (middle, high) if share > wanted else (low, middle)
        shares = np.cumsum(1 / (np.arange(self.topics) + low))
        return shares / shares[-1]

    def chunks(self):
        for first in range(0, self.size, CHUNK):
            yield self.chunk(first, min(first + CHUNK, self.size))

    def chunk(self, first, last):
        chance = np.random.default_rng([self.seed, self.size, first])
        owners, topics = self.carried(chance, last - first)
        tokens = self.tokens(chance, last - first, owners, topics)
        return Chunk(first, self.days[first:last], owners, topics, tokens)

    def carried(self, chance, size):
        counts, of = np.array(list(TOPICS_OF_A_THOUSAND.items())).T
        owners = np.repeat(np.arange(size), chance.choice(counts, size, p=of / of.sum()))
        topics = np.searchsorted(self.topic_shares, chance.random(len(owners)))
        # Who drew a topic twice has it once.
        pairs = np.unique(owners * self.topics + topics)
        return pairs // self.topics, pairs % self.topics

    def tokens(self, chance, size, owners, topics):
        shape = (size, sum(PARTS))
        tokens = self.common_words[chance.integers(0, 1 << 20, shape)]
        first = np.searchsorted(owners, np.arange(size))
        count = np.bincount(owners, minlength=size)
        which = topics[first[:, None] + (chance.random(shape) * count[:, None]).astype(np.int64)]
        of_topics = self.topic_words[which, chance.integers(0, TOPIC_WORDS, shape)]
        return np.where(chance.random(shape) < OF_TOPICS, of_topics, tokens)

    def texts(self, chunk):
        """(title, lead, body) of each, as plain words."""
        words = np.array(self.words, object)
        ends = np.cumsum(PARTS)
        for row in words[chunk.tokens]:
            yield tuple(" ".join(row[end - length : end]) for length, end in zip(PARTS, ends, strict=True))

    @cached_property
    def checksums(self):
        """Of the words; of the words with a blank before them; and what the checksum of a word is where so many bytes
        follow it, less the part that is theirs."""
        alone = np.array([crc32(word.encode()) for word in self.words], np.uint32)
        after = np.array([crc32(f" {word}".encode()) for word in self.words], np.uint32)
        lengths = np.array([len(word) + 1 for word in self.words])
        before = np.zeros((lengths.max() + 1, len(self.words)), np.uint32)
        for length in np.unique(lengths):
            nothing = bytes(int(length))
            ours = np.uint32(crc32(nothing))
            before[length] = np.array([crc32(nothing, known) for known in alone.tolist()], np.uint32) ^ ours
        return alone, after, lengths, before

    def terms(self, chunk):
        """Of each its terms, packed as `count_terms` does it. Checksums are linear: that of a pair is made of two."""
        keys, times = self.term_keys(chunk.tokens)
        size = len(chunk.tokens)
        # The owner, the key, and how often it counts, as one number.
        codes = (np.arange(size, dtype=np.uint64)[:, None] << np.uint64(40)) | (keys.astype(np.uint64) << np.uint64(8))
        codes = np.sort((codes | times).ravel())
        times, codes = (codes & np.uint64(0xFF)).astype(np.int64), codes >> np.uint64(8)
        begins = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
        rows = np.empty(len(begins), COUNTS)
        rows["key"], rows["count"] = codes[begins] & np.uint64(0xFFFFFFFF), np.add.reduceat(times, begins)
        ends = np.searchsorted(codes[begins] >> np.uint64(32), np.arange(size + 1))
        return [rows[ends[place] : ends[place + 1]].tobytes() for place in range(size)]

    def term_keys(self, tokens):
        """The keys of all terms, a row each, and how often each column counts."""
        alone, after, lengths, before = self.checksums
        keys, times, end = [], [], 0
        for number, length in enumerate(PARTS):
            some = tokens[:, end : end + length]
            keys += [alone[some], before[lengths[some[:, 1:]], some[:, :-1]] ^ after[some[:, 1:]]]
            times += [TITLE if number == 0 else 1] * (2 * length - 1)
            end += length
        return np.concatenate(keys, axis=1), np.array(times, np.uint64)
