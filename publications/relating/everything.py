"""Every sidebar from scratch, and what later changes of single reports need to know of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice, pairwise
from typing import NamedTuple

import numpy as np
from django.db.models import Exists, OuterRef

from publications.models import (
    Candidates,
    ComparedReports,
    RelatedPublication,
    RelatingWeights,
    TermUsers,
    TopicCarriers,
)
from publications.related.corpus import Beside, Corpus
from publications.related.facts import Facts
from publications.related.scoring import kept
from publications.related.weights import Weights
from publications.relating.entries import Outcome, write
from publications.relating.packing import CARRIER, COMPARED, TERM, USER, block_of, parted, range_bits, range_of
from publications.relating.reading import barred, terms_by_key
from publications.relating.storing import check, insert

# So many times as many reports as are in hand at once are written together.
LOT = 8


class Limits(NamedTuple):
    """How many entries there are, how many candidates count, and how many of them are kept."""

    places: int
    pool: int
    depth: int


class Around(NamedTuple):
    """Some reports as they were computed: COMPARED rows, rows of Candidates, and the entries of each."""

    compared: np.ndarray
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
    for model in [Candidates, ComparedReports, TopicCarriers, TermUsers]:
        model.objects.all().delete()
    keep_users(in_force, corpus)
    keep_carriers(facts)
    outcome, compared = Outcome(), [np.zeros(0, COMPARED)]
    everyone = (around(corpus, beside, limits) for beside in corpus.considered())
    for some in one_ahead(in_lots(everyone)):
        insert(Candidates, ["report_id", "topics", "vector", "considered"], chain(*(one.candidates for one in some)))
        outcome += write({report: entries for one in some for report, entries in one.entries.items()})
        check()
        compared += [one.compared for one in some]
        if progress:
            progress(sum(map(len, compared)), len(facts.keys))
    keep_compared(np.concatenate(compared))
    return outcome + clear()


def in_lots(made: Iterator[Around]) -> Iterator[list[Around]]:
    while lot := list(islice(made, LOT)):
        yield lot


def one_ahead(made: Iterator[list[Around]]) -> Iterator[list[Around]]:
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
    topics = (facts.topics_of(number).tobytes() for number in numbers.tolist())
    vectors, considered = vectors_of(corpus, numbers), in_parts(beside.considered, beside.first)
    return Around(
        compared_of(facts, beside),
        list(zip(keys.tolist(), topics, vectors, considered, strict=True)),
        dict(zip(keys.tolist(), entries, strict=True)),
    )


def compared_of(facts: Facts, beside: Beside) -> np.ndarray:
    made = np.zeros(len(beside.numbers), COMPARED)
    made["report"], made["day"] = facts.keys[beside.numbers], facts.days[beside.numbers]
    made["language"] = np.array(facts.languages, "S8")[facts.tags[beside.numbers]]
    made["topic_floor"], made["term_floor"] = beside.topic_floors, beside.term_floors
    return made


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
    keep(TermUsers, "number", rows, range_of(rows["key"], in_force.term_bits))


def keep_carriers(facts: Facts) -> None:
    rows = np.zeros(len(facts.topics), CARRIER)
    rows["report"] = np.repeat(facts.keys, np.diff(facts.first_topic))
    keep(TopicCarriers, "topic_id", rows, facts.topics)


def keep_compared(rows: np.ndarray) -> None:
    keep(ComparedReports, "number", rows, block_of(rows["report"]))


def keep(model, column: str, rows: np.ndarray, numbers: np.ndarray) -> None:
    insert(model, [column, "reports"], ((number, some.tobytes()) for number, some in parted(rows, numbers)))


def clear() -> Outcome:
    """Beside what is public no longer nothing stands."""
    is_public = Candidates.objects.filter(pk=OuterRef("report"))
    gone = RelatedPublication.objects.filter(~Exists(is_public), origin=RelatedPublication.Origin.COMPUTED)
    sidebars = gone.order_by().values("report").distinct().count()
    return Outcome(sidebars, 0, gone.delete()[0])
