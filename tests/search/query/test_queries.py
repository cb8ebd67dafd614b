"""Questions to the engine, looked at without an engine."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override

from curation.services import Curated
from search.page.forms import SearchForm
from search.query.asked import NOTHING_CURATED
from search.query.facets import FACETS, build_aggregations
from search.query.links import build_page_range, build_url
from search.query.parameters import SearchParameters
from search.query.queries import (
    REUSED_MORE,
    SATURATED,
    SHARE_OF_REUSE,
    WEIGHT_OF_KNOWN,
    build_maybe,
    build_search,
    build_suggest,
    build_total,
)
from search.query.question import Question
from search.query.semantic import LEAST_SCORE, WEIGHT_OF_SEMANTIC
from search.query.similar import Similarity, build_similar
from search.query.sure import build_sure

OF_MEMBERS = {"seeks", "languages", "willing", "confirmed"}
ASPHALT = SearchParameters(query="asfalt", facets={"theme": ("verkeer",), "year": ("2018", "2019")})


def build(parameters: SearchParameters) -> dict[str, Any]:
    """Return the request for a question of which nothing is known."""
    return build_search(parameters, Question(parameters.query, parameters.query), ["index"]).to_dict()


def build_others(
    parameters: SearchParameters, curated: Curated = NOTHING_CURATED, **known: Any
) -> dict[str, Any]:
    """Return the request for what may be meant, of a question of which this is known."""
    question = Question(parameters.query, parameters.query, **known)
    return build_maybe(parameters, question, ["index"], curated).to_dict()


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
    assert set(build_aggregations(SearchParameters())) == {facet.name for facet in FACETS} - OF_MEMBERS


def test_what_only_members_have_is_counted_and_asked_for_in_their_list_alone() -> None:
    chosen = dict.fromkeys(OF_MEMBERS, ("nl",))
    for listing in ("", "case", "organisation", "page"):
        parameters = SearchParameters(listing=listing, facets=chosen)
        assert "nl" not in json.dumps(build(parameters).get("post_filter", {}))
        assert OF_MEMBERS.isdisjoint(build_aggregations(parameters))
    members = SearchParameters(listing="member", facets=chosen)
    assert set(build_aggregations(members)) >= OF_MEMBERS
    assert len(build(members)["post_filter"]["bool"]["filter"]) == len(OF_MEMBERS)


def test_a_list_of_one_kind_does_not_offer_the_kind() -> None:
    cases = SearchParameters(listing="case")
    assert "type" not in build_aggregations(cases)
    assert build(cases)["query"]["bool"]["filter"] == [{"term": {"kind": "case"}}]


@pytest.mark.parametrize("least", [0.0, 0.0001, 0.03, 0.4])
def test_a_question_never_asks_for_a_score_below_nothing_nor_takes_all_that_is_nearest(least: float) -> None:
    body = build_others(SearchParameters(query="asfalt"), vector=(1, 2), threshold=least)
    assert body["min_score"] == pytest.approx(max(LEAST_SCORE, WEIGHT_OF_SEMANTIC * least))
    assert f'"least": {body["min_score"]}' in json.dumps(body["query"])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_of_text_are_asked_for_in_the_language_of_the_reader_and_other_kinds_in_any(
    language: str,
) -> None:
    with override(language):
        for parameters in (SearchParameters(), ASPHALT, SearchParameters(listing="case")):
            assert foreign_to([language]) in build(parameters)["query"]["bool"]["must_not"]


def foreign_to(languages: list[str]) -> dict[str, Any]:
    """Return the condition to be a page of text in none of these languages."""
    kinds, own = {"terms": {"kind": ["page"]}}, {"terms": {"language": languages}}
    return {"bool": {"filter": [kinds], "must_not": [own]}}


def test_a_language_that_was_chosen_holds_for_pages_of_text_too() -> None:
    parameters = SearchParameters(query="privacy", facets={"language": ("en",)})
    for asked in (build(parameters), build(replace(parameters, query=""))):
        assert foreign_to(["en"]) in asked["query"]["bool"]["must_not"]


def test_a_member_who_names_the_subject_among_what_she_knows_has_more_points() -> None:
    parameters = SearchParameters(query="wie weet van drones")
    for has_members in (True, False):
        question = Question(parameters.query, parameters.query, has_members=has_members)
        for maker in (build_search, build_maybe):
            body = maker(parameters, question, ["index"], NOTHING_CURATED).to_dict()
            known = f'"boost": {WEIGHT_OF_KNOWN}' in json.dumps(body)
            assert known == has_members


def test_what_is_near_in_meaning_is_never_sure() -> None:
    question = Question("asfalt", "asfalt", vector=(1, 2), threshold=0.2)
    for maker in (build_search, build_total):
        body = maker(SearchParameters(query="asfalt"), question, ["index"], NOTHING_CURATED).to_dict()
        assert "knn" not in json.dumps(body)
        assert "min_score" not in body
    assert "knn" in json.dumps(build_others(SearchParameters(query="asfalt"), vector=(1, 2), threshold=0.2))
    assert "knn" not in json.dumps(build_others(SearchParameters(query="asfalt")))


def test_what_may_be_meant_is_a_few_cases_and_members_that_are_not_sure_with_what_was_chosen() -> None:
    body = build_others(ASPHALT, vector=(1, 2), threshold=0.2)
    asked = body["query"]["bool"]
    filters = [
        {"terms": {"kind": ["case", "member"]}},
        {"terms": {"facets.theme": ["verkeer"]}},
        {"terms": {"facets.year": ["2018", "2019"]}},
    ]
    assert asked["filter"] == filters
    (near,) = [way for way in asked["must"][0]["bool"]["should"] if "knn" in json.dumps(way)]
    assert near["bool"]["filter"][0]["knn"]["filter"] == filters
    assert build_sure(Question("asfalt", "asfalt")).to_dict() in asked["must_not"]
    assert "post_filter" not in body
    assert body["size"] == 10
    listed = build_others(SearchParameters(query="asfalt", listing="member"))
    assert listed["query"]["bool"]["filter"] == [{"terms": {"kind": ["member"]}}]


def test_what_editors_put_first_or_hid_is_not_what_may_be_meant() -> None:
    body = build_others(SearchParameters(query="asfalt"), Curated(pinned=("a:1",), hidden=("a:2",)))
    assert {"ids": {"values": ["a:2", "a:1"]}} in body["query"]["bool"]["must_not"]


@pytest.mark.parametrize(
    ("parameters", "has_maybe"),
    [
        (SearchParameters("asfalt"), True),
        (SearchParameters("asfalt", listing="case"), True),
        (SearchParameters("asfalt", listing="member"), True),
        (SearchParameters("asfalt", listing="organisation"), False),
        (SearchParameters("asfalt", page=2), False),
        (SearchParameters(facets={"theme": ("water",)}), False),
    ],
)
def test_only_the_first_page_of_a_question_has_what_may_be_meant(
    parameters: SearchParameters, has_maybe: bool
) -> None:
    assert parameters.has_maybe is has_maybe


def test_no_question_has_a_fuzzy_part() -> None:
    assert "fuzziness" not in json.dumps([build(ASPHALT), build_others(ASPHALT)])


def test_a_page_that_the_engine_cannot_reach_asks_for_no_hits() -> None:
    body = build(SearchParameters(page=501))
    assert (body["from"], body["size"]) == (0, 0)
    body = build(SearchParameters(page=500))
    assert (body["from"], body["size"]) == (9980, 20)


def test_a_case_is_not_like_itself() -> None:
    body = build_similar(
        Similarity("practices.practicepage:7", (), {"theme": ("verkeer",)}), "index"
    ).to_dict()
    assert body["query"]["bool"]["must_not"] == [{"ids": {"values": ["practices.practicepage:7"]}}]


def test_suggestions_ask_for_names_only() -> None:
    assert "passages" not in json.dumps(
        build_suggest(Question("brug", "brug"), "case", ["index"], ()).to_dict()
    )


def parameters(address: str) -> SearchParameters:
    return SearchForm(QueryDict(address)).parameters()


@pytest.mark.parametrize("character", ["\ufdfa", "ﬃ", "é"])
def test_a_beginning_is_never_longer_than_the_engine_takes(character: str) -> None:
    text = character * 200  # of which one character folds to eighteen
    found = build_suggest(Question(text, text), "case", ["index"], ()).to_dict()
    query = json.dumps(found, ensure_ascii=False)
    assert max(map(len, re.findall(r'"names.exact": {"value": "([^"]*)"', query))) <= 200


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


def test_what_others_use_gains_less_than_a_twentieth_of_its_score_by_words_among_what_is_sure() -> None:
    def scripts(body: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        json.loads(json.dumps(body), object_hook=lambda part: found.append(part) or part)
        return [part["script_score"]["script"] for part in found if "script_score" in part]

    (sure,) = scripts(build(SearchParameters(query="asfalt"))["query"])
    assert sure["params"]["share"] == SHARE_OF_REUSE == 0.05
    assert sure["source"] == f"({SATURATED}) * {REUSED_MORE}"
    (maybe,) = scripts(build_others(SearchParameters(query="asfalt"))["query"])
    assert maybe["source"] == SATURATED
