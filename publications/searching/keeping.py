"""The index that this machine keeps, and how it follows the database. It can be thrown away at any time.

It lies under DATA_DIR and serves all processes of the machine. Before a search, whoever asks puts in what has changed
since: up to 1,000 reports. More are put in behind the scenes, a portion at a time; what is not live any more is cut off
by whoever asks, so that only words lag.
"""

import json
import logging
import secrets
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
# What a damaged index raises, and one that somebody throws away this very moment.
DAMAGED = (OSError, ValueError)
ONE_AT_A_TIME = Lock()
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """What the index shows: all changes up to `number`, or if very many changed then, up to `whole`; what had gone live
    by `moment` (microseconds since the epoch). `written` is another number with every change of the index, `born` with
    every index that is made."""

    number: int = 0
    whole: int = -1
    moment: int = 0
    written: int = 0
    born: int = 0


class Kept:
    """The index in its folder, opened by this process."""

    def __init__(self, folder: Path):
        self.folder, self.seen = folder, State()
        self.index = intact(folder) or anew(folder)
        self.at_work = Lock()

    def state(self) -> State:
        """Nothing is known of the index where this is missing or torn."""
        try:
            return State(**json.loads((self.folder / "state.json").read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return State()

    def refreshed(self) -> State:
        """The state, the index being open as it was then or later."""
        state = self.state()
        if state.written != self.seen.written:
            self.index.reload()
            self.seen = state
        return state


def put(folder: Path, state: State) -> None:
    new = folder / "state.new"
    new.write_text(json.dumps(asdict(replace(state, written=secrets.randbits(60)))))
    new.replace(folder / "state.json")


def intact(folder: Path) -> Index | None:
    """The index that lies there, if there is one and it can be read."""
    try:
        if engine.exists(folder):
            index = engine.open_index(folder)
            # Some of its files are not opened before.
            engine.some(index, [("",)])
            return index
    except DAMAGED:
        log.warning("The index of words in %s is damaged. It is made anew.", folder, exc_info=True)
    return None


def anew(folder: Path) -> Index:
    """Unless somebody else has made it meanwhile."""
    with held():
        index = intact(folder)
        if index is None:
            shutil.rmtree(folder, ignore_errors=True)
            index = engine.make_index(folder)
            put(folder, State(born=secrets.randbits(60)))
        return index


@contextmanager
def held(name: str = "lock", wait: bool = True):
    """Keeps other processes and threads from writing; gives whether they are kept. The locks lie beside the index, so
    that they last when it is thrown away."""
    folder = words_folder()
    folder.mkdir(parents=True, exist_ok=True)
    # Opened to be added to, which leaves it as old as it is.
    with open(folder / name, "a") as file:
        yield locks.lock(file, locks.LOCK_EX if wait else locks.LOCK_EX | locks.LOCK_NB)


def words_folder() -> Path:
    return settings.DATA_DIR / "words"


class Holder:
    kept: Kept | None = None


def kept() -> Kept:
    with ONE_AT_A_TIME:
        if not (Holder.kept and Holder.kept.folder.exists()):
            Holder.kept = Kept(words_folder() / f"{engine.VERSION}-{__version__}")
        return Holder.kept


def forget() -> None:
    """Throw the index away, as soon as nobody writes."""
    with ONE_AT_A_TIME, held():
        Holder.kept = None
        for folder in filter(Path.is_dir, words_folder().iterdir()):
            shutil.rmtree(folder, ignore_errors=True)


def reopen() -> None:
    with ONE_AT_A_TIME:
        Holder.kept = None


def mended(work: Callable):
    """What this gives; if the index cannot be used, once more after it was opened again, and then made anew."""
    for mend in (reopen, forget):
        try:
            return work()
        except DAMAGED:
            log.warning("The index of words cannot be used. Trying again.", exc_info=True)
            mend()
    return work()


def current(live: Live) -> Index:
    """An index that shows what is live, but for very many changes that are not in yet."""
    return mended(lambda: up_to_date(live)) if following.may_keep() else in_memory(live)


def up_to_date(live: Live) -> Index:
    one = kept()
    if is_true(one.refreshed(), live):
        return one.index
    follow(one, live)
    return kept().index


def whole(live: Live) -> Index | None:
    """The same, but nothing while changes are not in yet."""
    index = current(live)
    return index if not following.may_keep() or is_true(kept().state(), live) else None


def in_memory(live: Live) -> Index:
    index = engine.make_index(None)
    engine.write(index, (), documents(live.keys().tolist()))
    return index


def is_true(state: State, live: Live) -> bool:
    """Whether the index shows all that these do."""
    return state.number == live.number and state.whole >= live.anew_since and newest_moment(live) <= state.moment


def newest_moment(live: Live) -> int:
    return int(live.picture.moments[live.mask].max(initial=0))


def follow(one: Kept, live: Live) -> None:
    """Put in what has changed, or see to it that somebody does."""
    # While very many are put in, nobody else waits for their turn to find that out.
    if due(one, live)[1] is not None and put_in_few(one, live):
        return
    if len(live.keys()) <= MOST_CHANGED:
        brought_up(wait=True)
    elif one.at_work.acquire(blocking=False):
        Thread(target=in_background, args=[one], daemon=True).start()


def put_in_few(one: Kept, live: Live) -> bool:
    """Unless meanwhile so many have changed that they are put in behind the scenes."""
    with held():
        # Asked again, as others may have put in what is newer.
        state, keys = due(one, live)
        if keys is not None:
            write(one, keys, state)
        return keys is not None


def due(one: Kept, live: Live) -> tuple[State, set[int] | None]:
    """What the index shows when these reports are put in; None: too many."""
    # In this order: a state of later would seem to be that of another database.
    state = one.refreshed()
    number, anew_since = following.numbers()
    keys = None if wants_all(state, number, anew_since) else changed(state, live)
    return replace(state, number=number, moment=max(state.moment, newest_moment(live))), keys


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
        # Opened for this alone: which files are to be removed is read when it is opened, and others have written since.
        engine.write(engine.open_index(one.folder), keys, documents(keys))
    put(one.folder, state)
    one.refreshed()


def in_background(one: Kept) -> None:
    try:
        bring_up()
    finally:
        one.at_work.release()
        connection.close()


def bring_up(progress: Callable[[int, int], None] | None = None) -> int:
    """Put in all that differs from what the index should hold, and take out the rest; how many documents that were.
    One process of a machine does it at a time; the others leave it to that one. `progress(done, total)`."""
    return mended(lambda: brought_up(progress))


def brought_up(progress=None, wait: bool = False) -> int:
    with held("all.lock", wait) as mine:
        return put_in_all(kept(), progress) if mine else 0


def put_in_all(one: Kept, progress) -> int:
    number, anew_since = following.numbers()
    live = listed.live()
    born = one.refreshed().born
    # Whoever was killed may have written and not said so.
    one.index.reload()
    due = differing(one.index, live)
    for start in range(0, len(due), PORTION):
        with held():
            write(one, due[start : start + PORTION], same(one.refreshed(), born))
        if progress:
            progress(min(start + PORTION, len(due)), len(due))
    with held():
        state = same(one.refreshed(), born)
        newer = state.number if state.whole >= 0 and state.number <= following.numbers()[0] else 0
        moment = max(state.moment, newest_moment(live))
        now = replace(state, number=max(newer, number), whole=anew_since, moment=moment)
        if now != state:
            put(one.folder, now)
    return len(due)


def same(state: State, born: int) -> State:
    if state.born != born:
        raise FileNotFoundError("Somebody else has thrown the index of words away meanwhile.")
    return state


def differing(index: Index, live: Live) -> list[int]:
    """The keys of the documents that are missing, of another stamp, or too many."""
    keys, should = stamps(live)
    there, stamped = engine.stamps(index)
    order = np.argsort(there)
    there, stamped = there[order], stamped[order]
    at = np.minimum(np.searchsorted(there, keys), max(len(there) - 1, 0))
    same = (there[at] == keys) & (stamped[at] == should) if len(there) else np.zeros(len(keys), bool)
    return sorted({*keys[~same].tolist(), *np.setdiff1d(there, keys).tolist()})
