"""Questions to the engine, looked at without an engine."""

import json
from typing import Any

import pytest
from django.http import QueryDict

from search.page.forms import SearchForm
from search.query.facets import FACETS, build_aggregations
from search.query.links import build_page_range, build_url
from search.query.parameters import SearchParameters
from search.query.queries import Similarity, build_related, build_search, build_similar, build_suggest
from search.query.question import Question

ASPHALT = SearchParameters(query="asfalt", facets={"theme": ("verkeer",), "year": ("2018", "2019")})


def build(parameters: SearchParameters) -> dict[str, Any]:
    """Return the request for a question of which nothing is known."""
    return build_search(parameters, Question(parameters.query, parameters.query), ["index"]).to_dict()


def test_chosen_values_are_filtered_after_counting() -> None:
    body = build(ASPHALT)
    filters = json.dumps(body["post_filter"])
    assert '"facets.theme": ["verkeer"]' in filters
    assert '"facets.year": ["2018", "2019"]' in filters
    assert "facets" not in json.dumps(body["query"])


def test_a_facet_counts_without_its_own_choice_and_with_those_of_the_others() -> None:
    counts = build_aggregations(ASPHALT)
    of_theme = json.dumps(counts["theme"]["filter"])
    assert "facets.year" in of_theme
    assert "facets.theme" not in of_theme


def test_a_chosen_value_is_counted_even_when_it_is_not_among_the_fullest() -> None:
    counts = build_aggregations(ASPHALT)
    assert counts["year"]["aggs"]["chosen"]["terms"]["include"] == ["2018", "2019"]


def test_every_facet_is_counted_on_the_search_page() -> None:
    assert set(build_aggregations(SearchParameters())) == {facet.name for facet in FACETS}


def test_a_list_of_one_kind_does_not_offer_the_kind() -> None:
    cases = SearchParameters(listing="case")
    assert "type" not in build_aggregations(cases)
    assert build(cases)["query"] == {"bool": {"filter": [{"term": {"kind": "case"}}]}}


@pytest.mark.parametrize("least", [-1.0, 0.5, 0.8, 0.83])
def test_a_question_never_asks_for_a_score_below_nothing_nor_takes_all_that_is_nearest(least: float) -> None:
    question = Question("asfalt", "asfalt", vector=(1, 2), threshold=least)
    body = build_search(SearchParameters(query="asfalt"), question, ["index"]).to_dict()
    assert body["min_score"] == pytest.approx(max(0.001, 4 * (least - 0.8)))
    assert f'"least": {body["min_score"]}' in json.dumps(body["query"])


def test_no_question_has_a_fuzzy_part() -> None:
    assert "fuzziness" not in json.dumps(build(ASPHALT))


def test_a_page_that_the_engine_cannot_reach_asks_for_no_hits() -> None:
    body = build(SearchParameters(page=501))
    assert (body["from"], body["size"]) == (0, 0)
    body = build(SearchParameters(page=500))
    assert (body["from"], body["size"]) == (9980, 20)


def test_a_case_is_not_like_itself() -> None:
    body = build_similar(Similarity("practices.practicepage:7", {"theme": ("verkeer",)}), "index").to_dict()
    assert body["query"]["bool"]["must_not"] == [{"ids": {"values": ["practices.practicepage:7"]}}]


def test_what_is_hidden_is_not_related() -> None:
    body = build_related((1, 2), ["index"], ("practices.practicepage:7",)).to_dict()
    assert body["query"]["bool"]["must_not"] == [{"ids": {"values": ["practices.practicepage:7"]}}]


def test_suggestions_ask_for_names_only() -> None:
    assert "passages" not in json.dumps(
        build_suggest(Question("brug", "brug"), "case", ["index"], ()).to_dict()
    )


def parameters(address: str) -> SearchParameters:
    return SearchForm(QueryDict(address)).parameters()


def test_an_address_becomes_parameters() -> None:
    asked = parameters("q=+asfalt++weg+&thema=verkeer&thema=wonen&jaar=2018&sorteer=nieuwste&pagina=3")
    assert asked == SearchParameters(
        "asfalt weg", {"theme": ("verkeer", "wonen"), "year": ("2018",)}, "nieuwste", 3
    )


def test_what_is_not_usable_counts_as_not_given() -> None:
    assert parameters("q=%00&pagina=nul&sorteer=duur&thema=&onbekend=1") == SearchParameters()


def test_a_question_that_is_too_long_is_shortened_and_the_visitor_hears_so() -> None:
    form = SearchForm(QueryDict("q=" + "weg+" * 80))
    assert len(form.parameters().query) <= 200
    assert "te lang" in str(form.errors["q"])


def test_an_address_is_always_the_same_for_the_same_parameters() -> None:
    asked = parameters("pagina=2&jaar=2018&thema=b&q=weg&thema=a&thema=b&leeg=")
    assert build_url("/zoeken/", asked) == "/zoeken/?q=weg&thema=a&thema=b&jaar=2018&pagina=2"
    assert build_url("/zoeken/", SearchParameters()) == "/zoeken/"


def test_a_long_list_shows_the_first_the_last_and_the_pages_nearby() -> None:
    assert build_page_range(6, 20) == [1, None, 4, 5, 6, 7, 8, None, 20]
    assert build_page_range(1, 3) == [1, 2, 3]
