"""manage.py import_publications: take in a file or a folder of publications, as often as one likes."""

import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from interchange.importers import Busy, files_of, run
from publications.finding import statistics
from text.cleaning import clean_line

# What the demo content goes by, which `demo --remove` takes out.
DEMO = "demo"
FORMATS = ("jsonl",)
LONGEST_SOURCE = 100
WIDTH = 40


def refuse_unprepared():
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not up to date. Run “manage.py prepare” first, or start bin/serve once.")


class Command(BaseCommand):
    help = (
        "Imports publications, with their authors and topics. Safe to run again: what has not changed is not touched, "
        "and what was edited in the desk since is left as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "path",
            help="a file of publications, or a folder with publications.jsonl, authors.jsonl and topics.jsonl",
        )
        parser.add_argument("--format", default="jsonl", help="jsonl: one object a line (the default)")
        parser.add_argument("--source", help="the name under which these items are known again (the folder's name)")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, and say what would happen")

    def handle(self, *, path, source, dry_run, **options):
        if options["format"] not in FORMATS:
            raise CommandError(f"“{options['format']}” cannot be read. Choose one of: {', '.join(FORMATS)}.")
        refuse_unprepared()
        files = readable_files(Path(path))
        source = source_name(folder_name(files[0]) if source is None else source)
        try:
            outcome = run(files, source, dry_run, Bar().draw if sys.stderr.isatty() else None)
        except Busy:
            raise CommandError("Another import is running. Start this one again when it has ended.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was taken in is whole; the same command goes on from here.") from None
        if dry_run:
            self.stdout.write("A dry run: nothing was written.")
        else:
            statistics.refresh()
        for line in outcome.lines():
            self.stdout.write(line)


def readable_files(path):
    if not path.exists():
        raise CommandError(f"There is no {path}. Name a file, or a folder with publications.jsonl in it.")
    files = files_of(path)
    if not files:
        raise CommandError(f"{path} holds no publications.jsonl, authors.jsonl or topics.jsonl.")
    for file in files:
        try:
            file.open("rb").close()
        except OSError as error:
            raise CommandError(f"{file} cannot be read ({error.strerror}).") from None
    return files


def folder_name(file):
    return os.path.basename(os.path.dirname(os.path.abspath(file)))


def source_name(name):
    name = clean_line(name)
    if not name or ":" in name or len(name) > LONGEST_SOURCE or name == DEMO:
        raise CommandError(
            f"“{name[:LONGEST_SOURCE]}” cannot name a source. Give --source a name of 1 to {LONGEST_SOURCE} characters "
            f"without a colon, other than “{DEMO}”."
        )
    return name


class Bar:
    """A bar on one line of stderr, drawn again whenever a hundredth more is done."""

    def __init__(self):
        self.drawn = ("", -1)

    def draw(self, what, done, total):
        percent = done * 100 // total if total else 100
        if (what, percent) != self.drawn:
            self.drawn = (what, percent)
            bar = "#" * (percent * WIDTH // 100)
            sys.stderr.write(f"\r{what:<20} {bar:.<{WIDTH}} {percent:3}%" + ("\n" if percent >= 100 else ""))
            sys.stderr.flush()
