"""The vectors of passages: made once per text and model, kept in the database, and sent along with a document."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from search import embedding
from search.documents import text_of
from search.models import PassageVector

PORTION = 16
Document = dict[str, Any]


def embedded_text(document: Document, passage: dict[str, str]) -> str:
    """Return what a vector is made of: a passage, with the titles above it."""
    return ". ".join(filter(None, (text_of(document, "title"), passage["label"], text_of(passage, "text"))))


def digest_of(text: str) -> str:
    """Return under which name the vector of a text is kept."""
    return hashlib.sha256(f"{embedding.NAME}\0{text}".encode("utf-8", "replace")).hexdigest()


def texts_of(document: Document) -> list[str]:
    """Return the texts of a document of which there should be vectors; those of members are none of the model's business."""
    return [embedded_text(document, passage) for passage in document["passages"]] if document["kind"] != "member" else []


def with_vectors(documents: Iterable[Document]) -> list[Document]:
    """Return the documents with the vectors that are there, as the engine takes them."""
    documents = list(documents)
    digests = [[digest_of(text) for text in texts_of(document)] for document in documents]
    wanted = [digest for row in digests for digest in row]
    kept = dict(PassageVector.objects.filter(digest__in=wanted).values_list("digest", "vector"))
    return [_with_vectors(document, row, kept) for document, row in zip(documents, digests, strict=True)]


def _with_vectors(document: Document, digests: list[str], kept: dict[str, bytes]) -> Document:
    """Return one document with the vectors that are there."""
    vectors = [bytes(kept[digest]).hex() if digest in kept else None for digest in digests]
    pairs = zip(document["passages"], vectors, strict=False)
    return document | {"passages": [passage | {"vector": vector} if vector else passage for passage, vector in pairs] if digests else document["passages"]}


def find_missing(documents: Iterable[Document]) -> list[str]:
    """Return the different texts of these documents that have no vector yet."""
    texts = {digest_of(text): text for document in documents for text in texts_of(document)}
    there = set(PassageVector.objects.filter(digest__in=texts).values_list("digest", flat=True))
    return [text for digest, text in texts.items() if digest not in there]


def make(texts: list[str], report: Callable[[int], None] = lambda done: None) -> None:
    """Make and keep the vectors of texts; `report(done)` hears how far it is."""
    for portion in _portions(texts):
        made = embedding.embed_passages(portion)
        rows = [PassageVector(digest=digest_of(text), vector=vector) for text, vector in zip(portion, made, strict=True)]
        PassageVector.objects.bulk_create(rows, ignore_conflicts=True)
        report(len(portion))


def _portions(texts: list[str]) -> Iterator[list[str]]:
    """Yield the texts in portions."""
    for start in range(0, len(texts), PORTION):
        yield texts[start : start + PORTION]
