"""What the engine holds of an object: the mapping of an index, and the document of one row."""

import hashlib
import json
from typing import Any

from django.conf import settings
from elasticsearch.dsl import (
    Byte,
    Date,
    DenseVector,
    Document,
    Integer,
    Keyword,
    Long,
    MetaField,
    Nested,
    Object,
    Text,
)

from core.searchable import Searchable, SearchContent
from search.index.analysis import build_analysis
from search.kinds import rank_of
from search.query.facets import FACETS, TYPE
from search.semantic import embedding
from search.text.names import call_names
from search.text.passages import build_passages

ENGLISH = "en"
LONGEST_EXACT = (
    256  # characters: a longer name is not indexed as a whole; the engine bears at most 32,766 bytes
)

_NL: dict[str, Any] = {"analyzer": "nl_index", "search_analyzer": "nl_search"}
_EN: dict[str, Any] = {"analyzer": "en_index", "search_analyzer": "en_search"}


def _name() -> Text:
    """Return a field for names, found by words, by beginnings of words or parts, and as a whole."""
    beginnings = Text(analyzer="auto", search_analyzer="typed")
    exact = Keyword(normalizer="folded", ignore_above=LONGEST_EXACT)
    return Text(analyzer="plain", fields={"auto": beginnings, "exact": exact})


def _text(*copied_to: str, **options: Any) -> Text:
    """Return a field of text of which the words are also indexed in the fields `copied_to`."""
    return Text(copy_to=list(copied_to), **options)


def _keywords(*copied_to: str, **options: Any) -> Text:
    """Return a field of keywords; in its part `each` a word counts as much among many others as among few."""
    each = Text(norms=False, **options)
    return _text(*copied_to, position_increment_gap=100, fields={"each": each}, **options)


def _passages() -> Nested:
    """Return the passages, each with its heading, anchor and vector; their words are also in `body`."""
    unsearched = Keyword(index=False, doc_values=False)
    properties = {
        "text": _text("body", index_options="offsets", **_NL),
        "text_en": _text("body_en", index_options="offsets", **_EN),
        "label": unsearched,
        "anchor": unsearched,
        "vector": _vector(index=False),
    }
    return Nested(properties=properties)


def _vector(**options: Any) -> DenseVector:
    """Return a field for a vector of bytes."""
    return DenseVector(dims=embedding.DIMENSIONS, element_type="byte", **options)


class SearchDocument(Document):
    """An object that can be found; Dutch and English texts have separate fields with their own analyzers."""

    key = Keyword()
    label = Keyword()
    pk = Long()
    kind = Keyword()
    rank = Byte()
    slug = Keyword()
    language = Keyword()
    digest = Keyword(index=False)
    stamp = Keyword(index=False)
    names = _name()
    title_sort = Keyword(normalizer="folded", ignore_above=LONGEST_EXACT)
    title = Text(**_NL)
    title_en = Text(**_EN)
    title_name = Text(analyzer="plain")  # of what has a proper name: no stem of it is searched
    summary = Text(**_NL)
    summary_en = Text(**_EN)
    keywords = _keywords("keywords_en", **_NL)
    keywords_en = _keywords(**_EN)
    proper_names = Text(analyzer="plain", position_increment_gap=100)
    called = Keyword()  # the names of all kinds as a question has them
    passages = _passages()
    # Of the whole case: finds the cases of which the passages are compared.
    vector = _vector(index=True, similarity="cosine", index_options={"type": "hnsw"})
    # The words of all passages together; positions are in the passages.
    body = Text(index_options="freqs", **_NL)
    body_en = Text(index_options="freqs", **_EN)
    # The facet `type` is the field `kind`.
    facets = Object(properties={facet.name: facet.mapping for facet in FACETS if facet is not TYPE})
    date = Date()
    reuse = Integer(index=False)  # to sort by; its ranges are values of a facet

    class Meta:
        """A strict mapping: a field that is not named above makes the write fail."""

        dynamic = MetaField("strict")
        source = MetaField(excludes=["vector", "passages.vector"])


def build_index_body(compounds: list[str], synonyms: list[str]) -> dict[str, Any]:
    """Return settings and mapping of an index that holds these compounds and is queried with these synonyms.

    With `gc_deletes` the engine remembers deletions for seven days, so that a late write never brings back
    what was deleted. The mapping names the model, so that another model means another index. Nothing that is
    written can be found before the index is refreshed; it refreshes itself only once it is live.
    """
    replicas = {"number_of_shards": 1, "auto_expand_replicas": settings.SEARCH_REPLICAS}
    index = replicas | {"gc_deletes": "7d", "refresh_interval": "-1"}
    mapping = SearchDocument._doc_type.mapping.to_dict()
    return {
        "settings": {"index": index, "analysis": build_analysis(compounds, synonyms)},
        "mappings": mapping | {"_meta": {"model": embedding.model_in_use()}},
    }


def mapping_hash(compounds: list[str], synonyms: list[str]) -> str:
    """Return eight characters of the fingerprint of settings, rules, mapping and model of an index."""
    return fingerprint(build_index_body(compounds, synonyms))[:8]


def document_key(label: str, pk: int) -> str:
    """Return the key of an object in the index."""
    return f"{label}:{pk}"


def build_document(row: Searchable, content: SearchContent) -> dict[str, Any]:
    """Return the document of a row, with the digest of its other fields."""
    suffix = "_en" if content.language == ENGLISH else ""
    names = (content.title, *content.other_names)
    own_names = names if content.is_named else ()
    kind = str(row.search_kind)
    document: dict[str, Any] = {
        "key": document_key(row._meta.label_lower, row.pk),
        "label": row._meta.label_lower,
        "pk": row.pk,
        "kind": kind,
        "rank": rank_of(kind),
        "slug": getattr(row, "slug", ""),
        "language": content.language,
        "stamp": row.search_stamp,
        "names": list(names),
        "proper_names": list(content.proper_names),
        "called": call_names((*own_names, *content.proper_names)),
        "title_sort": content.title,
        "title_name" if content.is_named else f"title{suffix}": content.title,
        f"summary{suffix}": content.summary,
        "keywords": list(content.keywords if content.is_named else (*content.keywords, *content.other_names)),
        "passages": [
            {"label": part.label, f"text{suffix}": part.text, "anchor": part.anchor}
            for part in build_passages(content.passages)
        ],
        "facets": _build_facets(content),
        "date": content.date.isoformat() if content.date else None,
        "reuse": content.reuse or 0,
    }
    return document | {"digest": digest_of_document(document)}


def _build_facets(content: SearchContent) -> dict[str, list[str]]:
    """Return the different values of each facet, sorted."""
    facets = sorted(content.facets.items())
    return {name: sorted({value for value in values if value}) for name, values in facets}


def digest_of_document(document: dict[str, Any]) -> str:
    """Return the digest of all fields of a document but the digest itself."""
    content = {name: value for name, value in document.items() if name != "digest"}
    return fingerprint(content)[:16]


def fingerprint(value: dict[str, Any]) -> str:
    """Return a digest of JSON data; what JSON does not have, such as a date, counts as its text."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
