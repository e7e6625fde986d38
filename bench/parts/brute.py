"""Sidebars by brute force, for a sample: each report beside every other. It reads what the engine reads, and the
weights in force, and shares with it how a text becomes a vector and how near two days are; nothing else."""

import numpy as np
from django.utils import timezone

from publications.models import RelatedPublication, RelatingWeights
from publications.related import scoring
from publications.related.weights import TermWeights
from publications.relating import weighing
from publications.relating.reading import all_facts, terms_by_key

CHUNK = 2048
SCALE = 1 << 30


def check(keys=None, sample=20, seed=1):
    """How many of these sidebars, or of a sample, were compared, and of which reports they are wrong."""
    facts = all_facts(timezone.now())
    weights = weighing.all_in_force(RelatingWeights.objects.get(pk=1))
    if keys is None:
        keys = np.random.default_rng(seed).choice(facts.keys, min(sample, len(facts.keys)), replace=False).tolist()
    place_of = {key: place for place, key in enumerate(facts.keys.tolist())}
    places = [place_of[key] for key in keys if key in place_of]
    heads, says = products(facts, weights, places)
    expected = {
        int(facts.keys[place]): beside(facts, weights, place, heads[row], says[row]) for row, place in enumerate(places)
    }
    return {"compared": len(expected), "wrong": [key for key in expected if stored(key) != expected[key]]}


def stored(report):
    rows = RelatedPublication.objects.filter(report=report, origin=RelatedPublication.Origin.COMPUTED)
    return [list(row) for row in rows.order_by("position").values_list("related", "score")]


def products(facts, weights, places):
    """Of each of these with everybody: the products over the terms that look for candidates, and over all."""
    heads, says = np.zeros((2, len(places), len(facts.keys)), np.int64)
    mine = [vectors_of(facts, weights, np.array([place]), facts.tags[place]) for place in places]
    for code in range(len(facts.languages)):
        numbers = np.flatnonzero(facts.tags == code)
        for start in range(0, len(numbers), CHUNK):
            some = numbers[start : start + CHUNK]
            theirs = vectors_of(facts, weights, some, code)
            for row, one in enumerate(mine):
                heads[row, some] = product(one, theirs, heads_alone=True)
                says[row, some] = product(one, theirs)
    return heads, says


def vectors_of(facts, weights, numbers, code):
    """Of each a row of terms, by key, of strengths, and of whether they look for candidates."""
    terms = weights.terms.get(facts.languages[code], TermWeights())
    made = scoring.vectors(terms_by_key(facts.keys[numbers]), terms)
    known = terms.keys if len(terms.keys) else np.zeros(1, np.uint32)
    return known[made.terms], made.weights.astype(np.int64), made.heads & (made.weights > 0)


def product(one, theirs, heads_alone=False):
    used = one[2][0] if heads_alone else one[1][0] > 0
    keys, strengths = one[0][0][used], one[1][0][used]
    if not len(keys):
        return np.zeros(len(theirs[0]), np.int64)
    order = np.argsort(keys)
    keys, strengths = keys[order], strengths[order]
    places = np.minimum(np.searchsorted(keys, theirs[0]), len(keys) - 1)
    both = (keys[places] == theirs[0]) & (theirs[2] if heads_alone else True)
    return (strengths[places] * theirs[1] * both).sum(axis=1)


def beside(facts, weights, place, heads, says):
    """[[report, score], …] as it should be stored. Everybody stands in the order that breaks ties."""
    near = scoring.nearness(facts.days - facts.days[place])
    shared = shared_rarities(facts, weights, place)
    may = shared > 0
    may[place] = False
    foreign = facts.tags != facts.tags[place]
    by_topics = first(np.flatnonzero(may), near * shared, foreign)
    by_terms = first(np.flatnonzero(may & (heads > 0)), near * heads, foreign)
    pool = np.union1d(by_topics, by_terms)
    own = sum(weights.rarity(topic) for topic in facts.topics_of(place).tolist()) or 1
    worth = shared[pool] / own + says[pool] * (scoring.TEXT / scoring.UNIT**2)
    scores = np.rint(near[pool] / SCALE * worth * scoring.DECIMALS).astype(np.int64)
    order = np.lexsort((np.arange(len(pool)), -scores, foreign[pool]))
    live = np.cumsum(facts.is_live[pool[order]])
    order = order[: np.searchsorted(live, scoring.PLACES) + 1]
    return [[int(facts.keys[pool[one]]), int(scores[one]) / scoring.DECIMALS] for one in order]


def first(places, ranks, foreign):
    return places[np.lexsort((places, -ranks[places], foreign[places]))][: scoring.POOL]


def shared_rarities(facts, weights, place):
    sums, owners = (
        np.zeros(len(facts.keys), np.int64),
        np.repeat(np.arange(len(facts.keys)), np.diff(facts.first_topic)),
    )
    for topic in facts.topics_of(place).tolist():
        sums[owners[facts.topics == topic]] += weights.rarity(topic)
    return sums
