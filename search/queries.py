"""Questions to the engine, made from parameters. Nothing here asks anything."""

from typing import Any

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from search.facets import chosen_facets, facets_of
from search.models import EVERYONE
from search.parameters import NEWEST, RELEVANCE, REUSED, SearchParameters

# Equal weights and a tie breaker did best on documents that nobody tuned on (docs/search.md); a title counts somewhat more.
_FIELDS = ("title^2", "summary", "passages.text", "keywords", "title_en^2", "summary_en", "passages_en.text")
_EVERYTHING = ("all", "all_en")
_ENOUGH = "2<70%"
_HIGHLIGHTED = ("summary", "summary_en", "passages.text", "passages_en.text", "keywords")
_MARKS = {"pre_tags": ["<mark>"], "post_tags": ["</mark>"], "encoder": "html"}
_SOURCE = ("label", "pk", "stamp", "passages.label", "passages.text", "passages_en.label", "passages_en.text")
_SORTS: dict[str, list[Any]] = {
    NEWEST: [{"date": {"order": "desc", "missing": "_last"}}, "_score", "title_sort"],
    REUSED: [{"reuse": "desc"}, {"date": {"order": "desc", "missing": "_last"}}, "title_sort"],
}
_BROWSE = ["rank", {"date": {"order": "desc", "missing": "_last"}}, "title_sort"]
MOST_SUGGESTIONS = 8
MOST_SIMILAR = 3


def alias_of(prefix: str, audience: str) -> str:
    """Return the name under which the index of an audience is read and written."""
    return f"{prefix}-{'public' if audience == EVERYONE else audience}"


def build_search(parameters: SearchParameters, indices: list[str], *, is_fuzzy: bool = False) -> Search:
    """Return the whole question: hits, counts per facet, parts to show and a correction of the spelling, in one request.

    A page that the engine cannot reach (after the 10,000th hit) has no hits, but the total and the counts are right.

    `is_fuzzy` also finds words that are nearly the same; such a question is only asked when the exact one finds almost
    nothing, and its parts to show come from the exact words (a fuzzy highlight costs thirty times as much).
    """
    search = Search(index=indices).params(search_type="dfs_query_then_fetch")
    search = search.query(build_question(parameters, is_fuzzy=is_fuzzy))
    for facet in facets_of(parameters):
        search.aggs[facet.name] = facet.aggregation(parameters)
    chosen = [facet.filter(values) for facet, values in chosen_facets(parameters)]
    search = search.post_filter("bool", filter=chosen) if chosen else search
    search = search.sort(*_sort(parameters)).source(list(_SOURCE)).extra(track_total_hits=True, track_scores=True)
    first, last = (parameters.start, parameters.start + parameters.page_size) if parameters.is_within_window else (0, 0)
    search = search[first:last]
    return _with_highlights(search, parameters.query) if parameters.query else search


def _sort(parameters: SearchParameters) -> list:
    """Return the order; without a question relevance means nothing."""
    if parameters.sort == RELEVANCE:
        return ["_score", "title_sort"] if parameters.query else _BROWSE
    return _SORTS[parameters.sort]


def build_question(parameters: SearchParameters, *, is_fuzzy: bool = False) -> Query:
    """Return what must match, and what makes a hit better."""
    kinds = [Q("term", kind=parameters.listing)] if parameters.listing else []
    if not parameters.query:
        return Q("bool", filter=kinds or [Q("match_all")])
    words = build_words(parameters.query, is_fuzzy=is_fuzzy)
    return Q("bool", filter=[*kinds, words], should=_build_ranking(parameters.query, is_fuzzy=is_fuzzy))


def build_words(query: str, *, is_fuzzy: bool = False) -> Query:
    """Return the condition that enough words of the query stand somewhere in the document, in one of its languages."""
    options: dict = {"minimum_should_match": _ENOUGH, "auto_generate_synonyms_phrase_query": False}
    if is_fuzzy:
        options |= {"fuzziness": "AUTO:5,9", "prefix_length": 1, "max_expansions": 30}
    ways = [Q("match", **{name: {"query": query, **options}}) for name in _EVERYTHING]
    return Q("bool", should=[*ways, Q("match", names={"query": query, "operator": "and"})], minimum_should_match=1)


def _build_ranking(query: str, *, is_fuzzy: bool) -> list[Query]:
    """Return what orders the hits: words in one field, words next to each other, and being the name itself."""
    fuzzy = {"fuzziness": "AUTO:5,9", "prefix_length": 1, "max_expansions": 30} if is_fuzzy else {}
    common = {"query": query, "fields": list(_FIELDS), "auto_generate_synonyms_phrase_query": False}
    return [
        Q("multi_match", type="best_fields", tie_breaker=0.3, **common, **fuzzy),
        Q("multi_match", type="phrase", slop=2, query=query, fields=list(_FIELDS)),
        Q("match", names={"query": query, "operator": "and", "boost": 2}),
        Q("match", **{"names.exact": {"query": query, "boost": 8}}),
    ]


def _with_highlights(search: Search, query: str) -> Search:
    """Return the question with parts of the text to show, and a better spelling of words that are nowhere."""
    exact = Q("multi_match", query=query, fields=[*_HIGHLIGHTED, "title", "title_en"])
    search = search.highlight_options(highlight_query=exact.to_dict(), **_MARKS)
    search = search.highlight("title", "title_en", number_of_fragments=0)
    search = search.highlight(*_HIGHLIGHTED, fragment_size=160, number_of_fragments=2)
    options = {"suggest_mode": "missing", "prefix_length": 1, "min_word_length": 4, "size": 1}
    return search.suggest("spelling", query, term={"field": "spelling", **options})


def build_suggest(query: str, indices: list[str]) -> Search:
    """Return the question for names that begin with what was typed so far."""
    whole = Q("match", names={"query": query, "operator": "and", "boost": 2})
    beginnings = Q("match", **{"names.auto": {"query": query, "operator": "and"}})
    search = Search(index=indices).query("bool", must=[beginnings], should=[whole])
    return search.sort("_score", "rank", "title_sort").source(["label", "pk", "stamp"])[:MOST_SUGGESTIONS]


def build_similar(key: str, index: str, facets: dict[str, tuple[str, ...]]) -> Search:
    """Return the question for cases with the same words or terms as the case `key`, without that case."""
    text = ["title", "summary", "passages.text", "title_en", "summary_en", "passages_en.text"]
    like = {"like": [{"_index": index, "_id": key}], "min_term_freq": 1, "min_doc_freq": 2, "max_query_terms": 25}
    words = Q("more_like_this", fields=text, minimum_should_match="20%", **like)
    terms = [
        Q("term", **{f"facets.{name}": {"value": value, "boost": 3}}) for name, values in facets.items() for value in values
    ]
    question = Q("bool", filter=[Q("term", kind="case")], must_not=[Q("ids", values=[key])], should=[words, *terms])
    question.minimum_should_match = 1
    return Search(index=index).query(question).source(["label", "pk", "stamp", "facets"])[: MOST_SIMILAR * 2]
