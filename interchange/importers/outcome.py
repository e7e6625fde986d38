"""What an import came to, in numbers and in sentences."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

KINDS = ("publications", "authors", "topics")
# What can become of a line. Joined: it tells of a row that an earlier line of the file has told of.
FATES = ("created", "updated", "unchanged", "joined", "skipped", "refused")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about one line: what was refused, skipped or dropped, and why."""

    file: str
    line: int
    verdict: str
    sentence: str

    def __str__(self):
        return f"{self.verdict}: {self.file}, line {self.line}. {self.sentence}"


@dataclass
class Outcome:
    counts: dict[str, Counter] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})
    notes: list[Note] = field(default_factory=list)
    # How many authors, topics and types publications named that no line of their own told of.
    made: Counter = field(default_factory=Counter)
    sidebars: int | None = None

    def add(self, other: "Outcome") -> None:
        for kind in KINDS:
            self.counts[kind].update(other.counts[kind])
        self.notes += other.notes
        self.made.update(other.made)

    @property
    def changes_reports(self) -> bool:
        return bool(self.counts["publications"]["created"] or self.counts["publications"]["updated"])

    def lines(self) -> Iterator[str]:
        """The closing report."""
        yield f"{'':<14}" + "".join(f"{fate:>10}" for fate in FATES)
        for kind in KINDS:
            yield f"{kind.capitalize():<14}" + "".join(f"{self.counts[kind][fate]:>10,}" for fate in FATES)
        if self.made:
            named = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(self.made.items()))
            yield f"Made because publications name them: {named}."
        if self.sidebars is not None:
            yield f"{self.sidebars:,} sidebars are right."
        if self.notes:
            yield ""
        yield from map(str, self.notes)
