"""What is near a question that finds nothing or little: the same without one of the filters."""

from collections.abc import Iterator
from dataclasses import replace

from search.query.facets import chosen_facets
from search.query.parameters import SearchParameters
from search.query.results import Alternative, Answer

FEW = 3  # fewer hits than this are worth another question
MOST_ALTERNATIVES = 5  # lines on an empty page


def build_alternatives(parameters: SearchParameters, answer: Answer) -> tuple[Alternative, ...]:
    """Return the questions that find more: the filter that leaves most out is the first to go."""
    if answer.total >= FEW:
        return ()
    wider = sorted(_without_filters(parameters, answer), key=lambda item: -item.total)
    more = [item for item in wider if item.total > answer.total and _is_question(item)]
    return tuple(more[:MOST_ALTERNATIVES])


def _is_question(alternative: Alternative) -> bool:
    """Tell whether something is still asked: the list of everything is no alternative."""
    parameters = alternative.parameters
    return bool(parameters.query or parameters.like or chosen_facets(parameters))


def _without_filters(parameters: SearchParameters, answer: Answer) -> Iterator[Alternative]:
    """Yield the question without the choice of each facet."""
    for facet, _ in chosen_facets(parameters):
        left = {name: values for name, values in parameters.facets.items() if name != facet.name}
        total = answer.without.get(facet.name, 0)
        yield Alternative(replace(parameters, facets=left, page=1), total, facet.name)
