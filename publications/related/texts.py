"""What the texts of a corpus say: the terms of each report, and by term who looks by it for candidates."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from publications.related.facts import Facts
from publications.related.lists import begins, distinct, places
from publications.related.scoring import TERMS, Vectors, vectors
from publications.related.weights import TermWeights

# So many texts are read at a time.
CHUNK = 2048
# The lower half of a term's number is looked at far more often than the higher one.
LOW_BITS = 16
LOW = (1 << LOW_BITS) - 1


class Texts:
    """`read`: gives the terms of reports, in order, by their keys. Terms are told by their places in `known`."""

    def __init__(self, of: Facts, weights: Mapping[str, TermWeights], read: Callable[[np.ndarray], list[bytes]]):
        self.of, size, none = of, len(of.keys), TermWeights()
        by_language = [weights.get(language, none) for language in of.languages]
        self.known = distinct(np.concatenate([np.zeros(0, np.uint32), *(one.keys for one in by_language)]))
        # Of each report its terms as one row, the strongest first, filled up with strengths of 0.
        self.low, self.high = np.zeros((size, TERMS), np.uint16), np.zeros((size, TERMS), np.uint16)
        self.strengths = np.zeros((size, TERMS), np.uint16)
        # Which of these look for candidates, a bit each.
        self.looking = np.zeros((size, TERMS // 8), np.uint8)
        for code, one in enumerate(by_language):
            self.file_language(np.flatnonzero(of.tags == code), one, read)
        self.file_users()
        # Set to the strengths of the report in hand, and back to 0.
        self.dense, self.sieve = np.zeros(len(self.known), np.int32), np.zeros(LOW + 1, bool)

    def file_language(self, numbers: np.ndarray, weights: TermWeights, read) -> None:
        known = np.searchsorted(self.known, weights.keys).astype(np.int32)
        for some in in_chunks(numbers):
            self.file(some, vectors(read(self.of.keys[some]), weights), known)

    def file(self, numbers: np.ndarray, made: Vectors, known: np.ndarray) -> None:
        rows, columns = np.nonzero(made.weights)
        at, terms = (numbers[rows], columns), known[made.terms[rows, columns]]
        self.low[at], self.high[at] = terms & LOW, terms >> LOW_BITS
        self.strengths[numbers] = made.weights
        self.looking[numbers] = np.packbits(made.heads & (made.weights > 0), axis=1)

    def file_users(self) -> None:
        """By term, who looks by it and how strong it is there: users[first_user[term] : first_user[term + 1]]. Chunk
        by chunk, as all in one would take as much memory as all else together."""
        everyone, using = np.arange(len(self.of.keys)), np.zeros(len(self.known), np.int32)
        for some in in_chunks(everyone):
            terms = np.sort(self.heads(some)[1])
            first = begins(terms)
            using[terms[first]] += np.diff(np.append(first, len(terms)))
        self.first_user = np.zeros(len(using) + 1, np.int32)
        np.cumsum(using, out=self.first_user[1:])
        del using
        self.users = np.empty(self.first_user[-1], np.int32)
        self.user_strengths = np.empty(len(self.users), np.uint16)
        filled = self.first_user[:-1].copy()
        for some in in_chunks(everyone):
            rows, terms, strengths = self.heads(some)
            order = np.argsort(terms, kind="stable")
            rows, terms, strengths = rows[order], terms[order], strengths[order]
            place = places(terms)
            at = filled[terms] + place
            self.users[at], self.user_strengths[at] = some[rows], strengths
            # The last of each term is written last.
            filled[terms] = at + 1

    def heads(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(place among these numbers, term, strength) of the terms by which each of them looks for candidates."""
        rows, columns = np.nonzero(np.unpackbits(self.looking[numbers], axis=1))
        at = numbers[rows], columns
        return rows, self.terms(at), self.strengths[at]

    def terms(self, at) -> np.ndarray:
        return self.high[at].astype(np.int64) << LOW_BITS | self.low[at]

    def products(self, numbers: np.ndarray, others: np.ndarray, first: np.ndarray) -> np.ndarray:
        """The dot products of the vector of each report and those of the others that stand at its place in `first`."""
        found = np.zeros(len(others), np.int64)
        for number, start, end in zip(numbers.tolist(), first[:-1].tolist(), first[1:].tolist(), strict=True):
            used = np.count_nonzero(self.strengths[number])
            mine, low, some = self.terms((number, slice(used))), self.low[number, :used], others[start:end]
            # Most are no terms of ours; a small table that has all that are is looked up several times as fast.
            self.sieve[low] = True
            at = np.flatnonzero(self.sieve.take(self.low.take(some, 0)))
            self.sieve[low] = False
            self.dense[mine] = self.strengths[number, :used]
            owners, columns = at // TERMS, at % TERMS
            theirs = some[owners], columns
            products = self.dense.take(self.terms(theirs)) * self.strengths[theirs]
            self.dense[mine] = 0
            found[start:end] = np.bincount(owners, products, end - start)
        return found


def in_chunks(numbers: np.ndarray) -> Iterator[np.ndarray]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))
