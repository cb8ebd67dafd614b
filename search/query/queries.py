"""Questions to the engine, made from parameters. Nothing here asks anything."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from curation.services import Curated
from search.kinds import CASE, MEMBER
from search.models import EVERYONE
from search.query.asked import NOTHING_CURATED
from search.query.facets import ORGANISATION, TECHNIQUE, THEME, chosen_facets
from search.query.parameters import NEWEST, RELEVANCE, REUSED, SearchParameters
from search.query.question import Question
from search.text.terms import fold

_DUTCH = ("title", "summary", "body", "keywords")
_ENGLISH = ("title_en", "summary_en", "body_en")
_PASSAGES = ("passages.text", "passages.text_en")
_EVERYTHING = (_DUTCH, (*_ENGLISH, "keywords_en"))  # of a language; a condition takes them as one text
# What follows was found on documents that nobody tuned on; `manage.py relevance --try NAME=VALUE` tells what
# another value does, and docs/search/reference.md says why each is there.
ENOUGH = "1<50%"  # of the words, rounded down: else long questions in everyday words lose their answers
ENOUGH_DECOMPOUNDED = "1<67%"  # a part of a compound says less than the whole
WEIGHT_OF_SYNONYMS = 0.3  # at full weight a synonym drowns the word itself
WEIGHT_OF_PASSAGE = 0.3
WEIGHT_OF_ALL = 6.0  # what has every word comes first
WEIGHT_OF_SEMANTIC = 4.0
WEIGHT_OF_NAME, WEIGHT_OF_EXACT_NAME = 2.0, 8.0  # people look for bodies by name
SHARE_OF_OTHER_FIELDS = 0.3
HALF = 30.0  # score of the engine that counts half: brings words and meaning on one scale
COMMON_SIMILARITY = 0.8  # cosine of a question with passages about something else
LEAST_SCORE = 0.001  # the engine takes none below 0, and with 0 whatever is nearest would be a hit
_SATURATED = "params.least + _score / (_score + params.half)"
_ABOVE_COMMON = "params.weight * Math.max(0, 2 * _score - 1 - params.common)"
_MARKS = {"pre_tags": ["<mark>"], "post_tags": ["</mark>"], "encoder": "html"}
_SOURCE = ("label", "pk", "stamp")
# Its text comes with the words marked; of one that has none of them it is asked for.
_SOURCE_OF_PASSAGE = ("passages.label", "passages.anchor")
_NEWEST = {"date": {"order": "desc", "missing": "_last"}}
_SORTS: dict[str, list[Any]] = {
    NEWEST: [_NEWEST, "_score", "title_sort"],
    REUSED: [{"reuse": "desc"}, _NEWEST, "title_sort"],
}
_BROWSE = ["rank", _NEWEST, "title_sort"]
WORDS, SEMANTIC, PINNED, BEGINS = (
    "words",
    "semantic",
    "pinned",
    "begins",
)  # the ways in which something is found
SCORE_OF_PINNED = 100.0  # more than any other hit has
_NO_PHRASES = {"auto_generate_synonyms_phrase_query": False}
NEAREST_PASSAGES = 150  # the more, the more time
MOST_OF_KIND = 4  # suggestions
FORGIVEN = "AUTO:4,8"  # one error from four letters, two from eight
MOST_SIMILAR = 3  # shown
MOST_CANDIDATES = 12  # asked for, so that one of another organisation may be among them
MOST_RELATED = 3
MOST_KNOWING = 3
# Of a case like another one; the same organisation makes none similar.
WEIGHT_OF_TERM = {TECHNIQUE.name: 0.3, THEME.name: 0.2}


@dataclass(frozen=True)
class Similarity:
    """The case `key` that others should be like.

    It stays out, and so do those in `out` and those of the organisations `without`.
    """

    key: str
    facets: dict[str, tuple[str, ...]]
    vector: tuple[int, ...] = ()
    out: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def alias_of(prefix: str, audience: str) -> str:
    """Return the name under which the index of an audience is read and written."""
    return f"{prefix}-{'public' if audience == EVERYONE else audience}"


def build_search(
    parameters: SearchParameters, question: Question, indices: list[str], curated: Curated = NOTHING_CURATED
) -> Search:
    """Return the question for hits and the parts of them to show; `curated` is what editors decided.

    A page that the engine cannot reach (after the 10,000th hit) has no hits, but the total is right.
    """
    search = _build_filtered(parameters, question, indices, curated).params(include_named_queries_score=True)
    search = search.sort(*_sort(parameters)).source(list(_SOURCE)).extra(track_scores=True)
    first, size = (parameters.start, parameters.page_size) if parameters.is_within_window else (0, 0)
    search = search[first : first + size]
    return _with_highlights(search, question.spellings) if question.corrected else search


def build_total(
    parameters: SearchParameters, question: Question, indices: list[str], curated: Curated
) -> Search:
    """Return the question for how many hits there are, and nothing else."""
    return _build_filtered(parameters, question, indices, curated)[:0]


def _build_filtered(
    parameters: SearchParameters, question: Question, indices: list[str], curated: Curated
) -> Search:
    """Return the question for hits with what was chosen; that is filtered after the counting of values."""
    search = Search(index=indices).params(search_type="dfs_query_then_fetch")
    search = search.query(build_question(parameters, question, curated))
    chosen = [facet.filter(values) for facet, values in chosen_facets(parameters)]
    search = search.post_filter("bool", filter=chosen) if chosen else search
    if question.vector:
        search = search.extra(min_score=_least_score(question))
    return search.extra(track_total_hits=True)


def _sort(parameters: SearchParameters) -> list:
    """Return the order; without a question relevance means nothing."""
    if parameters.sort == RELEVANCE:
        return ["_score", "title_sort"] if parameters.query else _BROWSE
    return _SORTS[parameters.sort]


def build_question(
    parameters: SearchParameters, question: Question, curated: Curated = NOTHING_CURATED
) -> Query:
    """Return what must match, and what makes a hit better.

    Something matches by its words, by its meaning, or because an editor says so.
    """
    kinds = [Q("term", kind=parameters.listing)] if parameters.listing else []
    hidden = [_build_ids(curated.hidden)] if curated.hidden else []
    if not question.corrected:
        return Q("bool", filter=kinds or [Q("match_all")], must_not=hidden)
    is_first = parameters.sort == RELEVANCE
    pinned = _build_pinned(curated.pinned, is_first=is_first, least=_least_score(question))
    ways = [build_words(question), *pinned]
    if question.vector:
        ways.append(build_semantic(question.vector))
    return Q("bool", filter=kinds, must=[_build_any(ways)], must_not=hidden)


def _build_ids(keys: Iterable[str]) -> Query:
    """Return the condition to be one of these objects."""
    return Q("ids", values=list(keys))


def _build_any(ways: list[Query]) -> Query:
    """Return the condition that at least one of these holds; the score is their sum."""
    return Q("bool", should=ways, minimum_should_match=1)


def _build_match(field: str, text: str, **options: Any) -> Query:
    """Return the question for words of a text in a field."""
    return Q("match", **{field: {"query": text, **options}})


def _build_pinned(keys: tuple[str, ...], *, is_first: bool, least: float) -> list[Query]:
    """Return the parts that find these objects, whatever words they have.

    `is_first` puts them first, in their order.
    """
    above = SCORE_OF_PINNED + len(keys)
    pinned = []
    for place, key in enumerate(keys):
        boost = above - place if is_first else least
        name = f"{PINNED}-{place}"
        pinned.append(Q("constant_score", filter=_build_ids([key]), boost=boost, _name=name))
    return pinned


def build_words(question: Question) -> Query:
    """Return the part that looks for words: enough must be there, and where they stand makes the order.

    The score grows with that of the engine from 0 to 1, so that it can be added to a similarity of meaning;
    what has the words has at least what a hit by its meaning alone needs.
    """
    shares = {
        question.respelled: "100%",
        question.decompounded: ENOUGH_DECOMPOUNDED,
        question.corrected: ENOUGH,
    }
    enough = _build_any([_build_condition(text, share) for text, share in shares.items() if text])
    ranking = [clause for text in question.spellings for clause in _build_ranking(text)]
    words = Q("bool", filter=[enough], should=[*ranking, _build_passages(question.spellings)])
    script = {"source": _SATURATED, "params": {"half": HALF, "least": _least_score(question)}}
    return Q("script_score", query=words, script=script, _name=WORDS)


def _least_score(question: Question) -> float:
    """Return the score that a hit by its meaning alone needs.

    Such a hit scores nothing when its meaning is not above what is common.
    """
    above = question.threshold - COMMON_SIMILARITY
    return max(LEAST_SCORE, WEIGHT_OF_SEMANTIC * above) if question.vector else 0.0


def _build_condition(text: str, enough: str) -> Query:
    """Return the condition that enough words stand in a document, in one language, or all in its name."""
    anywhere = _build_anywhere(text, minimum_should_match=enough)
    return _build_any([*anywhere, _build_match("names", text, operator="and")])


def _build_ranking(text: str) -> list[Query]:
    """Return what orders the hits.

    It is the words themselves, what stands for them, having all of them, and being the name.
    """
    return [
        _build_fields(text, "words"),
        _build_fields(text, "search", boost=WEIGHT_OF_SYNONYMS),
        Q("constant_score", filter=_build_all(text), boost=WEIGHT_OF_ALL),
        _build_match("names", text, operator="and", boost=WEIGHT_OF_NAME),
        _build_match("names.exact", text, boost=WEIGHT_OF_EXACT_NAME),
    ]


def _build_all(text: str) -> Query:
    """Return the condition that every word, or what stands for it, is somewhere in the document."""
    return _build_any(_build_anywhere(text, operator="and"))


def _build_anywhere(text: str, **options: Any) -> list[Query]:
    """Return the questions for words that may each stand in another field, one question per language."""
    options |= _NO_PHRASES
    return [Q("combined_fields", query=text, fields=list(fields), **options) for fields in _EVERYTHING]


def _build_fields(text: str, reading: str, boost: float = 1.0) -> Query:
    """Return the score of the best field, and a share of those of the others.

    `reading` is the analyzer of either language, without its code: `words` or `search`.
    """
    analyzers = dict.fromkeys(_DUTCH, f"nl_{reading}") | dict.fromkeys(_ENGLISH, f"en_{reading}")
    fields = [
        _build_match(name, text, analyzer=analyzer, **_NO_PHRASES) for name, analyzer in analyzers.items()
    ]
    return Q("dis_max", queries=fields, tie_breaker=SHARE_OF_OTHER_FIELDS, boost=boost)


def _build_passages(texts: tuple[str, ...]) -> Query:
    """Return the part that adds the score of the best passage, and gives the two best ones to show."""
    question = _build_any_text(texts, _PASSAGES, **_NO_PHRASES)
    question.boost = WEIGHT_OF_PASSAGE
    fields = {name: {"fragment_size": 160, "number_of_fragments": 1} for name in _PASSAGES}
    marked = {"fields": fields, **_MARKS}
    inner_hits = {"name": WORDS, "size": 2, "_source": list(_SOURCE_OF_PASSAGE), "highlight": marked}
    return Q("nested", path="passages", score_mode="max", query=question, inner_hits=inner_hits)


def build_semantic(vector: tuple[int, ...]) -> Query:
    """Return the part that looks for passages that mean nearly the same, whatever words they have.

    The engine's score is (1 + cosine) / 2; what counts is how far the cosine is above that of texts about
    anything. The passage that is given back tells that a hit was found so: a name would have all vectors
    compared once more.
    """
    # As text: the library looks at each number of a list.
    packed = array("b", vector).tobytes().hex()
    nearest = {"field": "passages.vector", "query_vector": packed, "k": NEAREST_PASSAGES}
    inner_hits = {"name": SEMANTIC, "size": 1, "_source": [*_SOURCE_OF_PASSAGE, *_PASSAGES]}
    question = Q("knn", num_candidates=NEAREST_PASSAGES, **nearest)
    passages = Q("nested", path="passages", score_mode="max", query=question, inner_hits=inner_hits)
    params = {"weight": WEIGHT_OF_SEMANTIC, "common": COMMON_SIMILARITY}
    return Q("script_score", query=passages, script={"source": _ABOVE_COMMON, "params": params})


def _build_any_text(texts: tuple[str, ...], fields: Iterable[str], **options: Any) -> Query:
    """Return the question for any word of these texts in the best of some fields."""
    return _build_any([Q("multi_match", query=text, fields=list(fields), **options) for text in texts])


def _with_highlights(search: Search, texts: tuple[str, ...]) -> Search:
    """Return the question with its words marked in title, summary and keywords."""
    marked = _build_any_text(texts, ("title", "title_en", "summary", "summary_en", "keywords"))
    search = search.highlight_options(highlight_query=marked.to_dict(), **_MARKS)
    search = search.highlight("title", "title_en", number_of_fragments=0)
    return search.highlight("summary", "summary_en", "keywords", fragment_size=160, number_of_fragments=1)


def build_related(vector: tuple[int, ...], indices: list[str], hidden: tuple[str, ...]) -> Search:
    """Return the question for what comes nearest to a question in meaning, however far that is."""
    nearest = build_semantic(vector)
    question = Q("bool", must=[nearest], must_not=[_build_ids(hidden)])
    return Search(index=indices).query(question).source(list(_SOURCE))[:MOST_RELATED]


def build_knowing(
    parameters: SearchParameters, corrected: str, index: str, hidden: tuple[str, ...]
) -> Search:
    """Return the question for members with a word of the text, or with a theme or technique that was chosen.

    One more than is shown: who asks may be one of them.
    """
    chosen = {name: list(parameters.chosen(name)) for name in WEIGHT_OF_TERM}
    ways = _build_anywhere(corrected) if corrected else []
    ways += [Q("terms", **{f"facets.{name}": values}) for name, values in chosen.items() if values]
    question = _build_any(ways or [Q("match_none")])
    question.filter = [Q("term", kind=MEMBER.name)]
    question.must_not = [_build_ids(hidden)]
    return Search(index=index).query(question).source(list(_SOURCE))[: MOST_KNOWING + 1]


def build_suggest(question: Question, kind: str, indices: list[str], hidden: tuple[str, ...]) -> Search:
    """Return the question for names of one kind with words that begin like all that are asked, or nearly so.

    A typing error is forgiven from four letters, but never in the first: else every word would be compared.
    """
    stripped = question.stripped
    others = sorted(set(question.spellings) - {stripped})
    # The whole name is worth most, then whole words, beginnings, other spellings, and last what is nearly so.
    ways = [
        _build_beginnings(stripped, _name=BEGINS),
        _build_match("names", stripped, operator="and", boost=2),
        Q("prefix", **{"names.exact": {"value": fold(stripped), "boost": 4}}),
        *(_build_beginnings(text, boost=0.5) for text in others),
        _build_beginnings(stripped, fuzziness=FORGIVEN, prefix_length=1, boost=0.1),
    ]
    names = _build_any(ways)
    names.filter = [Q("term", kind=kind)]
    names.must_not = [_build_ids(hidden)]
    ordered = Search(index=indices).query(names).sort("_score", "title_sort")
    return ordered.source(list(_SOURCE))[:MOST_OF_KIND]


def _build_beginnings(text: str, **options: Any) -> Query:
    """Return the condition that every word begins a word of a name, or a part of one."""
    return _build_match("names.auto", text, operator="and", **options)


def build_similar(similarity: Similarity, index: str) -> Search:
    """Return the question for cases with the same words, meaning or terms as a case, without that case."""
    ways = [_build_alike(similarity.key, index), *_build_terms(similarity.facets)]
    if similarity.vector:
        ways.append(build_semantic(similarity.vector))
    out = [_build_ids([similarity.key, *similarity.out])]
    if similarity.without:
        out.append(ORGANISATION.filter(similarity.without))
    question = _build_any(ways)
    question.filter = [Q("term", kind=CASE.name)]
    question.must_not = out
    return Search(index=index).query(question).source(["label", "pk", "stamp", "facets"])[:MOST_CANDIDATES]


def _build_alike(key: str, index: str) -> Query:
    """Return the part that looks for the words that tell most of a document."""
    words = Q(
        "more_like_this",
        fields=["title", "summary", "body", "title_en", "summary_en", "body_en"],
        like=[{"_index": index, "_id": key}],
        minimum_should_match="20%",
        min_term_freq=1,
        min_doc_freq=2,
        max_query_terms=25,
    )
    script = {"source": _SATURATED, "params": {"half": HALF, "least": 0}}
    return Q("script_score", query=words, script=script)


def _build_terms(facets: dict[str, tuple[str, ...]]) -> list[Query]:
    """Return the parts that look for the same techniques and themes."""
    shared = {name: values for name, values in facets.items() if name in WEIGHT_OF_TERM}
    parts = []
    for name, values in shared.items():
        for value in values:
            same = Q("term", **{f"facets.{name}": value})
            parts.append(Q("constant_score", filter=same, boost=WEIGHT_OF_TERM[name]))
    return parts
