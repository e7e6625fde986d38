"""The one form of rich text: what may stand in what. Any HTML becomes text blocks in lists, quotations and tables, with
notes among their words, and figures."""

import re
from html import escape
from html.parser import HTMLParser

from text.addresses import usable_address
from text.blocks import CELLS, LISTS, SLASH, TEXTS, Mark, Node, Note, levelled, rendered, whole_runs
from text.cleaning import clean_line, clean_text
from text.figures import ATTRIBUTE, key_in
from text.languages import as_tag
from text.notes import TAG

# What other programs write for the same thing.
RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h5": "h4", "h6": "h4", "tt": "code", "kbd": "code", "samp": "code"}
# Words on either side of these stand apart, and that is all that is kept of them.
APART = {
    "p", "div", "section", "article", "aside", "header", "footer", "main", "nav", "address", "center", "figure",
    "figcaption", "dl", "dt", "dd", "details", "summary", "fieldset", "legend", "form", "option", "thead", "tbody",
    "tfoot",
}  # fmt: skip
# Pictures, films and frames of other sites become a link that carries their words.
EMBEDDED = {"img": "Image", "iframe": "Video", "video": "Video", "audio": "Audio", "embed": "Media", "source": "Media"}
VOID = {"br", "hr", "img", "embed", "source"}
MARKS = ("a", "span", "strong", "em", "sub", "sup", "code")
# The words of a figure; what makes the words of a credit bold or a link is dropped.
OF_FIGURES = {"figcaption", "small"}
UNMARKED = {"pre", "small"}
CONTAINERS = {*LISTS, "li", "blockquote", "table", "caption", "tr", *CELLS}
# What words in these are put into where the source left it out.
BETWEEN = {"ul": "li", "ol": "li", "table": "tr", "tr": "td"}
FRAMES = {*LISTS, "blockquote", "table"}
# So many lists, quotations and tables in one another; deeper ones lose their frame and keep their words. It also bounds
# recursion.
DEEPEST = 6

SPACE = re.compile(r"[ \t\n\r\f]+")
# White space, and the accents that come after it and have no letter to stand on.
LOOSE = re.compile(rf"[ \t\n\r\f]+(?:{SLASH}+[ \t\n\r\f]*)*")
BARE_ADDRESS = re.compile(r"(https?://[^\s<>\"“”«»]+)")
AFTER_ADDRESS = re.compile(r"[.,;:!?'’*_]+$")


class Nesting(HTMLParser):
    """Reads well-formed HTML and rebuilds it under `root`, whatever its order of blocks and marks was."""

    def __init__(self, base: str = "", find_links: bool = False):
        super().__init__()
        self.base, self.find_links = base, find_links
        self.root = Node("")
        self.path, self.marks, self.kind = [self.root], (), "p"
        self.text: Node | None = None
        self.medium = ""
        # Around the note that is open: the text and the marks, and how many elements.
        self.around: tuple[Node | None, tuple[Mark, ...], int] | None = None
        # The figure that takes the words of a caption; and among how many elements these began.
        self.figure: Node | None = None
        self.within: int | None = None
        # How things stood before each element that is open.
        self.before: list[tuple[list[Node], tuple[Mark, ...], str]] = []

    def handle_starttag(self, tag, attrs):
        # Cleaned once more, as references may have stood for what no text holds.
        tag, attributes = RENAMED.get(tag, tag), {name: clean_text(value or "") for name, value in attrs}
        if tag not in VOID:
            self.before.append((self.path[:], self.marks, self.kind))
        if tag == TAG:
            self.open_note()
        elif tag in MARKS:
            self.open_mark(tag, attributes)
        elif tag == "img" and (key := key_in(attributes)):
            self.put_figure(key, clean_line(attributes.get("alt", "")))
        elif tag in EMBEDDED:
            self.embed(tag, attributes)
        elif tag in OF_FIGURES and self.figure and not self.is_within:
            self.open_words(tag)
        elif tag == "small":
            pass
        elif tag == "br" or self.is_within:
            self.break_line()
        else:
            self.close_text()
            self.open_block(tag, attributes)

    def handle_endtag(self, tag):
        tag = RENAMED.get(tag, tag)
        if tag in VOID or not self.before:
            return
        if tag == TAG:
            self.close_note()
        elif self.within == len(self.before):
            self.close_words()
        elif tag == "small":
            pass
        elif self.is_within and tag not in MARKS and tag not in EMBEDDED:
            self.break_line()
        elif tag not in MARKS and tag not in EMBEDDED:
            self.close_text()
            self.figure = None if tag == "figure" else self.figure
        self.path, self.marks, self.kind = self.before.pop()

    def handle_data(self, data):
        data = clean_text(data).lstrip(SLASH)
        if self.kind == "pre":
            return self.write(data)
        # Who writes a note gives the address of what is cited, and has no button beside it to make it a link.
        pieces = (
            BARE_ADDRESS.split(data) if (self.find_links or self.around) and not self.marked("a", "code") else [data]
        )
        for number, piece in enumerate(pieces):
            if number % 2:
                self.write_address(piece)
            else:
                self.write(LOOSE.sub(" ", piece))

    # Marks and words

    def open_mark(self, tag, attributes):
        if tag == "a" and not (attributes.get("href") and (href := usable_address(attributes["href"], self.base))):
            return
        written = f' href="{escape(href)}"' + named(attributes, "title") if tag == "a" else ""
        if language := spoken(attributes):
            # Words in one language within words in another are no longer in that.
            self.marks = (*(mark for mark in self.marks if mark[0] != "span"), ("span", language))
        if tag != "span" and not self.marked(tag):
            self.marks += ((tag, written),)

    @property
    def is_within(self):
        """In a note, a caption or a credit: blocks are lines there."""
        return self.around is not None or self.within is not None

    @property
    def shown_marks(self):
        """The marks in the editor's order. Code stands alone there, but a link is worth more."""
        if self.kind in UNMARKED:
            return ()
        if self.marked("code"):
            return tuple(mark for mark in self.marks if mark[0] == ("a" if self.marked("a") else "code"))
        return tuple(sorted(self.marks, key=lambda mark: MARKS.index(mark[0])))

    def marked(self, *tags):
        return any(tag in tags for tag, _ in self.marks)

    def write(self, words):
        if self.text is None or not self.text.parts:
            words = words.lstrip(f"\n{SLASH}" if self.kind == "pre" else f" \n{SLASH}")
        elif self.kind != "pre" and self.text.parts[-1][1].endswith((" ", "\n")):
            words = words.lstrip(f" {SLASH}")
        if not words:
            return
        self.put(self.shown_marks, words)

    def put(self, marks, words):
        if self.text is None:
            self.open_text()
        self.text.parts.append((marks, words))

    def open_text(self):
        self.text = Node(self.kind)
        if self.within is None:
            self.block_holder().parts.append(self.text)
            # What is said after a figure is no caption of it.
            self.figure = None
        else:
            self.figure.parts.append(self.text)

    def write_address(self, address):
        """A bare address in running words, without the punctuation that follows it."""
        end = AFTER_ADDRESS.search(address)
        bare = address[: end.start()] if end else address
        while bare.endswith(")") and bare.count(")") > bare.count("("):
            bare = bare[:-1]
        self.write_link(bare, bare)
        self.write(address[len(bare) :])

    def write_link(self, address, words):
        outer = self.marks
        if not self.marked("a") and (href := usable_address(address)):
            self.marks += (("a", f' href="{escape(href)}"'),)
        self.write(words)
        self.marks = outer

    def break_line(self):
        """A line break within a text; at its edges it is dropped. Blocks in a note are lines of it."""
        if self.text is None or not self.text.parts:
            return
        marks, words = self.text.parts[-1]
        if not isinstance(words, Note):
            self.text.parts[-1] = (marks, words if self.kind == "pre" else words.rstrip(" "))
        if not self.is_within or not words.endswith("\n"):
            self.text.parts.append((self.shown_marks, "\n"))

    # Notes

    def open_note(self):
        """None within another, and none in code: there its words stand among the others."""
        if self.around is None and self.kind not in UNMARKED:
            self.around = self.text, self.marks, len(self.before)
            self.text, self.marks = Node(TAG), ()

    def close_note(self):
        if self.around and len(self.before) == self.around[2]:
            runs = whole_runs(self.text.parts)
            self.text, self.marks, _ = self.around
            self.around = None
            if runs:
                self.put((), Note(runs))

    # Figures

    def put_figure(self, key, alternative):
        """A picture of ours; where there is no room for one, the words that stand for it."""
        if self.is_within:
            self.write(f" {alternative} ")
            return
        self.close_text()
        self.figure = Node("figure", f' {ATTRIBUTE}="{key}" alt="{escape(alternative)}"')
        self.block_holder().parts.append(self.figure)

    def open_words(self, tag):
        self.close_text()
        self.kind, self.marks, self.within = tag, (), len(self.before)
        self.text = next((part for part in self.figure.parts if part.tag == tag), None)
        self.break_line()

    def close_words(self):
        if self.text is not None:
            self.text.parts = whole_runs(self.text.parts)
        self.text, self.within = None, None

    def embed(self, tag, attributes):
        address = attributes.get("src", "").strip()
        name = self.medium if tag == "source" else EMBEDDED[tag]
        self.medium = name if tag in {"video", "audio"} and not address else ""
        if address.startswith("//"):
            address = f"https:{address}"
        own = SPACE.sub(" ", attributes.get("alt") or attributes.get("title") or "").strip()
        remote = address.startswith(("http://", "https://"))
        if words := own or (name if remote or self.marked("a") else ""):
            self.write(" ")
            self.write_link(address if remote else "", words)
            self.write(" ")

    def close_text(self):
        """The words of a text are complete: no white space at its ends, no mark on white space alone."""
        if self.text is None:
            return
        text, self.text = self.text, None
        text.parts = whole_runs(text.parts)
        if not text.parts:
            self.path[-1].parts.pop()

    # Blocks

    def open_block(self, tag, attributes):
        if tag in TEXTS and tag not in APART:
            self.kind = tag
        elif tag == "dt":
            self.open_mark("strong", {})
        elif tag == "hr":
            self.block_holder().parts.append(Node("hr"))
        elif tag in CONTAINERS and (tag not in FRAMES or self.has_room):
            self.open_container(tag, attributes)

    def open_container(self, tag, attributes):
        if tag in {"li", "tr", "caption", *CELLS}:
            self.leave_implied()
        if tag == "li" and self.top not in LISTS and self.has_room:
            self.enter(self.joined_list())
        elif tag in CELLS and self.top == "table":
            self.enter(Node("tr", implied=True))
        elif tag in {"blockquote", "table", *LISTS}:
            self.block_holder()
        if allowed_in(tag, self.top):
            self.enter(Node(tag, attributes_of(tag, attributes)))
            self.kind = "p"

    @property
    def has_room(self):
        return sum(node.tag in FRAMES for node in self.path) < DEEPEST

    @property
    def top(self):
        return self.path[-1].tag

    def enter(self, node):
        if self.path[-1].parts[-1:] != [node]:
            self.path[-1].parts.append(node)
        self.path.append(node)

    def leave_implied(self):
        while self.path[-1].implied:
            self.path.pop()

    def joined_list(self):
        """The list that we opened for the item before, or a new one, for an item outside any list."""
        last = self.path[-1].parts[-1:]
        return last[0] if last and last[0].implied and last[0].tag == "ul" else Node("ul", implied=True)

    def block_holder(self):
        """The innermost node that may hold text and blocks, opened where the source left it out."""
        while self.top in BETWEEN:
            self.enter(Node(BETWEEN[self.top], implied=True))
        return self.path[-1]


def allowed_in(tag, parent):
    if tag == "li":
        return parent in LISTS
    if tag in {"tr", "caption"}:
        return parent == "table"
    return parent == "tr" if tag in CELLS else parent not in BETWEEN


def named(attributes, name):
    value = SPACE.sub(" ", attributes.get(name, "")).strip()
    return f' {name}="{escape(value)}"' if value else ""


def attributes_of(tag, attributes):
    if tag == "ol":
        return counted(attributes, "start")
    if tag == "blockquote":
        return spoken(attributes)
    return counted(attributes, "colspan") + counted(attributes, "rowspan") if tag in CELLS else ""


def spoken(attributes):
    """The language that is none of the text around; nothing where the value is no tag."""
    tag = as_tag(attributes.get("lang", ""))
    return f' lang="{tag}"' if tag else ""


def counted(attributes, name):
    """A whole number other than the one that goes without saying."""
    value = attributes.get(name, "")
    return f' {name}="{int(value)}"' if re.fullmatch(r"[0-9]{1,6}", value) and int(value) != 1 else ""


def nested(html: str, base: str = "", find_links: bool = False) -> str:
    """Well-formed HTML in the one form. `base`: the address that relative links are taken from; `find_links`: make
    links of bare addresses."""
    reader = Nesting(base, find_links)
    reader.feed(html)
    reader.close()
    reader.close_text()
    return rendered(levelled(reader.root))
