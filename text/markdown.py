"""Markdown (CommonMark with tables, notes and inline HTML) as HTML, each note in the place of its number."""

import re
from html import escape

from django.utils.html import strip_tags
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from mdit_py_plugins.footnote import footnote_plugin

from text.cleaning import clean_text
from text.notes import TAG

# What Hugo and its kin write into Markdown: {{< video "https://..." >}}, ## Heading {#anchor}, {: .class}
SHORTCODE = re.compile(r"\{\{[<%]([^{}]{0,500}?)[%>]\}\}")
HEADING_ATTRIBUTES = re.compile(r"^(#{1,6} .*?)[ \t]*\{[#.:][^{}\n]*\}[ \t]*$", re.MULTILINE)
BLOCK_ATTRIBUTES = re.compile(r"^\{:[^{}\n]*\}[ \t]*$", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
# So many characters of notes at most: few lines could ask for one note without end.
MOST_OF_NOTES = 2_000_000


class Renderer(RendererHTML):
    """Writes each note where it is asked for. `notes`: {its number: the tokens of its words}."""

    def __init__(self, parser=None):
        super().__init__(parser)
        self.notes, self.asked, self.room = {}, [], MOST_OF_NOTES

    def render(self, tokens, options, env):
        self.notes, text = parted(tokens)
        return super().render(text, options, env)

    def footnote_ref(self, tokens, place, options, env):
        """In a note, what another says stands in brackets; in that one, nothing more is asked for."""
        number = tokens[place].meta["id"]
        if len(self.asked) > 1 or number in self.asked or self.room < 0:
            return ""
        self.asked.append(number)
        words = "<br>".join(self.lines(self.notes.get(number, []), options, env))
        self.asked.pop()
        self.room -= len(words)
        return f" ({words})" if self.asked else f"<{TAG}>{words}</{TAG}>"

    def lines(self, tokens, options, env):
        """The blocks of a note, which stands within a paragraph."""
        for token in tokens:
            if token.type == "inline":
                yield self.renderInline(token.children, options, env)
            elif token.type in {"fence", "code_block"}:
                yield f"<code>{escape(token.content.strip())}</code>"
            elif token.type == "html_block":
                yield strip_tags(token.content).strip()


def parted(tokens):
    """The tokens of each note by its number, and those of the text."""
    notes, text, into = {}, [], None
    for token in tokens:
        if token.type == "footnote_open":
            into = notes.setdefault(token.meta["id"], [])
        elif token.type == "footnote_close":
            into = None
        elif token.type not in {"footnote_block_open", "footnote_block_close"}:
            (text if into is None else into).append(token)
    return notes, text


def made() -> MarkdownIt:
    """One for each text: it remembers the notes of what it renders."""
    markdown = MarkdownIt("commonmark", {"html": True}, renderer_cls=Renderer).enable("table").use(footnote_plugin)
    # The plugin would write a list at the end, and links into it.
    markdown.add_render_rule("footnote_ref", Renderer.footnote_ref)
    return markdown


def as_html(source: str) -> str:
    source = SHORTCODE.sub(shortcode_link, clean_text(source))
    source = BLOCK_ATTRIBUTES.sub("", HEADING_ATTRIBUTES.sub(r"\1", source))
    return made().render(source)


def shortcode_link(found) -> str:
    """Where a shortcode holds an address, its readers get at least that."""
    address = ADDRESS.search(found[1])
    return f"<{address[0]}>" if address else ""
