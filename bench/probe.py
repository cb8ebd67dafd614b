"""Ask pages inside the process of a site: how many queries each takes, and with `--profile` where the time goes.

Run by the Python of the project with the settings of the site: `python -P bench/probe.py --made PATH …` prints JSON; with
`--kept` pages may be those that were kept. `--embed N` tells how long the vectors of N passages take.
"""

import cProfile
import json
import pstats
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

HOST = "127.0.0.1"
FIRST_SECONDS = 2.5  # in which a process keeps no page, from its first one on: `core.page_cache.REST_AFTER_CHANGE` and some


def ask(client: Client, path: str) -> int:
    """Return the number of bytes of a page; raises RuntimeError when the answer is none."""
    answer = client.get(path, HTTP_HOST=HOST)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} for {path}")
    return len(answer.content)


def count(client: Client, path: str) -> dict[str, Any]:
    """Return queries and bytes of a page that was asked before."""
    ask(client, path)
    with CaptureQueriesContext(connection) as queries:
        size = ask(client, path)
    return {"path": path, "queries": len(queries), "bytes": size}


def profile(client: Client, paths: list[str]) -> None:
    """Print where the processor time goes over all pages, each asked before; the profiler itself makes all of it slower."""
    for path in paths:
        ask(client, path)
    profiler = cProfile.Profile(time.process_time)
    for path in paths:
        profiler.runcall(ask, client, path)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler, stream=sys.stdout).sort_stats(order).print_stats(70)


def embed(number: int) -> float:
    """Return how many seconds the vectors of some passages of made-up cases take, as the worker makes them."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from bench.documents import build_documents  # noqa: PLC0415  a stock site has neither
    from search.semantic import embedding  # noqa: PLC0415

    texts = [
        text
        for document in build_documents(number)
        for _, paragraphs in document.sections
        for text in paragraphs
    ]
    embedding.embed_passages(texts[:1])
    begun = time.process_time()
    embedding.embed_passages(texts[:number])
    return time.process_time() - begun


def main() -> None:
    """Do what the arguments say."""
    django.setup()
    client, (kind, *rest) = Client(), sys.argv[1:]
    if kind == "--kept":
        ask(client, rest[0])
        time.sleep(FIRST_SECONDS)
    else:
        client.cookies["bench"] = "1"
    if kind == "--embed":
        print(embed(int(rest[0])))
    elif kind == "--profile":
        profile(client, rest)
    else:
        print(json.dumps([count(client, path) for path in rest]))


if __name__ == "__main__":
    main()
