"""A site on which much is hidden: for each hidden report a stem that stands in all its fields and nowhere else, and a
live neighbour that shares a topic with it alone."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import NAMESPACE_URL, uuid5

from django.core.files.base import ContentFile
from django.utils import timezone

from institution.models import Page, SiteDetails
from publications import relating
from publications.editorial import versions
from publications.models import HomeFeature, RelatedPublication, Report, TopicFeature
from tests.crawl import Answer, ask, crawl
from tests.factory import (
    attach,
    figure_of,
    give_cover,
    make_author,
    make_image,
    make_pdf_saying,
    make_picture,
    make_report,
    make_topic,
    make_type,
    relate,
)

State, Origin = Report.State, RelatedPublication.Origin
# As long as a stem, and nobody's.
NEVER = "nevrwasxyq"
LANGUAGES = ["mi", "cy", "eu", "is", "mt", "gd"]
RICH = ["lead", "summary", "body", "about", "acknowledgement"]
PLAIN = ["subtitle", "teaser", "cover_alt", "cover_credit", "rights", "funders", "press_contact"]


def states():
    """{name: the fields that put a report there}."""
    past, future = timezone.now() - timedelta(days=30), timezone.now() + timedelta(days=7)
    withdrawn = {"state": State.WITHDRAWN, "public_from": past, "withdrawn_at": timezone.now()}
    return {
        "draft": {"state": State.DRAFT, "public_from": None},
        "dated": {"state": State.DRAFT, "public_from": past},
        "review": {"state": State.IN_REVIEW, "public_from": past},
        "scheduled": {"state": State.PUBLISHED, "public_from": future},
        "withdrawn": withdrawn,
        "binned": {"state": State.DRAFT, "public_from": past, "binned_at": timezone.now()},
    }


@dataclass
class Hidden:
    name: str
    report: Report
    stem: str
    neighbour: Report

    @property
    def has_tombstone(self):
        return self.report.state == State.WITHDRAWN

    @property
    def on_tombstone(self):
        """All that may be said of it, longest first."""
        said = [self.report.title, self.report.withdrawal_reason, f"{self.stem} author", f"/publications/{self.stem}/"]
        return sorted(filter(None, said), key=len, reverse=True)


class Site:
    """What everybody may see, and `hidden`. `before` is all that could be reached before anything was hidden."""

    starts = ("/", "/nowhere/", "/publications/?q=lead", "/publications/?sort=title", "/publications/?year=1871")

    def __init__(self):
        self.shared = self.make_shared()
        self.neighbours = {name: self.make_neighbour(name) for name in states()}
        self.edited = self.make_neighbour("edited")
        relating.rebuild()
        self.before = dict(crawl(*self.starts))
        self.hidden = []
        for number, (name, fields) in enumerate(states().items()):
            self.hide(name, f"zq{name[:4]}{number}own"[:10], fields, language=LANGUAGES[number], own=True)
            self.hide(name, f"zq{name[:4]}{number}mix"[:10], fields)
        relating.rebuild()
        for row in self.hidden:
            self.tie(row)
        gone = next(row.report for row in self.hidden if row.name == "withdrawn")
        self.edits = [self.edit(self.edited, "zqedtliveo"), self.edit(gone, "zqedtgoneo")]

    def make_shared(self):
        """What hidden reports have in common with live ones."""
        SiteDetails(name="Institute of Rivers", tagline="Water and peace").save()
        Page.objects.create(slug="about", title="About", body="<p>Us.</p>")
        shared = {
            "author": make_author("Ada Author", biography="<p>Writes.</p>"),
            "neighbour": make_author("Ben Neighbour"),
            "topic": make_topic("Water"),
            "place": make_topic("Lowani", kind="place"),
            "type": make_type("Brief"),
        }
        report = make_report(
            "Seen by All",
            type=shared["type"],
            authors=[shared["author"]],
            topics=[shared["topic"], shared["place"]],
            date=date(2020, 5, 5),
        )
        attach(report, "Annex")
        give_cover(report)
        return shared

    def make_neighbour(self, name):
        topics, people = [make_topic(f"Shared {name}"), self.shared["topic"]], [self.shared["neighbour"]]
        return make_report(
            f"Beside {name}", authors=people, topics=topics, type=make_type("Article"), date=date(2021, 2, 3)
        )

    def hide(self, name, stem, fields, own=False, language="en"):
        """A hidden report with everything of its own, or one that shares all it can with what is live."""
        neighbour = self.neighbours[name]
        author = make_author(f"{stem} author", slug=f"{stem}-author", **about_author(stem))
        topics = [
            *(row.tag for row in neighbour.report_topics.all()),
            make_topic(f"{stem} topic", description=f"{stem}description", parent=self.shared["topic"]),
            make_topic(f"{stem} keyword", kind="keyword"),
        ]
        report = make_report(
            f"{stem} title",
            slug=stem,
            type=make_type(f"{stem} type", is_numbered=True) if own else neighbour.type,
            number=f"{stem}number" if own else "",
            language=language,
            date=date(1871, 1, 1) if own else neighbour.date,
            authors=[author] if own else [author, neighbour.authors.get(), self.shared["author"]],
            topics=topics[2:] if own else topics,
            doi=f"10.5555/{stem}",
            external_url=f"https://{stem}.example/",
            source_url=f"https://{stem}.example/source",
            **rich_texts(stem),
            **{field: f"{stem}{field}" for field in PLAIN},
            **fields | ({"withdrawal_reason": f"{stem} reason"} if "withdrawn_at" in fields else {}),
        )
        if own:
            report.report_topics.create(tag=topics[0])
        give_cover(report, f"{stem}alt")
        attach(report, f"{stem} annex", slug=f"{stem}-annex", content=make_pdf_saying(f"Lead {stem}content"))
        keep_earlier(report, stem)
        for row in {report, author, *topics[2:], report.type} - {neighbour.type}:
            row.former_slugs.create(slug=f"{row.slug}-old")
        self.hidden.append(Hidden(name, report, stem, neighbour))

    def edit(self, report, stem):
        """An edit of a public report that waits, with a file of its own and a note: none of its words is public."""
        new = attach(report, f"{stem} annex", slug=f"{stem}-annex", content=make_pdf_saying(f"Lead {stem}content"))
        content = versions.snapshot(report)
        new.delete()
        content["fields"] |= {"title": f"{stem} title", "slug": stem, "doi": f"10.5555/{stem}"}
        content["fields"] |= rich_texts(stem)
        content["fields"] |= {field: f"{stem}{field}" for field in PLAIN}
        versions.add(report, content, by=None, said=f"{stem}said", pending=True)
        report.events.create(what="noted", words=f"{stem}note")
        return Hidden("edit", report, stem, report)

    def tie(self, hidden):
        """Every relation to what is live, in both directions; also computed rows, as if left over."""
        live, report = hidden.neighbour, hidden.report
        relate(live, report, Origin.PINNED)
        relate(report, live, Origin.PINNED)
        for origin in (Origin.UPDATES, Origin.RESPONDS_TO, Origin.PART_OF, Origin.SUPERSEDED_BY):
            relate(live, report, origin)
            relate(report, live, origin)
        TopicFeature.objects.create(topic=self.shared["topic"], report=report)
        HomeFeature.objects.create(report=report)
        row = {"report": live, "related": report, "origin": Origin.COMPUTED}
        RelatedPublication.objects.get_or_create(**row, defaults={"score": 9.0})


def keep_earlier(report, stem):
    """An earlier version, as if it had been live and corrected once."""
    version, past = versions.keep(report, versions.snapshot(report)), timezone.now() - timedelta(days=40)
    moments = {"public_from": past, "public_until": past}
    report.earlier_versions.create(number=1, version=version, kind="correction", note=f"{stem}note", **moments)


def rich_texts(stem):
    """Each of the stem's own, with a figure in the last."""
    texts = {field: f"<p>Lead {stem}{field}</p>" for field in RICH}
    image = make_image(name=f"{stem}.png", pk=picture_key(stem))
    return texts | {RICH[-1]: texts[RICH[-1]] + figure_of(image, f"{stem}alt", f"{stem}credit", f"{stem}caption")}


def picture_key(stem):
    return uuid5(NAMESPACE_URL, stem)


def written_keys(stem):
    """As in addresses, and as the words that are searched for where nothing is found there."""
    return str(picture_key(stem)), str(picture_key(stem)).replace("-", " ")


def about_author(stem):
    fields = {field: f"{stem}{field}" for field in ("position", "affiliation", "location")}
    photo = ContentFile(make_picture(), name=f"{stem}.webp")
    return fields | {"biography": f"<p>{stem}biography</p>", "photo": photo}


def guesses(stem):
    """The addresses at which somebody who knows or guesses words would look."""
    report, file = f"/publications/{stem}/", f"{stem}-annex"
    yield from (report, f"/publications/{stem}", f"/publications/{stem.upper()}/", f"{report}?page=1", f"{report}x/")
    yield from (f"{report}cover-{width}.webp" for width in (480, 960, 1600, 2400))
    figure = f"figures/{picture_key(stem)}"
    for place in (report, f"{report}versions/1/", "/publications/beside-edited/", "/publications/seen-by-all/"):
        yield from (f"{place}{figure}-{form}" for form in ("480.webp", "480.jpg", "960.webp", "1600.jpg", "480.png"))
    yield from (f"{report}{name}" for name in (f"{file}.pdf", f"{file}.PDF", f"{stem}.pdf", f"{file}.pdf/", "cite.bib"))
    yield from (
        f"{report}versions/1/",
        f"{report}versions/2/",
        f"{report}versions/1/{file}.pdf",
        f"{report}versions/1/cover-480.webp",
        f"{report}versions/1/cover-480.jpg",
        f"{report}cover-960.jpg",
        f"/{stem}/",
        f"/covers/{stem}.webp",
        f"/authors/{stem}.webp",
        f"/preview/{stem}/",
    )
    yield from (f"/publications/{stem}-old{rest}" for rest in ("", "/", "/?q=1", "/cover-480.webp", f"/{file}.pdf"))
    yield f"/publications/{stem}-old/versions/1/"
    for kind, names in {"authors": ["author"], "topics": ["topic", "keyword"], "types": ["type"]}.items():
        for name in names:
            yield f"/{kind}/{stem}-{name}/"
            yield f"/{kind}/{stem}-{name}-old/"
            yield f"/publications/?{name.replace('keyword', 'topic')}={stem}-{name}"
            yield f"/publications/?{name.replace('keyword', 'topic')}={stem}-{name}-old"
            for rest in (f"{name}/feed.rss", f"{name}/feed.atom", f"{name}-old/feed.atom"):
                yield f"/{kind}/{stem}-{rest}"
            for listed in ("/feeds/publications.rss", "/feeds/publications.atom", "/publications.csv"):
                yield f"{listed}?{name.replace('keyword', 'topic')}={stem}-{name}"
                yield f"{listed}?{name.replace('keyword', 'topic')}={stem}-{name}-old"
    yield f"/authors/{stem}-author"
    yield from (f"/authors/{stem}-author/photo-{width}.webp" for width in (480, 1600))
    words = [stem, f"{stem}lead", f"{stem} author", f"{stem}content", f"10.5555/{stem}"]
    yield from (f"/publications/?q={word}" for word in words)
    yield from (f"/feeds/publications.{form}?q={word}" for word in words for form in ("rss", "atom"))
    yield from (f"/publications.csv?q={word}&sort=oldest" for word in words)
    yield from (f"/publications/?q=water+{stem}&sort={sort}" for sort in ("title", "oldest"))
    for asked in ("q=", "only=list&q="):
        yield from (f"/suggest/?{asked}{word}" for word in [*words, *beginnings(stem), misspelt(stem)])
    yield from (f"/publications/?q={word}" for word in [*beginnings(stem), misspelt(stem), f"{misspelt(stem)}content"])
    yield f"/publications/?q=water+{misspelt(stem)}lead"
    yield from (f"/api/v1/publications/{stem}/", f"/oai?verb=GetRecord&identifier={stem}")


def beginnings(stem):
    return stem[:4], stem[:7]


def misspelt(stem):
    """With a letter left out."""
    return stem[:4] + stem[5:]


CONDITIONS = [
    {"range": "bytes=0-"},
    {"if_none_match": "*"},
    {"if_modified_since": "Mon, 01 Jan 2035 00:00:00 GMT"},
]


def requests(address):
    """(method, headers): the ways in which to ask; all of them where there is something to fetch."""
    yield "get", {}
    if address.endswith(("/", "cover-480.webp", "-960.webp", "photo-480.webp", "-annex.pdf", "feed.rss", "feed.atom")):
        yield "head", {}
        yield from (("get", condition) for condition in CONDITIONS)


def differences(hidden):
    """How this report is answered for otherwise than one that never was, as sentences."""
    for address, of_nobody in zip(guesses(hidden.stem), guesses(NEVER), strict=True):
        for method, headers in requests(address):
            answer = ask(address, method=method, **headers)
            if hidden.has_tombstone and is_tombstone(hidden, address, answer):
                continue
            if as_of_nobody(answer, hidden.stem) != answer_of_nobody(of_nobody, method, tuple(headers.items())):
                yield f"{method} {address} {headers or ''}: {answer.status}, otherwise than for what never was"


def ask_of_nobody():
    """Remember all that is answered for what never was, before anything else is changed."""
    for address in guesses(NEVER):
        for method, headers in requests(address):
            answer_of_nobody(address, method, tuple(headers.items()))


@cache
def answer_of_nobody(address, method, headers):
    return ask(address, method=method, **dict(headers))


def as_of_nobody(answer, stem):
    """The answer, the stem's letters replaced wherever they stand, and what was typed for them."""
    typed = [
        (stem, NEVER),
        *zip(written_keys(stem), written_keys(NEVER), strict=True),
        (misspelt(stem), misspelt(NEVER)),
        *zip(beginnings(stem), beginnings(NEVER), strict=True),
    ]

    def renamed(words):
        for own, other in sorted(typed, key=lambda pair: -len(pair[0])):
            words = words.replace(own, other).replace(own.upper(), other.upper())
        return words

    headers = tuple((name, renamed(value)) for name, value in answer.headers)
    return Answer(answer.status, headers, renamed(answer.body.decode("latin-1")).encode("latin-1"))


def is_tombstone(hidden, address, answer):
    """Whether it is the tombstone, or leads there, and says nothing that may not stand on it or was not asked for."""
    left = answer.bytes.decode("latin-1")
    for words in [*hidden.on_tombstone, address.rpartition("/")[2] or address]:
        left = left.replace(words, "")
    return answer.status in (410, 301) and hidden.stem not in left.lower()
