"""Tables as a reader gets them: their heads say what they head, and stay in view."""

from html.parser import HTMLParser

import pytest
from hypothesis import given

from publications.reading import read
from tests.test_import_richtext import nested_frames, soup
from text.cleaning import words_of
from text.richtext import from_markdown, sanitise

pytestmark = pytest.mark.once


class Balance(HTMLParser):
    """Notes what closes another element than its own."""

    def __init__(self):
        super().__init__()
        self.open, self.faults = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.faults.append(tag)


@given(soup | nested_frames)
def test_any_text_is_well_formed_for_a_reader_and_loses_no_word(source):
    html = sanitise(source)
    (text,), notes = read([html])
    reader = Balance()
    reader.feed(text.html)
    reader.close()
    assert (reader.open, reader.faults) == ([], [])
    shown = "".join(words_of(part) for part in [text.html, *(note.html for note in notes)])
    marks = len(text.headings) + sum(len(str(note.number)) for note in notes)
    assert len("".join(shown.split())) == len("".join(words_of(html).split())) + marks


def shown(*rows):
    """Each row as its cells, such as `th One`, in the frame of a page's first table."""
    lines = ("".join("<{0}>{1}</{0}>".format(*cell.partition(" ")[::2]) for cell in row) for row in rows)
    (text,), _ = read([sanitise(f"<table><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>")])
    start, end = '<div class="scroll" tabindex="0" role="region" aria-label="Table 1"><table>', "</table></div>"
    assert text.html.startswith(start)
    assert text.html.endswith(end)
    return text.html.removeprefix(start).removesuffix(end)


@pytest.mark.parametrize(
    ("rows", "html"),
    [
        (
            [["th Year", "th Pumps"], ["td 2019", "td 7"]],
            '<thead><tr><th scope="col">Year</th><th scope="col">Pumps</th></tr></thead>'
            "<tbody><tr><td>2019</td><td>7</td></tr></tbody>",
        ),
        (
            [["th ", "th Pumps"], ["th 2019", "td 7"], ["th 2020", "td 8"]],
            '<thead><tr><td></td><th scope="col">Pumps</th></tr></thead>'
            '<tbody><tr><th scope="row">2019</th><td>7</td></tr><tr><th scope="row">2020</th><td>8</td></tr></tbody>',
        ),
        (
            [["th Year", "td 2019"], ["th Pumps", "td 7"]],
            '<tbody><tr><th scope="row">Year</th><td>2019</td></tr>'
            '<tr><th scope="row">Pumps</th><td>7</td></tr></tbody>',
        ),
        # Nothing but heads: none is the table's.
        (
            [["th Year", "th Pumps"]],
            '<tbody><tr><th scope="col">Year</th><th scope="col">Pumps</th></tr></tbody>',
        ),
        ([["td ", "td "], ["td a", "td b"]], "<tbody><tr><td></td><td></td></tr><tr><td>a</td><td>b</td></tr></tbody>"),
    ],
)
def test_header_cells_say_what_they_head(rows, html):
    assert shown(*rows) == html


def test_a_cell_of_the_head_that_reaches_below_it_leaves_the_table_without_one():
    first = '<tr><th rowspan="2">a</th><th>b</th></tr>'
    (text,), _ = read([sanitise(f"<table>{first}<tr><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>")])
    assert "<thead>" not in text.html
    assert '<tr><th rowspan="2" scope="col">a</th><th scope="col">b</th></tr>' in text.html


def test_a_head_may_have_several_rows():
    source = '<table><tr><th colspan="2">a</th></tr><tr><th>b</th><th>c</th></tr><tr><td>d</td><td>e</td></tr></table>'
    (text,), _ = read([sanitise(source)])
    assert '<thead><tr><th colspan="2" scope="col">a</th></tr><tr><th scope="col">b</th>' in text.html


def test_tables_are_numbered_through_the_page_and_keep_what_is_in_them():
    inner = "<table><tbody><tr><td>x<foot-note>one</foot-note></td></tr></tbody></table>"
    outer = f"<table><tbody><tr><td><h2>a</h2>{inner}</td><td>b<foot-note>two</foot-note></td></tr></tbody></table>"
    (lead, body), notes = read([sanitise("<p>a</p>" + inner), sanitise(f"<p>before</p>{outer}<p>after {{}}</p>")])
    assert [note.html for note in notes] == ["one", "one", "two"]
    assert lead.html.count('aria-label="Table 1"') == 1
    assert body.html.index('aria-label="Table 2"') < body.html.index('aria-label="Table 3"')
    assert body.html.startswith("<p>before</p><div ")
    assert body.html.endswith("</div><p>after {}</p>")
    assert body.html.count("<tbody>") == body.html.count("</tbody>") == 2
    assert body.headings[0].words == "a"


def test_a_table_of_markdown_has_its_head():
    (text,), _ = read([from_markdown("| a | b |\n|---|---|\n| c | d |")])
    assert '<thead><tr><th scope="col">a</th>' in text.html
