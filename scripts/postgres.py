"""A PostgreSQL cluster for the tests alone: no password, only on this machine, gone after them."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import answers
import packages
from console import give_up
from engine import find_place
from processes import Child, free_port, give, lesser_user

PATIENCE = 30  # seconds to start
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": 50,  # the tests run in a few processes; each connection takes memory
    # The data may be lost when the machine stops, so nothing waits for the disk.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def start(var: Path) -> tuple[Child, str]:
    """Return the running server and the address of its database."""
    folder = packages.find_postgres()
    if folder is None:
        give_up("PostgreSQL is not there.")
    place = find_place(var, "postgres")
    options = lesser_user()
    _make_cluster(folder, place, options)
    port = free_port()
    flags = [flag for key, value in {**SETTINGS, "port": port}.items() for flag in ("-c", f"{key}={value}")]
    child = Child(
        "postgres",
        [str(folder / "postgres"), "-D", str(place / "data"), *flags],
        var / "log" / "postgres.log",
        cwd=str(place),
        options=options,
    )
    child.start()
    _wait(folder, port)
    address = ["--host", "127.0.0.1", "--port", str(port), "--username", "knooppunt"]
    subprocess.run([str(folder / "createdb"), *address, "knooppunt"], check=True)
    return child, f"postgresql://knooppunt@127.0.0.1:{port}/knooppunt"


def _make_cluster(folder: Path, place: Path, options: dict[str, Any]) -> None:
    """Make an empty cluster in `place`, or exit with PostgreSQL's message."""
    shutil.rmtree(place / "data", ignore_errors=True)
    give(place)
    command = [str(folder / "initdb"), "--pgdata", str(place / "data")]
    command += ["--username", "knooppunt", "--auth", "trust"]
    command += ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    made = subprocess.run(command, cwd=place, check=False, capture_output=True, text=True, **options)
    if made.returncode:
        give_up(f"PostgreSQL makes no cluster in {place}:\n{made.stderr}")


def _wait(folder: Path, port: int) -> None:
    """Wait until the server accepts connections."""
    command = [str(folder / "pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    if not answers.wait(lambda: subprocess.run(command, check=False).returncode == 0, PATIENCE):
        give_up("PostgreSQL does not start; its log says why.")
