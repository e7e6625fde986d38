"""One database for each size: SQLite files in a folder, or databases of their own beside the one that DATABASE_URL
names. All of them are gone afterwards, but for a file that is to be kept."""

import os
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit


@contextmanager
def on_sqlite(folder, keep):
    """`keep`: {size: the file to use and to leave}. Gives a function that names the database of a size."""
    yield lambda size: f"sqlite:///{keep.get(size) or Path(folder, f'{size}.sqlite3')}"


@contextmanager
def on_postgresql(address):
    made = []

    def of_size(size):
        name = f"pressmark_bench_{os.getpid()}_{size}"
        if name not in made:
            execute(address, f"CREATE DATABASE {name}")
            made.append(name)
        return urlsplit(address)._replace(path=f"/{name}").geturl()

    try:
        yield of_size
    finally:
        for name in made:
            execute(address, f"DROP DATABASE {name}")


def execute(address, statement):
    import psycopg2

    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()
