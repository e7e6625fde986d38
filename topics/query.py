"""What can be asked of topics."""

from collections import defaultdict
from functools import lru_cache

from django.db import models

from text.keys import name_key


class TopicQuerySet(models.QuerySet):
    def called(self, name):
        """The topic with this name, or the one of which it is a synonym."""
        key = name_key(name)
        return self.filter(models.Q(name_key=key) | models.Q(synonyms__name_key=key)).distinct()

    def shown(self):
        """Those that readers see and that have a page: keywords serve relating and search alone."""
        return self.exclude(kind=self.model.Kind.KEYWORD)

    def offered(self):
        """Those that forms and indexes offer."""
        return self.filter(retired=False)

    def families(self):
        """{topic id: ids of the topic and all below it}, for every topic that has a parent or children. One query."""
        below = self.model.objects.filter(parent__isnull=False).order_by()
        return families_of(tuple(below.values_list("pk", "parent_id")))


@lru_cache(maxsize=1)
def families_of(parents):
    """From ((topic, its parent), …): every request asks, and they seldom change."""
    children = defaultdict(list)
    for pk, parent in parents:
        children[parent].append(pk)
    members = set(children) | {pk for below in children.values() for pk in below}
    return {pk: frozenset(descend(pk, children)) for pk in members}


def descend(pk, children):
    """The id and all below it; a loop in the data ends where it closes."""
    found, ahead = set(), [pk]
    while ahead:
        if (current := ahead.pop()) not in found:
            found.add(current)
            ahead.extend(children.get(current, ()))
    return found
