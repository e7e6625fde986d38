"""How one file is taken in, whatever it holds: batch by batch, each in a transaction of its own."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from interchange.importers.directory import Overtaken
from interchange.importers.items import Refused
from interchange.importers.lines import Line, read_lines
from interchange.importers.outcome import Note, Outcome

BATCH = 200


class Batch:
    """What is to be written for some lines, and what became of each of them. Subclasses decide and write."""

    def __init__(self, intake: "Intake"):
        self.intake, self.outcome = intake, Outcome()

    def tell(self, fate: str, number: int, sentence: str = "") -> None:
        """What became of a line; with a sentence where somebody should know why."""
        self.outcome.counts[self.intake.kind][fate] += 1
        if sentence:
            self.remark(fate, number, sentence)

    def remark(self, verdict: str, number: int, sentence: str) -> None:
        self.outcome.notes.append(Note(self.intake.file, number, verdict.capitalize(), sentence))

    def decide(self, items: list) -> None:
        """Sort out what is to be done with (line number, item). Reads, and writes nothing."""
        raise NotImplementedError

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        raise NotImplementedError

    def render(self) -> None:
        """What takes long and needs no database."""

    def write(self, now: datetime) -> None:
        raise NotImplementedError


class Intake:
    """One file of one kind. `dry_run` decides everything and writes nothing."""

    kind: str
    batch: type[Batch]

    def __init__(self, path: Path, directories: Iterable, dry_run: bool):
        self.path, self.file, self.directories, self.dry_run = path, path.name, directories, dry_run

    def take(self) -> Iterator[tuple[int, Outcome]]:
        """Take all lines; yields (bytes read, what became of the lines) after every batch."""
        lines = read_lines(self.path)
        while some := list(islice(lines, BATCH)):
            yield some[-1].end, self.take_lines(some)
        yield self.path.stat().st_size, self.finish()

    def take_lines(self, lines: list[Line]) -> Outcome:
        reading = self.batch(self)
        items = [*self.read(lines, reading)]
        reading.outcome.add(self.take_items(items, self.batch))
        return reading.outcome

    def take_items(self, items: list, kind: type[Batch]) -> Outcome:
        """Where the desk has written in between, everything is read again and tried once more."""
        try:
            return self.attempt(kind(self), items)
        except (IntegrityError, Overtaken):
            for directory in self.directories:
                directory.load()
            return self.attempt(kind(self), items)

    def attempt(self, batch: Batch, items: list) -> Outcome:
        batch.decide(items)
        if batch.writes and not self.dry_run:
            batch.render()
            with transaction.atomic():
                batch.write(timezone.now())
        return batch.outcome

    def read(self, lines: list[Line], reading: Batch) -> Iterator[tuple[int, object]]:
        """(line number, item) of the lines that hold one."""
        for line in lines:
            try:
                if line.row is None:
                    raise Refused(line.fault)
                yield line.number, self.item(line.row, line.number, reading)
            except Refused as refused:
                reading.tell("refused", line.number, str(refused))
            except Joined:
                reading.tell("joined", line.number)

    def item(self, row: dict, number: int, reading: Batch):
        """The item that the row tells of. Raises Refused or Joined."""
        raise NotImplementedError

    def finish(self) -> Outcome:
        """What can be done only after the last line."""
        return Outcome()


class Joined(Exception):
    """The line tells of what an earlier line has told of already."""
