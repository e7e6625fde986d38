"""The six that share the heaviest topics, newest first, in memory: our first stage beside sparse-dot-topn."""

import time

import numpy as np
from django.utils import timezone

from publications.related.groups import Groups
from publications.related.lists import best_first, places
from publications.related.sharing import IN_HAND, Sharing
from publications.related.weights import Weights
from publications.relating.reading import all_facts

PLACES, THREADS = 6, 2
# Up to so many reports the other computes all rows; of more, a sample.
WHOLE = 20_000


def beside_sparse_dot_topn(rows, seed):
    facts = all_facts(timezone.now())
    topics, rarity = weighed(facts)
    seconds, processor, shared = ours(facts, topics, rarity)
    return {"seconds": seconds, "processor": processor} | theirs(facts, topics, rarity, shared, rows, seed)


def weighed(facts):
    """The topics as numbers, and the rarity of each: of all reports, as nothing is scheduled here."""
    keys, topics, counts = np.unique(facts.topics, return_inverse=True, return_counts=True)
    weights = Weights(len(facts.keys), dict(zip(keys.tolist(), counts.tolist(), strict=True)))
    return topics, np.array([weights.rarity(key) for key in keys.tolist()], np.int64)


def ours(facts, topics, rarity):
    """Seconds, those on the processor, and what each of the six shares with each report."""
    begun, processor, found = time.perf_counter(), time.process_time(), []
    sharing = Sharing(facts, topics, rarity)
    groups = Groups(sharing, in_time=False)
    for first in range(0, len(facts.keys), IN_HAND):
        numbers = np.arange(first, min(first + IN_HAND, len(facts.keys)))
        sharing.take(numbers)
        found.append(six(groups, numbers))
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    return seconds, processor, np.concatenate([in_rows(owners, shared, size) for owners, _, shared, size in found])


def six(groups, numbers):
    """Of each report the six that come first, in their order: (its place among these, the other one, what is shared)"""
    pairs = groups.best(numbers, PLACES)
    order, place = best_first(pairs.rows, groups.ranks(numbers, pairs))
    chosen = order[place < PLACES]
    return pairs.rows[chosen], pairs.others[chosen], pairs.shared[chosen], len(numbers)


def in_rows(owners, shared, size):
    made = np.zeros((size, PLACES), np.int64)
    made[owners, places(owners)] = shared
    return made


def theirs(facts, topics, rarity, shared, rows, seed):
    """Some or all rows against the whole corpus, and whether both found the same sums: ties are its to break."""
    try:
        from scipy.sparse import csr_matrix
        from sparse_dot_topn import sp_matmul_topn
    except ImportError:
        return {}
    size = len(facts.keys)
    matrix = csr_matrix((np.sqrt(rarity)[topics], topics, facts.first_topic), shape=(size, len(rarity)))
    turned = matrix.T.tocsr()
    chance = np.random.default_rng(seed)
    some = np.arange(size) if size <= WHOLE else np.sort(chance.choice(size, min(rows, size), replace=False))
    part = matrix[some]
    begun, processor = time.perf_counter(), time.process_time()
    # The report itself is among what it finds.
    found = sp_matmul_topn(part, turned, top_n=PLACES + 1, sort=True, n_threads=THREADS)
    seconds, processor = (
        (now - then) * size / len(some)
        for now, then in [(time.perf_counter(), begun), (time.process_time(), processor)]
    )
    differ = differing(found, some, shared)
    return {"rows": len(some), "theirs": seconds, "their_processor": processor, "differ": differ}


def differing(found, some, shared):
    differ = 0
    for row, number in enumerate(some.tolist()):
        values = found.data[found.indptr[row] : found.indptr[row + 1]]
        others = found.indices[found.indptr[row] : found.indptr[row + 1]]
        sums = np.zeros(PLACES)
        best = -np.sort(-values[others != number])[:PLACES]
        sums[: len(best)] = best
        differ += not np.allclose(sums, -np.sort(-shared[number]), rtol=1e-9)
    return differ
