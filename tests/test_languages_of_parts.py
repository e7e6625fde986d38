"""Quotations and words in another language than their text: kept in one form, from every door to the reader."""

import pytest
from django.urls import reverse

from publications.editorial.comparing import IN, OUT, SAME, Piece, compare
from publications.editorial.roles import Role
from publications.editorial.versions import snapshot
from publications.reading import read
from tests.factory import make_draft, make_member, make_report
from text.cleaning import words_of
from text.pasted import from_office
from text.richtext import from_markdown, sanitise


@pytest.mark.once
@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('<blockquote lang="fr"><p>a</p></blockquote>', None),
        ('<blockquote lang="PT_br"><p>a</p></blockquote>', '<blockquote lang="pt-BR"><p>a</p></blockquote>'),
        ('<blockquote lang="Frensh!" dir="rtl"><p>a</p></blockquote>', "<blockquote><p>a</p></blockquote>"),
        ('<blockquote lang=""><p>a</p></blockquote>', "<blockquote><p>a</p></blockquote>"),
        (f'<blockquote lang="fr{"-abcdefgh" * 9}"><p>a</p></blockquote>', "<blockquote><p>a</p></blockquote>"),
        (
            '<blockquote lang="fr"><p>a</p><blockquote lang="ar"><p>b</p></blockquote></blockquote>',
            None,
        ),
        ('<p>a <span lang="fr">b</span> c</p>', None),
        ('<p>a <span lang="fr">b <strong>c</strong></span></p>', None),
        ('<p><em>a <span lang="fr">b</span></em></p>', '<p><em>a</em> <span lang="fr"><em>b</em></span></p>'),
        ('<p><a href="/x/">a <span lang="fr">b</span></a></p>', None),
        ("<p>a <i lang=fr>b</i></p>", '<p>a <span lang="fr"><em>b</em></span></p>'),
        (
            '<p><span lang="fr">a <span lang="ar">b</span> c</span></p>',
            '<p><span lang="fr">a</span> <span lang="ar">b</span> <span lang="fr">c</span></p>',
        ),
        ('<p>a <span lang="x">b</span> <span class="y">c</span></p>', "<p>a b c</p>"),
        ('<p>a<foot-note><span lang="fr">b</span></foot-note></p>', None),
        ('<p lang="fr">a</p>', "<p>a</p>"),
        ('<pre lang="fr">a <span lang="fr">b</span></pre>', "<pre><code>a b</code></pre>"),
    ],
)
def test_a_language_is_kept_in_one_form(source, html):
    once = str(sanitise(source))
    assert once == (html or source)
    assert sanitise(once) == once


@pytest.mark.once
def test_a_reader_gets_the_direction_with_the_language():
    html = '<blockquote lang="ar"><p>a</p></blockquote><p><span lang="fr">b</span></p>'
    (text,), _ = read([html])
    assert text.html == '<blockquote lang="ar" dir="rtl"><p>a</p></blockquote><p><span lang="fr" dir="ltr">b</span></p>'


@pytest.mark.once
def test_a_language_comes_along_from_the_web_and_from_markdown():
    html = '<blockquote lang="fr"><p>Ça <span lang="de">ist</span></p></blockquote>'
    assert from_office(html).html == html
    assert from_markdown(html) == html


@pytest.mark.once
@pytest.mark.parametrize(
    "source",
    [
        '<p class="MsoNormal" lang="EN-GB"><span lang=FR>Pumps</span> fail.</p>',
        '<meta name="generator" content="LibreOffice 24.2"><p lang="en-GB"><span lang="en-US">Pumps</span> fail.</p>',
        '<p><span class="TextRun SCXW123" xml:lang="EN-US" lang="EN-US">Pumps</span> fail.</p>',
    ],
)
def test_what_an_office_program_checked_the_spelling_in_says_nothing(source):
    assert from_office(source).html == "<p>Pumps fail.</p>"


@pytest.mark.once
def test_the_language_is_no_word_of_the_text():
    assert words_of('<blockquote lang="fr"><p>Ça va.</p></blockquote>') == "Ça va."


@pytest.mark.django_db
def test_a_comparison_shows_the_language_of_a_quotation():
    report = make_draft("Wells", body="<blockquote><p>Ça va.</p></blockquote>")
    before = snapshot(report)
    report.body = '<blockquote lang="fr"><p>Ça va.</p></blockquote>'
    (change,) = compare(before, snapshot(report))
    assert change.heading == "Body"
    assert change.paragraphs == [[Piece(IN, "(French:) "), Piece(SAME, "Ça va.")]]
    (back,) = compare(snapshot(report), before)
    assert back.paragraphs == [[Piece(OUT, "(French:) "), Piece(SAME, "Ça va.")]]


@pytest.mark.django_db
def test_the_desk_says_which_language_is_meant(client):
    make_report(language="sw")
    client.force_login(make_member(Role.WRITER))
    address = reverse("admin:languages")
    names = client.get(address).json()["names"]
    assert next(iter(names.items())) == ("Swahili", "sw")
    assert names["Brazilian Portuguese"] == "pt-BR"
    assert client.get(address, {"words": " french\x0b"}).json() == {"tag": "fr"}
    assert "“Frensh” is neither a language" in client.get(address, {"words": "Frensh"}).json()["said"]
    assert client.get(address, {"words": ""}).json()["said"]


@pytest.mark.django_db
def test_nobody_else_is_told_of_languages(client):
    assert client.get(reverse("admin:languages")).status_code == 302
