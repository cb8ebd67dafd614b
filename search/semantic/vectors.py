"""The vectors of passages: made once per text and model, kept in the database, and sent along with a document."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from core.locking import write_in_batches
from search.kinds import KINDS
from search.models import PassageVector, SearchEntry
from search.processes import batched, each_in_processes
from search.semantic import embedding
from search.text.compounds import read_lines
from search.text.passages import text_of

PORTION, FEW_PORTIONS = 16, 2
MOST_AT_ONCE, FORGOTTEN_AT_ONCE = 5000, 500
REMEMBERED = 2000  # vectors of whole objects
SHARE_BY_CHANCE = 0.8
KINDS_WITH_VECTORS = frozenset(kind.name for kind in KINDS if kind.is_semantic)
Document = dict[str, Any]


def embedded_text(document: Document, passage: dict[str, str]) -> str:
    """Return what a vector is made of: a passage, with the titles above it."""
    return ". ".join(filter(None, (text_of(document, "title"), passage["label"], text_of(passage, "text"))))


def digest_of(text: str) -> str:
    """Return under which name the vector of a text is kept."""
    return hashlib.sha256(f"{embedding.NAME}\0{text}".encode("utf-8", "replace")).hexdigest()


def texts_of(document: Document) -> list[str]:
    """Return the texts of a document of which there should be vectors."""
    return (
        [embedded_text(document, passage) for passage in document["passages"]]
        if document["kind"] in KINDS_WITH_VECTORS
        else []
    )


def with_vectors(documents: Iterable[Document]) -> list[Document]:
    """Return the documents with the vectors that are there, as the engine takes them."""
    documents = list(documents)
    digests = [[digest_of(text) for text in texts_of(document)] for document in documents]
    kept = {
        digest: bytes(vector)
        for rows in _kept(digest for row in digests for digest in row)
        for digest, vector in rows
    }
    return [_with_vectors(document, row, kept) for document, row in zip(documents, digests, strict=True)]


def _with_vectors(document: Document, digests: list[str], kept: dict[str, bytes]) -> Document:
    """Return one document with the vectors that are there."""
    vectors = [kept[digest].hex() if digest in kept else None for digest in digests]
    if not any(vectors):
        return document
    pairs = zip(document["passages"], vectors, strict=True)
    return document | {
        "passages": [passage | {"vector": vector} if vector else passage for passage, vector in pairs]
    }


def find_missing(documents: Iterable[Document]) -> list[str]:
    """Return the different texts of these documents that have no vector yet."""
    return list(look_up(documents)[1].values())


def look_up(documents: Iterable[Document]) -> tuple[set[str], dict[str, str]]:
    """Return the digests of the different texts of these documents, and by digest the texts that have no vector yet."""
    texts = {digest_of(text): text for document in documents for text in texts_of(document)}
    there = {digest for rows in _kept(texts) for digest, _ in rows}
    return set(texts), {digest: text for digest, text in texts.items() if digest not in there}


def look_up_entries(keys: list[str]) -> tuple[set[str], dict[str, str]]:
    """Return the same for the documents with these names in the database's copy."""
    return look_up(SearchEntry.objects.filter(key__in=keys).values_list("document", flat=True))


def _kept(digests: Iterable[str]) -> Iterator[Iterable[tuple[str, Any]]]:
    """Yield the digests and vectors that are there of these, some thousands at a time."""
    for portion in batched(digests, MOST_AT_ONCE):
        yield PassageVector.objects.filter(digest__in=portion).values_list("digest", "vector")


def make(texts: list[str], report: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Make and keep the vectors of texts, one process per core when there are many; `report(done, total)` hears of it."""
    portions = list(batched(texts, PORTION))
    made = each_in_processes(embedding.embed_passages, portions, few=FEW_PORTIONS)
    for number, (portion, vectors) in enumerate(zip(portions, made, strict=True), start=1):
        pairs = zip(portion, vectors, strict=True)
        rows = [
            PassageVector(digest=digest_of(text), model=embedding.NAME, vector=vector)
            for text, vector in pairs
        ]
        PassageVector.objects.bulk_create(rows, ignore_conflicts=True)
        report(min(number * PORTION, len(texts)), len(texts))


def kept_digests() -> set[str]:
    """Return the digests of all vectors that are there."""
    return set(PassageVector.objects.values_list("digest", flat=True))


def forget(digests: Iterable[str]) -> None:
    """Forget these vectors."""
    for _batch in write_in_batches(batched(digests, FORGOTTEN_AT_ONCE), _forget):
        pass


def _forget(digests: list[str]) -> None:
    """Forget some of them."""
    PassageVector.objects.filter(digest__in=digests).delete()


def every() -> Iterator[Any]:
    """Return all vectors that are there, of this model."""
    return (
        PassageVector.objects.filter(model=embedding.NAME)
        .values_list("vector", flat=True)
        .iterator(MOST_AT_ONCE)
    )


def of(digests: Iterable[str]) -> Iterator[Any]:
    """Return the vectors that are there of these."""
    return (vector for rows in _kept(digests) for _, vector in rows)


def find_chance(vectors: Iterator[Any]) -> tuple[float, float]:
    """Return the cosines that passages reach by chance: with four of five questions about something else, and with all of them.

    The more passages there are, the nearer the nearest one comes to anything, so no fixed number would do.
    """
    import numpy  # noqa: PLC0415  comes with the model, and is not there without it

    questions = numpy.array(
        [embedding.embed_query(text) for text in read_lines("elsewhere.txt")], dtype="float32"
    )
    questions /= numpy.linalg.norm(questions, axis=1, keepdims=True)
    nearest = numpy.full(len(questions), -1.0)
    for portion in batched(vectors, MOST_AT_ONCE):
        passages = numpy.frombuffer(b"".join(map(bytes, portion)), dtype="int8").astype("float32")
        passages = passages.reshape(-1, embedding.DIMENSIONS)
        passages /= numpy.linalg.norm(passages, axis=1, keepdims=True)
        nearest = numpy.maximum(nearest, (questions @ passages.T).max(axis=1))
    if nearest.max() < 0:  # there are none
        return 1.0, 1.0
    return float(numpy.quantile(nearest, SHARE_BY_CHANCE)), float(nearest.max())


def vector_of(key: str, stamp: str) -> tuple[int, ...]:
    """Return the vector of a whole object; empty when there is none for this `stamp`, or not yet."""
    try:
        return _sum_vectors(key, stamp)
    except LookupError:
        return ()


@lru_cache(maxsize=REMEMBERED)
def _sum_vectors(key: str, stamp: str) -> tuple[int, ...]:
    """Return the sum of the vectors of all passages; raises LookupError, which is not remembered, while one is missing."""
    document = SearchEntry.objects.filter(key=key).values_list("document", flat=True).first()
    if not embedding.is_available() or document is None or document["stamp"] != stamp:
        raise LookupError(key)
    digests = {digest_of(text) for text in texts_of(document)}
    rows = [
        array("b", bytes(row))
        for row in PassageVector.objects.filter(digest__in=digests).values_list("vector", flat=True)
    ]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    if len(rows) < len(digests) or not any(sums):
        raise LookupError(key)
    return embedding.shrink(sums)
