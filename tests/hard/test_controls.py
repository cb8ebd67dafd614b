"""The same is done to a stock Wagtail site with Wagtail's own Elasticsearch backend: it must fail, or nothing was proven."""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from proving.load import SERVER_ERROR, Crowd
from proving.processes import kill, wait_for
from proving.proxy import FINE, MODES, Proxy
from proving.sites import Site
from proving.stock import serve_stock

pytestmark = [pytest.mark.hard, pytest.mark.xdist_group("node")]

MOST_KILLS, AT_ONCE, CRASHES = 300, 10, 5
LONG = 3.0  # seconds that a fault lasts
MOST_SECONDS = 2.0
SEARCH = "/search/?query=nummer"


@pytest.fixture(scope="module")
def behind_proxy(node: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Proxy]]:
    """Give a stock site with a proxy between it and an engine that may be killed."""
    proxy = Proxy(node.url)
    with serve_stock(tmp_path_factory.mktemp("stock"), proxy.url) as site:
        yield site, proxy
    proxy.close()


@pytest.fixture
def stock(behind_proxy: tuple[Site, Proxy]) -> Iterator[tuple[Site, Proxy]]:
    """Give that site with an index that equals its database."""
    site, proxy = behind_proxy
    code, said = site.launcher.run("update_index")
    assert code == 0, said
    assert site.audit() == ""
    yield site, proxy
    proxy.turn(FINE)


def edited(site: Site, per_second: float) -> Crowd:
    """Return people who write all the while."""
    crowd, seeds = Crowd(), itertools.count()
    for _ in range(4):
        crowd.add("writes", lambda: site.write("any", next(seeds)), per_second / 4)
    return crowd


def test_a_stock_site_loses_documents_by_killing(stock: Any, tell: Callable[[str], None]) -> None:
    site, _ = stock
    kills, lost = 0, []
    while not lost and kills < MOST_KILLS:
        with edited(site, 20) as crowd:
            update = site.launcher.start("update_index")
            kills += sum(kill_one(site) for _ in range(AT_ONCE))
            wait_for(lambda update=update: not update.is_running)
        lost = site.audit().splitlines()
    tell(f"{len(lost)} differences after {kills} kills and an update_index; writes {dict(crowd.statuses['writes'])}")
    assert lost


def kill_one(site: Site) -> bool:
    """Kill a process that answers, after a while."""
    time.sleep(0.3)
    wait_for(lambda: site.web.children, what="a process to kill")
    return kill(site.web.children[0])


def test_a_stock_site_loses_documents_when_its_engine_crashes(
    stock: Any, node: Any, rounds: Callable[[int], int], tell: Callable[[str], None]
) -> None:
    site, _ = stock
    with edited(site, 10) as crowd:
        for _ in range(rounds(CRASHES)):
            time.sleep(1)
            node.kill()
            time.sleep(1)
            node.start()
    lost = site.audit().splitlines()
    tell(f"{len(lost)} differences after {rounds(CRASHES)} crashes; writes {dict(crowd.statuses['writes'])}")
    assert lost


def test_a_stock_site_fails_with_its_engine(stock: Any, rounds: Callable[[int], int], tell: Callable[[str], None]) -> None:
    site, proxy = stock
    modes = MODES[-rounds(len(MODES)) :]
    failed = []
    with edited(site, 5):
        for mode in modes:
            proxy.turn(mode)
            begun = time.monotonic()
            answers = [site.get(SEARCH) for _ in range(2)]
            time.sleep(max(0.0, LONG - (time.monotonic() - begun)))
            if any(answer.status >= SERVER_ERROR or answer.seconds > MOST_SECONDS for answer in answers):
                failed.append(mode)
        proxy.turn(FINE)
    lost = site.audit().splitlines()
    tell(f"no page in time for {len(failed)} of {len(modes)} faults ({', '.join(failed)}); {len(lost)} differences afterwards")
    assert failed == list(modes)
    assert lost
