"""What a photograph of 6,000 × 4,000 pixels adds to saving a report's form: as a file that the form sends itself, and
by the key of one that was uploaded when it was chosen.

`bin/bench pictures`: on a new SQLite that is thrown away afterwards. Prints medians of seven saves of each kind, taken
in turns, and what readers get of the photograph.
"""

import io
import time
from statistics import median

from bench.parts.site import on_new_sqlite

SIZE, TIMES = (6000, 4000), 7


def main():
    with on_new_sqlite():
        measure(photograph())


def photograph():
    """The bytes of a JPEG with large shapes and the noise of a sensor."""
    import numpy
    from PIL import Image, ImageChops

    chance = numpy.random.default_rng(1)
    shapes = Image.fromarray(chance.integers(0, 255, (20, 30, 3), dtype=numpy.uint8)).resize(SIZE, Image.BICUBIC)
    noise = Image.fromarray(chance.integers(0, 24, (SIZE[1], SIZE[0], 3), dtype=numpy.uint8))
    written = io.BytesIO()
    ImageChops.add(shapes, noise).save(written, "JPEG", quality=90)
    return written.getvalue()


def measure(content):
    from django.conf import settings
    from django.test import Client

    from tests.factory import make_superuser

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    client = Client()
    client.force_login(make_superuser())
    kinds = {
        "without": dict,
        "by its key": lambda: by_key(client, content),
        "as a file": lambda: as_file(content),
    }
    taken = {name: [] for name in kinds}
    for _ in range(TIMES + 1):
        for name, fields in kinds.items():
            taken[name].append(save(client, fields()))
    without = median(taken["without"][1:])
    print(f"a save without a picture: {without * 1000:.0f} ms")
    for name in ("by its key", "as a file"):
        print(f"with one of {len(content) / 1e6:.1f} MB {name}: {(median(taken[name][1:]) - without) * 1000:+.0f} ms")
    weigh(len(content))


def as_file(content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"cover": SimpleUploadedFile("photo.jpg", content, "image/jpeg"), "cover_alt": "A river"}


def by_key(client, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
    answer = client.post("/admin/uploads/", {"kind": "picture", "file": file})
    return {"cover-upload": answer.json()["key"], "cover_alt": "A river"}


def save(client, fields):
    """Seconds of one save of a draft's form."""
    from tests.desk import fields_of, form_of
    from tests.factory import make_draft

    report = make_draft()
    data = fields_of(client.get(form_of(report))) | fields | {"_continue": "1"}
    begun = time.perf_counter()
    assert client.post(form_of(report), data).status_code == 302
    taken = time.perf_counter() - begun
    report.refresh_from_db()
    assert bool(report.cover) == bool(fields)
    return taken


def weigh(original):
    from django.core.files.storage import default_storage

    from publications.models import Report
    from publications.renditions import WAYS, WIDTHS, rendition

    name = Report.objects.exclude(cover="").first().cover.name
    for extension in WAYS:
        begun = time.perf_counter()
        sizes = [default_storage.size(rendition(name, width, extension)) for width in WIDTHS]
        shares = ", ".join(f"{size / original:.1%} at {width}" for width, size in zip(WIDTHS, sizes, strict=True))
        print(f"{extension}: {shares} of the photograph, all made in {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
