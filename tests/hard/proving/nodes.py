"""Engines of our own, with their data in folders of their own, that can be killed and started again."""

import signal
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import answers
import engine as engines
from processes import Child, free_port

from bench import indices

PATIENCE = 180


class Node:
    """A node of Elasticsearch on a port of its own."""

    def __init__(self, var: Path, others: Mapping[str, str] = engines.ALONE) -> None:
        """Choose a port; `others` are settings that say with whom it is one cluster."""
        self.var, self.port, self.others = var, free_port(), others
        self.url = f"http://127.0.0.1:{self.port}"
        self.at_end = ExitStack()
        self.child: Child | None = None

    def start(self) -> None:
        """Start it with the data that it had, and wait until it answers."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it."""
        self.child = engines._start_here(self.var, self.port, None, self.at_end, self.others)

    def wait(self) -> None:
        """Wait until it answers."""
        engine = engines.Engine(self.url, child=self.child)
        assert engine.wait(PATIENCE), (self.var / "log" / "engine.log").read_text()[-3000:]

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        assert self.child
        assert self.child.process
        self.child.signal(signal.SIGKILL)
        self.child.process.wait()
        assert answers.wait(lambda: answers.ask(self.url) is None, PATIENCE)

    def stop(self) -> None:
        """Stop it for good."""
        self.at_end.close()


class Cluster:
    """Nodes that keep the same indices together."""

    def __init__(self, var: Path, size: int) -> None:
        """Choose ports, and let each know the others."""
        ports = [free_port() for _ in range(size)]
        names = [f"node-{number}" for number in range(size)]
        common = {
            "cluster.name": f"knooppunt-{ports[0]}",
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in ports),
            "cluster.initial_master_nodes": ",".join(names),
        }
        self.nodes = {
            name: Node(var / name, common | {"node.name": name, "transport.port": str(port)})
            for name, port in zip(names, ports, strict=True)
        }

    @property
    def url(self) -> str:
        """Return the addresses of all nodes, as a site is given them."""
        return ",".join(node.url for node in self.nodes.values())

    def start(self) -> None:
        """Start all nodes at once, for each waits for the others."""
        for node in self.nodes.values():
            node.launch()
        for node in self.nodes.values():
            node.wait()

    def stop(self) -> None:
        """Stop all nodes for good."""
        for node in self.nodes.values():
            node.stop()

    def is_whole(self) -> bool:
        """Tell whether every node is there, with every copy of every index."""
        health = self._ask("_cluster/health")
        return health["status"] == "green" and health["number_of_nodes"] == len(self.nodes)

    def find_master(self) -> str:
        """Return the name of the node that leads."""
        (row,) = self._ask("_cat/master")
        return str(row["node"])

    def find_primary(self, alias: str) -> str:
        """Return the name of the node that writes go to first."""
        return next(str(row["node"]) for row in self._ask(f"_cat/shards/{alias}") if row["prirep"] == "p")

    def _ask(self, path: str) -> Any:
        """Return what a node that is there answers."""
        return indices.ask(find_node(self.url), "GET", f"{path}?format=json")


def find_node(urls: str) -> str:
    """Return the first of several addresses where a node answers."""
    return next(url for url in urls.split(",") if answers.ask(url) is not None)
