"""The sites that are compared, with the same documents and settings as in production: ours, and stock ones."""

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
CASE, KEPT = "case page", "case page, kept"
RESULTS, NEW = "results page", "results page, new question"


@dataclass
class Site:
    """A site that can be served. `rows` gives the path of a case with a slug, and of the page with results for a question."""

    name: str
    folder: Path  # where its manage.py is
    var: Path
    env: dict[str, str]
    wsgi: str
    rows: dict[str, str]

    @property
    def is_in_database(self) -> bool:
        """Tell whether it searches in its database."""
        return self.env.get("SEARCH_IN_DATABASE") == "1"

    def manage(self, *command: str) -> tuple[float, float]:
        """Run a management command, and return how many seconds it took by the clock and of the processor."""
        return self.run("manage.py", *command)

    def run(self, *program: str) -> tuple[float, float]:
        """Run a program; its output goes to a log, and to the terminal when it fails."""
        log, before, begun = self.var / "prepare.log", getrusage(RUSAGE_CHILDREN), time.monotonic()
        with log.open("a", encoding="utf-8") as out:
            done = subprocess.run(
                [sys.executable, "-P", *program],
                cwd=self.folder,
                env=self.env,
                stdout=out,
                stderr=out,
                check=False,
            )
        if done.returncode:
            raise SystemExit(
                f"{self.name}: `{' '.join(program)}` failed.\n{log.read_text(encoding='utf-8')[-3000:]}"
            )
        after = getrusage(RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return time.monotonic() - begun, used


def _environment(name: str, var: Path, settings: str, engine: str, database: str) -> dict[str, str]:
    """Return the variables that both sites are started with; nothing of the caller's settings gets through."""
    kept = {
        key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
    }
    return kept | {
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
    folder = _empty_folder(var / "ours")
    database = create_database(server, "bench_ours", folder)
    own = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "LOAD_DEMO": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": "https://bench.knooppunt.example",
        "EMAIL_URL": "dummymail://",
        "SECURE_SSL_REDIRECT": "0",  # a proxy would do that
    }
    env = _environment("ours", folder, "config.settings.production", engine, database) | own
    case = "/praktijkvoorbeelden/{}/"
    site = Site(
        "ours",
        ROOT,
        folder,
        env,
        "config.wsgi",
        {CASE: case, KEPT: case, RESULTS: "/zoeken/?q={}", NEW: "/zoeken/?q={}"},
    )
    site.manage("prepare")
    site.run(str(ROOT / "bench" / "fill.py"), str(cases))
    site.manage("search_index", "rebuild")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    return site


def build_stock(var: Path, engine: str, server: str, cases: Path, *, in_database: bool = False) -> Site:
    """Return a site as `wagtail start` makes it, with one page type for the cases; it searches with Wagtail's own backend.

    That is Elasticsearch 8, or the full-text search of the database.
    """
    name = f"stock {kind_of(server)}" if in_database else "stock"
    folder = _empty_folder(var / name.replace(" ", "-").lower())
    start_stock(folder)
    shutil.copy(STOCK_FILES / "local.py", folder / "stock" / "settings")
    database = create_database(server, "bench_stock", folder)
    env = _environment("stock", folder, "stock.settings.production", engine, database)
    env |= {"PYTHONPATH": str(folder), "SEARCH_IN_DATABASE": str(int(in_database))}
    rows = {CASE: "/praktijkvoorbeelden/{}/", RESULTS: "/search/?query={}"} | (
        {} if in_database else {NEW: "/search/?query={}"}
    )
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
    """Return the same stock site, with the same database, searching in that; its index is made."""
    rows = {row: path for row, path in stock.rows.items() if row != NEW}
    site = replace(
        stock, name=f"{stock.name} {kind_of('')}", env=stock.env | {"SEARCH_IN_DATABASE": "1"}, rows=rows
    )
    site.manage("update_index")
    return site


def clean_up(engine: str, server: str) -> None:
    """Take away the indices and databases of both sites."""
    delete_indices(engine, f"{PREFIX}-")
    for name in ("bench_ours", "bench_stock"):
        drop_database(server, name)
