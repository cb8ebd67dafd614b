"""What is near a question that finds nothing or little: the same without one filter, or without one word."""

from dataclasses import replace

from search.query.asked import Asked
from search.query.facets import chosen_facets
from search.query.parameters import SearchParameters
from search.query.results import Alternative, Answer, Nearby
from search.text.terms import split_words

FEW = 3  # fewer hits than this are worth another question
MOST_ALTERNATIVES = 5
MOST_SHORTER = 6


def shorten(text: str) -> dict[str, str]:
    """Return what is left of a text without one of its words, with that word; the longest words, which say most, first."""
    words = text.split()
    lengths = [len(word) if split_words(word) else 0 for word in words]
    places = sorted(
        (place for place, length in enumerate(lengths) if length), key=lambda place: -lengths[place]
    )
    shorter = {
        " ".join([*words[:place], *words[place + 1 :]]): words[place] for place in places[:MOST_SHORTER]
    }
    return {rest: word for rest, word in shorter.items() if split_words(rest)}


def build_alternatives(asked: Asked, answer: Answer, nearby: Nearby) -> tuple[Alternative, ...]:
    """Return the questions that find more, the nearest first.

    Without a filter it is still the whole question: the filter that leaves most out is the first to go. Of questions with a
    word less, the one that finds the least kept the words that say most.
    """
    if answer.total >= FEW:
        return ()
    filters = sorted(_without_filters(asked.parameters, answer), key=lambda alternative: -alternative.total)
    words = sorted(_without_words(asked, nearby), key=lambda alternative: alternative.total)
    found = [
        alternative
        for alternative in (*filters, *words)
        if alternative.total > answer.total and _is_question(alternative)
    ]
    return tuple(found[:MOST_ALTERNATIVES])


def _is_question(alternative: Alternative) -> bool:
    """Tell whether something is still asked: everything there is, is near nothing."""
    return bool(alternative.parameters.query or chosen_facets(alternative.parameters))


def _without_filters(parameters: SearchParameters, answer: Answer) -> list[Alternative]:
    """Return the question without the choice of each facet."""
    return [
        Alternative(
            replace(
                parameters,
                facets={name: values for name, values in parameters.facets.items() if name != facet.name},
                page=1,
            ),
            answer.without.get(facet.name, 0),
            facet=facet.name,
        )
        for facet, _ in chosen_facets(parameters)
    ]


def _without_words(asked: Asked, nearby: Nearby) -> list[Alternative]:
    """Return the question without each word of which the total was found nearby."""
    words = shorten(asked.question.text)
    return [
        Alternative(replace(asked.parameters, query=text, page=1), total, word=words[text])
        for text, total in nearby.totals.items()
    ]
