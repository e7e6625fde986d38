"""Merging topics: all carry the other, old addresses lead on, and it is one transaction."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publications import relating, sidebars
from publications.editorial import versions, workflow
from publications.models import ReportTopic, TopicStep
from publications.topic_care import tending
from publications.topic_care.merging import merge
from publications.topic_care.undoing import undo
from tests.factory import (
    correct,
    editing,
    make_draft,
    make_report,
    make_scheduled,
    make_topic,
    make_withdrawn,
)
from tests.importing import about, publication, take_rows
from tests.tending import (
    addresses,
    all_that_is_known,
    assert_sidebars_are_right,
    fresh,
    merged,
    synonyms,
    topics,
    topics_of_edit,
)
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db


def test_every_report_of_the_one_carries_the_other_at_every_stage_and_none_twice():
    old, new, other = make_topic("Peace-building"), make_topic("Peacebuilding"), make_topic("Water")
    makes = [make_report, make_draft, make_scheduled, make_withdrawn]
    reports = [make(topics=[old, other]) for make in makes]
    binned, both = make_draft(topics=[old], binned_at=timezone.now()), make_report(topics=[old, new])
    step = merged(old, new)
    assert [topics(report) for report in reports] == [["Peacebuilding", "Water"]] * 4
    assert topics(binned) == topics(both) == ["Peacebuilding"]
    assert step.reports == 6


def test_names_addresses_and_children_go_to_the_other():
    old, new = make_topic("Civil war"), make_topic("Conflict")
    tending.rename(old, "Civil wars", slug="civil-wars")
    TopicSynonym.objects.create(topic=old, name="Intrastate conflict")
    child, wide = make_topic("Ceasefires", parent=old), make_topic("Wide")
    Topic.objects.filter(pk=old.pk).update(parent=wide)
    merged(fresh(old), new)
    assert not Topic.objects.filter(pk=old.pk).exists()
    assert synonyms(new) == ["Civil war", "Civil wars", "Intrastate conflict"]
    assert addresses(new) == ["civil-war", "civil-wars"]
    assert fresh(child).parent == new
    assert fresh(new).parent is None


def test_a_parent_merged_into_its_own_child_makes_no_loop():
    wide, top = make_topic("Wide"), make_topic("Top")
    Topic.objects.filter(pk=wide.pk).update(parent=top)
    narrow, other = make_topic("Narrow", parent=wide), make_topic("Other", parent=wide)
    before = all_that_is_known()
    step = merged(wide, narrow)
    assert fresh(narrow).parent == top
    assert fresh(other).parent == narrow
    undo(step)
    assert all_that_is_known() == before


def test_old_addresses_pages_feeds_and_filters_lead_on(client):
    old, new = make_topic("Peace-building"), make_topic("Peacebuilding", slug="building-peace")
    make_report(topics=[old]), make_report(topics=[new])
    merged(old, new)
    for address in ("/topics/peace-building/", "/topics/peace-building/feed.rss?page=2", "/topics/peace-building/?x=1"):
        if (answer := client.get(address)).status_code != 404:
            assert (answer.status_code, answer["Location"]) == (
                301,
                address.replace("peace-building", "building-peace"),
            )
    listed = client.get("/publications/?topic=peace-building", follow=True).content.decode()
    assert 'data-count="2"' in listed


def test_the_sidebars_are_right_at_the_next_request():
    old, new, water = make_topic(), make_topic(), make_topic()
    one, other = make_report(topics=[old]), make_report(topics=[new])
    for number in range(4):
        make_report(topics=[water, [old, new][number % 2]])
    relating.rebuild()
    step = merged(old, new)
    assert other.pk in [entry.report.pk for entry in sidebars.sidebar(one).entries]
    assert_sidebars_are_right()
    undo(step)
    assert other.pk not in [entry.report.pk for entry in sidebars.sidebar(one).entries]
    assert_sidebars_are_right()


def test_an_edit_that_waits_is_merged_too_and_publishing_it_undoes_nothing():
    old, new, water = make_topic("Old"), make_topic("New"), make_topic("Water")
    report = make_report("One", topics=[water])
    with editing(report):
        ReportTopic.objects.create(content_object=report, tag=old)
    step = merged(old, new)
    assert topics(report) == ["Water"]
    assert topics_of_edit(report) == ["New", "Water"]
    workflow.publish_edit(fresh(report))
    assert topics(report) == ["New", "Water"]
    undo(step)
    assert topics(report) == ["Old", "Water"]


def test_an_edit_that_was_begun_since_gets_the_topic_back_too():
    old, new = make_topic("Old"), make_topic("New")
    report = make_report("One", topics=[old])
    step = merged(old, new)
    with editing(report):
        relating.Report.objects.filter(pk=report.pk).update(title="Edited")
    undo(step)
    assert (topics(report), topics_of_edit(report)) == (["Old"], ["Old"])
    workflow.publish_edit(fresh(report))
    assert (topics(report), fresh(report).title) == (["Old"], "Edited")


def test_an_edit_that_is_dropped_is_forgotten():
    old, new = make_topic("Old"), make_topic("New")
    report = make_report(topics=[old])
    with editing(report):
        ReportTopic.objects.create(content_object=report, tag=make_topic("Water"))
    step = merged(old, new)
    workflow.drop_edit(fresh(report))
    with editing(report):
        relating.Report.objects.filter(pk=report.pk).update(title="Edited")
    undo(step)
    assert (topics(report), topics_of_edit(report)) == (["Old"], ["Old"])


def test_what_is_public_of_old_is_read_by_the_names_of_today():
    old, new = make_topic("Old"), make_topic("New")
    report = make_report("One", topics=[old, new])
    correct(report, title="Two")
    step = merged(old, new)
    content = report.versions.last().content
    assert [topic.name for topic in versions.read(report, content).report.topics.all()] == ["New"]
    assert versions.read(report, content).lost == []
    undo(step)
    assert sorted(topic.name for topic in versions.read(report, content).report.topics.all()) == ["New", "Old"]


def test_what_a_version_names_and_is_gone_is_said():
    old, new = make_topic("Old"), make_topic("New")
    report = make_report("One", topics=[old])
    correct(report, title="Two")
    merged(old, new)
    report.report_topics.all().delete()
    fresh(new).delete()
    assert versions.read(report, report.versions.last().content).lost == ["“Old” is no longer there."]


def test_several_topics_go_into_one_or_none_does():
    one, two, into = make_topic("One"), make_topic("Two"), make_topic("Into", kind="keyword")
    report = make_report(topics=[one, two])
    with pytest.raises(ValidationError, match="keyword"):
        merge([one, two], into)
    assert topics(report) == ["One", "Two"]
    Topic.objects.filter(pk=into.pk).update(kind="place")
    steps = merge([one, two], fresh(into))
    assert [step.name for step in steps] == ["One", "Two"]
    assert topics(report) == ["Into"]


def test_what_makes_no_sense_is_refused():
    water, other = make_topic("Water"), make_topic("Other")
    with pytest.raises(ValidationError, match="into itself"):
        merge([water], water)
    merged(water, other)
    with pytest.raises(ValidationError, match="no longer there"):
        merge([water], other)


def test_a_merge_is_one_transaction(monkeypatch):
    old, new = make_topic("Old"), make_topic("New")
    report = make_report(topics=[old])
    before = all_that_is_known()
    monkeypatch.setattr(relating, "refresh", lambda reports: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merged(old, new)
    assert all_that_is_known() == before
    assert topics(report) == ["Old"]
    assert not TopicStep.objects.exists()


def test_reports_are_merged_and_given_back_batch_by_batch(monkeypatch):
    """As many queries for many as for few, within a batch; and nothing is missed where batches meet."""
    monkeypatch.setattr("publications.topic_care.merging.relate_anew", lambda reports: None)
    monkeypatch.setattr("publications.topic_care.undoing.relate_anew", lambda reports: None)

    def cost(reports):
        old, new = make_topic(), make_topic()
        for number in range(reports):
            make_draft(topics=[old, new][: 1 + number % 2])
        with CaptureQueriesContext(connection) as of_merge:
            step = merged(old, new)
        with CaptureQueriesContext(connection) as of_undo:
            undo(step)
        assert old.report_topics.count() == reports
        return len(of_merge), len(of_undo)

    cost(2)
    assert cost(30) == cost(4)
    monkeypatch.setattr("publications.topic_care.retagging.BATCH", 7)
    assert cost(30) > cost(7)


def test_an_import_that_runs_again_undoes_no_merge(tmp_path):
    given = {
        "topics": [{"name": "Peace-building", "kind": "subject"}, {"name": "Peacebuilding", "kind": "subject"}],
        "publications": [publication("a", topics=about("Peace-building")), publication("b")],
    }
    take_rows(tmp_path, **given)
    merged(*Topic.objects.order_by("name"))
    given["topics"][0]["description"] = "Changed at the source."
    given["publications"][0]["title"] = "Changed there too"
    take_rows(tmp_path, **given)
    assert [topic.name for topic in Topic.objects.all()] == ["Peacebuilding"]
    assert topics(relating.Report.objects.get(slug="a")) == ["Peacebuilding"]
