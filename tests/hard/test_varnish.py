"""With Varnish in front everybody gets what is hers, and nobody a page that has changed."""

import random
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from gzip import decompress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import packages
import pytest
from processes import free_port
from proving.processes import wait_for
from proving.sites import ROOT, Site

pytestmark = pytest.mark.hard

REQUESTS, WRITES, READERS, PEOPLE = 2000, 100, 4, 5
PATHS = (
    *("/", "/en/", "/privacy/", "/over/", "/leden/", "/mijn/profiel/", "/organisaties/", "/praktijkvoorbeelden/"),
    *("/praktijkvoorbeelden/asfaltonderhoud/", "/zoeken/?q=asfalt", "/zoeken/", "/kast-a/kast-a-0/", "/bestaat-niet/"),
)
STILL = ("/", "/en/", "/privacy/", "/praktijkvoorbeelden/asfaltonderhoud/")  # without hits of an index that comes after
CHANGED = ("publish", "unpublish", "theme", "organisation")  # by an editor, meanwhile
HOST = {"Host": "localhost"}  # stands in pages
FRESH = "anders=1"  # a cookie with which a page is made anew
# The first of its answers to another rule: tells which pages were kept and asked for again.
SPY = 'vcl 4.1; sub vcl_backend_response {{ set beresp.http.X-Kept = beresp.was_304; }} include "{path}";'


@dataclass
class Door:
    """Where pages are asked; counts the statuses, and the pages that were kept."""

    port: int

    def __post_init__(self) -> None:
        """Begin to count."""
        self.statuses, self.kept = Counter[int](), 0

    def get(self, path: str, **headers: str) -> str:
        """Return the text of a page, and count how it came."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers=HOST | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.statuses[answer.status] += 1
        self.kept += answer.headers.get("X-Kept") == "true"
        return (decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body).decode()


@pytest.fixture
def varnish(tmp_path: Path, nursery: Any) -> Iterator[tuple[Site, Door]]:
    """Give a site without an index, so that it searches in the database, with Varnish in front."""
    program = packages.find_varnish()
    if program is None:
        pytest.skip("no Varnish: run `make hard`")
    with nursery.site("sqlite", tmp_path / "site") as site:
        site.start_web()
        rules, spy, port = tmp_path / "rules.vcl", tmp_path / "spy.vcl", free_port()
        rules.write_text((ROOT / "deploy" / "varnish.vcl").read_text().replace('"8000"', f'"{site.port}"'))
        spy.write_text(SPY.format(path=rules))
        options = [
            "-F",
            "-j",
            "none",
            "-a",
            f"127.0.0.1:{port}",
            "-f",
            str(spy),
            "-n",
            str(tmp_path / "work"),
            "-s",
            "default,64m",
        ]
        with (
            (tmp_path / "varnish.log").open("w") as log,
            subprocess.Popen([program, *options], stdout=log, stderr=log) as process,
        ):
            try:
                door = Door(port)
                wait_for(lambda: _answers(door), what=f"Varnish; see {log.name}")
                yield site, door
            finally:
                process.terminate()


def _answers(door: Door) -> bool:
    """Tell whether somebody is there."""
    try:
        return "</html>" in door.get("/")
    except OSError:
        return False


def come_in(site: Site, token: str) -> str:
    """Return the cookie of somebody new with this name."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("POST", f"/proof/come_in/{token}/")
    cookies = connection.getresponse().headers.get_all("Set-Cookie")
    connection.close()
    return next(cookie.partition(";")[0] for cookie in cookies if cookie.startswith("sessionid="))


class Visitors:
    """Strangers and people who are logged in, all through the same door; notes who got what was not hers."""

    def __init__(self, door: Door, people: dict[str, str]) -> None:
        """Begin with nothing wrong; `people` has cookies by name."""
        self.door, self.people, self.mixed = door, people, list[str]()

    def ask(self, draw: random.Random) -> None:
        """Ask something as anybody."""
        token = draw.choice(["", "", *self.people])
        headers = {"Accept-Language": draw.choice(["nl", "en", "de;q=0.5"]), "Accept-Encoding": draw.choice(["gzip", "", "br"])}
        if token:
            headers["Cookie"] = self.people[token]
        path = draw.choice(PATHS)
        text = self.door.get(path, **headers)
        strange = [name for name in self.people if name in text and name != token]
        if strange or (token and "</header>" in text and token not in text):
            self.mixed.append(f"{token or 'a stranger'} at {path} got {strange or 'not her own page'}")


def test_nobody_gets_a_page_of_somebody_else_or_one_that_has_changed(
    varnish: tuple[Site, Door], rounds: Callable[[int], int], tell: Callable[[str], None]
) -> None:
    site, door = varnish
    people = {token: come_in(site, token) for token in (f"geheim{number}naam" for number in range(PEOPLE))}
    visitors, draw = Visitors(door, people), random.Random(5)
    draws = [random.Random(number) for number in range(READERS)]
    each = rounds(REQUESTS) // READERS
    threads = [threading.Thread(target=lambda draw=one: [visitors.ask(draw) for _ in range(each)]) for one in draws]
    for thread in threads:
        thread.start()
    old = []
    for _ in range(rounds(WRITES)):
        site.write(draw.choice(CHANGED), draw.randrange(10**9))
        path = draw.choice(STILL)
        if door.get(path) != Door(site.port).get(path, Cookie=FRESH):
            old.append(path)
    for thread in threads:
        thread.join()
    for _ in range(2):
        assert all(door.get(path) == Door(site.port).get(path, Cookie=FRESH) for path in STILL)
    tell(f"{sum(door.statuses.values())} requests {dict(door.statuses)}, {door.kept} of them of pages that were still the same")
    assert visitors.mixed == []
    assert old == []
    assert max(door.statuses) < 500
    assert door.kept
