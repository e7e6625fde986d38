"""Known attacks on whoever makes rich text: nothing that runs is left of any of them, and all is in its one form."""

from functools import cache, partial
from html import escape

import pytest

from tests.attacks import (
    ATTACKS,
    BY_TECHNIQUE,
    faults_of,
    read_again,
    running,
    running_in_desk,
)
from tests.crawl import parse
from tests.test_import_richtext import faults
from text.pasted import from_office
from text.richtext import from_markdown, from_words, sanitise

pytestmark = pytest.mark.once

# Where an attack may stand: as it is, escaped, or each character of it as a reference.
IN_HTML = {
    "alone": "{}",
    "paragraph": "<p>Words {} words</p>",
    "heading": "<h2>{}</h2>",
    "item": "<ul><li>{}</li></ul>",
    "link": "<a href='/x/'>{}</a>",
    "quotation": "<blockquote><p>{}</p></blockquote>",
    "cell": "<table><tr><th>{}</th><td>{}</td></tr></table>",
    "caption": "<table><caption>{}</caption><tr><td>x</td></tr></table>",
    "note": "<p>x<foot-note>{}</foot-note>y</p>",
    "code": "<pre><code>{}</code></pre>",
    "figure": "<figure><img src='https://x.example/y.png' alt='A map'><figcaption>{}</figcaption></figure>",
    "address": '<a href="{}">Words</a>',
    "title": "<a href='https://good.example/' title='{}'>Words</a>",
    "alternative text": '<img src="https://x.example/y.png" alt="{}">',
    "attribute without marks": "<img src=https://x.example/y.png alt={}>",
    "title, escaped": "<a href='https://good.example/' title='{escaped}'>Words</a>",
    "title, in references": "<a href='https://good.example/' title='{references}'>Words</a>",
    "alternative text, escaped": "<p><img src='https://x.example/y.png' alt='{escaped}'></p>",
    "alternative text, in references": "<p><img src='y.png' alt='{references}'></p>",
    "address, escaped": "<a href='{escaped}'>Words</a>",
    "address, in references": "<a href='{references}'>Words</a>",
    "source, escaped": "<img src='{escaped}' alt='A map'>",
    "end of an address": "<a href='https://good.example/{escaped}'>Words</a>",
    "words in references": "<p>{references}</p>",
    "frame": "<iframe src='//x.example/y' title='A film'>{}</iframe>",
}
IN_WORD = {place: IN_HTML[place] for place in ("alone", "item", "link", "quotation", "cell", "note")} | {
    "item of Word": "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'>{}</p>",
    "note of Word": "<p>x<a href=#n id=m>[1]</a></p><div style=mso-element:footnote id=n><a href=#m>[1]</a>{}</div>",
}
IN_MARKDOWN = {
    "alone": "{}",
    "words": "Words {} *words*",
    "link": "[words](<{}>)",
    "words of a link": "[{}](https://x.example/)",
    "cell": "| a | b |\n|---|---|\n| {} | x |",
    "item": "* x\n* {}",
    "code": "```\n{}\n```",
    "shortcode": '{{< video "https://x.example/{}" >}}',
}
MAKERS = {
    "sanitise": (sanitise, IN_HTML),
    "paste": (lambda html: from_office(html).html, IN_WORD),
    "Markdown": (from_markdown, IN_MARKDOWN),
    "Markdown from elsewhere": (partial(from_markdown, base="https://source.example/page/"), {"alone": "{}"}),
    "words": (from_words, {"alone": "{}"}),
}


def placed(attack, place):
    references = "".join(f"&#{ord(sign)};" for sign in attack) if "{references}" in place else ""
    return place.replace("{references}", references).replace("{escaped}", escape(attack)).replace("{}", attack)


def test_the_list_holds_hundreds_of_attacks_and_none_twice():
    assert len(set(ATTACKS)) == len(ATTACKS) > 600
    assert {technique for technique, attacks in BY_TECHNIQUE.items() if len(attacks) < 10} == set()


# What runs, told from what does not

RUNS = [
    "<script></script>", '<script type="application/ld+json">{"x": "<!--<script>"}</script>',
    "<script src='/static/js/other.js' defer></script>", "<p onclick='x'></p>",
    "<p ONCLICK='x'></p>", "<p style='color:red'></p>", "<style></style>", "<iframe></iframe>", "<object></object>",
    "<embed>", "<base href='/'>", "<svg></svg>", "<math></math>", "<template></template>", "<noscript></noscript>",
    "<xmp></xmp>", "<plaintext></plaintext>", "<video src='/x'></video>", "<meta http-equiv='refresh'>",
    "<link rel='stylesheet' href='https://evil.example/x.css'>", "<link rel='stylesheet' href='//evil.example/x.css'>",
    "<img src='//evil.example/x'>", "<img src='https://evil.example/x'>", "<img src='\\\\evil.example/x'>",
    "<img src='/\\evil.example/x'>", "<img src='data:image/png;base64,x'>", "<img src='/x' srcset='/y 1x, //z/y 2x'>",
    "<img src='/x' name='body'>", "<a href='javascript:x'></a>", "<a href='JavaScript:x'></a>",
    "<a href=' javascript:x'></a>", "<a href='java\nscript:x'></a>", "<a href='java&#9;script:x'></a>",
    "<a href='&#1;javascript:x'></a>", "<a href='javascript&colon;x'></a>", "<a href='vbscript:x'></a>",
    "<a href='data:,x'></a>", "<a href='blob:x'></a>", "<a href='x' target='_blank'></a>",
    "<a href='https://good.example/' ping='/x'></a>", "<a name='location' href='/x'></a>",
    "<a xlink:href='javascript:x'></a>",
    "<form action='https://evil.example/'></form>", "<form></form>",
    "<form action='/publications/' id='x'></form><p id='x'></p>",
    "<button formaction='https://evil.example/'></button>", "<table background='//evil.example/x'></table>",
    "<blockquote cite='javascript:x'></blockquote>", "<p is='x'></p>", "<p contenteditable></p>",
    "<video poster='https://evil.example/x'></video>", "<p id='x'></p><p id='x'></p>",
]  # fmt: skip
RESTS = [
    "<a href='https://good.example/'>x</a>", "<a href='/x/'>x</a>", "<a href='#javascript:x'>x</a>",
    "<a href='mailto:x@good.example'>x</a>", "<img src='/x.webp' srcset='/y.webp 1x, /z.webp 2x' alt=''>",
    """<script type="application/ld+json">{"x": "\\u003C/script>"}</script>""",
    "<p title='onclick=alert(1)'>&lt;script&gt;</p>", "<link rel='canonical' href='http://testserver/x/'>",
]  # fmt: skip


@pytest.mark.parametrize("html", RUNS)
def test_what_runs_is_seen(html):
    assert running(parse(html))


def test_what_rests_is_not_taken_for_running():
    assert {html: running(parse(html)) for html in RESTS if running(parse(html))} == {}


def test_a_page_of_the_desk_has_no_script_but_files_of_ours():
    ours = "<script src='/static/desk/faults.js' defer>{}</script>"
    assert not running_in_desk(parse(ours.replace("{}", "\n")))
    for html in (
        "<script>x</script>",
        ours.replace("{}", "x"),
        "<script src='//evil.example/static/desk/x.js'></script>",
    ):
        assert running_in_desk(parse(html))


@pytest.mark.parametrize("html", ["<p>a", "<p>a<p>b</p></p>", "<b><p>a</p></b></p>"])
def test_a_text_that_parsers_read_in_two_ways_is_seen(html):
    assert read_again(html) != html


def test_most_attacks_would_run_if_nothing_were_done():
    assert sum(map(runs_as_it_is, ATTACKS)) > 350


def runs_as_it_is(attack):
    try:
        return bool(running(parse(read_again(attack))))
    except AssertionError:
        # The two parsers read it in two ways.
        return True


# Attacks, on each of those who make rich text


@cache
def known_faults(html):
    # A row without words is a row.
    return faults_of(html) + [fault for fault in faults(html) if fault != "an empty tr"]


@pytest.mark.parametrize("maker", MAKERS)
def test_sanitise_leaves_nothing_of_an_attack_wherever_it_stands(maker):
    make, places = MAKERS[maker]
    made = {(name, attack): str(make(placed(attack, place))) for name, place in places.items() for attack in ATTACKS}
    assert {where: found for where, html in made.items() if (found := known_faults(html))} == {}


@pytest.mark.parametrize("maker", MAKERS)
def test_sanitise_leaves_nothing_of_all_attacks_in_one_text(maker):
    make, _ = MAKERS[maker]
    for together in ("".join(ATTACKS), "\n\n".join(reversed(ATTACKS)), "".join(attack * 3 for attack in ATTACKS[::7])):
        assert faults_of(str(make(together))) == []
