"""What the long proofs share: sites to break, and figures at the end."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))


@pytest.fixture(scope="session")
def nursery(request: pytest.FixtureRequest, shared: Path) -> Any:
    """Return what makes sites; those that run proofs at the same time share what is prepared."""
    from proving.sites import Nursery

    engine = os.environ.get("ELASTICSEARCH_URL", "")
    if not engine:
        pytest.skip("no engine: set ELASTICSEARCH_URL, or run `make hard`")
    return Nursery(shared, request.config.getoption("--postgres"), engine)


@pytest.fixture(scope="session")
def may_kill() -> None:
    """Leave out what kills engines where none can be started that belongs to nobody else."""
    import download
    import packages

    if download.find_home() is None or packages.find_java() is None:
        pytest.skip("no engine on this machine that may be killed: run `make hard`")


@pytest.fixture(scope="session")
def node(may_kill: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return an engine that belongs to nobody else, to be killed."""
    from proving.nodes import Node

    node = Node(tmp_path_factory.mktemp("node"))
    node.start()
    yield node
    node.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Return each kind of database that the site runs on."""
    if request.param == "postgresql" and not request.config.getoption("--postgres"):
        pytest.skip("no PostgreSQL: give --postgres, or run `make hard`")
    return str(request.param)
