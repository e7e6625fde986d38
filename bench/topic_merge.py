"""What merging two topics costs, and undoing it: 50,000 reports each, a tenth of all with both.

`bin/bench topic_merge [50000] [sidebars]`: on a new SQLite that is thrown away afterwards, or on the empty database
that DATABASE_URL names (`bin/with-postgresql bin/bench topic_merge`). Prints seconds, and by how much the memory of
the process grew meanwhile. The computing of Related Publications is left out unless `sidebars` is said.
"""

import os
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

BATCH = 5_000


def main(count, sidebars):
    with tempfile.TemporaryDirectory() as folder:
        made_by_a_child(folder, count)
        start(folder)
        from topics.models import Topic

        one, other = Topic.objects.get(name="One"), Topic.objects.get(name="Other")
        if not sidebars:
            leave_out_sidebars()
        from publications.topic_care.foreseeing import merge_foreseen
        from publications.topic_care.merging import merge
        from publications.topic_care.undoing import undo

        foreseen = timed("preview", lambda: merge_foreseen([one], other))
        (step,) = timed("merge", lambda: merge([one], other))
        undone = timed("undo", lambda: undo(step))
    print(f"{len(foreseen.reports):,} foreseen, {step.reports:,} changed, {undone.reports:,} given back")


def made_by_a_child(folder, count):
    """What making the reports takes is no memory of ours."""
    Path(folder, "static").mkdir()
    if child := os.fork():
        if os.waitpid(child, 0)[1]:
            sys.exit("The reports could not be made.")
        return
    start(folder)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    make_all(count)
    os._exit(0)


def start(folder):
    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    import django

    django.setup()


def make_all(count):
    """Live reports, with a third topic each out of a thousand."""
    from publications.models import Report, ReportTopic
    from tests.factory import make_topic, make_type
    from topics.models import Topic

    kind, one, other = make_type(), make_topic("One"), make_topic("Other")
    rest = Topic.objects.bulk_create(Topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(1000))
    both = count // 10
    for first in range(0, 2 * count - both, BATCH):
        numbers = range(first, min(first + BATCH, 2 * count - both))
        reports = Report.objects.bulk_create(report(number, kind) for number in numbers)
        rows = [(made, rest[number * 7 % 1000]) for number, made in zip(numbers, reports, strict=True)]
        rows += [(made, one) for number, made in zip(numbers, reports, strict=True) if number < count]
        rows += [(made, other) for number, made in zip(numbers, reports, strict=True) if number >= count - both]
        ReportTopic.objects.bulk_create(ReportTopic(content_object=made, tag=topic) for made, topic in rows)


def report(number, kind):
    from publications.models import Report

    made = Report(
        title=f"Report {number}",
        slug=f"report-{number}",
        lead="<p>Water and peace.</p>",
        type=kind,
        language="en",
        state=Report.State.PUBLISHED,
        date=date(2000 + number % 25, 1 + number % 12, 1),
        date_follows=False,
        public_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    made.prepare()
    return made


def leave_out_sidebars():
    from publications.topic_care import merging, undoing

    merging.relate_anew = undoing.relate_anew = lambda reports: None


def timed(name, act):
    before, started = peak(), time.perf_counter()
    answer = act()
    print(f"{name}: {time.perf_counter() - started:.1f} s, {peak() - before:.0f} MB more than before", flush=True)
    return answer


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    main(numbers[0] if numbers else 50_000, "sidebars" in sys.argv)
