"""Build everything anew beside what is live, then swap; and keep the indices tidy."""

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
    Copier,
    alias,
    build_action,
    copy_rows,
    drop,
    find_behind,
    find_live,
    last_alias,
    next_alias,
    preview_prefix,
    read_copy,
    read_portion,
    send,
)
from search.models import AUDIENCES, SearchEntry, Vocabulary
from search.processes import batched, each_in_processes, same_processes
from search.semantic import embedding, vectors
from search.semantic.vectors import KINDS_WITH_VECTORS
from search.text import vocabulary
from worker.leases import Heartbeat
from worker.models import WorkerLease

REPLACED_AT = "replaced_at"
KEPT = datetime.timedelta(hours=1)  # how long one can still go back to the index that was replaced
REFRESHED = "1s"  # how often what was written can be found; without it an index that nobody asked lately would not see to it
FEW = 10  # portions that are not worth a process
ASKED_AT_ONCE = 5000  # names of documents
MOST_ROUNDS = 3  # of sending what is missing, before a rebuild fails

# Hears what is being done, how much of it, and of how much.
Report = Callable[[str, int, int], None]


@dataclass
class Rebuilt:
    """What a rebuild did: number of documents per audience, whether an engine has them, and which it did not take.

    `refused` says by name of a document why.
    """

    documents: dict[str, int] = field(default_factory=dict)
    is_in_engine: bool = False
    refused: dict[str, str] = field(default_factory=dict)


def rebuild(report: Report) -> Rebuilt:
    """Build new indices beside the live ones, then swap.

    Changes made meanwhile go to both, because writers look for the index that is being built. Whoever starts a rebuild last
    wins: the swap of an earlier one fails. Raises EngineUnavailable; the live index is untouched then.
    """
    done = Rebuilt(is_in_engine=client.is_configured())
    with same_processes():
        for audience in AUDIENCES:
            done.documents[audience], refused = _rebuild(audience, report)
            done.refused |= refused
    if done.is_in_engine:
        tidy()
    return done


def _rebuild(audience: str, report: Report) -> tuple[int, dict[str, str]]:
    """Bring the copy, the words and the vectors of an audience in line, and build its index.

    Returns the number of documents, and those that the engine refuses.
    """
    refused: dict[str, str] = {}
    count = copy_everything(audience, report)
    vocabulary.count_anew(audience)
    if embedding.is_available():
        _make_vectors(audience, report)
    if client.is_configured():
        index = _name(audience)
        with Heartbeat(index):
            refused = _build(index, audience, report)
    return count, refused


def copy_everything(audience: str, report: Report) -> int:
    """Bring the database's copy of every object of an audience in line; return how many there are."""
    models = [model for model in searchable_models() if model.search_audience == audience]
    total = sum(model.findable().count() for model in models)
    done = 0
    for model in models:
        kept: list[int] = []
        copier, portions = Copier(model), list(batches(model))
        read = each_in_processes(partial(read_portion, label=model._meta.label_lower), portions, few=FEW)
        for pks, portion in zip(portions, read, strict=True):
            kept += copier.write(pks, portion)
            if portion.documents:
                let_others_in()  # others read on meanwhile, so the next portion may be there already
            report(f"{audience}: read", done + len(kept), total)
        done += len(kept)
        _look_again(model, kept)
    return done


def batches(model: type[Searchable]) -> Iterator[list[int]]:
    """Yield the keys of all findable rows, in portions."""
    return batched(list(model.findable().order_by("pk").values_list("pk", flat=True)), BATCH)


def _look_again(model: type[Searchable], kept: list[int]) -> None:
    """Copy the entries again of which no row was read: they are gone, or came meanwhile."""
    label = model._meta.label_lower
    others = sorted(set(SearchEntry.of(label).values_list("object_id", flat=True)) - set(kept))
    for pks in batched(others, BATCH):
        copy_rows(model, pks)


def _make_vectors(audience: str, report: Report) -> None:
    """Make the vectors that are missing, and forget those of texts that nobody may read any more.

    Of the vectors only those can be forgotten that were there before the texts are read: what is made later is of a new text.
    """
    there = vectors.kept_digests()
    keys = list(
        SearchEntry.objects.filter(audience=audience, kind__in=KINDS_WITH_VECTORS).values_list(
            "key", flat=True
        )
    )
    if keys:
        used: set[str] = set()
        missing: dict[str, str] = {}
        for digests, texts in each_in_processes(vectors.look_up_entries, batched(keys, BATCH), few=FEW):
            used |= digests
            missing |= texts
        vectors.make(list(missing.values()), partial(report, f"{audience}: meaning"))
        vectors.forget(there - used)
        least, sure = vectors.find_chance(vectors.every())
        found = {"threshold": least, "sure_threshold": sure, "changed_at": timezone.now()}
        Vocabulary.objects.update_or_create(audience=audience, defaults=found)


def _name(audience: str) -> str:
    """Return a name for a new index that says when it was made and by which rules."""
    return f"{alias(audience)}-{timezone.now():%Y%m%d%H%M%S%f}-{_digest(audience)}"


def _digest(audience: str) -> str:
    """Return what changes with the rules of an index."""
    return mapping_hash(vocabulary.read(audience).compounds(), synonym_rules())


def _build(index: str, audience: str, report: Report) -> dict[str, str]:
    """Make an index, fill it from the database's copy, look whether all of it is there, and make it the live one.

    Returns the documents that the engine refuses: one of them is no reason to go on with an old index.
    """
    body = build_index_body(vocabulary.read(audience).compounds(), synonym_rules())
    client.run(partial(_create, index=index, audience=audience, body=body))
    keys = SearchEntry.objects.filter(audience=audience).order_by("key").values_list("key", flat=True)
    missing = list(keys)
    for _ in range(MOST_ROUNDS):
        refused = send_entries(index, missing, partial(report, f"{audience}: write"))
        absent = client.run(partial(_find_absent, index=index, keys=list(keys)))
        missing = (
            sorted(absent.intersection(keys.all())) if absent else []
        )  # some may have been taken out meanwhile
        if not set(missing) - set(refused):
            client.run(partial(_swap, audience=audience, index=index))
            return refused
    raise EngineUnavailable(f"{len(missing)} documents did not arrive")


def _create(engine: Elasticsearch, index: str, audience: str, body: dict[str, Any]) -> None:
    """Make an empty index that writers see as being built; no index of ours is ever made by a write alone."""
    name = alias(audience)
    written = [
        name,
        next_alias(audience),
        f"{name}-2*",
    ]  # those with a date; `name*` may be what another site's begin with
    engine.indices.put_index_template(
        name=name, index_patterns=written, allow_auto_create=False, priority=500
    )
    engine.indices.create(index=index, **body)
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": next_alias(audience)}}]
    if engine.indices.exists_alias(name=next_alias(audience)):
        actions.insert(0, {"remove": {"index": f"{name}-*", "alias": next_alias(audience)}})
    engine.indices.update_aliases(actions=actions)


def send_entries(index: str, keys: list[str], report: Callable[[int, int], None]) -> dict[str, str]:
    """Write the database's copy of these objects to an index, each with the version that it has there.

    Returns by name what the engine refuses, with the reason.
    """
    done = 0
    refused: dict[str, str] = {}
    for count, reasons in each_in_processes(
        partial(_send_portion, index=index), batched(keys, BATCH), few=FEW
    ):
        done += count
        refused |= reasons
        report(done, len(keys))
    return refused


def _send_portion(keys: list[str], index: str) -> tuple[int, dict[str, str]]:
    """Write some of them, and return how many were asked for, and which are refused."""
    actions = [build_action(index, *row) for row in read_copy(keys)]
    try:
        client.run(partial(send, actions=actions))
    except DocumentsRefused as error:
        return len(keys), error.reasons
    return len(keys), {}


def _find_absent(engine: Elasticsearch, index: str, keys: list[str]) -> set[str]:
    """Return which of these objects an index does not have; each is asked for, as another one may be there too many."""
    engine.indices.refresh(index=index)
    portions = batched(keys, ASKED_AT_ONCE)
    found = [
        doc for portion in portions for doc in engine.mget(index=index, ids=portion, source=False)["docs"]
    ]
    return {doc["_id"] for doc in found if not doc["found"]}


def _swap(engine: Elasticsearch, audience: str, index: str) -> None:
    """Make the new index the live one in one step; the one before it stays for a while, to go back to."""
    engine.indices.put_settings(index=index, settings={"refresh_interval": REFRESHED})
    live = find_live(engine, audience)
    actions: list[dict[str, Any]] = [
        {"remove": {"index": index, "alias": next_alias(audience), "must_exist": True}}
    ]
    if engine.indices.exists_alias(name=last_alias(audience)):
        actions.append({"remove": {"index": f"{alias(audience)}-*", "alias": last_alias(audience)}})
    if live:
        actions += [
            {
                "remove": {"index": f"{alias(audience)}-*", "alias": alias(audience)}
            },  # of more than one, if it came to that
            {"add": {"index": live, "alias": last_alias(audience)}},
        ]
        _note_replaced(engine, live)
    engine.indices.update_aliases(actions=[*actions, {"add": {"index": index, "alias": alias(audience)}}])
    pages_changed()


def _note_replaced(engine: Elasticsearch, index: str) -> None:
    """Note in an index that it is about to be replaced, and when."""
    engine.indices.put_mapping(index=index, meta={REPLACED_AT: timezone.now().timestamp()})


def go_back() -> None:
    """Make the index before this one live again, of every audience; raises EngineUnavailable when one is no longer kept.

    It knows nothing of what changed since; `search_index rollback` mends that.
    """
    client.run(_check_last)
    for audience in AUDIENCES:
        client.run(partial(_go_back, audience=audience))


def _check_last(engine: Elasticsearch) -> None:
    """Raise EngineUnavailable when there is nothing to go back to."""
    gone = [audience for audience in AUDIENCES if not engine.indices.exists_alias(name=last_alias(audience))]
    if gone:
        raise EngineUnavailable(f"no index is kept to go back to, for {', '.join(gone)}")


def _go_back(engine: Elasticsearch, audience: str) -> None:
    """Let the live index and the one before it change places."""
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
    """Drop indices of rebuilds and trials that were killed, and replaced ones after an hour; raises EngineUnavailable.

    Returns whether some are still to be dropped later.
    """
    return client.run(_tidy)


def _tidy(engine: Elasticsearch) -> bool:
    """Look at every index of ours: its name is that of the lease of the rebuild or trial that made it.

    Names before leases: an index that is made meanwhile would be taken for one that was left behind.
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
    return bool(kept | building & there.keys() - live)


def _is_ours(index: str) -> bool:
    """Tell whether we give an index such a name: the prefix of another site may begin with one of ours, as with `…-preview`."""
    ours = "|".join(re.escape(alias(audience)) for audience in AUDIENCES)
    return bool(re.fullmatch(rf"(?:{ours})-\d{{20}}-\w+|{re.escape(preview_prefix())}\d{{20}}", index))


def _age(engine: Elasticsearch, index: str) -> datetime.timedelta:
    """Return how long ago an index was replaced; for ever when it does not say so."""
    meta = engine.indices.get_mapping(index=index).body[index]["mappings"].get("_meta", {})
    replaced_at = datetime.datetime.fromtimestamp(meta.get(REPLACED_AT, 0), datetime.UTC)
    return timezone.now() - replaced_at


def is_up_to_date() -> bool:
    """Tell whether the live indices exist, with today's mapping, word lists and compounds; raises EngineUnavailable."""
    names = client.run(lambda engine: {audience: find_live(engine, audience) for audience in AUDIENCES})
    return all(name.endswith(_digest(audience)) for audience, name in names.items())
