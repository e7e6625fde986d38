"""Which topics, authors and types the public may know of: those with something live, children included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import Model
from django.utils import timezone

from authors.models import Author
from publications.finding import following
from publications.finding.picture import Carried, Picture, numbers_of
from publications.models import FormerSlug, PublicationType
from topics.models import Topic

# So many are named who stand near an author or a topic.
MOST = 8


@dataclass
class Live:
    """All that is live at one moment. `number`, `anew_since`: of the changes that it shows."""

    picture: Picture
    mask: np.ndarray
    number: int
    anew_since: int

    @cached_property
    def topics(self) -> Carried:
        """Of each report its topics and those above them."""
        return self.picture.with_families(self.families)

    @cached_property
    def families(self) -> dict[int, frozenset[int]]:
        return Topic.objects.families()

    @cached_property
    def by_topic(self) -> dict[int, int]:
        """{topic id: how many live reports carry it or one below it}"""
        return self.kept_counts("by topic", self.topics)

    @cached_property
    def languages(self) -> set[str]:
        """Of all that is live."""
        return {self.picture.tags[code] for code in np.unique(self.picture.languages[self.mask]).tolist()}

    def numbers(self, keys: np.ndarray, *columns: np.ndarray) -> tuple[np.ndarray, ...]:
        """The places in the picture of those of these reports that are live, and what the columns tell of them."""
        numbers, here = numbers_of(self.picture.keys, keys, self.picture.by_key)
        here[here] = self.mask[numbers[here]]
        return numbers[here], *(column[here] for column in columns)

    @cached_property
    def by_author(self) -> dict[int, int]:
        """{author id: how many live reports name them, in any role}"""
        return self.kept_counts("by author", self.picture.authors)

    def kept_counts(self, name: str, carried: Carried) -> dict[int, int]:
        """{key: how many live reports have it}, counted once: reports of a picture go live and never back, so that how
        many are tells which."""
        size = np.count_nonzero(self.mask)
        known = self.picture.kept.get(name)
        if not known or known[0] is not carried or known[1] != size:
            known = self.picture.kept[name] = carried, size, carried.counts(self.mask)
        return known[2]

    def has_author(self, author: Author) -> bool:
        """In any role."""
        return author.pk in self.by_author

    def keys(self, having: Carried | None = None, one: int = 0) -> np.ndarray:
        """The live reports in the order of lists; those that have one."""
        chosen = self.mask if having is None else self.mask & having.having([one], len(self.picture))
        return self.picture.keys[chosen]

    def of_type(self, kind: PublicationType) -> np.ndarray:
        return self.picture.keys[self.mask & (self.picture.types == kind.pk)]


def live() -> Live:
    number, anew_since, picture = following.current()
    return Live(picture, picture.live(timezone.now()), number, anew_since)


def listed_types(among: Live) -> list[PublicationType]:
    """Types with something live."""
    return [row for row in PublicationType.objects.all() if len(among.of_type(row))]


def author_rows(slugs: Iterable[str], among: Live | None = None) -> dict[str, Author]:
    """{slug: author} of those that the public may know of."""
    rows = Author.objects.filter(slug__in=slugs) if slugs else ()
    return {row.slug: row for row in rows if (among := among or live()).has_author(row)}


def type_rows(slugs: Iterable[str], among: Live | None = None) -> dict[str, PublicationType]:
    rows = PublicationType.objects.filter(slug__in=slugs) if slugs else ()
    return {row.slug: row for row in rows if len((among := among or live()).of_type(row))}


def topic_rows(slugs: Iterable[str], among: Live | None = None) -> dict[str, Topic]:
    """{slug: topic} of those that the public may know of, keywords among them."""
    rows = Topic.objects.filter(slug__in=slugs) if slugs else ()
    return {row.slug: row for row in rows if row.pk in (among := among or live()).by_topic}


def most_first(rows: Iterable[Model], counts: Mapping[int, float], key: str) -> list[tuple[Model, float]]:
    """The first few by their counts, those that tie by their names."""
    ordered = sorted(rows, key=lambda row: (-counts[row.pk], getattr(row, key), row.slug))
    return [(row, counts[row.pk]) for row in ordered[:MOST]]


def present_slugs(kind, slugs):
    """{former slug: present slug} for those of these that once were somebody's. `kind` is a field of FormerSlug."""
    rows = FormerSlug.objects.filter(slug__in=slugs, **{f"{kind}__isnull": False})
    return dict(rows.values_list("slug", f"{kind}__slug"))
