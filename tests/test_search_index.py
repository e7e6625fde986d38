"""The index of words: it follows every change in every process, lags in words alone, and outlives kills and damage."""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from delivery.management.commands.prepare import index_words, put_off_reading
from publications import listed
from publications.editorial import bulk, workflow
from publications.finding import following
from publications.management.commands import rebuild_search
from publications.models import FileText, Report
from publications.pdfs import later
from publications.pdfs.reading import Reading
from publications.search import Search
from publications.searching import engine, keeping
from publications.topic_care.merging import merge
from publications.topic_care.undoing import undo
from tests import asking
from tests.conftest import ROOT
from tests.crawl import ask, page
from tests.desk import form_of, send
from tests.factory import (
    attach,
    editing,
    make_author,
    make_draft,
    make_many,
    make_pdf_saying,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
)
from tests.importing import publication, take_rows
from tests.lists import total
from tests.test_kills import KILLS, Killer, address

kept = pytest.mark.django_db(transaction=True)


# What has changed is found at the next request, in every process


class Other:
    """Another process, which keeps the same index."""

    def __init__(self, process):
        self.process = process

    def ask(self, **job):
        print(json.dumps(job), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def processes(django_db_setup):
    """Begins so many."""
    begun = []

    def more(count):
        while len(begun) < count:
            environment = os.environ | {"DATABASE_URL": address(), "SECRET_KEY": settings.SECRET_KEY}
            command = [sys.executable, "-m", "tests.asking"]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            begun.append(Other(subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)))
        for other in begun[:count]:
            other.ask(begin=True)
        return begun[:count]

    yield more
    for other in begun:
        other.process.stdin.close()
        assert other.process.wait() == 0
        other.process.stdout.close()


@pytest.fixture
def other(processes):
    return processes(1)[0]


@pytest.fixture(params=["this one asks first", "the other asks first"])
def everywhere(request, other):
    """What all processes find, which must be the same; and the index then holds what it should."""

    def find(words):
        asked = [lambda: asking.find(words), lambda: other.ask(find=words)]
        if request.param.startswith("the other"):
            asked.reverse()
        first, second = (each() for each in asked)
        assert first == second
        assert nothing_differs()
        return sorted(first)

    return find


def nothing_differs():
    index = keeping.current(listed.live())
    return keeping.differing(index, listed.live()) == []


def publish(site):
    workflow.move(make_draft("The quokka", slug="quokka"), "published")


def edit(site):
    with editing(site["report"]):
        Report.objects.filter(pk=site["report"].pk).update(body="<p>A quokka.</p>")
    assert asking.find("quokka") == []
    workflow.publish_edit(site["report"])


def translate(site):
    """The same words, read as another language: each has its own stems."""
    with editing(site["report"]):
        Report.objects.filter(pk=site["report"].pk).update(language="de", title="Quokkas im Fluss")
    workflow.publish_edit(site["report"])


def retag(site):
    bulk.retag(site["report"], [make_topic("Quokkas")], [site["topic"]])


def rename_topic(site):
    site["topic"].name = "Quokkas"
    site["topic"].save()


def rename_author(site):
    site["author"].name = "Anna Quokka"
    site["author"].save()


def add_synonym(site):
    site["topic"].synonyms.create(name="Quokka")


def merge_topics(site):
    merge([site["topic"]], make_topic("Quokkas"))


def replace_file(site):
    with editing(site["report"]):
        site["report"].attachments.all().delete()
        attach(site["report"], "Annex", content=make_pdf_saying("A quokka, at last."))
    assert asking.find("quokka") == []
    workflow.publish_edit(site["report"])


def change_authors(site):
    with editing(site["report"]):
        site["report"].authorships.all().delete()
        site["report"].authorships.create(author=make_author("Ben Quokka"), role="contributor")
    workflow.publish_edit(site["report"])


CHANGES = {
    publish: "quokka",
    edit: "river",
    translate: "river",
    retag: "river",
    rename_topic: "river",
    rename_author: "river",
    add_synonym: "river",
    merge_topics: "river",
    replace_file: "river",
    change_authors: "river",
}


@pytest.fixture
def site():
    """A live publication with all that a search looks at."""
    author, topic = make_author("Anna Wombat"), make_topic("Wombats")
    report = make_report("River", slug="river", body="<p>A numbat.</p>", authors=[author], topics=[topic])
    attach(report, "Annex", content=make_pdf_saying("A bilby in a file."))
    make_report("Another", slug="another")
    return {"report": report, "author": author, "topic": topic}


@kept
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.replace("_", " "))
def test_a_change_is_in_the_index_of_every_process_at_the_next_request(site, everywhere, change):
    assert everywhere("quokka") == []
    assert everywhere("wombats") == everywhere("anna") == everywhere("numbat") == everywhere("bilby") == ["river"]
    change(site)
    assert everywhere("quokka") == [CHANGES[change]]


@kept
@pytest.mark.parametrize(
    ("change", "gone"),
    [
        (edit, "numbat"),
        (retag, "wombats"),
        (rename_topic, "wombats"),
        (rename_author, "wombat -wombats"),
        (replace_file, "bilby"),
        (change_authors, "anna"),
    ],
    ids=lambda value: value.__name__.replace("_", " ") if callable(value) else value,
)
def test_what_is_no_longer_so_is_not_found_at_the_next_request(site, everywhere, change, gone):
    everywhere(gone)
    change(site)
    assert everywhere(gone) == []


@kept
def test_what_is_withdrawn_is_not_found_at_the_next_request_and_found_when_it_is_published_again(site, everywhere):
    assert everywhere("numbat") == ["river"]
    workflow.move(site["report"], "withdrawn", reason="Wrong.")
    for words in ("numbat", "anna", "wombats", "bilby", "river", "-another"):
        assert everywhere(words) == []
    workflow.move(site["report"], "published")
    assert everywhere("numbat") == everywhere("bilby") == ["river"]


@kept
def test_a_merged_topic_is_found_by_either_name_and_after_it_is_undone_by_its_own(site, everywhere):
    into = make_topic("Marsupials")
    make_report("Desert", slug="desert", topics=[into])
    everywhere("wombats")
    (step,) = merge([site["topic"]], into)
    assert everywhere("wombats") == everywhere("marsupials") == ["desert", "river"]
    undo(step)
    assert everywhere("wombats") == ["river"]
    assert everywhere("marsupials") == ["desert"]


@kept
def test_what_is_imported_is_found_at_the_next_request(site, everywhere, tmp_path):
    rows = [publication(f"quokka-{number}", body="<p>On quokkas.</p>", body_format="html") for number in range(3)]
    everywhere("quokka")
    take_rows(tmp_path, publications=rows)
    assert everywhere("quokka") == ["quokka-0", "quokka-1", "quokka-2"]
    take_rows(tmp_path, publications=[rows[0], rows[1] | {"body": "<p>On emus.</p>"}, rows[2]])
    assert everywhere("quokkas") == ["quokka-0", "quokka-1", "quokka-2"]
    assert everywhere("emu") == ["quokka-1"]


@kept
def test_a_scheduled_publication_is_found_at_its_moment_without_anybody_doing_anything(site, time_machine):
    now = timezone.now()
    soon = make_scheduled("Quokkas", slug="quokka", days=7)
    attach(soon, "Annex", content=make_pdf_saying("A dibbler."))
    assert asking.find("quokka") == asking.find("dibbler") == []
    assert asking.suggest("quok") == []
    assert nothing_differs()
    time_machine.move_to(now + timedelta(days=8))
    for _ in range(2):
        assert asking.find("quokka") == asking.find("dibbler") == ["quokka"]
        assert asking.suggest("quok") == ["Quokkas"]
        assert nothing_differs()
        # Another process would open the index as it lies there.
        keeping.reopen()


@kept
def test_of_an_edit_that_waits_nothing_is_found_and_the_old_file_still_is(site, everywhere):
    with editing(site["report"]):
        Report.objects.filter(pk=site["report"].pk).update(body="<p>A quokka.</p>", title="Potoroo")
        site["report"].attachments.all().delete()
        attach(site["report"], "Annex", content=make_pdf_saying("A dibbler."))
    for words in ("quokka", "potoroo", "dibbler"):
        assert everywhere(words) == []
        assert words not in page(f"/publications/?q={words}").one("section", class_="found").one("ol").text
    assert everywhere("bilby") == everywhere("numbat") == ["river"]
    assert "bilby" in page("/publications/?q=bilby").one("p", class_="row-teaser").text


@kept
def test_words_of_a_file_are_shown_with_their_page(site):
    link = page("/publications/?q=bilby").one("a", class_="row-page")
    assert (link.text, link["href"]) == ("PDF, page 2", "/publications/river/annex.pdf#page=2")


@kept
@pytest.mark.parametrize("state", ["live", "draft"])
def test_a_file_that_is_uploaded_in_the_desk_is_read(client, site, everywhere, state):
    client.force_login(make_superuser())
    report = site["report"] if state == "live" else make_draft("Delta", slug="delta")
    file = SimpleUploadedFile("new.pdf", make_pdf_saying("A dibbler."), "application/pdf")
    row = {"attachments-TOTAL_FORMS": 2 if state == "live" else 1}
    row |= {
        f"attachments-{row['attachments-TOTAL_FORMS'] - 1}-{name}": value
        for name, value in {"kind": "annex", "title": "New", "file": file}.items()
    }
    send(client, form_of(report), **row)
    assert everywhere("dibbler") == []
    with connection.execute_wrapper(no_reading):
        workflow.publish_edit(report) if state == "live" else workflow.move(report, "published")
    assert everywhere("dibbler") == [report.slug]
    assert everywhere("bilby") == ["river"]


def no_reading(execute, sql, *rest):
    """A file is read when it is uploaded: whoever publishes holds back others."""
    assert not (sql.startswith("INSERT") and "filetext" in sql)
    return execute(sql, *rest)


@kept
def test_two_that_write_at_once_leave_nothing_out(processes, site):
    both = processes(2)
    for number in range(12):
        make_report(f"Potoroo {number}", slug=f"potoroo-{number}", body=f"<p>Number{number}</p>")
        for other in both:
            print(json.dumps({"find": f"number{number}"}), file=other.process.stdin, flush=True)
        found = [asking.find(f"number{number}"), *(json.loads(each.process.stdout.readline()) for each in both)]
        assert found == [[f"potoroo-{number}"]] * 3
    assert nothing_differs()
    assert engine.stamps(keeping.current(listed.live()))[0].size == 14


@kept
def test_files_that_nothing_needs_are_removed_whoever_has_written_them(processes, site):
    for number in range(30):
        make_report(f"Potoroo {number}")
        (asking.find if number % 2 else lambda words: processes(1)[0].ask(find=words))("potoroo")
    asking.find("potoroo")
    folder = keeping.kept().folder
    living = {row["segment_id"].replace("-", "") for row in json.loads((folder / "meta.json").read_text())["segments"]}
    there = {path.name.split(".")[0] for path in folder.iterdir()}
    assert {name for name in there if len(name) == 32} == living


# Random sequences of changes


WORDS = ["numbat", "quoll", "bettong", "dunnart"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "edit", "file", "language", "retag", "authors", "withdraw", "again", "rename"]),
        st.integers(0, 2),
        st.sampled_from(WORDS),
    ),
    min_size=4,
    max_size=10,
)


def take_step(step, number, word):
    """One change of one of three publications, if it can be made."""
    report = Report.objects.order_by("pk")[number]
    if step == "publish" and report.state == "draft":
        workflow.move(report, "published")
    elif step == "withdraw" and report.state == "published":
        workflow.move(report, "withdrawn", reason="Wrong.")
    elif step == "again" and report.state == "withdrawn":
        workflow.move(report, "published")
    elif step == "retag":
        removed = [row.tag for row in report.report_topics.all()]
        bulk.retag(report, [make_topic(f"{word} {report.pk} {random.getrandbits(60)}")], removed)
    elif step == "rename" and report.authors.exists():
        author = report.authors.first()
        author.name = f"Ada {word}"
        author.save()
    elif step in {"edit", "file", "language", "authors"}:
        change_one(report, step, word)


def change_one(report, step, word):
    with editing(report):
        rows = Report.objects.filter(pk=report.pk)
        if step == "edit":
            rows.update(body=f"<p>A {word}.</p>", teaser=f"Of {word}s")
        elif step == "language":
            rows.update(language={"en": "de", "de": "fr"}.get(report.language, "en"))
        elif step == "authors":
            report.authorships.all().delete()
            report.authorships.create(author=make_author(f"Bo {word}"))
        else:
            report.attachments.all().delete()
            attach(report, "Annex", content=make_pdf_saying(f"The {word} {random.getrandbits(60)}"))
    if report.state == "published":
        workflow.publish_edit(report)


def expected(word):
    """By looking into every live publication."""
    files = {row.pk: row.text for row in FileText.objects.all()}
    found = []
    for report in Report.objects.live():
        texts = [report.title, report.body, report.teaser, *report.authors.values_list("name", flat=True)]
        texts += report.topics.values_list("name", flat=True)
        texts += [files[one.sha256] for one in report.attachments.all()]
        if any(word in text for text in texts):
            found.append(report.slug)
    return sorted(found)


@kept
def test_whatever_happens_the_index_holds_what_it_should(other):
    @limits(max_examples=min(limits.default.max_examples // 3, 300))
    @given(STEPS)
    def hold(steps):
        Report.objects.all().delete()
        with transaction.atomic():
            following.note(None)
        for number in range(3):
            make_draft(f"Report {number}", slug=f"report-{number}", authors=[make_author("Ada Nobody")])
        for step in steps:
            take_step(*step)
            assert sorted(asking.find(step[2])) == sorted(other.ask(find=step[2])) == expected(step[2])
            assert nothing_differs()
        for word in WORDS:
            assert sorted(other.ask(find=word)) == sorted(asking.find(word)) == expected(word)

    hold()


# Very many changes at once


@pytest.fixture
def lagging(monkeypatch):
    """Very many is more than three; what is to be done behind the scenes waits until it is called: `lagging()`."""
    monkeypatch.setattr(keeping, "MOST_CHANGED", 3)
    monkeypatch.setattr(keeping, "PORTION", 2)
    waiting = []

    class Later:
        def __init__(self, target, args, daemon):
            self.target, self.args = target, args

        def start(self):
            waiting.append(self)

    def catch_up():
        assert waiting
        while waiting:
            later = waiting.pop()
            thread = threading.Thread(target=later.target, args=later.args)
            thread.start()
            thread.join()

    monkeypatch.setattr(keeping, "Thread", Later)
    return catch_up


@pytest.fixture
def many(lagging):
    """Eleven live publications that are in the index."""
    author, topic = make_author("Anna Wombat"), make_topic("Wombats")
    reports = [
        make_report(f"Numbat {number}", slug=f"numbat-{number}", authors=[author], topics=[topic])
        for number in range(6)
    ]
    reports += [make_report(f"Emu {number}", slug=f"emu-{number}") for number in range(5)]
    keeping.bring_up()
    return reports


@kept
def test_what_is_withdrawn_by_the_thousand_is_nowhere_although_its_words_are_in_the_index_still(many, lagging):
    assert len(asking.find("numbat")) == 6
    gone = {"state": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason": "Wrong."}
    with transaction.atomic():
        Report.objects.filter(slug__startswith="numbat").update(**gone)
        following.note(None)
    for words in ("numbat", "numbats", "anna", "wombats", '"numbat 3"', "-emu"):
        assert asking.find(words) == []
        document = page(f"/publications/?q={words.replace(' ', '+')}")
        assert total(document) == 0
        assert "Did you mean" not in document.text
    for words in ("numbat", "numb", "anna", "womb", "wombats"):
        assert asking.suggest(words) == []
    for words in ("numbta", "wmobat", "anan"):
        assert not Search(words, listed.live()).meant
    assert engine.beginning(keeping.kept().index, "numbat")
    assert len(asking.find("emu")) == 5
    lagging()
    assert nothing_differs()
    assert asking.find("numbat") == []


@kept
def test_nobody_waits_while_very_many_are_put_in(many, lagging):
    """Whoever puts them in has just begun with a portion."""
    make_report("Quokka", slug="quokka")
    with transaction.atomic():
        following.note(None)
    with ThreadPoolExecutor(1) as others, keeping.held():
        found = others.submit(find_and_close, "numbat").result(timeout=10)
    assert len(found) == 6
    lagging()
    assert asking.find("quokka") == ["quokka"]


def find_and_close(words):
    try:
        return asking.find(words)
    finally:
        connection.close()


@kept
def test_what_is_published_by_the_thousand_is_found_once_it_is_put_in_behind_the_scenes(many, lagging):
    asking.find("numbat")
    new = [make_report(f"Quokka {number}", slug=f"quokka-{number}") for number in range(5)]
    assert len(ask("/publications/").page.one("ol", id="results").all("article")) == 16
    assert len(asking.find("numbat")) == 6
    lagging()
    assert len(asking.find("quokka")) == len(new)
    assert nothing_differs()


@kept
def test_what_is_changed_while_very_many_are_put_in_is_not_lost(many):
    """After the first portion somebody withdraws, somebody publishes, and somebody edits."""
    new = [make_report(f"Quokka {number}", slug=f"quokka-{number}") for number in range(5)]
    told = []

    def change(done, total):
        told.append((done, total))
        if len(told) == 1:
            workflow.move(new[4], "withdrawn", reason="Wrong.")
            workflow.move(make_draft("Quokka 9", slug="quokka-9"), "published")
            with editing(new[0]):
                Report.objects.filter(pk=new[0].pk).update(title="Potoroo", lead="<p>A potoroo.</p>")
            workflow.publish_edit(new[0])

    keeping.bring_up(change)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert set(asking.find("quokka")) == {"quokka-1", "quokka-2", "quokka-3", "quokka-9"}
    assert asking.find("potoroo") == ["quokka-0"]
    assert nothing_differs()


@kept
def test_an_index_that_is_thrown_away_while_it_is_made_is_made_once_more(many):
    keeping.forget()
    told = []

    def throw_away(done, total):
        told.append(done)
        if len(told) == 2:
            keeping.forget()

    keeping.bring_up(throw_away)
    assert told == [2, 4, 2, 4, 6, 8, 10, 11]
    assert len(asking.find("numbat")) == 6
    assert nothing_differs()


@kept
def test_one_process_at_a_time_puts_very_many_in(many):
    with keeping.held("all.lock"):
        assert keeping.bring_up() == 0


@kept
def test_where_few_are_live_whoever_comes_second_waits_for_the_index(site, processes):
    both = processes(2)
    keeping.forget()
    for other in both:
        print(json.dumps({"find": "numbat"}), file=other.process.stdin, flush=True)
    assert [json.loads(other.process.stdout.readline()) for other in both] == [["river"]] * 2


@kept
def test_what_somebody_has_put_in_a_moment_before_is_not_taken_for_another_database(site, monkeypatch, other):
    """Of two who ask at once, one may have read the number of the last change before the other wrote a newer one."""
    asking.find("numbat")
    before, real, asked = following.numbers(), following.numbers, []
    make_report("Quokka", slug="quokka")
    other.ask(find="quokka")

    def numbers():
        asked.append(1)
        return before if len(asked) == 2 else real()

    live = listed.live()
    monkeypatch.setattr(following, "numbers", numbers)
    monkeypatch.setattr(keeping, "brought_up", lambda **how: pytest.fail("All was compared."))
    asked.append(1)
    assert Search("quokka", live).found.numbers.size == 1


# Kills and damage


@pytest.fixture
def folder_of_its_own(tmp_path, monkeypatch):
    """DATA_DIR for the index alone."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    keeping.reopen()
    yield tmp_path
    keeping.reopen()


@pytest.fixture
def killer(folder_of_its_own):
    (folder_of_its_own / "static").mkdir()
    data = {"DATA_DIR": str(folder_of_its_own), "DATABASE_URL": address(), "SECRET_KEY": settings.SECRET_KEY}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, "-m", "tests.killing"], cwd=ROOT, env=os.environ | data, **pipes)
    yield Killer(process).run
    process.stdin.close()
    process.stdout.close()
    assert process.wait() == 0


@kept
@pytest.mark.soak
def test_a_kill_while_the_index_is_made_leaves_one_that_answers_and_is_completed(killer, monkeypatch, capsys):
    make_many(300)
    job, chance, fates = {"command": ["rebuild_search", "--anew"], "portion": 20}, random.Random(3), []
    seconds = killer(job)
    assert nothing_differs()
    for _ in range(KILLS):
        ended = killer(job, chance.uniform(0, seconds))
        with monkeypatch.context() as patch:
            # Many enough that nobody waits for them; what is there answers.
            patch.setattr(keeping, "MOST_CHANGED", 3)
            patch.setattr(keeping, "Thread", Never)
            keeping.reopen()
            found = len(asking.find("water"))
            assert ended <= (found == 300)
        fates.append(found)
        killer({"command": ["rebuild_search"], "portion": 20})
        keeping.reopen()
        assert len(asking.find("water")) == 300
        assert nothing_differs()
    with capsys.disabled():
        print(f"\n{connection.vendor}, search: killed {KILLS} times, with {fates} of 300 in the index.")


class Never:
    def __init__(self, **how):
        pass

    def start(self):
        pass


def cut(path, share):
    """Another file under its name: to cut one that is open would end the process that reads it."""
    content = path.read_bytes()
    new = path.with_name("cut")
    new.write_bytes(content[: int(len(content) * share)])
    new.replace(path)


WAYS = {
    "gone": Path.unlink,
    "empty": lambda path: cut(path, 0),
    "half": lambda path: cut(path, 0.5),
}


def parts_of_index():
    """One file of each kind that there is."""
    folder = keeping.kept().folder
    found = {path.suffix if path.suffix != ".json" else path.name: path for path in sorted(folder.iterdir())}
    return {name: path for name, path in found.items() if not path.name.endswith(".lock")}


@kept
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("restarted", [True, False], ids=["at the next start", "while it runs"])
def test_a_damaged_index_is_made_anew(site, folder_of_its_own, other, way, restarted):
    asking.find("numbat")
    kinds = list(parts_of_index())
    assert {".fast", ".idx", ".pos", ".store", ".term", "meta.json", "state.json"} <= set(kinds)
    for number, kind in enumerate(kinds):
        if kind in parts_of_index():
            WAYS[way](parts_of_index()[kind])
        make_report(f"Quokka {number}", slug=f"quokka-{number}")
        if restarted:
            keeping.reopen()
        assert len(asking.find("quokka")) == number + 1, kind
        assert asking.find('"a numbat"') == asking.find("bilby") == ["river"], kind
        assert nothing_differs(), kind


@kept
@pytest.mark.parametrize("rest", ["", "{", '{"number": 3', "[]", '{"other": 1}', "null", "\0" * 80])
def test_a_torn_state_is_no_state(site, other, everywhere, rest):
    everywhere("numbat")
    for _ in range(3):
        (keeping.kept().folder / "state.json").write_text(rest)
        make_report("Quokka", slug="quokka")
        assert everywhere("quokka") == ["quokka"]
        Report.objects.filter(slug="quokka").delete()
        with transaction.atomic():
            following.note(None)
        assert everywhere("quokka") == []


@kept
def test_a_folder_that_is_deleted_under_running_processes_is_made_anew(site, everywhere, other):
    for number in range(4):
        everywhere("numbat")
        shutil.rmtree(settings.DATA_DIR / "words")
        make_report(f"Quokka {number}")
        assert len(everywhere("quokka")) == number + 1
        assert everywhere("bilby") == ["river"]


@kept
def test_the_index_of_a_database_that_is_put_back_is_brought_up(site, everywhere):
    for number in range(4):
        make_report(f"Quokka {number}", slug=f"quokka-{number}")
        everywhere("quokka")
    following.PublicState.objects.update(number=1, anew_since=0)
    Report.objects.filter(slug__in=["quokka-1", "quokka-2"]).delete()
    assert everywhere("quokka") == ["quokka-0", "quokka-3"]


# The command


def rebuilt(*arguments):
    said = []

    class Out:
        write = staticmethod(said.append)
        flush = staticmethod(lambda: None)

    call_command("rebuild_search", *arguments, stdout=Out)
    return "".join(said)


@kept
def test_rebuilding_puts_in_what_differs_and_nothing_else(site):
    assert "0 files read, 2 publications put into" in rebuilt()
    assert "0 files read, 0 publications" in rebuilt()
    make_report("Quokka")
    assert "0 files read, 1 publications" in rebuilt()
    assert "0 files read, 3 publications" in rebuilt("--anew")


@kept
def test_rebuilding_reads_the_files_that_were_never_read(site, everywhere):
    FileText.objects.all().delete()
    attach(make_draft(), "A picture", content=b"no PDF", media_type="image/webp", extension="webp")
    assert everywhere("bilby") == []
    assert "1 files read, 1 publications" in rebuilt()
    assert everywhere("bilby") == ["river"]


@kept
def test_a_file_that_is_lost_or_broken_is_named_where_files_are_read(site, everywhere):
    lost, broken = (
        attach(make_report(name), name, content=make_pdf_saying(f"A {name} file.")) for name in ("Lost", "Broken")
    )
    Path(lost.file.path).unlink()
    Path(broken.file.path).write_bytes(b"%PDF-1.7 no more")
    FileText.objects.all().delete()
    said = rebuilt()
    assert f"/publications/lost/{lost.filename} cannot be read" in said
    assert f"/publications/broken/{broken.filename} cannot be read" in said
    assert "1 files read" in said
    assert everywhere("bilby") == ["river"]
    assert put_off_reading() == ""
    assert "cannot be read" not in rebuilt()


@kept
def test_a_start_reads_no_pdf_and_has_it_done_beside_the_server(site, everywhere):
    assert put_off_reading() == ""
    FileText.objects.all().delete()
    later.mark().touch()
    assert index_words() == "Search: 0 files read, 2 publications put into the index of words or taken out."
    assert put_off_reading().startswith("PDFs: 1 are still to be read; that is done beside the server")
    assert not later.mark().exists()
    assert not FileText.objects.exists()
    assert everywhere("bilby") == []
    assert everywhere("numbat") == ["river"]
    # As delivery/daily.py does.
    assert "1 files read" in rebuilt()
    assert later.mark().exists()
    assert everywhere("bilby") == ["river"]
    assert put_off_reading() == ""


@kept
def test_what_is_read_once_more_is_found_by_every_process(site, everywhere, monkeypatch):
    FileText.objects.update(has_text=None, text="A quokka.")
    keeping.forget()
    assert everywhere("quokka") == ["river"]
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "bring_up", lambda progress: 0)
        assert "1 files read, 0 publications" in rebuilt()
    assert everywhere("quokka") == []
    assert everywhere("bilby") == ["river"]


@kept
def test_the_index_tells_what_was_read_once_more_where_nobody_has_said_so(site):
    FileText.objects.update(has_text=None)
    asking.find("bilby")
    assert nothing_differs()
    FileText.objects.put(FileText.objects.get().pk, Reading(text="A quokka."))
    assert not nothing_differs()
    assert "0 files read, 1 publications" in rebuilt()
    assert asking.find("quokka") == ["river"]


@kept
def test_a_file_of_many_reports_is_read_once(site, monkeypatch):
    content = make_pdf_saying("A quokka.")
    reports = [attach(make_report(name), name, content=content).report for name in ("One", "Two")]
    FileText.objects.filter(text__contains="quokka").delete()
    monkeypatch.setattr(rebuild_search, "READ_AT_ONCE", 1)
    assert "1 files read" in rebuilt()
    assert sorted(asking.find("quokka")) == sorted(report.slug for report in reports)


@kept
def test_a_file_that_another_machine_has_read_meanwhile_is_not_read_again(site):
    one = attach(make_report("One"), "One", content=make_pdf_saying("A quokka."))
    FileText.objects.filter(pk=one.sha256).delete()
    assert rebuild_search.Command().read_one(one.pk) == one
    assert rebuild_search.Command().read_one(one.pk) is None


@kept
def test_rebuilding_mends_what_was_written_past_the_product(site, everywhere):
    everywhere("numbat")
    Report.objects.filter(slug="river").update(search_text=" potoroo", words_stamp=7)
    assert asking.find("potoroo") == []
    rebuilt()
    assert everywhere("potoroo") == ["river"]


@kept
def test_rebuilding_says_how_far_it_is(site, monkeypatch):
    monkeypatch.setattr(keeping, "PORTION", 1)
    assert rebuilt("--anew", "-v2").startswith("  1 of 2\n  2 of 2\n0 files read, 2 publications")


@kept
def test_each_start_brings_the_index_up(site, everywhere):
    assert index_words() == "Search: 0 files read, 2 publications put into the index of words or taken out."
    assert "0 publications put into" in index_words()
    following.PublicState.objects.update(number=0)
    Report.objects.filter(slug="another").delete()
    assert "1 publications put into" in index_words()
    assert everywhere("numbat") == ["river"]
