"""Let every core work on a long list."""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import islice
from threading import Thread
from typing import TypeVar

import django

AHEAD = 2  # portions per core that are waiting or done while the caller is busy

T = TypeVar("T")
R = TypeVar("R")

_kept_pool: ContextVar[Callable[[], ProcessPoolExecutor] | None] = ContextVar("kept_pool", default=None)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of this size."""
    iterator = iter(items)
    return iter(lambda: list(islice(iterator, size)), [])


@contextmanager
def same_processes() -> Iterator[None]:
    """Work on all long lists of the block with the same processes: to begin one takes a second."""
    with ExitStack() as stack:
        token = _kept_pool.set(cache(lambda: stack.enter_context(_new_pool())))
        try:
            yield
        finally:
            _kept_pool.reset(token)


def each_in_processes(work: Callable[[T], R], portions: Iterable[T], *, few: int) -> Iterator[R]:
    """Yield what `work` makes of each portion, in their order: here when they are few, else in one process per core.

    A process begins without what this one has in memory and in open transactions.
    """
    portions = list(portions)
    if len(portions) <= few:
        yield from map(work, portions)
        return
    coming = iter(portions)
    with ExitStack() as stack:
        kept = _kept_pool.get()
        pool = kept() if kept else stack.enter_context(_new_pool())
        most = AHEAD * (os.cpu_count() or 1)
        waiting: deque[Future[R]] = deque(pool.submit(work, portion) for portion in islice(coming, most))
        while waiting:
            done = waiting.popleft().result()
            waiting.extend(pool.submit(work, portion) for portion in islice(coming, 1))
            yield done


def _new_pool() -> ProcessPoolExecutor:
    """Return a process per core, of which none has begun yet."""
    return ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Load the site in a new process; what is loaded stays, so it need not be looked through for what may be thrown away."""
    django.setup()
    gc.freeze()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when whoever asked for the work is killed: a pool would wait for more work for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
