"""Does beside the server what no start and no request should wait for: `python delivery/daily.py DATA_DIR`.

Once a day, or soon after it is asked for, it sweeps the stored files and reads the PDFs that were not read yet. It
knows nothing of Django, so that waiting costs little memory. Its standard input is a pipe that the server holds open
and never writes to: when that closes, the server has ended, however it did, and what is at work here ends too. The time
of a file in DATA_DIR says when some process last began with a job, and whoever removes that file asks for it; several
machines may share it.
"""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

DAY = 24 * 60 * 60
# How often it looks whether something is due, in seconds: not at once, when a start has enough to do.
PAUSE = 5 * 60
# {the file whose time says when it was last begun: the command}
JOBS = {"last-sweep": "sweep_files", "last-reading": "rebuild_search"}


def main(folder: Path, pause: float = PAUSE) -> None:
    while not server_ends_within(pause):
        for mark, command in JOBS.items():
            if is_due(folder / mark) and not server_ends_within(0):
                run(command)


def run(command: str) -> None:
    """What it says, and why it failed, stands where the server says such things."""
    with subprocess.Popen([sys.executable, "manage.py", command], stdin=subprocess.DEVNULL) as work:
        try:
            while work.poll() is None and not server_ends_within(1):
                pass
        finally:
            work.terminate()


def server_ends_within(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def is_due(mark: Path) -> bool:
    try:
        return time.time() - mark.stat().st_mtime >= DAY
    except FileNotFoundError:
        return True


if __name__ == "__main__":
    # Those who ask the server for something come first.
    os.nice(10)
    # Ctrl+C is for the server, whose end ends this, and what is at work here without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main(Path(sys.argv[1]), *map(float, sys.argv[2:]))
