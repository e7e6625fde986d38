"""Which topics, authors and types the public may know of: those with something live, children included."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import Count, Q
from django.utils import timezone

from authors.models import Author
from publications.finding import following
from publications.finding.picture import Carried, Picture, numbers_of
from publications.models import FormerSlug, PublicationType, Report
from topics.models import Topic


@dataclass
class Live:
    """All that is live at one moment."""

    picture: Picture
    mask: np.ndarray

    @cached_property
    def topics(self) -> Carried:
        """Of each report its topics and those above them."""
        return self.picture.with_families(Topic.objects.families())

    @cached_property
    def by_topic(self) -> dict[int, int]:
        """{topic id: how many live reports carry it or one below it}"""
        return self.topics.counts(self.mask)

    @cached_property
    def languages(self) -> set[str]:
        """Of all that is live."""
        return {self.picture.tags[code] for code in np.unique(self.picture.languages[self.mask]).tolist()}

    def numbers(self, keys: np.ndarray, *columns: np.ndarray) -> tuple[np.ndarray, ...]:
        """The places in the picture of those of these reports that are live, and what the columns tell of them."""
        numbers, here = numbers_of(self.picture.keys, keys, self.picture.by_key)
        here[here] = self.mask[numbers[here]]
        return numbers[here], *(column[here] for column in columns)

    def has_author(self, author: Author) -> bool:
        """In any role."""
        return self.picture.authors.count(author.pk, self.mask) > 0

    def keys(self, having: Carried | None = None, one: int = 0) -> np.ndarray:
        """The live reports in the order of lists; those that have one."""
        chosen = self.mask if having is None else self.mask & having.having([one], len(self.picture))
        return self.picture.keys[chosen]

    def of_type(self, kind: PublicationType) -> np.ndarray:
        return self.picture.keys[self.mask & (self.picture.types == kind.pk)]


def live() -> Live:
    picture = following.current()
    return Live(picture, picture.live(timezone.now()))


def listed_authors(at=None):
    """Authors of something live, in any role, each with `live_reports`."""
    of_live = Q(authorships__report__in=Report.objects.live(at))
    return Author.objects.annotate(live_reports=Count("authorships__report", filter=of_live, distinct=True)).filter(
        live_reports__gt=0
    )


def listed_types(at=None):
    """Types with something live, each with `live_reports`."""
    of_live = Q(reports__in=Report.objects.live(at))
    return PublicationType.objects.annotate(live_reports=Count("reports", filter=of_live)).filter(live_reports__gt=0)


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


def present_slugs(kind, slugs):
    """{former slug: present slug} for those of these that once were somebody's. `kind` is a field of FormerSlug."""
    rows = FormerSlug.objects.filter(slug__in=slugs, **{f"{kind}__isnull": False})
    return dict(rows.values_list("slug", f"{kind}__slug"))
