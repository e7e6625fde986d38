"""What differs between two contents of a report: words in text, rows in authors, topics, files and related reports."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape

from django.utils.html import strip_tags

from publications.editorial.versions import PARTS, followed, own_columns
from publications.models import Report
from publications.words import RICH
from text.figures import IMAGE
from text.languages import language_name

# Sizes are read off pictures and mean nothing to a reader of the comparison.
UNSAID = {"cover_width", "cover_height"}
HEADINGS = {
    "authorships": "Authors",
    "report_topics": "Topics",
    "attachments": "Files",
    "related_entries": "Related publications",
}
END_OF_BLOCK = re.compile(r"</(?:p|li|h[1-6]|blockquote|t[hd]|figcaption|small|pre)>|<br ?/?>")
LANGUAGE = re.compile(r'(<(?:blockquote|span)) lang="([^"]+)">')
WORD = re.compile(r"\S+\s*")
# Around a change, so many words of what stayed.
AROUND = 12
# Beyond so many pairs of words in one paragraph, looking for what stayed takes seconds.
MOST_PAIRS = 4_000_000
SAME, OUT, IN = "same", "out", "in"


@dataclass(frozen=True)
class Piece:
    """Words that stayed, went (`out`) or came (`in`); a `gap` stands for many that stayed."""

    kind: str
    words: str


@dataclass(frozen=True)
class Change:
    """A heading and what changed under it: pieces of text, one list a paragraph."""

    heading: str
    paragraphs: list[list[Piece]]
    formatting_only: bool = False


def compare(old: dict, new: dict) -> list[Change]:
    """What turns the content `old` into `new`, in the order of the form."""
    old, new = followed(old), followed(new)
    found = [*field_changes(old["fields"], new["fields"]), *part_changes(old, new)]
    return [change for change in found if change.paragraphs or change.formatting_only]


def differing(old: dict, new: dict) -> list[str]:
    """The headings under which the two differ, in the order of the form, without a look at how."""
    old, new = followed(old), followed(new)
    columns = [one for one in own_columns() if one.name not in UNSAID]
    fields = [heading_of(one) for one in columns if said(one.name, old["fields"]) != said(one.name, new["fields"])]
    return fields + [HEADINGS[name] for name in PARTS if said_rows(name, old) != said_rows(name, new)]


def heading_of(column) -> str:
    heading = str(column.verbose_name)
    return heading[:1].upper() + heading[1:]


def said_rows(name: str, content: dict) -> list[str]:
    return list(map(ROWS[name], content.get(name, [])))


def field_changes(old: dict, new: dict) -> Iterator[Change]:
    for column in own_columns():
        before, after = (said(column.name, fields) for fields in (old, new))
        if before == after or column.name in UNSAID:
            continue
        lines = [blocks(text) if column.name in RICH else [text] for text in (before, after)]
        yield Change(heading_of(column), changed(*lines), formatting_only=lines[0] == lines[1])


def said(name: str, fields: dict) -> str:
    if name == "type":
        return fields.get("type_name", "")
    value = fields.get(name)
    if Report._meta.get_field(name).choices:
        return dict(Report._meta.get_field(name).choices).get(value, "")
    return "" if value is None else str(value)


def blocks(html: str) -> list[str]:
    """The paragraphs, headings, items and cells of sanitised HTML as plain text, with the language before what is in
    another, and pictures by their key and their words."""
    html = IMAGE.sub(lambda image: f"(Picture {image[1][:8]}: {image[2] or 'without alternative text'})</p>", html)
    html = LANGUAGE.sub(lambda part: f"{part[1]}>({language_name(part[2])}:) ", html)
    texts = (unescape(strip_tags(piece)) for piece in END_OF_BLOCK.split(html))
    return [" ".join(text.split()) for text in texts if text.strip()]


def part_changes(old: dict, new: dict) -> Iterator[Change]:
    for name in PARTS:
        yield Change(HEADINGS[name], changed(said_rows(name, old), said_rows(name, new), whole=True))


def changed(old: list[str], new: list[str], whole: bool = False) -> list[list[Piece]]:
    """The paragraphs that differ, each by its words, or `whole`."""
    paragraphs = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = [] if whole or (b - a) != (d - c) else list(zip(old[a:b], new[c:d], strict=True))
        paragraphs += [shortened(words_changed(*pair)) for pair in pairs]
        if not pairs:
            paragraphs += [[Piece(OUT, text)] for text in old[a:b] if text]
            paragraphs += [[Piece(IN, text)] for text in new[c:d] if text]
    return paragraphs


def words_changed(old: str, new: str) -> list[Piece]:
    before, after = WORD.findall(old), WORD.findall(new)
    if len(before) * len(after) > MOST_PAIRS:
        return [Piece(OUT, old), Piece(IN, new)]
    pieces = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(before[a:b])))
            continue
        pieces += [Piece(OUT, "".join(before[a:b]))] if b > a else []
        pieces += [Piece(IN, "".join(after[c:d]))] if d > c else []
    return pieces


def shortened(pieces: list[Piece]) -> list[Piece]:
    """Long stretches that stayed are cut in their middle, or at the end that has no neighbour."""
    last = len(pieces) - 1
    return [cut(piece, place > 0, place < last) if piece.kind == SAME else piece for place, piece in enumerate(pieces)]


def cut(piece: Piece, after_change: bool, before_change: bool) -> Piece:
    words = WORD.findall(piece.words)
    if len(words) <= 3 * AROUND:
        return piece
    head = "".join(words[:AROUND]) if after_change else ""
    tail = "".join(words[-AROUND:]) if before_change else ""
    return Piece(SAME, f"{head}… {tail}")


def authorship(row: dict) -> str:
    biography = " (with a biography of its own)" if row.get("biography") else ""
    return f"{row['name']}, {row['role']}{biography}"


def attachment(row: dict) -> str:
    return " · ".join(filter(None, [row.get("title"), f"{row['slug']}.{row['extension']}", row.get("sha256", "")[:12]]))


ROWS: dict[str, Callable[[dict], str]] = {
    "authorships": authorship,
    "report_topics": lambda row: row["name"],
    "attachments": attachment,
    "related_entries": lambda row: f"{row['origin'].replace('_', ' ')}: {row['name']}",
}
