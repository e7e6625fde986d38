"""The list of reports in the desk, its filters and search; and what frames the desk."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publications import relating
from publications.desk.base import CountedSoFar
from publications.desk.reports import ReportAdmin
from publications.desk.site import EDITOR_STYLE
from publications.editorial.roles import Role
from tests.crawl import parse
from tests.factory import (
    make_author,
    make_draft,
    make_member,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/publications/report/"


@pytest.fixture
def alice():
    return User.objects.create(username="alice", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(client, alice):
    client.force_login(alice)
    return client


def shown(response):
    return {report.title for report in response.context["cl"].result_list}


def test_each_state_is_said_in_a_word_with_its_date(desk):
    make_draft("A"), make_scheduled("B"), make_report("C"), make_withdrawn("D"), make_draft("E", state="in_review")
    page = desk.get(LIST).content.decode()
    for word in ["Draft", "Scheduled", "Live", "Withdrawn", "In review"]:
        assert f'<span class="state">{word}</span>' in page


@pytest.mark.parametrize(
    ("state", "title"), [("draft", "A"), ("scheduled", "B"), ("live", "C"), ("withdrawn", "D"), ("in_review", "E")]
)
def test_scheduled_and_live_are_told_apart_by_the_filter(desk, state, title):
    make_draft("A"), make_scheduled("B"), make_report("C"), make_withdrawn("D"), make_draft("E", state="in_review")
    assert shown(desk.get(LIST, {"state": state})) == {title}


def test_the_list_is_filtered_by_type_language_and_day(desk):
    make_report("A", type=make_type("Brief"), language="fr", date=date(1998, 3, 1))
    make_report("B", language="en", date=date(2020, 3, 1))
    assert shown(desk.get(LIST, {"type__id__exact": make_type("Brief").pk})) == {"A"}
    assert shown(desk.get(LIST, {"language": "fr"})) == {"A"}
    assert shown(desk.get(LIST, {"date__year": "1998"})) == {"A"}
    assert "French" in desk.get(LIST).content.decode()


def test_the_years_offered_reach_from_the_first_to_the_last_that_somebody_may_know_of(desk, client):
    make_report("A", date=date(1998, 3, 1))
    make_draft("B", date=date(2001, 3, 1))
    years = ["2001", "2000", "1999", "1998"]
    assert [year for year in years if f"?date__year={year}" in desk.get(LIST).content.decode()] == years
    client.force_login(make_member(Role.WRITER))
    assert "date__year=2001" not in client.get(LIST).content.decode()
    assert shown(client.get(LIST, {"date__year": "2001"})) == set()


def test_a_long_list_is_counted_no_further_than_anybody_pages(desk, monkeypatch):
    for number in range(4):
        make_draft(f"Draft {number}")
    monkeypatch.setattr(ReportAdmin, "list_per_page", 2)
    monkeypatch.setattr(CountedSoFar, "most", 3)
    page = desk.get(LIST)
    assert "More than 3 reports: narrow the list" in page.content.decode()
    assert "Select all reports of the list" in page.content.decode()
    assert page.context["cl"].paginator.num_pages == 2
    assert "4 reports" not in page.content.decode()
    monkeypatch.setattr(CountedSoFar, "most", 4)
    assert "4 reports" in desk.get(LIST).content.decode()


@pytest.mark.parametrize("words", ["élan VITAL", "elan", "dupont", "ÉLECTIONS", "elan dupont"])
def test_search_finds_titles_authors_and_topics_whatever_their_accents(desk, words):
    make_report("L’Élan vital", authors=[make_author("Zoë Dupont")], topics=[make_topic("Élections")])
    make_report("Other")
    assert shown(desk.get(LIST, {"q": words})) == {"L’Élan vital"}


def test_only_what_is_live_leads_to_the_site(desk):
    reports = [make_draft(), make_scheduled(), make_withdrawn(), make_report("Live one")]
    page = desk.get(LIST).content.decode()
    assert [report.get_absolute_url() in page for report in reports] == [False, False, False, True]


def test_the_list_asks_as_little_for_many_reports_as_for_few(desk):
    def fill(number):
        for _ in range(number):
            make_report(authors=[make_author(), make_author()], topics=[make_topic()])

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert desk.get(LIST).status_code == 200
        return len(caught)

    fill(5)
    desk.get(LIST)
    few = queries()
    fill(45)
    assert queries() == few


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "language=xx",
        "q=%00",
        "q=%22",
        "p=99999",
        "date__year=99999999999",
        "o=99",
        "type__id__exact=x",
        "nonsense=1",
    ],
)
def test_a_strange_query_breaks_nothing(desk, query):
    make_report()
    assert desk.get(f"{LIST}?{query}", follow=True).status_code in {200, 400, 404}


def test_the_parts_of_the_desk_stand_in_the_order_of_use_and_without_taggits_own(desk):
    labels = [app["app_label"] for app in desk.get("/admin/").context["app_list"]]
    assert labels == ["publications", "authors", "topics", "institution", "auth"]


def test_the_editors_style_is_allowed_in_the_desk_alone_and_nothing_inline_anywhere(desk):
    policies = {
        address: desk.get(address)["Content-Security-Policy"] for address in [LIST, f"{LIST}add/", "/", "/topics/"]
    }
    assert [EDITOR_STYLE in policy for policy in policies.values()] == [True, True, False, False]
    assert not any("unsafe" in policy for policy in policies.values())
    assert "nonce-" in policies[f"{LIST}add/"]


def test_a_rebuild_is_suggested_when_the_weights_are_old(desk, monkeypatch):
    make_report(), make_report()
    assert "rebuild_related" not in desk.get("/admin/").content.decode()
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 1)
    assert "rebuild_related" in desk.get("/admin/").content.decode()


def test_pages_of_the_desk_are_kept_nowhere(desk):
    for address in ["/admin/", LIST, f"{LIST}add/"]:
        assert "no-store" in desk.get(address)["Cache-Control"]


def test_reports_without_a_date_come_last_whichever_way_the_others_are_sorted(desk):
    make_draft("Undated")
    make_report("Older", date=date(2020, 5, 3)), make_report("Newer", date=date(2024, 5, 3))
    for order, titles in [("4", ["Older", "Newer", "Undated"]), ("-4", ["Newer", "Older", "Undated"])]:
        listed = desk.get(LIST, {"o": order}).context["cl"].result_list
        assert [report.title for report in listed] == titles


def test_filters_are_called_by_what_they_are_and_reached_from_above_the_list(desk):
    html = desk.get("/admin/authors/author/").content.decode()
    assert "<summary> No longer at the institution</summary>" in html
    assert '<a href="#changelist-filter">Filter the list</a>' in html


def test_the_list_of_authors_says_who_is_an_organisation_and_who_has_left(desk):
    make_author("Ada"), make_author("Institute", is_organisation=True), make_author("Ben", is_former=True)
    rows = parse(desk.get("/admin/authors/author/").content).all("td", class_="field-who")
    assert sorted(row.text for row in rows) == ["-", "Former staff", "Organisation"]


def test_a_part_of_the_desk_with_one_list_leads_to_it(desk):
    assert desk.get("/admin/authors/").url == "/admin/authors/author/"
    assert desk.get("/admin/publications/").status_code == 200
