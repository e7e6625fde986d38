"""How well a search finds: queries whose answers are known, on a library of our own and on a real corpus."""

import json
from collections import defaultdict
from datetime import datetime, time
from statistics import mean

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from interchange.importers import files_of, run, sidebars
from publications import listed
from publications.finding import following
from publications.models import Report
from publications.search import Search
from publications.searching import keeping
from tests.conftest import storages
from tests.corpora import DIGITALGOV
from tests.library import DATA, TODAY, make_library, queries

pytestmark = pytest.mark.django_db

GOOD, BEARABLE = 0.8, 0.6
# So many of what was found are compared, and looked through.
FIRST, DEEP = 20, 200
KINDS = sorted({row["kind"] for row in queries("library")})
LISTS = DATA / "library-lists.json"


def lists(rows):
    """{query: the slugs that it finds, and those that the words find that it offers instead}"""
    following.forget()
    keeping.forget()
    keeping.bring_up()
    live, slugs = listed.live(), dict(Report.objects.values_list("pk", "slug"))

    def found(search):
        return [slugs[key] for key in live.picture.keys[search.found.numbers[:DEEP]].tolist()]

    searches = {row["query"]: Search(row["query"], live) for row in rows}
    return {
        query: (found(search), found(Search(search.meant, live)) if search.meant else [])
        for query, search in searches.items()
    }


def worth(row, answers):
    """One for the first place, a half for the second, nothing for none; words that are offered may be followed."""
    expected = row["expected"] if isinstance(row["expected"], list) else [row["expected"]]
    places = [slugs.index(slug) + 1 for slugs in answers[row["query"]] for slug in expected if slug in slugs]
    return 1 / min(places) if places else 0


def judged(rows, answers):
    """The mean over all, the mean of each kind, and what did not come first, in words."""
    by_kind, said = defaultdict(list), []
    for row in rows:
        one = worth(row, answers)
        by_kind[row["kind"]].append(one)
        if one < 1:
            said.append(f"{one:.2f} for {row['query']!r}, first {answers[row['query']][0][:2]}")
    kinds = {kind: mean(each) for kind, each in by_kind.items()}
    return mean(one for each in by_kind.values() for one in each), kinds, "\n".join(said)


@pytest.fixture(scope="module")
def answers(tmp_path_factory, django_db_setup, django_db_blocker):
    """What our own library answers to all queries, asked once."""
    stored = override_settings(STORAGES=storages(tmp_path_factory.mktemp("files")))
    now = time_machine.travel(datetime.combine(TODAY, time(12)), tick=False)
    with django_db_blocker.unblock(), transaction.atomic(), stored, now, pytest.MonkeyPatch.context() as patch:
        # As where no test holds a transaction open.
        patch.setattr(following, "may_keep", lambda: True)
        make_library()
        yield lists(queries("library"))
        transaction.set_rollback(True)


def test_our_own_library_asks_enough():
    rows = queries("library")
    assert len(rows) >= 60
    assert len({row["query"] for row in rows}) == len(rows)


def test_what_was_asked_for_comes_first_in_our_own_library(answers):
    overall, _, said = judged(queries("library"), answers)
    assert overall >= GOOD, said


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_query_finds_badly(answers, kind):
    _, kinds, said = judged([row for row in queries("library") if row["kind"] == kind], answers)
    assert kinds[kind] >= BEARABLE, said


def test_both_databases_give_the_same_lists(answers):
    """Both are compared with what was written down once. Who has changed how hits are ranked removes the file, runs
    this, and looks at what differs."""
    found = {query: slugs[:FIRST] for query, (slugs, _) in answers.items()}
    if not LISTS.exists():
        LISTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{LISTS.name} was written anew.")
    assert found == json.loads(LISTS.read_text(encoding="utf-8"))


@pytest.mark.corpus
@pytest.mark.skipif(not DIGITALGOV.exists(), reason="The corpus is not here.")
def test_what_was_asked_for_comes_first_in_a_real_corpus(monkeypatch):
    monkeypatch.setattr(following, "may_keep", lambda: True)
    monkeypatch.setattr(sidebars, "rebuild", lambda progress: 0)
    run(files_of(DIGITALGOV), "digitalgov")
    rows = queries("digitalgov")
    overall, _, said = judged(rows, lists(rows))
    assert len(rows) >= 45
    assert overall >= GOOD, said
