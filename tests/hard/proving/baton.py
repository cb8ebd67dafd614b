"""Let several threads take turns, step by step, in random order: the same seed gives the same order."""

import random
import threading
from collections.abc import Callable

from django.db import connections


class Killed(BaseException):
    """What ends a worker amid its work; no `except Exception` stops it."""


class Baton:
    """Whoever holds it goes on, up to the next step; then it is drawn who is next."""

    def __init__(self, seed: int) -> None:
        """Begin with nobody."""
        self.draw = random.Random(seed)
        self.steps = 0
        self.turns: dict[int, threading.Semaphore] = {}
        self.back = threading.Semaphore(0)
        self.errors: list[BaseException] = []
        self.connection = connections["default"]

    def run(self, jobs: list[Callable[[], None]]) -> None:
        """Do all jobs to their ends; raises what one of them raised."""
        self.connection.inc_thread_sharing()  # one at a time uses it
        threads = [threading.Thread(target=self._work, args=(job,), daemon=True) for job in jobs]
        try:
            for thread in threads:
                thread.start()
                self.back.acquire()
            while self.turns and not self.errors:  # the others may wait for the one that failed
                self.steps += 1
                self.turns[self.draw.choice(list(self.turns))].release()
                self.back.acquire()
        finally:
            self.connection.dec_thread_sharing()
        if self.errors:
            raise self.errors[0]
        for thread in threads:
            thread.join()

    def step(self) -> None:
        """Hand over, and go on when drawn again; nothing for who is none of the threads."""
        turn = self.turns.get(threading.get_ident())
        if turn:
            self.back.release()
            turn.acquire()

    def _work(self, job: Callable[[], None]) -> None:
        """Do a job when it is drawn for the first time."""
        connections["default"] = self.connection
        self.turns[threading.get_ident()] = threading.Semaphore(0)
        self.step()
        try:
            job()
        except BaseException as error:  # noqa: BLE001  the thread that began this raises it
            self.errors.append(error)
        del self.turns[threading.get_ident()]
        self.back.release()
