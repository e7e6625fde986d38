"""The whole order beside a report, as its editor is told of it, against brute force; and the words for what it says."""

from datetime import date
from math import isclose

import pytest
from django.utils import timezone

from publications import relating, sidebars
from publications.models import RelatedPublication, Report
from publications.related.explaining import apart, significant
from publications.relating.everything import Limits
from publications.relating.placing import order
from tests import oracle
from tests.factory import make_draft, make_report, make_scheduled, make_topic, make_withdrawn, relate

pytestmark = pytest.mark.django_db
SMALL = Limits(2, 2, 3)
LEADS = ["<p>dams and wells</p>", "<p>wells and pumps and rain</p>", "<p>salt</p>", "<p>rain, dams, pumps</p>"]
DAYS = [date(2024, 1, 1), date(2023, 6, 1), date(2020, 2, 29), date(2024, 1, 1)]


def corpus():
    topics = [make_topic() for _ in range(3)]
    for number in range(24):
        carried = [topic for place, topic in enumerate(topics) if (number % 7 + 1) >> place & 1]
        make = make_scheduled if number % 9 == 8 else make_report
        fields = {} if make is make_scheduled else {"date": DAYS[number % 4]}
        make(topics=carried, lead=LEADS[number * 5 % 4], language="fr" if number % 8 == 3 else "en", **fields)
    make_draft(topics=topics), make_withdrawn(topics=topics), make_report("Alone", topics=[make_topic()])
    relating.rebuild()
    return topics


def barred(report):
    links = set(sidebars.linking_to(report).values_list("report", flat=True))
    by_hand = RelatedPublication.objects.filter(report=report).exclude(origin="computed")
    return links | set(by_hand.values_list("related", flat=True))


@pytest.mark.parametrize("anew", [False, True])
def test_the_order_is_that_of_brute_force_all_the_way_down(anew):
    corpus()
    shot, now = oracle.snapshot(), timezone.now()
    for report in Report.objects.live().order_by("pk"):
        found = order(report, barred(report), relating.limits(), anew)
        assert [entry.related for entry in found.entries] == oracle.computed(shot, shot.publications[report.pk], now)
        assert found.entries[-1:] == [] or found.place_of(found.entries[-1].related) == len(found.entries)
        one = shot.publications[report.pk]
        for entry in found.entries:
            assert round(entry.score * 10**9) == oracle.by_all(shot, one, shot.publications[entry.related])
            share = found.shares_of(entry.related)
            assert isclose(share.topics + share.words, entry.score, abs_tol=1e-8)
            topics = oracle.by_topics(shot, one, shot.publications[entry.related]) / 2**30
            assert isclose(share.topics, topics / oracle.rarities(shot, one.topics), abs_tol=1e-9)


def test_what_is_in_no_pool_has_the_places_that_brute_force_gives_it(monkeypatch):
    corpus()
    monkeypatch.setattr(oracle, "POOL", SMALL.pool)
    monkeypatch.setattr(oracle, "MOST", SMALL.places)
    shot, now = oracle.snapshot(), timezone.now()
    outside = 0
    for report in Report.objects.live().order_by("pk")[:8]:
        one, found = shot.publications[report.pk], order(report, set(), SMALL)
        assert [entry.related for entry in found.entries] == oracle.computed(shot, one, now)
        live = [other for other in oracle.live_ones(shot, now) if other != one and other.topics & one.topics]
        by_topics = [other.pk for other in oracle.best_first(shot, one, live, oracle.by_topics)]
        alike = [other for other in live if oracle.by_terms(shot, one, other)]
        by_words = [other.pk for other in oracle.best_first(shot, one, alike, oracle.by_terms)]
        for other in live:
            away = found.outside(other.pk)
            assert away.sharing == len(live)
            assert away.by_topics == by_topics.index(other.pk) + 1
            assert away.by_words == (by_words.index(other.pk) + 1 if other.pk in by_words else None)
            outside += found.place_of(other.pk) is None
        assert found.outside(Report.objects.get(title="Alone").pk) is None
    assert outside > 20


def test_who_is_barred_stands_nowhere_and_counts_for_nobody():
    topics = corpus()
    report = Report.objects.live().filter(topics=topics[0]).first()
    away = order(report, set(), relating.limits()).entries[0].related
    relate(report, Report.objects.get(pk=away), "excluded")
    found = order(report, barred(report), relating.limits())
    assert found.place_of(away) is None
    assert found.outside(away) is None


def test_before_anything_was_weighed_nothing_stands_there():
    found = order(make_report(topics=[make_topic()]), set(), relating.limits())
    assert (found.entries, found.place_of(1), found.outside(1)) == ([], None, None)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "of the same date"),
        (1, "one day apart"),
        (13, "13 days apart"),
        (14, "two weeks apart"),
        (59, "eight weeks apart"),
        (60, "two months apart"),
        (365, "twelve months apart"),
        (699, "23 months apart"),
        (730, "two years apart"),
        (9000, "25 years apart"),
    ],
)
def test_a_distance_in_time_is_said_in_words(days, words):
    assert apart(days) == words


@pytest.mark.parametrize(
    ("score", "digits"),
    [
        (0.5234, "0.52"),
        (0.998, "1.0"),
        (1.37, "1.4"),
        (16.2, "16"),
        (9.99, "10"),
        (0.003149, "0.0031"),
        (0, "0"),
        (0.000000004, "0.0000000040"),
    ],
)
def test_a_score_is_said_in_the_digits_that_tell(score, digits):
    assert significant(score) == digits
