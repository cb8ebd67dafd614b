"""Parts that questions to the engine are made of, and the fields that they look in."""

from collections.abc import Iterable
from typing import Any

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

DUTCH = ("title", "summary", "body", "keywords")
ENGLISH = ("title_en", "summary_en", "body_en", "keywords_en")
# Of members: who knows five subjects well would come after who knows the basics of one.
DUTCH_OF_MEMBERS = ("title", "summary", "body", "keywords.each")
ENGLISH_OF_MEMBERS = ("title_en", "summary_en", "body_en", "keywords_en.each")
PASSAGES = ("passages.text", "passages.text_en")
# What is shown of a passage beside its text, which comes with the words marked.
SOURCE_OF_PASSAGE = ("passages.label", "passages.anchor")
NO_PHRASES = {"auto_generate_synonyms_phrase_query": False}  # several words for one need not be a phrase


def build_any(ways: list[Query]) -> Query:
    """Return the condition that at least one of these holds; the score is their sum."""
    return Q("bool", should=ways, minimum_should_match=1)


def build_ids(keys: Iterable[str]) -> Query:
    """Return the condition to be one of these objects."""
    return Q("ids", values=list(keys))


def build_match(field: str, text: str, **options: Any) -> Query:
    """Return the question for words of a text in a field."""
    return Q("match", **{field: {"query": text, **options}})


def build_best(text: str, fields: Iterable[str], **options: Any) -> Query:
    """Return the question for words of a text in the best of some fields."""
    return Q("multi_match", query=text, fields=list(fields), **options, **NO_PHRASES)


def build_nested(question: Query, **options: Any) -> Query:
    """Return the condition that one passage answers this."""
    return Q("nested", path="passages", query=question, **options)
