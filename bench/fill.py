"""Fill our site with made-up cases and made-up vectors, inside its process: `python -P bench/fill.py FILE`.

Cases are written by hundreds, not by the import, which would take an hour for a hundred thousand;
`search_index rebuild` reads them from the database. The vector of a passage is the sum of vectors of real
sentences by the real model; its text decides which.
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
    PracticeSource,
)
from reuse.choices import Source, Standing, Status  # noqa: E402
from reuse.models import Adoption  # noqa: E402
from search.index import rebuilding  # noqa: E402
from search.models import EVERYONE, PassageVector, SearchEntry  # noqa: E402
from search.processes import batched  # noqa: E402
from search.semantic import embedding, vectors  # noqa: E402

PORTION = 500  # cases, or documents, that are written at once
EMBEDDED_AT_ONCE = 16  # sentences
IN_USE = {
    "status": Status.IN_USE,
    "standing": Standing.CONFIRMED,
    "source": Source.OWN,
    "confirmed_at": timezone.now(),
}
PLAIN = ("slug", "title", "summary", "phase", "started")


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases of a file."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def build_page(values: dict[str, Any]) -> PracticePage:
    """Return the page of a case, without its related rows."""
    published = timezone.make_aware(datetime.datetime.fromisoformat(values["published"]))
    plain = {name: values[name] for name in PLAIN}
    page = PracticePage(**plain, first_published_at=published, last_published_at=published)
    page.body = build_body(values["body"])
    return page


def build_rows(page: PracticePage, values: dict[str, Any], found: dict[str, Any]) -> Iterator[Any]:
    """Yield the related rows of a case."""
    pk = page.pk
    for number, body in enumerate(found["organisations"]):
        yield PracticeOrganisation(page_id=pk, organisation=body, sort_order=number)
    for body in found["reused_by"]:
        yield Adoption(page_id=pk, case_key=page.translation_key, organisation=body, **IN_USE)
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
    for portion in batched(cases, PORTION):
        parent.refresh_from_db()
        pages = add_pages(parent, map(build_page, portion))
        found = [lookups.resolve(0, values)[0] for values in portion]
        for resolved in found:
            lookups.save_new(resolved)
        rows: list[Any] = []
        for page, values, resolved in zip(pages, portion, found, strict=True):
            rows += build_rows(page, values, resolved)
        for name, group in itertools.groupby(sorted(rows, key=_table), key=_table):
            apps.get_model(name).objects.bulk_create(group)


def _table(row: Any) -> str:
    """Return the label of the model of a row."""
    return str(row._meta.label)


def make_up_vectors() -> None:
    """Write a vector for each passage that has none."""
    sentences = build_sentences()
    real: list[bytes] = []
    for portion in batched(sentences, EMBEDDED_AT_ONCE):
        real += embedding.embed_passages(portion)
    pool = numpy.array([numpy.frombuffer(vector, dtype="int8") for vector in real], dtype="int32")
    entries = SearchEntry.objects.filter(audience=EVERYONE, kind="case")
    documents = entries.values_list("document", flat=True).iterator(PORTION)
    for some in batched(documents, PORTION):
        rows = [_build_row(text, pool) for text in vectors.find_missing(some)]
        PassageVector.objects.bulk_create(rows, ignore_conflicts=True)


def _build_row(text: str, pool: Any) -> PassageVector:
    """Return the row with the made-up vector of a text."""
    vector = _vector(text, pool)
    return PassageVector(digest=vectors.digest_of(text), model=embedding.NAME, vector=vector)


def _vector(text: str, pool: Any) -> bytes:
    """Return the sum of the real vectors that the sentences of a text stand for, scaled like one of them."""
    places = [zlib.crc32(sentence.encode()) % len(pool) for sentence in text.split(". ")]
    total = pool[places].sum(axis=0)
    scaled = total * embedding.LARGEST // abs(total).max()
    return bytes(scaled.astype("int8").tobytes())


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
    rebuilding.rebuild_fallback(EVERYONE, lambda *progress: None)
    if embedding.is_available():
        make_up_vectors()
