"""The vectors of passages: made once per text and model, kept in the database, and sent along with a document."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from search import embedding
from search.models import PassageVector

PORTION = 16
Document = dict[str, Any]


def embedded_text(document: Document, passage: dict[str, str]) -> str:
    """Return what a vector is made of: a passage, with the titles above it."""
    title = document.get("title") or document.get("title_en") or ""
    return ". ".join(filter(None, (title, passage["label"], passage["text"])))


def digest_of(text: str) -> str:
    """Return under which name the vector of a text is kept."""
    return hashlib.sha256(f"{embedding.NAME}\0{text}".encode("utf-8", "replace")).hexdigest()


def texts_of(document: Document) -> list[str]:
    """Return the texts of a document of which there should be vectors; those of members are none of the model's business."""
    passages = document.get("passages") or document.get("passages_en") or []
    return [embedded_text(document, passage) for passage in passages] if document["kind"] != "member" else []


def read_vectors(documents: Iterable[Document]) -> dict[str, bytes]:
    """Return the vectors that are there for these documents, by digest."""
    digests = [digest_of(text) for document in documents for text in texts_of(document)]
    return dict(PassageVector.objects.filter(digest__in=digests).values_list("digest", "vector"))


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
