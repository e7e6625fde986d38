"""bin/serve and manage.py prepare, run as a deployer runs them: real processes on a folder of their own."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from config import environment
from delivery.management.commands import prepare as preparing
from tests.factory import make_draft

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = shutil.ignore_patterns(".*", "var", "node_modules", "__pycache__", "tests", "docs")
PATIENCE = 240
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the project in a folder with blanks in its name, its environment in place."""
    copy = tmp_path_factory.mktemp("serve") / "a house with blanks"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    (copy / ".venv/bin").mkdir(parents=True)
    shutil.copy(copy / "requirements.txt", copy / ".venv")
    python = copy / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return copy


@pytest.fixture(scope="module")
def new_database():
    """Variables that name an empty database: on PostgreSQL one beside the tests' own, on SQLite none."""
    made = []

    def named():
        if not os.environ.get("DATABASE_URL"):
            return {}
        made.append(f"serve_{os.getpid()}_{len(made)}")
        on_server(f"CREATE DATABASE {made[-1]}")
        return {"DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{made[-1]}").geturl()}

    yield named
    for name in made:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")


def on_server(statement, address=None):
    with closing(psycopg2.connect(address or os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None


@pytest.fixture
def empty(tmp_path, new_database):
    """The variables of a site that was never started."""
    return variables(tmp_path, new_database())


@pytest.fixture
def unprepared(empty, served):
    """The same, but for static files, which take the longest."""
    data = Path(empty["DATA_DIR"])
    shutil.copytree(Path(served.chosen["DATA_DIR"], "static"), data / "static", copy_function=os.link)
    shutil.copy(Path(served.chosen["DATA_DIR"], "static-digest"), data)
    return empty


@pytest.fixture(scope="module")
def served(house, tmp_path_factory, new_database):
    """A site that was started once from nothing, and stopped."""
    chosen = variables(tmp_path_factory.mktemp("served"), new_database())
    with serving(house, chosen) as site:
        site.first_status = site.get("/healthz").status
    return site


def variables(folder, database):
    with closing(socket.socket()) as any_port:
        any_port.bind(("127.0.0.1", 0))
        port = any_port.getsockname()[1]
    # A worker that is told to end while it still starts does not hear it, and is ended after this time.
    ours = {"DATA_DIR": str(folder / "data"), "PORT": str(port), "DEMO": "0", "GRANIAN_WORKERS_KILL_TIMEOUT": "2"}
    return database | ours


def command(*arguments, house=ROOT, **chosen):
    """The arguments of a subprocess with these variables set and no other of ours, but for those of the test run."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SECRET_KEY", "LANG") if name in os.environ}
    return {
        "args": [str(argument) for argument in arguments],
        "env": kept | {"PYTHONUNBUFFERED": "1"} | {name: str(value) for name, value in chosen.items()},
        "cwd": house,
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }


def prepare(**chosen):
    return subprocess.run(**command(sys.executable, "-W", "error", "manage.py", "prepare", **chosen), timeout=PATIENCE)


class Site:
    """A running bin/serve."""

    def __init__(self, process, chosen):
        self.process, self.chosen, self.output = process, chosen, ""

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", int(self.chosen["PORT"]), timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer

    def wait(self):
        """Until it answers; a start that has ended never will."""
        for _ in range(PATIENCE * 10):
            try:
                return self.get("/healthz")
            except OSError:
                assert self.process.poll() is None, self.process.stdout.read()
                time.sleep(0.1)
        pytest.fail("bin/serve does not answer")


@contextmanager
def serving(house, chosen):
    # From another folder, as a service manager would.
    process = subprocess.Popen(**command(house / "bin/serve", **chosen) | {"cwd": "/"})
    site = Site(process, chosen)
    try:
        site.wait()
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        site.output = process.communicate(timeout=PATIENCE)[0]


def snapshot(folder):
    """Every file that a start could change, with its time. SQLite's journal comes and goes."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in Path(folder).rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm", "first-administrator", "prepare.lock"))
    }


def test_a_first_start_reaches_a_site_that_answers_and_says_where(served):
    assert served.first_status == 200
    assert f"The site:  http://localhost:{served.chosen['PORT']}/" in served.output
    assert f"The desk:  http://localhost:{served.chosen['PORT']}/admin/" in served.output
    assert "/admin/welcome/" in served.output


def test_a_first_start_makes_the_demo_content_once_and_says_how_to_sign_in(house, unprepared, database):
    unasked = {name: value for name, value in unprepared.items() if name != "DEMO"}
    asked = unasked | ({"DEMO": "1"} if database == "postgresql" else {})
    with serving(house, asked) as site:
        front = site.get("/").body.decode()
    password = re.search(r"Sign in:   editor, with the password (\S+)", site.output)[1]
    assert (Path(unprepared["DATA_DIR"]) / "demo-password").read_text() == password
    assert "/admin/welcome/" not in site.output
    assert front.count("<article") > 3

    remove = subprocess.run(**command(sys.executable, "manage.py", "demo", "--remove", **unasked), timeout=PATIENCE)
    assert remove.returncode == 0, remove.stdout
    again = prepare(**unasked).stdout
    assert "demo content" not in again
    assert "/admin/welcome/" in again


@pytest.mark.parametrize(("said", "made"), [("", False), ("0", False), ("1", True)])
def test_where_a_database_is_named_demo_content_is_made_on_request_alone(monkeypatch, settings, db, said, made):
    monkeypatch.setenv("DATABASE_URL", "postgres://host/name")
    monkeypatch.setenv("DEMO", said)
    settings.DEMO = environment.demo()
    assert preparing.demo_is_due() is made


def test_no_demo_content_is_made_beside_a_report(settings, db):
    settings.DEMO = True
    make_draft()
    assert not preparing.demo_is_due()


def test_the_server_ends_at_once_when_told_to(house, served):
    with serving(house, served.chosen) as site:
        pass
    assert site.process.returncode in {0, -signal.SIGTERM}
    with pytest.raises(OSError):
        site.get("/healthz")


def test_a_second_start_changes_nothing(house, served):
    before = snapshot(served.chosen["DATA_DIR"])
    with serving(house, served.chosen) as site:
        assert site.get("/admin/login/").status == 200
    assert snapshot(served.chosen["DATA_DIR"]) == before
    assert "Database: up to date." in site.output
    assert "Static files: up to date." in site.output
    assert "Search: 0 files read, 0 publications put into the index of words or taken out." in site.output


def test_static_files_are_served_compressed_and_for_good(house, served):
    with serving(house, served.chosen) as site:
        page = site.get("/admin/login/").body.decode()
        address = next(part for part in page.split('"') if part.startswith("/static/") and part.endswith(".css"))
        answer = site.get(address, **{"Accept-Encoding": "br"})
    assert answer.status == 200
    assert answer.getheader("Content-Encoding") == "br"
    assert "immutable" in answer.getheader("Cache-Control")


def test_debug_serves_by_the_server_that_reloads_itself(house, served):
    with serving(house, served.chosen | {"DEBUG": "1"}) as site:
        assert site.get("/admin/login/").status == 200
        address = "/static/admin/css/base.css"
        assert site.get(address).status == 200
    assert "development server" in site.output


def test_a_file_that_was_lost_in_an_interrupted_start_is_there_after_the_next(served):
    data = Path(served.chosen["DATA_DIR"])
    before = sorted(snapshot(data / "static"))
    (data / "static-digest").unlink()
    shutil.rmtree(data / "static/admin")
    assert "Static files: collected." in prepare(**served.chosen).stdout
    assert sorted(snapshot(data / "static")) == before


@pytest.mark.soak
@pytest.mark.parametrize("moment", [n / 40 for n in range(100)] if SOAK else [0.5, 0.8, 1.2, 1.8])
def test_a_start_that_was_killed_is_mended_by_the_next(unprepared, moment):
    process = subprocess.Popen(**command(sys.executable, "manage.py", "prepare", **unprepared))
    time.sleep(moment)
    process.kill()
    process.communicate()
    mended = prepare(**unprepared)
    assert mended.returncode == 0, mended.stdout
    assert "The desk:" in mended.stdout
    assert "up to date in" not in prepare(**unprepared).stdout


KILLED_BEFORE_A_RECORD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from django.core.management import execute_from_command_line
from django.db.migrations.executor import MigrationExecutor

def record(self, migration):
    print("killed before the record of", migration, flush=True)
    os._exit(9)

recorded, MigrationExecutor.record_migration = MigrationExecutor.record_migration, record
execute_from_command_line(["manage.py", "prepare"])
"""


def test_a_start_that_was_killed_between_a_step_and_its_record_is_mended_by_the_next(unprepared):
    """Where a step has what is done at its end, Django records it after it is committed."""
    killed = subprocess.run(**command(sys.executable, "-c", KILLED_BEFORE_A_RECORD, **unprepared), timeout=PATIENCE)
    assert (killed.returncode, "killed before" in killed.stdout) == (9, True)
    for last in ("authors.0001_initial", "publications.0001_initial"):
        script = KILLED_BEFORE_A_RECORD.replace(
            "def record(self, migration):",
            f"def record(self, migration):\n    if str(migration) != {last!r}: return recorded(self, migration)",
        )
        assert subprocess.run(**command(sys.executable, "-c", script, **unprepared), timeout=PATIENCE).returncode == 9
    mended = prepare(**unprepared)
    assert mended.returncode == 0, mended.stdout


@pytest.mark.soak
@pytest.mark.parametrize("attempt", range(50 if SOAK else 2))
def test_two_starts_at_once_prepare_one_after_the_other(unprepared, attempt):
    both = [subprocess.Popen(**command(sys.executable, "manage.py", "prepare", **unprepared)) for _ in range(2)]
    outputs = [process.communicate(timeout=PATIENCE)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum("Database: up to date." in output for output in outputs) == 1, outputs


def test_two_machines_on_one_postgresql_prepare_one_after_the_other(unprepared, tmp_path, database):
    if database != "postgresql":
        pytest.skip("Two machines share a PostgreSQL, never a SQLite.")
    machines = [unprepared | {"DATA_DIR": str(tmp_path / name)} for name in ("one", "two")]
    both = [subprocess.Popen(**command(sys.executable, "manage.py", "prepare", **chosen)) for chosen in machines]
    outputs = [process.communicate(timeout=PATIENCE)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum("Database: up to date." in output for output in outputs) == 1, outputs


WRONG = {
    "ALLOWED_HOSTS": "https://example.org",
    "DATABASE_URL": "mysql://host/name",
    "DATA_DIR": "/dev/null",
    "DEBUG": "maybe",
    "DEFAULT_FROM_EMAIL": "nobody",
    "DEMO": "perhaps",
    "EMAIL_URL": "pigeon://loft",
    "GRANIAN_BLOCKING_THREADS": "0",
    "GRANIAN_WORKERS": "many",
    "LANGUAGE_CODE": "klingon",
    "LISTEN": "everywhere",
    "PORT": "eighty",
    "SECRET_KEY": "short",
    "SITE_URL": "example.org",
    "TIME_ZONE": "Mars/Olympus",
}


def refusal(empty, **chosen):
    """What the start says that must not start: one sentence or two on one line, and no traceback."""
    run = command(sys.executable, "manage.py", "prepare", "--serve", **empty | chosen)
    result = subprocess.run(**run, timeout=PATIENCE)
    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == 1, result.stdout
    return result.stdout


@pytest.mark.once
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_variable_stops_the_start_with_a_sentence_that_names_it(empty, name):
    sentence = refusal(empty, **{name: WRONG[name]})
    assert sentence.startswith(f"{name}: ")
    assert f"> {sentence}" in (ROOT / "docs/configuration.md").read_text()


@pytest.mark.once
def test_a_wrong_variable_stops_bin_serve_too(house, empty):
    result = subprocess.run(**command(house / "bin/serve", **empty, TIME_ZONE="Mars/Olympus"), timeout=PATIENCE)
    assert result.returncode == 1
    assert result.stdout.splitlines()[-1].startswith("TIME_ZONE: “Mars/Olympus” is not a time zone.")


@pytest.mark.parametrize(
    "address",
    ["postgres://127.0.0.1:1/press", "postgres://no-such-host.invalid/press", "postgres:///press?host=/nowhere"],
)
def test_a_postgresql_that_does_not_answer_is_named(empty, address):
    sentence = refusal(empty, DATABASE_URL=address, SECRET_KEY="k" * 60)
    assert sentence.startswith("DATABASE_URL: the database cannot be opened: ")


def test_a_database_that_may_not_be_changed_is_named(empty, database):
    if database == "postgresql":
        address = empty["DATABASE_URL"]
        on_server("DROP ROLE IF EXISTS reader")
        on_server("CREATE ROLE reader LOGIN", address)
        sentence = refusal(empty, DATABASE_URL=address.replace("postgres:@", "reader:@"))
        assert sentence.startswith("DATABASE_URL: this user may not change the database: permission denied")
    else:
        folder = Path(empty["DATA_DIR"])
        folder.mkdir()
        (folder / "pressmark.sqlite3").write_text("This is no database, however long one looks at it. " * 100)
        assert refusal(empty).startswith("DATA_DIR: the database cannot be opened: file is not a database")


def test_a_port_in_use_is_named(empty):
    with closing(socket.create_server(("127.0.0.1", int(empty["PORT"])))):
        sentence = refusal(empty)
    assert sentence.startswith(f"PORT: port {empty['PORT']} is in use")


def test_an_address_of_another_machine_is_named(empty):
    assert refusal(empty, LISTEN="192.0.2.1").startswith("LISTEN: 192.0.2.1 is not an address of this machine")


@pytest.mark.once
def test_a_refused_start_leaves_no_database_behind(empty):
    refusal(empty, TIME_ZONE="Mars/Olympus")
    assert not list(Path(empty["DATA_DIR"]).glob("*.sqlite3"))
