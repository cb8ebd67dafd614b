"""`python -m bench`: compare the case page and the search page with those of a stock Wagtail site.

Needs ELASTICSEARCH_URL; writes below VAR_DIR/bench; with DATABASE_URL (PostgreSQL) both sites use that server.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean
from urllib.parse import quote

from bench import databases, documents, report, sites
from bench.report import Measured
from bench.serving import Server, serve
from bench.sites import ROOT, Site

PAGES = 50  # different pages that are asked in turn
WARM_UP = 60  # requests
PATHS_TO_PROFILE = 20


def read_arguments() -> argparse.Namespace:
    """Return how much to measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Processor time per page, ours and a stock site.")
    parser.add_argument("--cases", type=int, default=2000, help="documents in both sites")
    parser.add_argument("--requests", type=int, default=200, help="requests per page, site and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="also write where the time goes, to profile-*.txt")
    return parser.parse_args()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    print(f"→ {title}", flush=True)
    begun = time.monotonic()
    yield
    print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)


def build_paths(site: Site, row: str, cases: int) -> list[str]:
    """Return the different paths of a page: the same cases and the same questions on both sites."""
    words = documents.build_slugs(cases, PAGES) if row == "case page" else documents.build_queries(PAGES)
    return [site.rows[row](quote(word)) for word in words]


def probe(site: Site, *arguments: str) -> str:
    """Return what the probe prints from inside the process of a site."""
    command = [sys.executable, "-P", str(ROOT / "bench" / "probe.py"), *arguments]
    return subprocess.run(command, cwd=site.var, env=site.env, check=True, stdout=subprocess.PIPE, text=True).stdout


def count(site: Site, row: str, paths: list[str]) -> Measured:
    """Return a result with queries and bytes, and no rounds yet."""
    answers = json.loads(probe(site, *paths))
    queries, size = (mean(answer[name] for answer in answers) for name in ("queries", "bytes"))
    return Measured(row, site.name, [], round(queries, 1), size)


def measure(servers: list[Server], results: list[Measured], arguments: argparse.Namespace) -> None:
    """Add the rounds to the results; who goes first changes with each round."""
    for number in range(arguments.rounds):
        for row in dict.fromkeys(result.row for result in results):
            for server in servers if number % 2 == 0 else reversed(servers):
                paths = build_paths(server.site, row, arguments.cases)
                repeated = [paths[place % len(paths)] for place in range(max(arguments.requests, WARM_UP))]
                server.measure(repeated[:WARM_UP])
                result = next(one for one in results if (one.row, one.site) == (row, server.site.name))
                result.rounds.append(server.measure(repeated[: arguments.requests]))
                print(f"  {row}, {server.site.name}: {result.rounds[-1]:.1f} ms", flush=True)


def prepare(folder: Path, arguments: argparse.Namespace) -> list[Site]:
    """Return both sites, with the same documents."""
    engine, server = os.environ["ELASTICSEARCH_URL"], os.environ.get("DATABASE_URL", "")
    folder.mkdir(parents=True, exist_ok=True)
    ours, stock = folder / "ours.jsonl", folder / "stock.jsonl"
    documents.write_documents(arguments.cases, ours, stock)
    with step(f"building our site with {arguments.cases} cases"):
        first = sites.build_ours(folder, engine, server, ours)
    with step("building a stock site with the same cases"):
        return [first, sites.build_stock(folder, engine, server, stock)]


def main() -> None:
    """Build both sites, measure, report and clean up."""
    arguments = read_arguments()
    if not os.environ.get("ELASTICSEARCH_URL"):
        raise SystemExit("ELASTICSEARCH_URL is needed; `make bench` starts an engine.")
    folder = Path(os.environ.get("VAR_DIR", "var")).absolute() / "bench"
    server = os.environ.get("DATABASE_URL", "")
    try:
        both = prepare(folder, arguments)
        results = [count(site, row, build_paths(site, row, arguments.cases)) for site in both for row in site.rows]
        with step("measuring"), ExitStack() as stack:
            measure([stack.enter_context(serve(site)) for site in both], results, arguments)
        for site in both if arguments.profile else ():
            for row in site.rows:
                paths = build_paths(site, row, arguments.cases)[:PATHS_TO_PROFILE]
                path = folder / f"profile-{site.name}-{row.replace(' ', '-')}.txt"
                path.write_text(probe(site, "--profile", *paths), encoding="utf-8")
    finally:
        sites.clean_up(os.environ["ELASTICSEARCH_URL"], server)
    circumstances = report.build_circumstances(
        database=databases.kind_of(server), cases=arguments.cases, requests=arguments.requests, rounds=arguments.rounds
    )
    print(f"\n{report.write_report(folder, results, circumstances)}\nin {folder / 'result.md'} and result.json")


if __name__ == "__main__":
    main()
