"""The engine is killed and indices are rebuilt while people write: nothing differs afterwards."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from proving.load import describe, judge, writers_and_readers

pytestmark = pytest.mark.hard

CRASHES, REBUILDS, LEAST_WRITES = 20, 10, 5  # writes for each


def test_an_engine_that_crashes_loses_nothing(
    nursery: Any, node: Any, rounds: Callable[[int], int], tell: Callable[[str], None], tmp_path: Path
) -> None:
    draw, figures = random.Random(3), []
    with nursery.site("sqlite", tmp_path / "site", node.url) as site:
        assert site.launcher.run("search_index", "rebuild")[0] == 0
        site.start_web()
        site.start_worker()
        begun = time.monotonic()
        with writers_and_readers(site, seed=4, writes=10) as crowd:
            for _ in range(rounds(CRASHES)):
                time.sleep(draw.uniform(1, 4))
                node.kill()
                time.sleep(draw.uniform(0, 3))
                node.start()
            storm = time.monotonic() - begun
        figures.append(site.wait_until_well())
        tell(
            f"{rounds(CRASHES)} crashes in {storm:.0f} s, "
            f"well {figures[-1]:.0f} s after; {describe(crowd, storm)}"
        )
        judge(site, crowd, rounds(CRASHES) * LEAST_WRITES)


def test_rebuilds_under_edits_lose_nothing(
    database: str, nursery: Any, rounds: Callable[[int], int], tell: Callable[[str], None], tmp_path: Path
) -> None:
    with nursery.site(database, tmp_path / "site") as site:
        assert site.launcher.run("search_index", "rebuild")[0] == 0
        site.start_web()
        site.start_worker()
        begun = time.monotonic()
        with writers_and_readers(site, seed=5) as crowd:
            for _ in range(rounds(REBUILDS)):
                code, said = site.launcher.run("search_index", "rebuild")
                assert code == 0, said
            storm = time.monotonic() - begun
        well = site.wait_until_well()
        tell(
            f"{rounds(REBUILDS)} rebuilds in {storm:.0f} s, well {well:.0f} s after; {describe(crowd, storm)}"
        )
        judge(site, crowd, rounds(REBUILDS) * LEAST_WRITES)
