"""What is near a question that finds nothing or little: the same without one filter, or without one word."""

from collections.abc import Iterator
from dataclasses import replace

from search.query.asked import Asked
from search.query.facets import chosen_facets
from search.query.parameters import SearchParameters
from search.query.results import Alternative, Answer, Nearby
from search.text.terms import split_words

FEW = 3  # fewer hits than this are worth another question
MOST_ALTERNATIVES = 5  # lines on an empty page
MOST_SHORTER = 6  # each is one more search in the request that looks around


def shorten(corrected: str) -> dict[str, str]:
    """Return what is left of a question without one of its words, with that word.

    The longest words say most: the question without them comes first.
    """
    words = corrected.split()
    lengths = {place: len(word) for place, word in enumerate(words) if split_words(word)}
    places = sorted(lengths, key=lambda place: -lengths[place])
    shorter: dict[str, str] = {}
    for place in places[:MOST_SHORTER]:
        rest = " ".join(words[:place] + words[place + 1 :])
        if split_words(rest):
            shorter[rest] = words[place]
    return shorter


def build_alternatives(asked: Asked, answer: Answer, nearby: Nearby) -> tuple[Alternative, ...]:
    """Return the questions that find more, the nearest first.

    Without a filter it is still the whole question: the filter that leaves most out is the first to go. Of
    questions with a word less, the one that finds the least kept the words that say most.
    """
    if answer.total >= FEW:
        return ()
    filters = sorted(_without_filters(asked.parameters, answer), key=lambda item: -item.total)
    words = sorted(_without_words(asked, nearby), key=lambda item: item.total)
    more = [item for item in (*filters, *words) if item.total > answer.total and _is_question(item)]
    return tuple(more[:MOST_ALTERNATIVES])


def _is_question(alternative: Alternative) -> bool:
    """Tell whether something is still asked: the list of everything is no alternative."""
    return bool(alternative.parameters.query or chosen_facets(alternative.parameters))


def _without_filters(parameters: SearchParameters, answer: Answer) -> Iterator[Alternative]:
    """Yield the question without the choice of each facet."""
    for facet, _ in chosen_facets(parameters):
        left = {name: values for name, values in parameters.facets.items() if name != facet.name}
        total = answer.without.get(facet.name, 0)
        yield Alternative(replace(parameters, facets=left, page=1), total, facet=facet.name)


def _without_words(asked: Asked, nearby: Nearby) -> Iterator[Alternative]:
    """Yield the question without each word of which the total was found nearby."""
    words = shorten(asked.question.corrected)
    for query, total in nearby.totals.items():
        yield Alternative(replace(asked.parameters, query=query, page=1), total, word=words[query])
