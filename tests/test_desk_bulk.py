"""What is done to many reports at once from the desk's list, and the list as a table."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publications import relating
from publications.desk import bulk
from publications.editorial import versions, workflow
from publications.editorial.roles import Role
from publications.models import RelatedPublication, Report
from tests.desk import form_of, said, send
from tests.factory import (
    make_author,
    make_draft,
    make_member,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_type,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/publications/report/"


@pytest.fixture
def desk(client):
    client.force_login(make_superuser())
    return client


def choose(client, action, *reports, **answers):
    """The page that asks first, for these reports; with answers, the confirmation."""
    data = {"action": action, "_selected_action": [report.pk for report in reports]}
    confirmed = {"confirmed": "yes"} | answers if answers else {}
    return client.post(LIST, data | confirmed, follow=True)


def confirm(client, action, *reports, **answers):
    return choose(client, action, *reports, **(answers or {"sure": "yes"}))


def situations(*reports):
    return [Report.objects.get(pk=report.pk).situation() for report in reports]


def topics(report):
    return sorted(topic.name for topic in Report.objects.get(pk=report.pk).topics.all())


def test_topics_are_changed_in_sight_of_those_that_are_there(desk):
    tagged = make_report("Tagged", topics=[make_topic("Water"), make_topic("Peace <b>")])
    html = choose(desk, "retag", tagged, make_report("Bare")).content.decode()
    assert "Live, with <bdi>Peace &lt;b&gt;</bdi>, <bdi>Water</bdi>" in html
    assert "Live, without topics" in html
    assert "without topics" not in choose(desk, "bin", tagged).content.decode()


def test_nothing_happens_before_it_is_confirmed(desk):
    draft = make_draft("Water")
    html = choose(desk, "publish", draft).content.decode()
    assert "1 report" in html
    assert "Water" in html
    assert situations(draft) == ["draft"]


def test_what_can_be_published_is_and_the_rest_is_named_with_its_reason(desk):
    reports = [make_draft("A"), make_draft("B", state="in_review"), make_scheduled("C")]
    bare, live = make_draft("Bare", type=None, lead=""), make_report("Live")
    sentences = said(confirm(desk, "publish", *reports, bare, live))
    assert situations(*reports) == ["live"] * 3
    assert situations(bare, live) == ["draft", "live"]
    assert sentences[0] == "3 reports were published."
    assert "“Bare”: Choose a type" in sentences[1]
    assert "“Live”: It is live already." in sentences[2]


def test_drafts_and_edits_are_sent_to_review(desk):
    draft, live, untouched = make_draft(), make_report(), make_report("Untouched")
    send(desk, form_of(live), subtitle="Edited")
    sentences = said(confirm(desk, "submit", draft, live, untouched))
    assert sentences[0] == "2 reports were sent to review."
    assert "“Untouched”: There is no edit yet" in sentences[1]
    assert situations(draft) == ["in_review"]
    assert Report.objects.get(pk=live.pk).edit_submitted_at


def test_topics_change_in_what_is_live_and_in_the_edit_that_waits(desk):
    water, peace, wells = make_topic("Water"), make_topic("Peace"), make_topic("Wells")
    report, other = make_report("One", topics=[water]), make_report("Two", topics=[peace])
    send(desk, form_of(report), topics=[water.pk, wells.pk], title="Edited")
    confirm(desk, "retag", report, add=[peace.pk], remove=[water.pk])
    assert topics(report) == ["Peace"]
    pending = versions.pending(report).content
    assert sorted(row["name"] for row in pending["report_topics"]) == ["Peace", "Wells"]
    assert pending["fields"]["title"] == "Edited"
    assert RelatedPublication.objects.filter(report=report, related=other, origin="computed").exists()
    assert [row.tag.name for row in report.versions.last().report.report_topics.all()] == ["Peace"]


def test_publishing_an_older_edit_does_not_undo_a_change_of_topics(desk):
    water, peace = make_topic("Water"), make_topic("Peace")
    report = make_report("One", topics=[water])
    send(desk, form_of(report), title="Edited")
    confirm(desk, "retag", report, add=[peace.pk], remove=[water.pk])
    workflow.publish_edit(Report.objects.get(pk=report.pk))
    assert topics(report) == ["Peace"]
    assert Report.objects.get(pk=report.pk).title == "Edited"


def test_a_change_of_topics_that_changes_nothing_is_no_version(desk):
    water = make_topic("Water")
    report = make_report(topics=[water])
    confirm(desk, "retag", report, add=[water.pk])
    assert not report.versions.exists()


@pytest.mark.parametrize("answers", [{"add": [], "remove": [], "x": "x"}, "both"])
def test_topics_that_make_no_sense_are_asked_again(desk, answers):
    water, report = make_topic("Water"), make_report()
    given = {"add": [water.pk], "remove": [water.pk]} if answers == "both" else answers
    html = confirm(desk, "retag", report, **given).content.decode()
    assert ("stands in both lists" in html) or ("Choose a topic" in html)
    assert topics(report) == []


def test_a_type_changes_unless_a_number_stands_in_the_way(desk):
    brief, numbered = make_type("Brief"), make_type("Special Report", is_numbered=True)
    plain = make_report("Plain", type=numbered)
    with_number = make_report("Numbered", type=numbered, number="7")
    sentences = said(confirm(desk, "retype", plain, with_number, type=brief.pk))
    assert Report.objects.get(pk=plain.pk).type == brief
    assert Report.objects.get(pk=with_number.pk).type == numbered
    assert "“Numbered”: It has the number 7" in sentences[1]


def test_a_number_stays_one_reports_alone_when_types_change(desk):
    one, two = make_type("Special Report", is_numbered=True), make_type("Brief", is_numbered=True)
    make_report(type=one, number="7")
    other = make_report("Other", type=two, number="7")
    assert "There is a Special Report 7 already" in said(confirm(desk, "retype", other, type=one.pk))[0]


def test_drafts_go_to_the_bin_and_public_ones_stay(desk):
    draft, live = make_draft(), make_report()
    html = choose(desk, "bin", draft, live).content.decode()
    assert "Passed over" in html
    confirm(desk, "bin", draft, live)
    assert situations(draft, live) == ["binned", "live"]


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.READER, set()),
        (Role.WRITER, {"submit", "bin"}),
        (Role.EDITOR, {"submit", "bin", "retag", "retype"}),
        (Role.PUBLISHER, {"submit", "bin", "retag", "retype", "publish"}),
    ],
)
def test_a_role_is_offered_what_it_may_do_to_many(client, role, names):
    client.force_login(make_member(role))
    make_report()
    html = client.get(LIST).content.decode()
    offered = {one.name for one in bulk.BULKS if f'<option value="{one.name}"' in html}
    assert offered == names
    assert '<option value="export"' in html


@pytest.mark.parametrize("role", [Role.READER, Role.WRITER, Role.EDITOR])
def test_a_role_does_to_many_only_what_it_may_do_to_one(client, role):
    user = make_member(role)
    client.force_login(user)
    water, kind = make_topic("Water"), make_type("Brief")
    others = [make_draft("Hidden"), make_draft("Read", state="in_review"), make_scheduled("Soon"), make_report("Live")]
    mine = make_draft("Mine", made_by=user)
    before = situations(*others, mine)
    for action, answers in {
        "publish": {},
        "retag": {"add": [water.pk]},
        "retype": {"type": kind.pk},
        "bin": {},
    }.items():
        response = confirm(client, action, *others, *([mine] if action in {"publish", "retype"} else []), **answers)
        if role < Role.EDITOR:
            assert "Hidden" not in response.content.decode()
            assert "Soon" not in response.content.decode()
    after = situations(*others, mine)
    if role < Role.EDITOR:
        assert after == before
        assert all(topics(report) == [] for report in others)
    else:
        assert after == ["binned", "binned", "scheduled", "live", "draft"]
        assert all(topics(report) == ["Water"] for report in others)
    assert Report.objects.get(pk=others[3].pk).type != kind


def test_too_many_at_once_are_refused(desk, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    drafts = [make_draft() for _ in range(3)]
    assert "Narrow the list" in said(confirm(desk, "publish", *drafts))[0]
    assert situations(*drafts) == ["draft"] * 3


def test_a_sidebar_is_right_after_many_were_published(desk):
    water = make_topic("Water")
    drafts = [make_draft(f"Draft {number}", topics=[water]) for number in range(3)]
    confirm(desk, "publish", *drafts)
    assert relating.rebuild().written == 0


# The list as a table


def table(response):
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_chosen_reports_are_exported_as_a_table(desk):
    report = make_report(
        "L’eau, “la paix”",
        authors=[make_author("Zoë Dupont"), make_author("مريم")],
        topics=[make_topic("Water"), make_topic("Élections")],
        doi="10.5555/x",
    )
    make_report("Not chosen")
    response = choose(desk, "export", report)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    (row,) = table(response)
    assert (row["Title"], row["State"], row["Authors"]) == ("L’eau, “la paix”", "Live", "Zoë Dupont; مريم")
    assert (row["Topics"], row["DOI"]) == ("Élections; Water", "10.5555/x")


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")'])
def test_no_cell_is_a_formula(desk, title):
    (row,) = table(choose(desk, "export", make_draft(title)))
    assert row["Title"] == f"'{title}"


def test_everybody_exports_what_they_see_and_no_more(client):
    hidden, live = make_draft("Hidden"), make_report("Live")
    make_withdrawn("Gone")
    client.force_login(make_member(Role.READER))
    assert [row["Title"] for row in table(choose(client, "export", hidden, live))] == ["Live"]


def test_the_table_asks_as_little_for_many_reports_as_for_few(desk):
    def queries(reports):
        with CaptureQueriesContext(connection) as caught:
            table(choose(desk, "export", *reports))
        return len(caught)

    few = [make_report(authors=[make_author()], topics=[make_topic()]) for _ in range(3)]
    many = few + [make_report(authors=[make_author()], topics=[make_topic()]) for _ in range(20)]
    queries(few)
    assert queries(many) == queries(few)


@pytest.mark.parametrize("words", ["herders", "amina", "water wells"])
def test_the_list_searches_title_text_authors_and_topics(desk, words):
    make_report("Wells", body="<p>Of herders.</p>", authors=[make_author("Amina")], topics=[make_topic("Water")])
    make_report("Other")
    rows = desk.get(LIST, {"q": words}).context["cl"].result_list
    assert [report.title for report in rows] == ["Wells"]
