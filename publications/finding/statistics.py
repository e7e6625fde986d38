"""What the database knows of its tables when it chooses how to read them."""

from django.db import connection

from publications.models import Report

# Where there are so many times more rows than it knows of, or fewer, it looks again.
MUCH = 2


def refresh() -> None:
    """Unless told, SQLite goes through all that is public to read twenty reports by their keys. PostgreSQL looks by
    itself, but later, and where it looks amid an import it takes tables of thousands for empty ones. Writes nothing
    where what is known is near enough."""
    with connection.cursor() as cursor:
        if is_far_off(KNOWN[connection.vendor](cursor), rows(cursor)):
            if connection.vendor == "sqlite":
                # So many rows of each index are looked at, however large it is.
                cursor.execute("PRAGMA analysis_limit = 10000")
            cursor.execute("ANALYZE")


def is_far_off(known: int, rows: int) -> bool:
    return not known <= rows * MUCH <= known * MUCH * MUCH


def known_to_sqlite(cursor) -> int:
    """How many reports SQLite takes there to be; whoever connects afterwards takes it so."""
    cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if not cursor.fetchone():
        return 0
    cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [Report._meta.db_table])
    return max((int(stat.split()[0]) for (stat,) in cursor.fetchall() if stat), default=0)


def known_to_postgresql(cursor) -> int:
    cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Report._meta.db_table])
    # It says -1 as long as it has never looked.
    return max(0, int(cursor.fetchone()[0]))


def rows(cursor) -> int:
    """In any state: nobody is told."""
    cursor.execute(f"SELECT COUNT(*) FROM {Report._meta.db_table}")
    return cursor.fetchone()[0]


KNOWN = {"sqlite": known_to_sqlite, "postgresql": known_to_postgresql}
