"""Blocks of rich text, and how they are written as HTML: the same words always in the same way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from unicodedata import normalize

from text.notes import TAG
from text.tables import regular

HEADINGS = {"h2", "h3", "h4"}
TEXTS = {"p", "pre", *HEADINGS}
LISTS = {"ul", "ol"}
CELLS = {"td", "th"}
# White space of every kind, and what has no width at all.
BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
# The one accent that composes with the end of a tag, to a letter.
SLASH = "\u0338"

# A tag and its attributes as written.
Mark = tuple[str, str]
Run = tuple[tuple[Mark, ...], str]
# In the place of a note among words: no text holds it, for it is no character.
PLACE = "\ufdd0"


class Note(str):
    """What stands for a note in a run of its own; `runs` are the note's."""

    __slots__ = ("runs",)

    def __new__(cls, runs: list[Run]):
        note = super().__new__(cls, PLACE)
        note.runs = runs
        return note


@dataclass(eq=False, slots=True)
class Node:
    """A block. `parts` are nodes or, in a text block, runs of (marks, words); a line break is a newline there."""

    tag: str
    attributes: str = ""
    parts: list = field(default_factory=list)
    # Opened by us, where the source left it out.
    implied: bool = False


def whole_runs(runs: list[Run]) -> list[Run]:
    """The runs of a text that is complete: none when it holds no word, no white space at its ends."""
    return trimmed(unmarked_blanks([*without_edges(joined(runs))]))


def joined(runs):
    """Neighbours with the same marks as one run, so that accents meet their letters."""
    groups = groupby((run for run in runs if run[1]), lambda run: (run[0], isinstance(run[1], Note)))
    found = []
    for (marks, are_notes), group in groups:
        words = [words for _, words in group]
        found += [(marks, each) for each in (words if are_notes else [normalize("NFC", "".join(words))])]
    return found


def without_edges(runs):
    """The runs, white space at the ends of marked words in runs of its own."""
    for marks, words in runs:
        core = words.lstrip(BLANK + SLASH).rstrip(BLANK) if marks else words
        before, core, after = words.partition(core) if core else (words, "", "")
        yield from ((marks, part) for part in (before.replace(SLASH, ""), core, after) if part)


def unmarked_blanks(runs):
    """The runs; white space between words keeps only the marks that stay open from one side of it to the other."""
    for is_blank, group in groupby(range(len(runs)), lambda place: not runs[place][1].strip(BLANK)):
        if is_blank:
            places = [*group]
            before = runs[places[0] - 1][0] if places[0] else ()
            after = runs[places[-1] + 1][0] if places[-1] + 1 < len(runs) else ()
            for place in places:
                runs[place] = (before[: alike(before, after)], runs[place][1])
    return runs


def alike(some: tuple[Mark, ...], others: tuple[Mark, ...]) -> int:
    """How many of them begin both."""
    pairs = zip(some, others, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))


def trimmed(runs):
    while runs and not (end := runs[-1][1].rstrip()):
        runs.pop()
    if runs and end != PLACE:
        runs[-1] = (runs[-1][0], end)
    return runs if any(words.strip(BLANK) for _, words in runs) else []


def levelled(root: Node) -> Node:
    """Headings begin at the second level and go down one level at a time, as HTML wants them; equals stay equal."""
    above: list[str] = []
    for heading in headings(root):
        while above and above[-1] >= heading.tag:
            above.pop()
        above.append(heading.tag)
        heading.tag = f"h{len(above) + 1}"
    return root


def headings(node: Node) -> Iterator[Node]:
    """In the order in which they are written."""
    for part in with_captions(node.parts):
        if part.tag in HEADINGS:
            yield part
        elif part.tag not in TEXTS and part.tag != "figure":
            yield from headings(part)


def rendered(node: Node) -> str:
    """The node as HTML; nothing where it holds no words."""
    if node.tag == "hr":
        return "<hr>"
    if node.tag == "pre":
        return "<pre><code>" + inline(node.parts, line_break="\n") + "</code></pre>"
    if node.tag in TEXTS:
        return f"<{node.tag}>{inline(node.parts)}</{node.tag}>"
    if node.tag == "table":
        return rendered_table(node)
    if node.tag == "figure":
        return rendered_figure(node)
    inner = rendered_parts(node)
    return f"<{node.tag}{node.attributes}>{inner}</{node.tag}>" if inner and node.tag else inner


def rendered_parts(node: Node) -> str:
    """A paragraph that is all the text of an item or a cell loses its tag; editor and Markdown differ there."""
    parts = [(part, html) for part in with_captions(node.parts) if (html := rendered(part))]
    if all(part.tag == "hr" for part, _ in parts):
        return ""
    beside = {part.tag for part, _ in parts[1:]}
    alone = beside <= LISTS if node.tag == "li" else node.tag in CELLS and not beside
    if alone and parts and parts[0][0].tag == "p":
        return inline(parts[0][0].parts) + "".join(html for _, html in parts[1:])
    return "".join(html for _, html in parts)


def with_captions(parts: list[Node]) -> Iterator[Node]:
    """The blocks, what stood in a table's caption before the table."""
    for part in parts:
        if part.tag == "table":
            yield from with_captions([block for row in part.parts if row.tag == "caption" for block in row.parts])
            part = Node("table", parts=[row for row in part.parts if row.tag == "tr"])
        yield part


def rendered_table(table: Node) -> str:
    """Its rows at one length."""
    cells = [[(cell.tag, cell.attributes, rendered_parts(cell)) for cell in row.parts] for row in table.parts]
    if not any(inner for row in cells for _, _, inner in row):
        return ""
    lines = ("".join(f"<{tag}{spans}>{inner}</{tag}>" for tag, spans, inner in row) for row in regular(cells))
    return f"<table><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"


def rendered_figure(figure: Node) -> str:
    """Its picture, then who made it, then what is said of it."""
    written = {part.tag: inline(part.parts, " " if part.tag == "small" else "<br>") for part in figure.parts}
    words = "".join(f"<{tag}>{written[tag]}</{tag}>" for tag in ("small", "figcaption") if written.get(tag))
    return f"<figure><img{figure.attributes}>{words}</figure>"


def inline(runs: list[Run], line_break: str = "<br>") -> str:
    return "".join(pieces(runs, line_break))


def pieces(runs, line_break) -> Iterator[str]:
    """Marks that go on from one run to the next stay open."""
    opened: tuple[Mark, ...] = ()
    for marks, words in [*runs, ((), "")]:
        kept = alike(opened, marks)
        yield from (f"</{tag}>" for tag, _ in reversed(opened[kept:]))
        yield from (f"<{tag}{written}>" for tag, written in marks[kept:])
        if isinstance(words, Note):
            yield f"<{TAG}>{inline(words.runs)}</{TAG}>"
        else:
            yield escape(words, quote=False).replace("\n", line_break)
        opened = marks
