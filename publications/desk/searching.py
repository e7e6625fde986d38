"""Finding reports in the desk, whatever their state: by the beginnings of words, in SQL."""

from django.db.models import Q

from authors.models import Author
from publications.searching.asked import MOST_WORDS
from text.terms import words
from topics.models import Topic


def search(reports, text):
    """Those of these in which every word begins some word of the text, an author's name or a topic's name."""
    asked = words(text)[:MOST_WORDS]
    if text and not asked:
        return reports.none()
    for word in asked:
        reports = reports.filter(Q(search_text__contains=f" {word}") | naming(word))
    return reports


def naming(word):
    """Of an author or a topic whose name holds the word."""
    authors = Author.objects.filter(name_key__holds_word=word).order_by()
    topics = Topic.objects.filter(name_key__holds_word=word).order_by()
    return Q(pk__in=authors.values("reports")) | Q(pk__in=topics.values("report_topics__content_object"))
