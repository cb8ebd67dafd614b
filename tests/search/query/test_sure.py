"""What must hold of a sure hit, looked at without an engine."""

import json
from collections.abc import Iterator
from typing import Any

from search.query.question import Question
from search.query.sure import MET, NEAR, build_met, build_sure


def ways_of(question: Question) -> list[dict[str, Any]]:
    """Return the conditions of which one must hold."""
    condition = build_sure(question).to_dict()["bool"]
    assert set(condition) == {"should", "minimum_should_match"}
    assert condition["minimum_should_match"] == 1
    return condition["should"]


def every(question: Question) -> list[dict[str, Any]]:
    """Return the conditions that every notion of a text is there."""
    return [way for way in ways_of(question) if set(way.get("bool", ())) == {"filter"}]


def texts_of(part: Any) -> Iterator[str]:
    """Yield the texts that a condition looks for."""
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == "query" and isinstance(value, str))
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from texts_of(item)


def test_each_notion_is_a_condition_of_its_own() -> None:
    text = "voorbeelden van zout op de weg bij sneeuw"
    (all_there,) = every(Question(text, text))
    conditions = all_there["bool"]["filter"]
    assert [set(texts_of(condition)) for condition in conditions] == [{"zout"}, {"weg"}, {"sneeuw"}]
    for condition in conditions:
        assert condition["bool"]["minimum_should_match"] == 1


def test_a_compound_is_there_as_a_word_or_as_all_its_parts_near_each_other() -> None:
    (all_there,) = every(Question("asfaltonderhoud", "asfaltonderhoud"))
    (condition,) = all_there["bool"]["filter"]
    parts = [way for way in condition["bool"]["should"] if "asfalt onderhoud" in texts_of(way)]
    assert parts
    for way in map(json.dumps, parts):
        is_near = '"type": "phrase"' in way and f'"slop": {NEAR}' in way
        assert is_near or '"operator": "and"' in way
    assert not any("asfalt" in texts_of(way) for way in condition["bool"]["should"]), "one part is not all"


def test_parts_of_a_compound_that_stand_anywhere_in_a_text_are_not_together() -> None:
    (all_there,) = every(Question("asfaltonderhoud", "asfaltonderhoud"))
    ways = all_there["bool"]["filter"][0]["bool"]["should"]
    fields = [
        name
        for way in ways
        if "asfalt onderhoud" in texts_of(way)
        for name in way.get("multi_match", {}).get("fields", ())
    ]
    assert fields
    assert not {"body", "body_en"} & set(fields)


def test_a_compound_that_nothing_has_is_sure_with_all_its_parts_near_each_other() -> None:
    question = Question("wegsensoren", "wegsensoren", decompounded="weg sensoren")
    (together,) = [way for way in ways_of(question) if "nested" in way and "weg sensoren" in texts_of(way)]
    assert together["nested"]["path"] == "passages"
    match = together["nested"]["query"]["multi_match"]
    assert (match["type"], match["slop"]) == ("phrase", NEAR)


def test_several_words_may_have_one_that_stands_for_them() -> None:
    text = "algemene verordening gegevensbescherming"
    whole = [way for way in ways_of(Question(text, text)) if text in texts_of(way)]
    asked = [way.get("nested", {}).get("query", way).get("multi_match", {}) for way in whole]
    together = [match for match in asked if match.get("operator") == "and"]
    assert [match.get("analyzer") for match in together] == ["nl_same", None, "nl_same", None]


def test_members_have_a_condition_of_their_own_where_their_notions_differ_and_they_may_be_found() -> None:
    text = "expert sluizen gemeente"
    assert len(every(Question(text, text))) == 1, "who finds no members asks as before"
    assert len(every(Question("sluizen", "sluizen", has_members=True))) == 1
    (ways, *_) = ways_of(Question(text, text, has_members=True))
    of_members, of_others = (way["bool"] for way in ways["bool"]["should"])
    is_member = {"term": {"kind": "member"}}
    assert is_member in of_members["filter"]
    assert set(texts_of(of_members)) == {"sluizen", "gemeente"}
    assert of_others["must_not"] == [is_member]
    assert set(texts_of(of_others)) == {"expert", "sluizen"}


def test_another_spelling_has_conditions_of_its_own() -> None:
    question = Question("e-mail zout", "e-mail zout", respelled="email zout")
    first, second = every(question)
    assert [set(texts_of(part)) for part in first["bool"]["filter"]] == [{"mail"}, {"zout"}]
    assert [set(texts_of(part)) for part in second["bool"]["filter"]] == [{"email"}, {"zout"}]
    assert len(every(Question("zout", "zout", respelled="zout"))) == 1


def test_what_was_mistyped_is_not_asked_for() -> None:
    assert "fietsrs" not in json.dumps(build_sure(Question("fietsrs", "fietsers")).to_dict())


def test_a_notion_may_be_the_name_of_a_body_or_place_and_the_whole_question_too() -> None:
    question = Question("drones gemeente Breda", "drones gemeente Breda")
    (all_there,) = every(question)
    _, breda = all_there["bool"]["filter"]
    (called,) = [way["terms"]["called"] for way in breda["bool"]["should"] if "terms" in way]
    assert {"breda", "gemeente breda"} <= set(called)
    assert "drones" not in called
    assert {"match": {"names": {"query": "breda"}}} in breda["bool"]["should"]
    whole = ways_of(question)
    assert {"match_phrase": {"proper_names": "drones gemeente Breda"}} in whole
    assert {"match": {"names": {"query": "drones gemeente Breda", "operator": "and"}}} in whole


def test_signs_have_no_notion_and_find_nothing() -> None:
    assert {"match_none": {}} in ways_of(Question("?!", "?!"))
    assert every(Question("?!", "?!")) == []


def test_what_a_hit_has_of_a_question_is_named_and_adds_no_points() -> None:
    text = "asfaltonderhoud zout"
    named = [part.to_dict()["constant_score"] for part in build_met(Question(text, text))]
    assert [part["_name"] for part in named] == [
        f"{MET}{word}" for word in ("asfaltonderhoud", "asfalt", "onderhoud", "zout")
    ]
    assert {part["boost"] for part in named} == {0}
