"""What is asked for, and what is found."""

from urllib.parse import quote

import pytest

from publications.searching.asked import MOST_WORDS, Part, read
from tests import asking
from tests.crawl import page
from tests.factory import make_report

# What is asked for


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("water peace", [("water",), ("peace",)], []),
        ("water -peace", [("water",)], [("peace",)]),
        ("−peace –war", [], [("peace",), ("war",)]),
        ("peace-building", [("peace", "building")], []),
        ("- peace", [("peace",)], []),
        ("--peace", [], [("peace",)]),
        ("water water -water", [("water",)], [("water",)]),
        ("Élections", [("elections",)], []),
        ("!?… - “”", [], []),
        ("", [], []),
    ],
)
def test_words_are_read(typed, wanted, unwanted):
    asked = read(typed)
    assert [part.words for part in asked.wanted] == wanted
    assert [part.words for part in asked.unwanted] == unwanted
    assert not any(part.quoted for part in (*asked.wanted, *asked.unwanted))


@pytest.mark.once
@pytest.mark.parametrize(
    "typed", ['"of the river"', "“of the river”", "„of the river“", "«of the river»", '"of the river']
)
def test_a_phrase_is_read_whatever_the_quotes(typed):
    assert read(f"{typed}").wanted == (Part(("of", "the", "river"), quoted=True),)


@pytest.mark.once
def test_a_phrase_may_be_unwanted():
    asked = read('water -"of the river" -sea')
    assert asked.wanted == (Part(("water",)),)
    assert asked.unwanted == (Part(("of", "the", "river"), quoted=True), Part(("sea",)))


@pytest.mark.once
def test_no_more_than_twelve_words_are_read():
    typed = " ".join(f"word{number}" for number in range(30))
    assert len(read(typed).wanted) == MOST_WORDS
    assert sum(len(part.words) for part in read(f'"{typed}" {typed}').wanted) == MOST_WORDS


# What is found


@pytest.fixture
def rivers():
    """Three publications, of which the words differ a little."""
    make_report("Peace", slug="peace", lead="<p>Water under the bridge.</p>", body="<p>The dam holds the river.</p>")
    make_report("War", slug="war", lead="<p>Bridge under water.</p>", body="<p>The river holds.</p>")
    make_report("Trade", slug="trade", lead="<p>Of and to the.</p>", body="<p>Peacebuilding at the quay.</p>")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("water bridge", {"peace", "war"}),
        ('"water under"', {"peace"}),
        ('"bridge under water"', {"war"}),
        ('"under bridge"', set()),
        ('"holds the river"', {"peace"}),
        ('"hold the rivers"', {"peace"}),
        ("river -dam", {"war"}),
        ('river -"the dam"', {"war"}),
        ("-river", {"trade"}),
        ("-river -quay", set()),
        ("river -river", set()),
        ("peace-building", {"trade"}),
        ("of and to the", {"trade"}),
        ("the river", {"peace", "war"}),
        ("quay dam", {"peace", "trade"}),
        ("quay dam -river", {"trade"}),
        ("peaceb", {"trade"}),
    ],
)
def test_words_phrases_and_minus_find(rivers, typed, found):
    assert set(asking.find(typed)) == found


@pytest.mark.django_db
def test_where_nothing_holds_all_of_the_words_the_page_says_so(rivers):
    assert "hold some of them" in page("/publications/?q=quay+dam").text
    assert "hold some of them" not in page("/publications/?q=water+bridge").text


@pytest.mark.django_db
def test_words_that_were_meant_are_offered_only_if_they_find(rivers):
    assert page("/publications/?q=brigde").one("p", class_="meant").one("a")["href"] == "/publications/?q=bridge"
    assert "Did you mean" not in page("/publications/?q=bridge").text
    assert "Did you mean" not in page("/publications/?q=brigde+-water").text
    assert "Did you mean" not in page("/publications/?q=xyzzyxyzzy").text


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["℡Ω", "telp ℡Ω", "℡Ω brigde"])
def test_a_word_that_is_one_only_when_folded_is_not_corrected(rivers, typed):
    make_report("Telo")
    assert "Did you mean" in page("/publications/?q=telp").text
    assert "Did you mean" not in page(f"/publications/?q={quote(typed)}").text
