"""Rich text from Markdown and from any HTML: one form, well nested, safe, and the same when it is sanitised again."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from text.figures import ATTRIBUTE, KEY
from text.languages import as_tag
from text.richtext import declared, from_markdown, from_words, sanitise, wider

pytestmark = pytest.mark.once

BLOCKS = {"p", "h2", "h3", "h4", "pre", "ul", "ol", "blockquote", "table", "figure", "hr"}
MARKED = {"strong", "em", "sub", "sup", "code", "a", "span", "br", "#text"}
INLINE = MARKED | {"foot-note"}
# The content model of the HTML standard for the tags that we let through.
MAY_HOLD = {
    "": BLOCKS,
    "blockquote": BLOCKS,
    "li": BLOCKS | INLINE,
    "td": BLOCKS | INLINE,
    "th": BLOCKS | INLINE,
    "ul": {"li"},
    "ol": {"li"},
    "table": {"tbody"},
    "tbody": {"tr"},
    "tr": {"td", "th"},
    "pre": {"code"},
    "figure": {"img", "small", "figcaption"},
    "figcaption": INLINE,
    "small": {"#text"},
    **dict.fromkeys(["p", "h2", "h3", "h4"], INLINE),
    **dict.fromkeys(["strong", "em", "sub", "sup", "code", "a", "span", "foot-note"], MARKED),
}


class Checker(HTMLParser):
    """Notes whatever the standard forbids."""

    def __init__(self):
        super().__init__()
        self.faults, self.open, self.words, self.level = [], [""], [], 1

    def handle_starttag(self, tag, attrs):
        self.note(tag not in MAY_HOLD[self.open[-1]], f"{tag} in {self.open[-1] or 'the whole'}")
        self.note(tag == "a" and "a" in self.open, "a link in a link")
        self.note(tag == "a" and not dict(attrs).get("href"), "a link to nowhere")
        if tag in {"h2", "h3", "h4"}:
            self.note(int(tag[1]) > self.level + 1, "a heading that skips a level")
            self.level = int(tag[1])
        self.note(tag == "img" and "data-picture" not in dict(attrs), "a picture of somebody else's")
        if tag == "img":
            # It stands for words.
            self.handle_words("x")
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)
            self.words.append("")

    def handle_endtag(self, tag):
        self.note(self.open.pop() != tag, f"{tag} closes another")
        words = self.words.pop()
        self.note(not words.strip() and tag not in {"td", "th"}, f"an empty {tag}")
        if self.words:
            self.words[-1] += words

    def handle_data(self, data):
        self.note("#text" not in MAY_HOLD[self.open[-1]], f"words in {self.open[-1] or 'the whole'}")
        self.handle_words(data)

    def handle_words(self, data):
        if self.words:
            self.words[-1] += data

    def note(self, wrong, fault):
        if wrong:
            self.faults.append(fault)


def faults(html):
    checker = Checker()
    checker.feed(html)
    checker.close()
    return checker.faults + [f"{tag} is left open" for tag in checker.open[1:]]


TAGS = sorted(
    wider(declared())["tags"] | {"script", "svg", "math", "style", "textarea", "select", "colgroup", "foo", "input"}
)
ATTRIBUTES = [
    "", ' href="https://a.example/b c"', ' href="#x"', ' href="/a/"', ' href="javascript:alert(1)"', ' href="https://"',
    ' src="https://x.example/y.png" alt="al t"', ' src="//x.example/v"', ' colspan="2"', ' rowspan="3"', ' start="4"',
    ' title="a&quot;b<c>"', ' onclick="alert(1)"', ' style="color:red"', ' colspan="2" rowspan="2"',
    ' data-picture="0f8fad5b-d9cb-469f-a165-70867728950e" alt="x"', ' data-picture="x"',
    ' lang="fr"', ' lang="ar_eg"', ' lang="no tag"', ' lang',
]  # fmt: skip
PIECES = [
    "a", "b c", " ", "\n", "&nbsp;", "&lt;x&gt;", "&amp;amp;", "\u200b", "é", "e&#769;", "&#824;", "<", ">", "&", '"',
    "[^1]", "\n\n[^1]: ", "^[a]",
    "https://a.example/(c).", "\x0b", "&#8232;", "&#1;", "\ud800", "<!--c-->", "<![CDATA[x]]>", "\n\n", "* x", "    x",
]  # fmt: skip
soup = some.lists(
    some.one_of(
        some.builds("<{}{}>".format, some.sampled_from(TAGS), some.sampled_from(ATTRIBUTES)),
        some.builds("</{}>".format, some.sampled_from(TAGS)),
        some.sampled_from(PIECES),
        some.text(max_size=4),
    ),
    max_size=40,
).map("".join)


@given(soup)
def test_any_html_becomes_well_formed_and_stays_as_it_is_when_sanitised_again(source):
    once = str(sanitise(source))
    assert faults(once) == []
    assert sanitise(once) == once


@given(soup)
@example("<dt>\u200b&#824;")
def test_any_markdown_becomes_well_formed_and_stays_as_it_is_when_sanitised_again(source):
    once = str(from_markdown(source, "https://source.example/page/"))
    assert faults(once) == []
    assert sanitise(once) == once


FRAMES = ["<table>", "<tr>", "<td>", "<th>", "<caption>", "<ul>", "<li>", "<blockquote>", "<p>", "<h2>", "<foot-note>"]
FRAMES += [
    "</td>",
    "</tr>",
    "</table>",
    "</li>",
    "</ul>",
    "</blockquote>",
    "</foot-note>",
    "<table><tr><td>",
    "<ul><li>",
]
nested_frames = some.lists(some.sampled_from([*FRAMES, "a", "a ", " \u0338"]), max_size=60).map("".join)


@given(nested_frames)
@example("<ul><li>" * 6 + "<table><tr><td>a<td>b")
@example("<b>\n\u0338</b> <b>a")
def test_frames_in_frames_become_well_formed_and_stay_as_they_are_when_sanitised_again(source):
    once = str(sanitise(source))
    # A row without words is a row.
    assert set(faults(once)) <= {"an empty tr"}
    assert sanitise(once) == once


USUAL = {"href", "title", "start", "colspan", "rowspan", "lang"}


class Attributes(HTMLParser):
    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            assert name in ({ATTRIBUTE, "alt"} if tag == "img" else USUAL)
            assert name != ATTRIBUTE or re.fullmatch(KEY, value)
            assert name != "lang" or as_tag(value) == value
            assert name != "href" or value.startswith(("https://", "/", "#"))


@given(soup)
def test_sanitise_leaves_no_script_and_no_handler(source):
    reader = Attributes()
    reader.feed(sanitise(source))
    reader.close()


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# One\n\n## Two", "<h2>One</h2><h2>Two</h2>"),
        ("para *em* **strong**", "<p>para <em>em</em> <strong>strong</strong></p>"),
        ("- a\n  - b\n    1. c\n- d", "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>"),
        ("- a\n\n  more\n- b", "<ul><li><p>a</p><p>more</p></li><li>b</li></ul>"),
        ("3. x\n4. y", '<ol start="3"><li>x</li><li>y</li></ol>'),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        ("one  \ntwo", "<p>one<br>two</p>"),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        ("```\nx <y>\n  z\n```", "<pre><code>x &lt;y&gt;\n  z</code></pre>"),
        ("a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
        ("Caf&eacute; &amp; co", "<p>Café &amp; co</p>"),
    ],
)
def test_markdown_is_rendered(source, html):
    assert from_markdown(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('<img src="https://x.example/y.png" alt="A map">', '<p><a href="https://x.example/y.png">A map</a></p>'),
        ('<img src="https://x.example/y.png">', '<p><a href="https://x.example/y.png">Image</a></p>'),
        ('<img src="y.png" alt="A map">', "<p>A map</p>"),
        ('<p>Words<img src="y.png">more</p>', "<p>Wordsmore</p>"),
        (
            '<a href="https://a.example/"><img src="https://x.example/y.png" alt="A map"></a>',
            '<p><a href="https://a.example/">A map</a></p>',
        ),
        (
            '<iframe src="//films.example/1" title="A film">no frames</iframe>',
            '<p><a href="https://films.example/1">A film</a></p>',
        ),
        ('<video src="https://films.example/1"></video>', '<p><a href="https://films.example/1">Video</a></p>'),
        (
            '<audio><source src="https://sound.example/1"><source src="https://sound.example/2"></audio>',
            '<p><a href="https://sound.example/1">Audio</a></p>',
        ),
        (
            '<figure><img src="https://x.example/y.png" alt="A map"><figcaption>By us</figcaption></figure>',
            '<p><a href="https://x.example/y.png">A map</a></p><p>By us</p>',
        ),
    ],
)
def test_media_of_other_sites_become_links_that_carry_their_words(source, html):
    assert sanitise(source) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<div>one</div><div>two</div>", "<p>one</p><p>two</p>"),
        ("<p>a<div>b</div>c</p>", "<p>a</p><p>b</p><p>c</p>"),
        ("<strong><p>a</p><p>b</p></strong>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ('<a href="/x/"><h3>a</h3></a>', '<h2><a href="/x/">a</a></h2>'),
        ("<h2></h2><p>&nbsp;</p><h3> <br> </h3><ul><li></li></ul><p>a</p>", "<p>a</p>"),
        ("<ul>loose<li>a</li></ul>", "<ul><li>loose</li><li>a</li></ul>"),
        ("<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><li><p>a</p></li></ul>", "<ul><li>a</li></ul>"),
        ("<p>a<br></p>", "<p>a</p>"),
        ("<p><em>a</em><em>b</em></p>", "<p><em>ab</em></p>"),
        ("<p>a<b> b </b>c <a href='/x/'> d</a>.</p>", '<p>a <strong>b</strong> c <a href="/x/">d</a>.</p>'),
        (
            "<em><b>a</b> <a href='/x/'>b</a></em>",
            '<p><strong><em>a</em></strong> <a href="/x/"><em>b</em></a></p>',
        ),
        ("<b><code>a</code></b>, <a href='/x/'><code>b</code></a>", '<p><code>a</code>, <a href="/x/">b</a></p>'),
        ("<b>a</b> <i>b</i>", "<p><strong>a</strong> <em>b</em></p>"),
        ("<dl><dt>Word</dt><dd>Meaning</dd></dl>", "<p><strong>Word</strong></p><p>Meaning</p>"),
        ('<a name="x">a</a> <a href="">b</a> <a href="https://">c</a>', "<p>a b c</p>"),
        # White space that only some programs take for such.
        ('<a href="\u00a0javascript:alert(1)">a</a> <a href="\u3000data:,x">b</a>', "<p>a b</p>"),
        ("<h2>a</h2><h4>b</h4><h4>c</h4><h3>d</h3>", "<h2>a</h2><h3>b</h3><h3>c</h3><h3>d</h3>"),
        ("<h3>a</h3><h2>b</h2>", "<h2>a</h2><h2>b</h2>"),
        (
            "<table><caption>Rain</caption><tr><td>1<td>2<tr><td>3</table>",
            "<p>Rain</p><table><tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td><td></td></tr></tbody></table>",
        ),
        (
            '<table><tr><td rowspan="9">1</td><td colspan="2">2</td></tr></table>',
            "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        (
            '<table><tr><th colspan="2">1</th></tr><tr><td>2</td><td>3</td></tr></table>',
            '<table><tbody><tr><th colspan="2">1</th></tr><tr><td>2</td><td>3</td></tr></tbody></table>',
        ),
    ],
)
def test_html_is_brought_into_one_form(source, html):
    assert sanitise(source) == html


def test_bare_addresses_in_markdown_become_links_without_the_punctuation_after_them():
    assert from_markdown("See https://a.example/b_(c), or `https://d.example`.") == (
        '<p>See <a href="https://a.example/b_(c)">https://a.example/b_(c)</a>, or <code>https://d.example</code>.</p>'
    )


def test_a_bare_address_whose_host_no_browser_knows_stays_words():
    assert (
        from_markdown("At https://xn--evil-example.example/ now") == "<p>At https://xn--evil-example.example/ now</p>"
    )


def test_addresses_are_written_in_legal_characters_and_without_a_user():
    assert sanitise('<a href="https://me:word@a.example/b c?d=[1]#e#f">x</a>') == (
        '<p><a href="https://a.example/b%20c?d=%5B1%5D#e%23f">x</a></p>'
    )


def test_relative_links_lead_to_where_they_led_at_the_source():
    base = "https://source.example/2015/page/"
    assert 'href="https://source.example/guides/"' in from_markdown("[a](/guides/)", base)
    assert 'href="#part"' in from_markdown("[a](#part)", base)
    assert 'href="/guides/"' in from_markdown("[a](/guides/)")


def test_what_hugo_and_its_kin_leave_in_markdown_goes_and_its_addresses_stay():
    source = (
        '## Heading {#toc0}\n\n{{< video "https://films.example/1" >}}\n\n{{% note %}}Words{{% /note %}}\n\n{: .wide}\n'
    )
    link = '<a href="https://films.example/1">https://films.example/1</a>'
    assert from_markdown(source) == f"<h2>Heading</h2><p>{link}</p><p>Words</p>"


def test_what_no_text_holds_is_dropped_where_references_stand_for_it_in_an_attribute():
    assert sanitise('<a href="/x/" title="a&#14;b&#11;c=&#824;">x</a>') == '<p><a href="/x/" title="ab c≠">x</a></p>'
    assert sanitise('<p>a<img src="y.png" alt="b&#1;c&#8232;d">e</p>') == "<p>a bc d e</p>"


def test_an_accent_after_a_tag_does_not_eat_the_tag():
    once = str(sanitise("<strong>&#824;a</strong>"))
    assert once == "<p><strong>a</strong></p>"


def test_deep_nesting_ends_and_keeps_the_words():
    html = sanitise("<ul><li>" * 300 + "deep" + "<blockquote>" * 300 + "deeper")
    assert "deep" in html
    assert "deeper" in html
    assert html.count("<ul>") < 20


def test_plain_words_become_paragraphs():
    assert from_words("a < b\n\nc & d") == "<p>a &lt; b</p><p>c &amp; d</p>"
    assert from_words(" \n ") == ""


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a[^1] b\n\n[^1]: *Diallo* 2019.", "<p>a<foot-note><em>Diallo</em> 2019.</foot-note> b</p>"),
        (
            "a[^x]\n\n[^x]: <https://a.example/>",
            '<p>a<foot-note><a href="https://a.example/">https://a.example/</a></foot-note></p>',
        ),
        ("## a[^1]\n\n[^1]: b\n\n    c\n\n    - d\n", "<h2>a<foot-note>b<br>c<br>d</foot-note></h2>"),
        ("a^[b] c[^1]\n\n[^1]: `d`", "<p>a<foot-note>b</foot-note> c<foot-note><code>d</code></foot-note></p>"),
        ("a[^1]\n\n[^1]: b[^2] c[^1]\n[^2]: d[^3]\n[^3]: e", "<p>a<foot-note>b (d) c</foot-note></p>"),
        ("a[^1] b[^1]\n\n[^1]: c", "<p>a<foot-note>c</foot-note> b<foot-note>c</foot-note></p>"),
        ("a[^1]", "<p>a[^1]</p>"),
    ],
)
def test_footnotes_of_markdown_stand_where_their_number_was(source, html):
    assert from_markdown(source) == html


def test_footnotes_that_ask_for_each_other_without_end_come_to_an_end():
    doubling = "".join(f"[^{number}]: {f'[^{number + 1}]' * 9}\n\n" for number in range(40))
    assert len(from_markdown(f"a[^0]\n\n{doubling}[^40]: words")) < 10_000
    assert len(from_markdown("a[^1] " * 9_000 + "\n\n[^1]: " + "word " * 1_000)) < 3_000_000
