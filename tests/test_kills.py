"""Killed in the middle of saving, publishing, restoring or importing: a report is whole, as before or as after."""

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from authors.models import Author
from publications import relating
from publications.editorial import versions, workflow
from publications.models import Report
from tests.conftest import ROOT
from tests.desk import fields_of, form_of
from tests.factory import (
    attach,
    give_cover,
    make_author,
    make_draft,
    make_pdf,
    make_report,
    make_superuser,
    make_topic,
    make_type,
    relate,
)
from topics.models import Topic

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]

PDF = make_pdf("old")
KILLS = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 4


@pytest.fixture
def killer(tmp_path):
    """`killer(job, after)`: the job, killed so many seconds after it began; whether it had ended by itself."""
    (tmp_path / "static").mkdir()
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": address(), "SECRET_KEY": settings.SECRET_KEY}
    command = [sys.executable, "-m", "tests.killing"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield Killer(process).run
    process.stdin.close()
    process.stdout.close()
    assert process.wait() == 0


def address():
    """The tests' own database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Killer:
    def __init__(self, process):
        self.process = process

    def run(self, job, after=None):
        """Seconds that it took, without `after`; else whether it had ended before it was killed."""
        print(json.dumps(job), file=self.process.stdin, flush=True)
        pid, start = int(self.hear("begun")), time.monotonic()
        if after is None:
            assert self.hear("ended") == "0"
            return time.monotonic() - start
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
        return self.hear("ended") == "0"

    def hear(self, word):
        said, what = self.process.stdout.readline().split()
        assert said == word
        return what


# What is done, and to what


@pytest.fixture
def site(client, tmp_path):
    """Neighbours that share topics, an editor, and a file to upload."""
    client.force_login(make_superuser())
    make_type("Special Report", is_numbered=True)
    topics = [make_topic("Water"), make_topic("Peace")]
    for number in range(6):
        make_report(f"Neighbour {number}", topics=topics[number % 2 :])
    for name in ("Amina", "Bo"):
        make_author(name)
    relating.rebuild()
    (tmp_path / "new.pdf").write_bytes(make_pdf("new", pages=2))
    return client


def make_whole(**fields):
    """A draft with something of every kind."""
    report = make_draft(
        "Killed",
        authors=[Author.objects.get(name="Amina")],
        topics=[Topic.objects.get(name="Water")],
        body="<p>Before.</p>",
        type=make_type("Special Report"),
        **fields,
    )
    attach(report, "The report", content=PDF)
    give_cover(report)
    relate(report, Report.objects.get(title="Neighbour 0"))
    return report


def saving(client, report, tmp_path, press="_continue"):
    topics = [Topic.objects.get(name=name).pk for name in ("Water", "Peace")]
    typed = {
        "title": "Killed, or not",
        "body": "<p>After.</p>",
        "topics": topics,
        "authorships-TOTAL_FORMS": 2,
        "authorships-0-role": "editor",
        "authorships-1-author": Author.objects.get(name="Bo").pk,
        "authorships-1-role": "author",
        "attachments-TOTAL_FORMS": 2,
        "attachments-0-DELETE": "on",
        "attachments-1-kind": "annex",
        "attachments-1-title": "New",
        press: "x",
    }
    data = fields_of(client.get(form_of(report))) | typed
    return posted(report, "change/", data, {"attachments-1-file": str(tmp_path / "new.pdf")})


def posted(report, page, data, files):
    return {"post": form_of(report).removesuffix("change/") + page, "data": data, "files": files, "as": "alice"}


def publishing(client, report, tmp_path):
    return saving(client, report, tmp_path, press="_publish")


def restoring(client, report, tmp_path):
    before = versions.snapshot(report)
    versions.add(report, before, by=None, said="The first")
    changed = before | {"fields": before["fields"] | {"title": "Changed", "body": "<p>Changed.</p>"}}
    changed |= {"authorships": [], "report_topics": [], "attachments": [], "related_entries": []}
    versions.put(Report.objects.get(pk=report.pk), changed)
    versions.add(report, changed, by=None, said="The second")
    return posted(report, "versions/1/restore/", {}, {})


def publishing_edit(client, report, tmp_path):
    """Of a live report, as a correction."""
    workflow.move(report, Report.State.PUBLISHED)
    typed = saving(client, report, tmp_path)
    with open(tmp_path / "new.pdf", "rb") as file:
        client.post(typed["post"], typed["data"] | {"attachments-1-file": file})
    page = form_of(report).removesuffix("change/") + "publish-edit/"
    answers = fields_of(client.get(page)) | {"kind": "correction", "note": "The figure was wrong."}
    return posted(report, "publish-edit/", answers, {})


JOBS = {"save": saving, "publish": publishing, "publish edit": publishing_edit, "restore": restoring}


def essence(report):
    """What a report says, without keys, names of stored files and its address."""
    report = Report.objects.get(pk=report.pk)
    content = versions.snapshot(report)
    fields = {name: value for name, value in content["fields"].items() if name not in {"slug", "cover", "date"}}
    return {
        "fields": fields | {"cover": bool(report.cover)},
        "state": report.state,
        "authors": [(row["name"], row["role"], row["position"]) for row in content["authorships"]],
        "topics": sorted(row["name"] for row in content["report_topics"]),
        "files": [(row["title"], row["sha256"], row["kind"]) for row in content["attachments"]],
        "related": [(row["name"], row["origin"]) for row in content["related_entries"]],
    }


def assert_whole(report):
    """Its files are there as they were checked, its history agrees with its rows, and every sidebar is right."""
    report = Report.objects.get(pk=report.pk)
    for row in report.attachments.all():
        with row.file as file:
            assert hashlib.sha256(file.read()).hexdigest() == row.sha256
    assert not report.cover or report.cover.storage.exists(report.cover.name)
    assert (report.state == "published") == report.events.filter(what="published").exists()
    assert report.earlier_versions.exists() == report.events.filter(what="edit_published").exists()
    if newest := report.versions.filter(pending=False, set_aside=False).first():
        assert newest.digest == versions.digest(versions.snapshot(report))
    outcome = relating.rebuild()
    assert (outcome.written, outcome.removed) == (0, 0)


@pytest.mark.parametrize("name", JOBS)
def test_a_report_is_whole_after_a_kill(name, site, killer, tmp_path, capsys):
    chance, fates = random.Random(name), []
    reference = make_whole()
    job = JOBS[name](site, reference, tmp_path)
    seconds = killer(job)
    after = essence(reference)
    assert_whole(reference)
    for _ in range(KILLS):
        report = make_whole()
        job = JOBS[name](site, report, tmp_path)
        before = essence(report)
        assert before != after
        killer(job, chance.uniform(0, 1.1 * seconds))
        found = essence(report)
        assert found in (before, after)
        assert_whole(report)
        fates.append("before" if found == before else "after")
    state(capsys, name, fates)


def state(capsys, name, fates):
    with capsys.disabled():
        counted = ", ".join(f"{fates.count(fate)} as {fate}" for fate in ("before", "after", "some of each"))
        print(f"\n{connection.vendor}, {name}: killed {len(fates)} times, found {counted}.")


# Importing


def corpus(folder, number, word):
    folder.mkdir(exist_ok=True)
    lines = [
        {
            "id": f"paper-{number}-{one}",
            "title": f"Paper {word}",
            "type": "Brief",
            "date": "2015-04-07",
            "authors": [f"Amina {word}", "Bo"],
            "topics": [{"name": f"Topic {word}", "kind": "subject"}, {"name": "Water", "kind": "subject"}],
            "body": f"<p>{word}</p>",
            "body_format": "html",
            "language": "en",
        }
        for one in range(40)
    ]
    (folder / "publications.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return {"command": ["import_publications", str(folder), "--source", f"source-{number}"]}


def imported(number):
    return [essence(row) for row in Report.objects.filter(slug__startswith=f"paper-{number}-").order_by("slug")]


def test_reports_are_whole_after_an_import_was_killed(site, killer, tmp_path, capsys):
    chance, fates, folder = random.Random(1), [], tmp_path / "corpus"
    killer(corpus(folder, 0, "before"))
    before = imported(0)[0]
    seconds = killer(corpus(folder, 0, "after"))
    after = imported(0)[0]
    assert before != after
    for number in range(1, KILLS + 1):
        killer(corpus(folder, number, "before"))
        job = corpus(folder, number, "after")
        killer(job, chance.uniform(0, 1.1 * seconds))
        found = imported(number)
        assert len(found) == 40
        assert all(one in (before, after) for one in found)
        fates.append(found_as(found, before, after))
        # Run again, it ends what it began.
        killer(job)
        assert all(one == after for one in imported(number))
        outcome = relating.rebuild()
        assert (outcome.written, outcome.removed) == (0, 0)
    state(capsys, "import", fates)


def found_as(found, before, after):
    if before not in found:
        return "after"
    return "some of each" if after in found else "before"
