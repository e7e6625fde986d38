"""The report, and the tombstone of one that was withdrawn."""

from publications import sidebars
from publications.figures import figures_in
from publications.models import RelatedPublication, Report
from publications.pages import read_only, render_page
from publications.reading import read
from publications.views.moved import gone_or_moved

# In the order of the page.
TEXTS = ("lead", "summary", "body", "about", "acknowledgement")


@read_only
def report(request, slug):
    found = whole().live().filter(slug=slug).first()
    if found is None:
        return tombstone(request, slug)
    context = contents(found, sidebars.linked(found), sidebars.sidebar(found), found.get_absolute_url())
    return render_page(request, "publications/report.html", context)


def contents(found, linked, sidebar, place, figures_at=None):
    """All that the template of a report shows. Its files and its cover lie below the address `place`, and so do its
    figures, but in the desk."""
    rows = authors(found)
    texts = {field: getattr(found, field) for field in TEXTS} | {row.pk: row.shown_biography for row in rows}
    figures = figures_in(found.rich_texts, figures_at or f"{place}figures/")
    read_texts, footnotes = read(texts.values(), figures)
    texts = dict(zip(texts, read_texts, strict=True))
    return {
        "report": found,
        "texts": texts,
        "footnotes": footnotes,
        "attachments": attachments(found, place),
        "authors": [(row, texts[row.pk].html) for row in rows],
        "linked": linked,
        "sidebar": sidebar,
        "notes": list(found.earlier_versions.all()),
        "place": place,
    }


def whole():
    return Report.objects.select_related("type").prefetch_related(
        "authorships__author", "report_topics__tag", "attachments"
    )


def attachments(found, place):
    """The report's files, each knowing its report without another query."""
    rows = list(found.attachments.all())
    for row in rows:
        row.report = found
        row.address = f"{place}{row.filename}"
    return rows


def authors(found):
    """Authorships with something to say about their author, once each."""
    rows = {}
    for row in found.authorships.all():
        if row.shown_biography:
            rows.setdefault(row.author_id, row)
    return list(rows.values())


def tombstone(request, slug):
    """410 with title, authors, dates and the reason; no text and no files."""
    found = whole().tombstones().filter(slug=slug).first()
    if found is None:
        return gone_or_moved(request, "report", slug)
    context = {"report": found, "replacements": replacements(found)}
    canonical = found.get_absolute_url()
    return render_page(request, "publications/tombstone.html", context, status=410, canonical=canonical, index=False)


def replacements(found):
    """What is to be read instead, as far as it is live."""
    of_this = {"appearances__report": found, "appearances__origin": RelatedPublication.Origin.SUPERSEDED_BY}
    return Report.objects.live().filter(**of_this).newest()
