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
from text.nesting import APART, CONTAINERS
from text.notes import TAG as NOTE
from text.richtext import declared, sanitise, wider

RULES = wider(declared())
KEPT = {"class", "id", "name", "style", "role", "aria-level", "data-aria-level"}
WELL_FORMED = nh3.Cleaner(
    tags=RULES["tags"] | {"span", "font", "del", "ins", "u", "s"},
    attributes=RULES["attributes"] | {"*": KEPT, "ol": {"start"}},
    # Pictures on the writer's own disk are told apart from those on the web.
    url_schemes=RULES["url_schemes"] | {"file", "data", "blob", "cid"},
    link_rel=None,
)
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
BLOCKS = [*APART, *CONTAINERS, "pre", "tbody", "thead", *HEADINGS]
# Word's styles that mean more than a paragraph.
STYLES = {"MsoTitle": "h1", "MsoQuote": "blockquote", "MsoIntenseQuote": "blockquote"}
CONTENTS = re.compile(r"\bMsoToc\d\b")
# They say of each stretch of words which language it was checked in.
OFFICE = re.compile(r"\bmso-|\bMso[A-Z]|\bSCXW\d|LibreOffice|OpenOffice|docs-internal-guid")
IN_LIST = re.compile(r"\bmso-list:\s*l\d+\s+level(\d+)")
MARKER = re.compile(r"\bmso-list:\s*ignore", re.IGNORECASE)
UNSEEN = re.compile(r"\bmso-hide:\s*all|\bdisplay:\s*none|\bmso-element:\s*comment", re.IGNORECASE)
IN_THE_MARGIN = re.compile(r"\bMsoComment|\bmsocomanchor\b")
# 3. or (a) or 1.2.3; a letter alone is a bullet.
NUMBERED = re.compile(r"\(?(?:\d+\.)*(\d+|[a-z]{1,5})[.)]|(?:\d+\.)+(\d+)", re.IGNORECASE)
OF_A_NOTE = re.compile(r"\bmso-element:\s*(?:foot|end)note\b(?!-list)", re.IGNORECASE)
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
    drop_checked_languages(soup, html)
    pictures = drop_local_pictures(soup)
    name_styles(soup)
    write_items_as_paragraphs(soup)
    join_lists(soup)
    put_lists_into_items(soup)
    notes = gather_notes(soup)
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
        is_dropped = tag.name == "del" or CONTENTS.search(classes) or IN_THE_MARGIN.search(classes)
        if is_dropped or UNSEEN.search(style_of(tag)):
            tag.decompose()


def drop_checked_languages(soup: BeautifulSoup, html: str) -> None:
    for tag in soup.find_all(lang=True) if OFFICE.search(html) else []:
        del tag["lang"]


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
    blocks = [(mark, back, block) for mark, back in pairs if (block := block_of(mark, back, held)) is not None]
    lines = [line for _, _, block in blocks if (line := block.find_previous_sibling()) and line.name == "hr"]
    for mark, back, block in blocks:
        lift(back).decompose()
        note = soup.new_tag(NOTE)
        lift(mark).replace_with(note)
        place = block.parent
        note.append(block.extract())
        for inner in note.find_all([*BLOCKS, "hr"]):
            # Their lines; a space keeps apart what a row had in cells.
            inner.insert_after(" " if inner.name in {"td", "th"} else soup.new_tag("br"))
            inner.unwrap()
        if first := note.find(string=True):
            first.replace_with(first.lstrip())
        drop_empty(place)
    for line in lines:
        drop_line(line)
    return len(blocks)


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


def block_of(mark: Tag, back: Tag, held: Counter) -> Tag | None:
    """The element that is the note: with the address to which the mark leads, an item of a list, or what Word calls so;
    else the block around the way back, with what is around it and says no more. None where two notes share it."""
    alone = []
    for above in back.parents:
        if held[id(above)] > 1 or above.parent is None:
            break
        alone.append(above)
    address = unquote(mark["href"][1:])
    for above in alone:
        if above.name in {"li", "dd"} or address in names_of(above) or OF_A_NOTE.search(style_of(above)):
            return above
    blocks = [above for above in alone if above.name in BLOCKS]
    if not blocks or blocks[0].get_text(strip=True) == back.get_text(strip=True):
        return None
    words = blocks[0].get_text(strip=True)
    return [above for above in blocks if above.get_text(strip=True) == words][-1]


def drop_empty(tag: Tag) -> None:
    """A frame that holds nothing any more, and the line before it."""
    while tag is not None and tag.parent is not None and not has_words(tag):
        line, above = tag.find_previous_sibling("hr"), tag.parent
        tag.decompose()
        if line:
            drop_line(line)
        tag = above


def has_words(tag: Tag) -> bool:
    return next(tag.stripped_strings, None) is not None or tag.find(["img", NOTE]) is not None


def drop_line(line: Tag) -> None:
    """The line between a text and its notes, when none are left below it."""
    if not line.decomposed and not any(each.get_text(strip=True) for each in line.next_siblings):
        line.decompose()


# Blocks


def name_styles(soup: BeautifulSoup) -> None:
    for tag in soup.find_all("p", class_=list(STYLES)):
        name = next(STYLES[each] for each in tag.get_attribute_list("class") if each in STYLES)
        if name == "blockquote":
            tag.wrap(soup.new_tag(name))
        else:
            tag.name = name
    for tag in soup.find_all("p", role="heading"):
        level = tag.get("aria-level", "")
        tag.name = f"h{level}" if f"h{level}" in HEADINGS else "h2"
    for tag in soup.find_all(HEADINGS):
        for bold in tag.find_all(["b", "strong"]):
            bold.unwrap()


def write_items_as_paragraphs(soup: BeautifulSoup) -> None:
    """Word for the web gives each item a list of its own, and its depth as a number: as Word itself would write it."""
    lists = soup.find_all(["ul", "ol"])
    for tag in soup.find_all("li", attrs={"data-aria-level": re.compile(r"\d")}):
        marker = soup.new_tag("span", attrs={"style": "mso-list:Ignore"})
        marker.string = f"{tag.parent.get('start', '1')}." if tag.parent.name == "ol" else "·"
        tag.insert(0, marker)
        tag["style"] = f"mso-list:l0 level{tag['data-aria-level']} lfo1"
        tag.name = "p"
        for inner in tag.find_all(["p", "div"]):
            inner.unwrap()
    for tag in filter(holds_items_alone, lists):
        frame = tag.parent
        tag.unwrap()
        if frame.name == "div" and holds_items_alone(frame):
            frame.unwrap()


def holds_items_alone(tag: Tag) -> bool:
    items = tag.find_all(True, recursive=False)
    return bool(items) and all(item.get("data-aria-level") for item in items)


def join_lists(soup: BeautifulSoup) -> None:
    """Paragraphs that Word shows as items, as lists in lists."""
    opened: list[tuple[int, Tag]] = []
    last = None
    for tag in soup.find_all(lambda tag: IN_LIST.search(style_of(tag))):
        # An item already, or a frame around items.
        if tag.name == "li" or tag.find(lambda inner: IN_LIST.search(style_of(inner))):
            continue
        marker = taken_marker(tag)
        if tag.name not in {"p", "div"}:
            # A numbered heading keeps its number.
            tag.insert(0, f"{marker} " if marker[:1].isdigit() else "")
            continue
        level = int(IN_LIST.search(style_of(tag))[1])
        if last is None or last.find_next_sibling() is not tag:
            opened = []
        place_item(soup, tag, opened, level, NUMBERED.fullmatch(marker))
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
        begins = (number[1] or number[2]) if number else ""
        made = soup.new_tag(name, attrs={"start": begins} if begins.isdigit() else {})
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
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = parse_qs(parts.query) if parts.hostname in GOOGLE and parts.path == "/url" else {}
    return (query.get("q") or query.get("url") or [address])[0]
