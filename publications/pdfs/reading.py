"""Reading a PDF in a process of its own, within 20 seconds and 1 GB: what goes wrong there costs what is known of the
PDF, and nothing else."""

import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore

from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from publications.pdfs.refusing import DAMAGED, LOCKED, SHIELDED
from text.cleaning import clean_line, clean_text
from text.languages import is_language, normalise_language

CHILD = Path(__file__).with_name("child.py")
SECONDS, MEMORY = 20, 1 << 30
# Each may take that much; whoever comes third waits, and after so many seconds goes on without.
TURNS, WAIT = BoundedSemaphore(2), 10
# Of a longer PDF the rest is not searched.
MOST_PAGES, MOST_TEXT = 3000, 10_000_000
LONGEST_LINE, LONGEST_TAG = 500, 35
PAGE_BREAK = "\f"
# A word that goes on in the next line; pdfium gives some hyphens as a non-character or a control.
LINE_END_HYPHEN = re.compile(r"[-\xad\u2010\ufffe\x02][^\S\n]*+\n\s*+(?=[^\W\d_])")
# ISO 32000-1, 7.9.4: D:20120328155939-04'00'.
DAY = re.compile(r"(?:D:)?(\d{4})(\d{2})(\d{2})")
# By pdfium's numbers; every other is damage.
REFUSALS = {4: LOCKED, 5: SHIELDED}
log = logging.getLogger(__name__)


class Failure(TextChoices):
    BUSY = "busy", "It is not read yet"
    SLOW = "slow", f"It could not be read in {SECONDS} seconds"
    BROKEN = "broken", "Reading it failed or took more than 1 GB of memory"


@dataclass(frozen=True)
class Reading:
    """What a PDF says of itself and what stands on its pages, parted by PAGE_BREAK. None: not known."""

    pages: int | None = None
    title: str = ""
    author: str = ""
    language: str = ""
    made_on: date | None = None
    is_tagged: bool | None = None
    is_protected: bool | None = None
    text: str = ""
    failure: str = ""


def read(file) -> Reading:
    """All that can be had in one go. ValidationError where it does not open; OSError where the file is gone."""
    said, failure = asked(file, width=0)
    answers = [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    if not answers:
        return Reading(failure=failure or Failure.BROKEN)
    facts, *pages = answers
    refuse(facts)
    return Reading(
        pages=facts["pages"],
        title=clean_line(facts["title"])[:LONGEST_LINE],
        author=clean_line(facts["author"])[:LONGEST_LINE],
        language=tag_of(facts["language"]),
        made_on=day_of(facts["created"]),
        is_tagged=facts["is_tagged"],
        is_protected=facts["is_protected"],
        text=PAGE_BREAK.join(clean_text(LINE_END_HYPHEN.sub("", page)) for page in pages),
        failure=failure,
    )


def refuse(facts: dict) -> None:
    if "error" in facts:
        raise ValidationError(REFUSALS.get(facts["error"], DAMAGED))


def tag_of(language: str) -> str:
    tag = clean_line(language).replace("_", "-")
    return normalise_language(tag) if is_language(tag) and len(tag) <= LONGEST_TAG else ""


def day_of(created: str) -> date | None:
    found = DAY.match(created)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def asked(file, width: int) -> tuple[bytes, str]:
    """What the child said until it ended or was ended, and its failure or nothing."""
    command = [sys.executable, "-I", CHILD, *map(str, [SECONDS, MEMORY, MOST_PAGES, MOST_TEXT, width])]
    with on_disk(file) as number, turn() as is_ours:
        if not is_ours:
            log.warning("A PDF was not read, since others took more than %s seconds.", WAIT)
            return b"", Failure.BUSY
        try:
            # It is told no key and no password, whatever a PDF makes of it.
            done = subprocess.run(command, stdin=number, capture_output=True, timeout=SECONDS, env={})
        except subprocess.TimeoutExpired as overrun:
            log.warning("A PDF was given up on after %s seconds.", SECONDS)
            return overrun.stdout or b"", Failure.SLOW
    if done.returncode:
        log.warning("Reading a PDF ended with %s: %s", done.returncode, done.stderr.decode(errors="replace")[-1000:])
    return done.stdout, Failure.BROKEN if done.returncode else ""


@contextmanager
def turn() -> Iterator[bool]:
    """Whether it came in time."""
    is_ours = TURNS.acquire(timeout=WAIT)
    try:
        yield is_ours
    finally:
        if is_ours:
            TURNS.release()


@contextmanager
def on_disk(file) -> Iterator[int]:
    """The number of the open file. What is in memory is copied to a file without a name, which is gone with us."""
    file.seek(0)
    try:
        file.flush()
        number = file.fileno()
    except io.UnsupportedOperation:
        with TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.lseek(copy.fileno(), 0, os.SEEK_SET)
            yield copy.fileno()
        return
    # The place in the file is the child's too, and ours is to be where it was.
    place = os.lseek(number, 0, os.SEEK_CUR)
    os.lseek(number, 0, os.SEEK_SET)
    try:
        yield number
    finally:
        os.lseek(number, place, os.SEEK_SET)
