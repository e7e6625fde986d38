"""Brings what a search looks into up to date; safe to run at any time, beside a site that serves."""

import random

from django.core.management.base import BaseCommand
from django.db import transaction

from publications.finding import following
from publications.models import Attachment, FileText
from publications.pdfs import later
from publications.searching import keeping

# So many PDFs are read before the words of any are searched.
READ_AT_ONCE = 20


class Command(BaseCommand):
    help = (
        "Reads the PDFs that were never read, or that failed a day ago and not too often, and puts into this machine’s "
        "index of words whatever differs. The index can be thrown away: it is made anew. Searching goes on meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("--anew", action="store_true", help="throw the index away first")
        reading = parser.add_mutually_exclusive_group()
        reading.add_argument("--without-reading", action="store_true", help="read no PDF")
        reading.add_argument("--again", action="store_true", help="read every PDF on which that failed, however often")

    def handle(self, *, anew, without_reading, again, **options):
        read = 0 if without_reading else self.read_files(again)
        if anew:
            keeping.forget()
        changed = keeping.bring_up(self.progress if options["verbosity"] > 1 else None)
        self.stdout.write(f"{read:,} files read, {changed:,} publications put into the index of words or taken out.")

    def read_files(self, again):
        # Before they are listed: whoever asks for more meanwhile takes it away again.
        later.mark().touch()
        keys = list({sha256: pk for pk, sha256 in FileText.objects.unread(again).values_list("pk", "sha256")}.values())
        # Several machines that read at the same time seldom read the same one.
        random.shuffle(keys)
        parts = (keys[start : start + READ_AT_ONCE] for start in range(0, len(keys), READ_AT_ONCE))
        done = False
        try:
            read = sum(self.read_some(part, again) for part in parts)
            done = True
        finally:
            # Another machine need not wait for a day for what broke off here.
            if not done:
                later.ask()
        return read

    def read_some(self, keys, again):
        read = [one.sha256 for key in keys if (one := self.read_one(key, again))]
        if read:
            with transaction.atomic():
                following.note(set(Attachment.objects.filter(sha256__in=read).values_list("report", flat=True)))
        return len(read)

    def read_one(self, key, again=False):
        """The attachment; nothing where it cannot be read, or need not be by now."""
        attachment = Attachment.objects.select_related("report").filter(pk=key).first()
        settled = FileText.objects.settled(again)
        if not attachment or settled.filter(pk=attachment.sha256).exists():
            return None
        failed = FileText.objects.keep([attachment], besides=settled)
        for reason in failed.values():
            self.stdout.write(f"{attachment.get_absolute_url()} cannot be read, so its words are not found: {reason}")
        return None if failed else attachment

    def progress(self, done, total):
        self.stdout.write(f"  {done:,} of {total:,}")
        self.stdout.flush()
