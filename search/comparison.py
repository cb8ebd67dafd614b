"""Is what can be found equal to the database?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from elasticsearch import Elasticsearch
from elasticsearch.helpers import scan

from core.searchable import Searchable, searchable_models
from search import client, indexing, rebuilding
from search.models import SearchEntry

COPY, INDEX = "copy", "index"


@dataclass(frozen=True)
class Difference:
    """One object that is not as it should be in the copy or in the index."""

    place: str
    label: str
    pk: int
    what: str

    def __str__(self) -> str:
        """Return it as a line of a report."""
        return f"{self.place}: {self.label} {self.pk} {self.what}"


def find_differences() -> Iterator[Difference]:
    """Yield every difference between the database and its copy, and the index if there is an engine.

    Raises EngineUnavailable.
    """
    for model in searchable_models():
        portions = (indexing.read_documents(model, pks) for pks in rebuilding.batches(model))
        wanted = {pk: document["digest"] for documents in portions for pk, document in documents.items()}
        entries = dict(SearchEntry.of(model._meta.label_lower).values_list("object_id", "digest"))
        yield from _compare(COPY, model, wanted, entries)
        if client.is_configured():
            yield from _compare(INDEX, model, wanted, client.run(partial(_digests, model=model)))


def _digests(engine: Elasticsearch, model: type[Searchable]) -> dict[int, str]:
    """Return the digest per key of all documents of a model in the live index."""
    alias = indexing.alias(model.search_audience)
    engine.indices.refresh(index=alias)
    query = {"query": {"term": {"label": model._meta.label_lower}}, "_source": ["pk", "digest"]}
    return {hit["_source"]["pk"]: hit["_source"]["digest"] for hit in scan(engine, query=query, index=alias, size=1000)}


def _compare(place: str, model: type[Searchable], wanted: dict[int, str], there: dict[int, str]) -> Iterator[Difference]:
    """Yield what is missing, what should not be there and what is different."""
    label = model._meta.label_lower
    for pk in sorted(wanted.keys() | there.keys()):
        if pk not in there:
            yield Difference(place, label, pk, "is missing")
        elif pk not in wanted:
            yield Difference(place, label, pk, "should not be there")
        elif wanted[pk] != there[pk]:
            yield Difference(place, label, pk, "is different")
