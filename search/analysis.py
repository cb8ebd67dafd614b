"""How text becomes terms: the analyzers of the index, made from the word lists in `search/data/`.

Index side: the parts of a compound are added to it. Query side: one `synonym_graph` with compounds and abbreviations together
(two graph filters in a chain lose rules), so that a compound asks for itself or for all its parts. Accents go first, so that
every later step, rule lists included, sees folded words.
"""

from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

FOLDED = ["lowercase", "asciifolding", "apostrophe_end"]
STEMMED = ["nl_stop", "nl_override", "nl_stem"]


def _lines(name: str) -> list[str]:
    """Return the lines of a word list, without comments."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _pairs(name: str) -> list[tuple[str, str]]:
    """Return each form of a list of `forms = target` with its target."""
    split = [line.split(" = ") for line in _lines(name)]
    return [(form, target) for forms, target in split for form in forms.split()]


def build_part_rules() -> list[str]:
    """Return the rules that add to a compound its parts, in the index."""
    return [f"{form} => {', '.join([form, *parts.split()])}" for form, parts in _pairs("compounds.txt")]


def build_query_rules() -> list[str]:
    """Return the rules of the query: a compound is itself or all its parts, and words for the same thing."""
    return [*(f"{form} => {form}, {parts}" for form, parts in _pairs("compounds.txt")), *_lines("synonyms.txt")]


def build_stem_rules() -> list[str]:
    """Return the rules that join forms which the stemmer takes apart."""
    return [f"{form} => {stem}" for form, stem in _pairs("plurals.txt")]


def _custom(*filters: str) -> dict[str, Any]:
    """Return an analyzer on words with these filters."""
    return {"type": "custom", "tokenizer": "standard", "filter": list(filters)}


@cache
def build_analysis() -> dict[str, Any]:
    """Return the `analysis` part of the settings of an index."""
    return {
        "filter": {
            "apostrophe_end": {"type": "pattern_replace", "pattern": "['’]s?$", "replacement": ""},
            "nl_parts": {"type": "synonym", "synonyms": build_part_rules()},
            "nl_query": {"type": "synonym_graph", "synonyms": build_query_rules()},
            "nl_stop": {"type": "stop", "stopwords": "_dutch_"},
            "nl_override": {"type": "stemmer_override", "rules": build_stem_rules()},
            "nl_stem": {"type": "stemmer", "language": "dutch"},
            "en_stop": {"type": "stop", "stopwords": "_english_"},
            "en_possessive": {"type": "stemmer", "language": "possessive_english"},
            "en_stem": {"type": "stemmer", "language": "english"},
            "edge": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
        },
        "analyzer": {
            "nl_index": _custom(*FOLDED, "nl_parts", *STEMMED, "remove_duplicates"),
            "nl_search": _custom(*FOLDED, "nl_query", *STEMMED),
            "en": _custom("lowercase", "asciifolding", "en_possessive", "en_stop", "en_stem"),
            "plain": _custom("lowercase", "asciifolding"),
            "auto": _custom("lowercase", "asciifolding", "edge"),
        },
        "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
    }
