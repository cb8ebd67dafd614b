"""Write what can be found: one object, or everything anew beside what is live."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

from django.apps import apps
from django.conf import settings
from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.helpers import bulk

from core.locking import write_in_batches
from core.searchable import Searchable
from search import client
from search.client import DocumentsRefused, EngineUnavailable
from search.index.documents import build_document, document_key
from search.models import SearchEntry, Turn
from search.processes import batched
from search.query.queries import alias_of
from search.semantic.vectors import with_vectors
from search.text import vocabulary
from search.text.passages import text_of
from search.text.terms import fold

BATCH = 200
AT_ONCE = 10  # rows that are copied before somebody looks at the clock
NOT_THERE, CONFLICT = 404, 409
KEPT_STATUS = {
    200,
    201,
    NOT_THERE,
    CONFLICT,
}  # gone already, or written by somebody who read later: both are fine

Document = dict[str, Any]
Row = tuple[str, Document | None, int]  # name, what it holds unless it is gone, version


def alias(audience: str) -> str:
    """Return the name under which the index of an audience is read and written."""
    return alias_of(settings.SEARCH_INDEX_PREFIX, audience)


def next_alias(audience: str) -> str:
    """Return the name of the index that is being built for an audience."""
    return f"{alias(audience)}-next"


def last_alias(audience: str) -> str:
    """Return the name of the index that was live before this one, as long as it is kept."""
    return f"{alias(audience)}-last"


def preview_prefix() -> str:
    """Return how the names begin of indices to try synonyms out on; only the trial itself writes to them."""
    return f"{settings.SEARCH_INDEX_PREFIX}-preview-"


def read_documents(model: type[Searchable], pks: Iterable[int]) -> dict[int, Document]:
    """Return the documents of those rows that its audience may see now."""
    rows = model.findable().filter(pk__in=list(pks))
    return {row.pk: build_document(row, row.search_content()) for row in rows}


def bring_in_line(label: str, pks: list[int]) -> None:
    """Make the database's copy and the index equal to these rows as they are now; safe to repeat and in any order.

    The version of a write is that of the turn of its row, so that a write that read earlier never wins. Raises
    EngineUnavailable when the index could not be written, EngineRefuses when that would fail again in the same way; the copy
    in the database is right by then.
    """
    model: type[Searchable] = apps.get_model(label)
    version = copy_rows(model, pks)
    if client.is_configured():
        _write(model, pks, version)


def copy_rows(model: type[Searchable], pks: list[int]) -> int:
    """Bring the database's copy of these rows in line, each with a new version; return the last of these."""
    copier = Copier(model)
    copier.write(pks, read_rows(model, pks))
    return copier.last


@dataclass(frozen=True)
class Portion:
    """The documents of rows as all was since this turn, and those rows of which the copy is right; others are gone."""

    since: int
    documents: dict[int, Document]
    right: frozenset[int] = frozenset()


def read_rows(model: type[Searchable], pks: list[int]) -> Portion:
    """Read rows, to copy all of them."""
    return Portion(Turn.current(model._meta.label_lower), read_documents(model, pks))


def read_portion(pks: list[int], label: str) -> Portion:
    """Read rows, and compare them with their copy: to write all of them anew takes longer, and mostly changes nothing.

    A copy with a version that no turn had is never right: later changes would not reach the index.
    """
    model: type[Searchable] = apps.get_model(label)
    read = read_rows(model, pks)
    there = SearchEntry.of(label, object_id__in=list(read.documents), version__lte=read.since)
    copies = {entry.key: entry.content() for entry in there}
    wanted = {
        pk: build_entry(model, pk, document, version=0).content() for pk, document in read.documents.items()
    }
    right = frozenset(pk for pk, content in wanted.items() if copies.get(content["key"]) == content)
    return replace(
        read, right=right, documents={pk: row for pk, row in read.documents.items() if pk not in right}
    )


@dataclass
class Copier:
    """Writes the copy of rows that were read beforehand, while nobody waited; reads them again where that is too long ago.

    One at a time per model: of two that read and write at once, the one that read first could write last.
    """

    model: type[Searchable]
    last: int = 0
    others: int = 0

    def write(self, pks: list[int], read: Portion) -> list[int]:
        """Bring the copy of these rows in line with what was read, in batches; return which of them are there."""
        wrong = [pk for pk in pks if pk not in read.right]
        batches = write_in_batches(batched(wrong, AT_ONCE), partial(self._write, read=read))
        written = set(chain.from_iterable(chain.from_iterable(batches)))
        return [pk for pk in pks if pk in read.right or pk in written]

    def _write(self, pks: list[int], read: Portion) -> Iterable[int]:
        """Write some of them; somebody else who took a turn since may have read later, and have written them already."""
        before, version = Turn.take(self.model._meta.label_lower)
        if before != self.last:
            self.others = before
        if read.since < self.others:
            documents = read_documents(self.model, pks)
        else:
            documents = {pk: read.documents[pk] for pk in pks if pk in read.documents}
        _write_entries(self.model, set(pks) - documents.keys(), documents, version)
        self.last = version
        return documents


def _write_entries(
    model: type[Searchable], gone: Iterable[int], documents: dict[int, Document], version: int
) -> None:
    """Write the database's copy of rows that have these documents, take it out of those that are gone, and count the words."""
    label = model._meta.label_lower
    before = dict(SearchEntry.of(label, object_id__in=[*gone, *documents]).values_list("key", "words"))
    SearchEntry.of(label, object_id__in=list(gone)).delete()
    entries = [build_entry(model, pk, document, version) for pk, document in documents.items()]
    columns = [
        column.name for column in SearchEntry._meta.concrete_fields if column.name not in {"id", "key"}
    ]
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["key"], update_fields=columns
    )
    vocabulary.follow(model.search_audience, before, {entry.key: entry.words for entry in entries})


def build_entry(model: type[Searchable], pk: int, document: Document, version: int) -> SearchEntry:
    """Return the row of the database's copy for a document."""
    texts = [text_of(document, "title"), text_of(document, "summary"), *document["keywords"]]
    texts += [
        part for passage in document["passages"] for part in (passage["label"], text_of(passage, "text"))
    ]
    return SearchEntry(
        key=document["key"],
        label=document["label"],
        object_id=pk,
        kind=document["kind"],
        audience=model.search_audience,
        title=fold(text_of(document, "title")),
        words=fold("\n".join(texts)),
        facets=document["facets"],
        date=document["date"],
        reuse=document["reuse"],
        document=document,
        digest=document["digest"],
        version=version,
    )


def _write(model: type[Searchable], pks: list[int], version: int) -> None:
    """Write the copy of these rows to the live index, and to the one that is being built if there is one.

    What has no copy is taken out, in this version. A write to a name that is no alias would make an index of that name, so that
    is looked at first. Then the copy is read, which may be newer than these rows were: an index that was begun meanwhile knows
    nothing of a row that somebody else has taken out of the one before it, and would take the older document.
    """
    names = client.run(partial(_find_written, audience=model.search_audience))
    keys = {document_key(model._meta.label_lower, pk) for pk in pks}
    rows = read_copy(keys)
    rows += [(key, None, version) for key in keys.difference(key for key, *_ in rows)]
    _send_to_each(names, rows)
    if alias(model.search_audience) not in names:
        raise EngineUnavailable("there is no index yet")


def read_copy(keys: Iterable[str]) -> list[Row]:
    """Return what the copy has of the objects with these names, as the engine takes it."""
    entries = list(SearchEntry.objects.filter(key__in=keys))
    documents = with_vectors(entry.document for entry in entries)
    return [(entry.key, document, entry.version) for entry, document in zip(entries, documents, strict=True)]


def _find_written(engine: Elasticsearch, audience: str) -> list[str]:
    """Return the names of the live index and of the one that is being built, as far as they are there."""
    return [
        name for name in (alias(audience), next_alias(audience)) if engine.indices.exists_alias(name=name)
    ]


def _send_to_each(names: list[str], rows: list[Row]) -> None:
    """Write rows to each of these indices; raises DocumentsRefused after the last one.

    What one index refuses another one may take, which has a newer mapping.
    """
    refused: dict[str, str] = {}
    for name in names:
        actions = [build_action(name, *row) for row in rows]
        try:
            client.run(partial(send, actions=actions))
        except DocumentsRefused as error:
            refused |= error.reasons
    if refused:
        raise DocumentsRefused(refused)


def build_action(index: str, key: str, document: Document | None, version: int) -> dict[str, Any]:
    """Return one line of a bulk request: write the document, or take it out."""
    action = {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}
    if document is None:
        return action | {"_op_type": "delete"}
    return action | {"_op_type": "index", "_source": document}


def send(engine: Elasticsearch, actions: Iterable[dict[str, Any]]) -> None:
    """Send a bulk request; raises EngineUnavailable when a line was refused for another reason than being late.

    It is DocumentsRefused when all those lines were at fault themselves; the others are written.
    """
    errors: Any = bulk(engine, actions, raise_on_error=False, chunk_size=BATCH)[1]
    refused: dict[str, str] = {}
    for error in errors:
        (operation,) = error.values()
        reason, status = operation.get("error", {}).get("type", "refused"), operation.get("status")
        if status in client.REFUSED_STATUS:
            refused[str(operation.get("_id"))] = reason
        elif status not in KEPT_STATUS or reason == "index_not_found_exception":
            raise EngineUnavailable(reason)
    if refused:
        raise DocumentsRefused(refused)


def drop(engine: Elasticsearch, index: str) -> None:
    """Take an index away; it may be gone, and somebody else may be doing the same at this moment."""
    engine.options(ignore_status=NOT_THERE).indices.delete(index=index)


def find_live(engine: Elasticsearch, audience: str) -> str:
    """Return the name of the index behind the alias of an audience, or nothing."""
    return find_behind(engine, alias(audience))


def find_behind(engine: Elasticsearch, name: str) -> str:
    """Return the name of the index behind an alias, or nothing."""
    try:
        indices = engine.indices.get_alias(name=name).body
    except NotFoundError:
        return ""
    return next((index for index, content in indices.items() if name in content["aliases"]), "")
