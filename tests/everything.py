"""Everything that the editor can produce, in one text, in the one form in which it is stored."""

from itertools import cycle

from tests.factory import figure_of

HEADINGS = [
    "<h2>What the gauges say</h2>",
    "<p>Plain words.</p>",
    "<h3>In the <em>upper</em> reach, H<sub>2</sub>O<foot-note>In a heading.</foot-note></h3>",
    '<h4><code>datum</code>, <a href="/topics/">topics</a> and <span lang="fr">repère</span></h4>',
    "<p>Below it.</p>",
]
WORDS = [
    "<p><strong>Strong</strong>, <em>emphatic</em>, <strong>strong and <em>both</em></strong>, H<sub>2</sub>O, "
    "m<sup>3</sup>, <em>CO<sub>2</sub></em>, <strong><em>x<sup>2</sup></em></strong>, <code>code &lt;b&gt;</code>, "
    "<strong>Th</strong>r<em>ough</em>out.</p>",
    "<p>One line<br>and another<br><br>after an empty one, <strong>strong<br>in both</strong>.</p>",
    '<p>5&nbsp;km, 10\u202f%, co\u00adoperation, “quoted” – ‘and’ — more…, "straight" it\'s, &amp; &lt; &gt; '
    "&amp;amp;, é ß Ø Ł 你好 𝄞 👩\u200d🔬 \u200b, می\u200cخواهم, ½ × ² €.</p>",
]
LINKS = [
    '<p>The <a href="https://datum.example/1926?a=1&amp;b=2#zero" title="Two &quot;zeros&quot; &amp; more">survey</a>, '
    '<a href="https://bare.example/">https://bare.example/</a>, <a href="mailto:ann@example.org">Ann</a>, '
    '<a href="tel:+9915550123">telephone</a>, <a href="/publications/wells/">another report</a>, '
    '<a href="#what-the-gauges-say">above</a>, <a href="/publications/?q=water&amp;topic=wells">a search</a>, '
    '<a href="https://a.example/"><strong>strong</strong>, <em>emphatic</em>, H<sub>2</sub>O</a>, '
    '<a href="https://b.example/">half <em>of it</em></a> <em>emphatic</em>, <a href="https://c.example/">one</a>'
    '<a href="https://d.example/">another</a>.</p>',
]
NOTES = [
    "<p>Pumps fail<foot-note>Amina Diallo, <em>Pumps</em>, <strong>2019</strong>, x<sup>2</sup>, H<sub>2</sub>O, "
    '<code>code</code>, <a href="https://notes.example/pumps">https://notes.example/pumps</a>.<br>See '
    '<a href="/publications/wells/" title="Wells"><span lang="fr"><em>Puits</em></span></a>, '
    '<span lang="ar">بئر</span>.</foot-note> in <strong>spring</strong><foot-note>March.</foot-note>'
    "<foot-note>And April.</foot-note> <strong>and autumn</strong>.</p>",
    "<p><foot-note>Before the first word.</foot-note>Once<br><foot-note>After a line.</foot-note></p>",
]
LANGUAGES = [
    '<p>They say <span lang="fr">« à <em>chacun</em> son repère »</span>, <span lang="ar">من حفظ <strong>المقياس'
    '</strong></span>, <a href="https://e.example/"><span lang="pt-BR"><strong>águas</strong></span></a> and '
    '<span lang="he">שלום</span>.</p>',
    "<p>حفظ النهر 1926 (datum).</p>",
]
LISTS = [
    "<ul><li>One</li><li><strong>Two</strong><foot-note>In an item.</foot-note><ul><li>Deeper<ol>"
    "<li>Deepest</li></ol></li><li>Beside</li></ul></li><li>A line<br>and another</li></ul>",
    "<ol><li>First</li><li><p>Second</p><p>In two paragraphs</p></li></ol>",
    '<ol start="4"><li>Fourth<ol start="0"><li>Zeroth</li></ol><ul><li>A list after a list</li></ul></li>'
    "<li><ul><li>A list at once</li></ul></li></ol>",
    "<ul><li><p>With</p><blockquote><p>a quotation</p></blockquote><pre><code>code</code></pre>"
    "<table><tbody><tr><td>a table</td></tr></tbody></table><hr><h2>a heading</h2><p>and an end.</p></li></ul>",
]
QUOTATIONS = [
    "<blockquote><p>You cannot argue with a stick.</p><p>A keeper"
    "<foot-note>In a quotation.</foot-note></p></blockquote>",
    '<blockquote lang="fr"><p>Nous n’avons jamais signé ; <span lang="la">pacta</span>.</p>'
    '<blockquote lang="ar"><p>من حفظ المقياس حفظ النهر.</p></blockquote>'
    "<ul><li>un</li><li>deux</li></ul><h2>Titre</h2><pre><code>code</code></pre><hr>"
    "<table><tbody><tr><th>eau</th></tr><tr><td>7</td></tr></tbody></table></blockquote>",
]
CODE = [
    '<pre><code>2024-08-17  0.96 m  &lt;checked&gt; &amp; "signed"\n    indented\n\nafter an empty line</code></pre>',
    "<hr>",
]
TABLES = [
    "<table><tbody><tr><th>Reach</th><th>Flow</th><th>Paid</th></tr><tr><th>Upper<foot-note>In a cell.</foot-note></th>"
    "<td>212</td><td></td></tr><tr><th><em>Lower</em></th><td>398<br>404</td><td>9</td></tr></tbody></table>",
    '<table><tbody><tr><th colspan="2">Wide</th><th>Right</th></tr><tr><th rowspan="2">High</th>'
    '<td>212</td><td>88</td></tr><tr><td colspan="2">None</td></tr>'
    '<tr><td colspan="2" rowspan="2">Wide and high</td><td>9</td></tr><tr><td>7</td></tr></tbody></table>',
    "<table><tbody><tr><td><p>Two</p><p>paragraphs</p></td><td><ul><li>a list</li><li>of two</li></ul></td></tr>"
    "<tr><td><blockquote><p>a quotation</p></blockquote></td><td><p>A table:</p><table><tbody><tr><td>within</td></tr>"
    "</tbody></table><pre><code>code</code></pre></td></tr></tbody></table>",
]
CAPTION = (
    'The <strong>gauge</strong> at <a href="https://f.example/">Lowani</a><foot-note>In a <em>caption</em>.</foot-note>'
    '<br>in <span lang="fr">mai</span>, H<sub>2</sub>O'
)


def blocks(*images):
    """The blocks of the text; without pictures for the texts that take none."""
    words = [*HEADINGS, *WORDS, *LINKS, *NOTES, *LANGUAGES, *LISTS, *QUOTATIONS, *CODE, *TABLES]
    return [*words, *figures(cycle(images)), "<p>The end.</p>"] if images else words


def figures(images):
    def figure(*words):
        return figure_of(next(images), *words)

    return [
        figure("A river."),
        figure('A "gauge" at 3.2 < 4 m & its marks.', "Photo: Amina &amp; Bo", CAPTION),
        figure("A flood.", "", "In May"),
        figure("A weir.", "Drawing: the institute"),
        f'<blockquote lang="fr"><p>Voici :</p>{figure("Un fleuve.", "", "Le fleuve")}</blockquote>',
        f"<ul><li><p>See:</p>{figure('A key.', 'Ada')}</li><li>{figure('A notebook.')}</li></ul>",
        f"<table><tbody><tr><td>{figure('A map.', 'Bo', 'The delta')}</td><td>Beside it</td></tr></tbody></table>",
    ]


def everything(*images):
    return "".join(blocks(*images))
