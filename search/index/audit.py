"""Compare what can be found with the database, and mend the differences.

No stored digest or version of a row is trusted: its document is built anew, and compared with everything that
the fallback index and the index hold under its key. What they hold under any other key belongs to no row.
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
from search.index import indexing, rebuilding, tasks
from search.index.documents import digest_of_document, document_key, fingerprint
from search.models import AUDIENCES, SearchEntry
from search.processes import batched
from search.semantic import embedding, vectors
from search.text import vocabulary

FALLBACK, VECTORS, WORDS = "fallback index", "vectors", "words"
MISSING, STRAY, OTHER, DOUBLE = "is missing", "should not be there", "is different", "is there twice"
INCOMPLETE, MISCOUNTED = "lacks one or more", "has wrong counts"
NEWER = "has a version that later changes do not reach"
SCANNED_AT_ONCE = 500  # documents in one answer of the engine, which holds their whole source
LONGEST_NUMBER = 18  # digits of a primary key: with 19 a number may not fit in 64 bits

# Vectors are excluded from the source of a document (`SearchDocument.Meta`), so they can only be counted.
_ALL: dict[str, Any] = {
    "bool": {
        "filter": {"match_all": {}},
        "should": {
            "nested": {
                "path": "passages",
                "query": {"exists": {"field": "passages.vector"}},
                "inner_hits": {"size": 0, "ignore_unmapped": True},
                "ignore_unmapped": True,  # for an index that has our name, but not our mapping
            }
        },
    }
}


@dataclass(frozen=True)
class Difference:
    """One object that is wrong in the fallback index, among the vectors, or in the index with this alias.

    For words the key is the audience.
    """

    place: str
    key: str
    what: str

    def __str__(self) -> str:
        """Return the difference as a line of a report."""
        return f"{self.place}: {self.key} {self.what}"


@dataclass(frozen=True)
class _Wanted:
    """What there should be of a row, as fingerprints: equal content has equal fingerprints."""

    audience: str
    in_fallback: str
    in_index: str
    lacks_vectors: bool


def find_differences() -> Iterator[Difference]:
    """Yield every difference of the database with the fallback index and with the indices.

    Without an engine there are no indices to compare. Raises EngineUnavailable.
    """
    wanted = {key: mark for model in searchable_models() for key, mark in _read_wanted(model)}
    told: set[str] = set()
    is_fallback_right = True
    for difference in _compare_places(wanted):
        told.add(difference.key)
        is_fallback_right &= difference.place != FALLBACK
        yield difference
    if is_fallback_right:  # else the words are counted anew when it is mended
        miscounted = (audience for audience in AUDIENCES if vocabulary.find_wrong(audience))
        yield from (Difference(WORDS, audience, MISCOUNTED) for audience in miscounted)
    # A row that was told already is written again, and gets its vectors then.
    incomplete = (key for key, mark in wanted.items() if mark.lacks_vectors and key not in told)
    yield from (Difference(VECTORS, key, INCOMPLETE) for key in incomplete)


def _compare_places(wanted: dict[str, _Wanted]) -> Iterator[Difference]:
    """Yield the differences of the fallback index and of each index."""
    in_fallback = {key: mark.in_fallback for key, mark in wanted.items()}
    yield from _compare(FALLBACK, in_fallback, _read_fallback())
    if client.is_configured():
        for audience in AUDIENCES:
            marks = {key: mark.in_index for key, mark in wanted.items() if mark.audience == audience}
            yield from _compare_index(audience, marks)


def _read_wanted(model: type[Searchable]) -> Iterator[tuple[str, _Wanted]]:
    """Yield what there should be of each row of a model."""
    for pks in rebuilding.batches(model):
        documents = indexing.read_documents(model, pks)
        documents_to_send = vectors.with_vectors(documents.values())
        for (pk, document), sent in zip(documents.items(), documents_to_send, strict=True):
            entry = indexing.build_entry(model, pk, document, version=0)
            count = sum("vector" in passage for passage in sent["passages"])
            lacks = embedding.is_available() and count < len(vectors.texts_of(document))
            in_fallback, in_index = _mark_entry(entry), _mark_source(document, count)
            yield entry.key, _Wanted(model.search_audience, in_fallback, in_index, lacks)


def _read_fallback() -> Iterator[tuple[str, str]]:
    """Yield the key and the fingerprint of each entry of the fallback index."""
    entries = SearchEntry.objects.order_by().iterator()
    return ((entry.key, _mark_entry(entry)) for entry in entries)


def _mark_entry(entry: SearchEntry) -> str:
    """Return the fingerprint of all that an entry of the fallback index holds."""
    return fingerprint(entry.content())


def _mark_source(source: dict[str, Any], count: int) -> str:
    """Return the fingerprint of an indexed document, of which `count` passages have a vector."""
    digests = {"said": source.get("digest"), "computed": digest_of_document(source)}
    return fingerprint(digests | {"vectors": count})


def _compare_index(audience: str, wanted: dict[str, str]) -> Iterator[Difference]:
    """Yield the differences of an index, also too high versions: a write with a lower one is refused."""
    place = indexing.alias(audience)
    if not client.run(partial(indexing.find_live, audience=audience)):
        yield Difference(place, "every document", MISSING)
        return
    versions: dict[str, int] = {}
    there = client.run(partial(_read_index, place=place, versions=versions))
    found = list(_compare(place, wanted, there))
    yield from found
    in_fallback = dict(SearchEntry.objects.filter(audience=audience).values_list("key", "version"))
    told = {difference.key for difference in found}
    newer = (key for key in sorted(versions.keys() - told) if versions[key] > in_fallback.get(key, 0))
    yield from (Difference(place, key, NEWER) for key in newer)


def _read_index(engine: Elasticsearch, place: str, versions: dict[str, int]) -> list[tuple[str, str]]:
    """Return the key and the fingerprint of each document of an index; `versions` gets its version by key."""
    engine.indices.refresh(index=place)
    marks = []
    for hit in scan(engine, query={"query": _ALL, "version": True}, index=place, size=SCANNED_AT_ONCE):
        count = hit["inner_hits"]["passages"]["hits"]["total"]["value"] if "inner_hits" in hit else 0
        marks.append((hit["_id"], _mark_source(hit["_source"], count)))
        versions[hit["_id"]] = hit["_version"]
    return marks


def _compare(place: str, wanted: dict[str, str], there: Iterable[tuple[str, str]]) -> Iterator[Difference]:
    """Yield what should not be there, what is different, what is there twice and what is missing."""
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
    """Delete what belongs to no row, write the other rows again and count the words.

    A rebuild follows where that is not enough: an index is missing, or holds versions that no write
    reaches, so that the same difference is still there. What others change meanwhile has its own tasks, and
    vectors are made by the worker.

    Returns by key what the engine refuses, with the reason. Raises EngineUnavailable.
    """
    try:
        _take_out([difference for difference in differences if difference.what == STRAY])
        rows = sorted({row for difference in differences if (row := _row_of(difference.key))})
        for label, group in groupby(rows, key=itemgetter(0)):
            for pks in batched((pk for _, pk in group), indexing.BATCH):
                indexing.bring_in_line(label, pks)
                _list_missing(label, pks)
        for audience in AUDIENCES:
            vocabulary.count_anew(audience)
        tasks.plan_vectors()
        told = {(found.place, found.key) for found in differences if found.place != VECTORS}
        left = ((difference.place, difference.key) for difference in find_differences())
        is_fine = told.isdisjoint(left)
    except EngineUnavailable:
        is_fine = False
    if is_fine:
        return {}
    done = rebuilding.rebuild(report)
    tasks.plan_vectors()
    return done.refused


def _list_missing(label: str, pks: list[int]) -> None:
    """List the vectors that these rows lack, for the worker."""
    if embedding.is_available():
        _, missing = vectors.look_up([document_key(label, pk) for pk in pks])
        vectors.list_missing(missing)


def _take_out(strays: list[Difference]) -> None:
    """Delete what has the key of no findable row; a row that came meanwhile is written after this."""
    in_fallback = [stray.key for stray in strays if stray.place == FALLBACK]
    for keys in batched(in_fallback, indexing.BATCH):
        SearchEntry.objects.filter(key__in=keys).delete()
    in_index = [stray for stray in strays if stray.place != FALLBACK]
    actions = [{"_op_type": "delete", "_index": stray.place, "_id": stray.key} for stray in in_index]
    if actions:
        client.run(lambda engine: indexing.send(engine, actions))


def _row_of(key: str) -> tuple[str, int] | None:
    """Return the model and the primary key of the row with this key; None when no row could have it."""
    label, _, number = key.rpartition(":")
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    models = {model._meta.label_lower for model in searchable_models()}
    is_name = label in models and is_number and document_key(label, int(number)) == key
    return (label, int(number)) if is_name else None
