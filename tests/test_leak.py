"""The stranger's row of the matrix: nothing of a hidden report leaves the site, not even that there is one."""

from datetime import timedelta
from urllib.parse import urlsplit

import numpy as np
import pytest
import time_machine
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponseNotModified
from django.test import Client, override_settings
from django.utils import timezone

from authors.models import Author
from interchange import feeds, listing_csv
from publications import authored, facets, filtering, relating, sidebars, suggesting
from publications.editorial import workflow
from publications.finding import following
from publications.finding.picture import Picture
from publications.models import (
    Attachment,
    Authorship,
    FileText,
    HomeFeature,
    Report,
    ReportTopic,
    ReportVersion,
)
from publications.query import ReportQuerySet
from publications.searching import documents, engine, excerpts, keeping
from publications.searching.spelling import corrected
from publications.views import files as gate
from publications.views import home, moved, people
from publications.views import report as views_of_report
from tests.conftest import storages
from tests.crawl import ask, crawl, few_filters, page
from tests.factory import attach, give_cover, make_author, make_report, make_superuser, make_topic, make_type
from tests.hidden import NEVER, Site, as_of_nobody, ask_of_nobody, differences, states
from tests.lists import choices, total
from text.cleaning import words_of
from text.terms import words
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def files(folder, settings):
    """One folder for all tests here, since they read what is made once."""
    settings.STORAGES = storages(folder)
    return folder


@pytest.fixture(scope="module")
def site(folder, django_db_setup, django_db_blocker):
    stored = override_settings(STORAGES=storages(folder))
    with django_db_blocker.unblock(), transaction.atomic(), stored:
        yield Site()
        transaction.set_rollback(True)


# What can be found out


def told_apart(site, *names):
    """Every answer that differs from what is said of a report that never was, as sentences."""
    for hidden in site.hidden:
        if not names or hidden.name in names:
            yield from differences(hidden)


def changed_pages(site):
    """Every page that is not what it was before anything was hidden, and every stem on one."""
    gone = set(site.before)
    for address, answer in crawl(*site.starts):
        gone.discard(address)
        if answer != site.before.get(address):
            yield f"{address} has changed"
        said = answer.bytes.decode("latin-1").lower()
        yield from (f"{address} says {hidden.stem}" for hidden in [*site.hidden, *site.edits] if hidden.stem in said)
    yield from (f"{address} is no longer reached" for address in gone)


@pytest.mark.parametrize("name", states())
def test_a_hidden_report_cannot_be_told_from_one_that_never_was(site, name):
    found = list(told_apart(site, name))
    assert not found, "\n".join(found)


def test_an_edit_that_waits_cannot_be_told_from_one_that_never_was(site):
    for edit in site.edits:
        found = list(differences(edit))
        assert not found, "\n".join(found)
        place = edit.report.get_absolute_url()
        for rest in ("{}-annex.pdf", "versions/1/{}-annex.pdf", "versions/2/", "versions/2/{}-annex.pdf"):
            answer, of_nobody = (ask(place + rest.format(stem)) for stem in (edit.stem, NEVER))
            assert as_of_nobody(answer, edit.stem) == of_nobody, place + rest


def test_no_page_changes_by_what_is_hidden(site):
    assert len(site.before) > 100
    found = list(changed_pages(site))
    assert not found, "\n".join(found)


def test_feeds_and_tables_are_among_what_is_looked_through_for_leaks(site):
    paths = {urlsplit(address).path for address in site.before}
    lists = {"/publications.csv", "/feeds/publications.rss", "/feeds/publications.atom"}
    assert lists <= paths
    assert {f"{start}feed.{form}" for start in paths for form in ("rss", "atom") if is_of_one(start)} <= paths
    assert len([address for address in site.before if address.startswith("/publications.csv?")]) > 20


def is_of_one(path):
    return len(path.split("/")) == 4 and path.endswith("/") and path.startswith(("/topics/", "/authors/", "/types/"))


def test_staff_see_what_a_stranger_sees(site):
    staff = Client()
    staff.force_login(make_superuser())
    for address, answer in site.before.items():
        if few_filters(address, most=1):
            assert ask(address, staff) == answer, address
    for hidden in site.hidden:
        assert ask(f"/publications/{hidden.stem}/", staff).status == (410 if hidden.has_tombstone else 404)


def test_the_storage_is_no_address(site):
    for hidden in site.hidden:
        for stored in (hidden.report.cover.name, hidden.report.attachments.get().file.name):
            for address in (f"/{stored}", f"/files/{stored}", f"/media/{stored}", f"/static/{stored}"):
                assert ask(address).status == 404


# The checks above find leaks: each of these is put in on purpose


def forgetful(module):
    """The module takes every report for a live one."""

    class Everything:
        def live(self, at=None):
            return Report.objects.all()

        def __getattr__(self, name):
            return getattr(Report.objects, name)

    class Forgetful:
        objects = Everything()

    return lambda patch: patch.setattr(module, "Report", Forgetful)


def without_clock(patch):
    patch.setattr(ReportQuerySet, "live", lambda self, at=None: self.filter(state=Report.State.PUBLISHED))


def without_state(patch):
    patch.setattr(ReportQuerySet, "live", lambda self, at=None: self.filter(public_from__lte=timezone.now()))


def any_report(patch):
    class Careless:
        live = staticmethod(lambda: Report.objects.all())

    patch.setattr(views_of_report, "whole", Careless)


def tombstones_for_all(patch):
    patch.setattr(ReportQuerySet, "tombstones", lambda self, at=None: self.exclude(state=Report.State.PUBLISHED))


def facets_of_everything(patch):
    counted = ReportTopic.objects.order_by().values_list("tag").annotate(Count("content_object"))
    patch.setattr(facets, "topic_counts", lambda filtering: dict(counted))


def index_of_everything(patch):
    """The index holds everything; whoever asks it cuts to what is live, but for what a plant leaves out."""
    forgetful(documents)(patch)

    def index_of_all(live):
        index = engine.make_index(None)
        engine.write(index, (), documents.documents(list(Report.objects.values_list("pk", flat=True))))
        return index

    patch.setattr(keeping, "in_memory", index_of_all)


def search_in_everything(patch):
    """An index of all reports, and hits that nobody cuts to what is live."""
    index_of_everything(patch)
    patch.setattr(filtering.Search, "ranked", lambda self, keys, scores: keys)
    patch.setattr(filtering.Filtering, "keys", lambda self: self.by_words.numbers)
    patch.setattr(filtering.Filtering, "worded", property(lambda self: np.ones(len(self.picture), bool)))


def suggested_titles_of_everything(patch):
    index_of_everything(patch)

    def titles(asked, live):
        keys, _ = engine.titled(keeping.current(live), asked[:-1], asked[-1])
        return list(Report.objects.filter(pk__in=keys.tolist()))

    patch.setattr(suggesting, "titles", titles)


def suggested_names_of_everything(patch):
    called = suggesting.called

    def anyone(rows, others, asked, counted):
        return called(rows, others, asked, lambda: dict.fromkeys(rows.values_list("pk", flat=True), 1))

    patch.setattr(suggesting, "called", anyone)


def spelling_from_everything(patch):
    index_of_everything(patch)
    patch.setattr(filtering.Search, "stands", lambda self, word: bool(engine.beginning(self.index, word)))
    # What would be found instead was counted by the index alone.
    patch.setattr(
        filtering.Search,
        "meant",
        property(lambda self: corrected(self.text, {*words(self.text)}, self.index, self.stands, lambda letters: {})),
    )


def spelling_of_any_author(patch):
    def borne(self, letters):
        return {word: 1 for name in Author.objects.values_list("name_key", flat=True) for word in words(name)}

    patch.setattr(filtering.Search, "borne", borne)
    patch.setattr(
        filtering.Search,
        "meant",
        property(lambda self: corrected(self.text, {*words(self.text)}, self.index, lambda word: True, self.borne)),
    )


def excerpts_of_the_edit(patch):
    """What is shown around a hit is read off the edit that waits."""

    def places(report, texts, files):
        edit = ReportVersion.objects.filter(report=report, pending=True).first()
        yield words_of(edit.content["fields"]["body"] if edit else texts.body), report.language, None, None

    patch.setattr(excerpts, "places", places)


def excerpts_of_any_file(patch):
    """What is shown of a file is of any file that was read."""

    def files_of(keys):
        return {key: [(Attachment(slug="x"), text) for text in FileText.objects.all()] for key in keys}

    original = excerpts.places
    patch.setattr(excerpts, "files_of", files_of)
    patch.setattr(excerpts, "places", lambda *of: sorted(original(*of), key=lambda place: place[3] is None))


def picture_of_everything(patch):
    known = Report.objects.filter(public_from__isnull=False, date__isnull=False).order_by()
    patch.setattr(following, "public", lambda keys=None: known)


def picture_without_clock(patch):
    patch.setattr(Picture, "live", lambda self, now: np.ones(len(self), bool))


def feed_of_everything(patch):
    """The feed is read past the door: by date, whatever is public."""

    def newest(keys, with_topics):
        return list(Report.objects.filter(public_from__isnull=False).newest().for_lists()[:20])

    patch.setattr(feeds, "in_order", newest)


def feed_that_moves(patch):
    """The moment of any edit moves the feed, not those alone that readers are told of."""
    patch.setattr(
        feeds,
        "told_of",
        lambda reports: {report.pk: Report.objects.latest("changed_at").changed_at for report in reports},
    )


def table_of_everything(patch):
    patch.setattr(
        listing_csv, "in_order", lambda keys, with_topics: list(Report.objects.exclude(date=None).for_lists())
    )


def company_of_everything(patch):
    def beside(work):
        theirs = Authorship.objects.filter(author=work.author).values("report")
        found = Author.objects.filter(authorships__report__in=theirs).exclude(pk=work.author.pk).distinct()
        return [(other, 1) for other in found]

    patch.setattr(authored.Work, "company", beside)


def features_of_everything(patch):
    def keys_of(topic, live):
        chosen = np.array(list(topic.features.values_list("report", flat=True)), np.int64)
        return np.concatenate([chosen, live.keys(live.topics, topic.pk)]), chosen

    patch.setattr(people, "topic_keys", keys_of)


def home_of_everything(patch):
    patch.setattr(home, "home_keys", lambda live: list(HomeFeature.objects.values_list("report", flat=True)))
    patch.setattr(home, "in_order", lambda keys: list(Report.objects.filter(pk__in=keys)))


def neighbours_of_everything(patch):
    def beside(topic, live):
        reports = Report.objects.filter(report_topics__tag=topic)
        return [(other, 1) for other in Topic.objects.shown().filter(report_topics__content_object__in=reports)]

    patch.setattr(people, "topics_beside", beside)


def unchecked_redirects(patch):
    patch.setattr(moved, "may_be_seen", lambda kind, slug: True)


def unchecked_conditions(patch):
    def answer(request, slug):
        if "If-None-Match" in request.headers and Report.objects.filter(slug=slug).exists():
            return HttpResponseNotModified()
        return views_of_report.tombstone(request, slug)

    patch.setattr(gate, "tombstone", answer)


def all_of_their_words(patch):
    """A tombstone that still has the lead."""
    original = views_of_report.render_page

    def render(request, template, context, **how):
        response = original(request, template, context, **how)
        response.write(context["report"].lead)
        return response

    patch.setattr(views_of_report, "render_page", render)


@pytest.mark.parametrize(
    ("plant", "finder"),
    [
        pytest.param(without_clock, changed_pages, id="live forgets the clock"),
        pytest.param(without_state, changed_pages, id="live forgets the state"),
        pytest.param(forgetful(sidebars), changed_pages, id="sidebars and links"),
        pytest.param(home_of_everything, changed_pages, id="what is featured on the front page"),
        pytest.param(features_of_everything, changed_pages, id="what is featured on a topic"),
        pytest.param(neighbours_of_everything, changed_pages, id="neighbouring topics"),
        pytest.param(company_of_everything, changed_pages, id="those who write with an author"),
        pytest.param(picture_of_everything, changed_pages, id="the picture of what is public"),
        pytest.param(picture_without_clock, changed_pages, id="the picture forgets the clock"),
        pytest.param(facets_of_everything, changed_pages, id="counts of a facet"),
        pytest.param(search_in_everything, told_apart, id="search"),
        pytest.param(suggested_titles_of_everything, told_apart, id="suggested titles"),
        pytest.param(suggested_names_of_everything, told_apart, id="suggested names"),
        pytest.param(spelling_from_everything, told_apart, id="did you mean"),
        pytest.param(spelling_of_any_author, told_apart, id="did you mean an author"),
        pytest.param(excerpts_of_the_edit, changed_pages, id="excerpts of an edit"),
        pytest.param(excerpts_of_any_file, changed_pages, id="excerpts of a file"),
        pytest.param(feed_of_everything, changed_pages, id="feeds"),
        pytest.param(feed_that_moves, changed_pages, id="the moment of a feed"),
        pytest.param(table_of_everything, changed_pages, id="tables"),
        pytest.param(forgetful(gate), told_apart, id="files"),
        pytest.param(any_report, told_apart, id="the report page"),
        pytest.param(unchecked_redirects, told_apart, id="redirects from old addresses"),
        pytest.param(unchecked_conditions, told_apart, id="conditional requests"),
        pytest.param(tombstones_for_all, told_apart, id="tombstones of drafts"),
    ],
)
def test_a_leak_that_is_put_in_is_found(site, monkeypatch, plant, finder):
    ask_of_nobody()
    plant(monkeypatch)
    assert next(finder(site), None)


def test_a_tombstone_that_says_too_much_is_found(site, monkeypatch):
    ask_of_nobody()
    all_of_their_words(monkeypatch)
    assert next(told_apart(site, "withdrawn"), None)


# What changes with time, and by a move


@pytest.fixture
def due(site):
    """A report that goes live in an hour, with everything that hangs on it; nobody does anything then."""
    topic = make_topic("Soon", parent=make_topic("Wide"))
    beside = make_report("Beside", topics=[topic])
    moment = timezone.now() + timedelta(hours=1)
    author, kind = make_author("Ada Soon"), make_type("Soon")
    report = make_report("Due Soon", topics=[topic], authors=[author], type=kind, public_from=moment)
    report.former_slugs.create(slug="once")
    attach(report, "Annex")
    give_cover(report)
    relating.rebuild()
    return report, beside


ADDRESSES = [
    "/publications/due-soon/",
    "/publications/due-soon/annex.pdf",
    "/publications/due-soon/cover-480.webp",
    "/authors/ada-soon/",
    "/types/soon/",
]


def stands_beside(report):
    related = page(report.get_absolute_url()).one("aside", id="related")
    return [article.all("a")[0].text for article in related.all("article")]


def counted():
    document = page("/publications/")
    offered = choices(document)
    topic = offered.get(("topic", "soon"))
    return total(document), int(topic["data-count"]), ("author", "ada-soon") in offered, ("type", "soon") in offered


def test_a_scheduled_report_is_hidden_until_its_moment_and_everywhere_from_then_on(due):
    report, beside = due
    with time_machine.travel(report.public_from - timedelta(milliseconds=1), tick=False):
        assert {ask(address).status for address in ADDRESSES} == {404}
        assert ask("/publications/once/").status == 404
        assert "Due Soon" not in stands_beside(beside)
        assert "Due Soon" not in page("/").text
        assert total(page("/publications/?q=%22due+soon%22")) == 0
        before = counted()
    with time_machine.travel(report.public_from, tick=False):
        assert {ask(address).status for address in ADDRESSES} == {200}
        assert ask("/publications/once/").location == "/publications/due-soon/"
        assert stands_beside(beside) == ["Due Soon"]
        assert "Due Soon" in page("/").text
        assert total(page("/publications/?q=%22due+soon%22")) == 1
        assert before[1:] == (1, False, False)
        assert counted() == (before[0] + 1, 2, True, True)


def test_a_withdrawal_is_seen_everywhere_at_the_next_request(due):
    report, beside = due
    with time_machine.travel(report.public_from + timedelta(minutes=1), tick=False):
        before = counted()
        workflow.move(report, Report.State.WITHDRAWN, reason="Its count was wrong.")
        assert [ask(address).status for address in ADDRESSES] == [410, 410, 410, 404, 404]
        assert "Due Soon" not in stands_beside(beside)
        assert "Due Soon" not in page("/").text
        assert counted() == (before[0] - 1, 1, False, False)


def test_a_scheduled_report_that_goes_back_to_draft_never_appears(due):
    report, beside = due
    moment = report.public_from
    workflow.move(report, Report.State.DRAFT)
    with time_machine.travel(moment + timedelta(days=1), tick=False):
        assert {ask(address).status for address in ADDRESSES} == {404}
        assert "Due Soon" not in stands_beside(beside)


def test_a_conditional_request_for_a_file_meets_the_check_first(due):
    report, _ = due
    file = "/publications/due-soon/annex.pdf"
    with time_machine.travel(report.public_from, tick=False):
        etag = dict(ask(file).headers)["ETag"]
        assert ask(file, if_none_match=etag).status == 304
        workflow.move(report, Report.State.WITHDRAWN, reason="Its count was wrong.")
        assert ask(file, if_none_match=etag).status == 410
    assert ask(file, if_none_match=etag).status == 404


def test_every_file_has_headers_that_keep_it_from_running(due):
    report, _ = due
    with time_machine.travel(report.public_from, tick=False):
        for address in ("/publications/due-soon/annex.pdf", "/publications/due-soon/cover-480.webp"):
            headers = dict(ask(address).headers)
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert "public" not in headers["Cache-Control"]
