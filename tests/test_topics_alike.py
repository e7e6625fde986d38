"""Which topics look like another."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publications.models import TopicsApart
from publications.topic_care.suggesting import look_alikes, suggestions, tell_apart
from tests.factory import make_report, make_topic
from topics.alike import SLIPS, alike, bare, within
from topics.models import TopicSynonym


def pairs(*names):
    return [(one.one, one.other) for one in alike({key: [name] for key, name in enumerate(names)})]


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Peace-building", "Peacebuilding", "SPELT"),
        ("Peace building", "peace‑building", "SPELT"),
        ("Conflict Analysis & Prevention", "Conflict analysis and prevention", "SPELT"),
        ("Élections", "Elections", "SPELT"),
        ("Election", "Elections", "PLURAL"),
        ("Policies", "Policy", "PLURAL"),
        ("Rule of law", "Rules of law", "PLURAL"),
        ("Women, peace and security", "Security, peace and women", "WORDS"),
        ("U.S.", "United States", "INITIALS"),
        ("EU", "European Union", "INITIALS"),
        ("DRC", "Democratic Republic of the Congo", "INITIALS"),
        ("Seasonal rivers", "Seasonal Rivers (dry)", "BRACKETS"),
        ("Goverment", "Government", "SLIP"),
        ("Humanitarian assistance", "Humanitarian asistence", "SLIP"),
    ],
)
def test_names_that_are_one(one, other, why):
    (pair,) = alike({1: [one], 2: [other]})
    assert (pair.one, pair.other, pair.why.name) == (1, 2, why)


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Iran", "Iraq"),
        ("Niger", "Nigeria"),
        ("North Korea", "South Korea"),
        ("Western Europe", "Eastern Europe"),
        ("Special Report 12", "Special Report 13"),
        ("Water", "Peace"),
        ("Gas", "Gases of war"),
        ("Georgia (state)", "Georgia (country)"),
        ("中国", "日本"),
    ],
)
def test_names_that_are_two(one, other):
    assert pairs(one, other) == []


@pytest.mark.once
def test_another_word_for_a_topic_counts():
    assert [pair.why.name for pair in alike({1: ["Türkiye", "Turkey"], 2: ["Turkey’s"]})] in (["SLIP"], ["PLURAL"])


@pytest.mark.once
@given(st.text("abc", min_size=6, max_size=16), st.lists(st.tuples(st.integers(1, 15), st.sampled_from("abc-"))))
def test_no_slip_of_the_pen_is_overlooked(text, slips):
    """What meets in buckets is what brute force finds."""
    most = max(number for length, number in SLIPS.items() if len(text) >= length)
    other = text
    for place, letter in slips[:most]:
        other = other[:place] + letter.strip("-") + other[place + (letter == "-") :]
    near = bare(text) != bare(other) and min(len(text), len(other)) >= min(SLIPS)
    both = min((text, other), key=len)
    limit = max((number for length, number in SLIPS.items() if len(both) >= length), default=0)
    if near and within(text, other, limit):
        assert pairs(text, other) == [(0, 1)]


@pytest.mark.once
@pytest.mark.parametrize("kind", ["numbered", "random", "alike", "prefixed"])
def test_five_thousand_names_take_moments(kind):
    chance = random.Random(1)
    names = {
        "numbered": [f"Topic of the year {number}" for number in range(5_000)],
        "random": ["".join(chance.choices("etaoinshr", k=chance.randint(4, 20))) for _ in range(5_000)],
        "alike": [f"Peacebuilding{'-' * (number % 7)}{'abcdefg'[number % 7]}" for number in range(5_000)],
        "prefixed": ["international" + "".join(chance.choices("abcd", k=8)) for _ in range(5_000)],
    }[kind]
    started = time.perf_counter()
    assert len(pairs(*names)) <= 500
    assert time.perf_counter() - started < 10


@pytest.mark.django_db
def test_what_is_said_to_be_different_is_not_suggested_again():
    one, other = make_topic("Peace-building"), make_topic("Peacebuilding")
    make_topic("Peace building", retired=True)
    make_report(topics=[one]), make_report(topics=[one]), make_report(topics=[other])
    (suggestion,) = suggestions(look_alikes())
    assert (suggestion.one, suggestion.other) == (other, one)
    assert (suggestion.one.report_count, suggestion.other.report_count) == (1, 2)
    tell_apart(one, other)
    tell_apart(other, one)
    assert look_alikes() == []
    assert TopicsApart.objects.count() == 1


@pytest.mark.django_db
def test_the_synonym_of_the_one_may_look_like_the_other():
    TopicSynonym.objects.create(topic=make_topic("Türkiye"), name="Republic of Turkey")
    make_topic("Republic of Turkeys")
    assert len(look_alikes()) == 1
