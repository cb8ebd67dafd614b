"""With Varnish in front everybody gets what is hers, and nobody a page that has changed."""

import random
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from gzip import decompress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import packages
import pytest
from processes import free_port
from proving.load import OK, SERVER_ERROR
from proving.processes import wait_for
from proving.sites import ROOT, Site

pytestmark = pytest.mark.process

REQUESTS, WRITES, READERS, PEOPLE = 2000, 100, 4, 5
OF_CONTROL = 100  # requests
PATHS = (
    *(
        "/",
        "/en/",
        "/privacy/",
        "/over/",
        "/leden/",
        "/mijn/profiel/",
        "/organisaties/",
        "/praktijkvoorbeelden/",
    ),
    *(
        "/praktijkvoorbeelden/asfaltonderhoud/",
        "/zoeken/?q=asfalt",
        "/zoeken/",
        "/kast-a/kast-a-0/",
        "/bestaat-niet/",
    ),
)
# Without hits, as the index follows a change later.
STILL = ("/", "/en/", "/privacy/", "/praktijkvoorbeelden/asfaltonderhoud/")
CHANGED = ("publish", "unpublish", "rename_theme", "rename_organisation")  # by an editor, meanwhile
HOST = {"Host": "localhost"}  # stands in pages
SLOW, QUICK, TIMES = "/slow/", "/", 300  # pages of a site that changes with each question
SOON = 60.0  # seconds in which a question goes through Varnish, also on a slow machine
NOT_HERS = "not her own page"
FRESH = "anders=1"  # a cookie with which a page is made anew
# What comes before our rules; the first of its answers to another rule.
# It marks the pages that were cached and revalidated.
SPY = "sub vcl_backend_response { set beresp.http.X-Kept = beresp.was_304; }"
CARELESS = """
sub vcl_recv { return (hash); }
sub vcl_hit { return (deliver); }
sub vcl_backend_response { unset beresp.http.Vary; set beresp.ttl = 1m; return (deliver); }
"""  # keeps any page for everybody: who has a cookie does not pass, and what a page depends on is forgotten


class Door:
    """Where pages are asked; notes the status of each, and whether it was kept."""

    def __init__(self, port: int) -> None:
        """Begin without pages."""
        self.port, self.answers = port, list[tuple[int, bool]]()

    def get(self, path: str, **headers: str) -> str:
        """Return the text of a page, and note how it came."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(
            "GET", path, headers=HOST | {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        self.answers.append((answer.status, answer.headers.get("X-Kept") == "true"))
        return (decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body).decode()


@pytest.fixture(scope="module")
def program() -> str:
    """Return the path of Varnish."""
    return packages.find_varnish() or pytest.skip("no Varnish: run `make hard`")


@pytest.fixture(scope="module")
def site(program: str, nursery: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site without an index, so that it searches in the database."""
    with nursery.site("sqlite", tmp_path_factory.mktemp("varnish") / "site") as site:
        site.start_web()
        yield site


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, str]:
    """Return the cookies of people by their names, which nobody else has."""
    return {token: come_in(site, token) for token in (f"geheim{number}naam" for number in range(PEOPLE))}


def come_in(site: Site, token: str) -> str:
    """Return the cookie of somebody new with this name."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("POST", f"/proof/come_in/{token}/")
    cookies = connection.getresponse().headers.get_all("Set-Cookie")
    connection.close()
    return next(cookie.partition(";")[0] for cookie in cookies if cookie.startswith("sessionid="))


@contextmanager
def open_door(program: str, port: int, var: Path, before: str) -> Iterator[Door]:
    """Put Varnish in front of what answers at a port, with our rules and others before them."""
    ours, rules, door = var / "ours.vcl", var / "rules.vcl", Door(free_port())
    ours.write_text((ROOT / "deploy" / "varnish.vcl").read_text().replace('"8000"', f'"{port}"'))
    rules.write_text(f'vcl 4.1; {before} include "{ours}";')
    where = ["-a", f"127.0.0.1:{door.port}", "-f", str(rules), "-n", str(var / "work")]
    with (
        (var / "varnish.log").open("w") as log,
        subprocess.Popen(
            [program, "-F", "-j", "none", "-s", "default,64m", *where], stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_for(lambda: _answers(door), what=f"Varnish; see {log.name}")
            yield door
        finally:
            process.terminate()


def _answers(door: Door) -> bool:
    """Tell whether somebody is there."""
    try:
        return "</html>" in door.get("/")
    except OSError:
        return False


class Visitors:
    """Visitors and members through the same Varnish; notes who asked, and who got somebody else's page."""

    def __init__(self, door: Door, people: dict[str, str]) -> None:
        """Begin with nothing wrong; `people` has cookies by name."""
        self.door, self.people = door, people
        self.asked, self.mixed = list[str](), list[str]()

    def ask(self, draw: random.Random) -> None:
        """Ask something as anybody."""
        token = draw.choice(["", "", *self.people])
        headers = {
            "Accept-Language": draw.choice(["nl", "en", "de;q=0.5"]),
            "Accept-Encoding": draw.choice(["gzip", "", "br"]),
        }
        if token:
            headers["Cookie"] = self.people[token]
        path = draw.choice(PATHS)
        text = self.door.get(path, **headers)
        strange = [name for name in self.people if name in text and name != token]
        if strange or (token and "</header>" in text and token not in text):
            self.mixed.append(f"{token or 'a stranger'} at {path} got {strange or NOT_HERS}")
        self.asked.append(token)

    def ask_often(self, seed: int, times: int) -> None:
        """Ask so many things one after the other."""
        draw = random.Random(seed)
        for _ in range(times):
            self.ask(draw)


@pytest.mark.hard
def test_nobody_gets_a_page_of_somebody_else_or_one_that_has_changed(
    program: str,
    site: Site,
    people: Any,
    tmp_path: Path,
    rounds: Callable[[int], int],
    tell: Callable[[str], None],
) -> None:
    each = rounds(REQUESTS) // READERS
    with open_door(program, site.port, tmp_path, SPY) as door:
        visitors = Visitors(door, people)
        with ThreadPoolExecutor(READERS) as pool:
            readers = [pool.submit(visitors.ask_often, number, each) for number in range(READERS)]
            written, old = change_and_look(site, door, rounds(WRITES))
        for reader in readers:
            reader.result()  # raises what went wrong there
        for _ in range(2):
            assert all(door.get(path) == get_fresh(site, path) for path in STILL)
    statuses, kept = (
        Counter(status for status, _ in door.answers),
        sum(is_kept for _, is_kept in door.answers),
    )
    tell(
        f"{len(visitors.asked)} requests of visitors; all answers {dict(statuses)}, "
        f"{kept} of them of pages still the same"
    )
    tell(f"writes meanwhile {dict(written)}")
    assert len(visitors.asked) == each * READERS
    assert set(visitors.asked) == {"", *people}
    assert visitors.mixed == []
    assert written[OK] > written.total() / 2
    assert max(written) < SERVER_ERROR
    assert old == []
    assert max(statuses) < SERVER_ERROR
    assert kept


def change_and_look(site: Site, door: Door, times: int) -> tuple[Counter[int], list[str]]:
    """Write, and check at once whether a page is outdated; return the statuses and the outdated pages."""
    draw, written, old = random.Random(5), Counter[int](), []
    for _ in range(times):
        written[site.write(draw.choice(CHANGED), draw.randrange(10**9)).status] += 1
        path = draw.choice(STILL)
        if door.get(path) != get_fresh(site, path):
            old.append(path)
    return written, old


def get_fresh(site: Site, path: str) -> str:
    """Return a page as the site makes it now."""
    return Door(site.port).get(path, Cookie=FRESH)


@pytest.mark.hard
def test_a_page_of_somebody_else_would_be_seen(
    program: str, site: Site, people: Any, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """The control: rules that keep pages of people as well."""
    with open_door(program, site.port, tmp_path, CARELESS) as door:
        visitors = Visitors(door, people)
        visitors.ask_often(seed=6, times=OF_CONTROL)
    got = [line.partition(" got ")[2] for line in visitors.mixed]
    tell(
        f"where Varnish keeps any page for everybody: {len(got)} of {OF_CONTROL} pages were of somebody else"
    )
    assert NOT_HERS in got
    assert set(got) > {NOT_HERS}  # some had a name


class SlowSite(BaseHTTPRequestHandler):
    """A site of one page, which takes as long as somebody wants after it was read."""

    numbers = count()
    made = threading.Semaphore(0)  # counts the pages that are being made
    may_go = threading.Event()  # lets them be sent

    def do_GET(self) -> None:
        """Send what the page was when it was asked: it changes each time."""
        body = f"<p>{next(self.numbers)}</p></html>".encode()
        if self.path == SLOW:
            self.made.release()
            self.may_go.wait()
        self.send_response(OK)
        headers = {
            "ETag": f'"{hash(body)}"',
            "Cache-Control": "no-cache",
            "Content-Type": "text/html",
            "Content-Length": len(body),
        }
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def slow_port() -> Iterator[int]:
    """Give the port of a site that is slow."""
    SlowSite.may_go.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), SlowSite) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        SlowSite.may_go.set()
        server.shutdown()


def test_nobody_gets_the_page_that_was_being_made_when_she_asked(
    program: str, slow_port: int, tmp_path: Path
) -> None:
    """Varnish would let her wait for it."""
    with ThreadPoolExecutor() as pool, open_door(program, slow_port, tmp_path, SPY) as door:
        pages = [pool.submit(door.get, SLOW) for _ in range(PEOPLE)]
        are_made = [SlowSite.made.acquire(timeout=SOON) for _ in pages]
        SlowSite.may_go.set()
        assert len({page.result() for page in pages}) == PEOPLE
    assert all(are_made)


def test_nobody_gets_the_page_of_a_moment_ago(program: str, slow_port: int, tmp_path: Path) -> None:
    """It must be kept for some time, or it is not asked for with its validator."""
    with open_door(program, slow_port, tmp_path, SPY) as door:
        assert len({door.get(QUICK) for _ in range(TIMES)}) == TIMES
