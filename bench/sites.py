"""The two sites that are compared, each with its own folder, database and index, and settings as in production."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.databases import create_database, drop_database
from bench.indices import delete_indices

ROOT = Path(__file__).resolve().parents[1]
STOCK_FILES = ROOT / "bench" / "stock_site"
PREFIX = "bench"

Rows = dict[str, Callable[[str], str]]


@dataclass
class Site:
    """A site that can be served. `rows` gives the path of a case by its slug, and of the search page by a question."""

    name: str
    folder: Path  # where its manage.py is
    var: Path
    env: dict[str, str]
    wsgi: str
    rows: Rows

    def manage(self, *command: str) -> None:
        """Run a management command; its output goes to a log, and to the terminal when it fails."""
        log = self.var / "prepare.log"
        with log.open("a", encoding="utf-8") as out:
            done = subprocess.run(
                [sys.executable, "manage.py", *command], cwd=self.folder, env=self.env, stdout=out, stderr=out, check=False
            )
        if done.returncode:
            raise SystemExit(f"{self.name}: `manage.py {' '.join(command)}` failed.\n{log.read_text(encoding='utf-8')[-3000:]}")


def _environment(name: str, var: Path, settings: str, engine: str, database: str) -> dict[str, str]:
    """Return the variables that both sites are started with; nothing of the caller's settings gets through."""
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}}
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
    """Return Knooppunt with the cases imported and indexed."""
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
    rows: Rows = {"case page": "/praktijkvoorbeelden/{}/".format, "search page": "/zoeken/?q={}".format}
    site = Site("ours", ROOT, folder, env, "config.wsgi", rows)
    site.manage("prepare")
    site.manage("import_cases", str(cases), "--create-terms")
    site.manage("search_index", "rebuild")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    return site


def build_stock(var: Path, engine: str, server: str, cases: Path) -> Site:
    """Return a site as `wagtail start` makes it, with one page type for the cases, and Wagtail's own Elasticsearch backend."""
    folder = _empty_folder(var / "stock")
    wagtail = Path(sys.executable).parent / "wagtail"
    subprocess.run([wagtail, "start", "stock", folder], check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(STOCK_FILES / "cases", folder / "cases")
    shutil.copy(STOCK_FILES / "local.py", folder / "stock" / "settings")
    database = create_database(server, "bench_stock", folder)
    env = _environment("stock", folder, "stock.settings.production", engine, database) | {"PYTHONPATH": str(folder)}
    rows: Rows = {"case page": "/praktijkvoorbeelden/{}/".format, "search page": "/search/?query={}".format}
    site = Site("stock", folder, folder, env, "stock.wsgi", rows)
    site.manage("makemigrations", "cases")
    site.manage("migrate", "--verbosity", "0")
    site.manage("load_cases", str(cases))
    site.manage("update_index")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    return site


def clean_up(engine: str, server: str) -> None:
    """Take away the indices and databases of both sites."""
    delete_indices(engine, f"{PREFIX}-")
    for name in ("bench_ours", "bench_stock"):
        drop_database(server, name)
