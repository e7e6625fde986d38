"""The calendar: what goes live, what went live and what is to be looked at again, a month at a time."""

from calendar import Calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format

from publications.desk.front import LIST
from publications.desk.waiting import kept, looked_after
from publications.models import Report

YEARS = range(1900, 2200)
MOST = 8
SHOWN = ["title", "slug", "state", "public_from", "review_on"]


@dataclass(frozen=True)
class Entry:
    """A report and what is said of it: “goes live 09:00”."""

    report: Report
    said: str


@dataclass
class Day:
    date: date
    entries: list[Entry] = field(default_factory=list)

    @property
    def shown(self):
        return self.entries[:MOST]

    @property
    def others(self):
        return len(self.entries) - MOST if len(self.entries) > MOST else 0

    @property
    def address(self):
        """The list of what goes or went live on this day."""
        start, end = bounds(self.date, self.date + timedelta(days=1))
        return f"{reverse(LIST)}?{urlencode({'public_from__gte': start, 'public_from__lt': end})}"


def calendar_page(site, request, year=None, month=None):
    first = first_of(year, month)
    found = days(first, request.user)
    context = site.each_context(request) | {
        "title": f"Calendar, {date_format(first, 'F Y')}",
        "weekdays": WEEKDAYS.values(),
        "weeks": weeks(first, found),
        "is_free": not any(day.entries for day in found.values()),
        "month": first,
        "today": timezone.localdate(),
        "previous": neighbour(first - timedelta(days=1)),
        "next": neighbour(first + timedelta(days=31)),
        "time_zone": timezone.get_current_timezone_name(),
    }
    return TemplateResponse(request, "admin/calendar.html", context)


def first_of(year, month):
    if year is None:
        return timezone.localdate().replace(day=1)
    if year not in YEARS or not 1 <= month <= 12:
        raise Http404
    return date(year, month, 1)


def neighbour(day):
    return day.replace(day=1) if day.year in YEARS else None


def bounds(first, end):
    """The instants at which these days begin in the site's zone."""
    zone = timezone.get_current_timezone()
    return [datetime(day.year, day.month, day.day, tzinfo=zone).isoformat() for day in (first, end)]


def weeks(first, found):
    """Lists of seven: a Day of this month, or None."""
    dates = Calendar().monthdatescalendar(first.year, first.month)
    return [[found.get(day) for day in week] for week in dates]


def days(first, user):
    """{date: Day} of the whole month, with what lies on each."""
    end = (first + timedelta(days=31)).replace(day=1)
    found = {}
    while first + timedelta(days=len(found)) < end:
        day = first + timedelta(days=len(found))
        found[day] = Day(day)
    for report in going_live(kept(user), first, end):
        found[timezone.localdate(report.public_from)].entries.append(Entry(report, said(report)))
    for report in to_look_at(kept(user), user, first, end):
        found[report.review_on].entries.append(Entry(report, "to be looked at again"))
    return found


def going_live(reports, first, end):
    start, stop = bounds(first, end)
    public = reports.filter(state__in=[Report.State.PUBLISHED, Report.State.WITHDRAWN])
    return public.filter(public_from__gte=start, public_from__lt=stop).only(*SHOWN).order_by("public_from", "slug")


def to_look_at(reports, user, first, end):
    due = looked_after(reports, user).filter(review_on__gte=first, review_on__lt=end)
    return due.only(*SHOWN).order_by("review_on", "title_key", "slug")


def said(report):
    at = date_format(timezone.localtime(report.public_from), "H:i")
    if report.state == Report.State.WITHDRAWN:
        return f"went live {at}, withdrawn since"
    return f"{'went' if report.is_live() else 'goes'} live {at}"
