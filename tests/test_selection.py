"""The address of a list says it all: what a selection writes, it reads again."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from publications.selection import FACETS, SORTS, Selection, page_number, read
from text.cleaning import holds_forbidden

pytestmark = pytest.mark.once

names = st.sampled_from(["q", *FACETS, "sort", "page", "other"])
values = st.one_of(st.text(max_size=8), st.sampled_from(["water", "a b", "2021", "en", "3", "title", "é", " x ", "0"]))
queries = st.lists(st.tuples(names, values), max_size=12)


def asked(pairs):
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return read(query)


@given(queries)
def test_what_is_written_is_read_again(pairs):
    selection = asked(pairs)
    if selection.possible:
        assert read(QueryDict(selection.query[1:])) == selection


@given(queries)
def test_an_address_is_written_in_one_form(pairs):
    once = asked(pairs).query
    assert read(QueryDict(once[1:])).query == once


@given(queries)
def test_no_selection_holds_what_no_text_may_hold(pairs):
    selection = asked(pairs)
    everything = selection.words + "".join("".join(selection.of(facet)) for facet in FACETS)
    assert not holds_forbidden(everything)
    assert selection.sort in ("", *SORTS)
    assert selection.page >= 1


@given(queries, st.sampled_from(FACETS), st.text(min_size=1, max_size=5))
def test_adding_and_taking_away_again_changes_nothing_but_the_page(pairs, facet, value):
    selection = asked(pairs)
    if value not in selection.of(facet):
        there_and_back = selection.adding(facet, value).without(facet, value)
        assert there_and_back.query == selection.on_page(1).query


@given(queries, st.sampled_from(FACETS), st.lists(values))
def test_many_values_are_added_as_each_would_be_alone(pairs, facet, added):
    selection = asked(pairs)
    assert list(selection.queries_adding(facet, added)) == [selection.adding(facet, each).query for each in added]


@pytest.mark.parametrize("length", [199, 200, 201])
def test_a_value_that_is_cut_is_cut_in_one_form(length):
    query = QueryDict(mutable=True)
    query["q"] = "x" * (length + 99) + " y"
    query["topic"] = "x" * (length - 1) + " y"
    selection = read(query)
    assert read(QueryDict(selection.query[1:])) == selection


def test_choosing_or_sorting_goes_back_to_the_first_page():
    selection = Selection(words="a", page=3)
    assert selection.adding("topic", "b").page == 1
    assert selection.sorted_by("title").page == 1
    assert selection.without_words().page == 1
    assert selection.on_page(4).page == 4


def test_relevance_is_in_force_only_where_words_are_searched():
    assert Selection(sort="relevance").order == "newest"
    assert Selection(words="a").order == "relevance"
    assert Selection(words="a", sort="oldest").order == "oldest"


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1.5", "1e9", "٣", "99999999", " 2", "0x2", "²"])
def test_what_is_no_page_is_no_page_of_the_list(page):
    assert page_number(page) == 0


def test_more_than_fifty_values_match_nothing():
    assert asked([("topic", str(number)) for number in range(50)]).possible
    assert not asked([("topic", str(number)) for number in range(51)]).possible
