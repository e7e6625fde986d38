"""Stored rich text made ready for a reader: headings with addresses, a contents list, tables that scroll, notes with
numbers, figures. All texts of a page are read together, so that numbers go on and no address stands twice."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

from publications.figures import Figure
from publications.pointing import with_present_addresses
from text.cleaning import words_of
from text.figures import ATTRIBUTE
from text.languages import direction
from text.notes import TAG
from text.richtext import Rewriter
from text.slugs import first_free, make_slug
from text.tables import Cell, headed

# Addresses within the page that are its own.
RESERVED = {
    "main",
    "report",
    "related",
    "linked-reports",
    "summary",
    "about-the-report",
    "contents",
    "files",
    "authors",
    "acknowledgement",
    "imprint",
    "notes",
    "related-heading",
}
HEADINGS = {"h2", "h3", "h4"}
CELLS = {"td", "th"}
FRAME = '<div class="scroll" tabindex="0" role="region" aria-label="Table {}">{}</div>'
BARE = re.compile(r'<a href="([^"]*)">\1</a>')
WITHIN = re.compile(r'<a href="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
# A heading with its address, so that a reader can copy that; beside it, for whoever goes from heading to heading.
HEADING = (
    '<div class="part"><{0} id="{1}">{2}</{0}>'
    '<a class="to-part" href="#{1}" aria-label="Link to this part: {3}">§</a></div>'
)
# The number of a note, which leads to it; and the addresses of notes and of these.
NUMBER = '<sup class="note-number"><a href="#note-{0}" id="note-{0}-number" role="doc-noteref">{0}</a></sup>'
A_NUMBER = re.compile(r'<sup class="note-number">.*?</sup>')
FIGURE = '<figure class="picture">'
OF_NOTES = re.compile(r"note-[0-9]+(?:-number)?")


NONE: Mapping[str, Figure] = {}


@dataclass
class Heading:
    level: int
    anchor: str
    words: str


@dataclass
class Note:
    number: int
    html: SafeString


@dataclass
class Prose:
    html: SafeString
    headings: list[Heading] = field(default_factory=list)

    @property
    def contents(self):
        """The headings of the first two levels, where there are enough of them to need a list."""
        top = min((heading.level for heading in self.headings), default=2)
        listed = [heading for heading in self.headings if heading.level <= top + 1]
        return listed if sum(heading.level == top for heading in listed) >= 3 else []


@dataclass
class Table:
    """One that is open: its number, what was written before it and before its open cell, and its rows so far."""

    number: int
    before: list[str]
    around_cell: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


class Reader(Rewriter):
    """Copies sanitised HTML and gives headings an id, tables a head and a frame in which they scroll, and notes their
    numbers."""

    def __init__(self, figures: Mapping[str, Figure]):
        super().__init__()
        self.figures = figures
        self.headings, self.notes, self.taken = [], [], set(RESERVED)
        # What was written before the heading, the note or the credit that is open.
        self.opened, self.around_note, self.around_credit = None, [], []
        self.credit = ""
        # Those that are open, each within the one before; and how many were begun.
        self.tables, self.counted_tables = [], 0

    def prose(self, html: str) -> Prose:
        self.written, self.headings = [], []
        self.feed(html)
        self.close()
        self.reset()
        return Prose(mark_safe("".join(self.written)), self.headings)

    def handle_starttag(self, tag, attrs):
        if tag in HEADINGS:
            self.opened, self.written = (tag, self.written), []
        elif tag == TAG:
            self.around_note, self.written = self.written, []
        elif tag == "figure":
            self.written.append(FIGURE)
        elif tag == "img":
            self.show_picture(dict(attrs))
        elif tag == "small":
            self.around_credit, self.written = self.written, []
        elif tag == "table":
            self.open_table()
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in CELLS:
            self.open_cell(tag, attrs)
        else:
            super().handle_starttag(tag, attrs + directed(attrs))

    def handle_endtag(self, tag):
        if self.opened and tag == self.opened[0]:
            self.close_heading()
        elif tag == TAG:
            self.close_note()
        elif tag == "small":
            self.credit, self.written = "".join(self.written), self.around_credit
        elif tag == "figcaption":
            self.close_caption()
        elif tag == "figure":
            self.close_figure()
        elif tag == "table":
            self.close_table()
        elif tag in CELLS:
            self.close_cell(tag)
        elif tag not in {"tr", "tbody"}:
            super().handle_endtag(tag)

    def open_table(self):
        self.counted_tables += 1
        self.tables.append(Table(self.counted_tables, self.written))
        self.written = []

    def open_cell(self, tag, attrs):
        table = self.tables[-1]
        table.rows[-1].append((tag, "".join(f' {name}="{escape(value or "")}"' for name, value in attrs), ""))
        table.around_cell, self.written = self.written, []

    def close_cell(self, tag):
        table = self.tables[-1]
        _, attributes, _ = table.rows[-1].pop()
        table.rows[-1].append((tag, attributes, "".join(self.written)))
        self.written = table.around_cell

    def close_table(self):
        table = self.tables.pop()
        self.written = [*table.before, FRAME.format(table.number, headed(table.rows))]

    def close_heading(self):
        tag, before = self.opened
        inner = "".join(self.written)
        words = words_of(A_NUMBER.sub("", inner))
        anchor = first_free(make_slug(words, "section", 60), self.is_taken)
        self.taken.add(anchor)
        self.headings.append(Heading(int(tag[1]), anchor, words))
        self.opened, self.written = None, [*before, HEADING.format(tag, escape(anchor), inner, escape(words))]

    def is_taken(self, anchor):
        return anchor in self.taken or OF_NOTES.fullmatch(anchor)

    def close_note(self):
        note = Note(len(self.notes) + 1, mark_safe("".join(self.written)))
        self.notes.append(note)
        self.written = [*self.around_note, NUMBER.format(note.number)]

    # A picture that is not there leaves its words; who made one is said after what it shows.

    def show_picture(self, attributes):
        figure = self.figures.get(attributes[ATTRIBUTE])
        if figure:
            self.written.append(figure.html(attributes["alt"]))

    def close_caption(self):
        self.written.append(f" <small>{self.credit}</small></figcaption>" if self.credit else "</figcaption>")
        self.credit = ""

    def close_figure(self):
        if self.credit:
            self.written.append("<figcaption>")
            self.close_caption()
        if self.written[-1] == FIGURE:
            self.written.pop()
        else:
            self.written.append("</figure>")


def directed(attrs):
    """The direction that goes with a language."""
    return [("dir", direction(value)) for name, value in attrs if name == "lang"]


def read(texts: Iterable[str], figures: Mapping[str, Figure] = NONE) -> tuple[list[Prose], list[Note]]:
    """Sanitised HTML as a reader of one page gets it, in the order of the page, and the notes of all; `figures` are its
    pictures by their keys. Never call it with anything else: its results are marked safe."""
    reader = Reader(figures)
    found = [reader.prose(html) for html in with_present_addresses(texts)]
    for each in [*found, *reader.notes]:
        each.html = with_bare_addresses(without_dead_ends(each.html, reader.taken))
    return found, reader.notes


def without_dead_ends(html, anchors):
    """A link within the page leads to a heading of it; one whose target did not come along is its words alone."""
    kept = WITHIN.sub(lambda link: link[0] if is_there(unescape(link[1]), anchors) else link[2], html)
    return mark_safe(kept)


def with_bare_addresses(html):
    """On paper, links are followed by their addresses: those that are nothing else are marked."""
    return mark_safe(BARE.sub(r'<a href="\1" class="bare">\1</a>', html))


def is_there(anchor, anchors):
    return anchor in anchors or OF_NOTES.fullmatch(anchor)
