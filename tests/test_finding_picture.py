"""The picture of all public reports: however it comes about, it shows what is there."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from publications import listed, relating
from publications.editorial import workflow
from publications.finding import following
from publications.finding.picture import Row, patched, picture
from publications.models import Report
from tests.crawl import ask, page
from tests.factory import make_author, make_draft, make_report, make_scheduled, make_topic, make_type
from tests.lists import slugs, total

MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)

# Without a database


def slug_of(key):
    """Some order that is not that of keys."""
    return key * 7 % 31


def pictured(reports):
    """`reports`: {key: (day, hour, type, language, topics, authors)}"""
    rows = [
        Row(key, date(2026, 1, day), MORNING + timedelta(hours=hour), kind, language)
        for key, (day, hour, kind, language, _, _) in reports.items()
    ]
    rows.sort(key=lambda row: slug_of(row.key))
    rows.sort(key=lambda row: (row.date, row.public_from), reverse=True)
    pairs = [
        np.array([(key, one) for key, row in reports.items() for one in row[column]], np.int64).reshape(-1, 2)
        for column in (4, 5)
    ]
    return picture(rows, *pairs)


def in_order(keys):
    return sorted(keys, key=slug_of)


def shown(one):
    """All that can be asked of it, in plain values."""
    return (
        [column.tolist() for column in (one.keys, one.days, one.moments, one.types, one.years)],
        [one.tags[code] for code in one.languages.tolist()],
        [carried(some, one) for some in (one.topics, one.authors)],
    )


def carried(some, one):
    return sorted(zip(one.keys[some.owners].tolist(), some.keys[some.values].tolist(), strict=True))


# A topic, and all that it stands for.
FAMILIES = {100: {100, 101, 102}, 101: {101, 102}, 104: {104, 105}}
keys = st.integers(1, 30)
facts = st.tuples(
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(1, 2),
    st.sampled_from(["en", "fr", "ar"]),
    st.sets(st.integers(100, 106), max_size=4),
    st.sets(st.integers(50, 54), max_size=3),
)
some = st.dictionaries(keys, facts, max_size=12)


@given(some, st.sets(keys, max_size=5), some)
def test_a_picture_that_is_patched_is_the_one_that_would_be_made_anew(before, gone, new):
    after = {key: row for key, row in before.items() if key not in gone} | new
    old, anew = pictured(before), pictured(after)
    old.with_families(FAMILIES)
    found = patched(old, [*gone, *new], pictured(new), in_order)
    assert shown(found) == shown(anew)
    assert carried(found.kept["families"][1], found) == carried(anew.with_families(FAMILIES), anew)
    for row in (found.topics, found.authors, found.kept["families"][1]):
        assert row.owners.tolist() == sorted(row.owners.tolist())


@given(some, st.dictionaries(st.integers(100, 106), st.integers(100, 106), max_size=4))
def test_a_report_counts_once_for_a_topic_and_for_each_above_it(reports, parents):
    families = families_of(parents)
    one = pictured(reports)
    everyone = np.ones(len(one), bool)
    counts = one.with_families(families).counts(everyone)
    for topic in range(100, 107):
        family = families.get(topic, {topic})
        expected = [key for key, row in reports.items() if row[4] & family]
        assert counts.get(topic, 0) == len(expected)
        having = one.with_families(families).having([topic], len(one))
        assert sorted(one.keys[having].tolist()) == sorted(expected)


def families_of(parents):
    """As Topic.objects.families() has them; a loop ends where it closes."""
    found = {}
    for topic in {*parents, *parents.values()}:
        family, more = {topic}, True
        while more:
            below = {child for child, parent in parents.items() if parent in family} - family
            family, more = family | below, below
        found[topic] = family
    return found


@given(some, st.integers(1, 6))
def test_the_most_frequent_are_those_that_most_have_and_of_equals_the_first(reports, number):
    one = pictured(reports)
    everyone = np.ones(len(one), bool)
    counts = one.authors.counts(everyone)
    expected = sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:number]
    assert list(one.authors.most(everyone, number).items()) == expected


@given(some)
def test_the_oldest_come_first_by_date_by_moment_and_by_slug(reports):
    one = pictured(reports)
    expected = sorted(reports, key=lambda key: (*reports[key][:2], slug_of(key)))
    assert one.keys[one.oldest_first].tolist() == expected


# With one


@pytest.fixture
def water():
    return make_topic("Water")


def fresh():
    """What a process that has just begun would read."""
    return shown(following.read())


def held():
    return shown(following.current().picture)


def queries():
    with CaptureQueriesContext(connection) as caught:
        following.current()
    return len(caught)


@pytest.mark.django_db(transaction=True)
def test_where_nothing_has_changed_one_query_says_so(water):
    make_report("One", topics=[water])
    assert queries() > 1
    assert queries() == 1
    make_draft("Another")
    following.current()
    assert queries() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_published_and_withdrawn_is_shown_at_the_next_asking(water):
    author = make_author()
    one = make_report("One", topics=[water], authors=[author])
    other = make_draft("Other", topics=[water], authors=[author], language="fr", type=make_type("Brief"))
    assert held() == fresh()
    workflow.move(other, "published")
    assert held() == fresh()
    assert other.pk in following.current().picture.keys
    workflow.move(one, "withdrawn", reason="Wrong.")
    assert held() == fresh()
    assert one.pk not in following.current().picture.keys


@pytest.mark.django_db(transaction=True)
def test_reports_of_one_day_are_told_apart_by_their_slugs(water):
    moment = timezone.now() - timedelta(days=3)
    for name in "dbfa":
        make_report(name, topics=[water], public_from=moment, date=date(2026, 1, 1))
    following.current()
    for name in "gce":
        make_report(name, topics=[water], public_from=moment, date=date(2026, 1, 1))
    assert held() == fresh()
    assert slugs(page("/publications/")) == list("abcdefg")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("most", [0, 1, 1000])
def test_many_changes_at_once_are_read_anew(water, monkeypatch, most):
    monkeypatch.setattr(following, "MOST_CHANGED", most)
    for number in range(3):
        make_report(f"Report {number}", topics=[water])
        assert held() == fresh()
    with transaction.atomic():
        following.note(None)
    make_report("One more", topics=[water])
    make_report("And one", topics=[water])
    assert held() == fresh()


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_shown_to_nobody_afterwards(water):
    make_report("One", topics=[water])
    following.current()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        two = make_report("Two", topics=[water])
        assert two.pk in following.current().picture.keys
        raise ZeroDivisionError
    assert held() == fresh()
    assert len(following.current().picture) == 1
    # Now by another report, under the number that the other would have had.
    make_report("Three", topics=[water])
    assert held() == fresh()


@pytest.mark.django_db(transaction=True)
def test_what_was_scheduled_by_an_import_and_called_off_before_sidebars_were_computed_is_never_shown(
    water, time_machine
):
    now = timezone.now()
    soon = make_scheduled("Soon", topics=[water])
    following.current()
    workflow.move(soon, "draft")
    assert held() == fresh()
    assert len(following.current().picture) == 0
    time_machine.move_to(now + timedelta(days=8))
    assert ask("/topics/water/").status == 404


@pytest.mark.django_db(transaction=True)
def test_very_many_changes_while_a_few_are_followed_are_not_overlooked(water, monkeypatch):
    one, two = make_report("One", topics=[water]), make_report("Two", topics=[water])
    old = following.current()
    with transaction.atomic():
        gone = {"state": "withdrawn", "withdrawn_at": timezone.now(), "withdrawal_reason": "Wrong."}
        Report.objects.filter(pk=one.pk).update(**gone)
        following.note([one.pk])
    with transaction.atomic():
        following.note(None)
    assert following.followed(old).keys.tolist() == [two.pk]


@pytest.mark.django_db(transaction=True)
def test_titles_keep_their_order_through_changes_without_being_read_again(water, monkeypatch):
    monkeypatch.setattr(following, "WORTH_A_CHANGE", 0)
    reports = [make_report(name, topics=[water]) for name in ("Élan", "apple", "Zebra", "Same", "Same")]
    following.by_title(following.current().picture)
    workflow.move(make_draft("Éland", topics=[water], language="fr", type=make_type("Brief")), "published")
    following.current()
    for name in ("Same", "Aardvark", "Zulu"):
        make_report(name, topics=[water])
    reports[1].title = "Yak"
    reports[1].save()
    relating.refresh([reports[1].pk])
    workflow.move(reports[2], "withdrawn", reason="Wrong.")
    one = following.current().picture
    assert following.put_in(one.kept["titles"]) is not None
    found = one.keys[following.by_title(one)].tolist()
    assert found == list(Report.objects.live().by_title().values_list("pk", flat=True))
    assert len(found) == 8


@pytest.mark.django_db(transaction=True)
def test_titles_are_read_again_where_more_has_changed_meanwhile(water, monkeypatch):
    monkeypatch.setattr(following, "WORTH_A_CHANGE", 0)
    for name in ("One", "Two"):
        make_report(name, topics=[water])
    following.by_title(following.current().picture)
    make_report("Three", topics=[water])
    one = following.current().picture
    make_report("Another", topics=[water])
    assert following.put_in(one.kept["titles"]) is None
    assert len(following.by_title(one)) == 3
    now = following.current().picture
    assert now.keys[following.by_title(now)].tolist() == list(
        Report.objects.live().by_title().values_list("pk", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_is_put_back_is_seen():
    for _ in range(3):
        make_report()
    following.current()
    following.PublicState.objects.update(number=1)
    following.Report.objects.filter(pk__in=following.current().picture.keys[:2].tolist()).delete()
    make_report()
    assert held() == fresh()


@pytest.mark.django_db(transaction=True)
def test_a_scheduled_report_is_in_the_list_at_its_moment(water, time_machine):
    now = timezone.now()
    make_report("One", topics=[water])
    make_scheduled("Soon", topics=[water])
    assert (len(slugs(page("/topics/water/"))), total(page("/publications/"))) == (1, 1)
    time_machine.move_to(now + timedelta(days=8))
    assert (len(slugs(page("/topics/water/"))), total(page("/publications/"))) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_counts_are_kept_until_something_is_published_goes_live_or_finds_another_parent(water, time_machine):
    rain, author = make_topic("Rain"), make_author()
    make_report(topics=[rain], authors=[author])
    make_scheduled("Soon", topics=[rain], authors=[author])
    for_all = listed.live()
    assert (for_all.by_topic, for_all.by_author) == ({rain.pk: 1}, {author.pk: 1})
    assert listed.live().by_author is for_all.by_author
    rain.parent = water
    rain.save()
    assert listed.live().by_topic == {rain.pk: 1, water.pk: 1}
    make_report(topics=[water])
    assert (listed.live().by_topic, listed.live().by_author) == ({rain.pk: 1, water.pk: 2}, {author.pk: 1})
    time_machine.move_to(timezone.now() + timedelta(days=8))
    assert (listed.live().by_topic, listed.live().by_author) == ({rain.pk: 2, water.pk: 3}, {author.pk: 2})
