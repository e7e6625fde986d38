"""`import_publications`: what is refused, and why; files as they come."""

import json
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interchange.importers import files_of, run
from interchange.models import ImportRecord
from publications.models import Report
from tests.corpus import write_corpus
from tests.factory import make_draft, make_report
from tests.importing import about, counts, notes, publication, take_rows, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path):
    return partial(take_rows, tmp_path)


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
