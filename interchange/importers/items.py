"""What a line says, checked: publications, authors and topics as typed items."""

import hashlib
import json
import math
import re
from dataclasses import dataclass
from datetime import date
from html import unescape

from django.conf import settings
from django.core.exceptions import ValidationError

from authors.models import Author, AuthorLink
from interchange.importers.lines import described
from publications.models import PublicationType, Report
from text.cleaning import clean_line, clean_text
from text.keys import name_key
from topics.models import Topic, refuse_bare_punctuation

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Time zones must find a day before and a day after.
FIRST_YEAR, LAST_YEAR = 1000, 9998
# A character reference with its semicolon: “AT&T” and “R&D” are none.
REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
FORMATS = ("markdown", "html")
# Truth for measuring sidebars; the product must never read it.
NEVER_KEPT = {"internal_links", "external_url"}
DEEPEST = 20


class Refused(Exception):
    """An item cannot be taken. Its words are a sentence that names the field."""


@dataclass(frozen=True, slots=True)
class TopicItem:
    name: str
    kind: str
    slug: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class AuthorItem:
    name: str
    slug: str = ""
    given_name: str = ""
    family_name: str = ""
    biography: str = ""
    affiliation: str = ""
    location: str = ""
    urls: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class PublicationItem:
    """`complaints` are sentences about what was left out of it."""

    id: str
    title: str
    subtitle: str
    type: str
    date: date
    language: str
    licence: str
    source_url: str
    external_url: str
    summary: str
    body: str
    body_format: str
    authors: tuple[str, ...]
    topics: tuple[TopicItem, ...]
    extra: dict
    complaints: tuple[str, ...]
    digest: str


def read_publication(row: dict) -> PublicationItem:
    """Raises Refused."""
    extra = of_kind(row, "extra", dict, {})
    identifier = checked(Report, "slug", "id", required(row, "id"))
    authors, topics, complaints = names_of(row), *topics_of(row)
    return PublicationItem(
        id=identifier,
        title=checked(Report, "title", "title", required(row, "title")),
        subtitle=checked(Report, "subtitle", "subtitle", plain(row, "subtitle")),
        type=checked(PublicationType, "name", "type", required(row, "type")),
        date=day(required(row, "date")),
        language=checked(Report, "language", "language", plain(row, "language") or settings.LANGUAGE_CODE),
        licence=checked(Report, "licence", "licence", plain(row, "licence")),
        source_url=checked(Report, "source_url", "source_url", text(row, "source_url").strip()),
        external_url=checked(Report, "external_url", "external_url", text(extra | row, "external_url").strip()),
        summary=text(row, "summary"),
        body=text(row, "body"),
        body_format=body_format(row),
        authors=authors,
        topics=topics,
        extra=clean_json({key: value for key, value in extra.items() if key not in NEVER_KEPT}),
        complaints=complaints,
        digest=digest(row),
    )


def read_author(row: dict) -> AuthorItem:
    """Raises Refused."""
    return AuthorItem(
        name=author_name(required(row, "name")),
        slug=checked(Author, "slug", "slug", plain(row, "slug")),
        given_name=checked(Author, "given_name", "first_name", plain(row, "first_name")),
        family_name=checked(Author, "family_name", "last_name", plain(row, "last_name")),
        biography=text(row, "bio"),
        affiliation=checked(Author, "affiliation", "affiliation", plain(row, "affiliation")),
        location=checked(Author, "location", "location", plain(row, "location")),
        urls=tuple(dict.fromkeys(checked(AuthorLink, "url", "urls", url.strip()) for url in texts(row, "urls"))),
        digest=digest(row),
    )


def read_topic(row: dict) -> TopicItem:
    """Raises Refused."""
    paragraphs = dict.fromkeys(unescaped(text(row, field)).strip() for field in ("description", "long_description"))
    return TopicItem(
        name=topic_name(required(row, "name")),
        kind=topic_kind(row),
        slug=checked(Topic, "slug", "slug", plain(row, "slug")),
        description="\n\n".join(filter(None, paragraphs)),
        aliases=tuple(dict.fromkeys(alias.strip() for alias in texts(row, "aliases"))),
        digest=digest(row),
    )


# Values


def of_kind(row, field, kind, default):
    """The value of a field, which must be of this kind; null stands for a field that is not there."""
    value = row.get(field)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise Refused(f"“{field}” must be {described(kind())}, and is {described(value)}.")
    return value


def text(row, field):
    return of_kind(row, field, str, "")


def texts(row, field):
    """A list of texts."""
    values = of_kind(row, field, list, [])
    for value in values:
        if not isinstance(value, str):
            raise Refused(f"“{field}” must be a list of texts, and holds {described(value)}.")
    return values


def plain(row, field):
    """One line of plain text; character references are what they stand for."""
    return clean_line(unescaped(text(row, field)))


def required(row, field):
    if value := plain(row, field):
        return value
    raise Refused(f"“{field}” is missing or empty.")


def unescaped(value):
    return REFERENCE.sub(lambda found: unescape(found[0]), value)


def checked(model, name, field, value):
    """What the model's own field makes of a value, refused in the field's own words."""
    try:
        return model._meta.get_field(name).clean(value, None) if value else ""
    except ValidationError as error:
        raise Refused(f"“{field}” is wrong ({clean_line(value)[:80]}): {' '.join(error.messages)}") from None


def day(value):
    try:
        found = date.fromisoformat(value) if DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Refused(f"“date” is wrong ({value[:80]}): give a day of the calendar as YYYY-MM-DD.")
    return found


def body_format(row):
    value = text(row, "body_format") or "markdown"
    if value not in FORMATS:
        raise Refused(f"“body_format” is wrong ({clean_line(value)[:80]}): it is either markdown or html.")
    return value


def names_of(row):
    """The authors' names, each once."""
    names = [author_name(name) for name in map(clean_line, map(unescaped, texts(row, "authors"))) if name]
    first = {}
    for name in names:
        first.setdefault(name_key(name), name)
    return tuple(first.values())


def author_name(name):
    name = checked(Author, "name", "name", name)
    if not name_key(name):
        raise Refused("“name” holds no character that could be printed.")
    return name


def topics_of(row):
    """(topics, each once; sentences about those that cannot be one)."""
    topics, complaints = {}, []
    for entry in of_kind(row, "topics", list, []):
        if not isinstance(entry, dict):
            raise Refused(f"“topics” must be a list of objects with name and kind, and holds {described(entry)}.")
        name = plain(entry, "name")
        try:
            topic = TopicItem(topic_name(name), topic_kind(entry))
        except Refused as refused:
            complaints.append(f"Its topic “{name[:80]}” is left out. {refused}")
        else:
            topics.setdefault(name_key(topic.name), topic)
    return tuple(topics.values()), tuple(complaints)


def topic_name(name):
    name = checked(Topic, "name", "name", name)
    try:
        refuse_bare_punctuation(name)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    return name


def topic_kind(row):
    return checked(Topic, "kind", "kind", plain(row, "kind") or Topic.Kind.KEYWORD)


def digest(row):
    """By which an item that has not changed is known again."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode("ascii")).hexdigest()


def clean_json(value, depth=0):
    """JSON that every database can keep: clean text, finite numbers, not too deep."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict | list) and depth == DEEPEST:
        return None
    if isinstance(value, dict):
        return {clean_text(key): clean_json(part, depth + 1) for key, part in value.items()}
    return [clean_json(part, depth + 1) for part in value] if isinstance(value, list) else value
