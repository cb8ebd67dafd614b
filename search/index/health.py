"""Can visitors search as they should?"""

from core.health import OK
from search import client
from search.client import EngineUnavailable
from search.index import indexing
from search.models import AUDIENCES


def check_search() -> str:
    """Return "ok", or what is wrong: the engine does not answer, or has no index yet. Without an engine all is as asked."""
    if not client.is_configured():
        return OK
    try:
        live = client.run(
            lambda engine: [indexing.find_live(engine, audience) for audience in AUDIENCES],
            patience=client.PATIENCE,
        )
    except EngineUnavailable:
        return "engine unavailable"
    return OK if all(live) else "no index"


def check_answers() -> str:
    """Return "ok", or what visitors' questions met lately that is a mistake of ours or in the settings of the engine."""
    return client.faults.describe() or OK


def can_write() -> bool:
    """Tell whether every index takes a write now: a document that is nowhere is taken out of each. True without an engine."""
    nothing = [
        {"_op_type": "delete", "_index": indexing.alias(audience), "_id": "nothing"} for audience in AUDIENCES
    ]
    try:
        if client.is_configured():
            client.run(lambda engine: indexing.send(engine, nothing), patience=client.PATIENCE)
    except EngineUnavailable:
        return False
    return True
