"""What reading a sidebar costs: its one query, on two databases by turns, in one process."""

import time

import numpy as np
from django.db import connections

from publications.models import Report
from publications.sidebars import standing_beside

ROUNDS, AT_A_TIME = 20, 100


def by_turns(other, seed, rounds=ROUNDS):
    """Medians and 95th percentiles in milliseconds, of the database with few reports (`other`) and of this one."""
    add_database("few", other)
    chance = np.random.default_rng(seed)
    keys = {alias: np.array(Report.objects.using(alias).values_list("pk", flat=True)) for alias in ("few", "default")}
    taken = {alias: [] for alias in keys}
    for turn in range(rounds + 1):
        for alias in keys:
            some = chance.choice(keys[alias], AT_A_TIME).tolist()
            seconds = [read(report, alias) for report in Report.objects.using(alias).filter(pk__in=some).only("pk")]
            # The first round warms up.
            taken[alias] += seconds if turn else []
    return {alias: [1000 * float(np.percentile(times, share)) for share in (50, 95)] for alias, times in taken.items()}


def read(report, alias):
    """The entries themselves; what any list then adds, authors and topics, is left out."""
    entries = standing_beside(report).using(alias).prefetch_related(None)
    begun = time.perf_counter()
    list(entries)
    return time.perf_counter() - begun


def add_database(alias, address):
    from config.environment import database_named, sqlite_options

    named = database_named(address)
    options = sqlite_options() if "sqlite" in named["ENGINE"] else {}
    connections.settings[alias] = connections.configure_settings({"default": named | options})["default"]
