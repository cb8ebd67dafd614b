"""The counts of limits stay until they are over, whatever else is written, and then go."""

import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.core import ratelimit
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from core.counters import MemoryCounters

ROOT = Path(__file__).resolve().parents[2]
TRAFFIC = 1000  # more than three times what Django's own caches hold
LATER = datetime.timedelta(hours=1)


@pytest.fixture
def database_cache(db: None, settings: Any) -> Any:
    """Return the cache of the site, which the tests have in memory otherwise."""
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "core.counters.DatabaseCounters", "LOCATION": "cache"}
    }
    call_command("createcachetable", verbosity=0)
    return caches["default"]


def wash(cache: Any) -> None:
    """Write what many others would."""
    for number in range(TRAFFIC):
        cache.set(f"other-{number}", [1.0], 300)


@pytest.mark.both_databases
def test_no_traffic_washes_a_count_out_of_the_database(database_cache: Any, rf: Any) -> None:
    request = rf.post("/")
    while ratelimit.consume(request, action="reset_password", key="noor@gemeente.example"):
        pass
    wash(database_cache)
    assert not ratelimit.consume(request, action="reset_password", key="noor@gemeente.example")


@pytest.mark.both_databases
def test_what_is_over_goes_from_the_database(database_cache: Any) -> None:
    wash(database_cache)
    with time_machine.travel(timezone.now() + LATER):
        database_cache.set("new", [1.0], 300)
        database_cache.set("newer", [1.0], 300)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone() == (2,)


def test_no_traffic_washes_a_count_out_of_a_process() -> None:
    counters = caches["counters"]
    counters.set("count", [1.0], 300)
    wash(counters)
    assert counters.get("count") == [1.0]
    assert len(counters._cache) == TRAFFIC + 1  # type: ignore[attr-defined]


def test_what_is_over_goes_from_a_process() -> None:
    counters = caches["counters"]
    wash(counters)
    with time_machine.travel(timezone.now() + LATER):
        counters.set("new", [1.0], 300)
    assert list(counters._cache) == [":1:new"]  # type: ignore[attr-defined]


def test_a_flood_of_addresses_looks_at_all_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counters = caches["counters"]
    wash(counters)
    monkeypatch.setattr(counters, "_expire_info", Looked(counters._expire_info))  # type: ignore[attr-defined]
    wash(counters)
    assert counters._expire_info.looks <= 1  # type: ignore[attr-defined]


class Looked(dict[str, float]):
    """A dictionary that counts how often somebody looks at all of it."""

    looks = 0

    def items(self) -> Any:
        """Return all."""
        self.looks += 1
        return super().items()


def test_every_limit_counts_where_nothing_is_washed_away(client: Client, db: None) -> None:
    settings = (ROOT / "site/config/settings/base.py").read_text()
    assert '"default": {"BACKEND": "core.counters.DatabaseCounters"' in settings
    client.get("/api/v1/cases")
    kept = caches["counters"]
    assert isinstance(kept, MemoryCounters)
    assert any("api-" in key for key in kept._cache)
