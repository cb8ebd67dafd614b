"""Can visitors search as they should?"""

import datetime

from cachetools import TTLCache
from django.db import DatabaseError
from django.utils import timezone
from elasticsearch import Elasticsearch

from core.health import OK
from search import client
from search.client import EngineUnavailable
from search.index import indexing
from search.models import AUDIENCES, MissingVector, PassageVector
from search.semantic import embedding

TIMEOUT = 30  # seconds after which a process counts vectors again; `/readyz` is asked every few seconds
LAGS_AFTER = datetime.timedelta(minutes=10)  # that a passage waits for its vector: then editors are told
WHOLE = 100  # per cent
_COUNTED: TTLCache[str, int] = TTLCache(1, TIMEOUT)


def check_search() -> str:
    """Return "ok", or what is wrong: the engine does not answer, or has no index yet.

    A site without an engine is "ok": that was asked for.
    """
    if not client.is_configured():
        return OK
    try:
        live = client.run(_find_live, patience=client.PATIENCE)
    except EngineUnavailable:
        return "engine unavailable"
    return OK if all(live) else "no index"


def _find_live(engine: Elasticsearch) -> list[str]:
    """Return the name of the live index of each audience; the empty string where there is none."""
    return [indexing.find_live(engine, audience) for audience in AUDIENCES]


def check_answers() -> str:
    """Return "ok", or the last fault of the past minutes that is ours or in the settings of the engine."""
    return client.faults.describe() or OK


def check_vectors() -> str:
    """Return "ok", or the share of passages that have their vector; "off" where none are made."""
    if not embedding.is_available():
        return "off"
    try:
        share = share_of_vectors()
    except DatabaseError:
        return "unknown"
    return OK if share == WHOLE else f"{share}%"


def share_of_vectors() -> int:
    """Return how many of a hundred passages have their vector, counted at most once in half a minute."""
    share = _COUNTED.get("share")  # once: it may time out between two looks
    if share is None:
        missing = MissingVector.objects.count()
        there = PassageVector.objects.count() if missing else 1
        share = _COUNTED["share"] = WHOLE * there // (there + missing)
    return share


def do_vectors_lag() -> bool:
    """Tell whether a passage has waited for its vector so long that editors should know."""
    oldest = MissingVector.objects.order_by("pk").first() if embedding.is_available() else None
    return bool(oldest and timezone.now() - oldest.since >= LAGS_AFTER)


def can_write() -> bool:
    """Tell whether every index takes a write now; true without an engine.

    The write that is tried is deleting a document that does not exist.
    """
    names = [indexing.alias(audience) for audience in AUDIENCES]
    nothing = [{"_op_type": "delete", "_index": name, "_id": "nothing"} for name in names]
    try:
        if client.is_configured():
            client.run(lambda engine: indexing.send(engine, nothing), patience=client.PATIENCE)
    except EngineUnavailable:
        return False
    return True
