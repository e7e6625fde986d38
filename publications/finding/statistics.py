"""What the database knows of its tables when it chooses how to read them."""

from django.db import connection


def refresh() -> None:
    """PostgreSQL sees to it by itself. SQLite, unless told, goes through all that is public to read twenty reports by
    their keys. Takes milliseconds; whoever connects afterwards has it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # So many rows of each index are looked at, however large it is.
            cursor.execute("PRAGMA analysis_limit = 10000")
            cursor.execute("ANALYZE")
