"""Fill our site with made-up cases and made-up vectors, inside its process: `python -P bench/fill.py FILE`.

Cases come in by hundreds, not through the import, which would take an hour for a hundred thousand; `rebuild` reads them from
the database. A vector of a passage is the sum of those of real sentences, by the real model: which ones, says the text.
"""

import datetime
import itertools
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
django.setup()

import numpy  # noqa: E402
from django.apps import apps  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.bulk import add_pages  # noqa: E402
from bench.documents import build_sentences  # noqa: E402
from practices.exchange.lookups import Lookups  # noqa: E402
from practices.exchange.markdown_in import build_body  # noqa: E402
from practices.models import (  # noqa: E402
    PracticeIndexPage,
    PracticeLesson,
    PracticeOrganisation,
    PracticePage,
    PracticeResult,
    PracticeReuse,
    PracticeSource,
)
from search.index import rebuilding  # noqa: E402
from search.models import EVERYONE, PassageVector, SearchEntry  # noqa: E402
from search.semantic import embedding, vectors  # noqa: E402

PORTION = 500
PLAIN = ("slug", "title", "summary", "phase", "started")


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases of a file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def build_page(values: dict[str, Any]) -> PracticePage:
    """Return the page of a case, without the rows that hang on it."""
    published = timezone.make_aware(datetime.datetime.fromisoformat(values["published"]))
    page = PracticePage(
        **{name: values[name] for name in PLAIN}, first_published_at=published, last_published_at=published
    )
    page.body = build_body(values["body"])
    return page


def build_rows(pk: int, values: dict[str, Any], found: dict[str, Any]) -> Iterator[Any]:
    """Yield the rows that hang on a case."""
    for number, body in enumerate(found["organisations"]):
        yield PracticeOrganisation(page_id=pk, organisation=body, sort_order=number)
    for number, body in enumerate(found["reused_by"]):
        yield PracticeReuse(page_id=pk, organisation=body, sort_order=number)
    for model, name in ((PracticeResult, "results"), (PracticeSource, "sources")):
        for number, row in enumerate(values[name]):
            yield model(page_id=pk, sort_order=number, **row)
    for number, text in enumerate(values["lessons"]):
        yield PracticeLesson(page_id=pk, text=text, sort_order=number)
    for name in ("themes", "techniques"):
        column = name.removesuffix("s")
        through = getattr(PracticePage, name).through
        yield from (through(practicepage_id=pk, **{f"{column}_id": term.pk}) for term in found[name])


def fill(path: Path) -> None:
    """Write the cases, by hundreds."""
    lookups, cases = Lookups(create_terms=True), read(path)
    parent = PracticeIndexPage.objects.order_by("path").first()
    while portion := list(itertools.islice(cases, PORTION)):
        parent.refresh_from_db()
        pages = add_pages(parent, map(build_page, portion))
        found = [lookups.resolve(0, values)[0] for values in portion]
        rows = [
            row
            for page, *others in zip(pages, portion, found, strict=True)
            for row in build_rows(page.pk, *others)
        ]
        for name, group in itertools.groupby(sorted(rows, key=_table), key=_table):
            apps.get_model(name).objects.bulk_create(group)


def _table(row: Any) -> str:
    """Return the model of a row."""
    return str(row._meta.label)


def make_up_vectors() -> None:
    """Write a vector for each passage that has none."""
    sentences = build_sentences()
    real = [
        vector
        for start in range(0, len(sentences), 16)
        for vector in embedding.embed_passages(sentences[start : start + 16])
    ]
    pool = numpy.array([numpy.frombuffer(vector, dtype="int8") for vector in real], dtype="int32")
    documents = (
        SearchEntry.objects.filter(audience=EVERYONE, kind="case")
        .values_list("document", flat=True)
        .iterator(PORTION)
    )
    while portion := list(itertools.islice(documents, PORTION)):
        texts = vectors.find_missing(portion)
        rows = [
            PassageVector(digest=vectors.digest_of(text), model=embedding.NAME, vector=_vector(text, pool))
            for text in texts
        ]
        PassageVector.objects.bulk_create(rows, ignore_conflicts=True)


def _vector(text: str, pool: Any) -> bytes:
    """Return the sum of the real vectors that the sentences of a text stand for, as long as one of them."""
    places = [zlib.crc32(sentence.encode()) % len(pool) for sentence in text.split(". ")]
    total = pool[places].sum(axis=0)
    return bytes((total * 127 // abs(total).max()).astype("int8").tobytes())


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
    rebuilding.copy_everything(EVERYONE, lambda *progress: None)
    if embedding.is_available():
        make_up_vectors()
