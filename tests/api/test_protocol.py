"""What holds for every answer: methods, names in an address, pages of other sites, caches."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from users.models import User

pytestmark = pytest.mark.django_db
ADDRESSES = ["search", "suggest", "cases", "themes", "techniques", "organisations", "openapi.json"]


@pytest.fixture
def member(site_frame: Any) -> Client:
    """Return the browser of a member."""
    client = Client()
    client.force_login(User.objects.create_user("noor@gemeente.example", approved_at=timezone.now()))
    return client


@pytest.mark.parametrize("place", ADDRESSES)
def test_head_has_the_headers_of_get_and_no_body(client: Client, place: str) -> None:
    got, asked = client.get(f"/api/v1/{place}"), client.head(f"/api/v1/{place}")
    assert (asked.status_code, asked.content) == (200, b"")
    assert {name: asked[name] for name in ("Content-Type", "Cache-Control", "Vary")} == {
        name: got[name] for name in ("Content-Type", "Cache-Control", "Vary")
    }
    assert client.head("/api/v1/cases/geen").status_code == 404


@pytest.mark.parametrize("place", [*ADDRESSES, "cases/geen", "search?page=0", "niets"])
def test_pages_of_other_sites_may_read_what_anybody_may(client: Client, place: str) -> None:
    answer = client.get(f"/api/v1/{place}", headers={"Origin": "https://ander.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize("place", ["search", "cases", "cases/geen"])
def test_no_page_of_another_site_reads_what_a_member_gets_and_no_cache_keeps_it(
    member: Client, place: str
) -> None:
    answer = member.get(f"/api/v1/{place}", headers={"Origin": "https://ander.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control-Allow")]
    assert answer["Cache-Control"] == "private, no-store"


def test_a_browser_may_ask_first_whether_it_may_send_headers_of_its_own(client: Client) -> None:
    headers = {"Origin": "https://ander.example", "Access-Control-Request-Method": "GET"}
    answer = client.options(
        "/api/v1/cases", headers=headers | {"Access-Control-Request-Headers": "x-requested-with"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer["Access-Control-Allow-Origin"] == answer["Access-Control-Allow-Headers"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


def test_who_has_the_answer_is_told_that_nothing_changed(client: Client) -> None:
    answer = client.get("/api/v1/cases")
    assert answer["Cache-Control"] == "no-cache"
    again = client.get("/api/v1/cases", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_cache_keeps_a_problem(client: Client) -> None:
    assert client.get("/api/v1/cases/geen")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("/api/v1/suggest?q=weg&kleur=rood&Q=x", "Unknown here: Q, kleur. Possible: q."),
        ("/api/v1/cases?type=case", "Unknown here: type. Possible: theme, "),
        ("/api/v1/search?thema=verkeer", "Unknown here: thema. Possible: "),
        ("/api/v1/cases/asfalt?page=1", "Unknown here: page. Possible: nothing."),
        ("/api/v1/themes?theme=verkeer", "Unknown here: theme. Possible: page, page_size."),
    ],
)
def test_a_name_that_an_address_does_not_have_is_told_with_those_it_has(
    client: Client, address: str, known: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"].startswith(known)
