"""What opening a report's form costs, in processor time: 20 authors, 30 topics, a body of 200 KB.

`bin/bench desk_form [100000]`: beside so many other authors and topics, on a new SQLite that is thrown away afterwards.
Prints the median of nine requests, how many queries one makes, and the same beside no others.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

AUTHORS, TOPICS, BODY, TIMES, BATCH = 20, 30, 200_000, 9, 5_000


def main(others):
    with tempfile.TemporaryDirectory() as folder:
        start(folder)
        address, client = make_report()
        alone = cost(client, address)
        make_others(others)
        among = cost(client, address)
    print(f"beside none:    {alone[0] * 1000:.0f} ms, {alone[1]} queries, {alone[2] / 1024:.0f} KB of HTML")
    print(f"beside {others:,}: {among[0] * 1000:.0f} ms, {among[1]} queries: {among[0] / alone[0]:.2f} times the first")


def start(folder):
    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    os.environ.pop("DATABASE_URL", None)
    Path(folder, "static").mkdir()
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)


def make_report():
    from django.test import Client
    from django.urls import reverse

    from tests import factory

    body = "<p>Forty words of a paragraph on wells and on those who keep their keys.</p>"
    report = factory.make_report(
        authors=[factory.make_author(biography="<p>Writes.</p>") for _ in range(AUTHORS)],
        topics=[factory.make_topic() for _ in range(TOPICS)],
        body=body * (BODY // len(body)),
    )
    client = Client()
    client.force_login(factory.make_superuser())
    return reverse("admin:publications_report_change", args=[report.pk]), client


def make_others(count):
    from authors.models import Author
    from topics.models import Topic

    for model in (Author, Topic):
        rows = (model(name=f"Other {number}", slug=f"other-{number}") for number in range(count))
        model.objects.bulk_create(rows, batch_size=BATCH)


def cost(client, address):
    """(seconds, queries, bytes) of one request; the seconds are the median of several, after two that warm up."""
    from django.db import connection

    queries = []
    with connection.execute_wrapper(lambda execute, *call: queries.append(call[0]) or execute(*call)):
        size = len(client.get(address).content)
    client.get(address)
    return median(seconds(client, address) for _ in range(TIMES)), len(queries), size


def seconds(client, address):
    begun = time.process_time()
    assert client.get(address).status_code == 200
    return time.process_time() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
