"""Finding reports by plain words: what is searched, and how. The one file that searches."""

import re

from django.db.models import Q

from authors.models import Author
from text.cleaning import words_of
from text.keys import name_key
from topics.models import Topic

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
        reports = reports.filter(Q(search_text__contains=f" {word}") | naming(word))
    return reports


def wanted(words):
    """The words asked for, at most twelve of them."""
    return folded(words).split()[:MOST_WORDS]


def naming(word):
    """Of an author or a topic whose name holds the word."""
    authors = Author.objects.filter(name_key__holds_word=word).order_by()
    topics = Topic.objects.filter(name_key__holds_word=word).order_by()
    return Q(pk__in=authors.values("reports")) | Q(pk__in=topics.values("report_topics__content_object"))


def in_title(reports, words):
    """Those whose title holds every word."""
    for word in wanted(words):
        reports = reports.filter(title_key__holds_word=word)
    return reports
