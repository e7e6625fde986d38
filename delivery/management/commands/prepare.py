"""Brings everything up to what this code needs, before it serves: database, static files, first content.

Safe to run at any time and by many at once: only one prepares at a time, and what is in place is left alone.
"""

import errno
import hashlib
import ipaddress
import os
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from io import StringIO

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files import locks
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from accounts import demo_editor
from accounts.first import one_time_address
from publications.finding import statistics
from publications.models import FileText, Report
from publications.pdfs import later

# Any number, so long as no other program on the same PostgreSQL takes the same one.
LOCK = 0x70726573736D61
INSUFFICIENT_PRIVILEGE = "42501"


class Command(BaseCommand):
    help = "Migrates, collects static files, makes the demo content if it is due, and prints the addresses."
    # Some checks ask the database, so they come after it has answered.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--serve", action="store_true", help="then become the server; refused if its port is taken")

    def handle(self, *, serve=False, **options):
        if serve:
            refuse_port_in_use()
        with one_at_a_time(say=self.say):
            reach_database()
            self.check()
            with one_machine_at_a_time():
                self.prepare()
        for line in addresses():
            self.stdout.write(line)
        if serve:
            self.stdout.flush()
            become_server()

    def prepare(self):
        self.say(migrate())
        if not settings.DEBUG:
            self.say(collect_static())
        if demo_is_due():
            self.say("Demo content: making it; this takes some seconds …")
            self.say(make_demo())
        statistics.refresh()
        self.say(index_words())
        if sentence := put_off_reading():
            self.say(sentence)
        if not mark_of_first_start().exists():
            mark_of_first_start().touch()

    def say(self, sentence):
        self.stdout.write(f"  {sentence}")
        self.stdout.flush()


def refuse(name, sentence):
    """Stop here. The sentence names the variable and says what to do."""
    raise SystemExit(f"{name}: {sentence}")


def refuse_port_in_use():
    family = socket.AF_INET6 if ":" in settings.LISTEN else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.LISTEN, settings.PORT))
        except PermissionError:
            refuse("PORT", f"this user may not open port {settings.PORT}. Give a number from 1024 upwards.")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                refuse("LISTEN", f"{settings.LISTEN} is not an address of this machine ({error.strerror}).")
            refuse("PORT", f"port {settings.PORT} is in use by another program. Stop that one, or give another number.")


def reach_database():
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        # The first line says why; a password is never in it.
        refuse(database_variable(), f"the database cannot be opened: {first_line(error)}")


def database_variable():
    """The variable that says where the database is."""
    in_data_dir = str(connection.settings_dict["NAME"]).startswith(str(settings.DATA_DIR))
    return "DATA_DIR" if connection.vendor == "sqlite" and in_data_dir else "DATABASE_URL"


@contextmanager
def one_at_a_time(say):
    """Holds back the others on this data folder. Two that open a new SQLite at once would be refused by it."""
    with open(settings.DATA_DIR / "prepare.lock", "w") as file:
        if not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
            say("Another start is preparing this site; waiting for it …")
            locks.lock(file, locks.LOCK_EX)
        yield


@contextmanager
def one_machine_at_a_time():
    """Holds back the others on this PostgreSQL.

    The lock belongs to the connection that does the work: if this process is killed, PostgreSQL keeps it until the
    last statement has ended as well. A failure ends the process, and with it the lock.
    """
    if connection.vendor != "postgresql":
        yield
        return
    ask("SELECT pg_advisory_lock(%s)")
    yield
    ask("SELECT pg_advisory_unlock(%s)")


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK])


def migrate():
    executor = MigrationExecutor(connection)
    due = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    try:
        with whole():
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        if not (denial := refused_right(error)):
            raise
        refuse(database_variable(), f"this user may not change the database: {first_line(denial)}")
    return f"Database: brought up to date in {due} steps." if due else "Database: up to date."


@contextmanager
def whole():
    """All steps or none. Without this a process killed between a step and its record leaves what no start can mend."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            # It refuses to alter tables while checks are pending, so they are made at once.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
        return
    # SQLite alters tables with foreign keys unchecked, and that cannot be switched within a transaction.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            yield
    finally:
        connection.enable_constraint_checking()


def refused_right(error):
    """The driver's own error behind this one, if it says that a right is missing."""
    while error := error.__cause__ or error.__context__:
        if getattr(error, "pgcode", None) == INSUFFICIENT_PRIVILEGE:
            return error
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_READONLY"):
            return error
    return None


def first_line(error):
    return str(error).strip().splitlines()[0]


def collect_static():
    stamp, digest = settings.DATA_DIR / "static-digest", static_digest()
    if stamp.exists() and stamp.read_text() == digest:
        return "Static files: up to date."
    stamp.unlink(missing_ok=True)
    # From nothing: a copy that was cut short looks newer than its source.
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest)
    return "Static files: collected."


def static_digest():
    """Of all that collecting depends on: the files, the programs that treat them, and where they go."""
    digest = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    digest.update(repr([settings.STATIC_URL, settings.STORAGES["staticfiles"]]).encode())
    digest.update(repr(settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            with storage.open(path) as file:
                digest.update(path.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def demo_is_due():
    """On request, and unless refused on the first start: never beside a report."""
    wanted = settings.DEMO or (settings.DEMO is None and not mark_of_first_start().exists())
    return wanted and not Report.objects.exists()


def mark_of_first_start():
    """There since the first start was completed: who has removed the demo content does not get it again."""
    return settings.DATA_DIR / "first-start"


def make_demo():
    """What was made. (How to sign in is said at the end, at this start as at every other.)"""
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue().splitlines()[0]


def index_words():
    said = StringIO()
    call_command("rebuild_search", "--without-reading", stdout=said)
    return f"Search: {said.getvalue().strip()}"


def put_off_reading():
    """To read thousands of PDFs takes hours."""
    if count := FileText.objects.unread().count():
        later.ask()
        return f"PDFs: {count:,} are still to be read; that is done beside the server, and their words are found then."
    return ""


def addresses():
    """What to open in a browser, and how to get in."""
    site = settings.SITE_URL or f"http://{shown_host()}:{settings.PORT}"
    yield f"The site:  {site}/"
    yield f"The desk:  {site}{reverse('admin:index')}"
    if known := demo_editor.sign_in():
        yield "Sign in:   {}, with the password {}".format(*known)
    if path := one_time_address():
        yield f"The first administrator chooses a name and a password, within an hour, at {site}{path}"


def shown_host():
    address = ipaddress.ip_address(settings.LISTEN)
    if address.is_loopback or address.is_unspecified:
        return "localhost"
    return f"[{address}]" if address.version == 6 else str(address)


def become_server():
    # Once more: whoever prepared before us may listen by now, and the server would share the port with that one.
    refuse_port_in_use()
    connection.close()
    start_daily()
    os.execv(sys.executable, [sys.executable, *server()])


def start_daily():
    """A small process beside the server, which ends with it: this process, which becomes the server, holds one end of
    the pipe that the other reads, and no other gets it."""
    reading, writing = os.pipe()
    subprocess.Popen([sys.executable, "delivery/daily.py", str(settings.DATA_DIR)], stdin=reading)
    os.close(reading)
    os.set_inheritable(writing, True)


def server():
    """Python's arguments for the server: the one that production runs, or with DEBUG the one that reloads itself."""
    host, port = settings.LISTEN, str(settings.PORT)
    if settings.DEBUG:
        return ["manage.py", "runserver", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
    # GRANIAN_ variables are the server's own; those that are set win.
    chosen = {"WORKERS": settings.GRANIAN_WORKERS, "BLOCKING_THREADS": settings.GRANIAN_BLOCKING_THREADS}
    for name, value in ({"WORKERS_KILL_TIMEOUT": "10"} | chosen).items():
        if value:
            os.environ.setdefault(f"GRANIAN_{name}", value)
    options = [
        "--interface",
        "wsgi",
        "--respawn-failed-workers",
        "--log-level",
        "error",
        "--host",
        host,
        "--port",
        port,
    ]
    return ["-m", "granian", *options, "config.wsgi:application"]
