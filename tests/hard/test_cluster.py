"""One of three nodes is killed while people write and search: they notice nothing, and nothing is lost."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from proving.load import describe, judge, writers_and_readers
from proving.nodes import Cluster
from proving.processes import wait_for
from proving.sites import DATABASE, ENGINE, QUESTION, Answer, Site

pytestmark = pytest.mark.hard

NODES, KILLS = 3, 10
LEAST_WRITES = 20  # for each kill
BACK = 30.0  # seconds after which every page must come from the engine again
WHOLE = 180.0  # seconds after which three nodes that are started must hold all that they should


@pytest.fixture
def cluster(may_kill: None, tmp_path: Path) -> Iterator[Cluster]:
    """Give three nodes that belong to nobody else."""
    cluster = Cluster(tmp_path / "cluster", NODES)
    try:
        cluster.start()
        wait_for(cluster.is_whole, WHOLE, "the first time that all are there")
        yield cluster
    finally:
        cluster.stop()


class Sources:
    """Counts where hits come from."""

    def __init__(self, site: Site) -> None:
        """Begin with none."""
        self.site, self.seen = site, Counter[str]()

    def ask(self) -> Answer:
        """Ask one question."""
        answer = self.site.get(QUESTION)
        if answer.status == 200:
            self.seen[json.loads(answer.text)["engine"]] += 1
        return answer


def test_a_cluster_that_loses_a_node_loses_nothing(
    nursery: Any, cluster: Cluster, rounds: Callable[[int], int], tell: Callable[[str], None], tmp_path: Path
) -> None:
    with nursery.site("sqlite", tmp_path / "site", cluster.url) as site:
        code, said = site.launcher.run("search_index", "rebuild", patience=WHOLE)
        assert code == 0, said
        site.start_web()
        site.start_worker()
        wait_for(cluster.is_whole, WHOLE, "a copy of each index on another node")
        wait_for(site.asks_engine, BACK, "the engine")
        for number in range(rounds(KILLS)):
            lose_a_node(site, cluster, number, tell)


def lose_a_node(site: Site, cluster: Cluster, number: int, tell: Callable[[str], None]) -> None:
    """Kill the node that takes the writes, or by turns the one that leads; then start it again."""
    name = cluster.find_master() if number % 2 else cluster.find_primary(f"{site.prefix}-public")
    node, sources, begun = cluster.nodes[name], Sources(site), time.monotonic()
    crowd = writers_and_readers(site, seed=number)
    crowd.add("questions", sources.ask, 10)
    with crowd:
        time.sleep(2)
        node.kill()
        back = wait_for(site.asks_engine, BACK, f"the engine without {name}")
        time.sleep(3)
    storm = time.monotonic() - begun
    well = site.wait_until_well()
    tell(
        f"all pages from the engine {back:.1f} s after {name} was killed, "
        f"{sources.seen[DATABASE]} from the database meanwhile, {sources.seen[ENGINE]} from the engine, "
        f"well {well:.0f} s after; {describe(crowd, storm)}"
    )
    judge(site, crowd, LEAST_WRITES)
    node.start()
    whole = wait_for(cluster.is_whole, WHOLE, f"the return of {name}")
    tell(f"all copies there again {whole:.0f} s after it answered")
