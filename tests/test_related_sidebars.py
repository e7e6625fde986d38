"""What stands beside a report, as readers get it, and that it is right again after every change."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from publications import relating, sidebars
from publications.editorial import workflow
from publications.models import Authorship, RelatedPublication, RelatingWeights, Report, ReportTopic, TopicWeight
from publications.query import LONG_FIELDS
from tests import oracle
from tests.factory import (
    make_author,
    make_draft,
    make_report,
    make_scheduled,
    make_topic,
    make_type,
    make_withdrawn,
    relate,
)

pytestmark = pytest.mark.django_db
Origin = RelatedPublication.Origin


@pytest.fixture
def water():
    return make_topic("Water")


@pytest.fixture
def peace():
    return make_topic("Peace")


def beside(report, at=None):
    """The titles in the sidebar of a report."""
    return [entry.report.title for entry in sidebars.sidebar(report, at).entries]


def refresh(*reports):
    relating.refresh([report.pk for report in reports])


# What a reader sees


def test_reports_that_share_a_topic_stand_beside_each_other(water):
    one, other = make_report("One", topics=[water]), make_report("Other", topics=[water, make_topic()])
    refresh(one, other)
    assert beside(one) == ["Other"]
    assert beside(other) == ["One"]
    assert sidebars.sidebar(one).heading == "Related Publications"


def test_an_entry_names_the_shared_topics_in_a_plain_order(water):
    topics = [
        make_topic("Zebras", kind="keyword"),
        make_topic("Asia", kind="place"),
        make_topic("Apples", kind="keyword"),
        water,
    ]
    one = make_report(topics=[*topics, make_topic("Only here")])
    make_report(topics=[*topics, make_topic("Only there")])
    refresh(one)
    entry = sidebars.sidebar(one).entries[0]
    assert [topic.name for topic in entry.shared] == ["Water", "Asia", "Apples", "Zebras"]
    assert entry.origin == Origin.COMPUTED


def test_a_retired_topic_relates_and_a_parent_does_not():
    parent = make_topic("Environment")
    water, air = make_topic("Water", parent=parent), make_topic("Air", parent=parent)
    retired = make_topic("Ether", retired=True)
    one = make_report("One", topics=[water, retired])
    make_report("Sibling", topics=[air])
    make_report("Parent", topics=[parent])
    make_report("Retired", topics=[retired])
    refresh(one)
    assert beside(one) == ["Retired"]


def test_there_are_at_most_six_entries_with_pins_first_in_their_order(water):
    one = make_report(topics=[water])
    for number in range(6):
        make_report(f"Computed {number}", topics=[water], date=date(2020, 1, 9 - number))
    for number in (2, 1):
        relate(one, make_report(f"Pinned {number}"), position=number)
    refresh(one)
    computed = [title for title in beside(one) if title.startswith("Computed")]
    assert beside(one) == ["Pinned 1", "Pinned 2", *computed]
    assert len(computed) == 4


def test_more_than_six_pins_show_the_first_six():
    one = make_report()
    for number in range(8):
        relate(one, make_report(f"Pinned {number}"), position=number)
    assert beside(one) == [f"Pinned {number}" for number in range(6)]


def test_a_pin_that_is_not_live_takes_no_place_and_is_no_computed_entry_when_it_goes_live(water):
    one = make_report(topics=[water])
    scheduled = make_scheduled("Tomorrow", days=1, topics=[water])
    relate(one, scheduled)
    make_report("Computed", topics=[water])
    refresh(one, scheduled)
    assert beside(one) == ["Computed"]
    assert beside(one, timezone.now() + timedelta(days=2)) == ["Tomorrow", "Computed"]


def test_a_pinned_report_stands_there_once(water):
    one, pinned = make_report(topics=[water]), make_report("Pinned", topics=[water])
    refresh(one, pinned)
    relate(one, pinned)
    refresh(one)
    assert beside(one) == ["Pinned"]
    assert sidebars.sidebar(one).entries[0].origin == Origin.PINNED


def test_a_pin_or_an_exclusion_acts_on_one_sidebar_alone(water):
    one, pinned, excluded = (make_report(title, topics=[water]) for title in ("One", "Pinned", "Excluded"))
    relate(one, pinned)
    relate(one, excluded, Origin.EXCLUDED)
    refresh(one)
    assert beside(one) == ["Pinned"]
    assert "One" in beside(pinned)
    assert "One" in beside(excluded)


@pytest.mark.parametrize("origin", ["updates", "responds_to", "part_of", "superseded_by"])
def test_a_typed_link_keeps_both_out_of_each_others_sidebars(water, origin):
    one, other = make_report("One", topics=[water]), make_report("Other", topics=[water])
    refresh(one, other)
    link = relate(one, other, origin)
    refresh(one)
    assert not RelatedPublication.objects.filter(origin=Origin.COMPUTED).exists()
    link.delete()
    refresh(one)
    assert (beside(one), beside(other)) == (["Other"], ["One"])


@pytest.mark.parametrize("make", [make_draft, make_scheduled, make_withdrawn])
def test_leak_nothing_that_is_not_live_stands_in_a_sidebar(water, make):
    author = make_author()
    one = make_report(topics=[water], authors=[author])
    hidden = make(topics=[water], authors=[author])
    relate(make_report("Pinning", topics=[water]), hidden)
    relate(one, hidden, Origin.UPDATES)
    relating.rebuild()
    for report in Report.objects.live():
        assert hidden not in [entry.report for entry in sidebars.sidebar(report).entries]
        assert sidebars.linked(report) == []


def test_a_scheduled_report_is_there_at_the_very_second_and_nothing_is_written(water, django_assert_num_queries):
    moment = datetime(2030, 5, 1, 12, tzinfo=UTC)
    one, soon = make_report("One", topics=[water]), make_report("Soon", topics=[water], public_from=moment)
    refresh(soon)
    rows = list(RelatedPublication.objects.values_list())
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        assert beside(one) == []
    with time_machine.travel(moment, tick=False):
        assert beside(one) == ["Soon"]
        assert beside(soon) == ["One"]
    assert list(RelatedPublication.objects.values_list()) == rows


def test_a_sidebar_costs_as_many_queries_for_six_entries_as_for_one(water, django_assert_num_queries):
    author = make_author()
    one = make_report(topics=[water], authors=[author])
    make_report(topics=[water], authors=[author])
    refresh(one)
    report = Report.objects.prefetch_related("report_topics__tag").get(pk=one.pk)
    with django_assert_num_queries(4):
        sidebars.sidebar(report)
    for _ in range(8):
        make_report(topics=[water, make_topic()], authors=[author, make_author()])
    refresh(one)
    with django_assert_num_queries(4):
        sidebar = sidebars.sidebar(report)
    assert len(sidebar.entries) == 6
    with django_assert_num_queries(0):
        for entry in sidebar.entries:
            assert all(
                [entry.report.type.name, entry.report.byline[0].author.name, entry.report.shown_topics, entry.shared]
            )
    assert set(LONG_FIELDS) <= sidebar.entries[0].report.get_deferred_fields()


# The fallback


def test_with_nothing_related_the_same_authors_stand_in_and_the_heading_says_so(water):
    author = make_author()
    one = make_report(topics=[water], authors=[author], type=make_type("Brief"))
    make_report("Older", authors=[author], date=date(2020, 1, 1))
    make_report("Newer", authors=[author], date=date(2021, 1, 1))
    make_draft("Hidden", authors=[author])
    make_report("Of its type", type=make_type("Brief"))
    sidebar = sidebars.sidebar(one)
    assert beside(one) == ["Newer", "Older"]
    assert (sidebar.heading, sidebar.is_fallback) == ("More from this author", True)
    assert sidebar.entries[0].shared == []


def test_with_no_other_report_of_its_authors_the_type_stands_in():
    one = make_report(authors=[make_author()])
    for number in range(1, 9):
        make_report(f"Number {number}", date=date(2020, 1, number))
    make_report("Of another type", type=make_type("Brief"))
    sidebar = sidebars.sidebar(one)
    assert beside(one) == [f"Number {number}" for number in (8, 7, 6, 5, 4, 3)]
    assert (sidebar.heading, sidebar.is_fallback) == ("More of this type", True)


def test_one_related_report_is_not_topped_up(water):
    author = make_author()
    one = make_report(topics=[water], authors=[author])
    make_report("Related", topics=[water])
    make_report("By its author", authors=[author])
    refresh(one)
    assert beside(one) == ["Related"]


def test_what_was_excluded_or_is_linked_is_no_fallback_either():
    author = make_author()
    one = make_report(authors=[author], type=make_type("Brief"))
    relate(one, make_report(authors=[author]), Origin.EXCLUDED)
    relate(one, make_report(authors=[author]), Origin.UPDATES)
    relate(make_report(authors=[author]), one, Origin.PART_OF)
    assert sidebars.sidebar(one).entries == []


def test_a_contributor_is_not_one_of_these_authors():
    contributor, editor = make_author(), make_author()
    one = make_report(authors=[make_author()], type=make_type("Brief"))
    Authorship.objects.create(report=one, author=contributor, role="contributor")
    Authorship.objects.create(report=one, author=editor, role="editor")
    make_report(authors=[contributor])
    make_report(authors=[editor])
    assert beside(one) == []


def test_editors_stand_in_where_there_is_no_author():
    editor = make_author()
    one = make_report(type=make_type("Brief"))
    Authorship.objects.create(report=one, author=editor, role="editor")
    make_report("Theirs", authors=[editor])
    assert beside(one) == ["Theirs"]


# Typed links


def test_typed_links_are_named_from_both_ends():
    words = {
        "updates": ("Updates", "Updated by"),
        "responds_to": ("Responds to", "Responses"),
        "part_of": ("Part of", "Contains"),
        "superseded_by": ("Superseded by", "Supersedes"),
    }
    for origin, (ours, theirs) in words.items():
        one, other = make_report(), make_report()
        relate(one, other, origin)
        assert sidebars.linked(one) == [(ours, [other])]
        assert sidebars.linked(other) == [(theirs, [one])]


def test_typed_links_come_in_a_fixed_order_whatever_order_they_were_made_in(django_assert_num_queries):
    one = make_report()
    parts = [make_report(f"Part {number}", date=date(2020, 1, number)) for number in (1, 2)]
    for part in parts:
        relate(part, one, Origin.PART_OF)
    wholes = [make_report(f"Whole {number}") for number in (1, 2)]
    relate(one, wholes[1], Origin.PART_OF, position=2)
    relate(one, wholes[0], Origin.PART_OF, position=1)
    newer = make_report("Newer", authors=[make_author()], topics=[make_topic()])
    relate(one, newer, Origin.SUPERSEDED_BY)
    with django_assert_num_queries(5):
        found = sidebars.linked(one)
    assert found == [("Superseded by", [newer]), ("Part of", wholes), ("Contains", parts[::-1])]


# What writes, and when


def test_saving_a_draft_does_no_relating_work(water, django_assert_num_queries):
    draft = make_draft(topics=[water])
    make_report(topics=[water])
    relate(draft, make_report(), Origin.UPDATES)
    with django_assert_num_queries(2):
        refresh(draft)
    assert not RelatingWeights.objects.exists()


def test_refreshing_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        relating.refresh([])


def test_every_move_leaves_the_sidebars_right(water):
    one, other = make_report("One", topics=[water]), make_draft("Other", topics=[water])
    workflow.move(other, "published")
    assert (beside(one), beside(other)) == (["Other"], ["One"])
    workflow.move(other, "withdrawn", reason="Wrong.")
    assert beside(one) == []
    workflow.move(other, "published")
    assert beside(one) == ["Other"]


def test_what_was_scheduled_and_went_back_to_draft_leaves_no_row(water):
    make_report(topics=[water])
    draft = make_draft(topics=[water])
    workflow.move(draft, "published", public_from=timezone.now() + timedelta(days=1))
    assert RelatedPublication.objects.count() == 2
    workflow.move(draft, "draft")
    assert RelatedPublication.objects.count() == 0


def test_a_live_report_that_was_deleted_makes_room_for_the_seventh(water, monkeypatch):
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 2)
    one = make_report(topics=[water])
    for number in range(1, 8):
        make_report(f"Number {number}", topics=[water], date=date(2020, 1, number))
    refresh(one)
    gone = Report.objects.get(title="Number 7").pk
    # `Report.delete` refuses it; a queryset can.
    Report.objects.filter(pk=gone).delete()
    relating.refresh([gone])
    assert beside(one) == [f"Number {number}" for number in (6, 5, 4, 3, 2, 1)]


def test_a_draft_needs_no_word_when_it_is_deleted(water):
    one, draft = make_report(topics=[water]), make_draft(topics=[water])
    make_report("Other", topics=[water])
    relate(one, draft)
    refresh(one)
    draft.delete()
    assert beside(one) == ["Other"]


def test_an_edit_that_changes_nothing_writes_nothing(water):
    reports = [make_report(topics=[water]) for _ in range(9)]
    relating.rebuild()
    rows, weights = list(RelatedPublication.objects.values_list()), RelatingWeights.objects.values().get()
    refresh(*reports)
    assert list(RelatedPublication.objects.values_list()) == rows
    assert RelatingWeights.objects.values().get() == weights


def test_up_to_the_limit_each_change_of_what_is_live_weighs_anew(water, peace, monkeypatch):
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 2)
    one = make_report(topics=[water, peace])
    refresh(one)
    other = make_report(topics=[water])
    refresh(other)
    in_force = RelatingWeights.objects.get()
    assert (in_force.number, in_force.live_reports) == (2, 2)
    assert dict(TopicWeight.objects.values_list("topic", "live_reports")) == {water.pk: 2, peace.pk: 1}
    ReportTopic.objects.filter(content_object=one, tag=peace).delete()
    refresh(one)
    assert dict(TopicWeight.objects.values_list("topic", "live_reports")) == {water.pk: 2}


def test_above_the_limit_the_weights_stay_until_a_rebuild(water, monkeypatch):
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 2)
    refresh(make_report(topics=[water]))
    late = [make_report(topics=[water]) for _ in range(3)]
    refresh(*late)
    assert RelatingWeights.objects.get().number == 1
    assert relating.weights_are_old()
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 4)
    assert not relating.weights_are_old()
    monkeypatch.setattr(relating, "WEIGHED_AT_ONCE", 2)
    relating.rebuild()
    in_force = RelatingWeights.objects.get()
    assert (in_force.number, in_force.live_reports) == (2, 4)
    assert not relating.weights_are_old()


def test_what_is_scheduled_has_no_weight_until_its_moment_and_the_next_change(water):
    make_scheduled(topics=[water], days=7)
    one = make_report(topics=[water])
    refresh(one)
    assert RelatingWeights.objects.get().live_reports == 1
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        refresh(one)
    assert RelatingWeights.objects.get().live_reports == 2


def test_a_change_of_very_many_reports_computes_every_sidebar(water, monkeypatch):
    monkeypatch.setattr(relating, "MOST_CHANGED", 2)
    reports = [make_report(topics=[water]) for _ in range(4)]
    refresh(*reports)
    RelatedPublication.objects.all().delete()
    refresh(*reports[:3])
    assert RelatedPublication.objects.count() == 12


def test_after_many_reports_were_written_the_first_change_computes_every_sidebar(water):
    reports = [make_report(topics=[water]) for _ in range(4)]
    relating.rebuild()
    RelatedPublication.objects.all().delete()
    RelatingWeights.objects.update(weighed_at=None)
    refresh(reports[0])
    assert RelatedPublication.objects.count() == 12
    assert RelatingWeights.objects.get().weighed_at


def test_a_change_that_is_rolled_back_takes_its_sidebars_along(water):
    one, draft = make_report(topics=[water]), make_draft(topics=[water])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        workflow.move(draft, "published")
        1 / 0  # noqa: B018
    assert sidebars.sidebar(one).entries == []


# From scratch


def test_a_rebuild_repairs_what_is_wrong_and_writes_nothing_else(water):
    reports = [make_report(topics=[water]) for _ in range(4)]
    assert relating.rebuild() == relating.Outcome(sidebars=4, written=12, removed=0)
    right = RelatedPublication.objects.filter(report=reports[0])
    untouched = list(right.values_list("pk"))
    RelatedPublication.objects.filter(report=reports[1])[0].delete()
    stray = make_draft()
    RelatedPublication.objects.create(report=reports[2], related=stray, origin=Origin.COMPUTED, position=9, score=1)
    RelatedPublication.objects.create(report=stray, related=reports[2], origin=Origin.COMPUTED, score=1)
    outcome = relating.rebuild()
    assert outcome.removed == 2
    assert list(right.values_list("pk")) == untouched
    assert relating.rebuild() == relating.Outcome(sidebars=4, written=0, removed=0)


def test_a_rebuild_tells_how_far_it_is(water, monkeypatch):
    monkeypatch.setattr("publications.related.corpus.IN_HAND", 1)
    monkeypatch.setattr("publications.relating.everything.LOT", 1)
    for _ in range(3):
        make_report(topics=[water])
    steps = []
    relating.rebuild(lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_the_command_closes_with_a_sentence(water):
    for _ in range(3):
        make_report(topics=[water])
    out = StringIO()
    call_command("rebuild_related", stdout=out)
    assert out.getvalue() == "3 sidebars are right: 6 entries written, 0 removed.\n"


class Terminal(StringIO):
    def isatty(self):
        return True


def test_the_command_draws_a_bar_on_a_terminal(water, monkeypatch):
    monkeypatch.setattr("publications.related.corpus.IN_HAND", 1)
    monkeypatch.setattr("publications.relating.everything.LOT", 1)
    make_report(topics=[water])
    make_report(topics=[water])
    terminal = Terminal()
    call_command("rebuild_related", stdout=StringIO(), stderr=terminal)
    assert terminal.getvalue() == "\r" + "#" * 20 + "." * 20 + " 1 of 2" + "\r" + "#" * 40 + " 2 of 2\n"


def test_the_command_runs_on_an_empty_site():
    out, terminal = StringIO(), Terminal()
    call_command("rebuild_related", stdout=out, stderr=terminal)
    assert out.getvalue() == "0 sidebars are right: 0 entries written, 0 removed.\n"
    assert terminal.getvalue() == ""


def test_what_is_stored_is_what_brute_force_finds(water, peace):
    for number in range(12):
        make_report(topics=[[water], [peace], [water, peace]][number % 3], date=date(2020, 1 + number, 1))
    relating.rebuild()
    shot = oracle.snapshot()
    for report in Report.objects.all():
        expected = oracle.sidebar(shot, report.pk, timezone.now())
        assert [entry.report.pk for entry in sidebars.sidebar(report).entries] == expected
