"""What is pasted from Word, Google Docs and the web: its structure is kept, its dirt and whatever could run is not."""

import json

import pytest
from django.urls import reverse
from hypothesis import given

from publications.editorial.roles import Role
from tests.attacks import ATTACKS
from tests.factory import make_member
from tests.test_import_richtext import faults, soup
from tests.word import FROM_GOOGLE, FROM_WORD, GOOGLE, WORD
from text.pasted import from_office
from text.richtext import sanitise


@pytest.mark.once
def test_a_paste_from_word_keeps_headings_lists_tables_and_footnotes():
    found = from_office(FROM_WORD)
    assert found.html == WORD
    assert (found.notes, found.tables, found.pictures) == (2, 1, 1)


@pytest.mark.once
def test_a_paste_from_google_docs_keeps_headings_lists_tables_and_footnotes():
    found = from_office(FROM_GOOGLE)
    assert found.html == GOOGLE
    assert (found.notes, found.tables, found.pictures) == (1, 1, 0)


NOTES = {
    "LibreOffice": (
        '<p>Pumps<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a> fail.</p>'
        '<div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" '
        'href="#sdfootnote1anc">1</a>Often.</p></div>'
    ),
    "Markdown": (
        '<p>Pumps<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup> fail.</p><hr class="footnotes-sep">'
        '<section class="footnotes"><ol><li id="fn1" class="footnote-item"><p>Often. <a href="#fnref1" '
        'class="footnote-backref">↩︎</a></p></li></ol></section>'
    ),
    "paragraphs alone": (
        '<p>Pumps<a href="#_edn1" name="_ednref1">[i]</a> fail.</p>'
        '<p><a href="#_ednref1" name="_edn1">[i]</a> Often.</p>'
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("program", NOTES)
def test_footnotes_of_any_program_are_known_by_leading_there_and_back(program):
    assert from_office(NOTES[program]).html == "<p>Pumps<foot-note>Often.</foot-note> fail.</p>"


@pytest.mark.once
def test_links_within_a_page_that_are_no_footnotes_stay_links():
    html = (
        '<p><a id="top" href="#pumps">Pumps</a></p><h2 id="pumps">Pumps</h2><p><a href="#top">Back to the top</a></p>'
    )
    assert "foot-note" not in from_office(html).html
    assert from_office('<p>See <a href="#n">[1]</a> and <a href="#n" id="m">2</a>.</p><p id="n">x</p>').notes == 0


@pytest.mark.once
@pytest.mark.parametrize(
    ("markers", "html"),
    [
        (
            [(1, "·"), (2, "o"), (3, "§"), (1, "·")],
            "<ul><li>0<ul><li>1<ul><li>2</li></ul></li></ul></li><li>3</li></ul>",
        ),
        ([(1, "1."), (2, "a)"), (2, "b)"), (1, "2.")], "<ol><li>0<ol><li>1</li><li>2</li></ol></li><li>3</li></ol>"),
        ([(1, "1."), (2, "·"), (1, "2.")], "<ol><li>0<ul><li>1</li></ul></li><li>2</li></ol>"),
        ([(1, "·"), (1, "1.")], "<ul><li>0</li></ul><ol><li>1</li></ol>"),
        ([(2, "·"), (1, "·")], "<ul><li>0</li></ul><ul><li>1</li></ul>"),
        ([(1, "7."), (1, "8.")], '<ol start="7"><li>0</li><li>1</li></ol>'),
    ],
)
def test_lists_that_word_writes_as_paragraphs_are_nested_by_their_levels(markers, html):
    item = "<p style='mso-list:l0 level{} lfo1'><span style='mso-list:Ignore'>{}<span>&nbsp; </span></span>{}</p>"
    source = "".join(item.format(level, marker, number) for number, (level, marker) in enumerate(markers))
    assert from_office(source).html == html


@pytest.mark.once
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_paste_leaves_nothing_of_an_attack(attack):
    for html in (
        attack,
        f"<p class=MsoQuote style='mso-list:l0 level1'>{attack}</p>",
        FROM_WORD.replace("Between", attack),
    ):
        found = from_office(html).html
        assert faults(found) == []
        assert sanitise(str(found)) == found


@pytest.mark.once
@given(soup)
def test_any_paste_becomes_what_the_sanitiser_leaves_as_it_is(source):
    once = str(from_office(source).html)
    assert faults(once) == []
    assert sanitise(once) == once


@pytest.mark.django_db
def test_the_desk_puts_a_paste_in_order_for_staff_alone(client):
    address = reverse("admin:pasted")
    assert client.post(address, {"html": "<p>x</p>"}).status_code == 302
    client.force_login(make_member(Role.WRITER))
    answer = client.post(address, {"html": FROM_WORD})
    assert json.loads(answer.content) == {
        "html": WORD,
        "said": "2 footnotes and 1 table came along. 1 picture stayed behind: only the text was taken over.",
    }
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 400
