"""What Word writes: its HTML on the clipboard, and a file of its own, as small as Word itself would take it."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

DATA = Path(__file__).parent / "data"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
TO_OUTSIDE = RELATION.replace("/>", ' TargetMode="External"/>')
STYLES = {
    "Title": "Title",
    "Heading1": "heading 1",
    "Heading2": "heading 2",
    "TOC1": "toc 1",
    "Quote": "Quote",
    "FootnoteText": "footnote text",
}
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
</w:numbering>"""


def run(words, *marks):
    inner = "".join(f"<w:{mark}/>" for mark in marks)
    return f'<w:r><w:rPr>{inner}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def note(number):
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'


def link(number, *runs):
    """To the address of this number among the `links` of the file."""
    return f'<w:hyperlink r:id="link{number}" {R}>{"".join(runs)}</w:hyperlink>'


def paragraph(*runs, style="", item=None):
    """`item`: (which list, how deep)"""
    inner = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner += f'<w:numPr><w:ilvl w:val="{item[1]}"/><w:numId w:val="{item[0]}"/></w:numPr>' if item else ""
    return f"<w:p><w:pPr>{inner}</w:pPr>{''.join(runs)}</w:p>"


def table(*rows):
    lines = []
    for place, row in enumerate(rows):
        head = "<w:trPr><w:tblHeader/></w:trPr>" if place == 0 else ""
        lines.append(f"<w:tr>{head}{''.join(f'<w:tc>{paragraph(run(words))}</w:tc>' for words in row)}</w:tr>")
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def docx(*blocks, notes=(), links=(), name="wells.docx"):
    """A Word file. `notes`: the words of each; `links`: the address of each. Their numbers begin with 1."""
    addresses = [escape(address, {'"': "&quot;"}) for address in links]
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(RELATION.format("rId1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": RELATIONS.format(
            "".join(
                RELATION.format(f"rId{number}", kind, f"{kind}.xml")
                for number, kind in enumerate(("styles", "numbering", "footnotes"), 1)
            )
            + "".join(TO_OUTSIDE.format(f"link{number}", "hyperlink", to) for number, to in enumerate(addresses, 1))
        ),
        "word/styles.xml": f"<w:styles {W}>"
        + "".join(
            f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{value}"/></w:style>'
            for key, value in STYLES.items()
        )
        + "</w:styles>",
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": f"<w:footnotes {W}>"
        + "".join(
            f'<w:footnote w:id="{number}">{paragraph(run(f" {words}"), style="FootnoteText")}</w:footnote>'
            for number, words in enumerate(notes, 1)
        )
        + "</w:footnotes>",
        "word/document.xml": f"<w:document {W}><w:body>{''.join(blocks)}</w:body></w:document>",
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for part, content in parts.items():
            file.writestr(part, content)
    written.seek(0)
    written.name = name
    return written


# The clipboard

FROM_WORD = (DATA / "from-word.html").read_text()
WORD = (
    "<h2>1. Pumps</h2><p>In Nairobi the <strong>pumps</strong> <em>fail</em>."
    "<foot-note>Amina Diallo, <em>Pumps</em>.<br>Second edition.</foot-note> Again.<foot-note>Two.</foot-note></p>"
    "<ul><li>First<ul><li>Inner</li></ul></li><li>Second</li></ul><p>Between.</p>"
    '<ol start="3"><li>Three</li><li>Four</li></ol><blockquote><p>We wrote it down.</p></blockquote>'
    "<table><tbody><tr><th>Year</th><th>Pumps</th></tr><tr><td>2019</td><td>4</td></tr></tbody></table>"
    "<p>new, and seen</p>"
)
FROM_GOOGLE = (DATA / "from-google-docs.html").read_text()
GOOGLE = (
    "<h2>Wells</h2><p><strong>Pumps</strong> <em>fail</em> in m<sup>3</sup>, "
    '<a href="https://example.org/a?b=1">see</a><foot-note>A note.</foot-note></p>'
    "<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>"
    "<table><tbody><tr><th>Year</th><th>Pumps</th></tr><tr><td>2019</td><td>4</td></tr></tbody></table>"
    '<p><a href="https://lh7-rt.googleusercontent.example/x">Image</a></p>'
)
