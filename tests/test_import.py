"""`import_publications`: what comes in, what is refused, and that running it again changes nothing."""

import json
import threading
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

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
from publications import relating
from publications.models import FormerSlug, PublicationType, RelatedPublication, RelatingWeights, Report
from tests.corpus import write_corpus
from tests.factory import make_author, make_draft, make_report, make_topic, make_type
from topics.models import Topic

pytestmark = pytest.mark.django_db
DIGITALGOV = Path(__file__).resolve().parent.parent.parent / "shared/data/digitalgov"


def publication(identifier="paper", **fields):
    return {"id": identifier, "title": f"Title of {identifier}", "type": "Brief", "date": "2015-04-07"} | fields


def about(*names, kind="subject"):
    return [{"name": name, "kind": kind} for name in names]


@pytest.fixture
def take(tmp_path):
    """`take(publications=[...], authors=[...], topics=[...])` imports these rows and tells what became of them."""

    def take(source="acme", dry_run=False, **rows):
        for name, items in rows.items():
            lines = "".join(f"{item if isinstance(item, str) else json.dumps(item)}\n" for item in items)
            (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
        return run(files_of(tmp_path), source, dry_run)

    return take


def counts(outcome, kind="publications"):
    return {fate: count for fate, count in outcome.counts[kind].items() if count}


def notes(outcome):
    return [str(note) for note in outcome.notes]


def written(queries):
    return [query["sql"] for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]


def state_of_everything():
    """All that an import may touch, as it stands."""
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (
            Report,
            Author,
            Topic,
            PublicationType,
            FormerSlug,
            ImportRecord,
            RelatedPublication,
            RelatingWeights,
        )
    ]


# What comes in


def test_a_publication_becomes_a_report_that_is_live_at_its_address(take, client):
    take(
        publications=[
            publication(
                "water-and-peace",
                title="Water &amp; Peace",
                subtitle="A survey&#8217;s lessons",
                authors=["Amina Diallo", "Asia Center"],
                topics=about("Water") + about("peacekeeping", kind="keyword"),
                summary="What **flows**.",
                body="# One\n\nText.",
                body_format="markdown",
                language="pt-br",
                source_url="https://source.example/1/",
                licence="cc-by-4.0",
                extra={"external_url": "https://elsewhere.example/1"},
            )
        ]
    )
    report = Report.objects.live().get(slug="water-and-peace")
    assert (report.title, report.subtitle) == ("Water & Peace", "A survey’s lessons")
    assert (report.type.name, report.type.plural, report.language) == ("Brief", "Briefs", "pt-BR")
    assert (report.date, report.date_follows) == (date(2015, 4, 7), False)
    assert report.public_from == datetime(2015, 4, 7, tzinfo=UTC)
    assert (report.lead, report.summary) == ("<p>What <strong>flows</strong>.</p>", "")
    assert report.body == "<h2>One</h2><p>Text.</p>"
    assert (report.licence, report.source_url) == ("CC-BY-4.0", "https://source.example/1/")
    assert report.external_url == "https://elsewhere.example/1"
    assert [row.author.name for row in report.authorships.all()] == ["Amina Diallo", "Asia Center"]
    assert {topic.name: topic.kind for topic in report.topics.all()} == {"Water": "subject", "peacekeeping": "keyword"}
    assert " flows" in report.search_text
    assert client.get("/publications/water-and-peace/").status_code == 200


def test_html_bodies_are_sanitised_and_scripts_go(take):
    body = '<p onclick="x()">Text<script>alert(1)</script></p><iframe src="https://films.example/1"></iframe>'
    take(publications=[publication(body=body, body_format="html", summary="<script>alert(2)</script>Lead")])
    report = Report.objects.get()
    assert report.body == '<p>Text</p><p><a href="https://films.example/1">Video</a></p>'
    assert report.lead == "<p>Lead</p>"


def test_relative_links_lead_to_the_source(take):
    take(publications=[publication(body="[Guide](/guides/)", source_url="https://source.example/2015/paper/")])
    assert 'href="https://source.example/guides/"' in Report.objects.get().body


def test_the_least_that_can_be_said_is_enough(take):
    outcome = take(publications=[publication(authors=None, topics=None, extra=None, body=None, subtitle=None)])
    report = Report.objects.live().get()
    assert counts(outcome) == {"created": 1}
    assert (report.body, report.language, report.authorships.count(), report.topics.count()) == ("", "en", 0, 0)


def test_a_date_that_lies_ahead_makes_a_scheduled_report(take):
    take(publications=[publication(date=(timezone.now() + timedelta(days=30)).date().isoformat())])
    assert Report.objects.get().is_scheduled()


def test_what_the_source_knew_is_kept_and_links_between_publications_are_not(take):
    extra = {
        "expirydate": "2016-01-01",
        "redirectto": "https://x.example/",
        "kicker": "A\x00\ud800",
        "internal_links": ["b"],
    }
    take(publications=[publication(extra=extra | {"deep": {"n": [1.5, None, True]}})])
    record = ImportRecord.objects.get(import_ref="acme:paper")
    assert record.extra == {
        "expirydate": "2016-01-01",
        "redirectto": "https://x.example/",
        "kicker": "A",
        "deep": {"n": [1.5, None, True]},
    }
    assert Report.objects.live().exists()


def test_types_are_known_by_name_and_made_when_missing(take):
    brief = make_type("Brief")
    take(
        publications=[
            publication("a", type="BRIEF"),
            publication("b", type="Working Paper"),
            publication("c", type="x" * 100),
        ]
    )
    assert Report.objects.get(slug="a").type == brief
    assert set(PublicationType.objects.values_list("slug", flat=True)) == {"brief", "working-paper", "x" * 80}


def test_rows_of_one_name_are_one_author_and_the_first_address_wins(take, client):
    outcome = take(
        authors=[
            {"name": "Rachel Flagg", "slug": "rflagg", "bio": "Writes on *water*.", "urls": ["https://r.example/"]},
            {"name": "RACHEL  FLAGG", "slug": "rachel-flagg", "bio": "", "first_name": None},
        ],
        publications=[publication(authors=["Rachel Flagg", "rachel flagg"])],
    )
    author = Author.objects.get()
    assert counts(outcome, "authors") == {"created": 1, "joined": 1}
    assert (author.slug, author.biography) == ("rflagg", "<p>Writes on <em>water</em>.</p>")
    assert [link.url for link in author.links.all()] == ["https://r.example/"]
    assert client.get("/authors/rachel-flagg/").headers["Location"] == "/authors/rflagg/"
    assert Report.objects.get().authorships.count() == 1


def test_authors_whom_only_publications_name_are_made_and_filled_in_later(take):
    outcome = take(publications=[publication(authors=["محمد الأمين", "王小明"])])
    assert outcome.made["Authors".lower()] == 2
    assert all(slug and slug.isascii() for slug in Author.objects.values_list("slug", flat=True))
    outcome = take(authors=[{"name": "王小明", "affiliation": "Institute &amp; Co"}])
    assert counts(outcome, "authors") == {"updated": 1}
    assert Author.objects.get(name="王小明").affiliation == "Institute & Co"


def test_an_author_who_was_here_before_is_used_and_left_alone(take):
    ours = make_author("Amina Diallo", biography="<p>Ours.</p>")
    outcome = take(
        authors=[{"name": "amina diallo", "bio": "Theirs."}], publications=[publication(authors=["Amina Diallo"])]
    )
    assert counts(outcome, "authors") == {"skipped": 1}
    assert "“amina diallo” was here before" in notes(outcome)[0]
    ours.refresh_from_db()
    assert ours.biography == "<p>Ours.</p>"
    assert [row.author for row in Report.objects.get().authorships.all()] == [ours]


def test_topics_are_one_by_name_and_keep_kind_and_descriptions(take):
    outcome = take(
        topics=[
            {
                "name": "Strategy",
                "slug": "strategy",
                "kind": "subject",
                "description": "Short.",
                "long_description": "Long.",
            },
            {"name": "strategy", "slug": "strategy", "kind": "keyword"},
            {
                "name": "Myanmar",
                "slug": "myanmar",
                "kind": "place",
                "description": "Same.",
                "long_description": "Same.",
            },
        ],
        publications=[publication(topics=about("STRATEGY", "strategy", kind="keyword"))],
    )
    assert counts(outcome, "topics") == {"created": 2, "joined": 1}
    assert list(Topic.objects.values_list("name", "kind", "description")) == [
        ("Myanmar", "place", "Same."),
        ("Strategy", "subject", "Short.\n\nLong."),
    ]
    assert Report.objects.get().topics.count() == 1


def test_a_synonym_leads_to_its_topic(take):
    water = make_topic("Water")
    water.synonyms.create(name="H2O")
    take(publications=[publication(topics=about("h2o"))])
    assert list(Report.objects.get().topics.all()) == [water]


def test_old_addresses_of_topics_lead_to_them_unless_a_topic_lives_there(take, client):
    outcome = take(
        topics=[
            {
                "name": "Analytics",
                "slug": "analytics",
                "kind": "subject",
                "aliases": ["web-stats", "metrics", "Bad Slug"],
            },
            {"name": "Metrics", "slug": "metrics", "kind": "keyword", "aliases": ["web-stats"]},
        ],
        publications=[publication(topics=about("Analytics"))],
    )
    assert client.get("/topics/web-stats/").headers["Location"] == "/topics/analytics/"
    assert FormerSlug.objects.count() == 1
    assert [note.split(".")[0] for note in notes(outcome)] == [
        "Dropped: topics",
        "Dropped: topics",
        "Dropped: topics",
    ]
    said = " ".join(notes(outcome))
    assert "“metrics” cannot lead to “Analytics”: a page lives there" in said
    assert "“web-stats” cannot lead to “Metrics”: it leads elsewhere already" in said
    assert "Bad Slug" in said


def test_a_taken_address_gives_way_to_the_next_free_one_and_the_report_says_so(take):
    outcome = take(topics=[{"name": "customer-service", "slug": "cs"}, {"name": "customer service", "slug": "cs"}])
    assert set(Topic.objects.values_list("name", "slug")) == {("customer-service", "cs"), ("customer service", "cs-2")}
    assert "The address “cs” is taken; “customer service” is at “cs-2”." in notes(outcome)[0]


def test_a_topic_of_bare_punctuation_is_left_out_and_named(take):
    outcome = take(topics=[{"name": "?!"}], publications=[publication(topics=about("…", "Water"))])
    assert counts(outcome, "topics") == {"refused": 1}
    assert counts(outcome) == {"created": 1}
    assert [topic.name for topic in Report.objects.get().topics.all()] == ["Water"]
    assert any("publications.jsonl, line 1. Its topic “…” is left out." in note for note in notes(outcome))


def test_control_characters_and_lone_surrogates_are_cleaned_from_every_text(take):
    nasty = "A\x00\x07b\ud800c\u2028d"
    take(
        topics=[{"name": nasty, "kind": "subject", "description": nasty}],
        authors=[{"name": nasty, "affiliation": nasty, "location": nasty, "bio": nasty, "last_name": nasty}],
        publications=[
            publication(
                title=nasty, subtitle=nasty, type=nasty, summary=nasty, body=nasty, authors=[nasty], topics=about(nasty)
            )
        ],
    )
    report = Report.objects.get()
    assert (report.title, report.subtitle, report.type.name) == ("Abc d", "Abc d", "Abc d")
    assert report.body == report.lead == "<p>Abc d</p>"
    assert [row.author.name for row in report.authorships.all()] == ["Abc d"]
    assert [topic.name for topic in report.topics.all()] == ["Abc d"]


def test_sidebars_are_right_when_the_import_ends(take):
    shared = {"topics": about("Water")}
    outcome = take(publications=[publication("a", **shared), publication("b", **shared), publication("c")])
    assert outcome.sidebars == 3
    assert [entry.report.slug for entry in relating.sidebar(Report.objects.get(slug="a")).entries] == ["b"]


# What is refused


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{not json}", "It is not JSON"),
        ('["a"]', "It is a list and no object."),
        ("5", "It is a number and no object."),
        ('{"id": NaN}', "NaN is no number"),
        ("[" * 100_000, "nested too deeply"),
        (publication(id=None), "“id” is missing or empty."),
        (publication(id=5), "“id” must be text, and is a number."),
        (publication(id="Not A Slug"), "“id” is wrong (Not A Slug)"),
        (publication(id="a" * 201), "“id” is wrong"),
        (publication(title=""), "“title” is missing or empty."),
        (publication(title="\x07\ud800 "), "“title” is missing or empty."),
        (publication(title=5), "“title” must be text, and is a number."),
        (publication(title="x" * 301), "at most 300 characters"),
        (publication(type=""), "“type” is missing or empty."),
        (publication(type="x" * 101), "at most 100 characters"),
        (publication(date=""), "“date” is missing or empty."),
        (publication(date="2015-02-30"), "“date” is wrong (2015-02-30)"),
        (publication(date="7 April 2015"), "“date” is wrong"),
        (publication(date="20150407"), "“date” is wrong"),
        (publication(date="0001-01-01"), "“date” is wrong"),
        (publication(date="٢٠١٥-٠٤-٠٧"), "“date” is wrong"),
        (publication(language="not a language"), "“language” is wrong"),
        (publication(licence="free for all"), "“licence” is wrong"),
        (publication(source_url="javascript:alert(1)"), "“source_url” is wrong"),
        (publication(extra={"external_url": "nowhere"}), "“external_url” is wrong"),
        (publication(extra="x"), "“extra” must be an object, and is text."),
        (publication(topics="x"), "“topics” must be a list, and is text."),
        (publication(topics=["x"]), "“topics” must be a list of objects with name and kind, and holds text."),
        (publication(authors="x"), "“authors” must be a list, and is text."),
        (publication(authors=[5]), "“authors” must be a list of texts, and holds a number."),
        (publication(authors=["x" * 201]), "at most 200 characters"),
        (publication(body={"a": 1}), "“body” must be text, and is an object."),
        (publication(body_format="rst"), "“body_format” is wrong (rst): it is either markdown or html."),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_with_its_reason_and_the_others_come_in(take, row, said):
    outcome = take(publications=[publication("first"), row, publication("last")])
    assert counts(outcome) == {"created": 2, "refused": 1}
    assert notes(outcome)[0].startswith("Refused: publications.jsonl, line 2. ")
    assert said in notes(outcome)[0]
    assert set(Report.objects.values_list("slug", flat=True)) == {"first", "last"}


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("authors", {"name": ""}, "“name” is missing or empty."),
        ("authors", {"name": "A", "slug": "Not A Slug"}, "“slug” is wrong"),
        ("authors", {"name": "A", "first_name": "x" * 121}, "“first_name” is wrong"),
        ("authors", {"name": "A", "urls": ["javascript:alert(1)"]}, "“urls” is wrong"),
        ("authors", {"name": "A", "bio": 5}, "“bio” must be text"),
        ("topics", {"name": "A", "kind": "colour"}, "“kind” is wrong (colour)"),
        ("topics", {"name": "x" * 151}, "at most 150 characters"),
        ("topics", {"name": "A", "aliases": "x"}, "“aliases” must be a list"),
    ],
)
def test_an_author_or_a_topic_that_cannot_be_taken_is_named(take, kind, row, said):
    outcome = take(**{kind: [row]})
    assert counts(outcome, kind) == {"refused": 1}
    assert said in notes(outcome)[0]


def test_an_id_that_is_or_was_another_reports_address_is_refused(take):
    make_draft("Ours", slug="ours")
    moved = make_report("Moved", slug="before")
    moved.slug = "after"
    moved.save()
    outcome = take(publications=[publication("ours"), publication("before"), publication("free")])
    assert counts(outcome) == {"created": 1, "refused": 2}
    assert "The address “ours” is another report’s already." in notes(outcome)[0]


def test_the_same_id_twice_in_a_file_is_refused_the_second_time(take):
    outcome = take(publications=[publication(title="First"), publication(title="Second")])
    assert counts(outcome) == {"created": 1, "refused": 1}
    assert "line 2. “id” is “paper”, which an earlier line" in notes(outcome)[0]
    assert Report.objects.get().title == "First"


def test_two_sources_do_not_take_each_others_reports(take):
    take(publications=[publication()])
    outcome = take(source="other", publications=[publication(title="Theirs")])
    assert counts(outcome) == {"refused": 1}
    assert Report.objects.get().title == "Title of paper"


# Files as they come


def test_byte_order_mark_blank_lines_crlf_and_broken_utf8(take, tmp_path):
    lines = [
        b"\xef\xbb\xbf" + json.dumps(publication("a")).encode(),
        b"   ",
        b'{"id": "\xff"}',
        b"",
        json.dumps(publication("b", title="Élan"), ensure_ascii=False).encode(),
    ]
    (tmp_path / "publications.jsonl").write_bytes(b"\r\n".join(lines))
    outcome = take()
    assert counts(outcome) == {"created": 2, "refused": 1}
    assert "line 3. It is not UTF-8 (byte 9 of the line)" in notes(outcome)[0]
    assert set(Report.objects.values_list("title", flat=True)) == {"Title of a", "Élan"}


def test_an_empty_file_is_an_import_of_nothing(take):
    assert counts(take(publications=[])) == {}


def test_a_line_too_long_to_be_held_is_refused(take, monkeypatch):
    monkeypatch.setattr("interchange.importers.lines.LONGEST", 500)
    outcome = take(publications=[publication("a"), publication("b", body="x" * 2000), publication("c")])
    assert counts(outcome) == {"created": 2, "refused": 1}


def test_a_file_alone_is_taken_as_publications_of_its_folder(tmp_path):
    folder = tmp_path / "acme"
    folder.mkdir()
    path = folder / "everything.jsonl"
    path.write_text(json.dumps(publication(authors=["Amina Diallo"])))
    call_command("import_publications", path, stdout=StringIO())
    assert ImportRecord.objects.filter(import_ref="acme:paper").exists()


# Again


def test_a_second_import_writes_nothing_at_all(tmp_path):
    folder = write_corpus(tmp_path / "acme", reports=60).folder
    run(files_of(folder), "acme")
    before = state_of_everything()
    with CaptureQueriesContext(
        connection,
    ) as queries:
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
    from publications.workflow import move

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


# Large, interrupted, twice at once


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


# Dry runs and the command


def test_a_dry_run_writes_nothing_and_comes_to_the_same(tmp_path):
    folder = write_corpus(tmp_path / "acme", reports=60, hostile=True).folder
    with CaptureQueriesContext(connection) as queries:
        tried = run(files_of(folder), "acme", dry_run=True)
    assert written(queries) == []
    assert not Report.objects.exists()
    done = run(files_of(folder), "acme")
    assert (tried.counts, tried.notes, tried.made) == (done.counts, done.notes, done.made)


def test_the_closing_report_has_numbers_and_reasons(take, tmp_path):
    (tmp_path / "publications.jsonl").write_text(json.dumps(publication(topics=about("Water"))) + "\n[]\n")
    said = StringIO()
    call_command("import_publications", tmp_path, source="acme", stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[0].split() == ["created", "updated", "unchanged", "joined", "skipped", "refused"]
    assert lines[1].split() == ["Publications", "1", "0", "0", "0", "0", "1"]
    assert "Refused: publications.jsonl, line 2. It is a list and no object." in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/nowhere/at/all"], "There is no /nowhere/at/all."),
        (["EMPTY"], "holds no publications.jsonl"),
        (["FILE", "--format", "yaml"], "“yaml” cannot be read. Choose one of: jsonl."),
        (["FILE", "--source", "a:b"], "“a:b” cannot name a source"),
        (["FILE", "--source", " "], "cannot name a source"),
        (["FILE", "--source", "x" * 101], "cannot name a source"),
    ],
)
def test_a_wrong_command_is_refused_with_one_sentence(tmp_path, arguments, said):
    (tmp_path / "empty").mkdir()
    file = tmp_path / "publications.jsonl"
    file.write_text("")
    places = {"EMPTY": str(tmp_path / "empty"), "FILE": str(file)}
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        call_command("import_publications", *(places.get(argument, argument) for argument in arguments))


def test_the_made_up_corpus_comes_in_whole(tmp_path):
    corpus = write_corpus(tmp_path / "acme", reports=120, hostile=True)
    outcome = run(files_of(corpus.folder), "acme")
    assert counts(outcome) == {"created": 120}
    assert (Author.objects.count(), Topic.objects.count()) == (corpus.authors, corpus.topics)
    assert Report.objects.filter(authorships=None).count() == corpus.without_author
    assert Report.objects.filter(report_topics=None).count() == corpus.without_topic
    assert not Report.objects.filter(body__contains="<script").exists()


def test_the_checker_finds_nothing_in_what_came_in(tmp_path, vnu):
    run(files_of(write_corpus(tmp_path / "acme", reports=40, hostile=True).folder), "acme")
    shell = '<!doctype html><html lang="en"><head><title>x</title></head><body><main><h1>x</h1>{}</main></body></html>'
    assert vnu({report.slug: shell.format(report.lead + report.body) for report in Report.objects.all()}) == []


@pytest.mark.corpus
@pytest.mark.skipif(not DIGITALGOV.exists(), reason="The corpus is not here.")
def test_a_real_corpus_comes_in_whole_and_a_second_time_changes_nothing():
    outcome = run(files_of(DIGITALGOV), "digitalgov")
    assert [counts(outcome, kind) for kind in ("publications", "authors", "topics")] == [
        {"created": 2439},
        {"created": 1041, "joined": 3},
        {"created": 440, "joined": 2},
    ]
    assert sum(note.verdict == "Dropped" for note in outcome.notes) == 367
    with CaptureQueriesContext(connection) as queries:
        again = run(files_of(DIGITALGOV), "digitalgov")
    assert counts(again) == {"unchanged": 2439}
    assert written(queries) == []
