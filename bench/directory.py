"""What finding people costs a reader, with few members and with many."""

import json
from contextlib import ExitStack
from dataclasses import replace
from statistics import mean

from bench.report import Measured
from bench.serving import Server, serve
from bench.sites import Site

QUESTIONS = ("expert+in+GIS", "sensordata", "open+data", "voorspellen", "iemand+bij+een+waterschap")
# Each finds more than a page of the members of the demonstration, so that more members make no more cards;
# and a row shows fewer people than one reader may see in a day (`members/limits.py`).
PAGES = {
    "members": [f"/leden/?pagina={number}" for number in range(1, 6)],
    "members, filters": [
        "/leden/?vragen=nu",
        "/leden/?vragen=nu&bevestigd=halfjaar",
        "/leden/?vragen=nu&organisatiesoort=gemeente",
        "/leden/?bevestigd=kwartaal&spreekt=en",
        "/leden/?vragen=nu&spreekt=en&organisatiesoort=gemeente",
    ],
    "members, question": [f"/leden/?q={question}" for question in QUESTIONS],
    "members, question and filters": [
        f"/leden/?q={question}&vragen=nu&bevestigd=jaar" for question in QUESTIONS
    ],
}


def measure(made: dict[int, Site], requests: int, rounds: int) -> list[Measured]:
    """Return a result for each page of each site, by its number of members; the order changes by round."""
    results: dict[tuple[str, int], Measured] = {}
    with ExitStack() as stack:
        readers = [
            (members, row, reader)
            for members, site in made.items()
            for row, reader in _open(stack.enter_context(serve(site))).items()
        ]
        for number in range(rounds):
            for members, row, reader in readers if number % 2 == 0 else reversed(readers):
                if (row, members) not in results:
                    results[row, members] = _count(reader.site, row, members)
                _measure_row(reader, results[row, members], requests)
    return [results[key] for key in sorted(results)]


def _open(server: Server) -> dict[str, Server]:
    """Return the server as a reader of each row has it: a member of her own, as what she saw is counted."""
    cookies = json.loads(server.site.probe("--cookies", str(len(PAGES)), program="people.py"))
    sites = [replace(server.site, cookie=cookie) for cookie in cookies]
    return {row: replace(server, site=site) for row, site in zip(PAGES, sites, strict=True)}


def _count(site: Site, row: str, members: int) -> Measured:
    """Return a result with the numbers of queries and bytes, and no rounds yet."""
    answers = json.loads(site.probe("--made", *PAGES[row]))
    queries, size = (mean(answer[name] for answer in answers) for name in ("queries", "bytes"))
    return Measured(members, row, "ours", round(queries, 1), size)


def _measure_row(reader: Server, result: Measured, requests: int) -> None:
    """Add a round to the result of a row."""
    paths = PAGES[result.row]
    reader.warm_up(paths * 4, is_made=True)
    used, times = reader.measure(paths * (requests // len(paths)), is_made=True)
    result.rounds.append(used)
    result.times += times
    print(f"  {result.row}, {result.cases} members: {used:.1f} ms", flush=True)
