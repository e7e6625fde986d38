"""Feeds: well-formed and valid, the same list as the page, and nothing that readers are not told of."""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import unescape

import pytest
import time_machine
from django.db.models import Value
from django.test import Client, override_settings
from django.utils import timezone

from authors.models import Author
from institution.models import SiteDetails
from publications.editorial import workflow
from publications.models import Report
from tests.crawl import ask, page
from tests.factory import (
    correct,
    editing,
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
)
from tests.lists import ATOM, DC, entries, feed, slugs, slugs_of_feed, titles_of_feed
from topics.models import Topic

pytestmark = pytest.mark.django_db

FORMS = ["rss", "atom"]
FEEDS = ["/feeds/publications", "/topics/water/feed", "/authors/ada-author/feed", "/types/brief/feed"]
LISTS = dict(zip(FEEDS, ["/publications/", "/topics/water/", "/authors/ada-author/", "/types/brief/"], strict=True))
either = pytest.mark.parametrize("form", FORMS)
every = pytest.mark.parametrize("address", [f"{start}.{form}" for start in FEEDS for form in FORMS])


@pytest.fixture
def library():
    SiteDetails(name="Institute of Rivers", tagline="Water and peace").save()
    water, ada, brief = make_topic("Water"), make_author("Ada Author"), make_type("Brief", plural="Briefs")
    return [
        make_report(f"Report {number}", topics=[water], authors=[ada], type=brief, date=date(2020, 1, 1 + number))
        for number in range(22)
    ]


def only(root):
    (entry,) = entries(root)
    return entry


# What a feed holds


@every
def test_a_feed_has_the_twenty_newest_of_its_list(library, address):
    root = feed(address)
    start = LISTS[address.rpartition(".")[0]]
    assert titles_of_feed(root) == [f"Report {number}" for number in range(21, 1, -1)]
    assert slugs_of_feed(root) == slugs(page(start))


def test_the_topic_of_a_feed_stands_for_all_below_it(library):
    make_report("Below", topics=[make_topic("Wells", parent=Topic.objects.get(slug="water"))])
    assert titles_of_feed(feed("/topics/water/feed.rss"))[0] == "Below"


def test_rss_has_all_that_it_must_have():
    SiteDetails(name="Institute of Rivers", tagline="Water and peace").save()
    topics = [make_topic("Lowani", kind="place"), make_topic("Water"), make_topic("wells", kind="keyword")]
    authors = [make_author("Zoë Dupont"), make_author("مريم")]
    report = make_report("Wells & “borders”", authors=authors, topics=topics, language="fr", teaser="Less < more.")
    root = feed("/feeds/publications.rss?topic=water&language=fr")
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert channel.findtext("title") == "Publications on Water, in French — Institute of Rivers"
    assert channel.findtext("link") == "http://testserver/publications/?topic=water&language=fr"
    assert channel.findtext("description") == "Water and peace"
    assert channel.findtext("language") == "en"
    link = channel.find(f"{ATOM}link")
    itself = "http://testserver/feeds/publications.rss?topic=water&language=fr"
    assert (link.get("rel"), link.get("href")) == ("self", itself)
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == report.public_from.replace(microsecond=0)
    item = only(root)
    assert item.findtext("title") == "Wells & “borders”"
    assert item.findtext("link") == item.findtext("guid") == "http://testserver/publications/wells-borders/"
    assert item.find("guid").get("isPermaLink") == "true"
    assert parsedate_to_datetime(item.findtext("pubDate")) == report.public_from.replace(microsecond=0)
    assert unescape(item.findtext("description")) == "Less < more."
    assert [name.text for name in item.findall(f"{DC}creator")] == ["Zoë Dupont", "مريم"]
    assert [row.text for row in item.findall("category")] == ["Water", "Lowani"]
    assert item.findtext(f"{DC}language") == "fr"


LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def test_atom_has_all_that_it_must_have():
    SiteDetails(name="Institute of Rivers").save()
    authors = [make_author("Zoë Dupont"), make_author("مريم")]
    report = make_report("انتخابات", slug="votes", authors=authors, topics=[make_topic("Water")], language="ar")
    root = feed("/topics/water/feed.atom")
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}title") == "Publications on Water — Institute of Rivers"
    assert root.findtext(f"{ATOM}id") == "http://testserver/topics/water/"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Institute of Rivers"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    itself = "http://testserver/topics/water/feed.atom"
    assert links == {"alternate": "http://testserver/topics/water/", "self": itself}
    assert moment(root, "updated") == report.public_from
    entry = only(root)
    address = "http://testserver/publications/votes/"
    assert (entry.findtext(f"{ATOM}id"), entry.find(f"{ATOM}link").get("href")) == (address, address)
    assert entry.get(LANG) == "ar"
    assert [name.text for name in entry.findall(f"{ATOM}author/{ATOM}name")] == ["Zoë Dupont", "مريم"]
    assert [row.get("term") for row in entry.findall(f"{ATOM}category")] == ["Water"]
    assert entry.findtext(f"{ATOM}summary") == "The lead of انتخابات."
    assert moment(entry, "published") == moment(entry, "updated") == report.public_from


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/feeds/publications.rss", "Publications"),
        ("/feeds/publications.rss?q=a+b&author=ada-author&year=2020&year=2021&type=brief&sort=title&page=3",
         "Publications with “a b”, by Ada Author, of the type Brief, from 2020 or 2021"),
        ("/feeds/publications.rss?topic=water&topic=nothing", "Publications on Water and nothing"),
        ("/feeds/publications.rss?" + "&".join(f"year={year}" for year in range(2001, 2009)),
         "Publications from 2001, 2002, 2003, 2004, 2005 or more"),
        ("/authors/ada-author/feed.rss", "Publications by Ada Author"),
        ("/types/brief/feed.rss", "Briefs"),
    ],
)  # fmt: skip
def test_the_title_says_which_list_it_is(library, address, title):
    assert feed(address).findtext("channel/title") == f"{title} — Institute of Rivers"


def test_the_addresses_in_a_feed_are_those_of_the_site_and_of_one_form(library):
    with override_settings(SITE_URL="https://rivers.example"):
        root = feed("/feeds/publications.rss?utm_source=x&sort=title&page=2&year=2020&q=%20report")
    assert root.findtext("channel/link") == "https://rivers.example/publications/?q=report&year=2020"
    itself = "https://rivers.example/feeds/publications.rss?q=report&year=2020"
    assert root.find(f"channel/{ATOM}link").get("href") == itself
    assert root.findtext("channel/item/link") == "https://rivers.example/publications/report-21/"


# Moments


def moment(element, name):
    return datetime.fromisoformat(element.findtext(f"{ATOM}{name}"))


def moments(address="/feeds/publications.atom"):
    root = feed(address)
    return tuple(moment(element, name) for element in (root, only(root)) for name in ("updated",))


def published():
    return moment(only(feed("/feeds/publications.atom")), "published")


LIVE_AT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "precision", "expected"),
    [
        (date(2026, 3, 5), "day", LIVE_AT),
        (date(1998, 5, 1), "day", datetime(1998, 5, 1, 12, tzinfo=UTC)),
        (date(1998, 5, 17), "month", datetime(1998, 5, 1, 12, tzinfo=UTC)),
        (date(1998, 5, 17), "year", datetime(1998, 1, 1, 12, tzinfo=UTC)),
        (date(1, 1, 1), "day", datetime(1, 1, 1, 12, tzinfo=UTC)),
        (date(9999, 12, 31), "day", LIVE_AT),
        (date(2027, 1, 1), "year", LIVE_AT),
    ],
)
def test_what_came_out_before_it_was_put_here_has_its_own_day(day, precision, expected):
    make_report(date=day, date_precision=precision, public_from=LIVE_AT)
    assert published() == expected
    assert only(feed("/feeds/publications.rss")).findtext("pubDate") == format_datetime(expected)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_nothing_is_published_later_than_it_went_live(zone):
    early = datetime(2026, 3, 4, 11, tzinfo=UTC)
    with override_settings(TIME_ZONE=zone):
        make_report(date=date(2026, 3, 4), public_from=early)
        assert published() <= early
        assert moments() == (early, early)


def test_a_change_that_readers_are_told_of_moves_the_feed_and_no_other_does():
    report = make_report("Wells", public_from=LIVE_AT, date=date(2026, 3, 5))
    assert moments() == (LIVE_AT, LIVE_AT)
    with editing(report):
        Report.objects.filter(pk=report.pk).update(title="Unseen")
    make_draft("Unseen too")
    assert moments() == (LIVE_AT, LIVE_AT)
    workflow.publish_edit(report)
    assert moments() == (LIVE_AT, LIVE_AT)
    assert titles_of_feed(feed("/feeds/publications.atom")) == ["Unseen"]
    correct(report, title="Corrected")
    told = report.earlier_versions.get().public_until
    assert moments() == (told, told)
    correct(report, title="Corrected again")
    later = report.earlier_versions.first().public_until
    assert later > told
    assert moments() == (later, later)
    assert published() == LIVE_AT


# What is hidden, gone or unknown


@either
def test_nothing_hidden_is_in_a_feed_nor_moves_it(form):
    water = make_topic("Water")
    report = make_report("Seen", topics=[water], date=date(2020, 1, 1))
    addresses = [f"/feeds/publications.{form}", f"/feeds/publications.{form}?topic=water", f"/topics/water/feed.{form}"]
    before = [ask(address) for address in addresses]
    for make in (make_draft, make_scheduled, make_withdrawn):
        make("Hidden", topics=[water], authors=[make_author()])
    gone = make_report("Hidden", topics=[water])
    correct(gone, title="Hidden again")
    workflow.move(gone, Report.State.WITHDRAWN, reason="Its count was wrong.")
    make_draft("Hidden", state="in_review", topics=[water])
    make_draft("Hidden", binned_at=timezone.now(), topics=[water])
    assert [ask(address) for address in addresses] == before
    assert [titles_of_feed(feed(address)) for address in addresses] == [[report.title]] * 3


@either
def test_what_is_scheduled_comes_at_its_moment_and_what_is_withdrawn_goes_at_once(form):
    report = make_scheduled("Soon", topics=[make_topic("Water")])
    address = f"/topics/water/feed.{form}"
    with time_machine.travel(report.public_from - timedelta(milliseconds=1), tick=False):
        assert ask(address).status == 404
        assert titles_of_feed(feed(f"/feeds/publications.{form}")) == []
    with time_machine.travel(report.public_from, tick=False):
        assert titles_of_feed(feed(address)) == ["Soon"]
        workflow.move(report, Report.State.WITHDRAWN, reason="Its count was wrong.")
        assert ask(address).status == 404


@either
@pytest.mark.parametrize(
    "query", ["topic=nothing", "year=1492", "language=xx", "q=nothing", "q=re%00port", "author=%01"]
)
def test_a_list_that_matches_nothing_has_an_empty_feed_that_stays_the_same(library, form, query):
    address = f"/feeds/publications.{form}?{query}"
    assert entries(feed(address)) == []
    first = ask(address)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert ask(address) == first


@either
def test_a_site_without_publications_has_a_feed(form):
    assert entries(feed(f"/feeds/publications.{form}")) == []


@either
@pytest.mark.parametrize("path", ["topics/nothing", "topics/wells", "topics/dry", "authors/nobody", "types/none"])
def test_what_has_no_page_has_no_feed(form, path):
    make_report(topics=[make_topic("wells", kind="keyword")])
    make_draft(topics=[make_topic("Dry")])
    assert ask(f"/{path}/").status == ask(f"/{path}/feed.{form}").status == 404


@either
def test_a_keyword_may_be_asked_of_the_list(form):
    make_report("Deep", topics=[make_topic("wells", kind="keyword")])
    root = feed(f"/feeds/publications.{form}?topic=wells")
    assert titles_of_feed(root) == ["Deep"]
    assert not root.findall(".//category")
    assert not root.findall(f".//{ATOM}category")


@pytest.mark.parametrize("ending", ["rdf", "json", "RSS", "rss/", ""])
def test_there_are_two_forms_and_no_other(library, ending):
    assert ask(f"/feeds/publications.{ending}").status == 404
    assert ask(f"/topics/water/feed.{ending}").status == 404


@either
@pytest.mark.parametrize("kind", ["topic", "author", "type"])
def test_a_former_slug_leads_to_the_feed_of_the_present_one(form, kind):
    rows = {"topic": make_topic("New"), "author": make_author("New"), "type": make_type("New")}
    make_report(topics=[rows["topic"]], authors=[rows["author"]], type=rows["type"])
    rows[kind].former_slugs.create(slug="old")
    moved = ask(f"/{kind}s/old/feed.{form}?utm_source=x")
    assert (moved.status, moved.location) == (301, f"/{kind}s/new/feed.{form}?utm_source=x")
    moved = ask(f"/feeds/publications.{form}?{kind}=old&q=lead&sort=title")
    assert (moved.status, moved.location) == (301, f"/feeds/publications.{form}?{kind}=new&q=lead&sort=title")
    assert len(entries(feed(moved.location))) == 1


@either
@pytest.mark.parametrize("kind", ["topic", "author", "type"])
def test_a_former_slug_of_what_nobody_may_know_of_leads_nowhere(form, kind):
    rows = {"topic": make_topic("New"), "author": make_author("New"), "type": make_type("New")}
    make_draft(topics=[rows["topic"]], authors=[rows["author"]], type=rows["type"])
    rows[kind].former_slugs.create(slug="old")
    assert ask(f"/{kind}s/old/feed.{form}").status == 404
    assert entries(feed(f"/feeds/publications.{form}?{kind}=old")) == []


# Hostile words

HOSTILE = [
    "Bell \x01 and \x0b\x1f",
    "Ends ]]> here",
    "‮thgir ot tfel",
    "<script>alert(1)</script>",
    "&amp;#1; &#0;",
    "\ufffe!",
]


@either
@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_break_a_feed_however_they_came_into_the_database(form, words):
    topic, author = make_topic("Water"), make_author("Ada Author")
    report = make_report("Wells", topics=[topic], authors=[author])
    SiteDetails(name="Institute").save()
    # Fields clean what they are given; a value that is an expression goes past them.
    Report.objects.filter(pk=report.pk).update(title=Value(words), teaser=Value(words))
    Topic.objects.filter(pk=topic.pk).update(name=Value(words))
    Author.objects.filter(pk=author.pk).update(name=Value(words))
    SiteDetails.objects.update(name=Value(words), description=Value(words))
    clean = "".join(letter for letter in words.replace("\x0b", "\n") if letter >= " " or letter == "\n")
    clean = clean.replace("\ufffe", "")
    for start in ("/feeds/publications", "/topics/water/feed", "/authors/ada-author/feed"):
        root = feed(f"{start}.{form}")
        assert titles_of_feed(root) == [clean]
        summary = only(root).findtext("description") or only(root).findtext(f"{ATOM}summary")
        assert unescape(summary) == clean


def test_a_report_without_any_words_for_lists_has_none_in_the_feed():
    make_report("Bare", lead="")
    assert only(feed("/feeds/publications.rss")).find("description") is None
    assert only(feed("/feeds/publications.atom")).find(f"{ATOM}summary") is None


@either
def test_hostile_words_in_the_query_break_no_feed(library, form):
    for words in ("]]>", "%3Cscript%3E", "%01", "%FF", "%EF%BF%BE", "%E2%80%AE", "a" * 5000):
        for name in ("q", "topic", "author", "type", "year", "language"):
            assert entries(feed(f"/feeds/publications.{form}?{name}={words}")) == []


# How it is answered


@every
def test_a_feed_says_what_it_is_and_stays_out_of_search_engines(library, address):
    headers = dict(ask(address).headers)
    kind = address.rpartition(".")[2]
    assert headers["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    assert (headers["X-Robots-Tag"], headers["Cache-Control"]) == ("noindex", "no-cache")
    assert "cookie" not in headers.get("Vary", "").lower()


@every
def test_a_feed_is_the_same_for_staff_and_can_only_be_read(library, address):
    make_draft("Hidden")
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(make_superuser())
    assert ask(address, staff) == ask(address)
    head = ask(address, method="head")
    assert (head.status, head.body, head.headers) == (200, b"", ask(address).headers)
    for method in ("post", "put", "patch", "delete"):
        assert ask(address, staff, method).status == 405


# Where they are found


def offered(document):
    """{form: address} of what the head of a page leads to."""
    links = document.one("head").all("link", rel="alternate")
    return {link["type"].removeprefix("application/").removesuffix("+xml"): link["href"] for link in links}


@pytest.mark.parametrize("start", FEEDS[1:])
def test_a_page_of_one_topic_author_or_type_leads_to_its_feed(library, start):
    for address in (LISTS[start], f"{LISTS[start]}?page=2"):
        document = page(address)
        assert offered(document) == {form: f"{start}.{form}" for form in FORMS}
        assert document.one("p", class_="take-away").one("a")["href"] == f"{start}.rss"


@pytest.mark.parametrize(
    ("query", "kept"),
    [("", ""), ("?page=2", ""), ("?sort=title&year=2020&q=report&page=2", "?q=report&year=2020"), ("?q=no", "?q=no")],
)
def test_the_list_leads_to_the_feed_of_what_is_chosen(library, query, kept):
    document = page(f"/publications/{query}")
    assert offered(document) == {form: f"/feeds/publications.{form}{kept}" for form in FORMS}
    assert document.one("p", class_="take-away").all("a")[0]["href"] == f"/feeds/publications.rss{kept}"


def test_a_list_of_an_impossible_address_leads_to_no_feed(library):
    document = page("/publications/?q=re%00port")
    assert offered(document) == {}
    assert not document.all("p", class_="take-away")
