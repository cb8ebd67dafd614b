"""Can visitors search as they should?"""

from elasticsearch import Elasticsearch

from core.health import OK
from search import client
from search.client import EngineUnavailable
from search.index import indexing
from search.models import AUDIENCES


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
