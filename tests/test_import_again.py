"""`import_publications` again: nothing changes but what has changed; interrupted, large, twice at once."""

import threading
from datetime import date, timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authors.models import Author
from interchange.importers import Busy, files_of, run
from interchange.importers.lock import one_at_a_time
from interchange.importers.publications import PublicationBatch
from interchange.models import ImportRecord
from publications.editorial.workflow import move
from publications.models import RelatedPublication, Report
from tests.corpus import write_corpus
from tests.importing import about, counts, notes, publication, state_of_everything, take_rows, written
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path):
    return partial(take_rows, tmp_path)


def test_a_second_import_writes_nothing_at_all(tmp_path):
    folder = write_corpus(tmp_path / "acme", reports=60).folder
    run(files_of(folder), "acme")
    before = state_of_everything()
    with CaptureQueriesContext(connection) as queries:
        outcome = run(files_of(folder), "acme")
    assert written(queries) == []
    assert state_of_everything() == before
    assert counts(outcome) == {"unchanged": 60}
    assert outcome.sidebars is None


def test_a_changed_line_updates_its_report_and_nothing_else(take):
    take(publications=[publication("a", authors=["A", "B"], topics=about("X")), publication("b")])
    untouched = Report.objects.filter(slug="b").values().get()
    outcome = take(
        publications=[
            publication(
                "a",
                title="New",
                authors=["B", "C"],
                topics=about("X", "Y"),
                body="New body.",
                type="Essay",
                date="2016-01-02",
            ),
            publication("b"),
        ]
    )
    report = Report.objects.get(slug="a")
    assert counts(outcome) == {"updated": 1, "unchanged": 1}
    assert (report.title, report.title_key, report.body) == ("New", "new", "<p>New body.</p>")
    assert (report.type.name, report.date) == ("Essay", date(2016, 1, 2))
    assert " body" in report.search_text
    assert [row.author.name for row in report.authorships.all()] == ["B", "C"]
    assert {topic.name for topic in report.topics.all()} == {"X", "Y"}
    assert Report.objects.filter(slug="b").values().get() == untouched
    assert counts(take()) == {"unchanged": 2}


def test_changed_authors_and_topics_are_updated_and_keep_their_addresses(take):
    take(
        authors=[{"name": "Amina Diallo", "slug": "ad", "urls": ["https://a.example/"]}],
        topics=[{"name": "Water", "slug": "w"}],
    )
    outcome = take(
        authors=[{"name": "AMINA DIALLO", "slug": "new", "last_name": "Diallo", "urls": ["https://b.example/"]}],
        topics=[{"name": "Water", "slug": "w", "kind": "subject", "description": "Rivers."}],
    )
    assert counts(outcome, "authors") == counts(outcome, "topics") == {"updated": 1}
    author, topic = Author.objects.get(), Topic.objects.get()
    assert (author.slug, author.name, author.sort_key) == ("ad", "AMINA DIALLO", "diallo amina diallo")
    assert [link.url for link in author.links.all()] == ["https://b.example/"]
    assert (topic.slug, topic.kind, topic.description) == ("w", "subject", "Rivers.")
    again = take()
    assert counts(again, "authors") == counts(again, "topics") == {"unchanged": 1}


def test_what_was_edited_in_the_desk_since_is_skipped_and_named(take):
    rows = {
        "authors": [{"name": "A"}],
        "topics": [{"name": "T"}],
        "publications": [publication(authors=["A"], topics=about("T"))],
    }
    take(**rows)
    for row, field in ((Report.objects.get(), "title"), (Author.objects.get(), "name"), (Topic.objects.get(), "name")):
        setattr(row, field, "Edited by hand")
        row.save()
    before = state_of_everything()
    for again in (
        rows,
        rows | {"publications": [publication(title="Changed")], "authors": [{"name": "A", "bio": "x"}]},
    ):
        outcome = take(**again)
        assert [counts(outcome, kind) for kind in ("publications", "authors", "topics")] == [{"skipped": 1}] * 3
        assert sum("was edited in the desk since" in note for note in notes(outcome)) == 3
        assert state_of_everything() == before


def test_a_withdrawn_report_stays_withdrawn(take):
    take(publications=[publication()])
    move(Report.objects.get(), Report.State.WITHDRAWN, reason="Wrong figures.")
    assert counts(take(publications=[publication(title="Changed")])) == {"skipped": 1}
    assert Report.objects.get().state == Report.State.WITHDRAWN


def test_a_live_report_cannot_be_moved_into_the_future(take):
    take(publications=[publication()])
    outcome = take(publications=[publication(date=(timezone.now() + timedelta(days=30)).date().isoformat())])
    assert counts(outcome) == {"refused": 1}
    assert "the report is live, and its date lies ahead" in notes(outcome)[0]
    assert Report.objects.get().is_live()


def test_an_edit_that_comes_between_reading_and_writing_is_not_overwritten(take, monkeypatch):
    take(publications=[publication()])

    def edit_first(batch):
        report = Report.objects.get()
        if report.title != "Edited by hand":
            report.title = "Edited by hand"
            report.save()
        render(batch)

    render = PublicationBatch.render
    monkeypatch.setattr(PublicationBatch, "render", edit_first)
    assert counts(take(publications=[publication(title="Changed")])) == {"skipped": 1}
    assert Report.objects.get().title == "Edited by hand"


def test_a_topic_that_the_desk_makes_between_reading_and_writing_is_used(take, monkeypatch):
    def make_first(batch):
        Topic.objects.get_or_create(name="Water")
        render(batch)

    render = PublicationBatch.render
    monkeypatch.setattr(PublicationBatch, "render", make_first)
    assert counts(take(publications=[publication(topics=about("Water"))])) == {"created": 1}
    assert Topic.objects.count() == 1


def test_the_number_of_queries_grows_by_batches(tmp_path):
    one, many = (write_corpus(tmp_path / str(size), reports=size).folder for size in (1, 400))
    spent = []
    for folder in (one, many):
        with CaptureQueriesContext(connection) as queries:
            run(files_of(folder), folder.name)
        spent.append(len(queries))
    assert Report.objects.count() == 400
    assert spent[1] < spent[0] * 5


def test_an_interrupted_import_leaves_whole_reports_and_the_next_one_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("interchange.importers.intake.BATCH", 20)
    folder = write_corpus(tmp_path / "acme", reports=50).folder
    write_parts, batches = PublicationBatch.write_parts, []

    def stop_in_the_second(batch):
        batches.append(batch)
        if len(batches) == 2:
            raise KeyboardInterrupt
        write_parts(batch)

    monkeypatch.setattr(PublicationBatch, "write_parts", stop_in_the_second)
    with pytest.raises(CommandError, match="What was taken in is whole"):
        call_command("import_publications", folder)
    assert Report.objects.count() == ImportRecord.objects.filter(report__isnull=False).count() == 20
    monkeypatch.undo()
    outcome = run(files_of(folder), "acme")
    assert counts(outcome) == {"created": 30, "unchanged": 20}
    assert outcome.sidebars == 50


def test_sidebars_that_an_interrupted_import_left_are_computed_by_the_next(take, monkeypatch):
    def stop(progress):
        raise KeyboardInterrupt

    shared = {"topics": about("Water")}
    monkeypatch.setattr("interchange.importers.sidebars.rebuild", stop)
    with pytest.raises(KeyboardInterrupt):
        take(publications=[publication("a", **shared), publication("b", **shared)])
    monkeypatch.undo()
    assert take().sidebars == 2
    assert RelatedPublication.objects.count() == 2
    assert take().sidebars is None


@pytest.mark.django_db(transaction=True)
def test_a_second_import_at_the_same_time_is_turned_away(tmp_path):
    folder = write_corpus(tmp_path / "acme", reports=1).folder
    held, release = threading.Event(), threading.Event()

    def hold():
        with one_at_a_time():
            held.set()
            release.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    try:
        with pytest.raises(CommandError, match="Another import is running"):
            call_command("import_publications", folder)
        with pytest.raises(Busy):
            run(files_of(folder), "acme")
    finally:
        release.set()
        other.join()
    call_command("import_publications", folder, stdout=StringIO())
