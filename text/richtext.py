"""Rich text: one declaration of what it may hold, which the editor, the sanitiser and every importer obey."""

import re
from html import escape
from html.parser import HTMLParser

import nh3
from django_prose_editor.config import allowlist_from_extensions

from text.addresses import SCHEMES
from text.cleaning import clean_text
from text.figures import ATTRIBUTE, without_figures
from text.markdown import as_html
from text.nesting import APART, EMBEDDED, RENAMED, VOID, nested

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Code": True,
    "CodeBlock": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "FootNote": True,
    "Picture": True,
    "OtherLanguage": True,
    "OfficePaste": True,
    "Link": {"enableTarget": False},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HeaderCells": True,
    "SpecialCharacters": True,
    # The browser's spelling marks stay on.
    "NoSpellCheck": False,
}

# What no reader ever sees: the text inside a frame.
FRAME = re.compile(r'(<iframe(?:[^>"]|"[^"]*")*>).*?</iframe>', re.DOTALL)


def declared():
    """What nh3 lets through, read off the editor's own declaration."""
    rules = allowlist_from_extensions(EXTENSIONS)
    rules["attributes"]["a"] = {"href", "title"}
    rules["attributes"]["ol"] = {"start"}
    # The editor knows these of its own accord, and warns when it is told of them.
    rules["url_schemes"] = SCHEMES
    return rules


def wider(rules):
    """The same and what is turned into it, so that text/nesting.py sees well-formed HTML without scripts."""
    media = {tag: {"src", "alt", "title"} for tag in EMBEDDED}
    media["img"].add(ATTRIBUTE)
    spoken = {tag: {"lang"} for tag in ("em", "i")}
    return rules | {
        "tags": rules["tags"] | set(RENAMED) | set(EMBEDDED) | APART | {"caption", "small"},
        "attributes": rules["attributes"] | media | spoken,
    }


STRICT = nh3.Cleaner(**declared())
WIDE = nh3.Cleaner(**wider(declared()))


class Sanitised(str):
    """HTML that has passed `sanitise`, so that it need not pass again on each step of its way into the database."""

    __slots__ = ()


class Rewriter(HTMLParser):
    """Copies well-formed HTML, piece by piece, into `written`; subclasses change what they name."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.written = []

    def handle_starttag(self, tag, attrs):
        written = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs)
        self.written.append(f"<{tag}{written}>")

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.written.append(f"</{tag}>")

    def handle_data(self, data):
        self.written.append(data)

    def handle_entityref(self, name):
        self.written.append(f"&{name};")

    def handle_charref(self, name):
        self.written.append(f"&#{name};")


def sanitise(html: str, base: str = "", find_links: bool = False) -> str:
    """HTML within the declaration, in one form; empty when no word is left. Doing it twice changes nothing.

    `base` and `find_links`: see `nested`.
    """
    if isinstance(html, Sanitised):
        return html
    if not html or not (html := clean_text(html)).strip():
        return Sanitised()
    wide = FRAME.sub(r"\1</iframe>", WIDE.clean(html))
    return Sanitised(STRICT.clean(nested(wide, base, find_links)))


def sanitise_words(html: str) -> str:
    """The same without figures: no caption stays where its picture cannot."""
    html = sanitise(html)
    without = without_figures(html)
    return html if without == html else sanitise(without)


def from_markdown(source: str, base: str = "") -> str:
    """Markdown as the same sanitised HTML that the editor makes."""
    return sanitise(as_html(source), base, find_links=True)


def from_words(words: str) -> str:
    """Plain text as paragraphs."""
    paragraphs = re.split(r"\n\s*\n", clean_text(words).strip())
    return sanitise("".join(f"<p>{escape(part.strip(), quote=False)}</p>" for part in paragraphs if part.strip()))
