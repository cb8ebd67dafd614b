"""Request pages inside the process of a site: how many queries each takes, or where the time goes.

Run by the Python of the project with the settings of the site. `python -P bench/probe.py --made PATH …`
prints queries and bytes as JSON; with `--cached` they may be cached pages. `--profile PATH …` prints where
the time goes, `--embed N` how many seconds the vectors of N passages take.
"""

import cProfile
import json
import os
import pstats
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Any

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

HOST = "127.0.0.1"
# In which a process caches no page, from its first one on: above `page_cache.middleware.REST_AFTER_CHANGE`.
FIRST_SECONDS = 2.5
MOST_LINES = 70  # of each profile


def ask(client: Client, path: str) -> int:
    """Return the number of bytes of a page; raises RuntimeError when the status is not 200."""
    answer = client.get(path, HTTP_HOST=HOST)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} for {path}")
    return len(answer.content)


def count(client: Client, path: str) -> dict[str, Any]:
    """Return the numbers of queries and bytes of a page, on the second request for it."""
    ask(client, path)
    with CaptureQueriesContext(connection) as queries:
        size = ask(client, path)
    return {"path": path, "queries": len(queries), "bytes": size}


def profile(client: Client, paths: list[str]) -> None:
    """Print where the processor time of all pages goes, on the second request; profiling slows everything."""
    for path in paths:
        ask(client, path)
    profiler = cProfile.Profile(time.process_time)
    for path in paths:
        profiler.runcall(ask, client, path)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler, stream=sys.stdout).sort_stats(order).print_stats(MOST_LINES)


def embed(number: int) -> float:
    """Return how many seconds the vectors of so many passages of made-up cases take in the worker."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    # A stock site has neither of these modules.
    from bench.documents import build_documents  # noqa: PLC0415
    from search.semantic import embedding  # noqa: PLC0415

    sections = chain.from_iterable(document.sections for document in build_documents(number))
    texts = list(chain.from_iterable(paragraphs for _, paragraphs in sections))
    embedding.embed_passages(texts[:1])  # loads the model
    begun = time.process_time()
    embedding.embed_passages(texts[:number])
    return time.process_time() - begun


def main() -> None:
    """Do what the arguments say."""
    django.setup()
    client, (kind, *rest) = Client(), sys.argv[1:]
    if kind == "--cached":
        ask(client, rest[0])
        time.sleep(FIRST_SECONDS)
    else:
        client.cookies.load(os.environ["BENCH_COOKIE"])
    if kind == "--embed":
        print(embed(int(rest[0])))
    elif kind == "--profile":
        profile(client, rest)
    else:
        print(json.dumps([count(client, path) for path in rest]))


if __name__ == "__main__":
    main()
