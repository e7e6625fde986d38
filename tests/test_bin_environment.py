"""bin/environment: finds a Python, makes .venv/ once, installs only what changed, mends what was interrupted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("sh", "dirname", "cmp", "rm", "cp")


@pytest.fixture
def house(tmp_path):
    """A folder with blanks in its name that holds the script, and requirements that ask for nothing."""
    folder = tmp_path / "a house with blanks"
    (folder / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin/environment", folder / "bin")
    (folder / "requirements.txt").write_text("# nothing\n")
    return folder


@pytest.fixture
def path(tmp_path):
    """A PATH on which there is no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


def environment(house, path):
    run = [house / "bin/environment", "requirements.txt"]
    return subprocess.run(run, env={"PATH": str(path)}, cwd="/", capture_output=True, text=True, timeout=120)


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def real_python(path, name="python3"):
    script(path / name, f'exec "{sys.executable}" "$@"')


def test_without_any_python_it_says_what_to_install(house, path):
    result = environment(house, path)
    assert result.returncode == 1
    assert result.stderr.startswith("Pressmark needs Python 3.11 or newer")
    assert not (house / ".venv").exists()


def test_a_python_that_is_too_old_counts_as_none(house, path):
    script(path / "python3", "exit 1")
    assert environment(house, path).stderr.startswith("Pressmark needs Python 3.11 or newer")


def test_a_python_without_its_venv_module_is_named_with_what_to_install(house, path):
    script(path / "python3.12", 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac')
    result = environment(house, path)
    assert result.returncode == 1
    assert "apt-get install python3.12-venv" in result.stderr


def test_a_python_without_its_venv_module_is_named_even_when_it_is_the_last_one_tried(house, path):
    script(path / "python", 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac')
    assert "apt-get install python3.12-venv" in environment(house, path).stderr


def test_a_python_that_lacks_its_venv_module_is_passed_over_for_one_that_has_it(house, path):
    script(path / "python3.13", 'case "$2" in *ensurepip*) exit 1 ;; esac')
    real_python(path)
    assert environment(house, path).returncode == 0
    assert (house / ".venv/requirements.txt").exists()


def test_the_environment_is_made_once_and_mended_when_it_was_not_finished(house, path):
    real_python(path)
    first = environment(house, path)
    assert first.returncode == 0, first.stderr
    assert "Making .venv/" in first.stdout
    assert environment(house, path).stdout == ""

    (house / "requirements.txt").write_text("# nothing, but said differently\n")
    changed = environment(house, path)
    assert "Installing" in changed.stdout
    assert "Making" not in changed.stdout

    (house / ".venv/requirements.txt").unlink()
    shutil.rmtree(house / ".venv/lib")
    assert "Making .venv/" in environment(house, path).stdout
    assert environment(house, path).stdout == ""


def test_what_cannot_be_installed_stops_the_start(house, path):
    real_python(path)
    (house / "requirements.txt").write_text("./no-such-folder\n")
    result = environment(house, path)
    assert result.returncode == 1
    assert "What requirements.txt names could not be installed" in result.stderr
    assert not (house / ".venv/requirements.txt").exists()


def test_uv_is_used_where_it_is_at_hand(house, path, tmp_path):
    log = tmp_path / "uv.log"
    script(path / "uv", f'echo "$@" >>"{log}"; [ "$1" = pip ] || mkdir -p .venv/bin && touch .venv/bin/python')
    (path / "mkdir").symlink_to(shutil.which("mkdir"))
    (path / "touch").symlink_to(shutil.which("touch"))
    assert environment(house, path).returncode == 0
    venv, pip = log.read_text().splitlines()
    assert venv.startswith("venv ")
    assert "--python >=3.11" in venv
    assert pip.startswith("pip install")
    assert os.path.exists(house / ".venv/requirements.txt")
