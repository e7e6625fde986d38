"""Brings what a search looks into up to date; safe to run at any time, beside a site that serves."""

from django.core.management.base import BaseCommand

from publications.models import Attachment, FileText
from publications.searching import keeping


class Command(BaseCommand):
    help = (
        "Reads the PDFs that were never read, and puts into this machine’s index of words whatever differs. The index "
        "can be thrown away: it is made anew. Searching goes on meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("--anew", action="store_true", help="throw the index away first")

    def handle(self, *, anew, **options):
        read = sum(map(self.is_read, list(FileText.objects.unread().values_list("pk", flat=True))))
        if anew:
            keeping.forget()
        changed = keeping.bring_up(self.progress if options["verbosity"] > 1 else None)
        self.stdout.write(f"{read:,} files read, {changed:,} publications put into the index of words or taken out.")

    def is_read(self, key) -> bool:
        attachment = Attachment.objects.select_related("report").get(pk=key)
        failed = FileText.objects.keep([attachment])
        for reason in failed.values():
            self.stdout.write(f"{attachment.get_absolute_url()} cannot be read, so its words are not found: {reason}")
        return not failed

    def progress(self, done, total):
        self.stdout.write(f"  {done:,} of {total:,}")
        self.stdout.flush()
