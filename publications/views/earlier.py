"""Earlier public versions of what is live: the page, its files and its cover, all behind one check."""

from functools import wraps

from django.http import Http404

from publications import listed
from publications.editorial import versions
from publications.models import Report
from publications.pages import read_only, render_page
from publications.views.files import figure_of, picture, send
from publications.views.report import contents, tombstone


def of_live_report(view):
    """Answers for the earlier version of this number of a report that is live: 410 where it was suppressed, 404 where
    there is none. What is not live answers as at its own address."""

    @read_only
    @wraps(view)
    def answered(request, slug, number, **rest):
        report = Report.objects.live().filter(slug=slug).first()
        if report is None:
            return tombstone(request, slug)
        earlier = report.earlier_versions.filter(number=number).select_related("version").first()
        if earlier is None:
            raise Http404
        if earlier.suppressed_at:
            return suppressed(request, report)
        return view(request, report, earlier, **rest)

    return answered


def suppressed(request, report):
    """The title is that of today, and no word of the version."""
    return render_page(
        request,
        "publications/suppressed.html",
        {"report": report},
        status=410,
        canonical=report.get_absolute_url(),
        index=False,
    )


@of_live_report
def version(request, report, earlier):
    shown = as_it_was(report, earlier)
    context = contents(shown, [], None, earlier.get_absolute_url())
    context |= {"attachments": attachments(report, earlier, shown), "notes": [], "earlier": earlier, "current": report}
    return render_page(request, "publications/report.html", context, canonical=report.get_absolute_url(), index=False)


@of_live_report
def attachment(request, report, earlier, name, extension):
    rows = as_it_was(report, earlier).attachments.all()
    found = next((row for row in rows if (row.slug, row.extension) == (name, extension)), None)
    if found is None:
        raise Http404
    return send(request, found.file.name, found.media_type, found.sha256, f"{found.slug}.{found.extension}")


@of_live_report
def cover(request, report, earlier, width, extension):
    return picture(request, as_it_was(report, earlier).cover, width, extension)


@of_live_report
def figure(request, report, earlier, key, width, extension):
    return figure_of(request, as_it_was(report, earlier), key, width, extension)


def as_it_was(report, earlier):
    """The report as the version has it, in memory; what has no page by now is marked, so that no link leads to it."""
    shown = versions.read(report, earlier.version.content).report
    mark_people(shown)
    mark_topics(shown)
    if shown.type and shown.type.slug not in listed.type_rows([shown.type.slug]):
        shown.type.has_no_page = True
    return shown


def mark_people(shown):
    """Of somebody of whom nothing is live, no word is shown but what this version says itself."""
    rows = shown.authorships.all()
    known = listed.author_rows([row.author.slug for row in rows])
    for row in rows:
        if row.author.slug not in known:
            row.author.has_no_page, row.author.biography, row.author.photo = True, "", ""


def mark_topics(shown):
    rows = shown.report_topics.all()
    known = listed.topic_rows([row.tag.slug for row in rows])
    for row in rows:
        row.tag.has_no_page = row.tag.slug not in known


def attachments(report, earlier, shown):
    """The files of the version; one that readers still have keeps its address."""
    still = {row.file.name: row.get_absolute_url() for row in report.attachments.select_related("report")}
    rows = list(shown.attachments.all())
    for row in rows:
        row.address = still.get(row.file.name) or f"{earlier.get_absolute_url()}{row.filename}"
    return rows
