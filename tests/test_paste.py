"""What is pasted from Word, Google Docs and the web: its structure is kept, its dirt and whatever could run is not."""

import json

import pytest
from django.urls import reverse
from hypothesis import given

from publications.editorial.roles import Role
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


MARK = '<sup><a href="#f{0}" id="r{0}">[{0}]</a></sup>'
BACK = '<a href="#r{0}" id="f{0}">[{0}]</a>'
WITH_NOTES = {
    "text in the frame of a note": (
        f"<div><p>One{MARK.format(1)}.</p></div>"
        f"<div><h2>Two</h2><p>Text.</p><div><p>{BACK.format(1)} N.</p></div></div>",
        "<p>One<foot-note>N.</foot-note>.</p><h2>Two</h2><p>Text.</p>",
    ),
    "Word's own frame, and text before it": (
        f"<div><p>One{MARK.format(1)}.</p></div><div><p>Text.</p><div style='mso-element:footnote-list'><hr>"
        f"<div style='mso-element:footnote' id=n1><p>{BACK.format(1)} N.</p><p>M.</p></div></div></div>",
        "<p>One<foot-note>N.<br>M.</foot-note>.</p><p>Text.</p>",
    ),
    "two ways back in one note": (
        f'<p>a{MARK.format(1)} b{MARK.format(2)}</p><ol><li><a href="#r1" id="f1">a</a> <a href="#r2" id="f2">b</a> N.'
        "</li></ol>",
        '<p>a<a href="#f1"><sup>[1]</sup></a> b<a href="#f2"><sup>[2]</sup></a></p><ol><li><a href="#r1">a</a> '
        '<a href="#r2">b</a> N.</li></ol>',
    ),
    "notes parted by line breaks": (
        f"<p>a{MARK.format(1)} b{MARK.format(2)}</p><p>{BACK.format(1)} N.<br>{BACK.format(2)} M.</p>",
        '<p>a<a href="#f1"><sup>[1]</sup></a> b<a href="#f2"><sup>[2]</sup></a></p><p><a href="#r1">[1]</a> N.<br>'
        '<a href="#r2">[2]</a> M.</p>',
    ),
    "blocks of every kind in a note": (
        f"<p>a{MARK.format(1)} b</p><div id=f1><p>{BACK.format(1).replace(' id=', ' name=')} N:</p>"
        "<pre>code</pre><dl><dt>x</dt><dd>y</dd></dl><table><tr><td>1</td><td>2</td></tr></table></div>",
        "<p>a<foot-note>N:<br>code<br>x<br>y<br>1 2</foot-note> b</p>",
    ),
    "a list in a note": (
        f"<p>a{MARK.format(1)} b</p><div style='mso-element:footnote'><p>{BACK.format(1)} N:</p>"
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>x</p></div>",
        "<p>a<foot-note>N:<br>x</foot-note> b</p>",
    ),
}


@pytest.mark.once
@pytest.mark.parametrize("kind", WITH_NOTES)
def test_a_footnote_takes_no_text_with_it_and_keeps_all_its_own(kind):
    source, html = WITH_NOTES[kind]
    assert from_office(source).html == html


@pytest.mark.once
def test_lists_that_are_lists_already_stay_so():
    outlook = (
        "<ol start=1 type=1><li class=MsoNormal style='mso-list:l0 level1 lfo1'>one</li>"
        "<li style='mso-list:l0 level1 lfo1'>two</li><ol type=a><li style='mso-list:l0 level2 lfo1'>sub</li></ol></ol>"
    )
    assert from_office(outlook).html == "<ol><li>one</li><li>two<ol><li>sub</li></ol></li></ol>"
    framed = "<div style='mso-list:l0 level1 lfo1'><p style='mso-list:l0 level1 lfo1'>x</p></div>"
    assert from_office(framed).html == "<ul><li>x</li></ul>"


@pytest.mark.once
def test_a_paste_from_word_for_the_web_keeps_headings_and_the_depth_of_items():
    item = (
        '<div class="ListContainerWrapper SCXW1"><{0} role="list" start="{3}"><li role="listitem" data-listid="1" '
        + ('data-aria-level="{1}"><p class="Paragraph"><span class="TextRun">{2}</span></p></li></{0}></div>')
    )
    source = '<p class="Paragraph" role="heading" aria-level="2"><span>Pumps</span></p>' + "".join(
        item.format(*one) for one in [("ul", 1, "a", 1), ("ul", 2, "b", 1), ("ul", 1, "c", 1)]
    )
    source += "<p>Between.</p>" + item.format("ol", 1, "d", 2) + item.format("ol", 1, "e", 3)
    assert from_office(source).html == (
        "<h2>Pumps</h2><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><p>Between.</p>"
        '<ol start="2"><li>d</li><li>e</li></ol>'
    )


@pytest.mark.once
def test_a_paste_with_an_address_that_is_none_is_taken():
    assert from_office('<p><a href="http://us\uff03er@host/">x</a></p>').html.startswith("<p>")


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
        (
            [(1, "1."), (2, "1.1."), (2, "1.2"), (3, "1.2.1.")],
            "<ol><li>0<ol><li>1</li><li>2<ol><li>3</li></ol></li></ol></li></ol>",
        ),
        ([(2, "·"), (1, "·")], "<ul><li>0</li></ul><ul><li>1</li></ul>"),
        ([(1, "7."), (1, "8.")], '<ol start="7"><li>0</li><li>1</li></ol>'),
    ],
)
def test_lists_that_word_writes_as_paragraphs_are_nested_by_their_levels(markers, html):
    item = "<p style='mso-list:l0 level{} lfo1'><span style='mso-list:Ignore'>{}<span>&nbsp; </span></span>{}</p>"
    source = "".join(item.format(level, marker, number) for number, (level, marker) in enumerate(markers))
    assert from_office(source).html == html


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
