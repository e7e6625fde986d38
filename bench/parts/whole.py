"""Making a corpus, and computing all of its sidebars, each in a process of its own."""

import time
from resource import RUSAGE_SELF, getrusage

from django.db import connection

from bench.parts.filling import check, fill
from bench.parts.site import migrate
from bench.parts.synthetic import Synthetic
from publications import relating
from publications.models import Report


def make(size, seed):
    made, begun = Synthetic(size, seed), time.perf_counter()
    migrate()
    if not Report.objects.exists():
        fill(made)
        settle()
    check(made)
    return {"seconds": time.perf_counter() - begun, "topics": made.topics, "database": database()}


def database():
    if connection.vendor == "postgresql":
        return f"PostgreSQL {connection.pg_version // 10000}"
    return f"SQLite {'.'.join(map(str, connection.Database.sqlite_version_info))}"


def rebuild():
    before, begun, processor = peak(), time.perf_counter(), time.process_time()
    outcome = relating.rebuild()
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    settle()
    return {
        "seconds": seconds,
        "processor": processor,
        "before": before,
        "peak": peak(),
        "sidebars": outcome.sidebars,
        "written": outcome.written,
    }


def settle():
    """What PostgreSQL does by itself some minutes after very many rows were written."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def peak():
    """The memory of this process at its largest, in MB: what PostgreSQL takes is not in it."""
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024
