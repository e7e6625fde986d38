"""Tables whose rows are equally long and whose spans end where the table ends, as HTML wants them; for readers, with a
head and with header cells that say what they head."""

import re
from itertools import takewhile

# Tag, span attributes as written, inner HTML.
Cell = tuple[str, str, str]
MOST_COLUMNS = 1000


def regular(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows, short ones filled up. Where spans do not fit together, the whole table loses them."""
    rows = [row[:MOST_COLUMNS] for row in rows if row]
    lengths = spanned_lengths(rows)
    if lengths is None:
        rows = [[(tag, "", inner) for tag, _, inner in row] for row in rows]
        lengths = [len(row) for row in rows]
    longest = max(lengths, default=0)
    return [row + [("td", "", "")] * (longest - length) for row, length in zip(rows, lengths, strict=True)]


def spanned_lengths(rows: list[list[Cell]]) -> list[int] | None:
    """The number of columns in each row; None where spans overlap or leave the table, or a column has no own cell."""
    taken: list[set[int]] = [set() for _ in rows]
    begun: set[int] = set()
    for number, row in enumerate(rows):
        for cell in row:
            column = first_gap(taken[number])
            begun.add(column)
            if not place(cell, column, taken[number:]):
                return None
    lengths = [first_gap(columns) for columns in taken]
    whole = all(len(columns) == length for columns, length in zip(taken, lengths, strict=True))
    return lengths if whole and len(begun) == max(lengths, default=0) else None


def place(cell: Cell, column: int, lines: list[set[int]]) -> bool:
    """Take the cell's places in its own line and those below, if there are such and all are free."""
    columns, height = range(column, column + span(cell, "colspan")), span(cell, "rowspan")
    if (
        height > len(lines)
        or columns.stop > MOST_COLUMNS
        or any(not line.isdisjoint(columns) for line in lines[:height])
    ):
        return False
    for line in lines[:height]:
        line.update(columns)
    return True


def span(cell: Cell, name: str) -> int:
    found = re.search(rf'{name}="(\d+)"', cell[1])
    return int(found[1]) if found else 1


def first_gap(columns: set[int]) -> int:
    return next(column for column in range(len(columns) + 1) if column not in columns)


def headed(rows: list[list[Cell]]) -> str:
    """The table for a reader: rows of header cells at its beginning are its head, and repeated on each printed page."""
    begins = len(head_of(rows))
    head = "".join(line([header(cell, "col") for cell in row]) for row in rows[:begins])
    body = "".join(line(body_row(row)) for row in rows[begins:])
    return f"<table>{f'<thead>{head}</thead>' if head else ''}<tbody>{body}</tbody></table>"


def head_of(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Empty where nothing would be left below it, or a cell of it reaches down there."""
    head = list(takewhile(is_header, rows))
    reaches = max((number + span(cell, "rowspan") for number, row in enumerate(head) for cell in row), default=0)
    return head if reaches <= len(head) < len(rows) else []


def is_header(row: list[Cell]) -> bool:
    """Whether all of it heads something; a corner may be empty."""
    return any(tag == "th" for tag, _, _ in row) and all(tag == "th" or not inner for tag, _, inner in row)


def body_row(row: list[Cell]) -> list[Cell]:
    scope = "col" if is_header(row) and len(row) > 1 else "row"
    return [header(cell, scope) for cell in row]


def header(cell: Cell, scope: str) -> Cell:
    """Of what a header cell is the head; one without words is none."""
    tag, attributes, inner = cell
    if tag == "td" or not inner:
        return "td", attributes, inner
    return tag, f'{attributes} scope="{scope}"', inner


def line(row: list[Cell]) -> str:
    return f"<tr>{''.join(f'<{tag}{attributes}>{inner}</{tag}>' for tag, attributes, inner in row)}</tr>"
