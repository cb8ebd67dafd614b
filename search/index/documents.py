"""What the engine keeps of an object: the mapping of an index, and the document of one row."""

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
from search.query.facets import FACETS, REUSE, TYPE, reuse_range
from search.semantic import embedding
from search.text.passages import build_passages

ENGLISH = "en"

_NL: dict[str, Any] = {"analyzer": "nl_index", "search_analyzer": "nl_search"}
_EN: dict[str, Any] = {"analyzer": "en_index", "search_analyzer": "en_search"}


def _name() -> Text:
    """Return a field for names: whole words, beginnings of words and of their parts, and the whole name."""
    beginnings = Text(analyzer="auto", search_analyzer="typed")
    return Text(
        analyzer="plain", fields={"auto": beginnings, "exact": Keyword(normalizer="folded", ignore_above=256)}
    )


def _text(*copies: str, **options: Any) -> Text:
    """Return a field of text of which the words are also kept in the fields `copies`."""
    return Text(copy_to=list(copies), **options)


def _passages() -> Nested:
    """Return the parts of a text, with the heading, the address and the vector of each; their words are also in `body`."""
    unsearched = Keyword(index=False, doc_values=False)
    properties = {
        "text": _text("body", index_options="offsets", **_NL),
        "text_en": _text("body_en", index_options="offsets", **_EN),
        "label": unsearched,
        "anchor": unsearched,
        "vector": DenseVector(
            dims=embedding.DIMENSIONS,
            element_type="byte",
            index=True,
            similarity="cosine",
            index_options={"type": "flat"},
        ),
    }
    return Nested(properties=properties)


class SearchDocument(Document):
    """An object that can be found; Dutch and English texts have fields of their own, each with its analysis."""

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
    title_sort = Keyword(normalizer="folded", ignore_above=256)
    title = Text(**_NL)
    title_en = Text(**_EN)
    summary = Text(**_NL)
    summary_en = Text(**_EN)
    keywords = _text("keywords_en", position_increment_gap=100, **_NL)
    keywords_en = Text(position_increment_gap=100, **_EN)
    passages = _passages()
    body = Text(index_options="freqs", **_NL)  # its words count together; where they stand, the passages know
    body_en = Text(index_options="freqs", **_EN)
    facets = Object(
        properties={facet.name: Keyword() for facet in FACETS if facet is not TYPE}
    )  # that is the `kind`
    date = Date()
    reuse = Integer(index=False)  # to sort by; the ranges are values of a facet

    class Meta:
        """Nothing ends up in the index that is not named here."""

        dynamic = MetaField("strict")
        source = MetaField(excludes=["passages.vector"])


def build_index_body(compounds: list[str], synonyms: list[str]) -> dict[str, Any]:
    """Return settings and mapping of an index that holds these compounds and is asked with these synonyms.

    `gc_deletes` lets a late write never bring back what was taken out. The mapping names the model: another has its own index.
    What is written cannot be found before somebody refreshes the index, or lets it do so by itself once it is live.
    """
    copies = {"number_of_shards": 1, "auto_expand_replicas": settings.SEARCH_REPLICAS}
    index = copies | {"gc_deletes": "7d", "refresh_interval": "-1"}
    mapping = SearchDocument._doc_type.mapping.to_dict() | {"_meta": {"model": embedding.model_in_use()}}
    return {
        "settings": {"index": index, "analysis": build_analysis(compounds, synonyms)},
        "mappings": mapping,
    }


def mapping_hash(compounds: list[str], synonyms: list[str]) -> str:
    """Return eight characters that change when settings, word lists, compounds, synonyms, mapping or model do."""
    return fingerprint(build_index_body(compounds, synonyms))[:8]


def document_key(label: str, pk: int) -> str:
    """Return the name of an object in the index."""
    return f"{label}:{pk}"


def build_document(row: Searchable, content: SearchContent) -> dict[str, Any]:
    """Return the document of a row, with a digest of all the rest."""
    suffix = "_en" if content.language == ENGLISH else ""
    kind = str(row.search_kind)
    facets = (
        content.facets
        if content.reuse is None
        else content.facets | {REUSE.name: (reuse_range(content.reuse),)}
    )
    document: dict[str, Any] = {
        "key": document_key(row._meta.label_lower, row.pk),
        "label": row._meta.label_lower,
        "pk": row.pk,
        "kind": kind,
        "rank": rank_of(kind),
        "slug": getattr(row, "slug", ""),
        "language": content.language,
        "stamp": row.search_stamp,
        "names": [content.title, *content.other_names],
        "title_sort": content.title,
        f"title{suffix}": content.title,
        f"summary{suffix}": content.summary,
        "keywords": [*content.keywords, *content.other_names],
        "passages": [
            {"label": part.label, f"text{suffix}": part.text, "anchor": part.anchor}
            for part in build_passages(content.passages)
        ],
        "facets": {
            name: sorted({value for value in values if value}) for name, values in sorted(facets.items())
        },
        "date": content.date.isoformat() if content.date else None,
        "reuse": content.reuse or 0,
    }
    return document | {"digest": digest_of_document(document)}


def digest_of_document(document: dict[str, Any]) -> str:
    """Return the digest of all that a document holds but its digest."""
    return fingerprint({name: value for name, value in document.items() if name != "digest"})[:16]


def fingerprint(value: dict[str, Any]) -> str:
    """Return a digest of JSON data; of what JSON does not have, such as dates, its text counts."""
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, default=str).encode("utf-8", "replace")
    ).hexdigest()
