"""What finding costs on corpora made up by a seed, beside the same by hand and beside the engine called directly.

`bin/bench find [--reports 100000 1000000] [--only lists search …]`: on new SQLite files that are thrown away
afterwards, or on databases made beside the one that DATABASE_URL names (`bin/with-postgresql bin/bench find`).
Each step runs in a process of its own; in the last, whatever is compared is timed by turns.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench.parts.child import Failed, run
from bench.parts.databases import on_postgresql, on_sqlite

PARTS = ["lists", "search", "pages", "suggestions", "people", "changes"]
# How many times the peer a page may take, at most; milliseconds of the 95th percentile, by the number of reports.
RATIOS = {"lists": 1.5, "search": 2, "pages": 1.5, "suggestions": 3}
MARKS = {100_000: 150, 1_000_000: 400}
COLUMNS = [("page p50", 10), ("p95", 8), ("cpu p50", 10), ("p95", 8), ("bare p50", 10), ("peer p50", 10), ("p95", 8)]
PEERS = """
What stands beside the pages. Every page is asked for as a server would ask the application, in a warm process:
middleware, queries, templates, compression. “Cpu” is what this process computed for it, which hangs less on what else
the machine does; PostgreSQL’s own part is not in it. “Bare” is the same page without its template.
  lists        SQL written by hand, by the database’s own driver, on a connection kept open and with the same indexes:
               the length, the first twenty rows with their authors and topics, and the count of every choice that the
               page offers (topics with all below them, types, years, the twelve first authors, languages).
               Same numbers.
  search       the engine called directly, with words that were read and stemmed before: all keys and scores, then its
               best twenty read by SQL written by hand, with authors and topics. No marks, excerpts, counts or filters.
               How many are found is the same.
  pages        page 1 of the same list.
  suggestions  the engine called directly for titles, the best six read by SQL, and one look into the names of authors
               and of topics each, by SQL. None of those is counted, put in order or checked for being live.
  changes      the first request after one report was published, beside the second.
"""


def main(arguments):
    address = os.environ.pop("DATABASE_URL", "")
    with (
        tempfile.TemporaryDirectory() as folder,
        on_postgresql(address) if address else on_sqlite(folder, {}) as database,
    ):
        try:
            for size in arguments.reports:
                Bench(size, folder, database(size), arguments).run()
        except Failed as failure:
            sys.exit(str(failure))
    print(PEERS, end="")


class Bench:
    """All steps for a corpus of one size."""

    def __init__(self, size, folder, address, arguments):
        self.size, self.address, self.arguments = size, address, arguments
        self.folder = Path(folder, f"data-{size}")
        self.folder.mkdir()

    def child(self, step, **what):
        return run(f"finding.{step}", str(self.folder), self.address, **what)

    def run(self):
        made = self.child("make", size=self.size, seed=self.arguments.seed)
        say(f"\n{self.size:,} reports with {made['topics']:,} topics on {made['database']}; load {load()}")
        self.index()
        self.picture()
        for part in self.arguments.only:
            what = {"times": self.arguments.requests, "at_most": self.arguments.at_most, "seed": self.arguments.seed}
            self.tell(part, self.child("questions", parts=[part], **what)[part])

    def index(self):
        one = self.child("index")
        each = f"{1e6 * one['seconds'] / self.size:,.0f} µs a report"
        size = f"{one['size']:,.0f} MB on disk, {1e3 * one['size'] / self.size:.2f} KB a report"
        say(f"  index of words   {one['seconds']:>8,.1f} s   {each}; {size}; at most {one['peak']:,.0f} MB of memory")

    def picture(self):
        one = self.child("picture")
        say(
            f"  first picture    {one['seconds']:>8,.2f} s   families and years {one['derived']:.2f} s, order of "
            f"titles {one['titles']:.2f} s; keeps {one['kept']:,.0f} MB, takes at most {one['peak']:,.0f} MB"
        )

    def tell(self, part, kinds):
        say(f"\n  {part:<34}{'times':>6}" + "".join(f"{name:>{width}}" for name, width in COLUMNS))
        for kind, one in kinds.items():
            say(f"    {kind:<32}{one['times']:>6}" + in_words(one) + self.judged(part, one))
        say(f"    load {load()}")

    def judged(self, part, one):
        """The ratios, and what is above its mark."""
        words, most, mark = "", RATIOS.get(part), MARKS.get(self.size)
        if "peer" in one:
            ratio = one["page"][0] / one["peer"][0]
            words = f"   {ratio:.2f} times the peer"
            words += f", bare {one['bare'][0] / one['peer'][0]:.2f}" if "bare" in one else ""
            words += f" (MORE THAN {most})" if most and ratio > most else ""
        if mark and part != "changes" and one["page"][1] > mark:
            words += f"   ABOVE {mark} ms"
        known = {"page", "processor", "bare", "peer", "times"}
        return words + "".join(f"; {what} {one[what][0]:.2f} ms" for what in one if what not in known)


def in_words(one):
    """Milliseconds, in columns."""
    values = [*one["page"], *one["processor"], *one.get("bare", [None])[:1], *one.get("peer", [None, None])]
    columns = zip(values, COLUMNS, strict=True)
    return "".join(" " * width if value is None else f"{value:>{width}.1f}" for value, (_, width) in columns)


def load():
    return f"{os.getloadavg()[0]:.1f}"


def say(words):
    print(words, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="bin/bench find", description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--reports", type=int, nargs="+", default=[100_000, 1_000_000], metavar="N", help="how many")
    add("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"of: {', '.join(PARTS)}")
    add("--seed", type=int, default=1)
    add("--requests", type=int, default=200, help="how many of each kind (200; a fifth of them after publications)")
    add("--at-most", type=float, default=0, metavar="SECONDS", help="stop asking one kind there; never, by default")
    return parser.parse_args()


if __name__ == "__main__":
    main(arguments())
