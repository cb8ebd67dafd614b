"""How text becomes terms: the analyzers of an index, built from word lists and the words in its documents.

In the index the parts of a compound are added to it. In a query one `synonym_graph` holds both compounds and
synonyms (two graph filters in a chain lose rules), so that a compound asks for itself or for all its parts.
English has no such compounds: its graph holds the synonyms alone. Accents are folded first, so that every
later filter, and the lists of rules, see folded words.
"""

from collections.abc import Iterable
from typing import Any

from search.text.compounds import get_splitter, parts_of, read_lines
from search.text.stems import stem_rules
from search.text.terms import stop_words

# The order of the filters: folding comes first, as all lists that follow hold folded words; parts and
# synonyms come before stemming, as their rules are about whole words; stop words go before the stemmer
# changes them.
PLAIN = ["lowercase", "asciifolding", "abbreviation"]
FOLDED = [*PLAIN, "possessive"]
LONGEST_BEGINNING = 15  # letters of a word that is being typed: bounds the n-grams in the index
STEMMED = ["nl_stop", "nl_override", "nl_stem"]
# Both patterns look for the digit or the dot first: looking back from every letter makes writing an index a
# quarter slower. `ISO27001` is two words, `CO2` and `A12` are one. The digit is what is replaced, so that
# highlights begin and end at the right place.
_CODE = {"type": "pattern_replace", "pattern": r"([0-9])(?<=\p{L}{2}[0-9])(?=[0-9])", "replacement": " $1"}
_ABBREVIATION = {
    "type": "pattern_replace",
    "pattern": r"\.(?<=^\p{L}\.|\.\p{L}\.)(?=\p{L}(?:\.|$))",
    "replacement": "",
}


def build_part_rules(compounds: Iterable[str]) -> list[str]:
    """Return the rules of the index that add its parts to a compound."""
    return [f"{word} => {', '.join([word, *parts_of(word)])}" for word in compounds]


def build_phrase_rules() -> list[str]:
    """Return the rules that make one word of a phrase, in the index."""
    return [f"{phrase} => {phrase.replace(' ', '_')}" for phrase in read_lines("phrases.txt")]


def build_query_rules(compounds: Iterable[str], synonyms: Iterable[str]) -> list[str]:
    """Return the rules of the query: the synonyms, and that a compound is itself or all its parts."""
    split = get_splitter().split
    return [*(f"{word} => {word}, {' '.join(split(word))}" for word in compounds), *synonyms]


def build_query_filters(compounds: Iterable[str], synonyms: list[str]) -> dict[str, Any]:
    """Return the filters of the query by name: all that the synonyms change in an index."""
    return {
        "nl_query": {"type": "synonym_graph", "synonyms": build_query_rules(compounds, synonyms)},
        "synonyms": {"type": "synonym_graph", "synonyms": synonyms},
    }


def build_stem_rules(compounds: Iterable[str]) -> list[str]:
    """Return the rules that join forms which the stemmer keeps apart, also where they end a compound."""
    rules = stem_rules()
    longer = {word: form for word in compounds if (form := _stem_of_compound(word, rules))}
    return [f"{form} => {target}" for form, target in {**longer, **rules}.items()]


def _stem_of_compound(word: str, rules: dict[str, str]) -> str:
    """Return `rioolgemaal` for `rioolgemalen`; the empty string when the last part needs no rule."""
    last = get_splitter().split(word)[-1]
    return word.removesuffix(last) + rules[last] if last in rules and word.endswith(last) else ""


def _custom(*filters: str) -> dict[str, Any]:
    """Return an analyzer that splits text into words and applies these filters in this order."""
    return {"type": "custom", "char_filter": ["code"], "tokenizer": "standard", "filter": list(filters)}


def build_analysis(compounds: list[str], synonyms: list[str]) -> dict[str, Any]:
    """Return the `analysis` part of the settings of an index.

    It depends on the compounds that the index holds, and on the synonyms, which are rules of the query.
    """
    return {
        "char_filter": {"code": _CODE},
        "filter": _build_filters(compounds) | build_query_filters(compounds, synonyms),
        "analyzer": {
            "nl_index": _custom(*FOLDED, "nl_parts", *STEMMED, "remove_duplicates"),
            "nl_search": _custom(*FOLDED, "nl_query", "question_stop", *STEMMED),
            "nl_same": _custom(*FOLDED, "synonyms", "question_stop", *STEMMED),
            "nl_words": _custom(*FOLDED, "question_stop", *STEMMED),
            "en_index": _custom(*FOLDED, "en_stop", "en_stem"),
            "en_search": _custom(*FOLDED, "synonyms", "question_stop", "en_stem"),
            "en_words": _custom(*FOLDED, "question_stop", "en_stem"),
            "plain": _custom(*PLAIN),
            "auto": _custom(*FOLDED, "nl_parts", "beginnings"),
            "typed": _custom(*FOLDED, "beginning"),
        },
        "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
    }


def _build_filters(compounds: list[str]) -> dict[str, Any]:
    """Return the filters by name that do not depend on the synonyms."""
    return {
        "abbreviation": _ABBREVIATION,
        "possessive": {"type": "stemmer", "language": "possessive_english"},  # `'s`, in Dutch too
        "nl_parts": {"type": "synonym", "synonyms": [*build_part_rules(compounds), *build_phrase_rules()]},
        "nl_stop": {"type": "stop", "stopwords": "_dutch_"},
        "question_stop": {"type": "stop", "stopwords": sorted(stop_words())},
        # One string: the engine takes four times as long to read a list of as many rules.
        "nl_override": {"type": "stemmer_override", "rules": ",".join(build_stem_rules(compounds))},
        "nl_stem": {"type": "stemmer", "language": "dutch"},
        "en_stop": {"type": "stop", "stopwords": "_english_"},
        "en_stem": {"type": "stemmer", "language": "english"},
        "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": LONGEST_BEGINNING},
        "beginning": {"type": "truncate", "length": LONGEST_BEGINNING},
    }
