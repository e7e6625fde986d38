"""A large PDF goes through a real server in pieces, in and out; one that is cut off leaves nothing."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from publications.editorial import workflow
from publications.models import Attachment, FileText, Report, Upload
from tests.conftest import ROOT
from tests.desk import ADD, FormReader
from tests.factory import make_pdf, make_superuser, make_type
from tests.test_hostile_requests import database_address, wait_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.soak,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="This system does not tell what memory it uses."),
]
MB = 1 << 20
SIZE, MOST = (300 * MB, 80 * MB) if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else (96 * MB, 48 * MB)
# The form itself, and where a file goes as soon as it is chosen.
DOORS = [ADD, "/admin/uploads/"]
PIECE = b"\xa7" * MB


@pytest.fixture
def server(collected_static, tmp_path):
    """A server of its own on the tests' database, with files and temporary files of its own."""
    (tmp_path / "data").mkdir()
    (tmp_path / "temporary").mkdir()
    (tmp_path / "data/static").symlink_to(collected_static["STATIC_ROOT"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATA_DIR": str(tmp_path / "data"),
        "TMPDIR": str(tmp_path / "temporary"),
        "DATABASE_URL": database_address(),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(port), "config.wsgi:application"]
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)
    try:
        wait_for(port, process)
        yield Server(port, process.pid, tmp_path)
    finally:
        process.terminate()
        process.wait()


class Server:
    def __init__(self, port, pid, folder):
        self.port, self.folder = port, folder
        self.processes = [pid, *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        client = Client()
        client.force_login(make_superuser())
        self.cookies = {"sessionid": client.cookies["sessionid"].value}

    @contextmanager
    def ask(self, method, address, body=None, **headers):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as wire:
            sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            wire.request(method, address, body, {"Cookie": sent} | headers)
            with wire.getresponse() as answer:
                yield answer

    def form(self):
        """The fields of an empty form, and what its sender has to know."""
        reader = FormReader()
        with self.ask("GET", ADD) as answer:
            self.cookies["csrftoken"] = re.search(r"csrftoken=(\w+)", answer.headers["Set-Cookie"])[1]
            reader.feed(answer.read().decode())
        return {name: values[0] for name, values in reader.values.items() if values and "__prefix__" not in name}

    def upload(self, path, title, door):
        """Save a new report with this file, which the form sends itself or was sent before."""
        typed = {"title": title, "slug": title.lower(), "lead": "<p>Short.</p>", "type": make_type().pk}
        typed |= {"attachments-TOTAL_FORMS": "1", "attachments-0-kind": "report"}
        if door == ADD:
            return self.post(ADD, self.form() | typed, "attachments-0-file", path)[0]
        status, answer = self.post(door, self.form() | {"kind": "file"}, "file", path)
        assert status == 200, answer
        key = {"attachments-0-file-upload": json.loads(answer)["key"]}
        return self.post(ADD, self.form() | typed | key)[0]

    def post(self, address, fields, file="nothing", path=None):
        head, tail = multipart(fields, file)
        length = len(head) + (path.stat().st_size if path else 0) + len(tail)
        body = (piece for part in ([head], pieces(path) if path else [], [tail]) for piece in part)
        how = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(length)}
        with self.ask("POST", address, body, **how) as answer:
            return answer.status, answer.read()

    def cut_off(self, path, after, door):
        fields = {"title": "Cut", "attachments-TOTAL_FORMS": "1", "kind": "file"}
        head, tail = multipart(self.form() | fields, "attachments-0-file" if door == ADD else "file")
        length = len(head) + path.stat().st_size + len(tail)
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = (
            f"POST {door} HTTP/1.1\r\nHost: localhost\r\nCookie: {sent}\r\nContent-Length: {length}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), 60) as wire:
            wire.sendall(request.encode() + head)
            for piece in pieces(path, after):
                wire.sendall(piece)
            assert until(self.temporary), "It was never on its way to the disk."

    def temporary(self):
        return os.listdir(self.folder / "temporary")

    def stored(self):
        return [path for path in (self.folder / "data/files").rglob("*") if path.is_file()]

    def forget_peak(self):
        for process in self.processes:
            Path(f"/proc/{process}/clear_refs").write_text("5")

    def peak(self):
        """The most memory that the server’s processes had since then, in bytes."""
        said = [Path(f"/proc/{process}/status").read_text() for process in self.processes]
        return sum(int(re.search(r"VmHWM:\s+(\d+) kB", each)[1]) * 1024 for each in said)


BOUNDARY = uuid4().hex


def multipart(fields, file):
    """All that comes before the content of the file, and all that comes after."""
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    head = "".join(part % (name, "") + f"{value}\r\n" for name, value in fields.items())
    head += part % (file, '; filename="report.pdf"\r\nContent-Type: application/pdf')
    return head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def pieces(path, most=None):
    left = path.stat().st_size if most is None else most
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(MB, left))):
            left -= len(piece)
            yield piece


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return False


def large_pdf(path, size):
    """One page and a comment of this size, written piece by piece."""
    body, _, rest = make_pdf("here").rpartition(b"xref\r\n0 ")
    table, start, _ = rest.partition(b"startxref\r\n")
    with path.open("wb") as file:
        file.write(body + b"% ")
        for _ in range(size // MB):
            file.write(PIECE)
        file.write(b"\n")
        place = file.tell()
        file.write(b"xref\r\n0 " + table + start + b"%d\r\n%%%%EOF\r\n" % place)
    return path


@pytest.mark.parametrize("door", DOORS)
def test_a_large_pdf_streams_through_with_flat_memory(server, tmp_path, door):
    assert server.upload(large_pdf(tmp_path / "small.pdf", 4 * MB), "Small", door) == 302
    large = large_pdf(tmp_path / "large.pdf", SIZE)
    server.forget_peak()
    before = server.peak()
    assert server.upload(large, "Large", door) == 302
    assert server.peak() - before < MOST
    row = Attachment.objects.get(report__slug="large")
    assert (row.size, row.pages) == (large.stat().st_size, 1)
    assert until(lambda: not server.temporary()), "Its temporary file stays."

    workflow.move(row.report, "published")
    server.forget_peak()
    before = server.peak()
    total = 0
    with server.ask("GET", row.get_absolute_url()) as answer:
        while piece := answer.read(MB):
            total += len(piece)
    assert (answer.status, total) == (200, row.size)
    assert server.peak() - before < MOST


@pytest.mark.parametrize("door", DOORS)
def test_an_upload_that_is_cut_off_leaves_nothing(server, tmp_path, door):
    server.cut_off(large_pdf(tmp_path / "large.pdf", SIZE), SIZE // 2, door)
    assert until(lambda: not server.temporary()), "Its temporary file stays."
    assert server.stored() == []
    assert [model.objects.count() for model in (Report, Attachment, FileText, Upload)] == [0, 0, 0, 0]
    assert server.upload(large_pdf(tmp_path / "small.pdf", 4 * MB), "Whole", door) == 302
