"""Work on a long list in one process per core."""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import chain, islice
from threading import Thread
from typing import TypeVar

import django

AHEAD = 2  # portions per core that wait or are done while the caller is busy: bounds the memory

T = TypeVar("T")
R = TypeVar("R")

_shared_pool: ContextVar[Callable[[], ProcessPoolExecutor] | None] = ContextVar("shared_pool", default=None)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of this size."""
    iterator = iter(items)
    return iter(lambda: list(islice(iterator, size)), [])


@contextmanager
def same_processes() -> Iterator[None]:
    """Work on all long lists of the block with the same processes: starting one takes a second."""
    with ExitStack() as stack:
        token = _shared_pool.set(cache(lambda: stack.enter_context(_new_pool())))
        try:
            yield
        finally:
            _shared_pool.reset(token)


def each_in_processes(work: Callable[[T], R], portions: Iterable[T], *, few: int) -> Iterator[R]:
    """Yield what `work` returns for each portion, in their order.

    At most `few` portions are done here, more in one process per core. A process sees nothing of what this
    one has in memory and in open transactions. Portions are taken as processes need them, so they may end
    early.
    """
    coming = iter(portions)
    first = list(islice(coming, few + 1))
    if len(first) <= few:
        yield from map(work, first)
        return
    coming = chain(first, coming)
    with ExitStack() as stack:
        get_pool = _shared_pool.get()
        pool = get_pool() if get_pool else stack.enter_context(_new_pool())
        most = AHEAD * (os.cpu_count() or 1)
        waiting: deque[Future[R]] = deque(pool.submit(work, portion) for portion in islice(coming, most))
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(work, portion) for portion in islice(coming, 1))
            yield done


def _new_pool() -> ProcessPoolExecutor:
    """Return a pool with a process per core, of which none has started yet."""
    return ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Load the site in a new process, and spare the garbage collector from going through what is loaded."""
    django.setup()
    gc.freeze()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is killed: otherwise it would wait for more work for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
