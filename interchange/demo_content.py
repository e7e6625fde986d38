"""The demo content as it lies in demo/: an invented institute, read from TOML and Markdown."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "demo"
FENCE = "+++\n"
# What may follow “# ” at the beginning of a line of a report's file.
SECTIONS = ("Lead", "Summary", "Body", "About the Report", "Acknowledgement")


@dataclass(frozen=True)
class Piece:
    """One report: what its front matter says, and its sections in Markdown (empty where there is none)."""

    slug: str
    facts: dict
    sections: dict[str, str]


def table(name: str) -> dict:
    """site, types, topics or authors, as TOML has it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def pieces() -> tuple[Piece, ...]:
    return tuple(piece(path) for path in sorted((FOLDER / "reports").glob("*.md")))


def piece(path: Path) -> Piece:
    _, front, text = path.read_text(encoding="utf-8").split(FENCE, 2)
    return Piece(path.stem, tomllib.loads(front), sections_of(text))


def sections_of(text: str) -> dict[str, str]:
    """{section: Markdown}. A heading of another name belongs to the section that it stands in."""
    sections, current = dict.fromkeys(SECTIONS, ""), ""
    for line in text.splitlines(keepends=True):
        if line.startswith("# ") and (name := line[2:].strip()) in SECTIONS:
            current = name
        elif current:
            sections[current] += line
    return {name: words.strip() for name, words in sections.items()}
