"""`python -m bench.suggest URL`: how long suggestions of a running site take while somebody types.

The words are those of the made-up cases (`documents.py`), typed letter by letter, a fifth of them with two
letters swapped. The site counts requests per address, so each question comes from another address of this
machine.
"""

import argparse
import random
import statistics
import time
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

from bench import documents

QUESTIONS = 100
QUESTIONS_OF_WARM_UP = 20
LEAST, MOST = 2, 20  # letters of what is typed so far
SWAPPED = 5  # every fifth question has two letters swapped
GOAL = 50.0  # ms, for 95 in a hundred requests


def build_beginnings(count: int) -> list[list[str]]:
    """Return what the field asks for each of so many questions: every beginning, from two letters."""
    dice = random.Random("typing")  # noqa: S311
    beginnings = []
    for number, query in enumerate(documents.build_queries(count)):
        text = _swap(query, dice) if number % SWAPPED == 0 else query
        ends = range(LEAST, min(MOST, len(text)) + 1)
        beginnings.append([text[:end] for end in ends])
    return beginnings


def _swap(text: str, dice: random.Random) -> str:
    """Return the text with two letters after the first one swapped."""
    place = dice.randrange(1, len(text) - 1)
    return f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"


def measure(url: str, beginnings: list[list[str]], cookie: str) -> list[float]:
    """Return the milliseconds of each answer, one after the other."""
    site, taken = urlsplit(url), []
    for number, texts in enumerate(beginnings):
        address = f"127.1.{number // 250}.{number % 250 + 1}"
        for text in texts:
            connection = HTTPConnection(site.hostname or "", site.port, source_address=(address, 0))
            begun = time.perf_counter()
            connection.request("GET", f"/api/v1/suggest?q={quote(text)}", headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            taken.append((time.perf_counter() - begun) * 1000)
            connection.close()
            if answer.status != HTTPStatus.OK:
                raise SystemExit(f"{text}: {answer.status}")
    return taken


def main() -> None:
    """Warm up, measure and print; raises SystemExit when the goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.suggest", description="How long suggestions take.")
    parser.add_argument("url", help="the site, such as http://127.0.0.1:8000")
    parser.add_argument("--cookie", default="", help="sessionid=…, to ask as a member")
    arguments = parser.parse_args()
    beginnings = build_beginnings(QUESTIONS)
    measure(arguments.url, beginnings[:QUESTIONS_OF_WARM_UP], arguments.cookie)
    taken = measure(arguments.url, beginnings, arguments.cookie)
    cuts = statistics.quantiles(taken, n=100)
    shares = ", ".join(f"p{share} {cuts[share - 1]:.1f} ms" for share in (50, 95, 99))
    print(f"{len(taken)} requests: {shares}, most {max(taken):.1f} ms")
    if cuts[94] > GOAL:
        raise SystemExit(f"p95 is above {GOAL:.0f} ms")


if __name__ == "__main__":
    main()
