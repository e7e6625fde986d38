"""Reading a query, taking texts apart into words and stems, marking hits: what holds for any text in any script."""

import re
import unicodedata
from html import unescape

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from publications.searching.asked import MOST_WORDS, QUOTES, read
from publications.searching.marking import LENGTH, Sought, marked, piece, tokens_of
from tests.fuzzing import proper_texts, texts
from text.terms import LONGEST, STEMMERS, parts_of, stems, words

pytestmark = pytest.mark.once

any_text = texts("water", "Élections", "peace-building", "السلام", "น้ำ", "水资源", most=20)
languages = st.sampled_from([*STEMMERS, "pt-BR", "zh-Hans", "th", "he", "xx", ""])


def without_marks(html):
    return re.sub("</?mark>", "", html)


# Words


@given(any_text)
def test_words_are_folded_once_and_for_all(text):
    assert all(words(word) == [word] for word in words(text))


@given(any_text)
def test_words_are_the_same_in_capitals(text):
    # Turkish's i without a dot has the capital that others have.
    text = text.replace("ı", "i")
    assert words(text.upper()) == words(text)


@given(any_text)
def test_words_are_the_same_whichever_way_accents_are_written(text):
    forms = {form: words(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert set(map(tuple, forms.values())) == {tuple(words(text))}


@given(any_text, languages)
def test_stems_can_be_put_into_an_index(text, language):
    for stem in stems(words(text), language):
        assert stem
        assert stem.split() == [stem]
        assert len(stem.encode()) <= 8 * LONGEST


@given(any_text, any_text, languages)
def test_a_word_has_the_same_stems_wherever_it_stands(text, before, language):
    first, then = words(before), words(text)
    assert stems([*first, *then], language) == stems(first, language) + stems(then, language)


@given(any_text)
def test_no_part_of_a_word_is_long(text):
    parts = [part for word in words(text * 9) for part in parts_of(word)]
    assert all(0 < len(part) <= LONGEST for part in parts)


def test_what_joins_words_in_hebrew_parts_them():
    assert words("בית־ספר") == words("בית ספר") == ["בית", "ספר"]
    assert words("שָׁלוֹם׃ רב") == words("שלום רב")


# What was asked for


@given(any_text)
def test_a_query_is_read_whatever_it_is(text):
    asked = read(text)
    parts = [*asked.wanted, *asked.unwanted]
    found = [word for part in parts for word in part.words]
    assert len(found) <= MOST_WORDS
    assert all(part.words for part in parts)
    assert all(words(word) == [word] for word in found)
    assert set(found) <= set(words(text.translate(QUOTES)))


@given(any_text)
def test_what_holds_no_command_asks_for_its_words(text):
    plain = re.sub(r'["“”„‟«»＂−–-]', " ", text)
    asked = read(plain)
    assert not asked.unwanted
    assert not any(part.quoted for part in asked.wanted)
    assert list(dict.fromkeys(word for part in asked.wanted for word in part.words)) == list(
        dict.fromkeys(words(plain)[:MOST_WORDS])
    )


@given(any_text)
def test_a_query_of_quotation_marks_is_read_as_with_plain_ones(text):
    assert read(text.replace('"', "“")) == read(text)


# Marks


@given(proper_texts, languages)
def test_a_text_is_marked_by_the_very_stems_of_the_index(text, language):
    text = unicodedata.normalize("NFC", text)
    assert [token.stem for token in tokens_of(text, language)] == stems(words(text), language)


@st.composite
def sought(draw, some):
    """A text, and what is looked for in it: words and phrases out of it, and others."""
    text, language = draw(some), draw(languages)
    stems_there = [token.stem for token in tokens_of(text, language)]
    ways = []
    for _ in range(draw(st.integers(1, 4))):
        place, length = draw(st.integers(0, 30)), draw(st.integers(1, 3))
        ways.append(tuple(stems_there[place : place + length]) or tuple(stems(words(draw(any_text)), language)))
    return text, language, Sought([{way} for way in ways if way])


@given(sought(any_text | proper_texts))
def test_hits_lie_apart_in_the_text_and_hold_what_was_sought(one):
    text, language, what = one
    last = 0
    for hit in what.hits(text, language):
        assert last <= hit.start < hit.end <= len(text)
        last = hit.end
        (way,) = what.parts[hit.part]
        tokens = [each for each in tokens_of(text, language) if hit.start <= each.start and each.end <= hit.end]
        assert set(way) <= {token.stem for token in tokens}


@given(proper_texts, languages, st.integers(0, 20), st.integers(1, 4))
def test_what_stands_in_a_text_is_hit(text, language, place, length):
    text = unicodedata.normalize("NFC", text)
    way = tuple(stems(words(text), language)[place : place + length])
    assert not way or Sought([{way}]).hits(text, language)


@given(sought(any_text | proper_texts))
def test_marks_change_nothing_but_the_look(one):
    text, language, what = one
    hits = what.hits(text, language)
    html = marked(text, hits)
    assert without_marks(html) == escape(text)
    assert html.count("<mark>") == html.count("</mark>") <= len(hits)
    assert bool(hits) == ("<mark>" in html)


@given(sought(texts("water", "of", "น้ำ", "lakes", most=80)), st.sampled_from([1, 1, 30]))
def test_a_piece_is_a_part_of_the_text_with_a_hit_in_it(one, times):
    text, language, what = one
    text = " ".join([text] * times)
    hits = what.hits(text, language)
    if not hits:
        return
    html = piece(text, hits)
    words_shown = unescape(without_marks(html)).removeprefix("… ").removesuffix(" …")
    assert words_shown in text
    assert len(words_shown) <= LENGTH + 100
    if max(hit.end - hit.start for hit in hits) < 60:
        assert "<mark>" in html


def test_what_folding_makes_longer_or_shorter_is_marked_in_full():
    for text, word, shown in [
        ("The ﬁnal word", "final", "The <mark>ﬁnal</mark> word"),
        ("İstanbul’da su", "istanbul", "<mark>İstanbul</mark>’da su"),
        ("Die Straße dort", "strasse", "Die <mark>Straße</mark> dort"),
        ("ﷺ said", "الله", "<mark>ﷺ</mark> said"),
        ("½ of it", "1", "<mark>½</mark> of it"),
        ("การจัดการน้ำในประเทศ", "น้ำ", "การจัดการ<mark>น้ำ</mark>ในประเทศ"),
        ("新UNESCO報告書", "unesco", "新<mark>UNESCO</mark>報告書"),
        ("水资源管理", "资源", "水<mark>资源</mark>管理"),
    ]:
        what = Sought([{tuple(stems(words(word), "xx"))}])
        assert marked(text, what.hits(text, "xx")) == shown


def test_no_letter_is_cut_off_from_its_marks():
    text = "ก่" * 200 + "น้ำ" + "ก่" * 200
    html = piece(text, Sought([{tuple(stems(words("น้ำ"), "th"))}]).hits(text, "th"))
    assert "<mark>น้ำ</mark>" in html
    assert html.startswith("… ก")
    assert html.endswith("่ …")
