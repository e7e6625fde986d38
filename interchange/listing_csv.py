"""The list of publications, filtered and sorted in any way, as a table for spreadsheets."""

from django.http import StreamingHttpResponse

from publications import filtering
from publications.pages import absolute, for_programs, in_order, read_only
from publications.selection import read
from publications.views.moved import with_present_slugs
from text.sheets import AT_ONCE, sheet


@read_only
def publications(request):
    """The whole list of this query in its order; its page is left aside."""
    found = filtering.resolve(read(request.GET))
    if elsewhere := with_present_slugs(request, found):
        return elsewhere
    pieces = () if request.method == "HEAD" else sheet(columns(request), reports(found.keys()))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="publications.csv"'
    return for_programs(response)


def reports(keys):
    """Read while they are sent: what is no longer live by then is left out."""
    for start in range(0, len(keys), AT_ONCE):
        yield from in_order(keys[start : start + AT_ONCE].tolist(), with_topics=True)


def columns(request):
    return {
        "Title": lambda report: report.title,
        "Subtitle": lambda report: report.subtitle,
        "Type": lambda report: report.type.name,
        "Number": lambda report: report.number,
        "Date": lambda report: report.date_machine,
        "Authors": lambda report: "; ".join(row.author.name for row in report.byline),
        "Topics": lambda report: "; ".join(topic.name for topic in report.shown_topics),
        "Language": lambda report: report.language,
        "DOI": lambda report: report.doi,
        "ISBN": lambda report: report.isbn,
        "Address": lambda report: absolute(request, report.get_absolute_url()),
    }
