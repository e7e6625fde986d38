"""Computing in several processes at once: what is in memory already is shared by them, and never copied."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context

# Each needs some memory of its own.
MOST = 4


def possible() -> int:
    """How many processes may compute here: 1 where other threads run, as in a web server. A copy of this process would
    find their locks closed for ever."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST)


def computed(make: Callable[[int], object], count: int, processes: int) -> Iterator:
    """make(0), make(1) … in order. Each process is ahead by one at most, and ends when whoever asks is gone; `make` may
    not touch the database, whose connection all of them hold."""
    fork = get_context("fork")
    pipes = [fork.Pipe(duplex=False) for _ in range(processes)]
    workers = [fork.Process(target=work, args=(make, count, mine, pipes), daemon=True) for mine in range(processes)]
    started = []
    try:
        for worker in workers:
            worker.start()
            started.append(worker)
        for _, sender in pipes:
            sender.close()
        for number in range(count):
            yield pipes[number % processes][0].recv()
    finally:
        for worker in started:
            worker.kill()
            worker.join()


def work(make, count: int, mine: int, pipes) -> None:
    # Whoever still held an end of a pipe would keep the others waiting at it.
    for number, (receiver, sender) in enumerate(pipes):
        receiver.close()
        if number != mine:
            sender.close()
    try:
        for number in range(mine, count, len(pipes)):
            pipes[mine][1].send(make(number))
    except (BrokenPipeError, KeyboardInterrupt):
        pass
