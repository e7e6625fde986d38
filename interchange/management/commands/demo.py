"""manage.py demo: an invented institute's publications to try everything with, and out again with --remove."""

import sys

from django.core.management.base import BaseCommand, CommandError

from accounts import demo_editor
from interchange import demo_loader, demo_removal

WIDTH = 40


class Command(BaseCommand):
    help = "Makes the demo content in a database without any report; --remove takes out exactly what it made."

    def add_arguments(self, parser):
        parser.add_argument("--remove", action="store_true", help="take the demo content out again")
        parser.add_argument("--quiet", action="store_true", help="say nothing when all went well")

    def handle(self, *, remove, quiet, **options):
        for line in removed() if remove else loaded(quiet):
            if not quiet:
                self.stdout.write(line)


def loaded(quiet):
    try:
        stage = demo_loader.load(None if quiet or not sys.stderr.isatty() else draw)
    except demo_loader.NotEmpty:
        raise CommandError(
            "There are reports in this database already, so the demo content was not made. It is for an empty one."
        ) from None
    reports, authors, topics = len(stage.reports), len(stage.authors), len(stage.topics)
    yield f"Made the demo content: {reports} reports, {authors} authors, {topics} topics."
    if found := demo_editor.sign_in():
        yield f"Sign in as {found[0]}, with the password {found[1]}"


def removed():
    outcome = demo_removal.remove()
    yield (
        f"Took out the demo content: {outcome.reports} reports, {outcome.authors} authors, {outcome.topics} topics, "
        f"{outcome.types} types."
    )
    yield from outcome.kept


def draw(done, total):
    bar = "#" * (done * WIDTH // total)
    sys.stderr.write(f"\r{bar:.<{WIDTH}} {done} of {total} reports" + ("\n" if done == total else ""))
    sys.stderr.flush()
