"""The scoring of related publications, against brute force and against figures worked out by hand."""

import math
import struct
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publications.related import groups
from publications.related.corpus import Corpus
from publications.related.facts import facts
from publications.related.scoring import (
    NEAREST,
    PLACES,
    POOL,
    SLACK,
    UNIT,
    day_of,
    kept,
    language_of,
    nearness,
    vectors,
)
from publications.related.terms import ADDRESS, COUNTS, WORD, count_terms, packed, unpacked, without_addresses, words
from publications.related.weights import PARTS, TermWeights, Weights
from publications.related.weights import weigh as weigh_facts
from tests import oracle

pytestmark = pytest.mark.once

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@dataclass
class Candidate:
    pk: int
    slug: str
    language: str
    day: int
    topics: set
    live: bool
    terms: bytes


def candidate(pk, topics, *, day=0, language="en", slug=None, live=True, says=""):
    return Candidate(pk, slug or f"report-{pk:02}", language, day, topics, live, count_terms("", [says], language))


def facts_of(candidates):
    columns = zip(*((one.pk, one.slug, one.day, one.language, one.live) for one in candidates), strict=True)
    carried = np.array([(one.pk, topic) for one in candidates for topic in one.topics], np.int64).reshape(-1, 2)
    return facts(*map(list, columns), (carried[:, 0], carried[:, 1]))


def reading(candidates):
    terms = {one.pk: one.terms for one in candidates}
    return lambda keys: [terms[key] for key in keys.tolist()]


def weigh(candidates):
    return weigh_facts(facts_of(candidates), reading(candidates))


def sidebars(candidates, weights=None, barred=None, places=PLACES, pool=POOL, slack=SLACK):
    """{report: its entries}"""
    corpus = Corpus(facts_of(candidates), weights or weigh(candidates), reading(candidates), barred or {}, pool + slack)
    live = {one.pk: one.live for one in candidates}
    found = {}
    for beside in corpus.considered(0, len(candidates)):
        is_live = np.array([live[key] for key in beside.considered["report"].tolist()], bool)
        days, own = corpus.facts.days[beside.numbers], corpus.own[beside.numbers]
        entries = kept(beside.considered, beside.first, days, own, is_live, places, pool)
        found |= dict(zip(corpus.facts.keys[beside.numbers].tolist(), entries, strict=True))
    return found


def beside(pk, candidates, *args, **kwargs):
    return sidebars(candidates, *args, **kwargs)[pk]


def order_beside(pk, candidates, *args, **kwargs):
    return [entry.related for entry in beside(pk, candidates, *args, **kwargs)]


# Terms


def counted(title, *texts, language="en"):
    return {row["key"]: row["count"] for row in unpacked(count_terms(title, texts, language))}


def test_terms_are_words_and_pairs_of_words_and_those_of_the_title_count_three_times():
    expected = {"river": 4, "treaties": 3, "river treaties": 3, "dams": 1, "dams river": 1}
    assert counted("River Treaties", "Dams of the river") == {crc32(term.encode()): n for term, n in expected.items()}


def test_words_compare_without_case_or_accents_and_stop_words_say_nothing():
    assert words("The Élan of ÉLAN", "en") == ["elan", "elan"]
    assert words("the élan of", "xx") == ["the", "elan", "of"]
    assert words("Les députés dans la forêt", "fr") == ["deputes", "foret"]


def test_addresses_and_figures_are_no_words():
    text = "Look https://a.example/dams, www.b.org/x or mail@c.org digital.gov/dams 2024 covid19"
    assert words(text, "xx") == ["look", "or", "covid19"]


PIECES = ["www.", "https://", "a@b", ".org", "x.gov/", "water", ".", ":", "@", " ", "\n", "\u3000", "(", "née", "com"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_an_address_is_none_wherever_it_is_looked_for(text):
    assert WORD.findall(without_addresses(text)) == WORD.findall(ADDRESS.sub(" ", text))


def test_chinese_is_counted_by_signs_and_pairs_of_signs():
    assert words("水资源 and Rhine", "zh") == ["水", "资", "源", "and", "rhine"]


def test_of_too_many_terms_the_most_frequent_are_kept():
    kept = np.frombuffer(packed({key: 1 + key % 2 for key in range(3000)}), COUNTS)
    assert len(kept) == 2000
    assert np.count_nonzero(kept["count"] == 2) == 1500
    assert list(kept["key"]) == sorted(kept["key"])


def test_a_text_without_words_has_no_terms():
    assert count_terms("", ["", "…"], "en") == b""


# Weights


def test_a_vector_has_one_length_and_leaves_out_what_only_one_report_uses():
    weights = weigh([candidate(1, {1}, says="dams salt"), candidate(2, {1}, says="dams wells")])
    made = vectors([count_terms("", ["dams salt"], "en")], weights.terms["en"])
    assert (weights.terms["en"].keys[made.terms[0, 0]], made.weights[0, 0]) == (crc32(b"dams"), UNIT)
    assert np.count_nonzero(made.weights) == 1


def test_what_more_than_three_in_ten_use_says_nothing_from_twenty_reports_on():
    def told(number, using):
        texts = ["dams wells" if one < using else "wells salt" for one in range(number)]
        weights = weigh([candidate(one, {1}, says=text) for one, text in enumerate(texts)])
        return np.any(vectors([count_terms("", ["dams"], "en")], weights.terms["en"]).weights)

    assert told(20, 6)
    assert not told(20, 7)
    assert told(19, 7)


def test_scheduled_reports_weigh_nothing_in_words_either():
    live, scheduled = candidate(1, {1}, says="dams"), candidate(2, {1}, says="dams", live=False)
    assert weigh([live, scheduled]).terms["en"] == TermWeights(1, b"")


def test_nearness_falls_from_one_to_four_tenths():
    near = nearness(np.array([0, -365, 20_000])) / NEAREST
    assert list(near) == pytest.approx([1, 0.4 + 0.6 / math.e, 0.4], abs=1e-4)


def test_nearness_falls_from_day_to_day_for_centuries():
    assert np.all(np.diff(nearness(np.arange(100_000))) < 0)


def test_a_date_known_by_month_or_year_counts_as_its_first_day():
    shown = date(2021, 4, 7)
    assert day_of(shown, "day") == shown.toordinal()
    assert day_of(shown, "month") == date(2021, 4, 1).toordinal()
    assert day_of(shown, "year") == date(2021, 1, 1).toordinal()


def test_the_language_of_a_tag_is_its_first_part():
    assert language_of("pt-BR") == language_of("pt") == "pt"
    assert language_of("zh-Hant") == "zh"


def test_the_score_is_nearness_times_the_share_of_rarities_and_the_cosine():
    one, other = candidate(1, {1, 2, 3}, day=0, says="dams"), candidate(2, {2, 3, 4}, day=365, says="dams")
    topics = {1: 1, 2: 5, 3: 2, 4: 1}
    share = (math.log(10 / 5) + math.log(10 / 2)) / (math.log(10) + math.log(10 / 5) + math.log(10 / 2))
    near = 0.4 + 0.6 / math.e
    assert beside(1, [one, other], Weights(9, topics))[0].score == pytest.approx(near * share, abs=1e-6)
    together = Weights(9, topics, weigh([one, other]).terms)
    assert beside(1, [one, other], together)[0].score == pytest.approx(near * (share + 16), abs=1e-6)


def test_a_topic_that_was_never_weighed_counts_as_carried_by_one():
    assert Weights(9, {}).rarity(1) == round(math.log(10) * PARTS)


def test_words_order_what_topics_let_in():
    says_alike = candidate(2, {1}, says="dams along the river", day=-900)
    shares_more = candidate(3, {1, 2}, says="schools")
    stranger = candidate(4, {9}, says="dams along the river")
    others = [says_alike, shares_more, stranger, candidate(5, {8}, says="schools")]
    assert order_beside(1, [candidate(1, {1, 2}, says="dams along the river"), *others]) == [2, 3]


def test_what_is_in_neither_pool_is_not_kept():
    reports = [candidate(pk, {1}, day=-pk, says="dams" if pk in (1, 9) else "wells") for pk in range(1, 10)]
    assert sorted(order_beside(1, reports, pool=2)) == [2, 3, 9]


def test_terms_that_too_many_use_look_for_no_candidates(monkeypatch):
    monkeypatch.setattr("publications.related.scoring.HEAD_AT_MOST", 1)
    reports = [candidate(pk, {1}, day=-pk, says="dams" if pk in (1, 9) else "wells") for pk in range(1, 10)]
    assert order_beside(1, reports, pool=2) == [2, 3]


def test_reports_in_its_language_come_before_better_ones():
    others = [candidate(2, {1, 2}, language="fr"), candidate(3, {1}, day=900)]
    assert order_beside(1, [candidate(1, {1, 2}), *others]) == [3, 2]


def test_ties_go_to_the_newer_and_then_to_the_slug_by_code_point():
    others = [
        candidate(2, {1}, day=5, slug="b"),
        candidate(3, {1}, day=5, slug="a_"),
        candidate(4, {1}, day=5, slug="a-"),
        candidate(5, {1}, day=-5, slug="a"),
    ]
    assert order_beside(1, [candidate(1, {1}), *others]) == [4, 3, 2, 5]


def test_entries_are_kept_as_far_down_as_the_sixth_that_is_live():
    reports = [candidate(pk, {1}, day=-pk, live=pk % 2 == 0) for pk in range(1, 21)]
    assert order_beside(1, reports) == list(range(2, 13))


def test_all_are_kept_where_fewer_than_six_are_live():
    reports = [candidate(pk, {1}, day=-pk, live=pk < 7) for pk in range(1, 21)]
    assert order_beside(1, reports) == list(range(2, 21))


def test_whoever_is_barred_from_one_sidebar_stands_in_others():
    reports = [candidate(pk, {1}) for pk in (1, 2, 3)]
    barred = {1: {2}}
    assert order_beside(1, reports, barred=barred) == [3]
    assert order_beside(2, reports, barred=barred) == [1, 3]


def test_a_report_without_topics_has_nothing_beside_it():
    assert order_beside(1, [candidate(1, set()), candidate(2, set())]) == []


@st.composite
def corpora(draw):
    """Small corpora full of ties: few topics, few days, two languages, some scheduled, some pairs kept apart."""
    count = draw(st.integers(2, 14))
    reports = [
        oracle.Publication(
            pk=pk,
            slug=draw(st.sampled_from("abc")) + f"-{pk * 7 % 5}-{pk}",
            language=draw(st.sampled_from(["en", "en-GB", "fr"])),
            date=date(2024, 1, 1) + timedelta(days=draw(st.sampled_from([0, 0, 1, 40, 366]))),
            precision=draw(st.sampled_from(["day", "day", "month", "year"])),
            state="published",
            public_from=NOW + timedelta(days=draw(st.sampled_from([-1, -1, -1, 0, 1, 2]))),
            topics=draw(st.sets(st.integers(1, 5), max_size=4)),
            terms={term: draw(st.integers(1, 3)) for term in draw(st.sets(st.integers(1, 9), max_size=6))},
        )
        for pk in range(1, count + 1)
    ]
    pairs = st.tuples(st.integers(1, count), st.integers(1, count)).filter(lambda pair: pair[0] != pair[1])
    origins = st.sampled_from(["pinned", "excluded", "updates", "superseded_by"])
    rows = [oracle.Row(*pair, origin=draw(origins)) for pair in draw(st.lists(pairs, max_size=4, unique=True))]
    shot = oracle.Snapshot({report.pk: report for report in reports}, rows, 0, {})
    shot.number_live, shot.frequencies, shot.languages = oracle.fresh_weights(shot, NOW)
    return shot


def engine(shot, **limits):
    barred = defaultdict(set)
    for row in shot.rows:
        barred[row.report].add(row.related)
        if row.origin in oracle.LINKS:
            barred[row.related].add(row.report)
    candidates = [as_candidate(report) for report in shot.publications.values()]
    weights = weigh(candidates)
    assert (weights.live_reports, weights.topics) == (shot.number_live, shot.frequencies)
    assert {tag: as_oracle(one) for tag, one in weights.terms.items()} == shot.languages
    return sidebars(candidates, weights, barred, **limits)


def as_oracle(weights):
    return weights.live_reports, dict(struct.iter_unpack("<II", weights.packed))


def as_candidate(report):
    day = day_of(report.date, report.precision)
    live = report.public_from <= NOW
    return Candidate(
        report.pk, report.slug, language_of(report.language), day, report.topics, live, packed(report.terms)
    )


# With six places, or pools of fifty, a small corpus would never come to their end.
# The examples are small and quick, so there are always more of them than the 50 of elsewhere.
many = settings(max_examples=max(300, settings.default.max_examples))


@many
@given(
    corpora(),
    st.sampled_from([1, 2, 3, PLACES]),
    st.sampled_from([1, 2, 3, 50]),
    st.sampled_from([0, 1, 32]),
    st.sampled_from([2, 1000]),
)
def test_the_kept_entries_that_are_live_are_the_best_of_all_pairs_at_any_later_moment(shot, places, pool, few, sets):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(oracle, "POOL", pool)
        patched.setattr(groups, "FEW", few)
        patched.setattr(groups, "SETS", sets)
        found = engine(shot, places=places, pool=pool, slack=1)
        for pk, report in shot.publications.items():
            entries = [entry.related for entry in found[pk]]
            for moment in (NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)):
                seen = [other for other in entries if oracle.is_live(shot.publications[other], moment)]
                assert seen[:places] == oracle.computed(shot, report, moment)[:places]
