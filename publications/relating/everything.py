"""Every sidebar from scratch, and what later changes of single reports need to know of it."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np
from django.db.models import Exists, OuterRef

from publications.models import Candidates, Neighbourhood, RelatedPublication, RelatingWeights, TermUsers
from publications.related.corpus import Corpus, Facts
from publications.related.scoring import kept
from publications.related.weights import Weights
from publications.relating.entries import Outcome, write
from publications.relating.reading import barred, terms_by_key
from publications.relating.storing import by_range, insert, range_bits

BATCH = 2000
# A term of a report's vector; whether it looks for candidates.
TERM = np.dtype([("key", "<u4"), ("strength", "<u2"), ("is_head", "u1")])
USER = np.dtype([("key", "<u4"), ("report", "<u4"), ("strength", "<u2")])


class Limits(NamedTuple):
    """How many entries there are, how many candidates count, and how many of them are kept."""

    places: int
    pool: int
    depth: int


class Around(NamedTuple):
    """A report as it was computed: what Neighbourhood, Candidates and its entries say of it."""

    key: int
    neighbourhood: tuple
    candidates: tuple
    entries: list


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
    outcome, everyone = Outcome(), computed(corpus, limits, progress)
    while batch := list(islice(everyone, BATCH)):
        insert(
            Neighbourhood,
            ["report_id", "day", "language", "topic_floor", "term_floor"],
            [(one.key, *one.neighbourhood) for one in batch],
        )
        insert(
            Candidates,
            ["report_id", "topics", "vector", "considered"],
            [(one.key, *one.candidates) for one in batch],
        )
        outcome += write({one.key: one.entries for one in batch})
    return outcome + clear()


def computed(corpus: Corpus, limits: Limits, progress) -> Iterator[Around]:
    facts = corpus.facts
    is_live = dict(zip(facts.keys.tolist(), facts.is_live.tolist(), strict=True))
    for number, considered, *floors in corpus.considered():
        if progress:
            progress(number + 1, len(facts.keys))
        day = int(facts.days[number])
        live = np.array([is_live[key] for key in considered["report"].tolist()], bool)
        entries = kept(considered, day, int(corpus.own[number]), live, limits.places, limits.pool)
        yield Around(
            int(facts.keys[number]),
            (day, facts.languages[facts.tags[number]], *floors),
            (facts.topics_of(number).tobytes(), vector_of(corpus, number).tobytes(), considered.tobytes()),
            entries,
        )


def vector_of(corpus: Corpus, number: int) -> np.ndarray:
    used = np.count_nonzero(corpus.strengths[number])
    made = np.zeros(used, TERM)
    made["key"] = corpus.known[corpus.terms[number, :used]]
    made["strength"] = corpus.strengths[number, :used]
    heads = corpus.heads[number, : np.count_nonzero(corpus.head_strengths[number])]
    made["is_head"] = np.isin(corpus.terms[number, :used], heads)
    return made


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
