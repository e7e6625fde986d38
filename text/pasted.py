"""What Word, Google Docs and LibreOffice put on the clipboard or into a file, as rich text of ours.

They write lists as paragraphs with a bullet, notes as two links that lead to each other, and bold as a style; around it
lies what only they need. Structure is kept and the rest dropped: the HTML that comes out has passed the sanitiser.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag

from text.cleaning import clean_text
from text.notes import TAG as NOTE
from text.richtext import declared, sanitise, wider

RULES = wider(declared())
KEPT = {"class", "id", "name", "style"}
WELL_FORMED = nh3.Cleaner(
    tags=RULES["tags"] | {"span", "font", "del", "ins", "u", "s"},
    attributes=RULES["attributes"] | {"*": KEPT, "ol": {"start"}},
    # Pictures on the writer's own disk are told apart from those on the web.
    url_schemes=RULES["url_schemes"] | {"file", "data", "blob", "cid"},
    link_rel=None,
)
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
BLOCKS = ["p", "div", "li", "ul", "ol", "blockquote", "table", "tbody", "thead", "tr", "td", "th", "section", *HEADINGS]
# Word's styles that mean more than a paragraph.
STYLES = {"MsoTitle": "h1", "MsoQuote": "blockquote", "MsoIntenseQuote": "blockquote"}
CONTENTS = re.compile(r"\bMsoToc\d\b")
IN_LIST = re.compile(r"\bmso-list:\s*l\d+\s+level(\d+)")
MARKER = re.compile(r"\bmso-list:\s*ignore", re.IGNORECASE)
UNSEEN = re.compile(
    r"\bmso-hide:\s*all|\bdisplay:\s*none|\bmso-element:\s*comment|\bmso-comment-reference", re.IGNORECASE
)
NUMBERED = re.compile(r"\(?(\d+|[a-z]{1,5})[.)]", re.IGNORECASE)
# How a note is marked in the text: 3, [3], (3), *, iv.
NOTE_MARK = re.compile(r"[\[(]?(\d{1,4}|[ivxlc]{1,7}|[a-z]|[*†‡§¶]{1,4})[\])]?", re.IGNORECASE)
BOLD = re.compile(r"bold(er)?|[6-9]00")
SHIFTED = {"super": "sup", "sub": "sub"}
GOOGLE = ("www.google.com", "google.com")


@dataclass(frozen=True)
class Pasted:
    """`html`: sanitised. `pictures`: how many stayed behind, as they lie on the writer's own machine."""

    html: str
    notes: int
    tables: int
    pictures: int


def from_office(html: str) -> Pasted:
    """Any HTML, the better if one of these programs wrote it."""
    # In a frame, for the parser warns of what might be an address.
    soup = BeautifulSoup(f"<div>{WELL_FORMED.clean(clean_text(html))}</div>", "html.parser")
    drop_unseen(soup)
    pictures = drop_local_pictures(soup)
    notes = gather_notes(soup)
    name_styles(soup)
    join_lists(soup)
    put_lists_into_items(soup)
    mark_by_style(soup)
    name_header_cells(soup)
    for link in soup.find_all("a", href=True):
        link["href"] = without_detour(link["href"])
    return Pasted(sanitise(str(soup)), notes, len(soup.find_all("table")), pictures)


def style_of(tag: Tag) -> str:
    return tag.get("style", "")


def properties(tag: Tag) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in style_of(tag).split(";") if ":" in part)
    return {name.strip().lower(): value.strip().lower() for name, value in pairs}


def drop_unseen(soup: BeautifulSoup) -> None:
    """What was struck out, hidden or said in the margin; and the list of contents, which readers get anew."""
    for tag in soup.find_all(True):
        if tag.decomposed:
            continue
        classes = " ".join(tag.get_attribute_list("class", []) or [])
        if tag.name == "del" or UNSEEN.search(style_of(tag)) or CONTENTS.search(classes) or "MsoComment" in classes:
            tag.decompose()


def drop_local_pictures(soup: BeautifulSoup) -> int:
    local = [tag for tag in soup.find_all("img") if not tag.get("src", "").startswith(("http://", "https://", "//"))]
    for tag in local:
        tag.decompose()
    return len(local)


# Notes


def gather_notes(soup: BeautifulSoup) -> int:
    """Each note in the place of the link that leads to it and to which it leads back."""
    pairs = list(note_pairs(soup))
    held = Counter(id(above) for pair in pairs for end in pair for above in end.parents)
    blocks = [(mark, back, block_of(back, held)) for mark, back in pairs]
    lines = [line for _, _, block in blocks if (line := block.find_previous_sibling()) and line.name == "hr"]
    for mark, back, block in blocks:
        lift(back).decompose()
        note = soup.new_tag(NOTE)
        lift(mark).replace_with(note)
        place = block.parent
        note.append(block.extract())
        for inner in note.find_all([*BLOCKS, "hr"]):
            inner.insert_after(soup.new_tag("br"))
            inner.unwrap()
        if first := note.find(string=True):
            first.replace_with(first.lstrip())
        drop_empty(place)
    for line in lines:
        drop_line(line)
    return len(pairs)


def note_pairs(soup: BeautifulSoup) -> Iterator[tuple[Tag, Tag]]:
    """(the link in the text, the link back): in the order of the text."""
    named = {}
    for tag in soup.find_all(lambda tag: tag.get("id") or tag.get("name")):
        for name in names_of(tag):
            named.setdefault(name, tag)
    taken = set()
    for mark in soup.find_all("a", href=re.compile("^#")):
        target = named.get(unquote(mark["href"][1:]))
        if id(mark) in taken or target is None or not NOTE_MARK.fullmatch(mark.get_text(strip=True)):
            continue
        names = {name for tag in [mark, *inline_above(mark), *mark.find_all(True)] for name in names_of(tag)}
        back = next(
            (link for link in [target, *target.find_all("a")] if unquote(link.get("href", ""))[1:] in names), None
        )
        if back is not None and back is not mark and id(back) not in taken:
            taken |= {id(mark), id(back)}
            yield mark, back


def names_of(tag: Tag) -> list[str]:
    return [value for value in (tag.get("id"), tag.get("name")) if value]


def inline_above(tag: Tag) -> Iterator[Tag]:
    for above in tag.parents:
        if above.name not in {"sup", "span", "a", "font", "em", "i", "b", "strong"}:
            return
        yield above


def lift(tag: Tag) -> Tag:
    """The outermost that holds these words alone."""
    words = tag.get_text(strip=True)
    for above in inline_above(tag):
        if above.get_text(strip=True) != words:
            break
        tag = above
    return tag


def block_of(back: Tag, held: Counter) -> Tag:
    """The largest element around the way back with no other end of a note in it."""
    block = back
    for above in back.parents:
        if above.parent is None or held[id(above)] > 1:
            return block
        block = above
    return block


def drop_empty(tag: Tag) -> None:
    """A frame that holds nothing any more, and the line before it."""
    while tag is not None and tag.parent is not None and not tag.get_text(strip=True) and not tag.find(["img", NOTE]):
        line, above = tag.find_previous_sibling("hr"), tag.parent
        tag.decompose()
        if line:
            drop_line(line)
        tag = above


def drop_line(line: Tag) -> None:
    """The line between a text and its notes, when none are left below it."""
    if not any(each.get_text(strip=True) for each in line.next_siblings):
        line.decompose()


# Blocks


def name_styles(soup: BeautifulSoup) -> None:
    for tag in soup.find_all("p", class_=list(STYLES)):
        name = next(STYLES[each] for each in tag.get_attribute_list("class") if each in STYLES)
        if name == "blockquote":
            tag.wrap(soup.new_tag(name))
        else:
            tag.name = name
    for tag in soup.find_all(HEADINGS):
        for bold in tag.find_all(["b", "strong"]):
            bold.unwrap()


def join_lists(soup: BeautifulSoup) -> None:
    """Paragraphs that Word shows as items, as lists in lists."""
    opened: list[tuple[int, Tag]] = []
    last = None
    for tag in soup.find_all(lambda tag: IN_LIST.search(style_of(tag))):
        marker = taken_marker(tag)
        if tag.name not in {"p", "div", "li"}:
            # A numbered heading keeps its number.
            tag.insert(0, f"{marker} " if NUMBERED.fullmatch(marker) or marker[:1].isdigit() else "")
            continue
        level = int(IN_LIST.search(style_of(tag))[1])
        if last is None or last.find_next_sibling() is not tag:
            opened = []
        number = NUMBERED.fullmatch(marker)
        place_item(soup, tag, opened, level, number)
        last = opened[0][1]


def taken_marker(tag: Tag) -> str:
    """The bullet or the number before the words, which is taken away."""
    found = tag.find(lambda inner: MARKER.search(style_of(inner)))
    if found is None:
        return ""
    words = found.get_text(strip=True)
    found.decompose()
    return words


def place_item(soup: BeautifulSoup, tag: Tag, opened: list[tuple[int, Tag]], level: int, number) -> None:
    name = "ol" if number else "ul"
    while opened and (
        opened[-1][0] > level or (opened[-1][0] == level and opened[-1][1].name != name and len(opened) > 1)
    ):
        opened.pop()
    item = soup.new_tag("li")
    if opened and opened[-1][0] == level and opened[-1][1].name == name:
        opened[-1][1].append(item)
    else:
        made = soup.new_tag(name, attrs={"start": number[1]} if number and number[1].isdigit() else {})
        made.append(item)
        if opened and opened[-1][0] < level:
            opened[-1][1].find_all("li", recursive=False)[-1].append(made)
        else:
            opened.clear()
            tag.insert_before(made)
        opened.append((level, made))
    for child in list(tag.contents):
        item.append(child.extract())
    tag.decompose()


def put_lists_into_items(soup: BeautifulSoup) -> None:
    """A list that stands between the items of another belongs to the item before."""
    for inner in soup.find_all(["ul", "ol"]):
        before = inner.find_previous_sibling()
        if inner.parent.name in {"ul", "ol"} and before is not None and before.name == "li":
            before.append(inner.extract())


def name_header_cells(soup: BeautifulSoup) -> None:
    """Of a table whose head is marked as such, or whose first row alone is bold throughout."""
    for table in soup.find_all("table"):
        rows = table.find_all("tr")
        heads = table.find("thead")
        first = heads.find_all("tr") if heads else rows[:1] if len(rows) > 1 and is_bold(rows[0]) else []
        for cell in (cell for row in first for cell in row.find_all("td", recursive=False)):
            cell.name = "th"
        for row in first:
            for bold in row.find_all(["b", "strong"]):
                bold.unwrap()


def is_bold(row: Tag) -> bool:
    """Every word of it, and there are some."""
    words = [each for each in row.find_all(string=True) if each.strip()]
    return bool(words) and all(each.find_parent(["b", "strong", "th"]) for each in words)


# Words


def mark_by_style(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(["span", "font", "b", "strong", "i", "em", "a"]):
        style = properties(tag)
        if is_undone(tag, style):
            tag.unwrap()
        else:
            for mark in marks_of(style, in_heading=tag.find_parent(HEADINGS) is not None):
                wrap_contents(soup, tag, mark)


def is_undone(tag: Tag, style: dict[str, str]) -> bool:
    """Google Docs puts all that it copies into a bold element that is not bold."""
    if tag.name in {"b", "strong"}:
        return style.get("font-weight") in {"normal", "400"}
    return tag.name in {"i", "em"} and style.get("font-style") == "normal"


def marks_of(style: dict[str, str], in_heading: bool) -> Iterator[str]:
    if BOLD.fullmatch(style.get("font-weight", "")) and not in_heading:
        yield "strong"
    if style.get("font-style") in {"italic", "oblique"}:
        yield "em"
    if shifted := SHIFTED.get(style.get("vertical-align", "")):
        yield shifted


def wrap_contents(soup: BeautifulSoup, tag: Tag, name: str) -> None:
    inner = soup.new_tag(name)
    for child in list(tag.contents):
        inner.append(child.extract())
    tag.append(inner)


def without_detour(address: str) -> str:
    """Where a link of Google Docs leads in the end."""
    parts = urlsplit(address) if address.startswith("http") else None
    if parts and parts.hostname in GOOGLE and parts.path == "/url":
        query = parse_qs(parts.query)
        return (query.get("q") or query.get("url") or [address])[0]
    return address
