"""A process that does one thing to a site in a child of its own, so that the child can be killed in the middle.

Reads a job a line from standard input, as JSON: `{"post": address, "data": …, "files": {name: path}, "as": user}` or
`{"command": [name, …]}`, with `"portion"`: so many documents are put into the index of words at a time. Prints
`begun PID` when the child is about to start, and `ended STATUS` once it is gone.
"""

import io
import json
import os
import sys
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from publications.searching import keeping  # noqa: E402

STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


def main():
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": STATIC}}
    warm_up()
    for line in sys.stdin:
        connections.close_all()
        child = os.fork()
        if child == 0:
            os._exit(do(json.loads(line)))
        say("ended", os.waitpid(child, 0)[1])


def warm_up():
    """What the first request imports, imported before the moment that is measured."""
    Client().get("/admin/login/")


def do(job):
    if "command" in job:
        keeping.PORTION = job.get("portion", keeping.PORTION)
        say("begun", os.getpid())
        call_command(*job["command"], stdout=io.StringIO(), stderr=io.StringIO())
        return 0
    client = Client()
    client.force_login(User.objects.get(username=job["as"]))
    files = {name: SimpleUploadedFile("file.pdf", Path(path).read_bytes()) for name, path in job["files"].items()}
    say("begun", os.getpid())
    return 0 if client.post(job["post"], job["data"] | files).status_code == 302 else 1


def say(*words):
    print(*words, flush=True)


if __name__ == "__main__":
    main()
