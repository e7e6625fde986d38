"""Writing very many rows."""

from collections.abc import Iterable
from io import BytesIO
from itertools import islice

from django.db import connection

BATCH = 5000


def insert(model, columns: list[str], rows: Iterable[tuple]) -> None:
    """Add these rows by the columns of the table, past the model: a hundred thousand take seconds."""
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        if connection.vendor == "postgresql":
            copy(model, columns, batch)
        else:
            put(model, columns, batch)


def put(model, columns, rows) -> None:
    table, names = quoted(model, columns)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def copy(model, columns, rows) -> None:
    table, names = quoted(model, columns)
    lines = "".join("\t".join(map(in_a_copy, row)) + "\n" for row in rows).encode()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", BytesIO(lines), 1 << 20)


def in_a_copy(value) -> str:
    """Numbers, plain words and bytes; nothing here needs escaping."""
    return rf"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def quoted(model, columns) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), ", ".join(map(quote, columns))
