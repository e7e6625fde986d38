"""The map of topics: words on a sheet that do not meet, near each other where they stand on the same live reports."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from publications import listed, topic_map
from publications.finding import following
from publications.topic_map import FEWEST, NARROW, WIDE, biggest, box, lines_of, sheets
from publications.views import people
from tests.crawl import ask, page
from tests.factory import make_draft, make_many, make_report, make_scheduled, make_topic
from topics.models import Topic


def boxes_of(sheet):
    """(left, top, right, bottom) of each word, as it was given room."""
    for word in sheet.words:
        width, height = box([line for _, _, line in word.lines], word.size, sheet.format.width)
        across = word.lines[0][0]
        middle = (word.lines[0][1] + word.lines[-1][1]) / 2 - 0.34 * word.size
        yield across - width / 2, middle - height / 2, across + width / 2, middle + height / 2


def meet(one, other, slack=2):
    return all(min(one[2 + side], other[2 + side]) - max(one[side], other[side]) > slack for side in (0, 1))


def drawn():
    live = listed.live()
    topics = biggest(Topic.objects.shown().filter(pk__in=live.by_topic), live.by_topic)
    return sheets(topics, live.by_topic, live.topics, live.mask)


NAMES = [
    "Water",
    "水利与和平",
    "نزاع",
    "Extraordinarilyunbreakableword" * 4,
    "Of Many Words " * 9,
    "<b>&amp;",
    "i",
    "W" * 40,
]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [8, 30, 200])
def test_no_word_meets_another_or_leaves_the_sheet(count):
    for number in range(count):
        make_topic(f"{NAMES[number % len(NAMES)][:140]} {number}")
    topics = list(Topic.objects.all())
    for number in range(60):
        make_report(topics={topics[number % count], topics[number**2 % count], topics[0]})
    for sheet in drawn():
        room = list(boxes_of(sheet))
        assert len(room) >= 6
        assert not [pair for pair in combinations(room, 2) if meet(*pair)]
        assert min(left for left, _, _, _ in room) >= -1
        assert max(right for _, _, right, _ in room) <= sheet.format.width + 1
        assert min(top for _, top, _, _ in room) >= -2
        assert max(bottom for _, _, _, bottom in room) <= sheet.height + 2


@pytest.mark.django_db
def test_the_same_counts_make_the_same_map():
    make_many(40)
    assert drawn() == drawn()


@pytest.mark.django_db
def test_topics_of_the_same_reports_stand_near_each_other():
    groups = [[make_topic(f"{name} {number}") for number in range(5)] for name in ("Water", "Trade", "Law")]
    for number in range(10):
        for group in groups:
            make_report(topics=[group[number % 5], group[(number + 1) % 5]])
    wide = drawn()[0]
    spots = {word.topic.name: np.array(word.lines[0][:2]) for word in wide.words}
    assert len(spots) == 15

    def apart(one, other):
        return np.mean([np.linalg.norm(spots[a.name] - spots[b.name]) for a in one for b in other if a != b])

    within = np.mean([apart(group, group) for group in groups])
    assert within < 0.8 * np.mean([apart(one, other) for one, other in combinations(groups, 2)])


@pytest.mark.django_db
def test_the_more_reports_the_larger_the_word():
    topics = [make_topic() for _ in range(10)]
    for number in range(10):
        make_report(topics=topics[: number + 1])
    for sheet in drawn():
        sizes = [word.size for word in sorted(sheet.words, key=lambda word: word.topic.pk)]
        assert all(one >= other for one, other in pairwise(sizes))
        assert sizes[0] == sheet.format.largest


def test_a_name_takes_three_lines_at_most():
    assert lines_of("Water", 22) == ["Water"]
    for form in (WIDE, NARROW):
        for name in NAMES:
            lines = lines_of(name, form.letters)
            assert 1 <= len(lines) <= 3
            assert max(map(len, lines)) <= form.letters


# On the page


@pytest.fixture
def ten(db):
    topics = [make_topic(f"Subject {number}") for number in range(10)]
    for number in range(10):
        make_report(topics=topics[: number + 1])
    return topics


def test_the_map_says_by_its_links_what_the_index_says_and_is_no_stop_of_the_keyboard(ten):
    make_draft(topics=[make_topic("Hidden")])
    make_scheduled(topics=[make_topic("Later"), ten[0]])
    main = page("/topics/").one("main")
    drawing = main.one("figure", class_="map")
    assert drawing["aria-hidden"] == "true"
    for svg in drawing.all("svg"):
        links = {link["href"]: link.text for link in svg.all("a")}
        assert links == {topic.get_absolute_url(): topic.name for topic in ten}
        assert {link["tabindex"] for link in svg.all("a")} == {"-1"}
    listed_there = {link["href"] for row in main.all("li") for link in row.all("a")}
    assert listed_there == {topic.get_absolute_url() for topic in ten}
    assert not [element for element in drawing.walk() if element.get("style")]


def test_of_few_topics_there_is_no_map(db):
    make_report(topics=[make_topic() for _ in range(7)])
    assert not page("/topics/").all("figure")


def test_what_is_not_live_does_not_move_a_word(ten):
    before = ask("/topics/").body
    for state in (make_draft, make_scheduled):
        state(topics=[ten[9], ten[0], make_topic()])
    assert ask("/topics/").body == before


def test_a_hostile_name_is_a_name(ten):
    Topic.objects.filter(pk=ten[0].pk).update(name="<script>alert(1)</script>", name_key="<script>")
    body = ask("/topics/").body
    assert b"<script" not in body
    assert b"&lt;script&gt;" in body


def test_a_map_is_drawn_once_for_what_it_shows(ten, monkeypatch):
    monkeypatch.setattr(following, "may_keep", lambda: True)
    following.forget()
    times = []
    monkeypatch.setattr(people, "sheets", lambda *given: times.append(1) or topic_map.sheets(*given))
    for _ in range(3):
        ask("/topics/")
    assert len(times) == 1
    Topic.objects.filter(pk=ten[0].pk).update(name="Another Name")
    assert b"Another Name" in ask("/topics/").body
    assert len(times) == 2
    make_report(topics=ten[:2])
    ask("/topics/")
    assert len(times) == 3
    following.forget()


@pytest.mark.django_db
def test_the_caption_explains_those_letters_alone_that_are_there():
    for number in range(FEWEST):
        make_report(topics=[make_topic(f"Topic {number}")])
    assert "italics" not in page("/topics/").text
    make_report(topics=[make_topic("Mali", kind=Topic.Kind.PLACE)])
    assert "Places are in italics." in page("/topics/").text
    assert "plain letters" not in page("/topics/").text
