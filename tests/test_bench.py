"""The benchmarks of relating and of finding: what they make up is what they say, and they run through."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from authors.models import Author
from bench.find import PARTS
from bench.parts import brute, changing, filling, reading, rivals, stage_one
from bench.parts.finding import KINDS
from bench.parts.rules import RULES, Publications
from bench.parts.synthetic import BROADEST, VOCABULARY, Synthetic
from bench.parts.truth import Measure, links_of, measured
from bench.parts.varied import Varied
from publications import relating
from publications.models import Authorship, RelatedPublication, Report, ReportTerms, ReportTopic
from publications.related.stopwords import STOP_WORDS
from publications.related.terms import count_terms
from publications.relating.reading import all_facts, terms_of
from publications.words import search_text
from text.keys import name_key
from topics.models import Topic

ROOT = Path(__file__).resolve().parent.parent


def bench(name, *arguments, **environment):
    call = [sys.executable, f"bench/{name}.py", *map(str, arguments)]
    return subprocess.run(call, cwd=ROOT, env={"PYTHONPATH": "."} | environment, capture_output=True, text=True)


# Corpora made up by a seed


def test_the_same_seed_makes_the_same_bytes():
    one, again, other = (Synthetic(300, seed).chunk(0, 300) for seed in (1, 1, 2))
    assert Synthetic(300, 1).terms(one) == Synthetic(300, 1).terms(again)
    assert np.array_equal(one.topics, again.topics)
    assert np.array_equal(one.days, again.days)
    assert not np.array_equal(one.tokens, other.tokens)


def test_terms_made_at_once_are_those_that_the_product_counts():
    made = Synthetic(60, 3)
    chunk = made.chunk(0, 60)
    for texts, terms in zip(made.texts(chunk), made.terms(chunk), strict=True):
        assert terms == count_terms(texts[0], texts[1:], "en")


def test_its_words_are_all_different_and_none_is_passed_over():
    words = Synthetic(60).words
    assert len(set(words)) == VOCABULARY
    assert not STOP_WORDS["en"] & set(words)


def test_topics_have_a_long_tail():
    made = Synthetic(4000)
    chunk = made.chunk(0, 4000)
    shares = np.sort(np.bincount(chunk.topics, minlength=made.topics))[::-1] / 4000
    assert shares[0] == pytest.approx(BROADEST, abs=0.03)
    assert shares[4] > 0.08
    assert shares[len(shares) // 2] < 0.01
    of_each = np.bincount(chunk.owners, minlength=4000)
    assert np.mean((of_each >= 3) & (of_each <= 8)) > 0.8
    assert of_each.min() == 1
    assert of_each.max() > 8


# In the database


@pytest.fixture
def made(db):
    made = Synthetic(120, 1)
    filling.fill(made)
    return made


def test_what_is_written_is_what_the_product_would_have_left(made):
    filling.check(made)
    assert Report.objects.live().count() == 120
    assert all(bytes(row.terms) == terms_of(row.report) for row in ReportTerms.objects.select_related("report"))
    assert ReportTopic.objects.count() == len(made.chunk(0, 120).topics)
    report = Report.objects.order_by("pk").last()
    report.full_clean()
    report.save()


def test_brute_force_finds_what_was_computed_and_sees_what_was_not(made):
    relating.rebuild()
    assert brute.check(sample=30) == {"compared": 30, "wrong": []}
    row = RelatedPublication.objects.order_by("pk").first()
    row.delete()
    assert brute.check(keys=[row.report_id, 5]) == {"compared": 2, "wrong": [row.report_id]}


def test_one_query_finds_the_heaviest_shared_topics(made):
    relating.rebuild()
    row = rivals.one_query(Report.objects.get(pk=7))[0]
    mine, theirs = (
        set(ReportTopic.objects.filter(content_object=pk).values_list("tag", flat=True)) for pk in (7, row[0])
    )
    carriers = [ReportTopic.objects.filter(tag=topic).count() for topic in mine & theirs]
    assert row[1] == pytest.approx(sum(np.log(121 / count) for count in carriers))
    assert rivals.timed("one_query", 3, 1, 0)["rows"] == 3


def test_stage_one_finds_what_sharing_comes_to(made):
    facts = all_facts(timezone.now())
    topics, rarity = stage_one.weighed(facts)
    _, _, shared = stage_one.ours(facts, topics, rarity)
    carried = np.zeros((120, len(rarity)), np.int64)
    carried[np.repeat(np.arange(120), np.diff(facts.first_topic)), topics] = 1
    sums = carried * rarity @ carried.T
    np.fill_diagonal(sums, 0)
    assert np.array_equal(shared, -np.sort(-sums, axis=1)[:, :6])
    assert not stage_one.beside_sparse_dot_topn(120, 1).get("differ")


def test_similar_objects_are_timed_on_some_reports(made):
    timed = rivals.timed("similar_objects", 4, 1, 0)
    assert timed["rows"] == 4
    assert timed["scaled"] == pytest.approx(timed["seconds"] * 30)


def test_changes_of_every_kind_leave_right_sidebars(made):
    relating.rebuild()
    for change, topics in [("retagged", [1, 2, 3]), ("withdrawn", []), ("published", [])]:
        changing.in_this_process(change, 9, topics)
        assert not brute.check()["wrong"]
    assert changing.of_a_draft(9)["queries"] <= 2
    assert changing.around([9])


def test_reading_is_one_query(made, django_assert_num_queries):
    relating.rebuild()
    report = Report.objects.only("pk")[3]
    with django_assert_num_queries(1):
        reading.read(report, "default")


# The truth


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def item(name, links=(), topics=("Water",), text="Nothing much."):
    return {
        "id": name,
        "title": f"On {name}",
        "type": "Brief",
        "date": "2020-01-02",
        "authors": [],
        "topics": [{"name": topic, "kind": "subject"} for topic in topics],
        "summary": "",
        "body": text,
        "body_format": "markdown",
        "language": "en",
        "extra": {"internal_links": list(links)},
    }


def test_links_count_both_ways_and_those_of_an_index_do_not(tmp_path):
    many = [f"n{number}" for number in range(13)]
    rows = [item("a", ["b", "b", "a", "gone"]), item("index", many), *map(item, ["b", *many])]
    keys = {row["id"]: number for number, row in enumerate(rows, 1)}
    path = write(tmp_path / "publications.jsonl", rows)
    path.write_text(path.read_text() + 'no JSON\n[1]\n{"id": "b", "extra": {"internal_links": [3, null]}}\n')
    links = links_of(path, keys)
    assert links[keys["a"]] == {keys["b"]}
    assert links[keys["b"]] == {keys["a"]}
    assert keys["index"] not in links
    assert links[keys["n0"]] == {keys["index"]}


def test_what_is_measured():
    links = {1: {2, 3}, 2: {1}, 3: {1}, 4: set(range(10, 20))}
    beside = {1: [9, 2, 8], 2: [1], 3: [5, 6, 7, 8, 9, 4, 1], 4: [10, 11, 12, 5, 6, 7]}
    assert measured(links, beside) == Measure(
        recall=(1 / 2 + 1 + 0 + 3 / 6) / 4, hit_rate=3 / 4, mrr=(1 / 2 + 1 + 1) / 4
    )


def test_the_rules_of_others():
    """Five publications, the newest first: the topics and the terms of each."""
    topics = [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (4, 2)]
    terms = [(0, 7), (1, 8), (2, 9), (2, 5), (3, 5), (3, 8), (4, 7)]
    owners, topics = np.array(topics).T
    users, terms = np.array(terms).T
    of = Publications(
        np.array([5, 4, 3, 2, 1]), np.array([900, 800, 700, 600, 0]), np.zeros(5, int), owners, topics, users, terms,
        np.ones(7, int),
    )  # fmt: skip
    found = {name: rule(of, 3).tolist() for name, rule in RULES.items()}
    assert found["any shared topic, newest first"] == [0, 1, 2]
    assert found["shared count, newest first"] == [2, 0, 1]
    assert found["shared count, first numbered first"] == [2, 1, 0]
    assert found["rarity sum, newest first"] == [2, 0, 1]
    assert found["stage one: rarity sum and nearness in time"] == [2, 1, 0]
    # They share one term each, and the other term of 2 is its own: it counts nothing.
    assert found["full text alone"] == [1, 2]
    assert found["full text and nearness in time"] == [2, 1]
    assert of.alike(3)[2] == pytest.approx(2**-0.5)


# From the command line


@pytest.mark.once
def test_relevance_runs_through(tmp_path):
    rows = [
        item("wells", ["pumps"], text="Wells and pumps of the valley."),
        item("pumps", text="Pumps and wells of the valley."),
        item("songs", text="Songs at weddings."),
        item("alone", topics=["Other"]),
        item("bare", ["wells"], topics=[]),
    ]
    run = bench("relevance", write(tmp_path / "publications.jsonl", rows))
    assert run.returncode == 0, run.stderr
    assert "5 publications, imported" in run.stdout
    assert "2 of them with a topic and 1 to 12 links, 2 links in all" in run.stdout
    ours = next(line.split() for line in run.stdout.splitlines() if line.startswith("ours"))
    # The link to what has no topic cannot be found; “pumps” is found beside “wells”, “wells” beside “pumps”.
    assert ours[1:4] == ["0.750", "1.000", "1.000"]


@pytest.mark.once
def test_relevance_says_what_it_cannot_measure(tmp_path):
    nothing = bench("relevance", write(tmp_path / "publications.jsonl", [item("wells"), item("songs")]))
    assert nothing.returncode == 1
    assert "there is nothing to measure against" in nothing.stderr
    missing = bench("relevance", tmp_path / "missing.jsonl")
    assert missing.returncode == 1
    assert missing.stderr.startswith("There is no ")
    assert "Traceback" not in missing.stderr + nothing.stderr


@pytest.mark.once
def test_the_bench_of_relating_runs_through(tmp_path):
    few = ["--changes", 1, "--cold", 1, "--few", 200, "--keep", tmp_path / "kept.sqlite3"]
    run = bench("related", "--reports", 200, *few, "--only", "rebuild", "reading", "changes")
    assert run.returncode == 0, run.stderr
    for words in ["rebuild, database", "reading", "withdrawn", "all are right"]:
        assert words in run.stdout
    again = bench("related", "--reports", 300, "--only", "make", "--keep", tmp_path / "kept.sqlite3")
    assert again.returncode == 1
    assert again.stderr.startswith("This database holds 200 live reports, not 300")
    assert "Traceback" not in again.stderr


@pytest.mark.once
def test_the_bench_of_finding_runs_through():
    run = bench("find", "--reports", 400, "--requests", 10, "--seed", 3)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[1].startswith("400 reports with 73 topics on SQLite")
    assert [line.split()[0] for line in lines if line.endswith("peer p50     p95")] == PARTS
    kinds = {kind: timed for part in KINDS.values() for kind, timed in part.items()}
    for kind in kinds:
        row = next(line for line in lines if line.startswith(f"    {kind:<32}"))
        assert float(row[42:52]) > 0
        assert "times the peer" in row or kind in KINDS["people"]
    assert "Same numbers." in run.stdout


def test_reports_of_the_bench_of_finding_vary(db):
    filling.fill(Synthetic(300, 1), Varied)
    report = Report.objects.get(pk=9)
    assert report.search_text == search_text(report)
    assert Report.objects.live().count() == 300
    for name, least in [("type", 6), ("language", 5), ("date__year", 20), ("authors", 50)]:
        assert len(set(Report.objects.values_list(name, flat=True))) >= least
    assert Topic.objects.filter(parent__isnull=False).exclude(kind=Topic.Kind.KEYWORD).exists()
    assert all(author.name_key == name_key(author.name) for author in Author.objects.all())
    assert Authorship.objects.filter(position=1).count() > 250


@pytest.mark.once
def test_a_kept_file_is_of_one_size(tmp_path):
    run = bench("related", "--reports", 20, 30, "--keep", tmp_path / "kept.sqlite3")
    assert run.returncode == 1
    assert run.stderr.startswith("--keep is for one number of reports")


@pytest.mark.once
def test_the_bench_of_strange_requests_runs_through():
    run = bench("fuzz", "--reports", 100, "--requests", 20)
    assert run.returncode == 0, run.stderr
    for words in ["100 reports", "/suggest/", "The slowest pages", "The slowest statements", "Most statements of one"]:
        assert words in run.stdout
