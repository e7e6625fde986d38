"""Finding reports by plain words: what is searched, and how. The one file that searches."""

import re

from django.db.models import Case, IntegerField, Q, Value, When

from text.cleaning import words_of
from text.keys import name_key

RICH = ("lead", "summary", "body", "about", "acknowledgement")
LINES = ("title", "subtitle", "teaser", "number", "doi", "isbn")
NOT_WORD = re.compile(r"[\W_]+")
MOST_WORDS = 12


def folded(text):
    """Words in the form in which they compare, each with a blank before it: ` so that this finds prefixes`."""
    return "".join(f" {word}" for word in NOT_WORD.split(fold(text)) if word)


def fold(text):
    # The key is cut at a length; longer texts are folded piece by piece.
    return " ".join(name_key(piece) for piece in re.findall(r"(?s).{1,200}(?:\s|$)|\S{200}", text))


def search_text(report):
    """All the words of a report's own fields, folded. Kept in a column whenever the report is saved."""
    parts = [getattr(report, field) for field in LINES]
    parts += [words_of(getattr(report, field)) for field in RICH]
    return folded(" ".join(parts))


def search(reports, words):
    """Those reports in which every word begins some word of the text, an author's name or a topic's name."""
    asked = wanted(words)
    if words and not asked:
        return reports.none()
    for word in asked:
        reports = reports.filter(Q(search_text__contains=f" {word}") | Q(pk__in=naming(reports.model, word)))
    return reports


def wanted(words):
    """The words asked for, at most twelve of them."""
    return folded(words).split()[:MOST_WORDS]


def naming(model, word):
    """The reports of which an author's or a topic's name holds the word."""
    author = Q(authors__name_key__startswith=word) | Q(authors__name_key__contains=f" {word}")
    topic = Q(topics__name_key__startswith=word) | Q(topics__name_key__contains=f" {word}")
    return model.objects.order_by().filter(author | topic).values("pk")


def by_relevance(reports, words):
    """Titles that hold every word first, then the newest."""
    in_title = Q()
    for word in wanted(words):
        in_title &= Q(title_key__startswith=word) | Q(title_key__contains=f" {word}")
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    return reports.annotate(rank=rank).order_by("rank", "-date", "-public_from", "slug")
