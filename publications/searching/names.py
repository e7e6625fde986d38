"""Which authors and topics are called by the words that were asked for."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q, Value

from authors.models import Author
from publications.searching.asked import Part
from publications.topic_care.merged import origins
from text.terms import stems, words_of_key
from topics.models import Topic


@dataclass
class Names:
    """By their keys."""

    authors: set[int] = field(default_factory=set)
    topics: set[int] = field(default_factory=set)


def named(parts: Collection[Part], languages: Collection[str]) -> dict[Part, Names]:
    """Whom and what each part names: authors who bear the words, topics that hold them in some form. A topic that went
    into one of these by a merge is named too, as documents may still tell of it."""
    found = {part: Names() for part in parts}
    if not parts:
        return found
    # {the word of each part by which it is looked for: as it is in the key}
    telling = {part: max(part.words, key=len) for part in parts}
    for key, name in author_rows(set(telling.values())):
        held = set(words_of_key(name))
        for part in parts:
            if held.issuperset(part.words):
                found[part].authors.add(key)
    stemmed = {part: [stems(part.words, language) for language in languages] for part in parts}
    for key, name in topic_rows({beginning_of(word, languages) for word in telling.values()}):
        held = [set(stems(words_of_key(name), language)) for language in languages]
        for part, ways in stemmed.items():
            if any(there.issuperset(way) for there, way in zip(held, ways, strict=True)):
                found[part].topics.add(key)
    former = origins(set().union(*(names.topics for names in found.values())))
    for names in found.values():
        names.topics.update(*(former.get(key, ()) for key in list(names.topics)))
    return found


def beginning_of(word: str, languages: Collection[str]) -> str:
    """What the word has in common with its stem, in every language: every form of it begins so."""
    common = len(word)
    for language in languages:
        stem = (stems([word], language) or [word])[0]
        same = (place for place, (one, other) in enumerate(zip(word, stem, strict=False)) if one != other)
        common = min(common, next(same, min(len(word), len(stem))))
    return word[: max(common, 1)]


def author_rows(letters):
    return names_holding(Author.objects.all(), "other_names", letters)


def topic_rows(letters):
    return names_holding(Topic.objects.all(), "synonyms", letters)


def names_holding(rows, others: str, letters: Collection[str], *columns: str, all_of: bool = False):
    """(key, a name's key, the columns) of each name of these authors or topics that holds one of the letters, or all of
    them; and (whose, a name's key, nothing) of the other names that do, of all authors or topics. One query, which
    joins nothing: it would take longer to compose than to answer."""
    relation = rows.model._meta.get_field(others)
    holds = holding("name_key", letters, all_of)
    names = relation.related_model.objects.filter(holds).order_by()
    nothing = [Value("")] * len(columns)
    own = rows.filter(holds).order_by().values_list("pk", "name_key", *columns)
    return own.union(names.values_list(relation.field.attname, "name_key", *nothing), all=True)


def holding(key: str, letters: Collection[str], all_of: bool) -> Q:
    each = ((f"{key}__contains", some) for some in sorted(letters))
    return Q(*each, _connector=Q.AND if all_of else Q.OR)
