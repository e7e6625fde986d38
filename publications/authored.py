"""The publications of one author: by role and by type, with whom, on what. Only what is live counts."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

import numpy as np
from django.http import QueryDict

from authors.models import Author
from publications.facets import Choice
from publications.listed import MOST, Live, most_first, present_slugs
from publications.models import Authorship, PublicationType
from text.slugs import SLUG
from topics.models import Topic

Role = Authorship.Role
# Among so many of their most frequent topics those are looked for that readers see.
LOOKED_AT = 200


@dataclass
class Work:
    """`role` and `type` as the address asks for them; what is none matches nothing."""

    live: Live
    author: Author
    role: str = ""
    type: str = ""

    @property
    def picture(self):
        return self.live.picture

    @property
    def is_narrowed(self):
        return bool(self.role or self.type)

    @cached_property
    def whole(self) -> np.ndarray:
        """Whether each report is live and names them."""
        return self.live.mask & self.picture.authors.having([self.author.pk], len(self.picture))

    @cached_property
    def by_role(self) -> dict[str, np.ndarray]:
        """Whether each report names them so. The database is asked of those alone that name them otherwise than as an
        author, too."""
        rows, found = Authorship.objects.filter(author=self.author).order_by(), defaultdict(list)
        otherwise = rows.exclude(role=Role.AUTHOR).values("report")
        for report, role in rows.filter(report__in=otherwise).values_list("report", "role"):
            found[role].append(report)
        masks = {role: self.whole & np.isin(self.picture.keys, found[role]) for role in Role.values}
        masks[Role.AUTHOR] |= self.whole & ~np.logical_or.reduce(list(masks.values()))
        return masks

    @cached_property
    def by_type(self) -> dict[str, np.ndarray]:
        return {row.slug: self.whole & (self.picture.types == row.pk) for row in self.types}

    @cached_property
    def types(self) -> list[PublicationType]:
        return list(PublicationType.objects.all())

    def chosen(self, without: str = "") -> np.ndarray:
        """Whether each report is in the list; `without` leaves the role or the type out."""
        found = self.whole
        for name, masks in (("role", self.by_role), ("type", self.by_type)):
            if (asked := getattr(self, name)) and name != without:
                found = found & masks.get(asked, False)
        return found

    def keys(self) -> np.ndarray:
        """The list, in the order of all lists."""
        return self.picture.keys[self.chosen()]

    def choices(self) -> list[list[Choice]]:
        """The roles, then the types, each with the length of the list that choosing it leads to; where there is but
        one, no choice."""
        roles = [self.choice("role", role.value, f"As {role.label.lower()}", self.by_role) for role in Role]
        types = [self.choice("type", row.slug, row.name, self.by_type) for row in self.types]
        offered = [[one for one in each if one.count or one.chosen] for each in (roles, types)]
        return [each for each in offered if len(each) > 1]

    def choice(self, name: str, value: str, label: str, masks: dict[str, np.ndarray]) -> Choice:
        count = int(np.count_nonzero(self.chosen(without=name) & masks[value]))
        chosen = getattr(self, name) == value
        return Choice(name, value, label, count, chosen, self.query(**{name: "" if chosen else value}))

    def query(self, page: int = 1, **asked: str) -> str:
        """The query string of this list, or of one that is narrowed otherwise."""
        values = {"role": self.role, "type": self.type} | asked
        pairs = [(name, value) for name, value in values.items() if value]
        pairs += [("page", str(page))] if page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""

    def present_type(self) -> str:
        """The slug of a type of theirs that was asked for by a former one; else empty."""
        if not self.type or self.type in self.by_type or not SLUG.fullmatch(self.type):
            return ""
        present = present_slugs("type", [self.type]).get(self.type)
        return present if present and self.by_type[present].any() else ""

    def company(self) -> list[tuple[Author, int]]:
        """Those who are named most often beside them, and on how many of their publications."""
        counts = self.picture.authors.most(self.whole, MOST + 1)
        counts.pop(self.author.pk, None)
        return most_first(Author.objects.filter(pk__in=counts).defer("biography"), counts, "sort_key")

    def subjects(self) -> list[tuple[Topic, int]]:
        """The topics that readers see and that most of their publications carry themselves; each with the length of the
        list to which it leads, where those below it count too."""
        direct = self.picture.topics.most(self.whole, LOOKED_AT)
        most = most_first(
            Topic.objects.shown().offered().filter(pk__in=direct).defer("description"), direct, "name_key"
        )
        counts = self.live.topics.counts(self.whole)
        return [(topic, counts[topic.pk]) for topic, _ in most]


def asked_work(live: Live, author: Author, asked: QueryDict) -> Work:
    return Work(live, author, asked.get("role", ""), asked.get("type", ""))
