"""Footnotes from the sanitiser to the page: kept in their places, numbered once for all texts, and out of teasers."""

import pytest

from publications.models import Report
from publications.reading import read
from publications.words import search_text
from tests.crawl import page
from tests.factory import make_author, make_report
from text.cleaning import words_of
from text.richtext import sanitise


@pytest.mark.once
@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a<foot-note>b</foot-note>c", "<p>a<foot-note>b</foot-note>c</p>"),
        ("<p><foot-note>alone</foot-note></p>", "<p><foot-note>alone</foot-note></p>"),
        ("<p>a<foot-note> \n</foot-note>b</p>", "<p>ab</p>"),
        ("<p>a<foot-note>1</foot-note><foot-note>2</foot-note></p>", None),
        ("<p>a<foot-note>x<foot-note>y</foot-note>z</foot-note></p>", "<p>a<foot-note>xyz</foot-note></p>"),
        ("<div>a<foot-note>x<div>y</div><br><br>z</foot-note></div>", "<p>a<foot-note>x<br>y<br>z</foot-note></p>"),
        (
            "<p><strong>a<foot-note>x</foot-note>b</strong></p>",
            "<p><strong>a</strong><foot-note>x</foot-note><strong>b</strong></p>",
        ),
        ("<pre>a<foot-note>x</foot-note></pre>", "<pre><code>ax</code></pre>"),
        (
            "<h2>a<foot-note>x <em>y</em></foot-note></h2><ul><li>b<foot-note>z</foot-note></li></ul>",
            "<h2>a<foot-note>x <em>y</em></foot-note></h2><ul><li>b<foot-note>z</foot-note></li></ul>",
        ),
        (
            "<p>a<foot-note>https://a.example/b.</foot-note></p>",
            '<p>a<foot-note><a href="https://a.example/b">https://a.example/b</a>.</foot-note></p>',
        ),
        ("<p>a<foot-note onclick='x' id='y'><script>x</script>b</foot-note></p>", "<p>a<foot-note>b</foot-note></p>"),
    ],
)
def test_a_footnote_is_kept_in_one_form(source, html):
    once = str(sanitise(source))
    assert once == (html or source)
    assert sanitise(once) == once


@pytest.mark.once
def test_footnotes_are_numbered_through_all_texts_of_a_page_and_lead_there_and_back():
    (lead, body), notes = read(["<p>a<foot-note>one</foot-note></p>", "<p>b<foot-note><em>two</em></foot-note></p>"])
    number = '<sup class="note-number"><a href="#note-{0}" id="note-{0}-number" role="doc-noteref">{0}</a></sup>'
    assert lead.html == f"<p>a{number.format(1)}</p>"
    assert body.html == f"<p>b{number.format(2)}</p>"
    assert [(note.number, note.html) for note in notes] == [(1, "one"), (2, "<em>two</em>")]


@pytest.mark.once
def test_a_heading_with_a_footnote_keeps_its_address_and_none_takes_that_of_a_footnote():
    (text,), _ = read(["<h2>Pumps<foot-note>x</foot-note></h2><h2>Note 1</h2><h2>Note 1 number</h2>"])
    assert [(heading.anchor, heading.words) for heading in text.headings] == [
        ("pumps", "Pumps"),
        ("note-1-2", "Note 1"),
        ("note-1-number-2", "Note 1 number"),
    ]


@pytest.mark.once
def test_no_two_headings_of_a_page_have_one_address_and_links_lead_from_one_text_to_another():
    link = '<p><a href="#water">b</a> <a href="#fire">c</a></p>'
    (lead, body), _ = read([f"<h2>Water</h2>{link}", f"<h2>Water</h2><h2>Fire</h2>{link}"])
    assert [heading.anchor for heading in lead.headings + body.headings] == ["water", "water-2", "fire"]
    assert str(lead.html).endswith(link)
    assert str(body.html).endswith(link)


@pytest.mark.once
def test_the_words_of_footnotes_part_no_sentence():
    html = "<p>Pumps<foot-note>See the annex.</foot-note> fail.</p><p>Often.</p>"
    assert words_of(html) == "Pumps fail. Often. See the annex."


@pytest.mark.django_db
def test_a_page_shows_its_footnotes_once_and_no_list_shows_any():
    author = make_author("Amina Diallo", biography="<p>Wrote<foot-note>Thrice.</foot-note>.</p>")
    report = make_report(
        lead="<p>Lead<foot-note>First.</foot-note>.</p>",
        body="<p>Body<foot-note>Second.</foot-note>.</p>",
        about="<p>About<foot-note>Third.</foot-note>.</p>",
        authors=[author],
    )
    found = page(report.get_absolute_url())
    notes = found.one("section", role="doc-endnotes").all("li")
    assert [note["id"] for note in notes] == [f"note-{number}" for number in (1, 2, 3, 4)]
    assert [note.text.split()[0] for note in notes] == ["First.", "Second.", "Third.", "Thrice."]
    numbers = [link for link in found.all("a") if link.get("role") == "doc-noteref"]
    assert [link["href"] for link in numbers] == [f"#{note['id']}" for note in notes]
    backs = [link["href"] for link in found.all("a", class_="note-back")]
    assert backs == [f"#{link['id']}" for link in numbers]
    assert Report.objects.get().shown_teaser == "Lead."
    assert "First" not in page("/publications/").text
    assert "thrice" not in search_text(report)
    assert " second" in search_text(report)
    assert page(author.get_absolute_url()).one("section", role="doc-endnotes").all("li")
