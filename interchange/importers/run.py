"""One import from beginning to end: topics, then authors, then the publications that name them, then the sidebars."""

from collections.abc import Callable, Iterator
from pathlib import Path

from authors.models import Author
from interchange.importers import sidebars
from interchange.importers.directory import Directory
from interchange.importers.intake import Intake
from interchange.importers.lock import one_at_a_time
from interchange.importers.named import AuthorIntake, TopicIntake
from interchange.importers.outcome import Outcome
from interchange.importers.publications import PublicationIntake
from publications.models import PublicationType
from topics.models import Topic

TOPICS, AUTHORS, PUBLICATIONS = "topics.jsonl", "authors.jsonl", "publications.jsonl"
# (what is being done, how much of it is done, of how much)
Progress = Callable[[str, int, int], None]


def files_of(path: Path) -> list[Path]:
    """The files to read, in the order in which they are read; none when the folder holds none."""
    if path.is_dir():
        return [file for name in (TOPICS, AUTHORS, PUBLICATIONS) if (file := path / name).is_file()]
    return [path]


def run(files: list[Path], source: str, dry_run: bool = False, progress: Progress | None = None) -> Outcome:
    """Import these files. Raises Busy while another import runs; a dry run writes nothing and comes to the same.

    Whatever stops it, each report is there whole or not at all, and the next run goes on where this one ended.
    """
    report = progress or (lambda what, done, total: None)
    with one_at_a_time():
        outcome = Outcome()
        for intake in intakes(files, source, dry_run):
            for done, part in intake.take():
                outcome.add(part)
                report(intake.file, done, intake.path.stat().st_size)
        if not dry_run and (outcome.changes_reports or sidebars.are_due()):
            outcome.sidebars = sidebars.rebuild(lambda done, total: report("sidebars", done, total))
        return outcome


def intakes(files: list[Path], source: str, dry_run: bool) -> Iterator[Intake]:
    authors, topics, types = (Directory(model, source) for model in (Author, Topic, PublicationType))
    for path in files:
        if path.name == TOPICS:
            yield TopicIntake(path, topics, dry_run)
        elif path.name == AUTHORS:
            yield AuthorIntake(path, authors, dry_run)
        else:
            yield PublicationIntake(path, source, authors, topics, types, dry_run)
