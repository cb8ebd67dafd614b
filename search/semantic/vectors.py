"""The vectors of passages: made once per text and model, stored in the database, sent with a document."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from core.locking import write_in_batches
from search.kinds import KINDS
from search.models import PassageVector, SearchEntry
from search.processes import batched, each_in_processes
from search.semantic import embedding
from search.text.compounds import read_lines
from search.text.passages import text_of

PORTION = 16  # texts that the model gets at once
FEW_PORTIONS = 2  # that are not worth starting processes for
MOST_AT_ONCE = 5000  # rows in one query, and vectors in memory at once
FORGOTTEN_AT_ONCE = 500  # rows that are deleted before `write_in_batches` looks at the clock
REMEMBERED = 2000  # vectors of whole objects that a process remembers
SHARE_BY_CHANCE = 0.8  # of questions about something else, which stay below the threshold
KINDS_WITH_VECTORS = frozenset(kind.name for kind in KINDS if kind.is_semantic)
Document = dict[str, Any]


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
    made = {digest: _pack(vector) for digest, vector in stored}
    return [_with_vectors(document, row, made) for document, row in zip(documents, digests, strict=True)]


def _pack(vector: Any) -> str:
    """Return a stored vector, centred, as the engine takes it."""
    return array("b", embedding.centre(array("b", bytes(vector)))).tobytes().hex()


def _with_vectors(document: Document, digests: list[str], made: dict[str, str]) -> Document:
    """Return one document with its vectors; `digests` are those of its texts, `made` has vectors by them."""
    vectors = [made.get(digest) for digest in digests]
    if not any(vectors):
        return document
    pairs = zip(document["passages"], vectors, strict=True)
    passages = [passage | {"vector": vector} if vector else passage for passage, vector in pairs]
    return document | {"passages": passages}


def find_missing(documents: Iterable[Document]) -> list[str]:
    """Return the different texts of these documents that have no vector yet."""
    _, missing = look_up(documents)
    return list(missing.values())


def look_up(documents: Iterable[Document]) -> tuple[set[str], dict[str, str]]:
    """Return the digests of all texts of these documents, and by digest the texts without a vector."""
    texts = {digest_of(text): text for document in documents for text in texts_of(document)}
    there = {digest for digest, _ in _read_stored(texts)}
    return set(texts), {digest: text for digest, text in texts.items() if digest not in there}


def look_up_entries(keys: list[str]) -> tuple[set[str], dict[str, str]]:
    """Return the same for the documents with these keys in the fallback index."""
    entries = SearchEntry.objects.filter(key__in=keys)
    return look_up(entries.values_list("document", flat=True))


def _read_stored(digests: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Yield digest and vector of those of these digests that have one; reads some thousands at once."""
    for portion in batched(digests, MOST_AT_ONCE):
        yield from PassageVector.objects.filter(digest__in=portion).values_list("digest", "vector")


def make(texts: list[str], report: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Make and store the vectors of texts, in one process per core when there are many.

    `report(done, total)` is called after each portion.
    """
    portions = list(batched(texts, PORTION))
    made = each_in_processes(embedding.embed_passages, portions, few=FEW_PORTIONS)
    for number, (portion, vectors) in enumerate(zip(portions, made, strict=True), start=1):
        rows = [_build_row(text, vector) for text, vector in zip(portion, vectors, strict=True)]
        PassageVector.objects.bulk_create(rows, ignore_conflicts=True)
        report(min(number * PORTION, len(texts)), len(texts))


def _build_row(text: str, vector: bytes) -> PassageVector:
    """Return the row that stores the vector of a text."""
    return PassageVector(digest=digest_of(text), model=embedding.NAME, vector=vector)


def stored_digests() -> set[str]:
    """Return the digests of all vectors that are stored."""
    return set(PassageVector.objects.values_list("digest", flat=True))


def forget(digests: Iterable[str]) -> None:
    """Delete the vectors with these digests, in batches that end by the clock."""
    for _batch in write_in_batches(batched(digests, FORGOTTEN_AT_ONCE), _forget):
        pass


def _forget(digests: list[str]) -> None:
    """Delete the vectors of one batch."""
    PassageVector.objects.filter(digest__in=digests).delete()


def every() -> Iterator[Any]:
    """Return all vectors of this model."""
    rows = PassageVector.objects.filter(model=embedding.NAME)
    return rows.values_list("vector", flat=True).iterator(MOST_AT_ONCE)


def of(digests: Iterable[str]) -> Iterator[Any]:
    """Return the vectors with these digests, as far as they are stored."""
    return (vector for _, vector in _read_stored(digests))


def find_chance(vectors: Iterator[Any]) -> tuple[float, float]:
    """Return two thresholds of similarity (cosine): by chance few passages reach the first, none the second.

    `data/elsewhere.txt` has questions about something else. Of four in five of them the nearest passage stays
    below the first threshold, of all of them below the second. The more passages there are, the nearer the
    nearest one comes to any question, so that no fixed number would do. Without passages both are 1.
    """
    import numpy  # noqa: PLC0415  comes with the model, and is not there without it

    made = [embedding.embed_query(text) for text in read_lines("elsewhere.txt")]
    questions = numpy.array(made, dtype="float32")
    questions /= numpy.linalg.norm(questions, axis=1, keepdims=True)
    mean = numpy.array(embedding.mean(), dtype="float32")
    nearest = numpy.full(len(questions), -1.0)  # the similarity of the nearest passage so far, per question
    for portion in batched(vectors, MOST_AT_ONCE):
        passages = numpy.frombuffer(b"".join(map(bytes, portion)), dtype="int8").astype("float32")
        passages = passages.reshape(-1, embedding.DIMENSIONS)  # one row per passage
        passages /= numpy.linalg.norm(passages, axis=1, keepdims=True)
        passages -= mean
        passages /= numpy.linalg.norm(passages, axis=1, keepdims=True)
        nearest = numpy.maximum(nearest, (questions @ passages.T).max(axis=1))
    if nearest.max() < 0:  # there are none
        return 1.0, 1.0
    return float(numpy.quantile(nearest, SHARE_BY_CHANCE)), float(nearest.max())


def vector_of(key: str, stamp: str) -> tuple[int, ...]:
    """Return the vector of a whole object; empty when it has none, not yet, or none for this `stamp`."""
    try:
        return _sum_vectors(key, stamp)
    except LookupError:
        return ()


@lru_cache(maxsize=REMEMBERED)
def _sum_vectors(key: str, stamp: str) -> tuple[int, ...]:
    """Return the sum of the vectors of all passages.

    Raises LookupError while one is missing: the cache does not remember an exception.
    """
    document = SearchEntry.objects.filter(key=key).values_list("document", flat=True).first()
    if not embedding.is_available() or document is None or document["stamp"] != stamp:
        raise LookupError(key)
    digests = {digest_of(text) for text in texts_of(document)}
    stored = PassageVector.objects.filter(digest__in=digests).values_list("vector", flat=True)
    rows = [embedding.centre(array("b", bytes(vector))) for vector in stored]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    if len(rows) < len(digests) or not any(sums):
        raise LookupError(key)
    return embedding.shrink(sums)
