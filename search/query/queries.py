"""Questions to the engine, made from parameters. Nothing here asks anything."""

from collections.abc import Iterable
from typing import Any

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query

from curation.services import Curated
from search.kinds import MEMBER, maybe_kinds, translated_kinds
from search.models import EVERYONE
from search.query.asked import NOTHING_CURATED
from search.query.clauses import (
    DUTCH,
    DUTCH_OF_MEMBERS,
    ENGLISH,
    ENGLISH_OF_MEMBERS,
    NO_PHRASES,
    PASSAGES,
    SOURCE_OF_PASSAGE,
    build_any,
    build_ids,
    build_match,
)
from search.query.facets import SEEKS, TECHNIQUE, THEME, build_like, chosen_facets, languages_of
from search.query.notions import find_notions
from search.query.parameters import NEWEST, RELEVANCE, REUSED, SearchParameters
from search.query.question import Question
from search.query.semantic import build_rescore, build_semantic, least_score
from search.query.sure import IS_MEMBER, Notions, build_met, build_per_kind, build_sure
from search.text.terms import MOST_CHARACTERS, fold, stop_words, word_spans

Fields = tuple[str, ...]

_EVERYTHING = (DUTCH, ENGLISH)  # of a language; a condition takes them as one text
# What follows was found on documents that nobody tuned on; `manage.py relevance --try NAME=VALUE` tells what
# another value does, and docs/search/reference.md says why each is there.
ENOUGH = "1<50%"  # of the words, rounded down: else long questions in everyday words lose their answers
ENOUGH_DECOMPOUNDED = "1<67%"  # a part of a compound says less than the whole
WEIGHT_OF_SYNONYMS = 0.3  # at full weight a synonym drowns the word itself
WEIGHT_OF_PASSAGE = 0.3
WEIGHT_OF_ALL = 6.0  # what has every word comes first
WEIGHT_OF_NAME, WEIGHT_OF_EXACT_NAME = 2.0, 8.0  # people look for bodies by name
WEIGHT_OF_KNOWN = 3.0  # the subject of a member; more is no better
SHARE_OF_OTHER_FIELDS = 0.3
HALF = 30.0  # score of the engine that counts half: brings words and meaning on one scale
SATURATED = "params.least + _score / (_score + params.half)"
# What others use comes before what is as good: it gains less than 5% of the score by its words, half of that
# with three organisations. So it never passes what answers the question clearly better.
SHARE_OF_REUSE, SOME_REUSE = 0.05, 3.0
REUSED_MORE = "(1 + params.share * field('reuse').get(0) / (field('reuse').get(0) + params.some))"
_MARKS = {"pre_tags": ["<mark>"], "post_tags": ["</mark>"], "encoder": "html"}
VALUES = ("keywords", "proper_names")  # fields with several values, each of which is marked as a whole
MARKED = (*VALUES, "summary")  # that tell why a member is a hit, beside passages
_SOURCE = ("label", "pk", "stamp")
_NEWEST = {"date": {"order": "desc", "missing": "_last"}}
_SORTS: dict[str, list[Any]] = {
    NEWEST: [_NEWEST, "_score", "title_sort"],
    REUSED: [{"reuse": "desc"}, _NEWEST, "title_sort"],
}
_BROWSE = ["rank", _NEWEST, "title_sort"]
NOTHING_CHOSEN = SearchParameters()
WORDS, PINNED, BEGINS = "words", "pinned", "begins"  # the ways in which something is found
SCORE_OF_PINNED = 100.0  # more than any other hit has
MOST_OF_KIND = 4  # suggestions
FORGIVEN = "AUTO:4,8"  # one error from four letters, two from eight
MOST_MAYBE = 10
MOST_KNOWING = 3
# Of a case like another one; the same organisation makes none similar.
WEIGHT_OF_TERM = {TECHNIQUE.name: 0.3, THEME.name: 0.2}


def alias_of(prefix: str, audience: str) -> str:
    """Return the name under which the index of an audience is read and written."""
    return f"{prefix}-{'public' if audience == EVERYONE else audience}"


def build_search(
    parameters: SearchParameters, question: Question, indices: list[str], curated: Curated = NOTHING_CURATED
) -> Search:
    """Return the question for sure hits and the parts of them to show; `curated` is what editors decided.

    A page that the engine cannot reach (after the 10,000th hit) has no hits, but the total is right.
    """
    search = _build_filtered(parameters, question, indices, curated)
    search = search.source(list(_SOURCE))
    if order := _sort(parameters):
        search = search.sort(*order).extra(track_scores=True)
    elif question.vector:
        search = search.extra(rescore=build_rescore(question.vector))
    first, size = (parameters.start, parameters.page_size) if parameters.is_within_window else (0, 0)
    search = search[first : first + size]
    return _with_highlights(search, question.spellings) if question.corrected else search


def build_total(
    parameters: SearchParameters, question: Question, indices: list[str], curated: Curated
) -> Search:
    """Return the question for how many sure hits there are, and nothing else."""
    return _build_filtered(parameters, question, indices, curated)[:0]


def _build_filtered(
    parameters: SearchParameters, question: Question, indices: list[str], curated: Curated
) -> Search:
    """Return the question for hits with what was chosen; that is filtered after the counting of values."""
    search = Search(index=indices).params(search_type="dfs_query_then_fetch")
    search = search.query(build_question(parameters, question, curated))
    chosen = [facet.filter(values) for facet, values in chosen_facets(parameters)]
    search = search.post_filter("bool", filter=chosen) if chosen else search
    return search.extra(track_total_hits=True)


def _sort(parameters: SearchParameters) -> list:
    """Return the order; nothing for that of the scores, which alone can be refined by meaning."""
    if parameters.sort == RELEVANCE:
        return [] if parameters.query else _BROWSE
    return _SORTS[parameters.sort]


def build_question(
    parameters: SearchParameters, question: Question, curated: Curated = NOTHING_CURATED
) -> Query:
    """Return what must match: every notion of the question, or that an editor says so."""
    limits = [Q("term", kind=parameters.listing)] if parameters.listing else []
    limits += build_like(parameters)
    hidden = [build_ids(curated.hidden)] if curated.hidden else []
    hidden.append(_build_foreign(languages_of(parameters)))
    if not question.corrected:
        return Q("bool", filter=limits or [Q("match_all")], must_not=hidden)
    pinned = _build_pinned(curated.pinned, is_first=parameters.sort == RELEVANCE)
    ways = [build_words(question, build_sure(question), counts_reuse=True), *pinned]
    return Q("bool", filter=limits, must=[build_any(ways)], must_not=hidden)


def _build_foreign(languages: list[str]) -> Query:
    """Return the condition to be in another language than these, of what is there in each."""
    return Q("bool", filter=[Q("terms", kind=translated_kinds())], must_not=[Q("terms", language=languages)])


def build_maybe(
    parameters: SearchParameters, question: Question, indices: list[str], curated: Curated
) -> Search:
    """Return the question for what may be meant: it has part of the words, or comes near in meaning.

    Only cases and people, none that is sure, all with what was chosen.
    """
    chosen = [facet.filter(values) for facet, values in chosen_facets(parameters)]
    filters = [Q("terms", kind=maybe_kinds(parameters.listing)), *build_like(parameters), *chosen]
    ways = [build_words(question, _build_enough(question))]
    if question.vector:
        ways.append(build_semantic(question.vector, filters))
    out = [build_sure(question), build_ids((*curated.hidden, *curated.pinned))]
    query = Q("bool", filter=filters, must=[build_any(ways)], must_not=out, should=list(build_met(question)))
    search = Search(index=indices).query(query).params(search_type="dfs_query_then_fetch")
    search = search.source(list(_SOURCE)).extra(min_score=least_score(question))[:MOST_MAYBE]
    return _with_marked(search, question.spellings) if question.has_members else search


def _build_pinned(keys: tuple[str, ...], *, is_first: bool) -> list[Query]:
    """Return the parts that find these objects, whatever words they have.

    `is_first` puts them first, in their order.
    """
    above = SCORE_OF_PINNED + len(keys)
    pinned = []
    for place, key in enumerate(keys):
        boost = above - place if is_first else 0.0
        name = f"{PINNED}-{place}"
        pinned.append(Q("constant_score", filter=build_ids([key]), boost=boost, _name=name))
    return pinned


def build_words(question: Question, condition: Query, *, counts_reuse: bool = False) -> Query:
    """Return the part that looks for words: the condition must hold, and where they stand makes the order.

    The score grows with that of the engine from 0 to 1, so that it can be added to a similarity of meaning;
    what has the words has at least what a hit by its meaning alone needs. With `counts_reuse` what others use
    gains a little.
    """
    ranking = [clause for text in question.spellings for clause in _build_ranking(text, question)]
    known = _build_known(question) if question.has_members else []
    words = Q("bool", filter=[condition], should=[*ranking, _build_passages(question.spellings), *known])
    params = {"half": HALF, "least": least_score(question)}
    script: dict[str, Any] = {"source": SATURATED, "params": params}
    if counts_reuse:
        more = {"share": SHARE_OF_REUSE, "some": SOME_REUSE}
        script = {"source": f"({SATURATED}) * {REUSED_MORE}", "params": params | more}
    return Q("script_score", query=words, script=script, _name=WORDS)


def _build_enough(question: Question) -> Query:
    """Return the condition that enough of the notions are there, or of the parts of compounds."""
    texts = {question.respelled: "100%", question.decompounded: ENOUGH_DECOMPOUNDED}

    def build(notions: Notions) -> Query:
        parts = " ".join(part for notion in notions for part in notion.parts)
        shares = texts | {parts: ENOUGH_DECOMPOUNDED, _join(notions): ENOUGH}
        return build_any([_build_condition(text, share) for text, share in shares.items() if text])

    return build_per_kind(question.corrected, question, build)


def _join(notions: Notions) -> str:
    """Return the words of notions as a text."""
    return " ".join(notion.word for notion in notions)


def _build_condition(text: str, enough: str) -> Query:
    """Return the condition that enough words stand in a document, in one language, or all in its name."""
    anywhere = _build_anywhere(text, minimum_should_match=enough)
    return build_any([*anywhere, build_match("names", text, operator="and")])


def _build_ranking(text: str, question: Question) -> list[Query]:
    """Return what orders the hits.

    It is the words themselves, what stands for them, having all of them, being the name, and the names of
    bodies and places that it is about.
    """
    return [
        *_build_scored(text, question),
        Q("constant_score", filter=_build_all(text), boost=WEIGHT_OF_ALL),
        build_match("names", text, operator="and", boost=WEIGHT_OF_NAME),
        build_match("names.exact", text, boost=WEIGHT_OF_EXACT_NAME),
        Q("terms", called=_runs(text), boost=WEIGHT_OF_NAME),
    ]


def _build_scored(text: str, question: Question) -> list[Query]:
    """Return the score of the words themselves and of what stands for them, of members in their own way."""
    scored = _build_both_readings(text, DUTCH, ENGLISH)
    if not question.has_members:
        return scored
    of_members = _build_both_readings(text, DUTCH_OF_MEMBERS, ENGLISH_OF_MEMBERS)
    return [
        Q("bool", filter=[IS_MEMBER], should=of_members),
        Q("bool", must_not=[IS_MEMBER], should=scored),
    ]


def _build_both_readings(text: str, dutch: Fields, english: Fields) -> list[Query]:
    """Return the score of the words themselves, and a part of that of what stands for them."""
    return [
        _build_fields(text, "words", dutch, english),
        _build_fields(text, "search", dutch, english, boost=WEIGHT_OF_SYNONYMS),
    ]


def _build_known(question: Question) -> list[Query]:
    """Return what puts a member who has the subject itself among what she knows before who has it elsewhere.

    The score of a field falls with its length: a long list of subjects came after a short text.
    """
    words = [notion.word for notion in question.notions_of(MEMBER.name)]
    named = [
        Q("bool", filter=[IS_MEMBER, build_match("keywords", word, analyzer="nl_words")]) for word in words
    ]
    return [Q("constant_score", filter=part, boost=WEIGHT_OF_KNOWN) for part in named]


def _runs(text: str) -> list[str]:
    """Return what may be a name in a text: all runs of words with one in them that tells something."""
    return sorted({name for notion in find_notions(text) for name in notion.names})


def _build_all(text: str) -> Query:
    """Return the condition that every word, or what stands for it, is in the document or its name."""
    return build_any([*_build_anywhere(text, operator="and"), build_match("names", text, operator="and")])


def _build_anywhere(text: str, **options: Any) -> list[Query]:
    """Return the questions for words that may each stand in another field, one question per language."""
    options |= NO_PHRASES
    return [Q("combined_fields", query=text, fields=list(fields), **options) for fields in _EVERYTHING]


def _build_fields(text: str, reading: str, dutch: Fields, english: Fields, boost: float = 1.0) -> Query:
    """Return the score of the best field, and a share of those of the others.

    `reading` is the analyzer of either language, without its code: `words` or `search`.
    """
    analyzers = dict.fromkeys(dutch, f"nl_{reading}") | dict.fromkeys(english, f"en_{reading}")
    fields = [
        build_match(name, text, analyzer=analyzer, **NO_PHRASES) for name, analyzer in analyzers.items()
    ]
    return Q("dis_max", queries=fields, tie_breaker=SHARE_OF_OTHER_FIELDS, boost=boost)


def _build_passages(texts: tuple[str, ...]) -> Query:
    """Return the part that adds the score of the best passage, and gives the two best ones to show."""
    question = _build_any_text(texts, PASSAGES, **NO_PHRASES)
    question.boost = WEIGHT_OF_PASSAGE
    fields = {name: {"fragment_size": 160, "number_of_fragments": 1} for name in PASSAGES}
    marked = {"fields": fields, **_MARKS}
    inner_hits = {"name": WORDS, "size": 2, "_source": list(SOURCE_OF_PASSAGE), "highlight": marked}
    return Q("nested", path="passages", score_mode="max", query=question, inner_hits=inner_hits)


def _build_any_text(texts: Iterable[str], fields: Iterable[str], **options: Any) -> Query:
    """Return the question for any word of these texts in the best of some fields."""
    return build_any([Q("multi_match", query=text, fields=list(fields), **options) for text in texts])


def _with_highlights(search: Search, texts: tuple[str, ...]) -> Search:
    """Return the question with its words marked in title, summary and keywords."""
    titles, summaries = ("title", "title_en", "title_name"), ("summary", "summary_en")
    marked = _build_any_text(map(_without_stop_words, texts), (*titles, *summaries, *VALUES))
    search = search.highlight_options(highlight_query=marked.to_dict(), **_MARKS)
    search = search.highlight(*titles, *VALUES, number_of_fragments=0)
    return search.highlight(*summaries, fragment_size=160, number_of_fragments=1)


def _with_marked(search: Search, texts: tuple[str, ...]) -> Search:
    """Return the question with its words marked in what tells why a member is a hit."""
    marked = _build_any_text(map(_without_stop_words, texts), MARKED)
    search = search.highlight_options(highlight_query=marked.to_dict(), **_MARKS)
    return search.highlight(*MARKED, number_of_fragments=0)


def _without_stop_words(text: str) -> str:
    """Return a text without its stop words, which names have too: `van` is not what was asked."""
    words = [word for word, _, _ in word_spans(text)]
    return " ".join(word for word in words if word not in stop_words()) or text


def build_knowing(
    parameters: SearchParameters, corrected: str, index: str, hidden: tuple[str, ...]
) -> Search:
    """Return the question for members with a word of the text, or with a theme or technique chosen."""
    chosen = {name: list(parameters.chosen(name)) for name in WEIGHT_OF_TERM}
    words = _join(find_notions(corrected, of_members=True))
    ways = _build_anywhere(words) if words else []
    ways += [Q("terms", **{f"facets.{name}": values}) for name, values in chosen.items() if values]
    passages = [_build_passages((words,))] if words else []
    filters = {"filter": [Q("term", kind=MEMBER.name)], "must_not": [build_ids(hidden)]}
    question = Q("bool", must=[build_any(ways or [Q("match_none")])], should=passages, _name=WORDS, **filters)
    search = Search(index=index).query(question).source(list(_SOURCE))[:MOST_KNOWING]
    return _with_marked(search, (words,)) if words else search


def build_seeking(sought: tuple[str, ...], index: str, hidden: tuple[str, ...]) -> Search:
    """Return the question for how many members seek help with one of these themes and techniques."""
    seeking = [Q("term", kind=MEMBER.name), SEEKS.filter(sought)]
    return Search(index=index).query("bool", filter=seeking, must_not=[build_ids(hidden)])[:0]


def build_suggest(question: Question, kind: str, indices: list[str], hidden: tuple[str, ...]) -> Search:
    """Return the question for names of one kind with words that begin like all that are asked, or nearly so.

    A typing error is forgiven from four letters, but never in the first: else every word would be compared.
    """
    stripped = question.stripped
    others = sorted(set(question.spellings) - {stripped})
    # The whole name is worth most, then whole words, beginnings, other spellings, and last what is nearly so.
    ways = [
        _build_beginnings(stripped, _name=BEGINS),
        build_match("names", stripped, operator="and", boost=2),
        # Cut again: one character can fold to eighteen, and the engine refuses a beginning of a thousand.
        Q("prefix", **{"names.exact": {"value": fold(stripped)[:MOST_CHARACTERS], "boost": 4}}),
        *(_build_beginnings(text, boost=0.5) for text in others),
        _build_beginnings(stripped, fuzziness=FORGIVEN, prefix_length=1, boost=0.1),
    ]
    names = build_any(ways)
    names.filter = [Q("term", kind=kind)]
    names.must_not = [build_ids(hidden), _build_foreign(languages_of(NOTHING_CHOSEN))]
    ordered = Search(index=indices).query(names).sort("_score", "title_sort")
    return ordered.source(list(_SOURCE))[:MOST_OF_KIND]


def _build_beginnings(text: str, **options: Any) -> Query:
    """Return the condition that every word begins a word of a name, or a part of one."""
    return build_match("names.auto", text, operator="and", **options)
