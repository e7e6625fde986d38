"""The scoring of related publications, against brute force and against figures worked out by hand."""

import math
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publications.related import (
    PLACES,
    Candidate,
    Corpus,
    Kept,
    Weights,
    day_of,
    kept,
    language_of,
    nearness,
    stage_one,
    touched,
    weigh,
)
from tests import oracle

pytestmark = pytest.mark.once

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def candidate(pk, topics, *, day=0, language="en", slug=None, live=True):
    return Candidate(pk, slug or f"report-{pk}", language, day, frozenset(topics), live)


def order_beside(pk, candidates, weights=None, barred=None):
    corpus = Corpus(candidates, barred or {})
    return [entry.related for entry in kept(corpus, weights or weigh(candidates), pk)]


def test_nearness_falls_from_one_to_four_tenths():
    assert nearness(0) == 1
    assert nearness(365) == pytest.approx(0.4 + 0.6 / math.e)
    assert nearness(20_000) == pytest.approx(0.4)


def test_a_date_known_by_month_or_year_counts_as_its_first_day():
    shown = date(2021, 4, 7)
    assert day_of(shown, "day") == shown.toordinal()
    assert day_of(shown, "month") == date(2021, 4, 1).toordinal()
    assert day_of(shown, "year") == date(2021, 1, 1).toordinal()


def test_the_language_of_a_tag_is_its_first_part():
    assert language_of("pt-BR") == language_of("pt") == "pt"
    assert language_of("zh-Hant") == "zh"


def test_the_score_is_nearness_times_the_rarities_of_the_shared_topics():
    one, other = candidate(1, {1, 2, 3}, day=0), candidate(2, {2, 3, 4}, day=365)
    weights = Weights(live_reports=9, topics={1: 1, 2: 5, 3: 2, 4: 1})
    expected = (0.4 + 0.6 / math.e) * (math.log(10 / 5) + math.log(10 / 2))
    assert list(stage_one(Corpus([one, other], {}), weights, one)) == [(other, round(expected, 9))]


def test_a_topic_that_was_never_weighed_counts_as_carried_by_one():
    assert Weights(9, {}).rarity(1) == math.log(10)


def test_scheduled_reports_have_no_weight():
    assert weigh([candidate(1, {1, 2}), candidate(2, {1}, live=False)]) == Weights(1, {1: 1, 2: 1})


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


def test_scores_that_differ_in_the_tenth_decimal_are_equal():
    weights = Weights(10**10, {1: 10**10 - 1, 2: 10**10})
    beside = [candidate(1, {1, 2}), candidate(2, {1}, slug="b"), candidate(3, {2}, slug="a")]
    assert order_beside(1, beside, weights) == [3, 2]


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
        )
        for pk in range(1, count + 1)
    ]
    pairs = st.tuples(st.integers(1, count), st.integers(1, count)).filter(lambda pair: pair[0] != pair[1])
    origins = st.sampled_from(["pinned", "excluded", "updates", "superseded_by"])
    rows = [oracle.Row(*pair, origin=draw(origins)) for pair in draw(st.lists(pairs, max_size=4, unique=True))]
    shot = oracle.Snapshot({report.pk: report for report in reports}, rows, 0, {})
    shot.number_live, shot.frequencies = oracle.fresh_weights(shot, NOW)
    return shot


def engine(shot, places):
    barred = defaultdict(set)
    for row in shot.rows:
        barred[row.report].add(row.related)
        if row.origin in oracle.LINKS:
            barred[row.related].add(row.report)
    return Corpus([as_candidate(report) for report in shot.publications.values()], barred, places)


def as_candidate(report):
    day = day_of(report.date, report.precision)
    topics, live = frozenset(report.topics), report.public_from <= NOW
    return Candidate(report.pk, report.slug, language_of(report.language), day, topics, live)


# With six places a small corpus would never come to the end of a sidebar.
# The examples are small and quick, so there are always more of them than the 50 of elsewhere.
many = settings(max_examples=max(300, settings.default.max_examples))
places_in_a_sidebar = st.sampled_from([1, 2, 3, PLACES])


@many
@given(corpora(), places_in_a_sidebar)
def test_the_kept_entries_that_are_live_are_the_best_of_all_pairs_at_any_later_moment(shot, places):
    corpus = engine(shot, places)
    weights = weigh(corpus.reports.values())
    assert weights == Weights(shot.number_live, shot.frequencies)
    for pk, report in shot.publications.items():
        entries = [entry.related for entry in kept(corpus, weights, pk)]
        for moment in (NOW, NOW + timedelta(days=1), NOW + timedelta(days=2)):
            seen = [other for other in entries if oracle.is_live(shot.publications[other], moment)]
            assert seen[:places] == oracle.computed(shot, report, moment)[:places]


@many
@given(corpora(), places_in_a_sidebar, st.data())
def test_no_sidebar_is_missed_when_one_report_changes(shot, places, data):
    """Whatever it was before, computing the touched sidebars alone gives what computing all gives."""
    weights = Weights(shot.number_live, shot.frequencies)
    pk = data.draw(st.sampled_from(sorted(shot.publications)))
    before = engine(shot, places)
    standing = {report: kept(before, weights, report) for report in shot.publications}
    change(shot.publications[pk], data)
    after = engine(shot, places)
    due = touched(after, weights, {pk}, standing)
    for report in after.reports:
        entries = kept(after, weights, report) if report in due else standing[report]
        assert in_sight(after, entries) == in_sight(after, kept(after, weights, report))


def change(report, data):
    report.slug = data.draw(st.sampled_from([report.slug, "a", "z"]))
    report.language = data.draw(st.sampled_from(["en", "fr"]))
    report.date += timedelta(days=data.draw(st.sampled_from([0, 0, -40, 300])))
    report.topics = data.draw(st.sets(st.integers(1, 5), max_size=4))
    report.public_from = NOW + timedelta(days=data.draw(st.sampled_from([-1, 1])))


def in_sight(corpus, entries: list[Kept]):
    """As far as the sixth live one: what is kept below it, nobody will see."""
    seen, live = [], 0
    for entry in entries:
        if live < corpus.places:
            seen.append(entry)
            live += corpus.reports[entry.related].is_live
    return seen
