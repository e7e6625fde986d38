"""Feeds: the newest of the list, filtered in any way, and of a topic, an author or a type; as RSS and as Atom."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.db.models import Max
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape

from institution.models import SiteDetails
from publications import filtering, listed
from publications.dates import first_day
from publications.models import EarlierVersion
from publications.pages import absolute, for_programs, in_order, read_only
from publications.selection import PAGE_SIZE, read
from publications.views.moved import gone_or_moved, with_present_slugs
from text.cleaning import clean_text

# A feed without items was last changed then: the moment at which it is read would be another each time.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@read_only
def publications(request, form):
    """The newest of the list of this query; its sort and its page are left aside."""
    selection = read(request.GET).sorted_by("newest")
    found = filtering.resolve(selection)
    if elsewhere := with_present_slugs(request, found):
        return elsewhere
    query = selection.sorted_by("").query
    return feed(request, form, f"Publications {found.said()}".strip(), reverse("publications"), found.keys(), query)


@read_only
def topic(request, slug, form):
    live = listed.live()
    row = listed.topic_rows([slug], live).get(slug)
    if row is None or not row.is_shown:
        return gone_or_moved(request, "topic", slug)
    keys = live.keys(live.topics, row.pk)
    return feed(request, form, f"Publications on {row.name}", row.get_absolute_url(), keys)


@read_only
def author(request, slug, form):
    live = listed.live()
    row = listed.author_rows([slug], live).get(slug)
    if row is None:
        return gone_or_moved(request, "author", slug)
    keys = live.keys(live.picture.authors, row.pk)
    return feed(request, form, f"Publications by {row.name}", row.get_absolute_url(), keys)


@read_only
def publication_type(request, slug, form):
    live = listed.live()
    row = listed.type_rows([slug], live).get(slug)
    if row is None:
        return gone_or_moved(request, "type", slug)
    return feed(request, form, row.plural, row.get_absolute_url(), live.of_type(row))


def feed(request, form, title, place, keys, query=""):
    """The newest of these live reports, told by their keys in the order of lists. `form` is one of FORMS, `place` with
    `query` the address of the list."""
    site = SiteDetails.current()
    name = clean_text(site.name)
    made = FORMS[form](
        title=f"{clean_text(title)} — {name}",
        link=absolute(request, place + query),
        description=clean_text(site.description or site.tagline or title),
        language=settings.LANGUAGE_CODE,
        author_name=name,
        feed_url=absolute(request, request.path + query),
    )
    reports = in_order(keys[:PAGE_SIZE].tolist(), with_topics=True)
    told = told_of(reports)
    for report in reports:
        made.add_item(**item(request, report, told.get(report.pk)))
    return for_programs(HttpResponse(made.writeString("utf-8"), content_type=made.content_type))


def told_of(reports):
    """{key: when readers were last told of a change}. An edit that waits moves nothing here, nor does one without a
    word to readers."""
    versions = EarlierVersion.objects.filter(report__in=reports).order_by()
    return dict(versions.values_list("report").annotate(Max("public_until")))


def item(request, report, told):
    """XML holds no control characters, whichever way they came into the database: each text is cleaned once more."""
    address = absolute(request, report.get_absolute_url())
    return {
        "title": clean_text(report.title),
        "link": address,
        # Readers of feeds take it for HTML.
        "description": escape(clean_text(report.shown_teaser)) or None,
        "pubdate": out_since(report),
        "updateddate": max(filter(None, [report.public_from, told])),
        "unique_id": address,
        "unique_id_is_permalink": True,
        "categories": [clean_text(topic.name) for topic in report.shown_topics],
        "authors": [clean_text(row.author.name) for row in report.byline],
        "language": clean_text(report.language),
    }


def out_since(report):
    """The moment of going live; of what came out earlier, noon of its day in UTC: the same day nearly everywhere."""
    day = first_day(report.date, report.date_precision)
    if day >= timezone.localdate(report.public_from):
        return report.public_from
    return min(datetime.combine(day, time(12), UTC), report.public_from)


class Steady:
    """Without items, the same at each reading."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else BEGINNING


class Rss(Steady, Rss201rev2Feed):
    def rss_attributes(self):
        return super().rss_attributes() | {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("dc:language", item["language"])


class Atom(Steady, Atom1Feed):
    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


FORMS = {"rss": Rss, "atom": Atom}
