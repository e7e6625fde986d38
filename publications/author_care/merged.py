"""What has become of authors that were merged."""

from collections.abc import Iterable

from authors.models import Author
from publications.models import AuthorMerge


def merged(keys: Iterable[int]) -> dict[int, int]:
    """{key: the key under which it lives on}, of those of these authors that went into another, however many times."""
    found, ahead = {}, {key: key for key in keys}
    while ahead:
        went = dict(AuthorMerge.objects.filter(author__in=set(ahead.values())).values_list("author", "into"))
        ahead = {origin: went[key] for origin, key in ahead.items() if key in went}
        found |= ahead
    return found


def authors_by_now(keys: Iterable[int]) -> dict[int, Author]:
    """{key: the author, or the one into whom they were merged}; who is gone is missing."""
    keys = set(keys)
    found = Author.objects.in_bulk(keys)
    if missing := keys - found.keys():
        into = merged(missing)
        there = Author.objects.in_bulk(into.values())
        found |= {key: there[now] for key, now in into.items() if now in there}
    return found
