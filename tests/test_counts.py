"""What the list finds and counts, judged by plain Python over a corpus made by a seed."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date
from unicodedata import combining, normalize

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from publications.models import Authorship
from tests.conftest import few
from tests.crawl import page
from tests.factory import make_author, make_draft, make_report, make_scheduled, make_topic, make_type, make_withdrawn
from tests.lists import address, chips, choices, feed, slugs, slugs_of_feed, slugs_of_table, table, total

pytestmark = pytest.mark.django_db

WORDS = ["river", "Élections", "harvest", "border", "trêve", "water"]
LANGUAGES = ["en", "fr", "ar"]


# A small corpus, and what a reader may expect of it


@dataclass
class Row:
    """A live report as plain Python knows it."""

    slug: str
    date: date
    type: str
    language: str
    topics: set
    authors: set
    words: str

    def has(self, facet, value, families):
        if facet == "topic":
            return bool(self.topics & families[value])
        if facet == "author":
            return value in self.authors
        return value == (f"{self.date.year:04}" if facet == "year" else getattr(self, facet))


class World:
    """Thirty reports and more, made by a seed, and the answers that follow from the rules."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.topics = self.make_topics()
        self.authors = [make_author(f"Author {letter}") for letter in "ABCDEFG"]
        self.types = [make_type(f"Type {letter}") for letter in "ABC"]
        self.rows = [row for number in range(34) if (row := self.make_row(number))]

    def make_topics(self):
        parent = make_topic("Parent")
        child, retired = make_topic("Child", parent=parent), make_topic("Retired child", parent=parent, retired=True)
        self.families = {
            "parent": {"parent", "child", "retired-child", "grandchild"},
            "child": {"child", "grandchild"},
        }
        topics = [parent, child, retired, make_topic("Grandchild", parent=child)]
        topics += [make_topic("Lowani", kind="place"), make_topic("River programme", kind="programme")]
        topics += [make_topic("keyword", kind="keyword"), make_topic("Retired", retired=True), make_topic("Rare")]
        self.families |= {topic.slug: {topic.slug} for topic in topics if topic.slug not in self.families}
        self.shown = {topic.slug for topic in topics if topic.kind != "keyword"}
        self.retired = {topic.slug for topic in topics if topic.retired}
        return topics

    def make_row(self, number):
        chance = self.chance
        topics, authors = chance.sample(self.topics, chance.randint(0, 4)), chance.sample(self.authors, 2)
        words = " ".join(chance.choices(WORDS, k=3))
        make = chance.choice([make_report] * 6 + [make_draft, make_scheduled, make_withdrawn])
        report = make(
            f"{words} {number}",
            authors=authors,
            topics=topics,
            type=chance.choice(self.types),
            language=chance.choice(LANGUAGES),
            date=date(chance.randint(2018, 2021), 1, chance.randint(1, 2)),
        )
        if chance.random() < 0.5:
            Authorship.objects.create(report=report, author=chance.choice(authors), role="editor", position=3)
        names = [row.name for row in [*topics, *authors]]
        return make is make_report and Row(
            report.slug,
            report.date,
            report.type.slug,
            report.language,
            {topic.slug for topic in topics},
            {author.slug for author in authors},
            " ".join([words, str(number), report.lead, *names]),
        )

    def found(self, asked, without=""):
        """The reports of a selection: every topic, author and word; any type, year and language."""
        return [row for row in self.rows if all(self.fits(row, facet, asked) for facet in asked if facet != without)]

    def fits(self, row, facet, asked):
        if facet == "q":
            own = [fold(word) for word in row.words.replace("<p>", " ").replace("</p>", " ").replace(".", " ").split()]
            return all(fold(word) in own for word in asked["q"].split())
        every = all if facet in ("topic", "author") else any
        return every(row.has(facet, value, self.families) for value in asked[facet])

    def counts(self, asked):
        """{(facet, value): the length of the list that choosing it leads to}, for every choice that leads to any."""
        here, chosen = self.found(asked), asked.get("topic", [])
        counts = Counter()
        for topic in self.shown - (self.retired - set(chosen)):
            counts["topic", topic] = sum(row.has("topic", topic, self.families) for row in here)
        counts.update(("author", author) for row in here for author in row.authors)
        for facet in ("type", "year", "language"):
            rest = self.found(asked, without=facet)
            own = Counter(f"{row.date.year:04}" if facet == "year" else getattr(row, facet) for row in rest)
            if facet != "language" or len(own) > 1:
                counts |= Counter({(facet, value): number for value, number in own.items()})
        return +counts


def fold(word):
    return "".join(letter for letter in normalize("NFKD", word.casefold()) if not combining(letter))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(seed=1)
        transaction.set_rollback(True)


def some(values, most=2):
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


topic_slugs = [
    "parent",
    "child",
    "grandchild",
    "lowani",
    "river-programme",
    "keyword",
    "retired",
    "retired-child",
    "rare",
]
selections = st.fixed_dictionaries(
    {
        "topic": some(topic_slugs),
        "author": some([f"author-{letter}" for letter in "abcdefg"], 1) | some(["author-a", "author-b", "author-c"]),
        "type": some(["type-a", "type-b", "type-c"]),
        "year": some(["2018", "2019", "2020", "2021"]),
        "language": some(LANGUAGES),
        "q": st.sampled_from(["", "", "elections", "RIVER harvest", "treve", "lead", "author b", "keyword", "zebra"]),
    }
).map(lambda asked: {facet: values for facet, values in asked.items() if values})


# Finding and counting


@few
@given(selections)
def test_a_list_holds_what_was_asked_for_and_every_count_is_right(world, asked):
    document, expected = page(address(asked)), world.found(asked)
    assert total(document) == len(expected)
    assert set(slugs(document)) <= {row.slug for row in expected}
    assert len(set(slugs(document))) == min(20, len(expected))
    links = choices(document)
    assert {name: int(link["data-count"]) for name, link in links.items()} == world.counts(asked)
    chosen = {(facet, value) for facet, values in asked.items() if facet != "q" for value in values}
    assert {name for name, link in links.items() if link.get("aria-current")} == chosen & set(links)
    assert len(chips(document)) == len(chosen) + ("q" in asked)


@few
@given(selections, st.sampled_from(["rss", "atom"]), st.sampled_from(["newest", "oldest", "title", "relevance"]))
def test_a_feed_holds_the_newest_of_a_list_and_a_table_all_of_it(world, asked, form, sort):
    newest = slugs(page(address(asked, sort="newest")))
    assert slugs_of_feed(feed(address(asked, f"/feeds/publications.{form}", sort=sort, page=2))) == newest
    rows = slugs_of_table(table(address(asked, "/publications.csv", sort=sort, page=2)))
    pages = (slugs(page(address(asked, sort=sort, page=number))) for number in (1, 2))
    assert rows == [slug for each in pages for slug in each]
    assert set(rows) == {row.slug for row in world.found(asked)}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"topic": ["child"], "year": ["2020", "2021"], "type": ["type-a"]},
        {"q": "river", "topic": ["retired"], "language": ["en"]},
    ],
)
def test_every_count_is_the_length_of_the_list_that_its_link_leads_to(world, asked):
    for name, link in choices(page(address(asked))).items():
        assert total(page(link["href"])) == int(link["data-count"]), name


def test_a_count_is_right_in_words_too(world):
    for link in page("/publications/").all("a", data_facet=True):
        assert link.one("span", class_="count").text == link["data-count"]
