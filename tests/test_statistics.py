"""What the database knows of its tables is near what they hold; then a page's reports are read by their keys."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from publications.finding import statistics
from publications.models import Report
from tests.factory import make_many
from tests.importing import publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_sqlite(database):
    if database != "sqlite":
        pytest.skip("SQLite alone has this way.")


def way():
    keys = list(Report.objects.values_list("pk", flat=True)[:20])
    return Report.objects.live().for_lists().filter(pk__in=keys).explain().splitlines()[0]


def take_in(folder):
    (folder / "publications.jsonl").write_text(json.dumps(publication()))
    call_command("import_publications", folder)


def is_far_off():
    with connection.cursor() as cursor:
        return statistics.is_far_off(statistics.KNOWN[connection.vendor](cursor), statistics.rows(cursor))


@pytest.mark.usefixtures("on_sqlite")
def test_with_statistics_the_reports_of_a_page_are_read_by_their_keys():
    make_many(1000)
    assert "INDEX report_newest" in way()
    statistics.refresh()
    assert "INTEGER PRIMARY KEY" in way()


@pytest.mark.usefixtures("on_sqlite")
def test_after_an_import_they_are_read_so(tmp_path):
    make_many(1000)
    take_in(tmp_path)
    assert "INTEGER PRIMARY KEY" in way()


def test_an_import_leaves_statistics_whatever_was_known_before(tmp_path):
    make_many(20)
    statistics.refresh()
    assert not is_far_off()
    make_many(100)
    assert is_far_off()
    take_in(tmp_path)
    assert not is_far_off()
