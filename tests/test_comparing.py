"""Two contents of a report compared: words in text, rows in authors, topics, files and related reports."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publications.editorial.comparing import IN, OUT, SAME, blocks, compare, differing, words_changed
from publications.editorial.versions import snapshot
from tests.factory import attach, make_author, make_report, make_topic, make_type, relate


def found(old, new):
    """{heading: [one string a paragraph, with [-what went-] and {+what came+}]}"""
    marks = {SAME: "{}", OUT: "[-{}-]", IN: "{{+{}+}}"}
    return {
        change.heading: [
            "".join(marks[piece.kind].format(piece.words.strip()) for piece in pieces) for pieces in change.paragraphs
        ]
        for change in compare(old, new)
    }


@pytest.fixture
def content(db):
    report = make_report(
        "Water and Peace",
        authors=[make_author("Amina"), make_author("Bo")],
        topics=[make_topic("Water")],
        body="<p>One well.</p><p>Two <b>wells</b>.</p>",
        type=make_type("Brief"),
    )
    attach(report, "The report")
    relate(report, make_report("Pinned"))
    return snapshot(report)


def edited(content, **fields):
    new = copy.deepcopy(content)
    new["fields"] |= fields
    return new


def test_what_is_the_same_is_not_named(content):
    assert compare(content, copy.deepcopy(content)) == []


def test_a_line_is_compared_by_its_words(content):
    new = edited(content, title="Water without Peace")
    assert found(content, new) == {"Title": ["Water[-and-]{+without+}Peace"]}


def test_a_text_is_compared_by_its_paragraphs_and_only_those_that_differ_are_shown(content):
    new = edited(content, body="<p>One well.</p><p>Three <b>wells</b>.</p><p>And a pump.</p>")
    assert found(content, new)["Body"] == ["[-Two wells.-]", "{+Three wells.+}", "{+And a pump.+}"]
    new = edited(content, body="<p>One well.</p><p>Three <b>wells</b>.</p>")
    assert found(content, new)["Body"] == ["[-Two-]{+Three+}wells."]


def test_formatting_alone_is_said_to_be_that(content):
    new = edited(content, body="<p>One well.</p><p>Two wells.</p>")
    (change,) = compare(content, new)
    assert (change.heading, change.paragraphs, change.formatting_only) == ("Body", [], True)


def test_choices_types_and_numbers_are_said_in_words(content):
    other = make_type("Special Report")
    new = edited(content, type=other.pk, type_name="Special Report", date_precision="month", number="4")
    assert found(content, new) == {
        "Type": ["[-Brief-]{+Special Report+}"],
        "Number": ["{+4+}"],
        "Known by": ["[-Day-]{+Month+}"],
    }


def test_rows_that_came_went_or_moved_are_named_whole(content):
    new = copy.deepcopy(content)
    new["authorships"].reverse()
    new["report_topics"] = []
    new["attachments"][0]["title"] = "Renamed"
    new["related_entries"][0]["origin"] = "part_of"
    changes = found(content, new)
    assert changes["Authors"] in (
        ["{+Bo, author+}", "[-Bo, author-]"],
        ["[-Amina, author-]", "{+Amina, author+}"],
    )
    assert changes["Topics"] == ["[-Water-]"]
    assert [line[:2] for line in changes["Files"]] == ["[-", "{+"]
    assert changes["Related publications"] == ["[-pinned: Pinned-]", "{+part of: Pinned+}"]


def test_a_version_from_before_a_part_was_known_compares(content):
    old = {"fields": {"title": "Water and Peace"}}
    assert {"Authors", "Topics", "Body"} <= found(old, content).keys()


def test_long_stretches_that_stayed_are_shortened(content):
    stayed = " ".join(f"word{number}" for number in range(200))
    old, new = edited(content, teaser=f"{stayed} old"), edited(content, teaser=f"{stayed} new")
    (line,) = found(old, new)["Teaser"]
    assert line.endswith("word199[-old-]{+new+}")
    assert len(line.split()) < 20


def test_list_items_headings_and_cells_are_paragraphs():
    html = "<h2>Head</h2><ul><li><p>One</p></li><li>Two</li></ul><table><tr><td>A</td><td>B</td></tr></table>"
    assert blocks(html) == ["Head", "One", "Two", "A", "B"]


def test_the_headings_that_differ_are_named_without_a_look_at_how(content):
    new = edited(content, title="Other", body="<p>Other.</p>")
    new["report_topics"] = []
    assert differing(content, new) == ["Title", "Body", "Topics"]
    assert differing(content, copy.deepcopy(content)) == []


def test_a_very_long_paragraph_that_changed_is_shown_whole_in_an_instant(content):
    old = edited(content, body=f"<p>{'alpha beta ' * 20_000}</p>")
    new = edited(content, body=f"<p>{'beta gamma ' * 20_000}</p>")
    (change,) = compare(old, new)
    assert [piece.kind for piece in change.paragraphs[0]] == [OUT, IN]


words = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12).map(" ".join)


@given(words, words)
def test_the_pieces_of_a_comparison_spell_both_sides(old, new):
    pieces = words_changed(old, new)
    assert "".join(piece.words for piece in pieces if piece.kind != IN).split() == old.split()
    assert "".join(piece.words for piece in pieces if piece.kind != OUT).split() == new.split()


def test_another_picture_and_another_word_for_it_are_said(content):
    keys = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    first, second = (
        f'<figure><img data-picture="{key}" alt="A &quot;well&quot;"><small>Ada</small></figure>' for key in keys
    )
    before = edited(content, body=first)
    assert found(before, edited(content, body=second)) == {
        "Body": ['(Picture[-0f8fad5b:-]{+7c9e6679:+}A "well")'],
    }
    assert found(before, edited(content, body=first.replace("&quot;well&quot;", "pump"))) == {
        "Body": ['(Picture 0f8fad5b: A[-"well")-]{+pump)+}'],
    }
    assert found(edited(content, body=""), before) == {"Body": ['{+(Picture 0f8fad5b: A "well")+}', "{+Ada+}"]}


def test_signs_of_html_in_words_are_shown_as_they_are_read():
    assert blocks("<p>Food &amp; water, 3 &lt; 4</p>") == ["Food & water, 3 < 4"]
