"""Sidebars that several processes compute: what one finds, nobody left behind, nothing half done."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from threading import Event, Thread

import pytest

from publications import relating
from publications.models import Candidates, ComparedReports, RelatedPublication
from publications.relating import everything, processes
from tests.conftest import ROOT
from tests.corpus import write_corpus
from tests.test_related_corpus import assert_right, everyone, take

# What newer Pythons say of any copy of a process that numpy has begun a thread in.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
LONG = 10
ENDLESS = """
import os, django
django.setup()
from publications.relating.processes import computed
for pid in computed(lambda number: os.getpid(), 10**9, 3):
    print(pid, flush=True)
"""


@pytest.fixture
def several(monkeypatch):
    monkeypatch.setattr(everything, "LOT", 16)
    monkeypatch.setattr(everything, "MANY", 2)
    monkeypatch.setattr(everything, "possible", lambda: 3)


def all_stored():
    columns = ["report", "related", "position", "score"]
    return (
        sorted(RelatedPublication.objects.values_list(*columns)),
        sorted((row.pk, bytes(row.considered), bytes(row.vector)) for row in Candidates.objects.all()),
        sorted((row.pk, bytes(row.reports)) for row in ComparedReports.objects.all()),
    )


@pytest.mark.django_db
def test_several_processes_find_what_one_finds(tmp_path, several, monkeypatch):
    take(write_corpus(tmp_path / "acme", reports=150, seed=5).folder)
    relating.rebuild()
    by_several = all_stored()
    assert_right(everyone()[::3])
    monkeypatch.setattr(everything, "possible", lambda: 1)
    RelatedPublication.objects.all().delete()
    relating.rebuild()
    assert all_stored() == by_several


@pytest.mark.once
def test_all_is_given_in_order_whoever_is_first():
    def slow_first(number):
        time.sleep(0.05 * (number % 3 == 0))
        return number, os.getpid()

    found = list(processes.computed(slow_first, 10, 3))
    assert [number for number, _ in found] == list(range(10))
    assert len({pid for _, pid in found} - {os.getpid()}) == 3


@pytest.mark.once
def test_where_one_fails_all_end(capfd):
    pids = []
    with pytest.raises(EOFError):
        pids += (pid for pid in processes.computed(lambda number: 1 / (7 - number) and os.getpid(), 100, 2))
    assert "ZeroDivisionError" in capfd.readouterr().err
    assert not any(map(is_there, pids))


@pytest.mark.once
def test_where_one_is_killed_all_end():
    def make(number):
        if number == 5:
            os.kill(os.getpid(), 9)
        return number

    found = []
    with pytest.raises(EOFError):
        found += processes.computed(make, 100, 2)


@pytest.mark.once
def test_whoever_stops_asking_leaves_nobody_behind():
    found = processes.computed(lambda number: os.getpid(), 1000, 2)
    pids = [next(found), next(found)]
    found.close()
    assert not any(map(is_there, pids))


@pytest.mark.once
def test_nobody_goes_on_computing_for_one_that_was_killed():
    process = subprocess.Popen([sys.executable, "-c", ENDLESS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pids = [int(process.stdout.readline()) for _ in range(3)]
    process.kill()
    process.stdout.close()
    process.wait()
    until = time.monotonic() + LONG
    while any(map(is_there, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_there, pids))


@pytest.mark.once
def test_beside_other_threads_one_process_computes_alone():
    done = Event()
    other = Thread(target=done.wait)
    other.start()
    assert processes.possible() == 1
    done.set()
    other.join()


def is_there(pid):
    """One that is gone, but that nobody has asked after yet, is not."""
    with suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False
