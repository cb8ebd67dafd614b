"""Write rows to the fallback index and to the index of the engine."""

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
from core.searchable import ADDITIONS, Searchable
from search import client
from search.client import DocumentsRefused, EngineUnavailable
from search.index.documents import build_document, document_key
from search.models import SearchEntry, Turn
from search.processes import batched
from search.query.queries import alias_of
from search.semantic.vectors import with_vectors
from search.text import vocabulary
from search.text.passages import text_of
from search.text.terms import fold, join_abbreviations

BATCH = 200  # rows that are read, or documents that are sent, at once
AT_ONCE = 10  # rows that are written before `write_in_batches` looks at the clock
NOT_THERE, CONFLICT = 404, 409
# Written; gone already; or written by somebody who read later, whose version is higher: all are fine.
DONE_STATUS = {200, 201, NOT_THERE, CONFLICT}

Document = dict[str, Any]
Row = tuple[str, Document | None, int]  # key, document (None: delete it), version


def alias(audience: str) -> str:
    """Return the alias under which the index of an audience is read and written."""
    return alias_of(settings.SEARCH_INDEX_PREFIX, audience)


def next_alias(audience: str) -> str:
    """Return the alias of the index that is being built for an audience."""
    return f"{alias(audience)}-next"


def last_alias(audience: str) -> str:
    """Return the alias of the index that was live before this one, as long as that exists."""
    return f"{alias(audience)}-last"


def preview_prefix() -> str:
    """Return the prefix of temporary indices; only the trial or evaluation that made one writes to it."""
    return f"{settings.SEARCH_INDEX_PREFIX}-preview-"


def read_documents(model: type[Searchable], pks: Iterable[int]) -> dict[int, Document]:
    """Return by primary key the documents of the rows that their audience may see now."""
    rows = list(model.findable().filter(pk__in=list(pks)))
    contents = {row.pk: row.search_content() for row in rows}
    for addition in ADDITIONS:
        if addition.model is model:
            for pk, facets in addition.facets_of(rows).items():
                contents[pk] = replace(contents[pk], facets=contents[pk].facets | facets)
    return {row.pk: build_document(row, contents[row.pk]) for row in rows}


def bring_in_line(label: str, pks: list[int]) -> None:
    """Make the fallback index and the index equal to these rows as they are now.

    Safe to repeat and to run in any order: the version of a write is that of its turn, so that a write that
    read earlier never wins. Raises EngineUnavailable when the index could not be written, EngineRefuses when
    that would fail again in the same way; the fallback index is right by then.
    """
    model: type[Searchable] = apps.get_model(label)
    version = write_fallback(model, pks)
    if client.is_configured():
        _write(model, pks, version)


def write_fallback(model: type[Searchable], pks: list[int]) -> int:
    """Bring these rows in the fallback index in line with new versions; return the last version."""
    writer = FallbackWriter(model)
    writer.write(pks, read_rows(model, pks))
    return writer.last


@dataclass(frozen=True)
class Portion:
    """What was read of some rows after the turn with version `since`.

    `documents` has those to write, `right` the rows that are right in the fallback index; all others are
    gone.
    """

    since: int
    documents: dict[int, Document]
    right: frozenset[int] = frozenset()


def read_rows(model: type[Searchable], pks: list[int]) -> Portion:
    """Read rows, to write all of them."""
    # Before the rows: a turn in between means that they are read again.
    since = Turn.current(model._meta.label_lower)
    return Portion(since, read_documents(model, pks))


def read_portion(pks: list[int], label: str) -> Portion:
    """Read rows, and leave out those that are right in the fallback index.

    Writing all of them takes longer, and mostly changes nothing. An entry with a version that no turn had is
    never right: later changes would not reach the index.
    """
    model: type[Searchable] = apps.get_model(label)
    read = read_rows(model, pks)
    there = SearchEntry.of(label, object_id__in=list(read.documents), version__lte=read.since)
    contents = {entry.key: entry.content() for entry in there}
    entries = [build_entry(model, pk, document, version=0) for pk, document in read.documents.items()]
    right = frozenset(entry.object_id for entry in entries if contents.get(entry.key) == entry.content())
    wrong = {pk: document for pk, document in read.documents.items() if pk not in right}
    return replace(read, right=right, documents=wrong)


@dataclass
class FallbackWriter:
    """Writes rows of one model to the fallback index, which were read before anybody had to wait.

    It reads them again where somebody else wrote since. One writer at a time per model: of two that read and
    write at once, the one that read first could write last.
    """

    model: type[Searchable]
    last: int = 0  # the version of its own last turn
    others: int = 0  # the version of the last turn of somebody else

    def write(self, pks: list[int], read: Portion) -> list[int]:
        """Write these rows as they were read, in batches; return which of them are there."""
        wrong = [pk for pk in pks if pk not in read.right]
        batches = write_in_batches(batched(wrong, AT_ONCE), partial(self._write, read=read))
        portions = chain.from_iterable(batches)
        written = set(chain.from_iterable(portions))
        return [pk for pk in pks if pk in read.right or pk in written]

    def _write(self, pks: list[int], read: Portion) -> Iterable[int]:
        """Write some rows, read again where somebody else, who may have read later, took a turn since."""
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
    """Write these documents to the fallback index, delete the rows that are gone, and count the words."""
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
    """Return the entry of the fallback index for a document."""
    names = [*document["names"], *document["proper_names"]]
    texts = [*names, text_of(document, "summary"), *document["keywords"]]
    for passage in document["passages"]:
        texts += [passage["label"], text_of(passage, "text")]
    return SearchEntry(
        key=document["key"],
        label=document["label"],
        object_id=pk,
        kind=document["kind"],
        audience=model.search_audience,
        title=fold(text_of(document, "title")),
        words=join_abbreviations(fold("\n".join(texts))),
        facets=document["facets"],
        date=document["date"],
        reuse=document["reuse"],
        document=document,
        digest=document["digest"],
        version=version,
    )


def _write(model: type[Searchable], pks: list[int], version: int) -> None:
    """Write these rows to the live index, and to the one that is being built if there is one.

    A row without an entry in the fallback index is deleted, with this version. The names are looked up first,
    as a write to a name that is no alias would make an index of that name. The entries are read after that,
    and may be newer than these rows were: an index that was begun meanwhile knows nothing of a row that
    somebody else deleted from the one before it, and would take the older document.
    """
    names = client.run(partial(_find_written, audience=model.search_audience))
    keys = {document_key(model._meta.label_lower, pk) for pk in pks}
    rows = read_fallback(keys)
    gone = keys - {key for key, *_ in rows}
    rows += [(key, None, version) for key in gone]
    _send_to_each(names, rows)
    if alias(model.search_audience) not in names:
        raise EngineUnavailable("there is no index yet")


def read_fallback(keys: Iterable[str]) -> list[Row]:
    """Return the entries of the fallback index with these keys, as the engine takes them."""
    entries = list(SearchEntry.objects.filter(key__in=keys))
    documents = with_vectors(entry.document for entry in entries)
    return [(entry.key, document, entry.version) for entry, document in zip(entries, documents, strict=True)]


def _find_written(engine: Elasticsearch, audience: str) -> list[str]:
    """Return the aliases of the live index and of the one that is being built, as far as they exist."""
    names = alias(audience), next_alias(audience)
    return [name for name in names if engine.indices.exists_alias(name=name)]


def _send_to_each(names: list[str], rows: list[Row]) -> None:
    """Write rows to each of these indices; raises DocumentsRefused after the last one.

    An index with a newer mapping may take what another one refuses.
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
    """Return one action of a bulk request: index the document, or delete it where there is none."""
    action = {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}
    if document is None:
        return action | {"_op_type": "delete"}
    return action | {"_op_type": "index", "_source": document}


def send(engine: Elasticsearch, actions: Iterable[dict[str, Any]]) -> None:
    """Send a bulk request; a conflict with a newer version is no failure.

    Raises DocumentsRefused when all actions that failed are at fault themselves, EngineUnavailable when one
    failed for another reason. All other documents are written.
    """
    errors: Any = bulk(engine, actions, raise_on_error=False, chunk_size=BATCH)[1]
    refused: dict[str, str] = {}
    for error in errors:
        (operation,) = error.values()
        reason, status = operation.get("error", {}).get("type", "refused"), operation.get("status")
        if status in client.REFUSED_STATUS:
            refused[str(operation.get("_id"))] = reason
        elif status not in DONE_STATUS or reason == "index_not_found_exception":
            raise EngineUnavailable(reason)
    if refused:
        raise DocumentsRefused(refused)


def drop(engine: Elasticsearch, index: str) -> None:
    """Delete an index; it may be gone already, as somebody else may do the same at this moment."""
    engine.options(ignore_status=NOT_THERE).indices.delete(index=index)


def find_live(engine: Elasticsearch, audience: str) -> str:
    """Return the name of the index behind the alias of an audience; the empty string where there is none."""
    return find_behind(engine, alias(audience))


def find_behind(engine: Elasticsearch, name: str) -> str:
    """Return the name of the index behind an alias; the empty string where there is none."""
    try:
        indices = engine.indices.get_alias(name=name).body
    except NotFoundError:
        return ""
    return next((index for index, content in indices.items() if name in content["aliases"]), "")
