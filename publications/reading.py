"""Stored rich text made ready for a reader: headings with addresses, a contents list, tables that scroll."""

import re
from dataclasses import dataclass, field
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

from text.cleaning import words_of
from text.richtext import Rewriter
from text.slugs import first_free, make_slug

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
    "related-heading",
}
HEADINGS = {"h2", "h3", "h4"}
WITHIN = re.compile(r'<a href="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass
class Heading:
    level: int
    anchor: str
    words: str


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


class Reader(Rewriter):
    """Copies sanitised HTML and gives headings an id and tables a frame in which they scroll."""

    def __init__(self):
        super().__init__()
        self.headings, self.taken, self.opened = [], set(RESERVED), None

    def handle_starttag(self, tag, attrs):
        if tag in HEADINGS:
            self.opened, self.written = (tag, self.written), []
        elif tag == "table":
            self.written.append('<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>')
        else:
            super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if self.opened and tag == self.opened[0]:
            self.close_heading()
        elif tag == "table":
            self.written.append("</table></div>")
        else:
            super().handle_endtag(tag)

    def close_heading(self):
        tag, before = self.opened
        inner = "".join(self.written)
        words = words_of(inner)
        anchor = first_free(make_slug(words, "section", 60), self.taken.__contains__)
        self.taken.add(anchor)
        self.headings.append(Heading(int(tag[1]), anchor, words))
        self.opened, self.written = None, [*before, f'<{tag} id="{escape(anchor)}">{inner}</{tag}>']


def prose(html: str) -> Prose:
    """Sanitised HTML as a reader gets it. Never call it with anything else: its result is marked safe."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return Prose(mark_safe(without_dead_ends("".join(reader.written), reader.headings)), reader.headings)


def without_dead_ends(html, headings):
    """A link within the text leads to a heading of it; one whose target did not come along is its words alone."""
    anchors = RESERVED | {heading.anchor for heading in headings}
    return WITHIN.sub(lambda link: link[0] if unescape(link[1]) in anchors else link[2], html)
