"""One rich set of content: everything that a page can hold, and everything that can go wrong with it.

`make_showcase()` fills the database in use; `PAGES` names an address for every kind of page. To look at it, fill the
database of a site of its own: `DATA_DIR=... manage.py shell -c "from tests.showcase import *; make_showcase()"`.
"""

import io
import math
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageDraw

from authors.models import AuthorLink
from institution.models import Page, SiteDetails
from interchange.demo.pdfs import write_pdf
from publications import relating
from publications.editorial import corrections
from publications.models import Attachment, Authorship, RelatedPublication
from tests import showcase_words as words
from tests.factory import (
    attach,
    correct,
    feature,
    feature_at_home,
    make_author,
    make_report,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)

Origin = RelatedPublication.Origin
LONG = "/publications/sharing-a-falling-river/"

# Every kind of page that answers 200, the same in any database that holds the showcase.
PAGES = {
    "home": "/",
    "list": "/publications/",
    "second page of the list": "/publications/?page=2",
    "list past its end": "/publications/?page=99",
    "filtered list": "/publications/?q=river&topic=hydrology&type=special-report&year=2025&language=en",
    "empty list": "/publications/?q=kaleidoscope&topic=hydrology",
    "search with words in a PDF": "/publications/?q=river+lighthouses",
    "search for words in part": "/publications/?q=ferries+barrages+tuesdays",
    "misspelt search": "/publications/?q=sovereinty",
    "suggestions": "/suggest/?q=ri",
    "no suggestions": "/suggest/?q=kaleidoscope",
    "long report": LONG,
    "earlier version": f"{LONG}versions/2/",
    "crowded report": "/publications/toward-a-framework/",
    "bare report": "/publications/untold/",
    "Arabic report": "/publications/sharing-ar/",
    "Chinese report": "/publications/sharing-zh/",
    "authors": "/authors/",
    "author": "/authors/ada-fairweather/",
    "organisation": "/authors/shared-waters/",
    "topics": "/topics/",
    "topic": "/topics/water-diplomacy/",
    "topic with a parent": "/topics/hydrology/",
    "type": "/types/special-report/",
    "plain page": "/about/",
}
# Those that do not, with their status. Too many names in a query are what Django itself refuses.
ERRORS = {
    "not found": ("/publications/the-river-that-was/", 404),
    "withdrawn report": ("/publications/the-second-dam/", 410),
    "suppressed version": (f"{LONG}versions/1/", 410),
    "unreadable address": ("/publications/?" + "a&" * 5001, 400),
}


@transaction.atomic
def make_showcase():
    """All of it; the long report is what it returns."""
    make_site()
    topics, authors = make_topics(), make_authors()
    types = make_types()
    long = make_long(types, authors, topics)
    crowded = make_crowded(types, authors, topics)
    arabic, chinese = make_translations(types, authors, topics)
    others = make_others(types, authors, topics)
    make_report("Untold", slug="untold", type=types["brief"], lead="", date=date(2019, 1, 1), date_precision="year")
    withdrawn = make_withdrawn(
        "The Second Dam: A Forecast",
        slug="the-second-dam",
        type=types["special"],
        authors=authors[:2],
        date=date(2022, 6, 1),
        withdrawal_reason="The flow series it rests on was taken from the wrong gauge.\nA corrected study is coming.",
    )
    feature(topics[0], others[6], long)
    feature_at_home(long, others[3])
    link(long, crowded, arabic, chinese, others)
    relate(withdrawn, others[1], Origin.SUPERSEDED_BY)
    make_corrections(long, arabic)
    relating.rebuild()
    return long


def make_site():
    SiteDetails(
        name="Institute for Shared Waters",
        tagline="Research and quiet advice on rivers that cross borders",
        description="Reports, briefs and data on rivers, lakes and aquifers that states share.",
        address="12 Weir Street\n1040 Lindmark\nRuritania",
        email="office@sharedwaters.example",
        telephone="+99 1 555 0123",
        footer="Registered charity 1234567. © 2025 Institute for Shared Waters.",
    ).save()
    for slug, title in Page.Address.choices:
        Page.objects.create(slug=slug, title=title.split(" (")[0], body=words.OPENING + words.QUOTE + words.TABLE)


def make_topics():
    """[topic]: subjects, places, programmes with a small tree among them, and last a keyword."""
    water = make_topic(
        words.SUBJECTS[0],
        slug="water-diplomacy",
        description="How those who share a river agree on it: the gauges, the texts, the money and the people.",
    )
    below = [make_topic(name, parent=water) for name in words.SUBJECTS[1:4]]
    subjects = [water, *below, *(make_topic(name) for name in words.SUBJECTS[4:])]
    make_topic("Stage Gauging", parent=below[2])
    places = [make_topic(name, kind="place") for name in words.PLACES]
    programmes = [make_topic(name, kind="programme") for name in words.PROGRAMMES]
    return [*subjects, *places, *programmes, make_topic("gauge keepers", kind="keyword")]


def make_authors():
    ada = make_author(
        "Ada Fairweather",
        slug="ada-fairweather",
        given_name="Ada",
        family_name="Fairweather",
        position="Senior Fellow, Water and Borders",
        affiliation="Institute for Shared Waters",
        location="Lindmark",
        biography=words.BIOGRAPHY,
        orcid="0000-0002-1825-0097",
        is_former=True,
    )
    ada.photo.save("ada.png", drawing(800, 800))
    for url in ("https://fairweather.example/", "https://www.university.example/people/fairweather"):
        AuthorLink.objects.create(author=ada, url=url)
    people = [
        make_author(name, biography=words.BIOGRAPHY if place < 2 else "") for place, name in enumerate(words.AUTHORS)
    ]
    organisation = make_author(
        words.ORGANISATION, slug="shared-waters", is_organisation=True, biography="<p>A network of nine basins.</p>"
    )
    return [ada, *people, organisation]


def make_types():
    return {
        "special": make_type("Special Report", is_numbered=True, description="Long studies, each with its data."),
        "brief": make_type("Policy Brief", description="Four pages for those who decide."),
        "analysis": make_type("Analysis and Commentary", plural="Analysis and Commentary"),
    }


def make_long(types, authors, topics):
    report = make_report(
        slug="sharing-a-falling-river",
        type=types["special"],
        body=words.body(),
        date=date(2025, 4, 16),
        authors=authors[:9],
        topics=[*topics[:6], *topics[20:23], *topics[34:36], topics[-1]],
        doi="10.5555/isw.432",
        isbn="9780306406157",
        licence="CC-BY-4.0",
        source_url="https://journal.example/rivers/12",
        **words.LONG,
    )
    Authorship.objects.create(report=report, author=authors[9], position=9, role="contributor")
    give_cover(report)
    attach(report, pages=34)
    readings = [("Stations", "Of the lighthouses at the mouth of the river no gauge is kept.")]
    readings = write_pdf("Gauge readings", "", "", "", readings, "en")
    attach(report, "Gauge readings, 1998–2025", kind=Attachment.Kind.ANNEX, position=1, pages=112, content=readings)
    attach(
        report, "Partager un fleuve qui baisse", kind=Attachment.Kind.TRANSLATION, language="fr", position=2, pages=36
    )
    return report


def make_crowded(types, authors, topics):
    report = make_report(
        words.CROWDED_TITLE,
        slug="toward-a-framework",
        type=types["special"],
        number="431-B/2025",
        date=date(2025, 3, 1),
        date_precision="month",
        authors=authors[1:10],
        topics=topics[:40],
        lead=words.LONG["lead"],
        body=words.OPENING,
    )
    attach(report, pages=240)
    return report


def make_translations(types, authors, topics):
    fields = {"type": types["special"], "date": date(2025, 5, 2), "authors": authors[:2], "topics": topics[:3]}
    arabic = make_report(slug="sharing-ar", language="ar", **fields, **words.ARABIC)
    chinese = make_report(slug="sharing-zh", language="zh-Hans", **fields, **words.CHINESE)
    return arabic, chinese


def make_others(types, authors, topics):
    """Enough to fill two pages of the list."""
    kinds, shown = list(types.values()), topics[:-1]
    return [
        make_report(
            title,
            type=kinds[place % 3],
            date=date(2025 - place // 4, 1 + place % 12, 3 + place),
            authors=[] if place % 7 == 3 else [authors[place % 10]],
            topics=[shown[place % 6], shown[6 + place % 34]],
            lead=f"<p>{title}: what the river, its keepers and its lawyers made of another year of low water, "
            "and what those who live on it can expect of the next commission.</p>",
        )
        for place, title in enumerate(words.TITLES)
    ]


def link(long, crowded, arabic, chinese, others):
    relate(long, others[20], Origin.PINNED)
    relate(long, others[0], Origin.UPDATES)
    relate(others[3], long, Origin.RESPONDS_TO)
    relate(arabic, long, Origin.PART_OF)
    relate(chinese, long, Origin.PART_OF)
    relate(others[25], crowded, Origin.SUPERSEDED_BY)


def make_corrections(long, arabic):
    """Notes on both; the first of the long report leads to nothing any more."""
    subtitle = long.subtitle
    first = correct(long, "The number of agreements was wrong: it is forty.", subtitle="Lessons from forty agreements")
    correct(long, "With the agreement that was signed in May: forty-one by now.", "update", subtitle=subtitle)
    corrections.suppress(first, by=None, reason="It named a source.")
    correct(arabic, words.ARABIC["subtitle"], title=f"{arabic.title}.")


def give_cover(report):
    report.cover_alt = "A gauge in a river at low water, with the marks of earlier years on it."
    report.cover_credit = "Drawing: Institute for Shared Waters"
    report.cover.save("cover.png", drawing(1600, 1067))


def drawing(width, height):
    """A river in bands with a gauge in it, as the file that somebody would upload."""
    image = Image.new("RGB", (width, height), "#e9e2d2")
    pen = ImageDraw.Draw(image)
    for band in range(14):
        shore = [(x, height * (0.3 + band / 20 + math.sin(9 * x / width + band) / 25)) for x in range(0, width + 8, 8)]
        colour = (29 + band * 9, 75 + band * 8, 115 + band * 5)
        pen.polygon([*shore, (width, height), (0, height)], fill=colour)
    left, right = width * 0.62, width * 0.65
    pen.rectangle((left, height * 0.12, right, height), fill="#f7f4ec")
    for mark in range(20):
        top = height * (0.14 + mark * 0.04)
        pen.rectangle((left, top, width * 0.64, top + height * 0.01), fill="#1b1d21")
    written = io.BytesIO()
    image.save(written, "PNG")
    return ContentFile(written.getvalue())
