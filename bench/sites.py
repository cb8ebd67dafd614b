"""The sites that are compared: ours and stock ones, with the same documents and settings for production."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from bench.databases import create_database, drop_database, kind_of
from bench.indices import delete_indices

ROOT = Path(__file__).resolve().parents[1]
STOCK_FILES = ROOT / "bench" / "stock_site"
PREFIX = "bench"
SHOWN_OF_LOG = 3000  # characters at the end, when a command fails
PASSED_ON = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}  # variables of the caller that sites get
CASE, CACHED = "case page", "case page, cached"
RESULTS, NEW = "results page", "results page, new question"


@dataclass
class Site:
    """A site that can be served; `rows` has the path of each kind of page, `{}` for slug or question."""

    name: str
    folder: Path  # where its manage.py is
    var: Path
    env: dict[str, str]
    wsgi: str
    rows: dict[str, str]
    cookie: str = "bench=1"  # who has one gets no cached page

    @property
    def is_in_database(self) -> bool:
        """Tell whether it searches in its database."""
        return self.env.get("SEARCH_IN_DATABASE") == "1"

    def manage(self, *command: str) -> tuple[float, float]:
        """Run a management command, and return how many seconds it took by the clock and of the processor."""
        return self.run("manage.py", *command)

    def run(self, *program: str) -> tuple[float, float]:
        """Run a program; raises SystemExit, with the end of its log, when it fails."""
        log, command = self.var / "prepare.log", [sys.executable, "-P", *program]
        before, begun = _processor_seconds(), time.monotonic()
        with log.open("a", encoding="utf-8") as out:
            done = subprocess.run(command, cwd=self.folder, env=self.env, stdout=out, stderr=out, check=False)
        if done.returncode:
            end = log.read_text(encoding="utf-8")[-SHOWN_OF_LOG:]
            raise SystemExit(f"{self.name}: `{' '.join(program)}` failed.\n{end}")
        return time.monotonic() - begun, _processor_seconds() - before

    def probe(self, *arguments: str, program: str = "probe.py") -> str:
        """Return what a program of the benchmarks prints that runs with the settings of the site."""
        command = [sys.executable, "-P", str(ROOT / "bench" / program), *arguments]
        env = self.env | {"BENCH_COOKIE": self.cookie}
        return subprocess.run(
            command, cwd=self.var, env=env, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def _processor_seconds() -> float:
    """Return user and system time so far of the processes that this one ran."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _environment(name: str, var: Path, settings: str, engine: str, database: str) -> dict[str, str]:
    """Return the environment of a site, which has none of the settings of the caller."""
    passed_on = {key: value for key, value in os.environ.items() if key in PASSED_ON}
    return passed_on | {
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": database,
        "ELASTICSEARCH_URL": engine,
        "SEARCH_INDEX_PREFIX": f"{PREFIX}-{name}",
        "VAR_DIR": str(var),
    }


def _empty_folder(path: Path) -> Path:
    """Return a folder with nothing in it."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def build_ours(var: Path, engine: str, server: str, cases: Path) -> Site:
    """Return Knooppunt with the cases, their vectors and an index."""
    case = "/praktijkvoorbeelden/{}/"
    rows = {CASE: case, CACHED: case, RESULTS: "/zoeken/?q={}", NEW: "/zoeken/?q={}"}
    site = _lay_out("ours", var, engine, server, rows)
    site.run(str(ROOT / "bench" / "fill.py"), str(cases))
    return _make_ready(site)


def build_with_members(var: Path, engine: str, members: int) -> Site:
    """Return Knooppunt with its demonstration and so many members, on SQLite."""
    site = _lay_out(f"members-{members}", var, engine, "", {})
    site.run(str(ROOT / "bench" / "people.py"), str(members))
    return _make_ready(site)


def _lay_out(name: str, var: Path, engine: str, server: str, rows: dict[str, str]) -> Site:
    """Return Knooppunt with nothing in it but what its first start brings."""
    folder = _empty_folder(var / name)
    database = create_database(server, f"bench_{name}", folder)
    own = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "LOAD_DEMO": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": "https://bench.knooppunt.example",
        "EMAIL_URL": "dummymail://",
        "SECURE_SSL_REDIRECT": "0",  # a proxy would do that
    }
    env = _environment(name, folder, "config.settings.production", engine, database) | own
    site = Site(name, ROOT, folder, env, "config.wsgi", rows)
    site.manage("prepare")
    return site


def _make_ready(site: Site) -> Site:
    """Return a site once it can be searched and served."""
    site.manage("search_index", "rebuild")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    return site


def build_stock(var: Path, engine: str, server: str, cases: Path, *, in_database: bool = False) -> Site:
    """Return a site as `wagtail start` makes it, with one page type for the cases.

    It searches with Wagtail's own backend: Elasticsearch 8, or the full-text search of the database.
    """
    name = f"stock {kind_of(server)}" if in_database else "stock"
    folder = _empty_folder(var / name.replace(" ", "-").lower())
    start_stock(folder)
    shutil.copy(STOCK_FILES / "local.py", folder / "stock" / "settings")
    database = create_database(server, "bench_stock", folder)
    env = _environment("stock", folder, "stock.settings.production", engine, database)
    env |= {"PYTHONPATH": str(folder), "SEARCH_IN_DATABASE": str(int(in_database))}
    rows = {CASE: "/praktijkvoorbeelden/{}/", RESULTS: "/search/?query={}"}
    if not in_database:
        rows[NEW] = "/search/?query={}"
    site = Site(name, folder, folder, env, "stock.wsgi", rows)
    site.manage("makemigrations", "cases")
    site.manage("migrate", "--verbosity", "0")
    site.manage("load_cases", str(cases))
    site.manage("update_index")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    return site


def start_stock(folder: Path) -> None:
    """Make the code of a stock site with a page type for cases in an empty folder."""
    wagtail = Path(sys.executable).parent / "wagtail"
    subprocess.run([wagtail, "start", "stock", folder], check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(STOCK_FILES / "cases", folder / "cases")
    shutil.copy(ROOT / "bench" / "bulk.py", folder / "cases")


def in_database(stock: Site) -> Site:
    """Return the same stock site with the same database, which searches in that; build its index there."""
    rows = {row: path for row, path in stock.rows.items() if row != NEW}
    env = stock.env | {"SEARCH_IN_DATABASE": "1"}
    site = replace(stock, name=f"{stock.name} {kind_of('')}", env=env, rows=rows)
    site.manage("update_index")
    return site


def clean_up(engine: str, server: str) -> None:
    """Delete the indices and databases of all sites."""
    delete_indices(engine, f"{PREFIX}-")
    for name in ("bench_ours", "bench_stock"):
        drop_database(server, name)
