"""Random editing: after every step each sidebar is what brute force finds, now and at moments to come."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

import time_machine
from django.utils import timezone
from hypothesis import given, note
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from publications import relating, sidebars
from publications.editorial import workflow
from publications.models import RelatedPublication, Report, ReportTopic
from publications.related.scoring import PLACES
from tests import oracle
from tests.conftest import few
from tests.factory import make_author, make_draft, make_report, make_scheduled, make_topic, make_withdrawn

START = datetime(2024, 3, 1, 12, tzinfo=UTC)
DAYS = [date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 17), date(2021, 6, 30)]
WORDS = ["dams", "wells", "rain", "treaties", "pumps", "canals", "salt"]
LATER = [timedelta(), timedelta(days=2)]


def lead(number):
    """Of few words, so that many reports use the same."""
    return f"<p>of {' '.join(word for place, word in enumerate(WORDS) if number * 7 >> place & 1)}</p>"


class World:
    """A small site. Edits choose by number, so that any list of numbers is a list of edits."""

    def __init__(self):
        self.topics = [make_topic() for _ in range(4)]
        self.authors = [make_author() for _ in range(2)]
        for number in range(9):
            self.make(make_report, number)
        for number, make in enumerate([make_scheduled, make_draft, make_withdrawn]):
            self.make(make, number)

    def make(self, make, number):
        fields = {"lead": lead(number)} | ({} if make is make_scheduled else {"date": DAYS[number % 4]})
        topics = [topic for place, topic in enumerate(self.topics) if number + 1 >> place & 1]
        return make(topics=topics, authors=self.authors[: number % 3], **fields)

    def pick(self, number):
        reports = list(Report.objects.order_by("pk"))
        return reports[number % len(reports)]


def create(world, one, other):
    world.make(make_draft, other)


def move(world, one, other):
    """To wherever it may go."""
    report = world.pick(one)
    states = sorted(workflow.allowed_moves(report))
    workflow.move(report, states[other % len(states)], reason="Wrong.")


def schedule(world, one, other):
    report = world.pick(one)
    if report.state in {"draft", "in_review"}:
        workflow.move(report, "published", public_from=timezone.now() + timedelta(days=1 + other % 3))


def postpone(world, one, other):
    report = world.pick(one)
    if report.is_scheduled():
        edit(report, public_from=timezone.now() + timedelta(days=1 + other % 3))


def retag(world, one, other):
    report = world.pick(one)
    ReportTopic.objects.filter(content_object=report).delete()
    topics = [topic for place, topic in enumerate(world.topics) if other >> place & 1]
    ReportTopic.objects.bulk_create(ReportTopic(content_object=report, tag=topic) for topic in topics)
    relating.refresh([report.pk])


def redate(world, one, other):
    report = world.pick(one)
    edit(report, date=DAYS[other % 4], date_precision=Report.Precision.values[other % 3], date_follows=False)


def rewrite(world, one, other):
    edit(world.pick(one), lead=lead(other))


def translate(world, one, other):
    edit(world.pick(one), language=["en", "en-GB", "fr"][other % 3])


def rename(world, one, other):
    report = world.pick(one)
    edit(report, slug=f"{'azm'[other % 3]}-{report.pk}")


def edit(report, **values):
    for name, value in values.items():
        setattr(report, name, value)
    report.save()
    relating.refresh([report.pk])


def relate(world, one, other):
    """Pin, exclude or link; or undo it."""
    report, related = world.pick(one), world.pick(one + 1 + other)
    if report == related:
        return
    by_hand = RelatedPublication.objects.filter(report=report, related=related).exclude(origin="computed")
    if not by_hand.delete()[0]:
        origin = ["pinned", "excluded", "updates", "superseded_by"][other % 4]
        RelatedPublication.objects.create(report=report, related=related, origin=origin, position=other % 3)
    relating.refresh([report.pk])


def delete(world, one, other):
    """A draft goes without a word; what is live goes only by a queryset, which must say so."""
    report = world.pick(one)
    if report.state == "draft":
        report.delete()
    elif other % 4 == 0:
        pk = report.pk
        Report.objects.filter(pk=pk).delete()
        relating.refresh([pk])


def rebuild(world, one, other):
    relating.rebuild()


def wait(world, one, other):
    """Time passes; nothing runs."""


EDITS = [
    create, move, move, schedule, postpone, retag, retag, redate, rewrite, rewrite, translate, rename, relate, relate,
    delete, rebuild, wait,
]  # fmt: skip
numbers = st.integers(0, 15)
histories = st.lists(st.tuples(st.sampled_from(EDITS), numbers, numbers), min_size=4, max_size=16)
# With few places the seventh entry, the end of what is kept, and the limit of what is weighed at once, are near.
limits = st.fixed_dictionaries(
    {
        "WEIGHED_AT_ONCE": st.sampled_from([0, 0, 8, 1000]),
        "PLACES": st.sampled_from([1, 2, PLACES]),
        "POOL": st.sampled_from([1, 2, 3]),
        "SLACK": st.sampled_from([0, 1]),
    }
)


class RandomEdits(TestCase):
    @classmethod
    def setUpTestData(cls):
        with time_machine.travel(START, tick=False):
            cls.world = World()

    @few
    @given(histories, limits)
    def test_every_sidebar_is_right_after_every_edit(self, history, limits):
        with (
            time_machine.travel(START, tick=False) as clock,
            mock.patch.multiple(relating, **limits),
            mock.patch.object(sidebars, "PLACES", limits["PLACES"]),
            mock.patch.multiple(oracle, MOST=limits["PLACES"], POOL=limits["POOL"]),
        ):
            relating.rebuild()
            for edit, one, other in history:
                note(f"{edit.__name__} {one} {other}")
                before = oracle.snapshot()
                edit(self.world, one, other)
                if edit is wait:
                    clock.shift(timedelta(days=1 + other % 2))
                after = oracle.snapshot()
                check_weights(edit, before, after)
                check_entries(after)
            check_what_is_read(after)


def check_weights(edit, before, after):
    """Whether they were taken anew, and when: up to the limit with any change that may count, above it on demand."""
    fresh = oracle.fresh_weights(after, timezone.now())
    until_now, in_force = [(shot.number_live, shot.frequencies, shot.languages) for shot in (before, after)]
    if edit is rebuild:
        assert in_force == fresh
    elif fresh[0] > relating.WEIGHED_AT_ONCE:
        assert in_force == until_now
    else:
        assert in_force in (until_now, fresh)


def check_entries(shot):
    for moment in (timezone.now() + later for later in LATER):
        for report in Report.objects.live(moment):
            shown = [other.pk for other in sidebars.standing_beside(report, moment).prefetch_related(None)]
            assert shown == oracle.sidebar(shot, report.pk, moment), f"beside {report.pk} on {moment:%d %B}"


def check_what_is_read(shot):
    now = timezone.now()
    for report in Report.objects.live():
        by_them = sidebars.BY_THIS_AUTHOR if len(report.byline) == 1 else sidebars.BY_THESE_AUTHORS
        headings = {"authors": by_them, "type": sidebars.OF_THIS_TYPE, "": sidebars.HEADING}
        sidebar = sidebars.sidebar(report)
        shown = [entry.report.pk for entry in sidebar.entries]
        if expected := oracle.sidebar(shot, report.pk, now):
            assert (sidebar.heading, shown) == (sidebars.HEADING, expected)
        else:
            kind, expected = oracle.fallback(shot, report.pk, now)
            assert (sidebar.heading, shown) == (headings[kind], expected)
        check_reasons(shot, report, sidebar)


def check_reasons(shot, report, sidebar):
    for entry in sidebar.entries:
        both = shot.publications[report.pk].topics & shot.publications[entry.report.pk].topics
        if not sidebar.is_fallback:
            assert {topic.pk for topic in entry.shared} == both
