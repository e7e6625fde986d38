"""Every sidebar from scratch, and what later changes of single reports need to know of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from django.db.models import Exists, OuterRef

from publications.models import Candidates, Neighbourhood, RelatedPublication, RelatingWeights, TermUsers
from publications.related.corpus import Beside, Corpus
from publications.related.facts import Facts
from publications.related.scoring import kept
from publications.related.weights import Weights
from publications.relating.entries import Outcome, write
from publications.relating.reading import barred, terms_by_key
from publications.relating.storing import by_range, insert, range_bits

# A term of a report's vector; whether it looks for candidates.
TERM = np.dtype([("key", "<u4"), ("strength", "<u2"), ("is_head", "u1")])
USER = np.dtype([("key", "<u4"), ("report", "<u4"), ("strength", "<u2")])


class Limits(NamedTuple):
    """How many entries there are, how many candidates count, and how many of them are kept."""

    places: int
    pool: int
    depth: int


class Around(NamedTuple):
    """Some reports as they were computed: rows for Neighbourhood and Candidates, and the entries of each."""

    neighbourhoods: list[tuple]
    candidates: list[tuple]
    entries: dict[int, list]


def compute(
    in_force: RelatingWeights,
    facts: Facts,
    weights: Weights,
    limits: Limits,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    corpus = Corpus(facts, weights, terms_by_key, barred(), limits.depth)
    for model in [Neighbourhood, Candidates, TermUsers]:
        model.objects.all().delete()
    keep_users(in_force, corpus)
    outcome, done = Outcome(), 0
    for some in one_ahead(around(corpus, beside, limits) for beside in corpus.considered()):
        insert(Neighbourhood, ["report_id", "day", "language", "topic_floor", "term_floor"], some.neighbourhoods)
        insert(Candidates, ["report_id", "topics", "vector", "considered"], some.candidates)
        outcome += write(some.entries)
        done += len(some.entries)
        if progress:
            progress(done, len(facts.keys))
    return outcome + clear()


def one_ahead(made: Iterator[Around]) -> Iterator[Around]:
    """The next is computed while the database takes in the last."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, made, None)
        while (some := coming.result()) is not None:
            coming = beside.submit(next, made, None)
            yield some


def around(corpus: Corpus, beside: Beside, limits: Limits) -> Around:
    facts, numbers = corpus.facts, beside.numbers
    keys, days = facts.keys[numbers], facts.days[numbers]
    own, is_live = corpus.own[numbers], facts.is_live[beside.others]
    entries = kept(beside.considered, beside.first, days, own, is_live, limits.places, limits.pool)
    languages = [facts.languages[tag] for tag in facts.tags[numbers].tolist()]
    floors = beside.topic_floors.tolist(), beside.term_floors.tolist()
    topics = (facts.topics_of(number).tobytes() for number in numbers.tolist())
    vectors, considered = vectors_of(corpus, numbers), in_parts(beside.considered, beside.first)
    return Around(
        list(zip(keys.tolist(), days.tolist(), languages, *floors, strict=True)),
        list(zip(keys.tolist(), topics, vectors, considered, strict=True)),
        dict(zip(keys.tolist(), entries, strict=True)),
    )


def vectors_of(corpus: Corpus, numbers: np.ndarray) -> Iterator[bytes]:
    """Of each report its TERM rows, packed."""
    terms, strengths = corpus.terms[numbers], corpus.strengths[numbers]
    rows, columns = np.nonzero(strengths)
    made = np.empty(len(rows), TERM)
    made["key"], made["strength"] = corpus.known[terms[rows, columns]], strengths[rows, columns]
    head_rows, head_columns = np.nonzero(corpus.head_strengths[numbers])
    heads = head_rows << 32 | corpus.heads[numbers][head_rows, head_columns]
    made["is_head"] = np.isin(rows << 32 | terms[rows, columns], heads)
    return in_parts(made, np.searchsorted(rows, np.arange(len(numbers) + 1)))


def in_parts(rows: np.ndarray, first: np.ndarray) -> Iterator[bytes]:
    return (rows[start:end].tobytes() for start, end in pairwise(first.tolist()))


def keep_users(in_force: RelatingWeights, corpus: Corpus) -> None:
    rows = np.zeros(len(corpus.users), USER)
    rows["key"] = np.repeat(corpus.known, np.diff(corpus.first_user))
    rows["report"], rows["strength"] = corpus.facts.keys[corpus.users], corpus.user_strengths
    in_force.term_bits = range_bits(len(rows))
    in_force.save(update_fields=["term_bits"])
    ranges = ((number, some.tobytes()) for number, some in by_range(rows, in_force.term_bits))
    insert(TermUsers, ["number", "users"], ranges)


def clear() -> Outcome:
    """Beside what is public no longer nothing stands."""
    is_public = Neighbourhood.objects.filter(pk=OuterRef("report"))
    gone = RelatedPublication.objects.filter(~Exists(is_public), origin=RelatedPublication.Origin.COMPUTED)
    sidebars = gone.order_by().values("report").distinct().count()
    return Outcome(sidebars, 0, gone.delete()[0])
