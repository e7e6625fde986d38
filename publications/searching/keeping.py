"""The index that this machine keeps, and how it follows the database. It can be thrown away at any time.

It lies under DATA_DIR and serves all processes of the machine. Before a search, whoever asks puts in what has changed
since: up to 1,000 reports. More are put in behind the scenes, a portion at a time; what is not live any more is cut off
by whoever asks, so that only words lag.
"""

import json
import logging
import shutil
from collections.abc import Callable, Collection
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock, Thread

import numpy as np
from django.conf import settings
from django.core.files import locks
from django.db import connection
from tantivy import Index, __version__

from publications import listed
from publications.finding import following
from publications.finding.following import MOST_CHANGED
from publications.listed import Live
from publications.models import PublicChange
from publications.searching import engine
from publications.searching.documents import documents, stamps

# So many are put in at a time when very many have changed; others wait no longer than that takes.
PORTION = 1000
ONE_AT_A_TIME = Lock()
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """What the index shows: all changes up to `number`, or if very many changed then, up to `whole`; what had gone live
    by `moment` (microseconds since the epoch). `written` counts on with every change of the index."""

    number: int = 0
    whole: int = -1
    moment: int = 0
    written: int = 0


class Kept:
    """The index in its folder, opened by this process."""

    def __init__(self, folder: Path):
        self.folder, self.seen = folder, State()
        self.index = opened(folder)
        self.at_work = Lock()

    def state(self) -> State:
        try:
            return State(**json.loads((self.folder / "state.json").read_text()))
        except FileNotFoundError:
            return State()

    def refreshed(self) -> State:
        """The state, the index being open as it was then or later."""
        state = self.state()
        if state.written != self.seen.written:
            self.index.reload()
            self.seen = state
        return state

    def put(self, state: State) -> None:
        new = self.folder / "state.new"
        new.write_text(json.dumps(asdict(replace(state, written=self.state().written + 1))))
        new.replace(self.folder / "state.json")

    @contextmanager
    def held(self, name: str = "lock", wait: bool = True):
        """Keeps other processes and threads from writing; gives whether they are kept."""
        with open(self.folder / name, "w") as file:
            yield locks.lock(file, locks.LOCK_EX if wait else locks.LOCK_EX | locks.LOCK_NB)


class Holder:
    kept: Kept | None = None


def opened(folder: Path) -> Index:
    """A damaged index is thrown away."""
    try:
        return engine.open_index(folder)
    except (OSError, ValueError):
        log.exception("The index of words in %s cannot be opened. It is made anew.", folder)
        shutil.rmtree(folder)
        return engine.open_index(folder)


def kept() -> Kept:
    with ONE_AT_A_TIME:
        if not (Holder.kept and Holder.kept.folder.exists()):
            Holder.kept = Kept(settings.DATA_DIR / "words" / f"{engine.VERSION}-{__version__}")
        return Holder.kept


def forget() -> None:
    """Throw the index away."""
    with ONE_AT_A_TIME:
        Holder.kept = None
        shutil.rmtree(settings.DATA_DIR / "words", ignore_errors=True)


def current(live: Live) -> Index:
    """An index that shows what is live, but for very many changes that are not in yet."""
    if not following.may_keep():
        return in_memory(live)
    one = kept()
    number, anew_since = following.numbers()
    state = one.refreshed()
    if not is_true(state, live, number, anew_since):
        follow(one, live, number, anew_since)
    return one.index


def whole(live: Live) -> Index | None:
    """The same, but nothing while changes are not in yet."""
    index = current(live)
    return index if not following.may_keep() or is_true(kept().state(), live, *following.numbers()) else None


def in_memory(live: Live) -> Index:
    index = engine.open_index(None)
    engine.write(index, (), documents(live.keys().tolist()))
    return index


def is_true(state: State, live: Live, number: int, anew_since: int) -> bool:
    return state.number == number and state.whole >= anew_since and newest_moment(live) <= state.moment


def newest_moment(live: Live) -> int:
    return int(live.picture.moments[live.mask].max(initial=0))


def follow(one: Kept, live: Live, number: int, anew_since: int) -> None:
    """Put in what has changed, or see to it that somebody does."""
    with one.held():
        state = one.refreshed()
        due = None if wants_all(state, number, anew_since) else changed(state, live)
        if due is not None:
            write(one, due, replace(state, number=number, moment=max(state.moment, newest_moment(live))))
            return
    if len(live.keys()) <= MOST_CHANGED:
        bring_up()
    elif one.at_work.acquire(blocking=False):
        Thread(target=in_background, args=[one], daemon=True).start()


def wants_all(state: State, number: int, anew_since: int) -> bool:
    """Nobody keeps which reports have changed; or another database has taken the place of the one that is shown."""
    return state.whole < anew_since or number < state.number


def changed(state: State, live: Live) -> set[int] | None:
    """The reports that have changed or gone live since; None: too many."""
    told = PublicChange.objects.filter(number__gt=state.number).values_list("report", flat=True)
    since = live.picture.keys[live.mask & (live.picture.moments > state.moment)].tolist()
    due = {*told[: MOST_CHANGED + 1], *since}
    return due if len(due) <= MOST_CHANGED else None


def write(one: Kept, keys: Collection[int], state: State) -> None:
    if keys:
        engine.write(one.index, sorted(keys), documents(keys))
    one.put(state)
    one.seen = one.state()


def in_background(one: Kept) -> None:
    try:
        bring_up()
    finally:
        one.at_work.release()
        connection.close()


def bring_up(progress: Callable[[int, int], None] | None = None) -> int:
    """Put in all that differs from what the index should hold, and take out the rest; how many documents that were.
    One process of a machine does it at a time; the others leave it to that one. `progress(done, total)`."""
    one = kept()
    with one.held("all.lock", wait=False) as mine:
        return brought_up(one, progress) if mine else 0


def brought_up(one: Kept, progress) -> int:
    number, anew_since = following.numbers()
    live = listed.live()
    one.refreshed()
    due = differing(one.index, live)
    for start in range(0, len(due), PORTION):
        with one.held():
            write(one, due[start : start + PORTION], one.refreshed())
        if progress:
            progress(min(start + PORTION, len(due)), len(due))
    with one.held():
        state = one.refreshed()
        newer = state.number if state.whole >= 0 and state.number <= following.numbers()[0] else 0
        one.put(State(max(newer, number), anew_since, max(state.moment, newest_moment(live))))
    return len(due)


def differing(index: Index, live: Live) -> list[int]:
    """The keys of the documents that are missing, of another stamp, or too many."""
    keys, should = stamps(live)
    there, stamped = engine.stamps(index)
    order = np.argsort(there)
    there, stamped = there[order], stamped[order]
    at = np.minimum(np.searchsorted(there, keys), max(len(there) - 1, 0))
    same = (there[at] == keys) & (stamped[at] == should) if len(there) else np.zeros(len(keys), bool)
    return sorted({*keys[~same].tolist(), *np.setdiff1d(there, keys).tolist()})
