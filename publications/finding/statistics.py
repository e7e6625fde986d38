"""What the database knows of its tables when it chooses how to read them."""

from django.db import connection

from publications.models import Report

# Where there are so many times more rows than it knows of, or fewer, it looks again.
MUCH = 2


def refresh() -> None:
    """PostgreSQL sees to it by itself. SQLite, unless told, goes through all that is public to read twenty reports by
    their keys. Takes milliseconds, and writes nothing where what it knows is near enough; whoever connects afterwards
    has it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            if is_far_off(known_rows(cursor), rows(cursor)):
                # So many rows of each index are looked at, however large it is.
                cursor.execute("PRAGMA analysis_limit = 10000")
                cursor.execute("ANALYZE")


def is_far_off(known: int, rows: int) -> bool:
    return not known <= rows * MUCH <= known * MUCH * MUCH


def known_rows(cursor) -> int:
    """How many reports SQLite takes there to be."""
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if not cursor.fetchone():
        return 0
    cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [Report._meta.db_table])
    return max((int(stat.split()[0]) for (stat,) in cursor.fetchall() if stat), default=0)


def rows(cursor) -> int:
    """In any state: nobody is told."""
    cursor.execute(f"SELECT COUNT(*) FROM {Report._meta.db_table}")
    return cursor.fetchone()[0]
