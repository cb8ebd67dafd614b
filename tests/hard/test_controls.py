"""A stock Wagtail site with Wagtail's own Elasticsearch backend must fail the same, or they prove nothing."""

import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from proving.hostile import BY_HAND
from proving.load import OK, SERVER_ERROR, Crowd
from proving.processes import kill, wait_for
from proving.proxy import FINE, MODES, Proxy
from proving.sites import Site
from proving.stock import serve_stock

from bench import indices

pytestmark = pytest.mark.hard

MOST_KILLS, AT_ONCE, MOST_CRASHES, MOST_REBUILDS, PLANTED = 300, 10, 20, 20, 10
LONG = 3.0  # seconds that a fault lasts
MOST_SECONDS = 2.0
SEARCH = "/search/?query=nummer"
IN_A_REQUEST = re.compile(r"[!-~]+")  # characters that the library sends
TOO_LONG = 414  # gunicorn's status for a longer request line than the next
MOST_IN_LINE = 4094  # characters with method, path and version


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
    crowd, seeds = Crowd(web_dies=True), itertools.count()
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
    writes = dict(crowd.statuses["writes"])
    tell(f"{len(lost)} differences after {kills} kills and an update_index; writes {writes}")
    assert lost


def test_a_stock_site_loses_edits_by_a_rebuild_alone(stock: Any, tell: Callable[[str], None]) -> None:
    site, _ = stock
    rebuilds, lost = 0, []
    while not lost and rebuilds < MOST_REBUILDS:
        with edited(site, 20) as crowd:
            assert site.launcher.run("update_index")[0] == 0
        rebuilds += 1
        lost = site.audit().splitlines()
    tell(f"{len(lost)} differences after {rebuilds} update_index; writes {dict(crowd.statuses['writes'])}")
    assert lost


def test_a_stock_site_has_nothing_that_finds_a_fault(stock: Any, tell: Callable[[str], None]) -> None:
    """It can be mended by building all anew; nothing says that this is needed, or was."""
    site, _ = stock
    before = site.launcher.run("update_index")
    indices.ask(
        site.engine,
        "POST",
        f"{site.prefix}-wagtailcore_page/_delete_by_query?q=_django_content_type:cases.CasePage&max_docs={PLANTED}&refresh=true",
    )
    planted = site.audit().splitlines()
    assert len(planted) == PLANTED
    assert site.launcher.run("update_index") == before
    assert site.audit() == ""
    tell(
        f"{len(planted)} documents taken out: "
        "update_index says what it says without a fault, and builds all anew"
    )


def kill_one(site: Site) -> bool:
    """Kill a process that answers, after a while."""
    time.sleep(0.3)
    wait_for(lambda: site.web.children, what="a process to kill")
    return kill(site.web.children[0])


def test_a_stock_site_loses_documents_when_its_engine_crashes(
    stock: Any, node: Any, tell: Callable[[str], None]
) -> None:
    site, _ = stock
    crashes, lost = 0, []
    while not lost and crashes < MOST_CRASHES:
        with edited(site, 10) as crowd:
            time.sleep(1)
            node.kill()
            time.sleep(1)
            node.start()
        crashes += 1
        lost = site.audit().splitlines()
    tell(f"{len(lost)} differences after {crashes} crashes; writes {dict(crowd.statuses['writes'])}")
    assert lost


def test_a_stock_site_fails_with_its_engine(
    stock: Any, rounds: Callable[[int], int], tell: Callable[[str], None]
) -> None:
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
    tell(
        f"no page in time for {len(failed)} of {len(modes)} faults ({', '.join(failed)}); "
        f"{len(lost)} differences afterwards"
    )
    assert failed == list(modes)
    assert lost


def test_a_stock_site_answers_hostile_questions_too(
    stock: Any, rounds: Callable[[int], int], tell: Callable[[str], None]
) -> None:
    """Here a stock site does not fail: it is no merit of ours that it answers them too."""
    site, _ = stock
    lines = [
        f"/search/?{line.replace('q=', 'query=', 1)}" for line in BY_HAND if IN_A_REQUEST.fullmatch(line)
    ]
    answers = [site.get(line) for line in lines[: rounds(len(lines))]]
    statuses = Counter(answer.status for answer in answers)
    slowest = max(answer.seconds for answer in answers)
    tell(f"{dict(statuses)} for hostile questions by hand, slowest {slowest:.1f} s")
    wanted = [TOO_LONG if len(f"GET {line} HTTP/1.1") > MOST_IN_LINE else OK for line in lines]
    assert [answer.status for answer in answers] == wanted[: len(answers)]
