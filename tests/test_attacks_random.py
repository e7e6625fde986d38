"""Attacks that nobody has thought of: known ones cut, mixed and wrapped, and HTML of all that parsers stumble over.

Whatever comes in, nothing runs, and what comes out is the same when it is sanitised again or read by another parser.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.attacks import ADDRESSES, ATTACKS, RUNNING, faults_of
from tests.test_import_richtext import ATTRIBUTES, PIECES, TAGS, faults
from tests.word import docx, link, note, paragraph, run, table
from text.cleaning import clean_text
from text.pasted import from_office
from text.richtext import from_markdown, sanitise
from text.word import from_docx

pytestmark = pytest.mark.once

SHORT = [attack for attack in ATTACKS if len(attack) < 400]
# What a parser changes its mind at.
ELEMENTS = sorted(
    {*RUNNING, *TAGS, "foot-note", "foreignobject", "desc", "mtext", "mi", "mglyph", "malignmark"}
    | {"annotation-xml", "title", "img", "br", "p", "frameset", "body", "html", "head", "button", "col", "o:p"}
)  # fmt: skip
HOSTILE = [
    ' onclick="alert(1)"', " onload=alert(1)//", " x",
    ' style="x:expression(alert(1))"', " srcdoc='<script>alert(1)</script>'",
    ' class="MsoQuote"', ' class="MsoTitle"', ' style="mso-list:l0 level2 lfo1"', ' style="mso-list:Ignore"',
    ' style="mso-element:footnote"', ' style="font-weight:700;vertical-align:super"', ' role="heading" aria-level="3"',
    ' data-aria-level="2"', ' id="f" href="#r"', ' id="r" href="#f"', ' name="f"', ' encoding="text/html"', " /", " =",
    ' title="--&gt;&lt;/style&gt;&lt;img src=x onerror=alert(1)&gt;"', " title='</title><script>alert(1)</script>'",
    ' width="1" height="2" src="picture:00000000-0000-4000-8000-000000000000" alt="x"',
    ' src="https://x.example/y" alt="',
]  # fmt: skip
ENDS = [
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "]]>",
    "</",
    "<?",
    "?>",
    "<!",
    "\x00",
    "&#0;",
    "&#x",
    "\\",
    "`",
    "\n\n",
    "* ",
    "|",
]
SCHEMES = [
    "javascript:",
    "java\nscript:",
    "&#106;avascript:",
    "\u00a0javascript:",
    "data:text/html,",
    "vbscript:",
    "//",
    "/\\",
]
SCHEMES += ["https://", "https://x.example/", "#", "?", "mailto:", "picture:", "https://www.google.com/url?q="]
words = some.text(max_size=4)
addresses = some.builds(
    "{}{}".format, some.sampled_from(SCHEMES), some.one_of(words, some.sampled_from(["alert(1)", "xn--a"]))
)
with_address = some.builds(
    ' {}="{}"'.format, some.sampled_from(sorted(ADDRESSES)), addresses.map(lambda one: one.replace('"', "&quot;"))
)
attributes = some.lists(some.one_of(some.sampled_from([*ATTRIBUTES, *HOSTILE]), with_address), max_size=3).map("".join)


@some.composite
def cut(draw):
    """A piece of a known attack."""
    attack = draw(some.sampled_from(SHORT))
    start = draw(some.integers(0, len(attack)))
    return attack[start : start + draw(some.integers(1, 60))]


pieces = some.one_of(
    some.builds("<{}{}>".format, some.sampled_from(ELEMENTS), attributes),
    some.builds("</{}>".format, some.sampled_from(ELEMENTS)),
    some.sampled_from(SHORT),
    cut(),
    some.sampled_from([*PIECES, *ENDS]),
    addresses,
    words,
)
mixtures = some.lists(pieces, max_size=14).map("".join)


def check(html):
    assert faults_of(html) == []
    assert set(faults(html)) <= {"an empty tr"}


@given(mixtures)
def test_sanitise_leaves_nothing_of_any_mixture(source):
    check(str(sanitise(source)))


@given(mixtures)
def test_sanitise_leaves_nothing_of_any_mixture_in_markdown(source):
    check(str(from_markdown(source, "https://source.example/page/")))


@given(mixtures)
def test_sanitise_leaves_nothing_of_any_mixture_in_a_paste(source):
    check(str(from_office(source).html))


styles = some.sampled_from(["", "", "Heading1", "Heading2", "Title", "Quote", "TOC1"])


@given(some.lists(some.tuples(mixtures, styles), min_size=1, max_size=4), some.lists(mixtures, max_size=2), mixtures)
def test_sanitise_leaves_nothing_of_any_mixture_in_a_docx(texts, notes, address):
    blocks = [paragraph(run(clean_text(text), "b"), style=style) for text, style in texts]
    blocks += [paragraph(run("x"), note(number)) for number in range(1, len(notes) + 1)]
    blocks += [table([clean_text(text) for text, _ in texts]), paragraph(link(1, run("Click")), item=(1, 1))]
    found = from_docx(docx(*blocks, notes=map(clean_text, notes), links=[clean_text(address)]))
    check(str(found.pasted.html))
