"""Stored files that belong to nothing go after seven days, and no others, whoever is saving meanwhile."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db.models import FileField
from django.utils import timezone

from delivery import daily
from institution.models import SiteDetails
from publications import files, renditions, sweeping
from publications.editorial import versions
from publications.models import Attachment, FileText, Image, Report, Upload
from publications.sweeping import sweep
from tests.desk import form_of, rows, send
from tests.factory import (
    attach,
    figure_of,
    give_cover,
    make_author,
    make_draft,
    make_image,
    make_pdf_saying,
    make_picture,
    make_superuser,
    picture_bytes,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def report():
    """Without any report, the database would be taken for another’s."""
    return make_draft("On record")


def put(name, content=b"x", days=8):
    """A stored file so old."""
    stored = default_storage.save(name, ContentFile(content))
    return age(stored, days)


def age(name, days=8):
    moment = time.time() - days * 86400
    os.utime(default_storage.path(name), (moment, moment))
    return name


def there():
    return {name for folder in sweeping.FOLDERS for name in sweeping.files_below(folder)}


def age_all(days=8):
    for name in there():
        age(name, days)


def on_record(report):
    versions.add(report, versions.snapshot(report), by=None, said="Kept")
    return report


@pytest.mark.parametrize("folder", sweeping.FOLDERS)
def test_what_nothing_refers_to_goes_after_seven_days(folder):
    old, older = put(f"{folder}/a.pdf", days=6.9), put(f"{folder}/7/b.pdf", days=7.1)
    assert sweep().files == 1
    assert there() == {old}
    assert not default_storage.exists(older)


def test_all_that_rows_refer_to_stays_with_what_is_made_of_it():
    report = give_cover(make_draft())
    attach(report, "Annex", content=make_pdf_saying("Wells"))
    author, site = make_author("Ada"), SiteDetails.current()
    author.photo.save("ada.png", ContentFile(make_picture()))
    site.logo.save("logo.png", ContentFile(make_picture()))
    image = make_image()
    on_record(make_draft(body=figure_of(image)))
    pictures = [report.cover.name, author.photo.name, site.logo.name, image.file.name]
    for name in pictures:
        renditions.make_all(name)
    before = there()
    assert len(before) == 5 + 4 * 6
    age_all()
    assert sweep() == sweeping.Swept(0, 0, 0, 0)
    assert there() == before


def test_what_waits_for_a_form_stays_with_what_was_read_of_it():
    facts = files.examine(SimpleUploadedFile("a.pdf", make_pdf_saying("Wells")))
    FileText.objects.keep_reading(facts)
    Upload.objects.add(SimpleUploadedFile("a.pdf", make_pdf_saying("Wells")), facts)
    before = there()
    age_all()
    FileText.objects.update(kept_at=timezone.now() - timedelta(days=8))
    assert sweep() == sweeping.Swept(0, 0, 0, 0)
    assert there() == before
    assert FileText.objects.count() == 1


def test_files_of_the_history_stay_as_long_as_the_history():
    report = give_cover(make_draft())
    attachment = attach(report, content=make_pdf_saying("Wells"))
    renditions.make_all(report.cover.name)
    on_record(report)
    attachment.delete()
    Report.objects.filter(pk=report.pk).update(cover="")
    age_all()
    FileText.objects.update(kept_at=timezone.now() - timedelta(days=8))
    before = there()
    assert len(before) == 8
    assert sweep() == sweeping.Swept(0, 0, 0, 0)
    assert there() == before
    assert FileText.objects.count() == 1
    Report.objects.get(pk=report.pk).delete()
    assert sweep() == sweeping.Swept(0, 0, 8, 1)
    assert there() == set()
    assert not FileText.objects.exists()


def test_versions_that_an_older_pressmark_wrote_are_read_too():
    report = make_draft()
    name = put("covers/old.png")
    for content in ({"fields": {}}, {"fields": {"cover": None}, "attachments": []}, {"fields": {"cover": name}}):
        number = report.versions.count() + 1
        report.versions.create(number=number, content=content, digest="x", at=timezone.now())
    assert sweep().files == 0
    assert there() == {name}


def test_what_was_made_of_a_picture_that_is_gone_goes_with_it():
    image = make_image()
    renditions.make_all(image.file.name)
    Image.objects.all().delete()
    age_all()
    assert sweep().files == 7
    assert there() == set()


def test_what_nobody_claimed_in_time_goes_however_many_there_are():
    facts = files.examine(SimpleUploadedFile("a.png", picture_bytes()))
    for number in range(25):
        Upload.objects.add(SimpleUploadedFile(f"{number}.png", picture_bytes()), facts)
        make_image(content=picture_bytes())
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert sweep() == sweeping.Swept(25, 25, 0, 0)
    assert there() == set()
    assert not Upload.objects.exists()
    assert not Image.objects.exists()


def test_what_was_read_of_a_pdf_stays_while_a_form_may_take_it():
    facts = files.examine(SimpleUploadedFile("a.pdf", make_pdf_saying("Wells")))
    FileText.objects.keep_reading(facts)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        # Somebody uploads it again.
        FileText.objects.keep_reading(facts)
        assert sweep().texts == 0
    with time_machine.travel(timezone.now() + timedelta(days=15, minutes=1), tick=False):
        assert sweep().texts == 1


def test_other_folders_are_nobodys_business():
    for name in ("other/a.pdf", "b.pdf", "reports.old/c.pdf"):
        put(name)
    assert sweep().files == 0
    assert default_storage.exists("other/a.pdf")
    assert default_storage.exists("b.pdf")


def test_every_column_of_files_keeps_them_in_a_folder_that_is_swept():
    image = Image(extension="png")
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, FileField):
                row = image if model is Image else model(**({"extension": "pdf"} if model is Upload else {}))
                assert column.generate_filename(row, "a.png").split("/")[0] in sweeping.FOLDERS, column


def test_a_save_that_is_killed_leaves_its_file_for_seven_days_and_no_longer(client):
    client.force_login(make_superuser())
    report = make_draft("Wells")
    with pytest.raises(ZeroDivisionError), pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "save", lambda *args, **kwargs: 1 / 0)
        file = SimpleUploadedFile("report.pdf", make_pdf_saying("Wells"))
        send(client, form_of(report), **rows("attachments", {"kind": "report", "file": file}))
    (left,) = there()
    assert not Attachment.objects.exists()
    assert FileText.objects.count() == 1
    age(left, days=6.9)
    assert sweep() == sweeping.Swept(0, 0, 0, 0)
    age(left, days=7.1)
    with time_machine.travel(timezone.now() + timedelta(days=7.1), tick=False):
        assert sweep() == sweeping.Swept(0, 0, 1, 1)
    assert there() == set()


def test_what_is_claimed_while_the_sweep_reads_stays(monkeypatch):
    """The upload ends and the version begins after uploads were asked for and before versions are."""
    facts = files.examine(SimpleUploadedFile("a.pdf", make_pdf_saying("Wells")))
    upload = Upload.objects.add(SimpleUploadedFile("a.pdf", make_pdf_saying("Wells")), facts)
    report, name = make_draft(), upload.file.name
    age(name)
    held = versions.files_held

    def claimed_just_now():
        Attachment.objects.create(report=report, file=name, **facts.columns)
        on_record(report)
        assert not Upload.objects.exists()
        return held()

    monkeypatch.setattr(versions, "files_held", claimed_just_now)
    assert sweep().files == 0
    assert there() == {name}


def test_what_is_stored_while_the_sweep_runs_stays(monkeypatch):
    """However old it says it is, such as one that was moved there."""
    held = sweeping.held
    stored = []

    def stored_just_now():
        found = held()
        stored.append(put("reports/1/new.pdf"))
        return found

    monkeypatch.setattr(sweeping, "held", stored_just_now)
    assert sweep().files == 0
    assert there() == set(stored)


def test_a_file_that_another_sweep_was_faster_with_is_no_error(monkeypatch):
    put("covers/a.png"), put("covers/b.png")
    monkeypatch.setattr(sweeping, "is_older", lambda name, before: not default_storage.delete(name))
    assert sweep().files == 2
    monkeypatch.undo()
    assert not sweeping.is_older("covers/a.png", timezone.now())


def test_files_are_left_where_the_database_has_no_report(report):
    put("covers/a.png")
    report.delete()
    with pytest.raises(sweeping.TooMany):
        sweep()
    assert there() == {"covers/a.png"}


def test_files_that_the_database_does_not_know_are_left_until_that_is_asked_for():
    for number in range(sweeping.MOST_UNASKED + 1):
        put(f"covers/{number}.png")
    with pytest.raises(CommandError, match="this may not be the database") as refused:
        call_command("sweep_files", stdout=StringIO())
    assert "sweep_files --all" in str(refused.value)
    assert len(there()) == sweeping.MOST_UNASKED + 1
    said = StringIO()
    call_command("sweep_files", "--all", stdout=said)
    assert f"{sweeping.MOST_UNASKED + 1} other files" in said.getvalue()
    assert there() == set()


# Once a day


def test_the_command_says_what_it_did_and_one_runs_at_a_time(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    put("covers/a.png")
    said = StringIO()
    call_command("sweep_files", stdout=said)
    assert said.getvalue().startswith("0 uploads, 0 pictures, 1 other files")
    assert not daily.is_due(tmp_path / "last-sweep")
    script = "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2); print(1, flush=True); sys.stdin.read()"
    holding = [sys.executable, "-c", script, str(tmp_path / "sweep.lock")]
    with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        said = StringIO()
        call_command("sweep_files", stdout=said)
        holder.stdin.close()
    assert "Another process" in said.getvalue()


@pytest.mark.once
def test_it_is_due_once_a_day(tmp_path):
    mark = tmp_path / "last-sweep"
    assert daily.is_due(mark)
    mark.touch()
    assert not daily.is_due(mark)
    os.utime(mark, (time.time() - daily.DAY,) * 2)
    assert daily.is_due(mark)


@pytest.mark.once
def test_beside_the_server_it_is_done_when_a_day_has_passed_and_ends_with_the_server(tmp_path):
    with beside(tmp_path, "") as process:
        assert has_run(tmp_path, "sweep_files rebuild_search ")
        time.sleep(0.5)
        process.stdin.close()
        assert process.wait(5) == 0
    assert (tmp_path / "ran").read_text() == "sweep_files rebuild_search "


def beside(folder, then):
    """The process beside a server, with a program in the place of ours that marks and says what it does."""
    marks = {command: mark for mark, command in daily.JOBS.items()}
    (folder / "manage.py").write_text(
        f"import pathlib, sys, time; pathlib.Path({marks}[sys.argv[1]]).touch()\n"
        f"with open('ran', 'a') as ran: ran.write(sys.argv[1] + ' ')\n{then}"
    )
    watching = [sys.executable, str(ROOT / "delivery/daily.py"), str(folder), "0.05"]
    return subprocess.Popen(watching, stdin=subprocess.PIPE, cwd=folder)


def has_run(folder, words):
    for _ in range(200):
        if (folder / "ran").exists() and (folder / "ran").read_text() == words:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.once
def test_what_is_asked_for_is_done_before_a_day_has_passed(tmp_path):
    (tmp_path / "last-sweep").touch()
    with beside(tmp_path, "") as process:
        assert has_run(tmp_path, "rebuild_search ")
        (tmp_path / "last-reading").unlink()
        assert has_run(tmp_path, "rebuild_search rebuild_search ")
        process.stdin.close()


@pytest.mark.once
def test_what_is_at_work_beside_the_server_ends_with_it(tmp_path):
    with beside(tmp_path, "time.sleep(60)") as process:
        assert has_run(tmp_path, "sweep_files ")
        process.stdin.close()
        assert process.wait(10) == 0
    assert (tmp_path / "ran").read_text() == "sweep_files "


@pytest.mark.once
def test_the_server_that_is_killed_leaves_no_process_behind():
    code = (
        "import os, sys, django; django.setup(); from delivery.management.commands import prepare; "
        "prepare.start_daily(); os.execv(sys.executable, [sys.executable, '-c', "
        "'import time; print(1, flush=True); time.sleep(60)'])"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, env=environment) as server:
        assert server.stdout.readline() == b"1\n"
        server.kill()
        # It holds what it says open as long as it lives.
        assert server.communicate(timeout=5)[0] == b""
