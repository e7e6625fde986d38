"""Rich text: one declaration of what it may hold, which the editor, the sanitiser and every importer obey."""

import re
from html import escape
from html.parser import HTMLParser

import nh3
from django_prose_editor.config import allowlist_from_extensions
from markdown_it import MarkdownIt

from text.cleaning import clean_text

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
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "SpecialCharacters": True,
}

# What other programs write for the same thing. None: the tag goes, its words stay.
RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4"}
# Pictures, films and frames of other sites become a link that carries their words.
EMBEDDED = {"img": "Image", "iframe": "Video", "video": "Video", "audio": "Audio", "embed": "Media", "source": ""}
VOID = {"br", "hr", "img", "embed", "source"}
EMPTY = re.compile(r"(?:\s|&nbsp;|\u00a0|<(?:p|h[2-4])>(?:\s|&nbsp;|\u00a0|<br>)*</(?:p|h[2-4])>)*")
REMOTE = re.compile(r"(?:https?:)?//[^\s]+", re.IGNORECASE)


def declared():
    """What nh3 lets through, read off the editor's own declaration."""
    rules = allowlist_from_extensions(EXTENSIONS)
    rules["attributes"]["a"] = {"href", "title"}
    rules["attributes"]["ol"] = {"start"}
    return rules


def wider(rules):
    """The same and what is translated into it, so that a translation sees well-formed HTML without scripts."""
    media = {tag: {"src", "alt", "title"} for tag in EMBEDDED}
    return rules | {
        "tags": rules["tags"] | set(RENAMED) | set(EMBEDDED),
        "attributes": rules["attributes"] | media,
    }


STRICT = nh3.Cleaner(**declared())
WIDE = nh3.Cleaner(**wider(declared()))
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


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


class Translator(Rewriter):
    """Other names for our tags, and embedded media as links."""

    def __init__(self):
        super().__init__()
        self.links = 0

    def handle_starttag(self, tag, attrs):
        if tag in EMBEDDED:
            self.written.append(self.link(tag, dict(attrs)))
        else:
            self.links += tag == "a"
            super().handle_starttag(RENAMED.get(tag, tag), attrs)

    def handle_endtag(self, tag):
        self.links -= tag == "a"
        if tag not in EMBEDDED:
            super().handle_endtag(RENAMED.get(tag, tag))

    def link(self, tag, attrs):
        """The medium's own words, linked to where it lies unless they stand in a link already."""
        words = escape((attrs.get("alt") or attrs.get("title") or EMBEDDED[tag]).strip())
        address = attrs.get("src") or ""
        if self.links or not REMOTE.fullmatch(address):
            return words
        return f'<a href="{escape(address)}">{words or "Media"}</a>'


def translate(html):
    translator = Translator()
    translator.feed(html)
    translator.close()
    return "".join(translator.written)


def sanitise(html: str) -> str:
    """HTML within the declaration; empty when no word is left. Doing it twice changes nothing."""
    if not html or not (html := clean_text(html)).strip():
        return ""
    clean = clean_text(STRICT.clean(translate(WIDE.clean(html)))).strip()
    return "" if EMPTY.fullmatch(clean) else clean


def from_markdown(source: str) -> str:
    """Markdown (CommonMark with tables and inline HTML) as the same sanitised HTML that the editor makes."""
    return sanitise(MARKDOWN.render(clean_text(source)))


def from_words(words: str) -> str:
    """Plain text as paragraphs."""
    paragraphs = re.split(r"\n\s*\n", clean_text(words).strip())
    return sanitise("".join(f"<p>{escape(part.strip(), quote=False)}</p>" for part in paragraphs if part.strip()))
