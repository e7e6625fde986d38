"""Hostile requests: whatever stands in an address, there is a clear answer, nothing reflected, nothing broken."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.parse import urlencode, urlsplit, urlunsplit

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.attacks import ATTACKS, running
from tests.conftest import ROOT, few, storages
from tests.crawl import ask, ask_raw
from tests.factory import attach, give_cover, make_author, make_report, make_topic
from tests.fuzzing import LONG, PARTS, VALUES
from tests.lists import total

pytestmark = pytest.mark.django_db

PARAMETERS = ["q", "topic", "author", "type", "year", "language", "sort", "page", "other"]
LISTS = ["/publications/", "/authors/ada-author/", "/topics/water/", "/types/special-report/"]
OTHERS = [
    "/",
    "/authors/",
    "/topics/",
    "/publications/rivers/",
    "/publications/rivers/annex.pdf",
    "/nowhere/",
    "/healthz",
]
PATHS = [
    "/{}/", "/publications/{}/", "/publications/{}", "/publications/{}/annex.pdf", "/publications/rivers/{}.pdf",
    "/publications/rivers/annex.{}", "/publications/rivers/cover-{}.webp", "/publications/{}/cover-480.webp",
    "/authors/{}/", "/authors/{}/photo-480.webp", "/topics/{}/", "/types/{}/", "/{}", "/static/{}", "/robots.txt{}",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def files(folder, settings):
    settings.STORAGES = storages(folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def library(folder, django_db_setup, django_db_blocker):
    stored = override_settings(STORAGES=storages(folder))
    with django_db_blocker.unblock(), transaction.atomic(), stored:
        report = make_report("Rivers", authors=[make_author("Ada Author")], topics=[make_topic("Water")])
        attach(report, "Annex")
        give_cover(report)
        yield
        transaction.set_rollback(True)


def is_clear(answer):
    """An answer in our own words, in which nothing runs."""
    kind = dict(answer.headers).get("Content-Type", "")
    if answer.status in (200, 404, 400, 410) and kind.startswith("text/html"):
        document = answer.page
        return bool(document.one("h1").text) and not running(document)
    return answer.status in (200, 301)


def check(path, query=b""):
    answer = ask_raw(path, query)
    assert is_clear(answer), (answer.status, path[:200], query[:200])
    assert b"\x00" not in answer.body or path.endswith((b".pdf", b".webp"))
    assert "\n" not in answer.location
    assert not answer.location.startswith("//")
    return answer


@pytest.mark.parametrize("name", PARAMETERS)
def test_no_value_of_a_parameter_breaks_the_list(name):
    for value in VALUES if name not in ("sort", "other") else VALUES[::4]:
        answer = check(b"/publications/", name.encode() + b"=" + value)
        assert answer.status == 200
        if name != "page":
            document = answer.page
            assert total(document) or document.one("div", class_="way-out").all("a"), value


@pytest.mark.parametrize("address", LISTS[1:])
def test_no_number_of_a_page_breaks_a_list(address):
    for value in VALUES:
        assert check(address.encode(), b"page=" + value).status == 200


def test_every_other_page_passes_over_its_query():
    for address in OTHERS:
        plain = ask(address)
        for query in (b"%00=%ff&q=%ed%a0%80", b"x" * LONG, b"page=-1&page=2"):
            assert check(address.encode(), query).status == plain.status if address != "/healthz" else True


@pytest.mark.parametrize("path", PATHS)
def test_no_part_of_a_path_breaks_anything(path):
    for part in PARTS:
        answer = check(path.encode().replace(b"{}", part))
        # An address that is too long to be led on to the one with a slash is refused.
        assert answer.status in (200, 301, 404) or (answer.status, len(part)) == (400, LONG), part[:50]


def test_nothing_of_an_attack_is_reflected():
    names = ("q", "topic", "type", "sort", "page", "other")
    for start in range(0, len(ATTACKS), len(names)):
        query = urlencode(list(zip(names, ATTACKS[start:], strict=False)))
        assert check(b"/publications/", query.encode()).status == 200
    for attack in ATTACKS:
        assert check(b"/" + attack.encode() + b"/").status == 404


def test_thousands_of_parameters_are_answered():
    assert total(check(b"/publications/", b"topic=water&" * 2000).page) == 1
    assert total(check(b"/publications/", b"&".join(b"topic=t%d" % number for number in range(3000))).page) == 0
    assert total(check(b"/publications/", b"&".join(b"year=%d" % (1000 + number) for number in range(3000))).page) == 0
    assert check(b"/publications/", b"a=1&" * 6000).status == 400
    assert check(b"/publications/", b"&" * LONG).status in (200, 400)


def test_thousands_of_unknown_values_take_no_more_queries_than_one(django_assert_max_num_queries):
    for count in (1, 50, 3000):
        query = "&".join(f"{facet}=t{number}" for number in range(count) for facet in ("topic", "author", "type"))
        with django_assert_max_num_queries(16):
            ask_raw(b"/publications/", query.encode()[:200_000])


def test_a_search_of_very_many_words_is_answered():
    assert check(b"/publications/", b"q=" + b"rivers+" * 5000).status == 200
    assert total(check(b"/publications/", b"q=" + b"rivers+" * 40).page) == 1


@pytest.mark.parametrize("host", ["evil.example", "testserver:x", "a b", "[::", "testserver@evil.example", ""])
def test_another_hosts_name_is_refused_in_our_own_words(host):
    answer = ask("/", host=host) if host else ask("/", Client(headers={"host": "evil.example:99999"}))
    assert answer.status == 400
    assert answer.page.one("h1").text == "That address cannot be read"
    assert b"evil.example" not in answer.body


@pytest.mark.parametrize("headers", [
    {"cookie": "sessionid=\x00\xff; csrftoken=<script>"}, {"if_none_match": '"' * 1000}, {"if_none_match": "W/\x00"},
    {"range": "bytes=-1-0,9999999999999-"}, {"if_modified_since": "99999999999999"}, {"accept_language": "x" * 10_000},
    {"accept_encoding": "\x00, gzip;q=9e999"}, {"x_forwarded_host": "evil.example"}, {"x_forwarded_for": "'"},
    {"content_length": "-1"}, {"content_type": "multipart/form-data"}, {"user_agent": "\xff" * 9000},
])  # fmt: skip
def test_no_header_breaks_a_page(headers):
    for address in ("/", "/publications/?q=a", "/publications/rivers/", "/publications/rivers/annex.pdf"):
        answer = ask(address, **headers)
        assert answer.status == 200
        assert b"evil.example" not in answer.bytes


@few
@given(
    st.lists(st.one_of(st.binary(max_size=5), st.sampled_from([b"/", b"publications", b"rivers", b"."])), max_size=6)
)
def test_no_path_breaks_anything(parts):
    answer = ask_raw(b"/" + b"".join(parts))
    assert answer.status < 500
    assert is_clear(answer) or answer.status in (302, 403, 405)


# Over a real socket, by the server that serves the site


@pytest.fixture(scope="module")
def port(django_db_setup, collected_static, tmp_path_factory):
    """Granian on this run's database, which holds nothing that is committed."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "static").symlink_to(collected_static["STATIC_ROOT"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": database_address(), "SECRET_KEY": "x" * 60}
    command = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(number), "config.wsgi:application"]
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(number, process)
        yield number
    finally:
        process.terminate()
        process.wait()


def database_address():
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def wait_for(port, process):
    while process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
    pytest.fail("The server did not start.")


def over_the_wire(port, request):
    """The status line's code, and all that follows it."""
    with socket.create_connection(("127.0.0.1", port), 30) as wire:
        wire.sendall(request)
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/", 200),
        (b"/publications/?q=%00%ff%ed%a0%80", 200),
        (b"/publications/?page=-1&year=99999999999", 200),
        (b"/publications/%00/", 404),
        (b"/publications/%ff%fe/", 404),
        (b"/publications/%ed%a0%80/", 404),
        (b"/publications/%c3%28/", 404),
        (b"/publications/..%2f..%2fetc/", 404),
        (b"/publications/%0d%0aSet-Cookie:%20x=1/", 404),
        (b"//evil.example/x/", 404),
        (b"/static/..%2f..%2fsecret-key", 404),
        (b"/static/%00", 404),
        (b"/publications/?q=" + b"x" * 20_000, 200),
    ],
)
def test_the_server_hands_every_address_on_and_answers(port, target, status):
    request = b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    code, answer = over_the_wire(port, request)
    assert code == status
    assert b"set-cookie" not in answer.lower().split(b"\r\n\r\n")[0]
    assert b"Traceback" not in answer


@pytest.mark.parametrize(
    ("method", "status"), [(b"HEAD", 200), (b"POST", 405), (b"DELETE", 405), (b"TRACE", 405), (b"BREW", 405)]
)
def test_the_server_allows_nothing_but_reading(port, method, status):
    code, _ = over_the_wire(port, method + b" / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert code == status


def test_what_is_no_request_does_not_stop_the_server(port):
    for request in (
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET \xff\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), 30) as wire:
            wire.sendall(request)
            wire.settimeout(1)
            with suppress(OSError):
                wire.recv(65536)
    assert over_the_wire(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")[0] == 200
