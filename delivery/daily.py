"""Sweeps the stored files once a day while the server runs: `python delivery/daily.py MARK`, started beside it.

It knows nothing of Django, so that waiting costs little memory. Its standard input is a pipe that the server holds open
and never writes to: when that closes, the server has ended, however it did. MARK is a file whose time says when some
process last began to sweep; several machines may share it.
"""

import select
import subprocess
import sys
import time
from pathlib import Path

DAY = 24 * 60 * 60
# How often it looks whether a day has passed, in seconds: not at once, when a start has enough to do.
PAUSE = 15 * 60


def main(mark: Path, pause: float = PAUSE) -> None:
    while not server_ends_within(pause):
        if is_due(mark):
            # What it says, and why it failed, stands where the server says such things.
            subprocess.run([sys.executable, "manage.py", "sweep_files"], stdin=subprocess.DEVNULL, check=False)


def server_ends_within(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def is_due(mark: Path) -> bool:
    try:
        return time.time() - mark.stat().st_mtime >= DAY
    except FileNotFoundError:
        return True


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), *map(float, sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(0)
