"""The words of the showcase: long, awkward and in several scripts, as real reports are."""

LONG = {
    "title": "Sharing a Falling River: What Five Dry Years Taught the Basin Commissions",
    "subtitle": "Lessons in drought diplomacy from forty-one local agreements",
    "number": "432",
    "lead": """
<p>When the river fell below its lowest mark for the fifth summer running, the commissions that share it did what
treaties seldom ask of them: they measured together. This report asks why some of those measurements became
agreements, and why others became <a href="https://news.example/low-water">front pages</a>.</p>
<p>It rests on 180 interviews in eleven provinces and on gauge readings that had not been published before.</p>""",
    "summary": """
<ul>
<li>Forty-one local agreements were made in five years, more than in the thirty years before. Nearly all were
negotiated by engineers and signed by mayors.</li>
<li>Agreements that named a gauge survived; those that named a volume did not.</li>
<li><strong>Money followed measurement.</strong> Every upstream payment above €2 million was tied to a reading that
both sides could take, and 38 of 41 were paid within 90 days.</li>
<li>Ministries that were told first objected least.</li>
</ul>""",
    "about": """
<p>This report is the last of three on water and borders. It was supported by the programme on shared resources; its
gauge data may be downloaded and used under the licence named below.</p>""",
    "acknowledgement": "<p>Thanks to the gauge keepers of the middle reach, and to two reviewers who disagreed.</p>",
    "rights": "© 2025 Institute for Shared Waters.\nTranslations are welcome; please write to us first.",
    "funders": "The River Fund; the Ministry of Foreign Affairs of Ruritania",
    "press_contact": "Ada Fairweather, press@sharedwaters.example",
}

OPENING = """
<p>No treaty had foreseen it. The five conventions in force on the river assume a flow of <em>at least</em> 410 m³/s at
the lower bridge; in August of the third year it was 96 m³/s.<sup>1</sup> What follows describes how the commissions
worked in the weeks after that reading, and what has lasted. The word <code>datum</code> stands for the height that
both banks had agreed on.</p>"""

CHAPTER = """
<h2>{0}</h2>
<p>The first meetings were held in school gymnasiums, since town halls lay on one bank or the other. Engineers brought
their own tables, and found within an hour that they had been measuring from two different zeros: one side from the
crown of the old weir, the other from the <a href="https://datum.example/1926">survey of 1926</a>.<foot-note>The two
zeros are <em>both</em> on the old plan.<br>See https://datum.example/1926/plan.</foot-note> The difference,
eleven centimetres, explained four years of accusations.</p>
<p>It also explained why the early agreements were so short. A text that says where to stand and what to read needs no
annex on good faith. “We wrote down the gauge, the hour and the name of the person with the key,” one delegate said,
“and went home before dark.”</p>
<h3>{1}<foot-note>What they gave is told in the annex.</foot-note></h3>
<p>Provinces upstream gave up water that they could have sold. They did so for three reasons, and said so in roughly
this order:</p>
<ol>
<li>They would need the same favour in another year.</li>
<li>The reading was public, so that a refusal would have been public too.
<ul><li>Newspapers on both banks printed it daily.</li><li>So did one brewery.</li></ul></li>
<li>The payment arrived.</li>
</ol>
<h4>{2}</h4>
<p>Payments were small by the standards of the ministries that had to approve them, which is one reason why they were
approved. None was called compensation; most were called maintenance.</p>"""

QUOTE = """
<blockquote><p>You cannot argue with a stick that has marks on it. You can only argue about who painted the marks.</p>
<p>A keeper on the middle reach</p></blockquote>
<p>On the other bank they say <span lang="fr">« à chacun son repère »</span>, and the annals of the old kingdom
have it in one line:</p>
<blockquote lang="ar"><p>من حفظ المقياس حفظ النهر.</p></blockquote>
<blockquote lang="fr"><p>Nous n’avons jamais signé ce que nous ne pouvions pas mesurer nous-mêmes, et nous
n’avons jamais mesuré ce que nous n’aurions pas voulu signer.</p></blockquote>"""

TABLE = """
<p>The readings themselves tell the story without help:</p>
<table><tbody>
<tr><th><p>Reach</p></th><th><p>Agreements</p></th><th><p>Still in force</p></th><th><p>Mean flow, m³/s</p></th>
<th><p>Lowest flow, m³/s</p></th><th><p>Paid within 90 days</p></th></tr>
<tr><th><p>Upper</p></th><td><p>9</p></td><td><p>9</p></td><td><p>212</p></td><td><p>88</p></td><td><p>9</p></td></tr>
<tr><th><p>Middle</p></th><td><p>21</p></td><td><p>17</p></td><td><p>341</p></td><td><p>104</p></td><td><p>20</p></td></tr>
<tr><th><p>Lower, with the delta</p></th><td><p>11</p></td><td><p>6</p></td><td><p>398</p></td><td><p>96</p></td>
<td><p>9</p></td></tr>
</tbody></table>"""

CODE = """
<p>The shared record is plain text, one reading a line, so that it can be read over the telephone:</p>
<pre><code>2024-08-17T06:00Z  lower-bridge  0.96 m  keeper=B. Osei  checked=yes  source=both-banks  note=below-one-metre
2024-08-17T18:00Z  lower-bridge  0.94 m  keeper=B. Osei  checked=yes</code></pre>
<hr>"""

CHAPTERS = [
    ("Before the drought", "Two zeros", "What each side knew"),
    ("The summer of the gauges", "Who reads, and when", "A key and a notebook"),
    ("Money follows measurement", "Small sums, quickly", "What to call them"),
    ("What ministries learned late", "Told first, objecting least", "The exception"),
    ("What has lasted, and what has not", "Volumes and marks", "A note on the delta"),
]


def body():
    written = [CHAPTER.format(*headings) for headings in CHAPTERS]
    written[1] += QUOTE
    written[2] += TABLE
    written[3] += CODE
    return OPENING + "".join(written)


AUTHORS = [
    "Margarethe von Hohenfels-Lindqvist",
    "Kwabena Osei",
    "Ana Lucía Fernández de la Vega",
    "Nguyễn Thị Minh Khai",
    "Jürgen Weiß",
    "Ólafur Þórðarson",
    "Priyanka Raghunathan",
    "Łukasz Żółkiewski",
]
ORGANISATION = "International Centre for the Study of Shared Waters and Cross-Border Infrastructure"

BIOGRAPHY = """
<p>She has kept gauges, edited a river atlas and taught hydrology to diplomats for twenty years. Before joining the
institute she advised two basin commissions, which she declines to name.</p>
<p>Her next book is on <a href="https://books.example/ferries">ferries</a>.</p>"""

SUBJECTS = [
    "Water Diplomacy", "Drought & Scarcity", "Conflict Analysis & Prevention", "Hydrology", "Local Government",
    "Treaties and International Law", "Energy", "Agriculture and Food Security", "Climate Adaptation",
    "Public Finance", "Mediation", "Migration and Displacement", "Infrastructure", "Trade", "Human Rights",
    "Gender", "Youth", "Religion and Peacebuilding", "Media and Disinformation", "Elections",
]  # fmt: skip
PLACES = [
    "Danube Basin", "Mekong Basin", "Nile Basin", "Central Asia", "Aral Sea", "Myanmar", "Horn of Africa",
    "Democratic Republic of the Congo", "Lake Chad", "Jordan", "Türkiye", "Amazon Basin", "Bolivia", "Côte d’Ivoire",
]  # fmt: skip
PROGRAMMES = [
    "Shared Resources Program", "Gauges and Data", "Rivers in Law", "Young Hydrologists Network", "Delta Dialogues",
    "Program on Borders",
]  # fmt: skip

CROWDED_TITLE = (
    "Toward a Comprehensive Framework for Transboundary Groundwater Governance, Drought Preparedness and "
    "Hydro-meteorological Data Exchange among the Riparian States of the Upper and Middle Basin, 1998–2025"
)

ARABIC = {
    "title": "تقاسم نهر آخذ في الانحسار: دروس خمس سنوات من الجفاف",
    "subtitle": "دبلوماسية المياه بين الضفتين في ٤١ اتفاقًا محليًا",
    "lead": "<p>عندما انخفض منسوب النهر إلى ما دون أدنى علاماته للصيف الخامس على التوالي، بدأت اللجان المشتركة تقيس "
    "معًا. يسأل هذا التقرير لماذا تحولت بعض القياسات إلى اتفاقات، وبعضها إلى عناوين صحف.</p>",
    "summary": "<ul><li>أُبرم واحد وأربعون اتفاقًا محليًا في خمس سنوات.</li>"
    "<li>الاتفاقات التي سمّت مقياسًا صمدت؛ أما التي سمّت كمية فلم تصمد.</li></ul>",
    "body": "<h2>قبل الجفاف</h2><p>عُقدت الاجتماعات الأولى في قاعات المدارس. اكتشف المهندسون أنهم كانوا يقيسون من "
    "صفرين مختلفين (انظر <a href='https://datum.example/1926'>مسح ١٩٢٦</a>)."
    "<foot-note>المسح محفوظ في <em>أرشيف السد</em>.</foot-note></p><blockquote><p>لا يمكنك أن تجادل عصا "
    "عليها علامات.</p></blockquote><h2>صيف المقاييس</h2><ul><li>القراءة علنية.</li><li>والدفع وصل في موعده.</li></ul>"
    "<h3>من يقرأ ومتى</h3><p>كتب أحد المندوبين بالإنجليزية إلى International Gauge Bureau (IGB) في 12 May 2024:</p>"
    '<blockquote lang="en"><p>We wrote down the gauge, the hour and the name of the person with the key.</p>'
    "</blockquote>"
    "<table><tbody><tr><th></th><th>الاتفاقات</th><th>السارية</th><th>متوسط الجريان، م³/ث</th>"
    "<th>المدفوع خلال ٩٠ يومًا</th></tr>"
    "<tr><th>الأعلى</th><td>٩</td><td>٩</td><td>٢١٢</td><td>٩</td></tr>"
    "<tr><th>الأوسط</th><td>٢١</td><td>١٧</td><td>٣٤١</td><td>٢٠</td></tr></tbody></table>"
    "<pre><code>2024-08-17T06:00Z  lower-bridge  0.96 m  checked=yes</code></pre>"
    "<p>كلمة <code>datum</code> تعني ارتفاع الصفر المتفق عليه.</p>"
    "<h2>ما الذي بقي</h2><p>بقي المقياس، وبقي الدفتر عند صاحب المفتاح.</p>",
}

CHINESE = {
    "title": "共享一条日渐枯竭的河流：五个旱年给流域委员会的教训",
    "subtitle": "来自四十一项地方协议的经验",
    "lead": "<p>当河水连续第五个夏天跌破最低水位标记时，共享这条河的委员会做了条约很少要求的事：共同测量。</p>",
    "summary": "<ul><li>五年内达成了四十一项地方协议。</li>"
    "<li>写明水位标尺的协议存续下来，写明水量的则没有。</li></ul>",
    "body": "<h2>旱灾之前</h2><p>最初的会议在学校体育馆举行。"
    "工程师们在一小时内发现，双方一直从两个不同的零点开始测量。</p>"
    "<h2>标尺之夏</h2><p>“你无法与一根有刻度的木棍争论。”</p>",
}

TITLES = [
    "Who Keeps the Key? Gauges and Trust on the Middle Reach", "Paying Upstream", "A River Is Not a Pipe",
    "Ferries after the Bridge", "Dry Years, Wet Signatures", "The Price of a Centimetre", "Ice on the Weir",
    "What Mayors Sign", "Low Water and High Politics", "Eleven Centimetres", "After the Flood, the Paperwork",
    "Sediment and Sovereignty", "Letters from the Delta", "Canals Nobody Remembers", "Measuring Together",
    "When the Pumps Stopped", "Barrages and Bargains", "Salt in the Fields", "The Commission Meets on Tuesdays",
    "A Short History of the Two Zeros", "Fishing Rights in Five Languages", "Headwaters", "Rain Lists",
    "The Brewery That Printed the River", "Notes on a Treaty That Worked", "Downstream Voices",
]  # fmt: skip
