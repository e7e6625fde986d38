"""manage.py rebuild_related: weigh the topics anew and compute every sidebar from scratch."""

from django.core.management.base import BaseCommand

from publications import relating

WIDTH = 40


class Command(BaseCommand):
    help = "Weighs the topics anew and computes the Related Publications of every report. Safe at any time."

    def handle(self, *args, **options):
        outcome = relating.rebuild(self.draw if self.stderr.isatty() else None)
        self.stdout.write(
            f"{outcome.sidebars:,} sidebars are right: "
            f"{outcome.written:,} entries written, {outcome.removed:,} removed."
        )

    def draw(self, done, total):
        """A bar on one line of stderr, drawn again whenever a hundredth more is done."""
        if done == total or done * 100 // total != (done - 1) * 100 // total:
            bar = "#" * (done * WIDTH // total)
            self.stderr.write(f"\r{bar:.<{WIDTH}} {done:,} of {total:,}", str, "\n" if done == total else "")
            self.stderr.flush()
