"""The health of Related Publications: what keeps readers from them, each row one click from its cure."""

from dataclasses import dataclass

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from publications import relating
from publications.desk import bulk
from publications.desk.health_sections import SECTIONS, Section
from publications.desk.pickers import KEY
from publications.desk.states import in_words
from publications.desk.topic_previews import count
from publications.editorial.roles import may_tend_topics
from publications.models import RelatingWeights, Report

HEALTH = "admin:relating-health"
MOST = 10


@dataclass(frozen=True)
class Found:
    """What a section has found: the first rows, and how many there are in all."""

    section: Section
    total: int
    rows: list
    share: str
    explains: str

    @property
    def number(self):
        return f"{self.total:,}"

    @property
    def all(self):
        return "See it" if self.total == 1 else f"All {self.number}"


def health_page(site, request):
    """Whoever looks after topics knows of every report."""
    if not may_tend_topics(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return change_topics(site, request)
    at = timezone.now()
    live = Report.objects.live(at).count()
    found = [look(section, at, live) for section in SECTIONS]
    context = site.each_context(request) | {
        "title": "The health of Related Publications",
        "live": count(live, "live report"),
        "found": [one for one in found if one.total],
        "fine": [one.section for one in found if not one.total],
        "weights": weights_in_words(at, live),
        "weights_are_old": relating.weights_are_old(at),
        "key": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/health.html", context)


def look(section, at, live):
    rows = list(section.find(at, live)[:MOST])
    if not rows:
        return Found(section, 0, [], "", "")
    explains = section.explains(rows[0]) if callable(section.explains) else section.explains
    total = total_of(rows[0])
    share = share_in_words(total, live) if section.is_share else ""
    return Found(section, total, list(filter(None, map(section.row, rows))), share, explains)


def total_of(row):
    return row["total"] if isinstance(row, dict) else row.total


def share_in_words(part, whole):
    percent = round(100 * part / whole)
    return f"{percent} % of all" if percent else "less than 1 % of all"


def weights_in_words(at, live):
    """When they were taken, and what becomes of them."""
    in_force = RelatingWeights.objects.filter(pk=1, weighed_at__isnull=False).first()
    if in_force is None:
        return "What the topics weigh is not counted yet; the next report that is published counts it."
    taken = f"What topics and words weigh was counted on {in_words(in_force.weighed_at)}"
    numbers = f"when {in_force.live_reports:,} reports were live; {live:,} are now"
    return f"{taken}, {numbers}."


def change_topics(site, request):
    """The page that changes topics, of the report whose button was pressed; then back to where it stood."""
    keys = list(filter(KEY.fullmatch, request.POST.getlist(ACTION_CHECKBOX_NAME)))
    reports = Report.objects.in_desk_of(request.user).filter(pk__in=keys)
    answer = bulk.confirm(bulk.RETAG, site.get_model_admin(Report), request, reports, leave=HEALTH) if keys else None
    return answer or HttpResponseRedirect(reverse(HEALTH) + anchor(request.GET.get("from")))


def anchor(name):
    """Where the section stands, if anything is left in it; else the top, where it is said what was done."""
    now = timezone.now()
    live = Report.objects.live(now).count()
    left = (section for section in SECTIONS if section.anchor == name and look(section, now, live).total)
    return f"#{name}" if next(left, None) else ""
