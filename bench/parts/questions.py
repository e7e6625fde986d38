"""What `bench find` asks: addresses drawn by a seed, each with what else is timed beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote_plus

import numpy as np
from django.db import transaction

from authors.models import Author
from bench.parts.by_hand import Filters, Hand
from bench.parts.changing import made
from publications import listed
from publications.facets import MOST_TOPICS
from publications.finding import following
from publications.models import PublicationType, Report
from publications.search import Search
from publications.searching import engine, keeping
from publications.selection import PAGE_SIZE
from topics.models import Topic

DEEP, COMMON, RARE = 500, 50, (5, 15)
BROAD, MIDDLE, NARROW, ONE_IN_A_HUNDRED = (0.1, 1), (0.03, 0.08), (0.0002, 0.001), (0.005, 0.02)


@dataclass
class Question:
    """`peer` and `others`: what else is timed. `before`: what is done before the page is asked for, untimed. `same`:
    fails unless the page and the peer say the same."""

    address: str
    peer: Callable | None = None
    others: dict[str, Callable] = field(default_factory=dict)
    before: Callable | None = None
    same: Callable | None = None


class Questions:
    def __init__(self, site, hand: Hand, seed):
        self.site, self.hand, self.chance = site, hand, np.random.default_rng([seed, 13])
        self.live = listed.live()
        self.size, self.index = int(self.live.mask.sum()), keeping.current(self.live)
        self.types = list(PublicationType.objects.filter(pk__in=np.unique(self.live.picture.types).tolist()))
        self.years = np.unique(self.live.picture.years).tolist()

    def one_of(self, some):
        return some[int(self.chance.integers(len(some)))]

    # Lists

    @cached_property
    def topics(self):
        """[(topic, its share of the reports)], the broadest first."""
        counts = self.live.by_topic
        rows = Topic.objects.shown().offered().filter(pk__in=counts)
        return sorted(((row, counts[row.pk] / self.size) for row in rows), key=lambda one: -one[1])

    def topic(self, share):
        """One that so many reports carry; if there is none, of the broadest five or of the rest."""
        among = [topic for topic, its in self.topics if share[0] <= its <= share[1]]
        return self.one_of(among or [topic for topic, _ in self.topics[:5]])

    def list_of_a_topic(self, share):
        topic = self.topic(share)
        return self.with_facets(f"/publications/?topic={topic.slug}", Filters(topic.pk))

    def list_of_a_topic_year_and_type(self, share):
        topic, year, kind = self.topic(share), self.one_of(self.years), self.one_of(self.types)
        address = f"/publications/?topic={topic.slug}&type={kind.slug}&year={year}"
        return self.with_facets(address, Filters(topic.pk, year, kind.pk))

    def whole_list(self):
        return self.with_facets("/publications/", Filters())

    def with_facets(self, address, filters):
        def same():
            total, slugs, counts = self.site.read(address)
            length, rows, theirs = self.hand.listed(filters)
            assert (total, slugs) == (length, [row[1] for row, *_ in rows]), address
            self.same_counts(counts, theirs, address)

        return Question(address, lambda: self.hand.listed(filters), same=same)

    def same_counts(self, ours, theirs, address):
        """A facet of one language offers no choice; of very many topics of a kind the page offers the most frequent."""
        left_out = {choice: count for choice, count in theirs.items() if choice[0] == "topic" and choice not in ours}
        assert not left_out or sum(facet == "topic" for facet, _ in ours) >= MOST_TOPICS, address
        theirs = {choice: count for choice, count in theirs.items() if choice not in left_out}
        if sum(facet == "language" for facet, _ in theirs) < 2:
            theirs = {choice: count for choice, count in theirs.items() if choice[0] != "language"}
        assert ours == theirs, (address, set(ours.items()) ^ set(theirs.items()))

    def deep_page(self, query):
        """Beside the first page, which is the peer."""
        last = -(-self.size // PAGE_SIZE)
        page = min(DEEP + int(self.chance.integers(-20, 21)), last)
        first = f"/publications/{query}"
        deep = f"{first}{'&' if query else '?'}page={page}"
        return Question(deep, lambda: self.site.ask(first))

    # Words

    @cached_property
    def words(self):
        """Words with the number of reports that hold them."""
        return [(word, count) for word, count in engine.beginning(self.index, "") if len(word) > 3]

    def word(self, least, most):
        return self.one_of([word for word, count in self.words if least <= count <= most] or self.words[-1:][0][:1])

    def rare(self):
        return self.search(self.word(*RARE))

    def middle(self):
        return self.search(self.word(*(share * self.size for share in ONE_IN_A_HUNDRED)))

    @cached_property
    def common_words(self):
        """Those that stand in about half of all reports."""
        return [word for word, _ in sorted(self.words, key=lambda one: abs(one[1] - self.size / 2))[:COMMON]]

    def common(self):
        return self.search(self.one_of(self.common_words))

    def two_common(self):
        return self.search(" ".join(self.chance.choice(self.common_words, 2, replace=False).tolist()))

    def phrase(self):
        """Two words that follow one another in some report."""
        text = self.some_report().search_text.split()
        place = int(self.chance.integers(6, len(text) - 1))
        return self.search(f'"{text[place]} {text[place + 1]}"')

    def some_report(self):
        key = self.one_of(self.live.picture.keys).item()
        return Report.objects.only("title", "search_text", "slug").get(pk=key)

    def search(self, text):
        address, clauses = f"/publications/?q={quote_plus(text)}", Search(text, self.live).clauses

        def same():
            assert self.site.read(address)[0] == self.hand.searched(self.index, clauses)[0], address

        others = {
            "search.py alone": lambda: Search(text, self.live).found,
            "engine.hits alone": lambda: engine.hits(self.index, *clauses, all_of=True),
        }
        return Question(address, lambda: self.hand.searched(self.index, clauses), others, same=same)

    # Suggestions

    def letters(self, number):
        return self.suggestion([self.one_of(self.words)[0][:number]])

    def two_words(self):
        """Of a title or of a name; the second is half typed."""
        if self.chance.random() < 0.5:
            words = self.some_report().title.split()[:2]
        else:
            key = int(self.one_of(self.live.picture.authors.keys))
            words = Author.objects.get(pk=key).name_key.split()
        return self.suggestion([words[0], words[-1][:3]])

    def suggestion(self, words):
        address = f"/suggest/?only=list&q={quote_plus(' '.join(words))}"

        def same():
            keys, _, authors, topics = self.hand.suggested(self.index, words)
            titles = Report.objects.filter(pk__in=keys).values_list("slug", flat=True)
            known = {"publications": set(titles), "authors": {row[2] for row in authors}}
            known["topics"] = {row[2] for row in topics}
            assert all(slug in known[kind] for kind, slug in self.site.suggested(address)), address

        return Question(address, lambda: self.hand.suggested(self.index, words), same=same)

    # Pages of people and topics

    def author(self):
        counts = self.live.picture.authors.most(self.live.mask, 1)
        return Question(Author.objects.get(pk=next(iter(counts))).get_absolute_url())

    def broadest_topic(self):
        return Question(self.topics[0][0].get_absolute_url())

    # After a publication

    def after(self, address):
        """The first request after one report has been published; its peer is the second."""
        return Question(address, lambda: self.site.ask(address), before=lambda: self.publish(address))

    def publish(self, address):
        key = self.one_of(self.live.picture.keys).item()
        change(key, "withdrawn")
        self.site.ask(address)
        change(key, "published")

    def list_after(self):
        return self.after("/publications/")

    def search_after(self):
        return self.after(f"/publications/?q={self.word(*RARE)}")

    def titles_after(self):
        return self.after("/publications/?sort=title")


def change(key, how):
    with transaction.atomic():
        made(how, key, [])
        following.note([key])
