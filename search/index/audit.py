"""Is what can be found equal to the database, and if not: make it so.

Nothing that was written down about a row is believed: its document is built anew, and compared with all that copy and index
hold under its name. What they hold under another name belongs to nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from core.searchable import Searchable, searchable_models
from search import client
from search.client import EngineUnavailable
from search.index import indexing, rebuilding
from search.index.documents import digest_of_document, document_key, fingerprint
from search.models import AUDIENCES, SearchEntry
from search.processes import batched
from search.semantic import embedding, vectors
from search.text import vocabulary

COPY, VECTORS, WORDS = "copy", "vectors", "words"
MISSING, STRAY, OTHER, DOUBLE = "is missing", "should not be there", "is different", "is there twice"
INCOMPLETE, MISCOUNTED = "lacks one or more", "has wrong counts"
NEWER = "has a version that later changes do not reach"
LONGEST_NUMBER = 18  # digits that a key of a row can have

# The vectors of a document are not in its source: they are counted.
_ALL: dict[str, Any] = {
    "bool": {
        "filter": {"match_all": {}},
        "should": {
            "nested": {
                "path": "passages",
                "query": {"exists": {"field": "passages.vector"}},
                "inner_hits": {"size": 0, "ignore_unmapped": True},
                "ignore_unmapped": True,  # in an index that is none of ours, but has the name of one
            }
        },
    }
}


@dataclass(frozen=True)
class Difference:
    """One object that is not as it should be in the copy, among the vectors, or in the index with this alias.

    Of words the key is the audience.
    """

    place: str
    key: str
    what: str

    def __str__(self) -> str:
        """Return it as a line of a report."""
        return f"{self.place}: {self.key} {self.what}"


@dataclass(frozen=True)
class _Wanted:
    """What there should be of a row: marks that are the same for the same content."""

    audience: str
    in_copy: str
    in_index: str
    lacks_vectors: bool


def find_differences() -> Iterator[Difference]:
    """Yield every difference between the database and its copy, and the indices if there is an engine.

    Raises EngineUnavailable.
    """
    wanted = {key: mark for model in searchable_models() for key, mark in _read_wanted(model)}
    told: set[str] = set()
    is_copied = True
    for difference in _compare_places(wanted):
        told.add(difference.key)
        is_copied &= difference.place != COPY
        yield difference
    if is_copied:  # else they are counted anew when the copy is mended
        yield from (
            Difference(WORDS, audience, MISCOUNTED)
            for audience in AUDIENCES
            if vocabulary.find_wrong(audience)
        )
    # Whatever is written again gets its vectors too.
    yield from (
        Difference(VECTORS, key, INCOMPLETE)
        for key, mark in wanted.items()
        if mark.lacks_vectors and key not in told
    )


def _compare_places(wanted: dict[str, _Wanted]) -> Iterator[Difference]:
    """Yield the differences of the copy and of each index."""
    yield from _compare(COPY, {key: mark.in_copy for key, mark in wanted.items()}, _read_copy())
    if client.is_configured():
        for audience in AUDIENCES:
            marks = {key: mark.in_index for key, mark in wanted.items() if mark.audience == audience}
            yield from _compare_index(audience, marks)


def _read_wanted(model: type[Searchable]) -> Iterator[tuple[str, _Wanted]]:
    """Yield what there should be of each row of a model."""
    for pks in rebuilding.batches(model):
        documents = indexing.read_documents(model, pks)
        for (pk, document), sent in zip(
            documents.items(), vectors.with_vectors(documents.values()), strict=True
        ):
            entry = indexing.build_entry(model, pk, document, version=0)
            count = sum("vector" in passage for passage in sent["passages"])
            lacks = embedding.is_available() and count < len(vectors.texts_of(document))
            yield (
                entry.key,
                _Wanted(model.search_audience, _mark_entry(entry), _mark_source(document, count), lacks),
            )


def _read_copy() -> Iterator[tuple[str, str]]:
    """Yield the key of each entry of the copy, and its mark."""
    return ((entry.key, _mark_entry(entry)) for entry in SearchEntry.objects.order_by().iterator())


def _mark_entry(entry: SearchEntry) -> str:
    """Return the mark of all that an entry of the copy holds."""
    return fingerprint(entry.content())


def _mark_source(source: dict[str, Any], count: int) -> str:
    """Return the mark of what the index holds of a document, of which `count` passages have a vector."""
    return fingerprint(
        {"said": source.get("digest"), "computed": digest_of_document(source), "vectors": count}
    )


def _compare_index(audience: str, wanted: dict[str, str]) -> Iterator[Difference]:
    """Yield the differences of an index; also of versions, since a write with a lower one is refused."""
    place = indexing.alias(audience)
    if not client.run(partial(indexing.find_live, audience=audience)):
        yield Difference(place, "every document", MISSING)
        return
    versions: dict[str, int] = {}
    found = list(_compare(place, wanted, client.run(partial(_read_index, place=place, versions=versions))))
    yield from found
    kept = dict(SearchEntry.objects.filter(audience=audience).values_list("key", "version"))
    told = {difference.key for difference in found}
    yield from (
        Difference(place, key, NEWER)
        for key in sorted(versions.keys() - told)
        if versions[key] > kept.get(key, 0)
    )


def _read_index(engine: Elasticsearch, place: str, versions: dict[str, int]) -> list[tuple[str, str]]:
    """Return the name of each document of an index, and its mark; `versions` hears of its version."""
    engine.indices.refresh(index=place)
    marks = []
    for hit in scan(engine, query={"query": _ALL, "version": True}, index=place, size=500):
        count = hit["inner_hits"]["passages"]["hits"]["total"]["value"] if "inner_hits" in hit else 0
        marks.append((hit["_id"], _mark_source(hit["_source"], count)))
        versions[hit["_id"]] = hit["_version"]
    return marks


def _compare(place: str, wanted: dict[str, str], there: Iterable[tuple[str, str]]) -> Iterator[Difference]:
    """Yield what should not be there, what is different or there twice, and what is missing."""
    seen: set[str] = set()
    for key, mark in there:
        if key in seen:
            yield Difference(place, key, DOUBLE)
        elif key not in wanted:
            yield Difference(place, key, STRAY)
        elif mark != wanted[key]:
            yield Difference(place, key, OTHER)
        seen.add(key)
    yield from (Difference(place, key, MISSING) for key in sorted(wanted.keys() - seen))


def mend(differences: list[Difference], report: rebuilding.Report) -> dict[str, str]:
    """Take out what belongs to nothing, write the rows of the rest and count the words; build anew what cannot be mended so.

    That is where an index is missing, or holds versions that no write reaches: what was different still is. What others change
    meanwhile has its own tasks. Returns what the engine refuses, with reasons. Raises EngineUnavailable.
    """
    try:
        _take_out([difference for difference in differences if difference.what == STRAY])
        rows = sorted({row for difference in differences if (row := _row_of(difference.key))})
        for label, group in groupby(rows, key=itemgetter(0)):
            pks = [pk for _, pk in group]
            for start in range(0, len(pks), indexing.BATCH):
                _write_with_vectors(label, pks[start : start + indexing.BATCH])
        for audience in AUDIENCES:
            vocabulary.count_anew(audience)
        told = {(difference.place, difference.key) for difference in differences}
        is_fine = told.isdisjoint((difference.place, difference.key) for difference in find_differences())
    except EngineUnavailable:
        is_fine = False
    return {} if is_fine else rebuilding.rebuild(report).refused


def _write_with_vectors(label: str, pks: list[int]) -> None:
    """Write rows, and once more with the vectors that they lacked."""
    indexing.bring_in_line(label, pks)
    texts = vectors.find_missing(SearchEntry.of(label, object_id__in=pks).values_list("document", flat=True))
    if texts and embedding.is_available():
        vectors.make(texts)
        indexing.bring_in_line(label, pks)


def _take_out(strays: list[Difference]) -> None:
    """Take out what is under the name of no row that can be found; a row that came meanwhile is written after this."""
    for keys in batched((stray.key for stray in strays if stray.place == COPY), indexing.BATCH):
        SearchEntry.objects.filter(key__in=keys).delete()
    actions = [
        {"_op_type": "delete", "_index": stray.place, "_id": stray.key}
        for stray in strays
        if stray.place != COPY
    ]
    if actions:
        client.run(lambda engine: indexing.send(engine, actions))


def _row_of(key: str) -> tuple[str, int] | None:
    """Return the model and the number of the row that has this name, or nothing when no row could have it."""
    label, _, number = key.rpartition(":")
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    models = {model._meta.label_lower for model in searchable_models()}
    is_name = label in models and is_number and document_key(label, int(number)) == key
    return (label, int(number)) if is_name else None
