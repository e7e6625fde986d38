"""`import_publications`: what comes in, and what it becomes."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authors.models import Author
from interchange.importers import files_of, run
from interchange.models import ImportRecord
from publications import sidebars
from publications.models import FormerSlug, PublicationType, Report
from tests.corpora import DIGITALGOV
from tests.corpus import write_corpus
from tests.factory import make_author, make_topic, make_type
from tests.importing import about, counts, notes, publication, take_rows, written
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path):
    return partial(take_rows, tmp_path)


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
    assert [entry.report.slug for entry in sidebars.sidebar(Report.objects.get(slug="a")).entries] == ["b"]


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
