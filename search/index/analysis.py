"""How text becomes terms: the analyzers of an index, made from word lists and from the words that occur in what it holds.

Index side: the parts of a compound are added to it. Query side: one `synonym_graph` with compounds and words for the same thing
together (two graph filters in a chain lose rules), so that a compound asks for itself or for all its parts. English has none
of them: its graph has the words for the same thing alone. Accents go first, so that every later step, rule lists included, sees
folded words.
"""

from collections.abc import Iterable
from typing import Any

from search.text.compounds import get_splitter, parts_of
from search.text.stems import stem_rules
from search.text.terms import stop_words

PLAIN = ["lowercase", "asciifolding", "abbreviation"]
FOLDED = [*PLAIN, "possessive"]
LONGEST_BEGINNING = 15  # letters of a word that is being typed
STEMMED = ["nl_stop", "nl_override", "nl_stem"]
# Of both patterns the digit and the dot are sought first: to look back from every letter makes writing an index a quarter
# slower. `ISO27001` is two words, `CO2` and `A12` are one; a digit is replaced, so that marks begin and end at the right place.
_CODE = {"type": "pattern_replace", "pattern": r"([0-9])(?<=\p{L}{2}[0-9])(?=[0-9])", "replacement": " $1"}
_ABBREVIATION = {
    "type": "pattern_replace",
    "pattern": r"\.(?<=^\p{L}\.|\.\p{L}\.)(?=\p{L}(?:\.|$))",
    "replacement": "",
}


def build_part_rules(compounds: Iterable[str]) -> list[str]:
    """Return the rules that add to a compound its parts, in the index."""
    return [f"{word} => {', '.join([word, *parts_of(word)])}" for word in compounds]


def build_query_rules(compounds: Iterable[str], synonyms: Iterable[str]) -> list[str]:
    """Return the rules of the query: a compound is itself or all its parts, and words for the same thing."""
    return [*(f"{word} => {word}, {' '.join(get_splitter().split(word))}" for word in compounds), *synonyms]


def build_query_filters(compounds: Iterable[str], synonyms: list[str]) -> dict[str, Any]:
    """Return the filters of the query by name: all of an index that changes with the synonyms."""
    return {
        "nl_query": {"type": "synonym_graph", "synonyms": build_query_rules(compounds, synonyms)},
        "en_query": {"type": "synonym_graph", "synonyms": synonyms},
    }


def build_stem_rules(compounds: Iterable[str]) -> list[str]:
    """Return the rules that join forms which the stemmer takes apart, also where they end a compound."""
    rules = stem_rules()
    longer = {word: form for word in compounds if (form := _stem_of_compound(word, rules))}
    return [f"{form} => {target}" for form, target in {**longer, **rules}.items()]


def _stem_of_compound(word: str, rules: dict[str, str]) -> str:
    """Return `rioolgemaal` for `rioolgemalen`; nothing when the last part needs no rule."""
    last = get_splitter().split(word)[-1]
    return word.removesuffix(last) + rules[last] if last in rules and word.endswith(last) else ""


def _custom(*filters: str) -> dict[str, Any]:
    """Return an analyzer on words with these filters."""
    return {"type": "custom", "char_filter": ["code"], "tokenizer": "standard", "filter": list(filters)}


def build_analysis(compounds: list[str], synonyms: list[str]) -> dict[str, Any]:
    """Return the `analysis` part of the settings of an index that holds these compounds; `synonyms` are rules of the query."""
    return {
        "char_filter": {"code": _CODE},
        "filter": _build_filters(compounds) | build_query_filters(compounds, synonyms),
        "analyzer": {
            "nl_index": _custom(*FOLDED, "nl_parts", *STEMMED, "remove_duplicates"),
            "nl_search": _custom(*FOLDED, "nl_query", "question_stop", *STEMMED),
            "nl_words": _custom(*FOLDED, "question_stop", *STEMMED),
            "en_index": _custom(*FOLDED, "en_stop", "en_stem"),
            "en_search": _custom(*FOLDED, "en_query", "question_stop", "en_stem"),
            "en_words": _custom(*FOLDED, "question_stop", "en_stem"),
            "plain": _custom(*PLAIN),
            "auto": _custom(*FOLDED, "nl_parts", "beginnings"),
            "typed": _custom(*FOLDED, "beginning"),
        },
        "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
    }


def _build_filters(compounds: list[str]) -> dict[str, Any]:
    """Return the filters by name that are the same whatever the synonyms."""
    return {
        "abbreviation": _ABBREVIATION,
        "possessive": {"type": "stemmer", "language": "possessive_english"},  # `'s`, in Dutch too
        "nl_parts": {"type": "synonym", "synonyms": build_part_rules(compounds)},
        "nl_stop": {"type": "stop", "stopwords": "_dutch_"},
        "question_stop": {"type": "stop", "stopwords": sorted(stop_words())},
        # One text: a list of as many rules takes the engine four times as long.
        "nl_override": {"type": "stemmer_override", "rules": ",".join(build_stem_rules(compounds))},
        "nl_stem": {"type": "stemmer", "language": "dutch"},
        "en_stop": {"type": "stop", "stopwords": "_english_"},
        "en_stem": {"type": "stemmer", "language": "english"},
        "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": LONGEST_BEGINNING},
        "beginning": {"type": "truncate", "length": LONGEST_BEGINNING},
    }
