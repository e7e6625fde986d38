"""The care of topics: each step changes what it says, keeps the old addresses, and is undone exactly."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from publications import relating, sidebars
from publications.editorial import bulk, versions, workflow
from publications.models import FormerSlug, ReportTopic, TopicsApart, TopicStep
from publications.topic_care import tending
from publications.topic_care.merging import merge
from publications.topic_care.undoing import obstacles, undo
from tests import oracle
from tests.conftest import few
from tests.factory import (
    correct,
    editing,
    make_draft,
    make_report,
    make_scheduled,
    make_superuser,
    make_topic,
    make_withdrawn,
)
from tests.importing import about, publication, take_rows
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db


def topics(report):
    return sorted(report.report_topics.values_list("tag__name", flat=True))


def topics_of_edit(report):
    return sorted(row["name"] for row in versions.followed(versions.pending(report).content)["report_topics"])


def synonyms(topic):
    return sorted(topic.synonyms.values_list("name", flat=True))


def addresses(topic):
    return sorted(topic.former_slugs.values_list("slug", flat=True))


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def merged(source, target):
    (step,) = merge([source], target)
    return step


def said(step):
    return [one.sentence for one in obstacles(step)]


def left_alone(step):
    return [str(row.report) for row in step.retagged.filter(retagged=True)]


def all_that_is_known():
    """Topics with all that hangs on them, and the topics of reports with the keys of their rows."""
    columns = ["pk", "name", "name_key", "slug", "kind", "description", "retired", "parent", "created_at"]
    return [
        list(Topic.objects.order_by("pk").values(*columns)),
        list(TopicSynonym.objects.order_by("name").values_list("topic", "name")),
        list(FormerSlug.objects.order_by("slug").values_list("topic", "slug")),
        list(ReportTopic.objects.order_by("pk").values_list("pk", "content_object", "tag")),
    ]


def assert_sidebars_are_right():
    shot, now = oracle.snapshot(), timezone.now()
    for report in relating.Report.objects.live():
        shown = [entry.report.pk for entry in sidebars.sidebar(report).entries if entry.shared]
        assert shown == oracle.sidebar(shot, report.pk, now)


# Merging


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


# And back


def test_undoing_a_merge_gives_back_all_that_it_took():
    wide, old, new = make_topic("Wide"), make_topic("Old", description="Of old."), make_topic("New")
    tending.rename(old, "Older", slug="older")
    Topic.objects.filter(pk=old.pk).update(parent=wide, retired=True)
    make_topic("Child", parent=old)
    TopicSynonym.objects.create(topic=old, name="Oldest")
    TopicSynonym.objects.create(topic=new, name="Newest")
    apart = TopicsApart.objects.create(one=old, other=wide) if old.pk < wide.pk else None
    apart = apart or TopicsApart.objects.create(one=wide, other=old)
    for topics_given in ([old], [old, new], [new], [wide]):
        make_report(topics=topics_given), make_draft(topics=topics_given)
    before, alice = all_that_is_known(), make_superuser()
    step = merged(fresh(old), new)
    undone = undo(step, by=alice)
    assert all_that_is_known() == before
    assert TopicsApart.objects.filter(one=apart.one, other=apart.other).exists()
    assert (undone.kind, undone.undoes, undone.by, undone.reports) == ("undone", step, alice, 4)


def test_what_somebody_has_retagged_since_is_left_and_listed():
    old, new, water = make_topic("Old"), make_topic("New"), make_topic("Water")
    kept, changed, taken = (make_report(title, topics=[old]) for title in ("Kept", "Changed", "Taken"))
    later = make_report("Later", topics=[new])
    step = merged(old, new)
    bulk.retag(changed, [water], [])
    bulk.retag(taken, [water], [new])
    undo(step)
    assert (topics(kept), topics(later)) == (["Old"], ["New"])
    assert (topics(changed), topics(taken)) == (["New", "Water"], ["Water"])
    assert left_alone(step) == ["Changed", "Taken"]


def test_merges_on_merges_are_undone_one_by_one():
    a, b, c = make_topic("A"), make_topic("B"), make_topic("C")
    for carried in ([a], [b], [c], [a, b], [a, c], [b, c], [a, b, c]):
        make_report(topics=carried)
    before = all_that_is_known()
    first = merged(a, b)
    between = all_that_is_known()
    second = merged(b, c)
    assert said(first) == ["“B” was merged into “C” since. Undo that first."]
    undo(second)
    assert all_that_is_known() == between
    undo(first)
    assert all_that_is_known() == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_beside_each_other_are_undone_in_any_order(order):
    a, b, c = make_topic("A"), make_topic("B"), make_topic("C")
    reports = [make_report(topics=given) for given in ([a], [b], [c], [a, b], [a, c], [b, c], [a, b, c])]
    before = [topics(report) for report in reports]
    steps = merge([a, b], c)
    for number in order:
        undo(steps[number])
    assert [topics(report) for report in reports] == before
    assert not any(map(left_alone, steps))


def test_undoing_says_by_what_it_is_blocked():
    old, new = make_topic("Old"), make_topic("New")
    step = merged(old, new)
    TopicSynonym.objects.filter(topic=new).delete()
    other = make_topic("OLD")
    assert said(step) == ["There is a topic “OLD” by now. Give that one another name; then undo."]
    with pytest.raises(ValidationError, match="Give that one another name"):
        undo(step)
    tending.rename(other, "Another", keep_old=False)
    TopicSynonym.objects.create(topic=other, name="Old")
    assert said(step) == ["“Old” is a synonym of “Another” by now. Take it off there; then undo."]


def test_an_address_that_is_anothers_blocks():
    old, new = make_topic("Old"), make_topic("New")
    step = merged(old, new)
    FormerSlug.objects.all().delete()
    make_topic("Another", slug="old")
    assert said(step) == ["The address “old” is that of “Another” by now, or leads there."]


def test_a_step_is_undone_once():
    step = merged(make_topic("Old"), make_topic("New"))
    undone = undo(step)
    assert said(step) == ["This step is undone already."]
    assert "undid another" in said(undone)[0]


def test_what_could_not_be_given_back_is_said():
    old, new = make_topic("Old"), make_topic("New")
    TopicSynonym.objects.create(topic=old, name="Oldest")
    child = make_topic("Child", parent=old)
    step = merged(old, new)
    TopicSynonym.objects.filter(name="Oldest").delete()
    make_topic("Oldest")
    Topic.objects.filter(pk=child.pk).update(parent=None)
    assert undo(step).facts["left"] == [
        "The synonym “Oldest” is that of another topic by now.",
        "“Child” stands below another topic by now.",
    ]


# What changes no report


def test_a_renamed_topic_keeps_its_old_address_and_its_old_name_as_a_synonym(client):
    topic = make_topic("Peace-building")
    make_report(topics=[topic])
    before = all_that_is_known()
    step = tending.rename(topic, "Peacebuilding", slug="peacebuilding")
    assert synonyms(topic) == ["Peace-building"]
    assert client.get("/topics/peace-building/?page=1")["Location"] == "/topics/peacebuilding/?page=1"
    undo(step)
    assert client.get("/topics/peacebuilding/")["Location"] == "/topics/peace-building/"
    former = FormerSlug.objects.get()
    assert (former.slug, former.topic) == ("peacebuilding", topic)
    former.delete()
    assert all_that_is_known() == before


def test_a_synonym_may_become_the_name():
    topic = make_topic("Elections")
    TopicSynonym.objects.create(topic=topic, name="Voting")
    step = tending.rename(topic, "Voting")
    assert synonyms(topic) == ["Elections"]
    undo(step)
    assert (fresh(topic).name, synonyms(topic)) == ("Elections", ["Voting"])


def test_a_name_that_is_anothers_is_refused_and_blocks_undoing():
    topic, other = make_topic("Elections"), make_topic("Water")
    with pytest.raises(ValidationError, match="has this name already"):
        tending.rename(topic, "Water")
    step = tending.rename(topic, "Votes", keep_old=False)
    tending.rename(other, "Elections")
    assert said(step) == ["There is a topic “Elections” by now. Give that one another name; then undo."]


def test_undoing_an_earlier_name_waits_for_the_later():
    topic = make_topic("One")
    first = tending.rename(topic, "Two")
    tending.rename(topic, "Three")
    assert said(first) == ["It has been renamed once more since, to “Three”. Undo that first."]


def test_retiring_and_offering_again_are_undone():
    topic = make_topic("Water")
    step = tending.retire(topic)
    assert fresh(topic).retired
    with pytest.raises(ValidationError, match="retired already"):
        tending.retire(topic)
    undo(step)
    assert not fresh(topic).retired
    again = tending.retire(topic)
    tending.offer(topic)
    assert said(again) == ["“Water” is offered again already."]


def test_synonyms_change_and_change_back():
    topic, other = make_topic("Elections"), make_topic("Water")
    TopicSynonym.objects.create(topic=topic, name="Voting")
    step = tending.set_synonyms(topic, ["Polls", "Ballots"])
    assert synonyms(topic) == ["Ballots", "Polls"]
    with pytest.raises(ValidationError, match="has this name already"):
        tending.set_synonyms(topic, ["Water"])
    undo(step)
    assert synonyms(topic) == ["Voting"]
    again = tending.set_synonyms(topic, [])
    tending.set_synonyms(other, ["Voting"])
    assert said(again) == ["“Voting” is a synonym of “Water” by now. Take it off there; then undo."]


def test_parent_and_children_change_and_change_back():
    topic, wide, one, two = (make_topic(name) for name in ("Topic", "Wide", "One", "Two"))
    tending.set_family(topic, None, [one])
    step = tending.set_family(topic, wide, [two])
    assert [fresh(row).parent for row in (topic, one, two)] == [wide, None, topic]
    with pytest.raises(ValidationError, match="lies below it"):
        tending.set_family(wide, two, [topic])
    Topic.objects.filter(pk=two.pk).update(parent=wide)
    undone = undo(step)
    assert [fresh(row).parent for row in (topic, one, two)] == [None, topic, wide]
    assert undone.facts["left"] == ["“Two” stands elsewhere by now."]


# Whatever happens in between


class World:
    def __init__(self):
        self.topics = [make_topic(f"T{number}").pk for number in range(4)]
        self.reports = []
        for number in range(1, 9):
            make = [make_draft, make_report][number % 2]
            given = [key for place, key in enumerate(self.topics) if number >> place & 1]
            self.reports.append(make(topics=Topic.objects.filter(pk__in=given)))

    def carried(self):
        return {report.pk: set(report.report_topics.values_list("tag", flat=True)) for report in self.reports}


def do_merge(world, one, other, facts):
    there = list(Topic.objects.filter(pk__in=world.topics).order_by("pk"))
    source, target = there[one % len(there)], there[other % len(there)]
    if source != target:
        promised = {report for report, keys in world.carried().items() if source.pk in keys}
        facts["promised"][merged(source, target).pk] = promised


def do_undo(world, one, other, facts):
    steps = [step for step in TopicStep.objects.filter(kind="merged", undone_by=None) if not obstacles(step)]
    if steps:
        take_back(world, steps[one % len(steps)], facts)


def take_back(world, step, facts):
    """Exactly those come back that the step changed and nobody has retagged since."""
    before, promised = world.carried(), facts["promised"][step.pk]
    undo(step)
    after = world.carried()
    assert {report for report, keys in after.items() if step.topic in keys} == promised
    assert {report for report in before if before[report] != after[report]} == promised
    assert {row.report_id for row in step.retagged.filter(retagged=False)} == promised


def do_retag(world, one, other, facts):
    """With a topic that was not there before, so that nobody comes back to what was."""
    report = world.reports[one % len(world.reports)]
    there = list(Topic.objects.filter(pk__in=world.topics))
    bulk.retag(fresh(report), [make_topic(), there[other % len(there)]], there[: other % 2])
    for promised in facts["promised"].values():
        promised.discard(report.pk)
    facts["untouched"].discard(report.pk)


histories = st.lists(
    st.tuples(st.sampled_from([do_merge, do_undo, do_retag]), st.integers(0, 7), st.integers(0, 7)), max_size=9
)


class AfterAnyHistory(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = World()
        relating.rebuild()

    @few
    @given(histories)
    def test_exactly_the_promised_reports_come_back(self, history):
        facts = {"promised": {}, "untouched": {report.pk for report in self.world.reports}}
        at_first = self.world.carried()
        for do, one, other in history:
            note(f"{do.__name__} {one} {other}")
            do(self.world, one, other, facts)
        for step in TopicStep.objects.filter(kind="merged", undone_by=None).order_by("-pk"):
            take_back(self.world, step, facts)
        at_last = self.world.carried()
        assert {pk: at_last[pk] for pk in facts["untouched"]} == {pk: at_first[pk] for pk in facts["untouched"]}
        assert_sidebars_are_right()
