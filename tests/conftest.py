"""Fixtures for all tests: files of their own for each, the database's name, and a real browser on a real server."""

# ruff: noqa: I001
from tests import isolation  # noqa: F401  (first of all: what it sets, the settings read)

import gc
import json
import os
import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import django
import hypothesis
import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.models.signals import post_migrate
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer

from tests import emptying

ROOT = Path(__file__).resolve().parent.parent
VNU = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip

hypothesis.settings.register_profile("short", max_examples=50, deadline=None, derandomize=ON_CI)
hypothesis.settings.register_profile("soak", max_examples=10_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))
# Where an example is a whole request, or many checked steps, the long run takes fewer.
few = hypothesis.settings(max_examples=min(1_000, hypothesis.settings.default.max_examples))


def pytest_configure(config):
    config.addinivalue_line("markers", "once: no business of the database; run on one alone")
    config.addinivalue_line("markers", "soak: runs for longer under bin/soak")
    django.setup()
    # A test that commits ends with all tables emptied, the groups that a migration made among them.
    post_migrate.connect(make_groups, weak=False)
    emptying.install()
    # Hashing a password takes long on purpose, and tests make many users.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_groups(app_config, **how):
    """As migrations make them, also after a test has emptied all tables."""
    if app_config.label == "publications":
        import_module("publications.migrations.0004_groups").make_groups(apps, None)
        for name in ("0015_topic_features", "0016_home_features", "0017_author_merges"):
            import_module(f"publications.migrations.{name}").give_permissions(apps, None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """A test that opens a browser is marked so. What one database is enough for is left out on PostgreSQL."""
    for item in items:
        if "browser_type_launch_args" in item.fixturenames:
            item.add_marker("browser")
    left_out = [item for item in items if item.get_closest_marker("browser") or item.get_closest_marker("once")]
    if left_out and connection.vendor == "postgresql":
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish(session):
    """What stands by now stays to the end: looking through it again and again takes a twentieth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def missing(what):
    """A machine may lack a tool of the tests; the machine that decides may not."""
    (pytest.fail if ON_CI else pytest.skip)(f"{what} bin/test installs it where it can.")


def storages(files, static="django.contrib.staticfiles.storage.StaticFilesStorage"):
    options = django_settings.STORAGES["default"]["OPTIONS"] | {"location": files}
    default = django_settings.STORAGES["default"] | {"OPTIONS": options}
    return django_settings.STORAGES | {"default": default, "staticfiles": {"BACKEND": static}}


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """SQLite in a file, as a site has it: in memory all threads would share one connection."""
    if connection.vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(django_settings.DATA_DIR / "test.sqlite3")


@pytest.fixture
def database():
    """The database of this run: `sqlite` or `postgresql`."""
    return connection.vendor


@pytest.fixture(autouse=True)
def nothing_is_held():
    """No picture and no index of what another test had made public."""
    import_module("publications.finding.following").forget()
    import_module("publications.searching.keeping").forget()


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """The folder that holds this test's files, and nobody else's."""
    folder = tmp_path / "files"
    settings.STORAGES = storages(folder)
    return folder


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory):
    """Settings under which static files are what a site serves: hashed names, compressed."""
    folder = tmp_path_factory.mktemp("static")
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    real = {"STATIC_ROOT": folder, "STORAGES": storages(folder.parent / "no-files", backend)}
    with override_settings(**real):
        call_command("collectstatic", interactive=False, verbosity=0)
    return real


@pytest.fixture(scope="session")
def live_server(collected_static):
    """pytest-django's live server without its own handler of static files: ours serves them, as on a site."""
    with override_settings(**collected_static):
        server = SiteServer("localhost")
    yield server
    server.stop()


class SiteServer(LiveServer):
    def start(self):
        self.thread.static_handler = lambda application: application
        super().start()


@pytest.fixture
def site(live_server, collected_static, settings, files):
    """A running site on the test's database: `page.goto(site + "/publications/")`."""
    backend = collected_static["STORAGES"]["staticfiles"]["BACKEND"]
    settings.STATIC_ROOT = collected_static["STATIC_ROOT"]
    settings.STORAGES = storages(files, backend)
    return live_server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's chromium, or the one that CHROMIUM names."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        missing("There is no chromium on this machine, so the browser tests cannot run.")
    return browser_type_launch_args | {"executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def base_url():
    """Tests give whole addresses. (Stands in for a plugin's own fixture, of a kind that pytest warns of.)"""


@pytest.fixture
def complaints():
    """What the browser complained of; a test that leaves any fails. One that provokes them empties the list."""
    found = []
    yield found
    assert not found, "The browser complained:\n" + "\n".join(found)


@pytest.fixture
def new_context(new_context, complaints):
    """Every page of every context is listened to: `page`, `context` and what a test opens itself."""

    def opened(**options):
        context = new_context(**options)
        context.on("console", lambda message: note_console(message, complaints))
        context.on("weberror", lambda error: complaints.append(f"{error.page.url}: {error.error}"))
        context.on("request", lambda request: note_foreign(request, complaints))
        return context

    return opened


def note_console(message, complaints):
    """Errors and warnings, refusals by the Content-Security-Policy among them. A page's own status is not one."""
    address = message.location.get("url", "")
    of_the_page = message.text.startswith("Failed to load resource") and message.page and address == message.page.url
    if message.type in {"error", "warning"} and not of_the_page:
        complaints.append(f"{address or message.page.url}: {message.text}")


def note_foreign(request, complaints):
    """No page asks another host for anything."""
    if request.url.startswith("http") and not request.url.startswith(("http://localhost:", "http://127.0.0.1:")):
        complaints.append(f"{request.url} was asked for by {request.frame.url}")


@pytest.fixture
def cookie_of(site):
    """`context.add_cookies([cookie_of(user)])`: this person is signed in there."""

    def cookie(user):
        client = Client()
        client.force_login(user)
        name = django_settings.SESSION_COOKIE_NAME
        return {"name": name, "value": client.cookies[name].value, "url": str(site)}

    return cookie


@pytest.fixture
def desk_of(page, cookie_of):
    """`desk_of(user)`: the page, with this person signed in."""

    def signed_in(user):
        page.context.add_cookies([cookie_of(user)])
        return page

    return signed_in


@pytest.fixture
def desk(desk_of):
    """The page, with somebody signed in who may do everything."""
    return desk_of(import_module("tests.factory").make_superuser())


@pytest.fixture(scope="session")
def axe():
    """`assert axe(page) == []`: what axe-core finds on a page as it stands."""

    def said_of(page, context=None):
        found = violations(page, context=context)
        return [f"{rule['id']}: {rule['help']}: {node['html']}" for rule in found for node in rule["nodes"]]

    return said_of


def violations(page, **asked):
    """Half a megabyte of axe is read once by each document, and is asked as often as one likes."""
    already = page.evaluate("typeof axe !== 'undefined'")
    return Axe("" if already else AXE).run(page, **asked).response["violations"]


@pytest.fixture(scope="session")
def vnu():
    """`assert vnu({"home": html}) == []`: the errors that the W3C's HTML checker finds in documents, all in one go."""
    if not shutil.which("java"):
        missing("There is no Java on this machine, so the HTML checker cannot run.")
    if not VNU.exists():
        missing("There is no node_modules/vnu-jar, so the HTML checker cannot run.")
    return check_html


def check_html(documents):
    with tempfile.TemporaryDirectory() as folder:
        paths = {Path(folder, f"{number}.html"): name for number, name in enumerate(documents)}
        for path, name in paths.items():
            path.write_text(documents[name], encoding="utf-8")
        command = ["java", "-Xss1m", "-jar", VNU, "--errors-only", "--format", "json", *paths]
        answer = subprocess.run(command, capture_output=True, text=True)
    return [said(row, paths) for row in json.loads(answer.stderr)["messages"]]


def said(row, paths):
    """One message in one line: which document, which line, what."""
    document = paths.get(Path(urlsplit(row.get("url", "")).path), "")
    return f"{document}, line {row.get('lastLine', 0)}: {row['message']}"
