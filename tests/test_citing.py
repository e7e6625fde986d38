"""A report cited in words."""

import pytest

from publications.citing import citation
from publications.models import Authorship
from tests.factory import make_author, make_report, make_type

pytestmark = pytest.mark.django_db


def cited(report):
    return " ".join(citation(report, "Institute for Wells"))


def test_a_report_is_cited_with_all_that_is_known_of_it():
    authors = [make_author(name) for name in ("Ada Osei", "Kofi Mensah", "Nguyễn Thị Minh Khai")]
    report = make_report(
        "Wells", subtitle="A Survey", number="12", type=make_type("Special Report", is_numbered=True), authors=authors
    )
    assert cited(report) == (
        "Ada Osei, Kofi Mensah and Nguyễn Thị Minh Khai. Wells: A Survey. Special Report 12. "
        f"Institute for Wells, {report.date_short}."
    )


def test_editors_stand_in_for_authors():
    report = make_report("Wells")
    for place, name in enumerate(["Ada Osei", "Kofi Mensah"]):
        Authorship.objects.create(report=report, author=make_author(name), role="editor", position=place)
    assert cited(report).startswith("Ada Osei and Kofi Mensah (eds). Wells. Special Report. Institute")


def test_a_question_needs_no_stop():
    report = make_report("Who Keeps the Key?", subtitle="Gauges and Trust")
    assert cited(report).startswith("Who Keeps the Key? Gauges and Trust. Special Report.")
    assert cited(make_report("Why?")).startswith("Why? Special Report.")
