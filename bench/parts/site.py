"""A Pressmark of one's own for a benchmark: a new database, thrown away afterwards."""

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def on_new_sqlite():
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("DATABASE_URL", None)
        start(folder)
        migrate()
        yield folder


def start(folder):
    """Django, with its files under `folder` and on the database that DATABASE_URL names, or on SQLite in `folder`."""
    os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    Path(folder, "static").mkdir(exist_ok=True)
    import django

    django.setup()


def migrate():
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
