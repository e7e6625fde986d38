"""The steps of `bench fuzz` beside those of `bench find`: strange and hard requests among many reports, in one warm
process, each statement and each page timed."""

import random
import time
from collections import defaultdict
from contextlib import contextmanager

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from authors.models import Author
from bench.parts.asking import Site
from publications.models import PublicationType, Report
from tests.fuzzing import in_query, queries, texts
from topics.models import Topic

LISTS = ["/publications/", "/publications/", "/suggest/", "/feeds/publications.rss", "/authors/"]
NAMES = ["q", "q", "q", "topic", "author", "type", "year", "language", "sort", "page", "letter", "role", "other"]
SAMPLE, TWELVE = 60, 12
FETCHING = ("fetchone", "fetchmany", "fetchall")


class Watched:
    """{what: [(seconds, address)]}: of pages by their path, of statements the slowest of each page."""

    def __init__(self):
        self.pages, self.statements, self.most = defaultdict(list), [], (0, "")
        self.now = []

    def statement(self, execute, sql, *rest):
        begun = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            self.now.append([time.perf_counter() - begun, sql])

    def page(self, path, address, seconds):
        self.pages[path].append((seconds, address))
        if self.now:
            self.statements.append((*max(self.now), address))
        self.most = max(self.most, (len(self.now), address))
        self.now = []


@contextmanager
def fetching(watched):
    """What a statement takes while its rows are read is its own: SQLite finds most of them then."""

    def timed(name):
        def fetch(cursor, *arguments):
            begun = time.perf_counter()
            try:
                return getattr(cursor.cursor, name)(*arguments)
            finally:
                if watched.now:
                    watched.now[-1][0] += time.perf_counter() - begun

        return fetch

    for name in FETCHING:
        setattr(CursorWrapper, name, timed(name))
    try:
        yield
    finally:
        for name in FETCHING:
            delattr(CursorWrapper, name)


def asked(count, seed):
    """What was slowest among so many strange requests, and the hard ones."""
    chance, site, watched = random.Random(seed), Site(), Watched()
    words, real = known(chance)
    for _ in range(3):
        answer(site, "/publications/", b"q=" + in_query(words[0]))
    with connection.execute_wrapper(watched.statement), fetching(watched):
        for path, query in hard(chance, words, real):
            timed(site, watched, path, query)
        strange(site, watched, count, seed, words, real)
    return told(watched)


def known(chance):
    """Words of titles and names, and {parameter: values that are there}."""
    titles = sample(Report.objects.live().values_list("title", flat=True), chance)
    names = sample(Author.objects.values_list("name", flat=True), chance)
    words = [word for line in titles for word in line.split()] + [word for name in names for word in name.split()]
    real = {
        "topic": sample(Topic.objects.values_list("slug", flat=True), chance),
        "author": sample(Author.objects.values_list("slug", flat=True), chance),
        "type": list(PublicationType.objects.values_list("slug", flat=True)),
        "year": [str(year) for year in range(2000, 2026)],
        "language": ["en", "fr", "ar", "zh"],
        "sort": ["relevance", "newest", "oldest", "title"],
        "page": ["2", "500", "4999", "99999"],
        "letter": ["a", "k", "ö"],
        "role": ["author", "editor"],
    }
    return words, real | {"q": [*chance.sample(words, SAMPLE), *titles[:TWELVE], *names[:TWELVE]]}


def sample(rows, chance):
    keys = list(rows.order_by().values_list("pk", flat=True))
    return list(rows.filter(pk__in=chance.sample(keys, min(SAMPLE, len(keys)))).order_by("pk"))


def hard(chance, words, real):
    """(path, query) of what looks for very much, or for what is nowhere."""
    for _ in range(TWELVE):
        some = chance.sample(words, TWELVE)
        yield from (("/publications/", b"q=" + in_query(text)) for text in hard_texts(chance, some))
        yield from (("/suggest/", b"q=" + in_query(text)) for text in (*some[:3], some[0][:1], " ".join(some), "a e"))
        yield "/publications/", b"&".join(b"topic=" + in_query(slug) for slug in real["topic"][:50])
        yield "/publications/", b"&".join(b"year=" + in_query(year) for year in real["year"]) + b"&sort=title"
        yield "/publications/", b"author=" + in_query(chance.choice(real["author"])) + b"&q=" + in_query(some[0])
        yield "/feeds/publications.atom", b"q=" + in_query(chance.choice(words)[:4])


def hard_texts(chance, some):
    yield " ".join(some)
    yield " ".join(misspelt(word, chance) for word in some)
    yield " ".join(word[:1] for word in some)
    yield " ".join(word[:2] for word in some)
    yield f"-{some[0]}"
    yield " ".join(f"-{word}" for word in some)
    yield '"' + " ".join(some[:3]) + '"'
    yield "the of and in to a"
    yield f"{misspelt(some[0], chance)}"
    yield "qqqqqq wwwwww zzzzzz " * 4


def misspelt(word, chance):
    place = chance.randrange(len(word))
    return word[:place] + chance.choice("aeiou") + word[place + 1 :] + chance.choice("aeiou")


def strange(site, watched, count, seed, words, real):
    @seeded(seed)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from(LISTS), queries(NAMES, **real) | texts(*words, most=14).map(lambda text: b"q=" + in_query(text))
    )
    def ask(path, query):
        timed(site, watched, path, query)

    ask()


def timed(site, watched, path, query):
    begun = time.perf_counter()
    status = answer(site, path, query)
    watched.page(path, f"{path}?{query.decode('latin-1')}", time.perf_counter() - begun)
    assert status[0] in "234", (status, path, query)


def answer(site, path, query):
    """The status line."""
    begun = []
    environ = site.factory.get(path).environ | {"QUERY_STRING": query.decode("latin-1")}
    response = site.application(environ, lambda status, headers, *_: begun.append(status))
    for _ in response:
        pass
    response.close()
    return begun[0]


def told(watched):
    pages = {path: shares([seconds for seconds, _ in some]) for path, some in watched.pages.items()}
    slowest = sorted(one for some in watched.pages.values() for one in some)[::-1][:5]
    statements = sorted(watched.statements, reverse=True)
    return {"pages": pages, "slowest": slowest, "statements": statements[:5], "most": watched.most}


def shares(seconds):
    """How many, and milliseconds: half, 95 of a hundred, all are faster."""
    return [len(seconds), *(1000 * float(np.percentile(seconds, share)) for share in (50, 95, 100))]
