"""The engine fails in eight ways behind a real proxy: pages come in time and say so, and search recovers."""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from proving.load import Crowd, judge
from proving.processes import wait_for
from proving.proxy import FINE, MODES, Proxy
from proving.sites import DATABASE, QUESTION, Site
from proving.stalls import Stalls

pytestmark = pytest.mark.hard

LONG = (
    6.0  # seconds that a fault lasts; after five failures a process leaves the engine alone for five seconds
)
MOST_SECONDS = 2.0
LEAST_WRITES = 10
BACK = 30.0
NOTICE = "Zoeken werkt nu eenvoudiger dan anders"
PAGES = ("/zoeken/?q=asfalt", "/praktijkvoorbeelden/?q=asfalt", QUESTION, "/api/v1/suggest?q=asf")


def test_every_fault_of_the_engine(
    database: str, nursery: Any, rounds: Callable[[int], int], tell: Callable[[str], None], tmp_path: Path
) -> None:
    modes = MODES if database == "sqlite" else MODES[::-1]
    with serve_behind_proxy(nursery, database, tmp_path / "site") as (site, proxy):
        for mode in modes[: rounds(len(MODES))]:
            with edited(site) as crowd, Stalls() as stalls:
                proxy.turn(mode)
                asked, slowest = ask_during_fault(site, stalls)
                proxy.turn(FINE)
                back = wait_for(site.asks_engine, BACK, f"the engine after {mode}")
            well = site.wait_until_well()
            tell(
                f"{mode}: {asked} pages, slowest {slowest:.2f} s, "
                f"engine back in {back:.0f} s, well {well:.0f} s later"
            )
            judge(site, crowd, LEAST_WRITES)


@contextmanager
def serve_behind_proxy(nursery: Any, database: str, var: Path) -> Iterator[tuple[Site, Proxy]]:
    """Give a site with an index, and the proxy between it and its engine."""
    proxy = Proxy(nursery.engine)
    with nursery.site(database, var, proxy.url) as site:
        assert site.launcher.run("search_index", "rebuild")[0] == 0
        site.start_web()
        site.start_worker()
        try:
            wait_for(site.asks_engine, BACK, "the engine")
            yield site, proxy
        finally:
            proxy.turn(FINE)
    proxy.close()


def edited(site: Site) -> Crowd:
    """Return people who write all the while."""
    crowd, seeds = Crowd(), itertools.count()
    crowd.add("writes", lambda: site.write("any_of_these", next(seeds)), 5)
    return crowd


def ask_during_fault(site: Site, stalls: Stalls) -> tuple[int, float]:
    """Ask pages as long as the fault lasts; return how many, and how long the slowest took."""
    end, asked, slowest = time.monotonic() + LONG, 0, 0.0
    while time.monotonic() < end:
        for path in PAGES:
            answer = site.get(path)
            assert answer.status == 200, f"{path}: {answer}"
            assert answer.seconds - stalls.during(answer.seconds) < MOST_SECONDS, path
            assert path != QUESTION or json.loads(answer.text)["engine"] == DATABASE
            assert not path.startswith("/zoeken") or NOTICE in answer.text
            asked, slowest = asked + 1, max(slowest, answer.seconds)
    return asked, slowest
