"""Where pictures stand. Of a report whose edits and history somebody may not see, they learn what readers see."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Window
from django.db.models.fields.json import KT
from django.db.models.functions import RowNumber
from django.utils import timezone

from publications.editorial.roles import Action, Role, may, role_of
from publications.models import ImageUse, Report, ReportVersion
from publications.words import RICH
from text.figures import keys_of

Situation = Report.Situation
READ = "Readers see it now"
IN_EDIT = "In an edit that waits"
IN_HISTORY = "Only in the history"
STANDS = {
    Situation.DRAFT: "In a draft",
    Situation.IN_REVIEW: "In review",
    Situation.SCHEDULED: "Scheduled",
    Situation.WITHDRAWN: "In what was withdrawn",
    Situation.BINNED: "In the bin",
}
TOLD = ("title", "slug", "state", "public_from", "withdrawn_at", "binned_at", "made_by")


@dataclass(frozen=True)
class Use:
    report: Report
    word: str


def uses_of(keys: Iterable[UUID], user, most: int | None = None) -> dict[UUID, list[Use]]:
    """{picture: its uses that this person may know of}, in the newest reports first; of each at most so many. Four
    queries, however many pictures."""
    rows = ImageUse.objects.filter(image__in=keys)
    if role_of(user) < Role.EDITOR:
        rows = rows.filter(report__in=Report.objects.in_desk_of(user).order_by().values("pk"))
    if most:
        place = Window(RowNumber(), partition_by="image", order_by=F("report").desc())
        rows = rows.annotate(place=place).filter(place__lte=most)
    pairs = list(rows.order_by("-report").values_list("image", "report"))
    word_of = words_of_uses({report for _, report in pairs}, user)
    found = {}
    for image, report in pairs:
        if use := word_of(image, report):
            found.setdefault(image, []).append(use)
    return found


def words_of_uses(keys, user):
    """What tells how a picture stands in one of these reports; nothing where this person is not to know of it."""
    now = timezone.now()
    rows = Report.objects.only(*TOLD, *RICH).prefetch_related("assigned")
    reports = rows.in_bulk(keys) if keys else {}
    open_to = {key for key, report in reports.items() if may(user, Action.SEE_EDITS, report, now)}
    stored = {key: keys_of(getattr(report, field) for field in RICH) for key, report in reports.items()}
    edits = keys_in_edits(open_to)

    def word_of(image, report) -> Use | None:
        situation, key = reports[report].situation(now), str(image)
        if situation == Situation.LIVE and key in stored[report]:
            return Use(reports[report], READ)
        if report not in open_to:
            return None
        if key in edits.get(report, ()):
            return Use(reports[report], IN_EDIT)
        return Use(reports[report], STANDS[situation] if key in stored[report] else IN_HISTORY)

    return word_of


def keys_in_edits(reports) -> dict[int, set[str]]:
    """The pictures in the edits that wait; read from the database without all else that an edit holds."""
    edits = ReportVersion.objects.filter(pending=True, report__in=reports) if reports else ReportVersion.objects.none()
    texts = edits.values_list("report", *(KT(f"content__fields__{field}") for field in RICH))
    return {report: keys_of(filter(None, fields)) for report, *fields in texts}


def used_nowhere(images, user):
    """Those of these that stand in no report and in no version of one, as far as this person may know."""
    if role_of(user) >= Role.EDITOR:
        return images.free()
    own = ImageUse.objects.filter(report__in=Report.objects.own(user).order_by().values("pk"))
    left = images.exclude(pk__in=own.values("image"))
    elsewhere = left.filter(uses__report__in=Report.objects.live().values("pk")).order_by().values_list("pk", flat=True)
    return left.exclude(pk__in=uses_of(set(elsewhere), user))
