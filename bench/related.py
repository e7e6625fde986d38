"""What relating costs on corpora made up by a seed, beside other ways of doing it.

`bin/bench related`
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from bench.parts.site import migrate, start


def main(arguments):
    for size in arguments.reports:
        with tempfile.TemporaryDirectory() as folder:
            if arguments.keep:
                os.environ["DATABASE_URL"] = f"sqlite:///{arguments.keep.resolve()}"
            start(folder)
            prepare(size, arguments.seed)


def prepare(size, seed):
    from bench.parts.filling import check, fill
    from bench.parts.synthetic import Synthetic
    from publications.models import Report

    made = Synthetic(size, seed)
    migrate()
    if not Report.objects.exists():
        begun = time.perf_counter()
        fill(made)
        print(f"{size:,} reports made in {time.perf_counter() - begun:.0f} s", flush=True)
    check(made)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bin/bench related", description=__doc__.partition("\n")[0])
    parser.add_argument("--reports", type=int, nargs="+", default=[10_000])
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args())
