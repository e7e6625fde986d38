"""Finding reports in the desk, whatever their state: by the beginnings of words in texts, authors' and topics' names.

What is live is looked for in the index of words, the rest in SQL, which reads every text; so is what is live where very
much is found, as then the first rows of a list are found at once, and where the index is not up to date.
"""

from django.db.models import Q

from authors.models import Author
from publications import listed
from publications.models import Report
from publications.searching import engine, keeping
from publications.searching.asked import MOST_WORDS
from text.terms import parts_of, words
from topics.models import Topic

# As many keys as a query can hold on any database.
MOST_NAMED = 10_000


def search(reports, text):
    """Those of these in which every word begins some word of the text, an author's name or a topic's name."""
    asked = words(text)[:MOST_WORDS]
    if text and not asked:
        return reports.none()
    keys = found(asked) if asked else None
    return by_sql(reports, asked) if keys is None else reports.filter(pk__in=keys)


def found(asked):
    """The keys of all that is found, or nothing: too many, or the index cannot tell."""
    live = listed.live()
    index = keeping.whole(live)
    if index is None:
        return None
    each = [(parts_of(word), keys(authors(word)), keys(topics(word))) for word in asked]
    (there,) = live.numbers(engine.begun(index, each, MOST_NAMED + 1))
    others = [key for rows in not_live() for key in keys(by_sql(rows, asked).order_by())]
    return None if len(there) + len(others) > MOST_NAMED else [*live.picture.keys[there].tolist(), *others]


def not_live():
    """In two parts, each with an index of its own."""
    hidden = [state for state in Report.State if state != Report.State.PUBLISHED]
    return Report.objects.filter(state__in=hidden), Report.objects.scheduled()


def keys(rows):
    return list(rows.values_list("pk", flat=True)[: MOST_NAMED + 1])


def by_sql(reports, asked):
    for word in asked:
        named = Q(pk__in=authors(word).values("reports")) | Q(
            pk__in=topics(word).values("report_topics__content_object")
        )
        reports = reports.filter(Q(search_text__contains=f" {word}") | named)
    return reports


def authors(word):
    return Author.objects.filter(name_key__holds_word=word).order_by()


def topics(word):
    return Topic.objects.filter(name_key__holds_word=word).order_by()
