"""Rebuild indices beside the live ones, swap the aliases, go back, and delete what nobody needs."""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils import timezone
from elasticsearch import Elasticsearch

from core.locking import let_others_in
from core.searchable import Searchable, searchable_models
from curation.services import synonym_rules
from page_cache.changes import pages_changed
from search import client
from search.client import DocumentsRefused, EngineUnavailable
from search.index.documents import build_index_body, mapping_hash
from search.index.indexing import (
    BATCH,
    FallbackWriter,
    alias,
    build_action,
    drop,
    find_behind,
    find_live,
    last_alias,
    next_alias,
    preview_prefix,
    read_fallback,
    read_portion,
    send,
    write_fallback,
)
from search.models import AUDIENCES, SearchEntry
from search.processes import batched, each_in_processes, same_processes
from search.semantic import embedding, vectors
from search.semantic.vectors import KINDS_WITH_VECTORS
from search.text import vocabulary
from worker.leases import Heartbeat
from worker.models import WorkerLease

REPLACED_AT = "replaced_at"
# How long `search_index rollback` can go back to the index that was replaced
# (docs/decisions/0007-index-naming.md).
KEPT = datetime.timedelta(hours=1)
# How often writes become findable; by default the engine does not refresh an index that nobody asked lately.
REFRESHED = "1s"
FEW = 10  # portions that are not worth starting processes for, which takes a second
ASKED_AT_ONCE = 5000  # keys in one request for documents: bounds the answer
MOST_ROUNDS = 3  # of sending what is missing, before a rebuild fails
TEMPLATE_PRIORITY = 500  # of all templates that match a name the engine takes the one with the highest

# Is told the step, how much of it is done, and the total.
Report = Callable[[str, int, int], None]


@dataclass
class Rebuilt:
    """What a rebuild did: the number of documents per audience, and whether an engine has them.

    `refused` has, by key, the documents that the engine did not take, with the reason. `missing` is the
    number of passages without a vector, which the worker makes: who rebuilds calls `tasks.plan_vectors`.
    """

    documents: dict[str, int] = field(default_factory=dict)
    is_in_engine: bool = False
    refused: dict[str, str] = field(default_factory=dict)
    missing: int = 0


def rebuild(report: Report) -> Rebuilt:
    """Build new indices beside the live ones, then swap.

    Changes made meanwhile go to both, because writers look for the index that is being built. Of two rebuilds
    at the same time the one that started last wins: the swap of the other fails. Raises EngineUnavailable;
    the live index is untouched then.
    """
    done = Rebuilt(is_in_engine=client.is_configured())
    with same_processes():
        for audience in AUDIENCES:
            done.documents[audience] = rebuild_fallback(audience, report)
            vocabulary.count_anew(audience)
        if embedding.is_available():
            done.missing = _look_up_vectors()
        for audience in AUDIENCES if done.is_in_engine else ():
            done.refused |= _build_with_lease(audience, report)
    if done.is_in_engine:
        tidy()
    return done


def rebuild_fallback(audience: str, report: Report) -> int:
    """Bring the fallback index of an audience in line with the database; return the number of objects."""
    models = [model for model in searchable_models() if model.search_audience == audience]
    total = sum(model.findable().count() for model in models)
    done = 0
    for model in models:
        written: list[int] = []
        writer, portions = FallbackWriter(model), list(batches(model))
        read = each_in_processes(partial(read_portion, label=model._meta.label_lower), portions, few=FEW)
        for pks, portion in zip(portions, read, strict=True):
            written += writer.write(pks, portion)
            if portion.documents:
                # The other processes read on meanwhile, so that the next portion may be there at once.
                let_others_in()
            report(f"{audience}: read", done + len(written), total)
        done += len(written)
        _look_again(model, written)
    return done


def batches(model: type[Searchable]) -> Iterator[list[int]]:
    """Yield the primary keys of all findable rows, in portions."""
    pks = model.findable().order_by("pk").values_list("pk", flat=True)
    return batched(list(pks), BATCH)


def _look_again(model: type[Searchable], written: list[int]) -> None:
    """Write the rows of all other entries again: these rows are gone, or came meanwhile."""
    entries = SearchEntry.of(model._meta.label_lower)
    others = set(entries.values_list("object_id", flat=True)) - set(written)
    for pks in batched(sorted(others), BATCH):
        write_fallback(model, pks)


def _look_up_vectors() -> int:
    """List the vectors that are missing, and forget those of texts that nobody may read any more.

    Only vectors that were there before the texts are read can be forgotten: later ones are of new texts. The
    newest objects come last in the list, of which the last is made first. Returns how many are missing.
    """
    there = vectors.stored_digests()
    entries = SearchEntry.objects.filter(kind__in=KINDS_WITH_VECTORS).order_by("date", "key")
    keys = list(entries.values_list("key", flat=True))
    used: set[str] = set()
    missing: list[tuple[str, str]] = []
    for digests, passages in each_in_processes(vectors.look_up, batched(keys, BATCH), few=FEW):
        used |= digests
        missing += passages
    vectors.list_missing(missing)
    vectors.forget(there - used)
    vectors.measure_chance()
    return len(missing)


def _build_with_lease(audience: str, report: Report) -> dict[str, str]:
    """Build the index of an audience under a lease with its name; return by key what the engine refuses."""
    index = _name(audience)
    with Heartbeat(index):
        return _build(index, audience, report)


def _name(audience: str) -> str:
    """Return a name for a new index, with the moment and the hash of its rules."""
    return f"{alias(audience)}-{timezone.now():%Y%m%d%H%M%S%f}-{_digest(audience)}"


def _digest(audience: str) -> str:
    """Return a hash that changes with the rules of an index."""
    return mapping_hash(vocabulary.read(audience).compounds(), synonym_rules())


def _build(index: str, audience: str, report: Report) -> dict[str, str]:
    """Create an index, fill it from the fallback index, check that it is complete, and make it live.

    Returns by key the documents that the engine refuses, with the reason: these are no reason to stay with an
    old index.
    """
    body = build_index_body(vocabulary.read(audience).compounds(), synonym_rules())
    client.run(partial(_create, index=index, audience=audience, body=body))
    keys = SearchEntry.objects.filter(audience=audience).order_by("key").values_list("key", flat=True)
    missing = list(keys)
    for _ in range(MOST_ROUNDS):
        refused = send_entries(index, missing, partial(report, f"{audience}: write"))
        absent = client.run(partial(_find_absent, index=index, keys=list(keys)))
        # Some may have been deleted meanwhile, so the keys are read again.
        missing = sorted(absent.intersection(keys.all())) if absent else []
        if not set(missing) - set(refused):
            client.run(partial(_swap, audience=audience, index=index))
            return refused
    raise EngineUnavailable(f"{len(missing)} documents did not arrive")


def _create(engine: Elasticsearch, index: str, audience: str, body: dict[str, Any]) -> None:
    """Create an empty index that writers see as being built.

    A template keeps the engine from creating any index of ours by a write alone.
    """
    name = alias(audience)
    # `-2*` matches names with a date; `name*` could match those of another site.
    written = [name, next_alias(audience), f"{name}-2*"]
    engine.indices.put_index_template(
        name=name, index_patterns=written, allow_auto_create=False, priority=TEMPLATE_PRIORITY
    )
    engine.indices.create(index=index, **body)
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": next_alias(audience)}}]
    if engine.indices.exists_alias(name=next_alias(audience)):
        actions.insert(0, {"remove": {"index": f"{name}-*", "alias": next_alias(audience)}})
    engine.indices.update_aliases(actions=actions)


def send_entries(index: str, keys: list[str], report: Callable[[int, int], None]) -> dict[str, str]:
    """Write these entries of the fallback index to an index, with the version that each has there.

    Returns by key what the engine refuses, with the reason.
    """
    done = 0
    refused: dict[str, str] = {}
    sent = each_in_processes(partial(_send_portion, index=index), batched(keys, BATCH), few=FEW)
    for count, reasons in sent:
        done += count
        refused |= reasons
        report(done, len(keys))
    return refused


def _send_portion(keys: list[str], index: str) -> tuple[int, dict[str, str]]:
    """Write some entries; return how many keys these were, and by key what the engine refuses."""
    actions = [build_action(index, *row) for row in read_fallback(keys)]
    try:
        client.run(partial(send, actions=actions))
    except DocumentsRefused as error:
        return len(keys), error.reasons
    return len(keys), {}


def _find_absent(engine: Elasticsearch, index: str, keys: list[str]) -> set[str]:
    """Return which of these keys an index does not have.

    Each key is asked for: counting documents would not tell one that is missing from one that is there too
    many.
    """
    engine.indices.refresh(index=index)
    answers = [engine.mget(index=index, ids=ids, source=False) for ids in batched(keys, ASKED_AT_ONCE)]
    return {doc["_id"] for answer in answers for doc in answer["docs"] if not doc["found"]}


def _swap(engine: Elasticsearch, audience: str, index: str) -> None:
    """Make the new index live in one step; the one before it stays for a while, to go back to."""
    engine.indices.put_settings(index=index, settings={"refresh_interval": REFRESHED})
    live, name, last = find_live(engine, audience), alias(audience), last_alias(audience)
    every = f"{name}-*"  # more than one index may have an alias, if something went wrong before
    actions: list[dict[str, Any]] = [
        {"remove": {"index": index, "alias": next_alias(audience), "must_exist": True}}
    ]
    if engine.indices.exists_alias(name=last):
        actions.append({"remove": {"index": every, "alias": last}})
    if live:
        actions.append({"remove": {"index": every, "alias": name}})
        actions.append({"add": {"index": live, "alias": last}})
        _note_replaced(engine, live)
    actions.append({"add": {"index": index, "alias": name}})
    engine.indices.update_aliases(actions=actions)
    pages_changed()


def _note_replaced(engine: Elasticsearch, index: str) -> None:
    """Note in an index that it is about to be replaced, and when."""
    engine.indices.put_mapping(index=index, meta={REPLACED_AT: timezone.now().timestamp()})


def go_back() -> None:
    """Make the index before this one live again, for every audience.

    Raises EngineUnavailable when one of them is no longer there. The index knows nothing of what changed
    since; `search_index rollback` mends that.
    """
    client.run(_check_last)
    for audience in AUDIENCES:
        client.run(partial(_go_back, audience=audience))


def _check_last(engine: Elasticsearch) -> None:
    """Raise EngineUnavailable when there is nothing to go back to."""
    exists = engine.indices.exists_alias
    gone = [audience for audience in AUDIENCES if not exists(name=last_alias(audience))]
    if gone:
        raise EngineUnavailable(f"no index is kept to go back to, for {', '.join(gone)}")


def _go_back(engine: Elasticsearch, audience: str) -> None:
    """Swap the aliases of the live index and of the one before it."""
    live, last = find_live(engine, audience), find_behind(engine, last_alias(audience))
    _note_replaced(engine, live)
    engine.indices.update_aliases(
        actions=[
            {"remove": {"index": live, "alias": alias(audience)}},
            {"remove": {"index": last, "alias": last_alias(audience)}},
            {"add": {"index": last, "alias": alias(audience)}},
            {"add": {"index": live, "alias": last_alias(audience)}},
        ]
    )
    pages_changed()


def tidy() -> bool:
    """Delete what killed rebuilds and trials left behind, and indices that were replaced an hour ago.

    Returns whether some are still to be deleted later. Raises EngineUnavailable.
    """
    return client.run(_tidy)


def _tidy(engine: Elasticsearch) -> bool:
    """Delete each index of ours that nobody needs; return whether some stay for later.

    The rebuild or trial that makes an index has a lease with its name. Names are read before leases:
    otherwise an index that is created in between would seem left behind.
    """
    patterns = [f"{preview_prefix()}*", *(f"{alias(audience)}-*" for audience in AUDIENCES)]
    found = engine.indices.get(index=patterns, features="aliases", expand_wildcards="open,closed").body
    there = {name: set(content["aliases"]) for name, content in found.items() if _is_ours(name)}
    building = set(WorkerLease.objects.living().values_list("pk", flat=True))
    live = {find_live(engine, audience) for audience in AUDIENCES}
    served = {name for audience in AUDIENCES for name in (alias(audience), last_alias(audience))}
    replaced = {name for name in there.keys() - live if there[name] & served}
    kept = {name for name in replaced if _age(engine, name) < KEPT}
    for name in there.keys() - building - kept - live:
        drop(engine, name)
    being_built = (building & there.keys()) - live
    return bool(kept | being_built)


def _is_ours(index: str) -> bool:
    """Tell whether we give an index such a name.

    A beginning is not enough: the prefix of another site may begin with one of ours, as with `…-preview`.
    """
    names = "|".join(re.escape(alias(audience)) for audience in AUDIENCES)
    preview = re.escape(preview_prefix())
    return bool(re.fullmatch(rf"(?:{names})-\d{{20}}-\w+|{preview}\d{{20}}", index))


def _age(engine: Elasticsearch, index: str) -> datetime.timedelta:
    """Return how long ago an index was replaced; since 1970 where it does not say."""
    meta = engine.indices.get_mapping(index=index).body[index]["mappings"].get("_meta", {})
    replaced_at = datetime.datetime.fromtimestamp(meta.get(REPLACED_AT, 0), datetime.UTC)
    return timezone.now() - replaced_at


def is_up_to_date() -> bool:
    """Tell whether all live indices exist with the mapping and rules of today; raises EngineUnavailable."""
    names = client.run(lambda engine: {audience: find_live(engine, audience) for audience in AUDIENCES})
    return all(name.endswith(_digest(audience)) for audience, name in names.items())
