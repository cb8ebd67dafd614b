"""Web, worker and rebuild are killed often while people write: a minute later the index has everything."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proving.load import Crowd, describe, judge, writers_and_readers
from proving.processes import Process, kill
from proving.sites import Site

pytestmark = pytest.mark.hard

KILLS, MORE = 300, 3  # times as many kills at most, until there were as many writes as there should be kills
WORKERS = 2
LONGEST_REBUILD = 4.0  # seconds after which a rebuild is killed at the latest
WEIGHTS = {"web": 5, "all of web": 1, "worker": 6, "rebuild": 4}


class Killer:
    """Kills processes of a site, and starts them again."""

    def __init__(self, site: Site, seed: int) -> None:
        """Begin with nobody killed."""
        self.site, self.draw = site, random.Random(seed)
        self.done: Counter[str] = Counter()

    def kill_one(self) -> None:
        """Kill something that is there."""
        (what,) = self.draw.choices(list(WEIGHTS), list(WEIGHTS.values()))
        if getattr(self, f"_kill_{what.replace(' ', '_')}")():
            self.done[what] += 1

    def _kill_web(self) -> bool:
        """Kill one of the processes that answer; the one above them starts another."""
        assert self.site.web
        children = self.site.web.children
        return bool(children) and kill(self.draw.choice(children))

    def _kill_all_of_web(self) -> bool:
        """Kill the process above them, and start it again when they noticed."""
        web = self.site.web
        assert web
        children = [Process(pid, web.log) for pid in web.children]
        was_there = web.kill()
        for child in children:
            child.kill()
        self.site.start_web()
        return was_there

    def _kill_worker(self) -> bool:
        """Kill a worker, most often amid a task."""
        worker = self.site.workers.pop(self.draw.randrange(len(self.site.workers)))
        self.site.start_worker()
        return worker.kill()

    def _kill_rebuild(self) -> bool:
        """Kill a rebuild at any point of its way; it does not count when it was ready by then."""
        rebuild = self.site.launcher.start("search_index", "rebuild")
        time.sleep(self.draw.uniform(0.1, LONGEST_REBUILD))
        return rebuild.kill()


def test_nothing_is_lost_by_killing(
    database: str, nursery: Any, rounds: Callable[[int], int], tell: Callable[[str], None], tmp_path: Path
) -> None:
    with nursery.site(database, tmp_path / "site") as site:
        site.start_web()
        assert site.launcher.run("search_index", "rebuild")[0] == 0
        for _ in range(WORKERS):
            site.start_worker()
        killer = Killer(site, seed=1)
        begun = time.monotonic()
        with writers_and_readers(site, seed=2, web_dies=True) as crowd:
            while killer.done.total() < rounds(KILLS) or is_short(crowd, killer, rounds(KILLS)):
                time.sleep(killer.draw.uniform(0.2, 0.8))
                killer.kill_one()
        storm = time.monotonic() - begun
        recovery = site.wait_until_well()
        tell(
            f"{dict(killer.done)} killed in {storm:.0f} s, "
            f"well after {recovery:.0f} s; {describe(crowd, storm)}"
        )
        judge(site, crowd, rounds(KILLS))


def is_short(crowd: Crowd, killer: Killer, kills: int) -> bool:
    """Tell whether people wrote too little for the kills to prove anything, and going on may still help.

    That happens on a busy machine.
    """
    return crowd.writes < kills and killer.done.total() < MORE * kills
