"""Another process of the same site, that tells what it finds.

Reads a job a line from standard input, as JSON, and answers each with a line: `{"find": words}` with the slugs that a
search finds, `{"suggest": words}` with what is offered, `{"begin": true}` forgets what it has held.
"""

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.db import connections  # noqa: E402

from publications import listed  # noqa: E402
from publications.finding import following  # noqa: E402
from publications.models import Report  # noqa: E402
from publications.search import Search  # noqa: E402
from publications.searching import keeping  # noqa: E402
from publications.suggesting import suggestions  # noqa: E402


def find(words):
    live = listed.live()
    search = Search(words, live)
    # What is searched for instead is another question.
    numbers = search.holding_all if search.meant else search.found.numbers
    keys = live.picture.keys[numbers].tolist()
    slugs = dict(Report.objects.filter(pk__in=keys).values_list("pk", "slug"))
    return [slugs[key] for key in keys]


def suggest(words):
    return [one.words for group in suggestions(words, listed.live()) for one in group.suggestions]


def begin(_):
    following.forget()
    keeping.reopen()


JOBS = {"find": find, "suggest": suggest, "begin": begin}


def main():
    for line in sys.stdin:
        ((job, words),) = json.loads(line).items()
        print(json.dumps(JOBS[job](words)), flush=True)
        connections.close_all()


if __name__ == "__main__":
    main()
