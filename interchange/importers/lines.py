"""JSON Lines: one object a line, read without ever holding the file in memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the object it holds, or the sentence that says why it holds none. `end` counts bytes from the top."""

    number: int
    end: int
    row: dict | None
    fault: str = ""


def read_lines(path: Path) -> Iterator[Line]:
    """Every line that is not blank."""
    with open(path, "rb") as file:
        number = 0
        while raw := file.readline(LONGEST):
            number += 1
            if not raw.endswith(b"\n") and len(raw) == LONGEST:
                skip_line(file)
                yield Line(number, file.tell(), None, "It is longer than 64 MB.")
            elif (raw := raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw).strip():
                yield Line(number, file.tell(), *parsed(raw))


def skip_line(file):
    while (rest := file.readline(LONGEST)) and not rest.endswith(b"\n"):
        pass


def parsed(raw: bytes) -> tuple[dict | None, str]:
    try:
        row = json.loads(raw.decode("utf-8"), parse_constant=refuse_constant)
    except UnicodeDecodeError as error:
        return None, f"It is not UTF-8 (byte {error.start + 1} of the line). Save the file as UTF-8."
    except json.JSONDecodeError as error:
        return None, f"It is not JSON: {error.msg}, at character {error.colno}."
    except RecursionError:
        return None, "It is nested too deeply."
    except ValueError as error:
        return None, f"It is not JSON: {error}."
    return (row, "") if isinstance(row, dict) else (None, f"It is {described(row)} and no object.")


def refuse_constant(name):
    raise ValueError(f"{name} is no number that JSON knows")


def described(value: object) -> str:
    """A JSON value in words."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "null")
