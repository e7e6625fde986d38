"""The checks before publishing: each finds the report that fails it and names the field; advice is no obstacle."""

import json

import pytest
from django.urls import reverse

from publications.editorial import checks, workflow
from publications.editorial.roles import Role
from publications.models import Report
from tests.factory import (
    make_draft,
    make_many,
    make_member,
    make_report,
    make_superuser,
    make_topic,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db
LONG = "<p>" + "Every spring the pumps fail. " * 400 + "</p>"


@pytest.fixture
def user():
    return make_superuser()


@pytest.fixture
def narrow():
    """A topic that few of many reports carry."""
    make_many(12)
    return make_topic("Wells")


@pytest.fixture
def draft(narrow):
    def make(title="Wells of the upper valley", **values):
        values = {"lead": "<p>Short.</p>", "topics": [narrow]} | values
        return make_draft(title, **values)

    return make


def found(report, user):
    return [(each.field, each.is_error) for each in checks.findings(Report.objects.get(pk=report.pk), user)]


def sentences(report, user):
    return " ".join(each.sentence for each in checks.findings(Report.objects.get(pk=report.pk), user))


def test_a_whole_report_passes_every_check(draft, user):
    assert found(draft(), user) == []


def test_what_is_needed_to_publish_is_an_error_and_comes_first(draft, user):
    report = draft(lead="", topics=[])
    Report.objects.filter(pk=report.pk).update(type=None, language="")
    assert found(report, user) == [("type", True), ("language", True), ("lead", True), ("topics", False)]


def test_pictures_without_an_alternative_text_are_counted(draft, user):
    figure = '<figure><img data-picture="{0}{0}-{0}-{0}-{0}-{0}{0}{0}" alt=""></figure>'
    report = draft(body=figure.format("1111"))
    assert found(report, user) == [("body", True)]
    said = sentences(report, user)
    assert "Give each picture an alternative text, which" in said
    assert "one of them has none." in said
    report.body += figure.format("2222")
    report.save()
    assert "2 of them have none." in sentences(report, user)


def test_topics_are_missing_or_too_broad(draft, narrow, user):
    broad = make_topic("Everything")
    for report in Report.objects.live()[:6]:
        report.topics.add(broad)
        workflow.relating.refresh([report.pk])
    assert found(draft("One", topics=[]), user) == [("topics", False)]
    report = draft("Two", topics=[broad])
    assert found(report, user) == [("topics", False)]
    assert "“Everything” is on very many reports" in sentences(report, user)
    assert found(draft("Three", topics=[broad, narrow]), user) == []


def test_a_lead_that_lists_cut_asks_for_a_teaser(draft, user):
    lead = f"<p>{'Words and words. ' * 30}<foot-note>Not counted.</foot-note></p>"
    report = draft(lead=lead)
    assert found(report, user) == [("teaser", False)]
    assert "509 characters; lists show 300" in sentences(report, user)
    assert found(draft("Another", lead=lead, teaser="Short."), user) == []


def test_a_long_body_without_headings_is_told_of(draft, user):
    assert found(draft("One", body=LONG), user) == [("body", False)]
    assert found(draft("Two", body=f"<h2>Pumps</h2>{LONG}"), user) == []


def test_a_title_that_is_nearly_anothers_is_told_of_to_those_who_may_know_it(draft, user):
    make_draft("Wells of the Upper Valleys", made_by=user)
    report = draft("Wells of the upper valley")
    assert found(report, user) == [("title", False)]
    assert "“Wells of the Upper Valleys”" in sentences(report, user)
    assert found(report, make_member(Role.WRITER)) == []
    assert found(draft("Wells of the lower delta"), user) == []


def test_words_that_do_not_say_where_a_link_leads_are_told_of_once(draft, user):
    body = (
        '<p><a href="https://a.example/">here</a>, <a href="https://b.example/">here</a> and <a href="/">home</a>.</p>'
    )
    report = draft(body=body)
    assert found(report, user) == [("body", False)]
    assert "only “here”" in sentences(report, user)


def test_links_among_our_own_pages_that_lead_nowhere_are_told_of(draft, narrow, user, settings):
    settings.SITE_URL = "https://institute.example"
    there, gone, hidden = make_report("There", topics=[narrow]), make_withdrawn("Gone"), make_draft("Hidden")
    workflow.relating.refresh([there.pk])
    dead = [
        gone.get_absolute_url(),
        hidden.get_absolute_url(),
        "/publications/never/",
        "/topics/never/",
        "/no/such/page/",
        "/about/",
    ]
    fine = [
        "/topics",
        "/static/x.css",
        "http://us\uff03er@host/",
        there.get_absolute_url(),
        narrow.get_absolute_url(),
        "/publications/?q=x",
        "/feeds/publications.rss",
        "#top",
    ]
    own = [f"https://institute.example{address}" for address in (dead[2], fine[0])]
    others = ["https://other.example/publications/never/", "mailto:a@b.example"]
    links = "".join(f'<p><a href="{address}">words</a></p>' for address in [*dead, *fine, *own, *others])
    report = draft(summary=links)
    told = [each for each in checks.findings(report, user) if each.field == "summary"]
    assert [each.sentence for each in told] == [
        f"A link leads to {address}, where readers find nothing." for address in [*dead, own[0]]
    ]


def test_a_former_address_is_no_dead_link(draft, narrow, user):
    there = make_report("There", topics=[narrow])
    before = there.get_absolute_url()
    there.slug = "elsewhere"
    there.save()
    workflow.relating.refresh([there.pk])
    assert found(draft(body=f'<p><a href="{before}">words</a></p>'), user) == []


def test_advice_keeps_nothing_from_being_published(user):
    report = make_draft("Wells", topics=[], body=LONG, lead="<p>Lead.</p>")
    assert {is_error for _, is_error in found(report, user)} == {False}
    workflow.move(report, "published", by=user)
    assert Report.objects.live().filter(pk=report.pk).exists()


def test_the_form_shows_the_checks_and_they_follow_what_is_typed(client, draft, user):
    client.force_login(user)
    report = draft(topics=[])
    form = client.get(reverse("admin:publications_report_change", args=[report.pk])).content.decode()
    assert 'href="#id_topics">Topics</a>: It has no topics' in form
    data = {
        "title": "Wells", "lead": "", "language": "en", "slug": report.slug, "date_precision": "day", "wants": "checks",
        **{f"{part}-{count}_FORMS": "0" for part in ("authorships", "attachments", "related_entries")
           for count in ("TOTAL", "INITIAL")},
    }  # fmt: skip
    answer = json.loads(client.post(reverse("admin:preview-typed", args=[report.pk]), data).content)
    assert 'href="#id_lead">Lead</a>: Write a lead or attach a file' in answer["checks"]
    assert "page" not in answer


def test_check_of_tables_without_header_cells(user):
    bare, headed = (f"<table><tbody><tr><{tag}>a</{tag}><td>b</td></tr></tbody></table>" for tag in ("td", "th"))
    report = make_draft(body=bare + headed + bare, summary=headed)
    said = [(one.field, one.sentence) for one in checks.findings(report, user) if "header cells" in one.sentence]
    assert [field for field, _ in said] == ["body"]
    assert said[0][1].startswith("2 tables have no header cells")
