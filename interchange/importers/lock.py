"""One import at a time: two would each make the same authors."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Any number will do that nothing else on the database uses.
ADVISORY_LOCK = 7_301_856_004


class Busy(Exception):
    """Another import is running."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Raises Busy. The lock goes with the process, however that ends."""
    with advisory_lock() if connection.vendor == "postgresql" else file_lock():
        yield


@contextmanager
def advisory_lock():
    """On PostgreSQL several machines may share the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


@contextmanager
def file_lock():
    with open(settings.DATA_DIR / "import.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
