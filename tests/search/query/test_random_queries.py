"""Questions that no person would ask, two hundred times as many in `make hard`: never a server error."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from search.query.facets import FACETS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

COUNT = 8000
SIGNS = [
    *"\"'`()[]{}<>+-=&|!^~*?:\\/;,.%$#@_ \t\n\0\x7f\ud800éßﬁ😀",
    *("AND", "OR", "NOT", "TO", "--", "/*", "' OR 1=1", "${", "{{"),
]
WORDS = ["asfalt", "rioolgemaal", "weg", "de", "open data", "Café", "2018", "null", "None", "true"]


def build_text(draw: random.Random) -> str:
    """Return a question of up to a dozen signs and words; now and then a very long one."""
    parts = draw.choices([*SIGNS, *WORDS], k=draw.randint(0, 12))
    text = draw.choice(["", " "]).join(parts)
    return text * draw.choice([1] * 30 + [500])


def build_parameters(draw: random.Random) -> list[tuple[str, str]]:
    """Return the parameters of a request, sound and unsound ones mixed."""
    pairs = [("q", build_text(draw))]
    values = ["verkeer", "case", "2018", build_text(draw)]
    chosen = draw.sample(FACETS, draw.randint(0, 2))
    pairs += [(draw.choice([facet.parameter, facet.name]), draw.choice(values)) for facet in chosen]
    pairs += [("pagina", draw.choice(["1", "2", "0", "-1", "501", "9" * 30, "x", "1.5", ""]))] * draw.choice(
        [0, 0, 1]
    )
    pairs += [("sorteer", draw.choice(["nieuwste", "hergebruik", "x", "\0"]))] * draw.choice([0, 0, 1])
    return [
        (name, value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")) for name, value in pairs
    ]


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def kind(request: pytest.FixtureRequest, three_cases: list[Any]) -> str:
    """Return who answers."""
    request.getfixturevalue("index" if request.param == "engine" else "fallback")
    return "elasticsearch" if request.param == "engine" else "database"


def test_no_question_breaks_the_site(kind: str, client: Client, rounds: Callable[[int], int]) -> None:
    draw = random.Random(2019)
    addresses = [
        "/zoeken/",
        "/en/zoeken/",
        "/praktijkvoorbeelden/",
        "/organisaties/",
        "/zoeken/resultaten.csv",
    ]
    addresses += ["/api/v1/search", "/api/v1/suggest", "/api/v1/cases"]
    for number in range(rounds(COUNT)):
        address, pairs = addresses[number % len(addresses)], build_parameters(draw)
        options = {
            "REMOTE_ADDR": f"10.0.{number % 250}.1",
            "headers": {"HX-Request": "true"} if number % 7 == 0 else {},
        }
        answer = client.get(address, query_params=pairs, **options)
        assert answer.status_code in {200, 400}, (address, pairs)
        if answer.status_code == 200 and address == "/api/v1/search":
            assert answer.json()["engine"] == kind, pairs


@pytest.mark.parametrize(
    "query", ["%ff%fe", "%00", "%", "%ED%A0%80", "q=%F0%28%8C%28", "&&&=&q", "q[]=1&q=2&q=3"]
)
def test_an_address_that_is_no_text_gets_an_answer(query: str, client: Client, site_frame: Any) -> None:
    for address in ("/zoeken/", "/api/v1/search", "/api/v1/suggest"):
        assert client.get(f"{address}?q={query}").status_code in {200, 400}
        assert client.get(f"{address}?{query}").status_code in {200, 400}


def test_only_reading_is_possible(client: Client, site_frame: Any) -> None:
    assert client.post("/zoeken/", {"q": "weg"}).status_code == 405
    refused = client.delete("/api/v1/search")
    assert (refused.status_code, refused["Content-Type"]) == (405, "application/problem+json")
    assert refused["Allow"] == "GET, HEAD, OPTIONS"
    assert client.head("/zoeken/?q=weg").status_code == 200


def test_more_parameters_than_django_takes_is_a_bad_request(client: Client, site_frame: Any) -> None:
    assert client.get("/zoeken/?" + "&".join("thema=a" for _ in range(20_000))).status_code == 400


def test_a_reader_of_the_api_hears_what_is_wrong(
    client: Client, site_frame: Any, run_tasks: Callable[[], int]
) -> None:
    for query in ("page_size=0", "page_size=101", "page=0", "page=x", "page_size="):
        answer = client.get(f"/api/v1/search?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert answer.json()["detail"].startswith(query.split("=")[0])
