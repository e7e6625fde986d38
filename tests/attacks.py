"""Strings that have run scripts in somebody's browser, and how to see that a page of ours runs none."""

import json
import re
from collections import Counter
from html import escape
from urllib.parse import urlsplit

import nh3

from tests.attacks_markup import BY_MARKUP
from tests.attacks_words import BY_WORDS
from tests.crawl import VOID, Element, parse
from text.richtext import declared, sanitise

BY_TECHNIQUE = BY_MARKUP | BY_WORDS
ATTACKS = [attack for some in BY_TECHNIQUE.values() for attack in some]

# What runs, frames, sets the page aside, or is read in another way than HTML.
RUNNING = {
    "script", "iframe", "frame", "frameset", "portal", "fencedframe", "object", "embed", "applet", "base", "svg",
    "math", "template", "noscript", "noembed", "noframes", "style", "xmp", "plaintext", "listing", "marquee", "dialog",
    "video", "audio", "layer", "isindex", "bgsound", "keygen", "image",
}  # fmt: skip
ADDRESSES = {
    "href", "src", "action", "formaction", "data", "poster", "background", "cite", "longdesc", "manifest", "codebase",
    "classid", "archive", "code", "lowsrc", "dynsrc", "profile", "usemap", "xml:base",
}  # fmt: skip
CHOICES = {"srcset", "imagesrcset"}
RUNNING_ATTRIBUTES = {"style", "srcdoc", "target", "ping", "is", "slot", "attributionsrc", "contenteditable"}
# Names of these are names of the document, and may stand in the place of its own.
NAMES_THE_DOCUMENT = {"a", "img", "image", "form", "embed", "object", "iframe", "map"}
LEADS_AWAY = {"", "http", "https", "mailto", "tel"}
OWN_HOSTS = {"", "testserver"}
# Browsers drop these at the ends of an address, and these wherever they stand.
ENDS = "".join(map(chr, range(0x21)))
WITHIN = re.compile("[\t\n\r]")
SEARCH = {"/publications/"}
# The scripts of a page of readers; the desk has more, all of them files of ours, and a table of choices of its own.
OWN_SCRIPTS = [{"src": f"/static/js/{name}.js", "defer": ""} for name in ("suggest", "contents")]
SCRIPT_OF_DESK = re.compile(r"/static/(admin|desk|django_prose_editor|vendor)/[\w./-]+\.js|/admin/jsi18n/")


def running(document: Element) -> list[str]:
    """All that could run or fetch in a page of readers, which has no style of its own and no script but that of
    search."""
    # The map of topics is drawn by us; what stands in it is looked at like all else.
    drawn = [sheet for figure in document.all("figure", class_="map") for sheet in figure.parts]
    found = [*in_every_page(document, drawn)]
    for form in document.all("form"):
        if form.get("action") not in SEARCH:
            found.append(f"<form action={form.get('action')}>")
    for script in document.all("script"):
        if not (is_data(script) or (script.attributes in OWN_SCRIPTS and not script.parts)):
            found.append(f"<script {script.attributes}>")
    return found


def is_data(script: Element) -> bool:
    """What search engines read, and no browser runs: JSON that no end tag can break out of."""
    words = "".join(script.strings())
    return script.attributes == {"type": "application/ld+json"} and "<" not in words and bool(json.loads(words))


def running_in_desk(document: Element) -> list[str]:
    """The same of a page of the desk, whose scripts are files of ours and whose forms lead to itself."""
    # Django's own signs for light and dark.
    drawn = [*document.all("svg", class_="base-svgs"), *document.all("svg", aria_hidden="true")]
    found = [*in_every_page(document, drawn)]
    for script in document.all("script"):
        if not is_of_desk(script):
            found.append(f"<script {script.attributes}>")
    return found


def is_of_desk(script: Element) -> bool:
    if script.get("type") in {"application/json", "importmap"}:
        return not script.get("src") and not any("<" in part for part in script.parts)
    return not script.text and bool(SCRIPT_OF_DESK.fullmatch(script.get("src") or ""))


def in_every_page(document, drawn):
    for element in document.walk():
        if element.tag in RUNNING - {"script"} and element not in drawn:
            yield f"<{element.tag}>"
        if element.tag == "meta" and element.get("http-equiv"):
            yield "<meta http-equiv>"
        yield from (f"<{element.tag} {name}={value}>" for name, value in what_runs(element))
    ids = Counter(element.get("id") for element in document.walk() if element.get("id"))
    yield from (f"two elements #{name}" for name, number in ids.items() if number > 1)


def what_runs(element: Element):
    """The attributes that run, fetch from elsewhere, or take another's name."""
    return [(name, value) for name, value in element.attributes.items() if is_live(element, name, value)]


def is_live(element: Element, name: str, value: str) -> bool:
    if name.rpartition(":")[2] in ADDRESSES:
        return not may_lead_to(element, value)
    if name in CHOICES:
        return not all(may_lead_to(element, one) for one in value.split(","))
    if name == "name":
        return element.tag in NAMES_THE_DOCUMENT
    return name.startswith("on") or (name in RUNNING_ATTRIBUTES and not opens_our_own(element, name))


def opens_our_own(element: Element, name: str) -> bool:
    """The desk opens pages of the site beside itself."""
    return name == "target" and bool(re.match("/[a-z]", element.get("href") or ""))


def may_lead_to(element: Element, value: str) -> bool:
    """A link leads away by few schemes; all else is asked for by the page itself, and is ours."""
    try:
        parts = urlsplit(as_a_browser_reads(value))
    except ValueError:
        return False
    if element.tag == "a":
        return parts.scheme in LEADS_AWAY
    return parts.scheme in {"", "http"} and parts.netloc in OWN_HOSTS


def as_a_browser_reads(address: str) -> str:
    return WITHIN.sub("", address.strip(ENDS)).replace("\\", "/")


# Texts as they are stored


DECLARED = declared()


def left_in_text(html: str) -> list[str]:
    """What stored rich text holds that runs, or stands beyond the declaration."""
    document = parse(html)
    found = [*in_every_page(document, [])]
    found += [f"<{element.tag}>" for element in document.walk() if element.tag not in DECLARED["tags"]]
    for element in document.walk():
        beyond = element.attributes.keys() - DECLARED["attributes"].get(element.tag, set())
        found += [f"<{element.tag} {name}>" for name in beyond]
        if element.tag == "a" and not element.get("href"):
            found.append("a link to nowhere")
    return found


# An HTML5 parser that lets everything through, as far as it can be told to.
EVERYTHING = nh3.Cleaner(
    tags={element.lower() for element in RUNNING}
    | DECLARED["tags"]
    | set(nh3.ALLOWED_TAGS)
    | {"form", "input", "button", "select", "option", "textarea", "meta", "link", "title", "label"},
    clean_content_tags=set(),
    attributes={"*": ADDRESSES | CHOICES | RUNNING_ATTRIBUTES | set().union(*DECLARED["attributes"].values())},
    generic_attribute_prefixes={"on"},
    url_schemes=DECLARED["url_schemes"] | {"javascript", "vbscript", "data"},
    link_rel=None,
    strip_comments=False,
)


def read_again(html: str) -> str:
    """The HTML as a browser would write what it has made of it."""
    return EVERYTHING.clean(html)


def written_anew(element: Element) -> str:
    """An element's inner HTML, from the tree of another parser."""
    return "".join(escape(part, quote=False) if isinstance(part, str) else whole(part) for part in element.parts)


def whole(element: Element) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes.items())
    end = "" if element.tag in VOID else f"</{element.tag}>"
    return f"<{element.tag}{attributes}>{written_anew(element)}{end}"


def faults_of(html: str) -> list[str]:
    """All that is wrong with a text that claims to be sanitised: what it holds, and what it is when read again."""
    found = left_in_text(html)
    for way, again in {
        "sanitised twice": sanitise(html),
        "read by an HTML5 parser": read_again(html),
        "written anew and sanitised": sanitise(written_anew(parse(html))),
    }.items():
        found += [f"{way}, it is another: {again[:300]}"] if again != html else []
    return found
