"""How often one address may ask does not depend on what it says its address is."""

from typing import Any

from ninja.throttling import BaseThrottle


def test_an_address_cannot_call_itself_another_one(rf: Any) -> None:
    request = rf.get(
        "/api/v1/suggest", headers={"X-Forwarded-For": "203.0.113.7"}, REMOTE_ADDR="198.51.100.1"
    )
    assert BaseThrottle().get_ident(request) == "198.51.100.1"
