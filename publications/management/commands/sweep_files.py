"""manage.py sweep_files: delete the stored files that belong to nothing."""

from django.conf import settings
from django.core.files import locks
from django.core.management.base import BaseCommand, CommandError

from publications.sweeping import TooMany, sweep


class Command(BaseCommand):
    help = (
        "Deletes the stored files to which neither a row nor a version of a report refers and which are older than "
        "seven days; and the uploads and pictures that for seven days stood in no report, in no version of one and in "
        "nothing that somebody has typed and not saved. Safe at any time, beside a site that serves, and at several "
        "places at once."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="also where they are more than half of what is stored")

    def handle(self, **options):
        with open(settings.DATA_DIR / "sweep.lock", "w") as file:
            if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
                self.stdout.write("Another process is deleting them at this moment.")
                return
            # By its time delivery/daily.py knows that it was done, or tried, today.
            (settings.DATA_DIR / "last-sweep").touch()
            try:
                self.stdout.write(str(sweep(however_many=options["all"])))
            except TooMany as error:
                raise CommandError(f"{error} If it is: manage.py sweep_files --all") from None
