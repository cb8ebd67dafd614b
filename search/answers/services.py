"""What other apps, the pages and the API may ask of search."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from core.folding import split_folded
from curation.services import curated_for
from search.answers import suggestions
from search.answers.hydration import build_hits, build_lists
from search.answers.pauses import tell_pauses
from search.answers.reasons import Compared, give_reasons, give_reasons_of_maybe
from search.answers.seeking import find_sought
from search.backends import Backend, database, elasticsearch
from search.client import EngineUnavailable
from search.index.documents import document_key
from search.kinds import MEMBER
from search.models import EVERYONE, MEMBERS
from search.query.alternatives import build_alternatives
from search.query.asked import Asked, build_asked, vocabularies_of
from search.query.facet_results import build_facet_results
from search.query.facets import ORGANISATION, TYPE
from search.query.notions import find_notions
from search.query.parameters import SearchParameters
from search.query.results import Answer, Found, Hit, Nearby, SearchResults, Suggestion
from search.query.similar import MOST_CANDIDATES, MOST_SIMILAR, Similarity
from search.semantic import vectors
from search.text import vocabulary
from search.text.terms import clean_query, stop_words

LEAST_CHARACTERS = 2  # of a query that asks for suggestions
ENOUGH_SURE = 10  # hits: who finds so many needs nothing that is not sure
NOTHING_NEARBY = Nearby()
T = TypeVar("T")


def audiences_of(viewer: Any) -> tuple[str, ...]:
    """Return whose objects this viewer may find: members of the network find members too."""
    return (EVERYONE, MEMBERS) if getattr(viewer, "is_approved", False) else (EVERYONE,)


def people_in(shown: Iterable[Hit | Suggestion]) -> list[str]:
    """Return the slugs of the members among what is shown: their cards are counted."""
    return [one.slug for one in shown if one.type == MEMBER.name]


def search(parameters: SearchParameters, *, viewer: Any) -> SearchResults:
    """Return the answer to a question from the engine, else from the database; never raises for its text."""
    audiences = audiences_of(viewer)
    parameters = replace(parameters, is_of_people=_is_of_people(parameters, audiences))
    asked = _understand(parameters, audiences)
    if parameters.query:  # who looks through the list of everybody finds herself too
        asked = asked.without(_own_keys(viewer))
    (answer, nearby), name = _first_answer(lambda backend: _ask(backend, asked, viewer))
    question = asked.question
    lists = build_lists([answer.found, answer.maybe, nearby.members], viewer)
    hits, maybe, members = tell_pauses(lists)
    if answer.total >= ENOUGH_SURE:
        maybe = ()
    offered = {hit.pk for hit in maybe if hit.type == MEMBER.name}
    return SearchResults(
        query=parameters.query,
        hits=hits,
        total=answer.total,
        page=parameters.page,
        page_size=parameters.page_size,
        engine=name,
        facets=build_facet_results(parameters, answer.counts),
        corrected=question.corrected if question.is_corrected else "",
        literal_total=nearby.literal_total,
        alternatives=build_alternatives(parameters, answer),
        maybe=give_reasons_of_maybe(maybe, question),
        members=tuple(hit for hit in members if hit.pk not in offered),
        seeking=nearby.seeking,
        own=_find_own(parameters, viewer),
        is_of_people=parameters.is_of_people,
    )


def _own_profile(viewer: Any) -> Any:
    """Return the profile of who asks, or None."""
    return getattr(viewer, "member", None) if getattr(viewer, "is_approved", False) else None


def _is_of_people(parameters: SearchParameters, audiences: tuple[str, ...]) -> bool:
    """Tell whether members can be among the hits."""
    kinds = parameters.chosen(TYPE.name)
    return _has_members(parameters, audiences) and (not kinds or MEMBER.name in kinds)


def _has_members(parameters: SearchParameters, audiences: tuple[str, ...]) -> bool:
    """Tell whether this list may have members for these audiences."""
    return MEMBERS in audiences and parameters.listing in {"", MEMBER.name}


def _own_keys(viewer: Any) -> tuple[str, ...]:
    """Return the key of the profile of who asks: she looks for others."""
    own = _own_profile(viewer)
    return (document_key(own._meta.label_lower, own.pk),) if own else ()


def _find_own(parameters: SearchParameters, viewer: Any) -> Suggestion | None:
    """Return the way to the profile of who asks, when the question is her name or a part of it."""
    own, asked = _own_profile(viewer), set(split_folded(parameters.query))
    if own is None or parameters.listing not in {"", MEMBER.name}:
        return None
    is_named = bool(asked - stop_words()) and asked <= set(split_folded(own.name))
    return Suggestion(MEMBER.name, own.name, own.get_absolute_url()) if is_named else None


def _understand(parameters: SearchParameters, audiences: tuple[str, ...]) -> Asked:
    """Return the question with what is known of its words and what editors decided about it."""
    has_members = _has_members(parameters, audiences)
    return build_asked(parameters, vocabularies_of(audiences), has_members=has_members)


def _first_answer(ask: Callable[[Backend], T]) -> tuple[T, str]:
    """Return the answer of the engine, else that of the database, and who said so."""
    try:
        return ask(elasticsearch), elasticsearch.NAME
    except EngineUnavailable:
        return ask(database), database.NAME


def _ask(backend: Backend, asked: Asked, viewer: Any) -> tuple[Answer, Nearby]:
    """Return the answer of a backend, and what is near: that is asked only when nothing is sure."""
    audiences = audiences_of(viewer)
    answer = backend.search(asked, audiences)
    if answer.total:
        return answer, NOTHING_NEARBY
    if MEMBERS in audiences:
        asked = replace(asked, sought=find_sought(asked.question))
    own, literal = _own_keys(viewer), None
    if asked.question.is_corrected:
        literal = _understand(replace(asked.parameters, is_literal=True), audiences).without(own)
    return answer, backend.look_around(asked.without(own), literal, audiences)


def suggest(typed: str, *, viewer: Any) -> tuple[Suggestion, ...]:
    """Return at most eight names of all kinds that begin like the query; none for one character."""
    query = clean_query(typed)
    if len(query) < LEAST_CHARACTERS:
        return ()
    audiences = audiences_of(viewer)
    asked = _understand(SearchParameters(query=query), audiences)
    found, _name = _first_answer(lambda backend: backend.suggest(asked, audiences))
    sure = [item for item in found if item.is_sure]
    hits, terms = build_hits(sure, viewer), suggestions.of_terms(asked.question, forgiving=False)
    if not (hits or terms):
        hits, terms = build_hits(found, viewer), suggestions.of_terms(asked.question, forgiving=True)
    return suggestions.arrange([*suggestions.of_hits(hits), *terms])


def similar(case: Any, *, viewer: Any) -> tuple[Hit, ...]:
    """Return at most three cases like this one, each with the reason.

    When it can be, they are not all of the same organisation. A translation is the same case.
    """
    label, terms = case._meta.label_lower, case.terms_by_facet()
    key = document_key(label, case.pk)
    facets = {name: tuple(labels) for name, labels in terms.items()}
    same = (document_key(label, page.pk) for page in case.live_translations)
    vector = vectors.vector_of(key, case.search_stamp)
    words = tuple(notion.word for notion in find_notions(case.title))
    similarity = Similarity(key, words, facets, vector, out=(*curated_for("").hidden, *same))
    found, _name = _first_answer(lambda backend: _find_similar(backend, similarity))
    own = facets[ORGANISATION.name]
    shown = vary(found, own)[:MOST_SIMILAR]
    hits = build_hits(shown, viewer)
    if len(hits) < len(shown):  # the index is behind: some may not be shown any more
        there = {hit.pk for hit in build_hits(found, viewer)}
        left = tuple(item for item in found if item.pk in there)
        hits = build_hits(vary(left, own)[:MOST_SIMILAR], viewer)
    compared = Compared(terms, case.title, _text_of(case), vocabulary.get(EVERYONE).counts)
    return give_reasons(hits, found, compared)


def _text_of(case: Any) -> str:
    """Return what a case says below its title."""
    return "\n".join([case.summary, *(passage.text for passage in case.section_passages())])


def _find_similar(backend: Backend, similarity: Similarity) -> tuple[Found, ...]:
    """Return similar cases, of other organisations too.

    Those are asked for when all that came first are of the same organisation.
    """
    own, found = similarity.facets[ORGANISATION.name], backend.similar(similarity)
    if own and len(found) == MOST_CANDIDATES and not _of_others(found, own):
        found = (*found, *backend.similar(replace(similarity, without=own)))
    return found


def _of_others(found: tuple[Found, ...], organisations: tuple[str, ...]) -> list[Found]:
    """Return the cases that are of none of these organisations."""
    out, name = set(organisations), ORGANISATION.name
    return [item for item in found if out.isdisjoint(item.facets.get(name, ()))]


def vary(found: tuple[Found, ...], organisations: tuple[str, ...]) -> tuple[Found, ...]:
    """Return the cases in their order, but one of another organisation is among those that are shown."""
    others = _of_others(found, organisations)
    if not others or others[0] in found[:MOST_SIMILAR]:
        return found
    last = MOST_SIMILAR - 1
    rest = [item for item in found[last:] if item is not others[0]]
    return (*found[:last], others[0], *rest)
