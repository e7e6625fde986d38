"""What an editor is told of the related publications of a report: what readers will see, by what, and what waits."""

from copy import copy
from dataclasses import dataclass

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone

from publications import sidebars
from publications.desk.pickers import KEY, picker_label
from publications.desk.standing import VERBS, waits, why_not
from publications.editorial import previewing
from publications.editorial.versions import Reading
from publications.models import RelatedPublication, Report, ReportTopic
from publications.models.related import LINKS
from publications.related.explaining import apart, significant
from publications.related.scoring import day_of, language_of
from publications.sidebars import LINK_WORDS, Sidebar
from text.languages import language_name

Origin = RelatedPublication.Origin
# Fields of the form, and the beginnings of rows, that decide what stands beside a report.
FIELDS = [
    "title", "subtitle", "type", "language", "topics", "lead", "summary", "body", "date", "date_precision",
    "public_from", "authorships", "related_entries",
]  # fmt: skip
NO_SUCH = "There is no such report."


class WhyForm(forms.Form):
    """Belongs to a form of its own, so that nothing of it is saved with the report."""

    why = forms.ModelChoiceField(Report.objects.none(), required=False, label="Why is a report not there?")

    def __init__(self, site):
        super().__init__()
        picker = AutocompleteSelect(RelatedPublication._meta.get_field("related"), site, attrs={"form": "why-form"})
        picker.choices = self.fields["why"].choices
        self.fields["why"].widget = picker


@dataclass
class Row:
    """An entry as its editor sees it. Of a pin that has no place, `waits` says why."""

    report: Report
    origin: str = ""
    score: str = ""
    shared: tuple = ()
    apart: str = ""
    language: str = ""
    waits: str = ""

    @property
    def label(self):
        return picker_label(self.report)


@dataclass
class Link:
    """A typed link. `verb` says what the one on which it was set is to the other; `said`, the words on whose page."""

    other: Report
    verb: str
    said: str
    waits: str


def at_opening(report, reading, user):
    """What the panel holds before anything is typed, of a report as its form shows it; None: a new one."""
    if report is None:
        return {"is_new": True}
    is_stored = report.state == Report.State.PUBLISHED and not hasattr(report, "edited_parts")
    return panel(reading, sidebars.sidebar(reading.report) if is_stored else previewing.sidebar(reading), user)


def reading_of(report):
    """A report of the desk, with its edit in memory or as it is stored, as the preview reads it."""
    shown = copy(report)
    shown.date = shown.date or timezone.localdate()
    parts = getattr(report, "edited_parts", None)
    if parts is None:
        topics = Prefetch("report_topics", ReportTopic.objects.select_related("tag"))
        prefetch_related_objects([shown], topics, "attachments")
    return Reading(shown, parts or {"related_entries": list(by_hand(report))})


def by_hand(report):
    return report.related_entries.exclude(origin=Origin.COMPUTED).order_by("position", "pk")


def as_typed(reading, user, why):
    """(the panel, an answer to the question why a report is not in it) of what stands in the form; `why`: its key, as
    it was sent."""
    in_order = previewing.order_beside(reading)
    sidebar = previewing.sidebar(reading, in_order)
    context = {"beside": panel(reading, sidebar, user), "may_change": True}
    html = render_to_string("admin/publications/report/beside_list.html", context)
    return html, answer(reading, sidebar, in_order, user, why) if why else ""


def answer(reading, sidebar, in_order, user, why):
    reports = Report.objects.in_desk_of(user).prefetch_related("report_topics__tag")
    other = reports.filter(pk=why).first() if KEY.fullmatch(why) else None
    return why_not(reading, sidebar, in_order, other) if other else NO_SUCH


def panel(reading: Reading, sidebar: Sidebar, user):
    """All that the list shows, of what this person may know of."""
    rows = sorted(reading.parts["related_entries"], key=lambda row: row.position)
    linking = list(sidebars.linking_to(reading.report).order_by("position", "pk"))
    known = known_to(user, [row.related_id for row in rows] + [row.report_id for row in linking])
    places = {entry.report.pk for entry in sidebar.entries}
    mine = [row for row in rows if row.related_id in known]
    entries = [entry_row(reading.report, entry) for entry in sidebar.entries]
    return {
        "heading": sidebar.heading,
        "is_fallback": sidebar.is_fallback,
        "entries": entries,
        "is_scored": any(row.score for row in entries),
        "pins": sum(entry.origin == Origin.PINNED for entry in sidebar.entries),
        "waiting": [
            Row(known[row.related_id], Origin.PINNED, waits=waits(known[row.related_id]) or "no place is left for it")
            for row in mine
            if row.origin == Origin.PINNED and row.related_id not in places
        ],
        "excluded": [Row(known[row.related_id]) for row in mine if row.origin == Origin.EXCLUDED],
        "links": [link(known[row.related_id], row.origin) for row in mine if row.origin in LINKS],
        "linking": [link(known[row.report_id], row.origin) for row in linking if row.report_id in known],
        "has_topics": bool(reading.report.report_topics.all()),
    }


def known_to(user, keys):
    return Report.objects.in_desk_of(user).select_related("type").in_bulk(keys)


def entry_row(report, entry):
    other = entry.report
    days = abs(day_of(report.date, report.date_precision) - day_of(other.date, other.date_precision))
    is_computed = entry.origin == Origin.COMPUTED
    other_language = is_computed and language_of(report.language) != language_of(other.language)
    return Row(
        other,
        entry.origin,
        significant(entry.score) if is_computed else "",
        tuple(entry.shared) if is_computed else (),
        apart(days) if is_computed else "",
        language_name(other.language) if other_language else "",
    )


def link(other, origin):
    return Link(other, VERBS[origin], LINK_WORDS[origin][1], waits(other))
