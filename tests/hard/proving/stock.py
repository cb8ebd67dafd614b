"""The site that is the control: as `wagtail start` makes it, with Wagtail's own Elasticsearch backend."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proving.processes import BESIDE
from proving.sites import Site, build_env, manage

from bench.documents import write_documents
from bench.sites import start_stock

CASES = 40


class StockSite(Site):
    """A stock site; its worker is the request itself."""

    settings = "stock_settings"
    web_options = ("--preload", "--no-control-socket", "stock.wsgi")

    def audit(self) -> str:
        """Return what differs between database and index."""
        code, said = self.launcher.run("stock_audit.py")
        *differences, last = said.splitlines() or [""]
        assert code == 0, said
        assert re.fullmatch(r"[1-9]\d* compared", last), said
        return "\n".join(differences)


@contextmanager
def serve_stock(var: Path, engine: str) -> Iterator[StockSite]:
    """Give a stock site that is served, with cases and an index."""
    folder = var / "stock"
    folder.mkdir(parents=True)
    start_stock(folder)
    write_documents(CASES, var / "ours.jsonl", var / "cases.jsonl")
    StockSite.python_path = (folder, BESIDE)
    site_env = build_env(
        StockSite.settings, StockSite.python_path, var, f"sqlite:///{var / 'db.sqlite3'}", engine
    )
    for command in (("makemigrations", "cases"), ("migrate", "--verbosity", "0")):
        manage(folder, site_env | {"SEARCH_INDEX_PREFIX": "unused"}, *command)
    site = StockSite(var, site_env["DATABASE_URL"], engine, folder)
    try:
        assert site.launcher.run("load_cases", str(var / "cases.jsonl"))[0] == 0
        assert site.launcher.run("update_index")[0] == 0
        site.start_web()
        yield site
    finally:
        site.close()
