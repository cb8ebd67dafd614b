"""The vectors of passages: made once per text and model, stored in the database, sent with a document."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, takewhile
from typing import Any

from django.utils import timezone

from core.locking import write_in_batches
from search.kinds import KINDS
from search.models import EVERYONE, MissingVector, PassageVector, SearchEntry, Vocabulary
from search.processes import batched, each_in_processes
from search.semantic import embedding, nearness
from search.text.passages import text_of

PORTION = 8  # texts that the model gets at once; with 1 to 64 it is as quick (bench/results/search.md)
FEW_PORTIONS = 2  # that are not worth starting processes for
MOST_AT_ONCE = 5000  # rows in one query, and vectors in memory at once
CASES_AT_ONCE = 1000  # of which the vectors are in memory
WRITTEN_AT_ONCE = 500  # rows that are listed or deleted before `write_in_batches` looks at the clock
REMEMBERED = 2000  # vectors of whole objects that a process remembers
KINDS_WITH_VECTORS = frozenset(kind.name for kind in KINDS if kind.is_semantic)
Document = dict[str, Any]
Vector = tuple[int, ...]


def embedded_text(document: Document, passage: dict[str, str]) -> str:
    """Return the text that a vector is made of: a passage below the title of its document and its heading."""
    texts = text_of(document, "title"), passage["label"], text_of(passage, "text")
    return ". ".join(filter(None, texts))


def digest_of(text: str) -> str:
    """Return the digest under which the vector of a text is stored."""
    return hashlib.sha256(f"{embedding.NAME}\0{text}".encode("utf-8", "replace")).hexdigest()


def texts_of(document: Document) -> list[str]:
    """Return the texts of a document that should have a vector, one per passage."""
    if document["kind"] not in KINDS_WITH_VECTORS:
        return []
    return [embedded_text(document, passage) for passage in document["passages"]]


def with_vectors(documents: Iterable[Document]) -> list[Document]:
    """Return the documents with the vectors that exist, as the engine takes them."""
    documents = list(documents)
    digests = [list(map(digest_of, texts_of(document))) for document in documents]
    stored = _read_stored(chain.from_iterable(digests))
    made = {digest: centre_stored(vector) for digest, vector in stored}
    return [
        add_vectors(document, [made.get(digest) for digest in row])
        for document, row in zip(documents, digests, strict=True)
    ]


def centre_stored(stored: Any) -> tuple[int, ...]:
    """Return a stored vector without what all of them share."""
    return embedding.centre(array("b", bytes(stored)))


def add_vectors(document: Document, vectors: list[Vector | None]) -> Document:
    """Return a document with the centred vectors of its passages that are there, and of the whole."""
    if not any(vectors):
        return document
    pairs = zip(document["passages"], vectors, strict=True)
    passages = [
        passage | {"vector": embedding.pack(vector)} if vector else passage for passage, vector in pairs
    ]
    whole = nearness.sum_up(filter(None, vectors))
    return document | {"passages": passages} | ({"vector": embedding.pack(whole)} if whole else {})


def find_missing(documents: Iterable[Document]) -> list[str]:
    """Return the different texts of these documents that have no vector yet."""
    texts = {digest_of(text): text for document in documents for text in texts_of(document)}
    there = find_stored(texts)
    return [text for digest, text in texts.items() if digest not in there]


def digests_of(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Return the key and the digest of each text of these documents."""
    return [(document["key"], digest_of(text)) for document in documents for text in texts_of(document)]


def find_stored(digests: Iterable[str]) -> set[str]:
    """Return those of the digests that have a vector."""
    return {digest for digest, _ in _read_stored(digests)}


def look_up(keys: list[str]) -> tuple[set[str], list[tuple[str, str]]]:
    """Return the digests of all texts of the objects with these keys, and what to list of them as missing."""
    entries = dict(SearchEntry.objects.filter(key__in=keys).values_list("key", "document"))
    passages = digests_of(entries[key] for key in keys if key in entries)
    digests = {digest for _, digest in passages}
    there = find_stored(digests)
    return digests, [(key, digest) for key, digest in passages if digest not in there]


def list_missing(passages: Iterable[tuple[str, str]]) -> None:
    """List passages, each with the key of its object and its digest, so that the worker makes their vectors.

    The last one is made first. What is listed already keeps its place.
    """
    rows = (MissingVector(key=key, digest=digest) for key, digest in passages)
    for _batch in write_in_batches(batched(rows, WRITTEN_AT_ONCE), _list):
        pass


def _list(rows: list[MissingVector]) -> None:
    """List the passages of one batch."""
    MissingVector.objects.bulk_create(rows, ignore_conflicts=True)


def newest_keys(most: int) -> list[str]:
    """Return the keys of the objects of the last so many passages of the list, the last one first."""
    keys = MissingVector.objects.order_by("-pk").values_list("key", flat=True)[:most]
    return list(dict.fromkeys(keys))


def find_missing_of(keys: list[str]) -> list[str]:
    """Return the texts without a vector of the objects with these keys, in the order of the keys."""
    entries = dict(SearchEntry.objects.filter(key__in=keys).values_list("key", "document"))
    return find_missing(entries[key] for key in keys if key in entries)


def take_off(keys: list[str], *, except_for: Iterable[str] = ()) -> None:
    """Take the passages of these objects off the list, except for these digests."""
    listed = MissingVector.objects.filter(key__in=keys)
    listed.exclude(digest__in=except_for).delete()


def _read_stored(digests: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Yield digest and vector of those of these digests that have one; reads some thousands at once."""
    for portion in batched(digests, MOST_AT_ONCE):
        yield from PassageVector.objects.filter(digest__in=portion).values_list("digest", "vector")


def make(texts: list[str], may_go_on: Callable[[], bool] = lambda: True) -> None:
    """Make and store the vectors of texts, in one process per core when there are many.

    `may_go_on` is asked before each portion; when it says no, those that were begun are the last.
    """
    portions = takewhile(lambda portion: may_go_on(), batched(texts, PORTION))
    coming = iter(texts)
    for made in each_in_processes(embedding.embed_passages, portions, few=FEW_PORTIONS):
        rows = [_build_row(text, vector) for vector, text in zip(made, coming, strict=False)]
        PassageVector.objects.bulk_create(rows, ignore_conflicts=True)


def _build_row(text: str, vector: bytes) -> PassageVector:
    """Return the row that stores the vector of a text."""
    return PassageVector(digest=digest_of(text), model=embedding.NAME, vector=vector)


def stored_digests() -> set[str]:
    """Return the digests of all vectors that are stored."""
    return set(PassageVector.objects.values_list("digest", flat=True))


def forget(digests: Iterable[str]) -> None:
    """Delete the vectors with these digests, in batches that end by the clock."""
    for _batch in write_in_batches(batched(digests, WRITTEN_AT_ONCE), _forget):
        pass


def _forget(digests: list[str]) -> None:
    """Delete the vectors of one batch."""
    PassageVector.objects.filter(digest__in=digests).delete()


def of_each_case() -> Iterator[list[Any]]:
    """Yield the stored vectors of the passages of each object in the fallback index."""
    entries = SearchEntry.objects.filter(kind__in=KINDS_WITH_VECTORS).order_by()
    return of_each(entries.values_list("document", flat=True).iterator(CASES_AT_ONCE))


def of_each(documents: Iterable[Document]) -> Iterator[list[Any]]:
    """Yield the stored vectors of the passages of each document."""
    digests = (list(map(digest_of, texts_of(document))) for document in documents)
    for portion in batched(digests, CASES_AT_ONCE):
        stored = dict(_read_stored(chain.from_iterable(portion)))
        for row in portion:
            yield [stored[digest] for digest in row if digest in stored]


def measure_chance() -> None:
    """Measure how near cases come by chance, with the vectors that are there, and let all processes know.

    Their words are read again with it (`vocabulary.get`), so nothing is written where nothing changed.
    """
    threshold, sure_threshold = nearness.find_chance(of_each_case())
    found = {"threshold": threshold, "sure_threshold": sure_threshold}
    if not Vocabulary.objects.filter(audience=EVERYONE, **found).exists():
        found_now = found | {"changed_at": timezone.now()}
        Vocabulary.objects.update_or_create(audience=EVERYONE, defaults=found_now)


def vector_of(key: str, stamp: str) -> tuple[int, ...]:
    """Return the vector of a whole object; empty when it has none, not yet, or none for this `stamp`."""
    try:
        return _sum_vectors(key, stamp)
    except LookupError:
        return ()


@lru_cache(maxsize=REMEMBERED)
def _sum_vectors(key: str, stamp: str) -> tuple[int, ...]:
    """Return what the vectors of all passages sum up to.

    Raises LookupError while one is missing: the cache does not remember an exception.
    """
    document = SearchEntry.objects.filter(key=key).values_list("document", flat=True).first()
    if not embedding.is_available() or document is None or document["stamp"] != stamp:
        raise LookupError(key)
    digests = {digest_of(text) for text in texts_of(document)}
    stored = PassageVector.objects.filter(digest__in=digests).values_list("vector", flat=True)
    whole = nearness.sum_up(map(centre_stored, stored))
    if len(stored) < len(digests) or not whole:
        raise LookupError(key)
    return whole
