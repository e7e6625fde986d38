"""Every sidebar from scratch, and what later changes of single reports need to know of it."""

from collections.abc import Callable, Iterator
from itertools import chain, pairwise
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
from publications.related.sharing import IN_HAND
from publications.related.texts import Texts
from publications.related.weights import Weights
from publications.relating.entries import Outcome, write
from publications.relating.packing import CARRIER, COMPARED, TERM, USER, block_of, parted, range_bits
from publications.relating.processes import computed, possible
from publications.relating.reading import barred, terms_by_key
from publications.relating.storing import check, insert

# So many reports are written together, and computed by one process.
LOT = 8 * IN_HAND
# From so many lots on, several processes are worth their making.
MANY = 4


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
    keep_users(in_force, corpus.texts)
    keep_carriers(facts)
    outcome, compared = Outcome(), [np.zeros(0, COMPARED)]
    for some in in_lots(corpus, limits):
        insert(Candidates, ["report_id", "topics", "vector", "considered"], chain(*(one.candidates for one in some)))
        outcome += write({report: entries for one in some for report, entries in one.entries.items()})
        check()
        compared += [one.compared for one in some]
        if progress:
            progress(sum(map(len, compared)), len(facts.keys))
    keep_compared(np.concatenate(compared))
    return outcome + clear()


def in_lots(corpus: Corpus, limits: Limits) -> Iterator[list[Around]]:
    """All reports as they are computed, by other processes if they are many and there are several processors."""
    size = len(corpus.facts.keys)

    def lot(number):
        start = number * LOT
        return [around(corpus, beside, limits) for beside in corpus.considered(start, min(start + LOT, size))]

    lots = -(-size // LOT)
    processes = possible() if lots >= MANY else 1
    return computed(lot, lots, processes) if processes > 1 else map(lot, range(lots))


def around(corpus: Corpus, beside: Beside, limits: Limits) -> Around:
    facts, numbers = corpus.facts, beside.numbers
    keys, days = facts.keys[numbers], facts.days[numbers]
    own, is_live = corpus.own[numbers], facts.is_live[beside.others]
    entries = kept(beside.considered, beside.first, days, own, is_live, limits.places, limits.pool)
    topics = (facts.topics_of(number).tobytes() for number in numbers.tolist())
    vectors, considered = vectors_of(corpus.texts, numbers), in_parts(beside.considered, beside.first)
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


def vectors_of(texts: Texts, numbers: np.ndarray) -> Iterator[bytes]:
    """Of each report its TERM rows, packed."""
    rows, columns = np.nonzero(texts.strengths[numbers])
    at = numbers[rows], columns
    made = np.empty(len(rows), TERM)
    made["key"], made["strength"] = texts.known[texts.terms(at)], texts.strengths[at]
    made["is_head"] = np.unpackbits(texts.looking[numbers], axis=1)[rows, columns]
    return in_parts(made, np.searchsorted(rows, np.arange(len(numbers) + 1)))


def in_parts(rows: np.ndarray, first: np.ndarray) -> Iterator[bytes]:
    return (rows[start:end].tobytes() for start, end in pairwise(first.tolist()))


def keep_users(in_force: RelatingWeights, texts: Texts) -> None:
    in_force.term_bits = range_bits(len(texts.users))
    in_force.save(update_fields=["term_bits"])
    insert(TermUsers, ["number", "reports"], users_by_range(texts, in_force.term_bits))


def users_by_range(texts: Texts, bits: int) -> Iterator[tuple[int, bytes]]:
    """(number of a range, its USER rows), one at a time: all in one are large."""
    begin = np.searchsorted(texts.known, np.arange(1 << bits, dtype=np.uint64) << np.uint64(32 - bits))
    for number, (start, end) in enumerate(pairwise([*begin.tolist(), len(texts.known)])):
        first = texts.first_user[start : end + 1]
        rows = np.zeros(first[-1] - first[0], USER)
        rows["key"] = np.repeat(texts.known[start:end], np.diff(first))
        rows["report"] = texts.of.keys[texts.users[first[0] : first[-1]]]
        rows["strength"] = texts.user_strengths[first[0] : first[-1]]
        if len(rows):
            yield number, rows.tobytes()


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
