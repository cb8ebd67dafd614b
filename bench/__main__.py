"""`python -m bench`: compare pages and the building of an index with those of stock Wagtail sites.

Needs ELASTICSEARCH_URL, and writes below VAR_DIR/bench. With DATABASE_URL (PostgreSQL) a stock site on that
server is measured too.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from statistics import mean
from urllib.parse import quote, urlsplit

from bench import directory, documents, report, sites
from bench.report import Everything, Meaning, Measured, Task
from bench.serving import Server, serve
from bench.sites import CACHED, NEW, PREFIX, RESULTS, Site

PAGES = 50  # different pages that are requested in turn
WARM_UP = 60  # requests before each measurement, so that every page was made once
MOST_IN_DATABASE = 20_000  # cases, with which a question to SQLite takes ten seconds
FEWER = 25  # times fewer requests where each takes seconds
PATHS_TO_PROFILE = 20
PASSAGES = 100  # of which vectors are made
TIMES = 2  # that each index is built, up to that number of cases; the quicker one counts
HITS_OF_ENGINE = 10  # in one request, as many as the stock site shows


def read_arguments() -> argparse.Namespace:
    """Return how much to measure."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="What pages cost, ours and those of stock sites."
    )
    parser.add_argument(
        "--cases", type=int, nargs="*", default=[1000, 20_000], help="numbers of documents, each measured"
    )
    parser.add_argument(
        "--members",
        type=int,
        nargs="*",
        default=[250, 25_000],
        help="numbers of members with which to measure the directory",
    )
    parser.add_argument("--requests", type=int, default=200, help="requests per page, site and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--meaning",
        type=int,
        nargs="*",
        default=[1000, 20_000, 100_000],
        help="numbers of cases with which to measure the part of a question that looks for meaning",
    )
    parser.add_argument(
        "--profile", action="store_true", help="also write where the time goes, to profile-*.txt"
    )
    return parser.parse_args()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print what begins, and how long it took."""
    print(f"→ {title}", flush=True)
    begun = time.monotonic()
    yield
    print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)


def build_paths(site: Site, row: str, cases: int, number: int = 0, most: int = PAGES) -> list[str]:
    """Return the paths of one kind of page to request in round `number`.

    All sites get the same cases and questions. A new question was not asked in earlier rounds, so that its
    vector has to be made.
    """
    if row == NEW:
        words = documents.build_new_queries()[number * most : (number + 1) * most]
    elif row == RESULTS:
        words = documents.build_queries(PAGES)
    else:
        words = documents.build_slugs(cases, PAGES)
    return [site.rows[row].format(quote(word)) for word in islice(cycle(words), most)]


def count(site: Site, row: str, cases: int) -> Measured:
    """Return a result with the numbers of queries and bytes, and no rounds yet."""
    kind = "--cached" if row == CACHED else "--made"
    paths = build_paths(site, row, cases, most=few(site, PAGES))
    answers = json.loads(site.probe(kind, *paths))
    queries, size = (mean(answer[name] for answer in answers) for name in ("queries", "bytes"))
    return Measured(cases, row, site.name, round(queries, 1), size)


def few(site: Site, requests: int) -> int:
    """Return how many requests to send: fewer to a site that searches in its database.

    With 20,000 cases SQLite takes ten seconds for each.
    """
    return max(1, requests // FEWER) if site.is_in_database else requests


def measure(servers: list[Server], cases: int, arguments: argparse.Namespace) -> list[Measured]:
    """Return a result for each page of each site, and for the engine alone; the order changes by round."""
    results = {}
    for server in servers:
        for row in server.site.rows:
            results[server.site.name, row] = count(server.site, row, cases)
    alone = Measured(cases, RESULTS, "engine alone", 0, 0)
    for number in range(arguments.rounds):
        for server in servers if number % 2 == 0 else reversed(servers):
            for row in server.site.rows:
                measure_row(server, results[server.site.name, row], number, arguments.requests)
        measure_engine(alone, arguments.requests)
    return sorted([*results.values(), alone], key=lambda one: one.row)


def measure_row(server: Server, result: Measured, number: int, requests: int) -> None:
    """Add round `number` to the result of one page of a site."""
    site, row = server.site, result.row
    warm_up = few(site, WARM_UP)
    paths = build_paths(site, row, result.cases, number, warm_up + few(site, requests))
    server.warm_up(paths[:warm_up], is_made=row != CACHED)
    used, times = server.measure(paths[warm_up:], is_made=row != CACHED)
    result.rounds.append(used)
    result.times += times
    print(f"  {row}, {site.name}: {used:.1f} ms", flush=True)


def measure_engine(result: Measured, requests: int) -> None:
    """Add the times of the engine alone, for ten plain hits of the stock site: the least there can be."""
    node = urlsplit(os.environ["ELASTICSEARCH_URL"].partition(",")[0])
    connection = HTTPConnection(node.hostname or "", node.port)
    headers = {"Content-Type": "application/json"}
    for number in range(WARM_UP + requests):
        text = documents.build_queries(PAGES)[number % PAGES]
        query = {"multi_match": {"query": text, "fields": ["_all_text", "title"]}}
        question = {"query": query, "size": HITS_OF_ENGINE, "_source": ["pk"]}
        begun = time.perf_counter()
        connection.request("POST", f"/{PREFIX}-stock*/_search", json.dumps(question), headers)
        result.bytes = len(connection.getresponse().read())
        if number >= WARM_UP:
            result.times.append((time.perf_counter() - begun) * 1000)


def measure_indexing(ours: Site, stock: Site, cases: int) -> list[Task]:
    """Return what rebuilding each index takes, the quicker of two times, and making vectors."""
    rebuilds, updates = [], []
    for _ in range(1 if cases > MOST_IN_DATABASE else TIMES):
        rebuilds.append(ours.manage("search_index", "rebuild"))
        updates.append(stock.manage("update_index"))
    seconds = float(ours.probe("--embed", str(PASSAGES)))
    return [
        Task(cases, report.REBUILD, *min(rebuilds)),
        Task(cases, report.UPDATE, *min(updates)),
        Task(cases, f"vectors of {PASSAGES} passages", seconds, seconds),
    ]


def measure_meaning(site: Site, numbers: list[int]) -> list[Meaning]:
    """Return what looking for meaning costs the engine with each number of cases, without any page."""
    lines = site.probe(*map(str, numbers), program="meaning.py").splitlines() if numbers else []
    return [Meaning(**json.loads(line)) for line in lines]


def measure_size(
    folder: Path, cases: int, arguments: argparse.Namespace
) -> tuple[list[Measured], list[Task], list[Meaning]]:
    """Return everything that is measured with one number of cases, and with the least also by meaning."""
    engine, postgres = os.environ["ELASTICSEARCH_URL"], os.environ.get("DATABASE_URL", "")
    ours, plain = folder / "ours.jsonl", folder / "stock.jsonl"
    documents.write_documents(cases, ours, plain)
    with step(f"building our site with {cases} cases"):
        first = sites.build_ours(folder, engine, "", ours)
    with step("building a stock site with the same cases"):
        stock = sites.build_stock(folder, engine, "", plain)
    others = [sites.in_database(stock)] if cases <= MOST_IN_DATABASE else []
    if postgres and others:
        with step("building a stock site on PostgreSQL"):
            others.append(sites.build_stock(folder, engine, postgres, plain, in_database=True))
    with step("building the index anew"):
        tasks = measure_indexing(first, stock, cases)
        for task in tasks:
            print(f"  {task.name}: {task.seconds:.1f} s", flush=True)
    with step("measuring"), ExitStack() as stack:
        servers = [stack.enter_context(serve(site)) for site in (first, stock, *others)]
        results = measure(servers, cases, arguments)
    for row in first.rows if arguments.profile else ():
        paths = build_paths(first, row, cases)[:PATHS_TO_PROFILE]
        profile = folder / f"profile-{row.replace(' ', '-')}-{cases}.txt"
        profile.write_text(first.probe("--profile", *paths), encoding="utf-8")
    with step("measuring the engine by meaning"):
        meaning = measure_meaning(first, arguments.meaning) if cases == min(arguments.cases) else []
    return results, tasks, meaning


def measure_people(folder: Path, arguments: argparse.Namespace) -> list[Measured]:
    """Return what pages of the directory cost with each number of members."""
    engine = os.environ["ELASTICSEARCH_URL"]
    made = {}
    try:
        for members in arguments.members:
            with step(f"building our site with {members} members"):
                made[members] = sites.build_with_members(folder, engine, members)
        with step("measuring the directory"):
            return directory.measure(made, arguments.requests, arguments.rounds)
    finally:
        sites.clean_up(engine, "")


def main() -> None:
    """Measure with each number of cases, clean up, and report."""
    arguments = read_arguments()
    if not os.environ.get("ELASTICSEARCH_URL"):
        raise SystemExit("ELASTICSEARCH_URL is needed; `make bench` starts an engine.")
    folder = Path(os.environ.get("VAR_DIR", "var")).absolute() / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    found = Everything()
    for cases in arguments.cases:
        try:
            pages, tasks, meaning = measure_size(folder, cases, arguments)
        finally:
            sites.clean_up(os.environ["ELASTICSEARCH_URL"], os.environ.get("DATABASE_URL", ""))
        found.pages += pages
        found.tasks += tasks
        found.meaning += meaning
    found.people = measure_people(folder, arguments)
    circumstances = report.build_circumstances(requests=arguments.requests, rounds=arguments.rounds)
    text = report.write_report(folder, found, circumstances)
    print(f"\n{text}\nin {folder / 'result.md'} and result.json")


if __name__ == "__main__":
    main()
