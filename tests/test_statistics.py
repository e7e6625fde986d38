"""SQLite reads the reports of a page by their keys, however many others are public."""

import json

import pytest
from django.core.management import call_command

from publications.finding import statistics
from publications.models import Report
from tests.factory import make_many
from tests.importing import publication

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def many(database):
    if database != "sqlite":
        pytest.skip("PostgreSQL sees to it by itself.")
    make_many(1000)


def way():
    keys = list(Report.objects.values_list("pk", flat=True)[:20])
    return Report.objects.live().for_lists().filter(pk__in=keys).explain().splitlines()[0]


def test_with_statistics_the_reports_of_a_page_are_read_by_their_keys():
    assert "INDEX report_newest" in way()
    statistics.refresh()
    assert "INTEGER PRIMARY KEY" in way()


def test_an_import_leaves_statistics(tmp_path):
    (tmp_path / "publications.jsonl").write_text(json.dumps(publication()))
    call_command("import_publications", tmp_path)
    assert "INTEGER PRIMARY KEY" in way()
