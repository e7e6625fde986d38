"""Small, real PDF files for the demo reports, written without any library.

The text is set in the Times fonts that every reader of PDF brings along, in Windows Latin 1.
The same arguments give the same bytes.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import groupby

PAGE_WIDTH, PAGE_HEIGHT = 595, 842  # A4, in points
LEFT, RIGHT, TOP, BOTTOM = 86, 509, 758, 92
GUTTER = 12  # between the columns of a table

FONTS = {"roman": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic"}
WIDTHS = {  # thousandths of the size, from Adobe's metrics; what is not listed is 500 wide
    "roman": {
        180: "'", 250: " ,.·", 278: "/:;ijlt", 333: "!()-If‘’[]r`", 350: "•", 389: "Js",
        400: "°", 408: '"', 444: "?acez“”", 556: "FPS", 564: "+<=>×−", 611: "ELTZ",
        667: "BCRæ", 722: "ADGHKNOQUVXYwœØ", 760: "©", 778: "&m", 833: "%", 889: "MŒÆ",
        921: "@", 944: "W", 1000: "…—",
    },
    "bold": {
        250: " ,.·", 278: "'/il", 333: "!()-:;fjt‘’[]`", 350: "•", 389: "Is", 400: "°",
        444: "cerz", 555: '"', 556: "Sbdhknpqu", 570: "+<=>×−", 611: "FP", 667: "BELTZ",
        722: "ACDNRUVXYwœæ", 747: "©", 778: "GHKOQØ", 833: "&m", 930: "@", 944: "M",
        1000: "%W…—ŒÆ",
    },
    "italic": {
        214: "'", 250: " ,.·", 278: "/fijlt", 333: "!()-:;I‘’`", 350: "•", 389: "rsz[]",
        400: "°", 420: '"', 444: "Jcekvxy", 556: "LTYZ“”", 611: "ABEFPRVX", 667: "CKNwœæ",
        675: "+<=>×−", 722: "DGHOQUmØ", 760: "©", 778: "&", 833: "%MW", 889: "…—Æ",
        920: "@", 944: "Œ",
    },
}  # fmt: skip
CHARACTER_WIDTHS = {
    font: {character: width for width, group in table.items() for character in group} for font, table in WIDTHS.items()
}


@dataclass(frozen=True)
class Style:
    font: str
    size: float
    leading: float
    before: float = 0
    indent: float = 0


STYLES = {
    "institute": Style("roman", 12, 16),
    "title": Style("bold", 27, 32, before=12),
    "subtitle": Style("italic", 16, 21, before=14),
    "authors": Style("roman", 12, 17, before=26),
    "section": Style("bold", 17, 22, before=30),
    "heading": Style("bold", 13, 17, before=20),
    "subheading": Style("italic", 12, 16, before=14),
    "text": Style("roman", 10.5, 15, before=7),
    "item": Style("roman", 10.5, 15, before=5, indent=16),
    "quote": Style("italic", 10.5, 15, before=8, indent=26),
    "cell": Style("roman", 9, 12, before=4),
    "head": Style("bold", 9, 12, before=4),
    "footer": Style("roman", 8.5, 11),
}
HEADINGS = ("section", "heading", "subheading")  # never left at the foot of a page


def write_pdf(
    title: str,
    subtitle: str,
    authors: str,
    institute: str,
    sections: list[tuple[str, str]],
    language: str,
) -> bytes:
    """Return a PDF with a title page and the sections, each a heading (or "") and Markdown.

    Headings, lists, quotations and tables are set, with notes where their words stand; links and emphasis become
    plain words, and figures are left out.
    A letter outside Windows Latin 1 loses its accent, or becomes a question mark.
    """
    composer = Composer()
    _title_page(composer, title, subtitle, authors, institute)
    for heading, text in sections:
        if heading:
            composer.put("section", heading)
        for name, content in _blocks(text):
            composer.put_table(*content) if name == "table" else composer.put(name, *content)
    _number_pages(composer.pages, title)
    return _document(composer.pages, title, authors, language)


# Setting type


@dataclass
class Composer:
    """Fills pages from the top; each page is a list of PDF drawing operators."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = TOP

    def put(self, name, text, mark=""):
        """Set a paragraph; a mark, such as a bullet, hangs to its left."""
        style = STYLES[name]
        lines = wrap(text, style, RIGHT - LEFT - style.indent)
        self.y -= style.before if self.y < TOP else 0
        together = 4 if name in HEADINGS else min(2, len(lines))
        self.need(style.leading * together)
        for number, line in enumerate(lines):
            self.need(style.leading)
            self.y -= style.leading
            if mark and number == 0:
                self.write(LEFT, mark, style)
            self.write(LEFT + style.indent, line, style)

    def put_table(self, rows, flush_right):
        """Set rows of cells, the first as a header; each column is flush right or left."""
        columns = list(zip(_column_widths(rows), flush_right, strict=True))
        self.y -= 10
        for number, row in enumerate(rows):
            self.put_row(row, columns, STYLES["cell" if number else "head"])
            self.rule(LEFT, RIGHT, self.y - 4, 0.8 if number in (0, len(rows) - 1) else 0.25)
            self.y -= 4

    def put_row(self, row, columns, style):
        cells = [wrap(cell, style, width - GUTTER) for cell, (width, _) in zip(row, columns, strict=True)]
        height = style.before + style.leading * max(map(len, cells))
        self.need(height)
        x = LEFT
        for lines, (width, flush_right) in zip(cells, columns, strict=True):
            for number, line in enumerate(lines, start=1):
                inset = width - GUTTER - _width(line, style) if flush_right else 0
                self.write(x + inset, line, style, self.y - style.before - number * style.leading)
            x += width
        self.y -= height

    def need(self, height):
        if self.y - height < BOTTOM:
            self.turn_page()

    def turn_page(self):
        self.pages.append([])
        self.y = TOP

    def write(self, x, text, style, y=None):
        y = self.y if y is None else y
        place = f"{x:.2f} {y:.2f} Td ({_escaped(text)}) Tj"
        self.pages[-1].append(f"BT /{style.font} {style.size:g} Tf {place} ET")

    def rule(self, left, right, y, width):
        self.pages[-1].append(f"{width:g} w {left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S")


def wrap(text: str, style: Style, width: float) -> list[str]:
    """Break text into lines of at most this width; a longer word stands alone."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip(" ")
        if lines[-1] and _width(longer, style) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _width(text, style):
    table = CHARACTER_WIDTHS[style.font]
    plain = (unicodedata.normalize("NFD", character)[0] for character in text.replace("\xa0", " "))
    return sum(table.get(character, 500) for character in plain) * style.size / 1000


def _column_widths(rows):
    """Share the measure out by the longest cell of each column."""
    measure = RIGHT - LEFT
    longest = [max(_width(cell, STYLES["head"]) + GUTTER + 2 for cell in column) for column in zip(*rows, strict=True)]
    if sum(longest) > measure:
        longest = [min(width, measure * 0.45) for width in longest]
    return [width * measure / sum(longest) for width in longest]


def _title_page(composer, title, subtitle, authors, institute):
    composer.put("institute", institute)
    composer.rule(LEFT, RIGHT, composer.y - 12, 0.5)
    composer.y = PAGE_HEIGHT * 0.66
    for name, text in (("title", title), ("subtitle", subtitle), ("authors", authors)):
        if text:
            composer.put(name, text)
    composer.turn_page()


def _number_pages(pages, title):
    """Write the number and the title at the foot of every page but the first."""
    style = STYLES["footer"]
    for number, page in enumerate(pages[1:], start=2):
        foot = Composer(pages=[page], y=58)
        foot.rule(LEFT, RIGHT, 72, 0.25)
        start, *more = wrap(title, style, 340)
        foot.write(LEFT, start + ("…" if more else ""), style)
        foot.write(RIGHT - _width(str(number), style), str(number), style)


# Reading Markdown


def _blocks(text):
    """Yield a style's name with what to set: (text,), (text, mark) or (rows, flush_right)."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = paragraph.splitlines()
        for name, group in groupby(lines, key=_kind):
            if name == "table":
                header, divider, *rows = (_cells(line) for line in group)
                yield name, ([header, *rows], [cell.endswith(":") for cell in divider])
            elif name == "item":
                yield from (_item(line) for line in group)
            elif name == "note":
                yield "subheading", ("Notes",)
                yield from (_note(line) for line in group)
            elif name != "figure":
                joined = " ".join(line.lstrip("#> ").strip() for line in group)
                if joined:
                    yield name, (_plain(joined),)


def _kind(line):
    starts = (
        (r"###", "subheading"),
        (r"#", "heading"),
        (r"\|", "table"),
        (r">\s*$", "blank"),  # parts a quotation from its source
        (r">", "quote"),
        (r"- |\d+\. ", "item"),
        (r"\[\^\d+\]:", "note"),
        (r"<figure>", "figure"),
    )
    return next((name for start, name in starts if re.match(start, line)), "text")


def _item(line):
    mark, _, text = line.partition(" ")
    return "item", (_plain(text), "•" if mark == "-" else mark)


def _note(line):
    number, text = re.match(r"\[\^(\d+)\]: (.*)", line).groups()
    return "item", (_plain(text), f"{number}.")


def _cells(line):
    return [_plain(cell.strip()) for cell in line.strip().strip("|").split("|")]


def _plain(text):
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\[\^(\d+)\]", r" [\1]", text)
    return re.sub(r"\*+|`", "", text)


# Writing the file


def _document(pages, title, authors, language):
    """Number the objects: 1 catalogue, 2 page tree, 3 information, fonts, then pages in pairs."""
    fonts = {name: 4 + index for index, name in enumerate(FONTS)}
    first = 4 + len(fonts)
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(pages)))
    about = f"/Title {_hex(title)} /Author {_hex(authors)} /Producer (Pressmark)"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang ({_escaped(language)})"
        " /ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"<< {about} >>",
    ]
    objects += [_font(name) for name in FONTS.values()]
    for index, page in enumerate(pages):
        objects += _page(page, first + 2 * index + 1, fonts)
    return _file(objects)


def _font(name):
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"


def _page(operators, contents, fonts):
    """Return the page and, as the next object, its contents."""
    used = " ".join(f"/{name} {number} 0 R" for name, number in fonts.items())
    stream = "\n".join(operators)
    return [
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}]"
        f" /Resources << /Font << {used} >> >> /Contents {contents} 0 R >>",
        f"<< /Length {len(stream.encode('latin-1'))} >>\nstream\n{stream}\nendstream",
    ]


def _file(objects):
    """Join numbered objects with the table of where each begins, which a PDF ends with."""
    data, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"trailer\n<< /Size {count} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {count}\n0000000000 65535 f \n{table}{end}".encode("latin-1")


def _escaped(text):
    """Windows Latin 1 for a PDF string, as text of one character a byte."""
    letters = (_letter(character) for character in text)
    return re.sub(r"([()\\])", r"\\\1", "".join(letters))


def _letter(character):
    for form in (character, unicodedata.normalize("NFKD", character)[0]):
        try:
            return {"−": "–"}.get(form, form).encode("cp1252").decode("latin-1")
        except UnicodeEncodeError:
            continue
    return "?"


def _hex(text):
    marked = "\ufeff" + text
    return f"<{marked.encode('utf-16-be').hex()}>"
