"""What relating costs on corpora made up by a seed, beside other ways of doing it.

`bin/bench related [--reports 10000 100000 1000000] [--only rebuild reading …]`: on new SQLite files that are thrown
away afterwards, or on databases made beside the one that DATABASE_URL names (`bin/with-postgresql bin/bench related`).
Each step runs in a process of its own. `--keep FILE` makes the corpus of one size in an SQLite file, or uses what is in
it already, and leaves it; `--only make` does no more than that.

Others are timed on some random reports against the whole corpus, and their times scaled: “×50” says by how much.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench.parts.child import Failed, run
from bench.parts.databases import on_postgresql, on_sqlite

STEPS = ["make", "rebuild", "check", "stage-one", "rivals", "reading", "changes"]
RIVALS = {"similar_objects": "taggit’s similar_objects()", "one_query": "one SQL query a report"}
CHECKED = 20


def main(arguments):
    address = os.environ.pop("DATABASE_URL", "")
    if arguments.keep and (len(arguments.reports) > 1 or address):
        sys.exit("--keep is for one number of reports, on SQLite: leave DATABASE_URL unset.")
    with tempfile.TemporaryDirectory() as folder:
        keep = {arguments.reports[0]: arguments.keep.resolve()} if arguments.keep else {}
        with on_postgresql(address) if address else on_sqlite(folder, keep) as database:
            try:
                print_growth({size: Bench(size, folder, database, arguments).run() for size in arguments.reports})
            except Failed as failure:
                sys.exit(str(failure))


class Bench:
    """All steps for a corpus of one size."""

    def __init__(self, size, folder, database, arguments):
        self.size, self.folder, self.database, self.arguments = size, folder, database, arguments
        self.only = arguments.only

    def child(self, step, among=None, **what):
        """`among`: how many reports the database holds, if not those of this bench."""
        return run(step, self.folder, self.database(among or self.size), **what)

    def run(self):
        """Seconds of the rebuild and of stage one, as far as they were asked for."""
        found = self.child("whole.make", size=self.size, seed=self.arguments.seed)
        print(f"\n{self.size:,} reports with {found['topics']:,} topics on {found['database']}", flush=True)
        rebuilt = self.rebuild() if "rebuild" in self.only else None
        if "check" in self.only:
            self.check(sample=CHECKED, seed=self.arguments.seed)
        staged = self.stage_one() if "stage-one" in self.only else None
        if "rivals" in self.only:
            self.rivals(rebuilt)
        if "reading" in self.only:
            self.reading()
        if "changes" in self.only:
            self.changes()
        return {"rebuild": rebuilt, "stage one": staged}

    def rebuild(self):
        one = self.child("whole.rebuild")
        say(
            "rebuild, database to database",
            one["seconds"],
            f"{1000 * one['seconds'] / self.size:.3f} ms a report; {one['processor']:.1f} s of it on the processor; "
            f"{one['written']:,} entries; at most {one['peak']:,.0f} MB of memory, {one['before']:,.0f} before",
        )
        return one["seconds"]

    def check(self, **what):
        one = self.child("brute.check", **what)
        if one["wrong"]:
            raise Failed(f"Not what brute force finds: the sidebars of the reports {one['wrong']}.")
        print(f"  {one['compared']} sidebars compared with brute force: all are right", flush=True)

    def stage_one(self):
        one = self.child("stage_one.beside_sparse_dot_topn", rows=self.arguments.sparse_rows, seed=self.arguments.seed)
        each = f"{1e6 * one['seconds'] / self.size:.1f} µs a report; {one['processor']:.1f} s of it on the processor"
        say("stage one without nearness, in memory", one["seconds"], each)
        if "theirs" not in one:
            print("  sparse-dot-topn is not installed: nothing to compare with", flush=True)
            return one["seconds"]
        scaled = "" if one["rows"] == self.size else f", {self.scale(one['rows'])}"
        same = "the same sums" if not one["differ"] else f"OTHER SUMS in {one['differ']:,} rows"
        ratio = f"{one['theirs'] / one['seconds']:.1f} times ours; {same}"
        more = f"{one['their_processor']:.1f} s on the processor; {one['rows']:,} rows{scaled}"
        say("  sparse-dot-topn, 2 threads", one["theirs"], f"{ratio}; {more}")
        return one["seconds"]

    def scale(self, rows):
        return f"×{self.size / rows:,.0f}"

    def rivals(self, rebuilt):
        if not rebuilt:
            print("  (nothing to compare the others with: the rebuild was not asked for)", flush=True)
        for rival, words in RIVALS.items():
            what = {"rival": rival, "rows": self.arguments.rows, "seed": self.arguments.seed}
            one = self.child("rivals.timed", **what, at_most=self.arguments.at_most)
            if "refused" in one:
                print(f"  {words}: the database refuses it after {one['rows']} reports: {one['refused']}", flush=True)
                continue
            ratio = f"{one['scaled'] / rebuilt:,.0f} times our rebuild; " if rebuilt else ""
            each = f"{1000 * one['seconds'] / one['rows']:.0f} ms each"
            say(f"  {words}", one["scaled"], f"{ratio}{one['rows']:,} rows, {self.scale(one['rows'])}, {each}")

    def reading(self):
        few = self.arguments.few
        if self.size != few:
            self.child("whole.make", among=few, size=few, seed=self.arguments.seed)
            self.child("whole.rebuild", among=few)
        one = self.child("reading.by_turns", other=self.database(few), seed=self.arguments.seed)
        (few_median, few_slow), (median, slow) = one["few"], one["default"]
        print(
            f"  reading a sidebar: {median:.2f} ms (95 %: {slow:.2f}); at {few:,} reports in the same process "
            f"{few_median:.2f} ms ({few_slow:.2f}): {median / few_median:.2f} times that",
            flush=True,
        )

    def changes(self):
        times, cold = self.arguments.changes, self.arguments.cold
        one = self.child("changing.all_changes", size=self.size, seed=self.arguments.seed, times=times, cold=cold)
        print(
            f"  what relating adds to a change: median and 95 % of {times} in one process, and of {cold} in fresh ones"
        )
        for kind, taken in one["taken"].items():
            for change, ways in taken.items():
                print(f"    {kind:<36}{change:<12}" + "   ".join(in_words(way, ways[way]) for way in ("warm", "cold")))
        print(f"    a draft that is saved: {one['draft']['queries']} queries, {1000 * one['draft']['seconds']:.1f} ms")
        self.check(keys=one["changed"][-CHECKED:] + one["around"])


def in_words(way, seconds):
    if not seconds:
        return ""
    median, slow = (f"{1000 * value:,.0f}" for value in (middle(seconds), nearly_slowest(seconds)))
    return f"{way} {median:>6} ms {slow:>6} ms"


def middle(seconds):
    return sorted(seconds)[len(seconds) // 2]


def nearly_slowest(seconds):
    """The 95th percentile: of few the slowest."""
    return sorted(seconds)[min(len(seconds) * 95 // 100, len(seconds) - 1)]


def say(what, seconds, more):
    print(f"  {what:<40}{seconds:>10,.1f} s   {more}", flush=True)


def print_growth(found):
    first, last = min(found), max(found)
    for what in ("rebuild", "stage one"):
        if first < last and found[first][what] and found[last][what]:
            ratio = (found[last][what] / last) / (found[first][what] / first)
            print(f"\n{what}: a report takes {ratio:.2f} times as long among {last:,} as among {first:,}", flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="bin/bench related", description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--reports", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], metavar="N", help="how many")
    add("--only", nargs="+", choices=STEPS, default=STEPS, metavar="STEP", help=f"of: {', '.join(STEPS)}")
    add("--keep", type=Path, metavar="FILE", help="make the corpus here, or take what is here, and leave it")
    add("--seed", type=int, default=1)
    add("--rows", type=int, default=200, help="on how many random reports others are timed (200)")
    add("--sparse-rows", type=int, default=5000, help="on how many sparse-dot-topn is, above 20,000 reports (5,000)")
    add("--at-most", type=float, default=0, metavar="SECONDS", help="stop timing another there; never, by default")
    add("--few", type=int, default=1000, help="reading a sidebar is compared with that of so few reports (1,000)")
    add("--changes", type=int, default=40, help="how often each change is made in one process (40)")
    add("--cold", type=int, default=20, help="and how often in a fresh one (20)")
    return parser.parse_args()


if __name__ == "__main__":
    main(arguments())
