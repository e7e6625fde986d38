"""Strange and hard requests among very many reports: what the slowest of them take, and the slowest statements.

`bin/bench fuzz [--reports 100000] [--requests 400]`: on a new SQLite file that is thrown away afterwards, or on a
database made beside the one that DATABASE_URL names (`bin/with-postgresql bin/bench fuzz`). Beside the requests that
chance makes (as in tests/test_fuzz.py) stand some that are hard by design: twelve words of which none is spelt right,
single letters, words left out, fifty topics. It fails where a statement takes more than a second.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench.parts.child import Failed, run
from bench.parts.databases import on_postgresql, on_sqlite

# Seconds that a statement may take.
MOST = 1
SHOWN = 150


def main(arguments):
    address, size = os.environ.pop("DATABASE_URL", ""), arguments.reports
    with (
        tempfile.TemporaryDirectory() as folder,
        on_postgresql(address) if address else on_sqlite(folder, {}) as database,
    ):
        data = Path(folder, "data")
        data.mkdir()

        def step(name, **what):
            return run(name, str(data), database(size), **what)

        try:
            made = step("finding.make", size=size, seed=arguments.seed)
            print(f"{size:,} reports with {made['topics']:,} topics on {made['database']}", flush=True)
            step("finding.index")
            found = step("fuzzed.asked", count=arguments.requests, seed=arguments.seed)
        except Failed as failure:
            sys.exit(str(failure))
    tell(found)
    if (slowest := found["statements"][0])[0] > MOST:
        sys.exit(f"A statement took {slowest[0]:.2f} s, which is more than {MOST} s.")


def tell(found):
    print(f"\n  {'milliseconds':<34}{'times':>6}{'p50':>10}{'p95':>10}{'slowest':>10}")
    for path, (times, *shares) in sorted(found["pages"].items()):
        print(f"  {path:<34}{times:>6}" + "".join(f"{value:>10.1f}" for value in shares))
    print("\n  The slowest pages:")
    for seconds, address in found["slowest"]:
        print(f"  {1000 * seconds:>8.1f} ms  {address[:SHOWN]}")
    print("\n  The slowest statements:")
    for seconds, sql, address in found["statements"]:
        print(f"  {1000 * seconds:>8.1f} ms  {address[:SHOWN]}\n               {sql[:SHOWN]}")
    print(f"\n  Most statements of one page: {found['most'][0]}, {found['most'][1][:SHOWN]}")
    print(f"  load {os.getloadavg()[0]:.1f}")


def arguments():
    parser = argparse.ArgumentParser(prog="bin/bench fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--reports", type=int, default=100_000, metavar="N", help="how many (100,000)")
    parser.add_argument("--requests", type=int, default=400, help="how many that chance makes (400)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main(arguments())
