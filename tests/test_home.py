"""The front page: what was chosen to be first there, at the time for which it was chosen; else the newest."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from publications.models import HomeFeature
from tests.crawl import page
from tests.factory import (
    feature_at_home,
    give_cover,
    make_draft,
    make_report,
    make_scheduled,
    make_type,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db


def first():
    """(the large one, those beside it)"""
    newest = page("/").one("section", class_="newest")
    titles = [article.one("h3").text for article in newest.all("article")]
    return titles[0], titles[1:]


def of_years(*years):
    return [make_report(f"Of {year}", date=date(year, 1, 1)) for year in years]


def test_what_is_featured_stands_first_in_its_order_and_the_newest_fill_up():
    of_2001, of_2002, *_ = of_years(2001, 2002, 2003, 2004, 2005)
    feature_at_home(of_2002, of_2001)
    assert first() == ("Of 2002", ["Of 2001", "Of 2005", "Of 2004"])
    assert page("/").one("h2", id="newest").text == "Featured"


def test_a_featured_report_is_first_with_or_without_a_cover():
    plain, covered = of_years(2001, 2002)
    give_cover(covered)
    assert first()[0] == "Of 2002"
    feature_at_home(plain)
    assert first()[0] == "Of 2001"


def test_no_more_than_four_stand_first():
    reports = of_years(*range(2001, 2008))
    feature_at_home(*reports[:6])
    assert first() == ("Of 2001", ["Of 2002", "Of 2003", "Of 2004"])


def test_where_nothing_is_featured_the_newest_stand_first():
    of_years(2001, 2002)
    assert first() == ("Of 2002", ["Of 2001"])
    assert page("/").one("h2", id="newest").text == "Newest"


def test_a_feature_comes_and_goes_by_the_clock():
    old, _ = of_years(2001, 2002)
    start = timezone.now() + timedelta(days=1)
    end = start + timedelta(days=1)
    feature_at_home(old, starts_at=start, ends_at=end)
    instant = timedelta(microseconds=1)
    for moment, expected in [
        (start - instant, "Of 2002"),
        (start, "Of 2001"),
        (end - instant, "Of 2001"),
        (end, "Of 2002"),
    ]:
        with time_machine.travel(moment, tick=False):
            assert first()[0] == expected


def test_what_is_not_live_is_not_featured_until_it_is():
    of_years(2001)
    soon = make_scheduled("Soon")
    feature_at_home(make_draft(), make_withdrawn(), soon)
    assert first() == ("Of 2001", [])
    with time_machine.travel(soon.public_from, tick=False):
        assert first() == ("Soon", ["Of 2001"])


def test_what_is_featured_twice_stands_there_once():
    old, _ = of_years(2001, 2002)
    feature_at_home(old, old)
    assert first() == ("Of 2001", ["Of 2002"])


def test_what_stands_first_is_not_repeated_among_its_type():
    brief = make_type("Brief")
    reports = [make_report(f"Brief {year}", type=brief, date=date(year, 1, 1)) for year in range(2001, 2010)]
    feature_at_home(*reports[6:])
    column = page("/").one("div", class_="types").one("section")
    assert [row.one("a").text for row in column.all("li")] == ["Brief 2005", "Brief 2004", "Brief 2003"]


def test_a_report_that_is_gone_is_gone_from_the_front_page_too():
    draft = make_draft()
    feature_at_home(draft)
    draft.delete()
    assert not HomeFeature.objects.exists()


def test_a_cover_that_is_cut_keeps_the_part_that_was_chosen():
    give_cover(make_report(cover_focus="top-left"))
    assert page("/").one("img", class_="first-cover focus-top-left")["srcset"].endswith("960w")
    assert page("/").one("source")["srcset"].split()[0].endswith("cover-480.webp")
