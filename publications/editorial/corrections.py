"""What readers are told of a change, and the version before it: kept at a public address, or suppressed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from publications.editorial import versions
from publications.models import EarlierVersion, Event, Report
from text.cleaning import clean_line, clean_text

NOTE_MISSING = "Say in a sentence what has changed; readers will see it on the report."
REASON_MISSING = "Say why it is suppressed, for those who look into the history later."
SUPPRESSED_ALREADY = "Somebody else has suppressed this version meanwhile."


def supersede(report: Report, kind: str, note: str, *, by=None) -> EarlierVersion:
    """Keep what readers have as the next public version, with the note on what takes its place.

    The caller holds the report's row, and makes it say something else within the same transaction.
    """
    note = clean_line(note)
    if not note:
        raise ValidationError({"note": NOTE_MISSING})
    last = report.earlier_versions.first()
    return report.earlier_versions.create(
        number=last.number + 1 if last else 1,
        version=versions.keep(report, versions.snapshot(report)),
        kind=kind,
        note=note,
        public_from=last.public_until if last else report.public_from,
        public_until=timezone.now(),
        by=by,
    )


@transaction.atomic
def suppress(version: EarlierVersion, *, by, reason: str) -> None:
    """Its address and those of its files answer 410 from now on. The version itself stays in the desk's history."""
    reason = clean_text(reason).strip()
    if not reason:
        raise ValidationError({"reason": REASON_MISSING})
    public = EarlierVersion.objects.filter(pk=version.pk, suppressed_at__isnull=True)
    if not public.update(suppressed_at=timezone.now(), suppressed_by=by, suppressed_because=reason):
        raise ValidationError(SUPPRESSED_ALREADY)
    words = f"Version {version.number}: {reason}"
    version.report.events.create(what=Event.What.SUPPRESSED, by=by, words=words)
