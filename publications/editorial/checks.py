"""What a report lacks before readers have it: errors keep it from being published, advice does not.

Each finding names the field of the form in which it is mended. All is asked of a report in memory, as it is typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import get_text_list
from rapidfuzz import fuzz

from institution.models import Page
from publications.editorial import checks_of_files
from publications.editorial.workflow import missing_for_publication
from publications.models import Report
from publications.models.report import TEASER_LENGTH
from publications.pointing import FOUND, is_closed, page_at, present_slugs
from publications.relating.health import broad_among
from publications.words import RICH
from text.cleaning import running_words, words_of

LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
# Of one within another the outer one, up to the end of that.
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
# Words that say nothing of where a link leads, to those who hear the links alone.
EMPTY_WORDS = {"here", "click here", "read more", "more", "link", "this", "this link", "see here"}
# A body of so many characters without a heading has no list of contents, and no way in.
LONG = 8_000
# How alike titles are that may be one report entered twice, of 100; told by their keys, of those that begin alike.
ALIKE, BEGINNING = 92, 8
MOST_TITLES = 300


@dataclass(frozen=True)
class Finding:
    """`field`: of the form, or a part of it."""

    field: str
    sentence: str
    is_error: bool = False


def findings(report: Report, user) -> list[Finding]:
    """The errors first, each in the order of the form. `user`: whoever asks is told of no report that is hidden."""
    errors = [Finding(field, sentence, is_error=True) for field, sentence in missing_for_publication(report).items()]
    return [*errors, *of_title(report, user), *of_topics(report), *of_texts(report), *of_files(report)]


def of_title(report: Report, user) -> Iterator[Finding]:
    key = report._meta.get_field("title_key").pre_save(report, add=False)
    if not key:
        return
    begins = key[:BEGINNING]
    near = Report.objects.in_desk_of(user).filter(title_key__gte=begins, title_key__lt=begins + "\U0010ffff")
    rows = near.filter(binned_at=None).exclude(pk=report.pk).order_by("title_key", "pk")
    for title, other in rows.values_list("title", "title_key")[:MOST_TITLES]:
        if fuzz.ratio(key, other) >= ALIKE:
            yield Finding("title", f"There is a report called “{title}” already. Is this another?")
            return


def of_topics(report: Report) -> Iterator[Finding]:
    rows = list(report.report_topics.all())
    if not rows:
        yield Finding("topics", "It has no topics: nobody finds it by one, and no publication is shown beside it.")
    elif len(broad_among([row.tag_id for row in rows])) == len(rows):
        names = get_text_list([f"“{row.tag}”" for row in rows], "and")
        are = "is on very many reports" if len(rows) == 1 else "are each on very many reports"
        yield Finding("topics", f"{names} {are}, which says little. Add a narrower topic.")


def of_texts(report: Report) -> Iterator[Finding]:
    opening = running_words(report.lead)
    if not report.teaser and len(opening) > TEASER_LENGTH:
        yield Finding(
            "teaser",
            f"The lead has {len(opening)} characters; lists show {TEASER_LENGTH}. Write a teaser of a sentence or two.",
        )
    if len(words_of(report.body)) > LONG and "<h2" not in report.body:
        yield Finding(
            "body", "It is long and has no headings, so readers get no list of contents. Give its parts headings."
        )
    for field in RICH:
        yield from of_tables(field, getattr(report, field))
        yield from of_links(field, getattr(report, field))


def of_tables(field: str, html: str) -> Iterator[Finding]:
    bare = sum("<th" not in table for table in TABLE.findall(html))
    if bare:
        which = "A table has" if bare == 1 else f"{bare} tables have"
        yield Finding(
            field,
            f"{which} no header cells, so those who hear it do not know what its columns hold. Put the cursor into the "
            "table and choose “Header row”.",
        )


def of_links(field: str, html: str) -> Iterator[Finding]:
    links = [(unescape(address), words_of(inner)) for address, inner in LINK.findall(html)]
    for words in dict.fromkeys(words for _, words in links if words.casefold().strip(" .") in EMPTY_WORDS):
        yield Finding(field, f"A link says only “{words}”. Let its words say where it leads.")
    for address in dict.fromkeys(address for address, _ in links if is_ours(address) and leads_nowhere(address)):
        yield Finding(field, f"A link leads to {address}, where readers find nothing.")


def is_ours(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    site = f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.scheme
    return bool(parts.path) and site in {"", settings.SITE_URL} and not parts.path.startswith(settings.STATIC_URL)


def leads_nowhere(address: str) -> bool:
    """Whether readers get 404 or 410 there, or may not enter. Of files, feeds and the like only whether there is such
    an address."""
    found = page_at(address)
    if found is None or is_closed(found):
        return True
    kind, slug = found.url_name, found.kwargs.get("slug")
    if kind == "page":
        return not Page.objects.filter(slug=slug).exclude(body="").exists()
    return kind in FOUND and not (FOUND[kind]([slug]) or present_slugs(kind, [slug]))


def of_files(report: Report) -> Iterator[Finding]:
    yield from (Finding("attachments", sentence) for sentence in checks_of_files.sentences(report))
