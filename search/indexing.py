"""Write what can be found: one object, or everything anew beside what is live."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.helpers import bulk

from core.searchable import Searchable, searchable_models
from search import client
from search.client import EngineRefuses, EngineUnavailable
from search.documents import build_document, build_index_body, document_key, field_of, mapping_hash
from search.models import AUDIENCES, SearchEntry, Turn
from search.queries import alias_of
from search.terms import fold

BATCH = 200
NOT_THERE, CONFLICT = 404, 409
KEPT_STATUS = {200, 201, NOT_THERE, CONFLICT}  # gone already, or written by somebody who read later: both are fine

Document = dict[str, Any]


def alias(audience: str) -> str:
    """Return the name under which the index of an audience is read and written."""
    return alias_of(settings.SEARCH_INDEX_PREFIX, audience)


def next_alias(audience: str) -> str:
    """Return the name of the index that is being built for an audience."""
    return f"{alias(audience)}-next"


def read_documents(model: type[Searchable], pks: Iterable[int]) -> dict[int, Document]:
    """Return the documents of those rows that its audience may see now."""
    rows = model.findable().filter(pk__in=list(pks))
    return {row.pk: build_document(row, row.search_content()) for row in rows}


def bring_in_line(label: str, pks: list[int]) -> None:
    """Make the database's copy and the index equal to these rows as they are now; safe to repeat and in any order.

    The version of a write is that of the turn in which its rows were read, so that a write that read earlier never wins.
    Raises EngineUnavailable when the index could not be written, EngineRefuses when that would fail again in the same way;
    the copy in the database is right by then.
    """
    model: type[Searchable] = apps.get_model(label)
    documents, version = copy_rows(model, pks)
    if client.is_configured():
        client.run(lambda engine: _write(engine, model, pks, documents, version))


@transaction.atomic
def copy_rows(model: type[Searchable], pks: list[int]) -> tuple[dict[int, Document], int]:
    """Bring the database's copy of these rows in line; return their documents, and the version for the index.

    One at a time per model: of two that read and write at once, the one that read first could write last.
    """
    version = Turn.take(model._meta.label_lower)
    documents = read_documents(model, pks)
    _write_entries(model, pks, documents)
    return documents, version


def _write_entries(model: type[Searchable], pks: Iterable[int], documents: dict[int, Document]) -> None:
    """Write the database's copy of these rows; those without a document are taken out."""
    label = model._meta.label_lower
    SearchEntry.of(label, object_id__in=[pk for pk in pks if pk not in documents]).delete()
    entries = [_build_entry(model, pk, document) for pk, document in documents.items()]
    columns = [column.name for column in SearchEntry._meta.concrete_fields if column.name not in {"id", "key"}]
    SearchEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["key"], update_fields=columns)


def _build_entry(model: type[Searchable], pk: int, document: Document) -> SearchEntry:
    """Return the row of the database's copy for a document."""
    texts = [field_of(document, "title"), field_of(document, "summary"), *document["keywords"]]
    texts += [part for passage in field_of(document, "passages") for part in (passage["label"], passage["text"])]
    return SearchEntry(
        key=document["key"],
        label=document["label"],
        object_id=pk,
        kind=document["kind"],
        audience=model.search_audience,
        title=fold(field_of(document, "title")),
        words=fold("\n".join(texts)),
        facets=document["facets"],
        date=document["date"],
        reuse=document["reuse"],
        document=document,
        digest=document["digest"],
    )


def _write(
    engine: Elasticsearch, model: type[Searchable], pks: Iterable[int], documents: dict[int, Document], version: int
) -> None:
    """Write these rows to the live index, and to the one that is being built if there is one.

    A write to a name that is no alias would make an index of that name, so that is looked at first.
    """
    label, audience = model._meta.label_lower, model.search_audience
    names = [name for name in (alias(audience), next_alias(audience)) if engine.indices.exists_alias(name=name)]
    for name in names:
        send(engine, [_build_action(name, document_key(label, pk), documents.get(pk), version) for pk in pks])
    if alias(audience) not in names:
        raise EngineUnavailable("there is no index yet")


def _build_action(index: str, key: str, document: Document | None, version: int) -> dict[str, Any]:
    """Return one line of a bulk request: write the document, or take it out."""
    action = {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}
    if document is None:
        return action | {"_op_type": "delete"}
    return action | {"_op_type": "index", "_source": document}


def send(engine: Elasticsearch, actions: Iterable[dict[str, Any]]) -> None:
    """Send a bulk request; raises EngineUnavailable when a line was refused for another reason than being late.

    It is EngineRefuses when all those lines were at fault themselves; the others are written.
    """
    errors: Any = bulk(engine, actions, raise_on_error=False, chunk_size=BATCH)[1]
    refused = ""
    for error in errors:
        (operation,) = error.values()
        reason, status = operation.get("error", {}).get("type", "refused"), operation.get("status")
        if status in client.REFUSED_STATUS:
            refused = f"{operation.get('_id')}: {reason}"
        elif status not in KEPT_STATUS or reason == "index_not_found_exception":
            raise EngineUnavailable(reason)
    if refused:
        raise EngineRefuses(refused)


@dataclass
class Rebuilt:
    """What a rebuild did: number of documents per audience, and whether there is an engine that has them."""

    documents: dict[str, int] = field(default_factory=dict)
    is_in_engine: bool = False


def rebuild(report: Callable[[str, int, int], None]) -> Rebuilt:
    """Build new indices beside the live ones, then swap; `report(audience, done, total)` hears how far it is.

    Changes made meanwhile go to both, because writers look for the index that is being built. Whoever starts a rebuild last
    wins: the swap of an earlier one fails. Raises EngineUnavailable; the live index is untouched then.
    """
    done = Rebuilt(is_in_engine=client.is_configured())
    for audience in AUDIENCES:
        index = client.run(partial(_create, audience=audience)) if done.is_in_engine else ""
        done.documents[audience] = fill(index, audience, report)
        if index:
            client.run(partial(_swap, audience=audience, index=index))
    return done


def _create(engine: Elasticsearch, audience: str) -> str:
    """Make an empty index that writers see as being built; no index of ours is ever made by a write alone."""
    name = alias(audience)
    engine.indices.put_index_template(name=name, index_patterns=[f"{name}*"], allow_auto_create=False, priority=500)
    index = f"{alias(audience)}-{timezone.now():%Y%m%d%H%M%S%f}-{mapping_hash()}"
    engine.indices.create(index=index, **build_index_body())
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": next_alias(audience)}}]
    if engine.indices.exists_alias(name=next_alias(audience)):
        actions.insert(0, {"remove": {"index": f"{alias(audience)}-*", "alias": next_alias(audience)}})
    engine.indices.update_aliases(actions=actions)
    return index


def fill(index: str, audience: str, report: Callable[[str, int, int], None]) -> int:
    """Write every object of an audience to the database's copy, and to the index when there is one; return how many."""
    models = [model for model in searchable_models() if model.search_audience == audience]
    total = sum(model.findable().count() for model in models)
    done = 0
    for model in models:
        kept: list[int] = []
        for pks in batches(model):
            documents, version = copy_rows(model, pks)
            if index:
                label = model._meta.label_lower
                actions = [_build_action(index, document_key(label, pk), documents[pk], version) for pk in documents]
                client.run(partial(send, actions=actions))
            kept += documents
            done += len(documents)
            report(audience, done, total)
        _look_again(model, kept)
    return done


def _look_again(model: type[Searchable], kept: list[int]) -> None:
    """Bring the entries in line of which no row was read: they are gone, or came meanwhile."""
    label = model._meta.label_lower
    others = sorted(set(SearchEntry.of(label).values_list("object_id", flat=True)) - set(kept))
    for start in range(0, len(others), BATCH):
        bring_in_line(label, others[start : start + BATCH])


def batches(model: type[Searchable]) -> Iterator[list[int]]:
    """Yield the keys of all findable rows, in portions."""
    pks = list(model.findable().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        yield pks[start : start + BATCH]


def _swap(engine: Elasticsearch, audience: str, index: str) -> None:
    """Make the new index the live one in one step, and drop what came before."""
    engine.indices.refresh(index=index)
    live = find_live(engine, audience)
    actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": next_alias(audience), "must_exist": True}}]
    actions += [{"remove": {"index": live, "alias": alias(audience)}}] if live else []
    engine.indices.update_aliases(actions=[*actions, {"add": {"index": index, "alias": alias(audience)}}])
    for name in engine.indices.get(index=f"{alias(audience)}-*", features="aliases").body:
        if name != index:
            engine.indices.delete(index=name, ignore_unavailable=True)


def find_live(engine: Elasticsearch, audience: str) -> str:
    """Return the name of the index behind the alias of an audience, or nothing."""
    name = alias(audience)
    try:
        indices = engine.indices.get_alias(name=name).body
    except NotFoundError:
        return ""
    return next((index for index, content in indices.items() if name in content["aliases"]), "")


def is_up_to_date() -> bool:
    """Tell whether the live indices exist, have today's mapping and hold anything at all; raises EngineUnavailable."""

    def operation(engine: Elasticsearch) -> bool:
        names = [find_live(engine, audience) for audience in AUDIENCES]
        return all(name.endswith(mapping_hash()) for name in names)

    return client.run(operation)
