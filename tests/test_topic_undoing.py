"""Each step of topic care is undone exactly, or says by what it is blocked."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from publications import relating
from publications.editorial import bulk
from publications.models import FormerSlug, Report, TopicsApart, TopicStep
from publications.topic_care import tending
from publications.topic_care.merging import merge
from publications.topic_care.undoing import obstacles, undo
from tests.conftest import few
from tests.factory import (
    feature,
    make_draft,
    make_report,
    make_superuser,
    make_topic,
)
from tests.tending import (
    all_that_is_known,
    assert_sidebars_are_right,
    fresh,
    left_alone,
    merged,
    said,
    synonyms,
    topics,
)
from topics.models import Topic, TopicSynonym

pytestmark = pytest.mark.django_db


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
    alone, both, _, _ = Report.objects.live().order_by("pk")
    feature(old, both, alone)
    feature(new, both)
    before, alice = all_that_is_known(), make_superuser()
    step = merged(fresh(old), new)
    assert list(new.features.values_list("report", flat=True)) == [both.pk, alone.pk]
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
