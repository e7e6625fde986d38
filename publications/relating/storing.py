"""Writing very many rows."""

from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO
from itertools import islice
from struct import Struct, pack

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


def check() -> None:
    """Look now whether all that rows point at is there, and not at the end, when nothing is computed meanwhile."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def put(model, columns, rows) -> None:
    table, names = quoted(model, columns)
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def copy(model, columns, rows) -> None:
    """In PostgreSQL's binary format: as text, packed rows would be twice as long."""
    table, names = quoted(model, columns)
    packers = [packer(model._meta.get_field(column.removesuffix("_id")).db_type(connection)) for column in columns]
    count, parts = pack(">h", len(columns)), [HEADER]
    for row in rows:
        parts.append(count)
        parts += [packed(value) for packed, value in zip(packers, row, strict=True)]
    with connection.cursor() as cursor:
        data = BytesIO(b"".join([*parts, pack(">h", -1)]))
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", data, 1 << 20)


HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
NUMBERS = {"bigint": ">iq", "integer": ">ii", "double precision": ">id"}


def packer(kind: str) -> Callable:
    """How a value of such a column is written: its length, then itself."""
    if kind in NUMBERS:
        one = Struct(NUMBERS[kind])
        return partial(one.pack, one.size - 4)
    return in_bytes if kind == "bytea" else lambda words: in_bytes(words.encode())


def in_bytes(value: bytes) -> bytes:
    return pack(">i", len(value)) + value


def quoted(model, columns) -> tuple[str, str]:
    quote = connection.ops.quote_name
    return quote(model._meta.db_table), ", ".join(map(quote, columns))
