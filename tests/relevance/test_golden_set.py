"""Search finds what the golden set asks, as well as it did when the baseline was kept.

Other sets are asked in `tests/hard/test_golden_sets.py`.
"""

import io
import json
import platform
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import get_language
from django_tasks_db.models import DBTaskResult
from rapidfuzz.distance import OSA

from relevance import evaluation
from relevance.agreement import kappa, measure_agreement
from relevance.evaluation import Evaluation, GoldenSet, Query, read_golden_set
from relevance.people import PEOPLE, find_unknown, measure_people
from relevance.public_sets import mistype
from relevance.regression import find_worse
from relevance.two_lists import EVERYDAY, measure_everyday, read_promises
from search import client
from search.models import MissingVector
from search.semantic import embedding, vectors
from search.text import vocabulary

HAS_WHEEL = (
    sys.platform == "linux" and platform.machine() == "x86_64"
)  # as requirements.txt says of the model
LEAST_KAPPA = 0.6  # what is called substantial


def run(*options: str) -> str:
    """Return what the command prints."""
    out = io.StringIO()
    call_command("relevance", *options, stdout=out)
    return out.getvalue()


@pytest.mark.engine
@pytest.mark.skipif(not HAS_WHEEL, reason="there is no model of meaning for this platform")
def test_the_demonstration_is_found_as_well_as_before(
    db: None, engine: Any, settings: Any, tmp_path: Path, run_tasks: Callable[[], int]
) -> None:
    settings.SEMANTIC_SEARCH, settings.VAR_DIR = True, tmp_path
    call_command("setup_site", stdout=io.StringIO())
    call_command("load_demo", stdout=io.StringIO())
    DBTaskResult.objects.ready().delete()  # a rebuild does their work
    call_command("search_index", "rebuild", stdout=io.StringIO())
    run_tasks()  # vectors
    assert not MissingVector.objects.exists()
    vectors.measure_chance()
    vocabulary._KEPT.clear()
    engine.indices.refresh(index=f"{settings.SEARCH_INDEX_PREFIX}-*")
    printed = run()
    assert "with typing errors" in printed
    assert find_broken_promises() == []
    everyday = {folder.name: measure_everyday(folder) for folder in EVERYDAY.iterdir()}
    for counts in everyday.values():  # what decision 0020 promises, as shares of what was asked
        assert counts.cases_right >= 0.85 * counts.cases_sure
        assert counts.sure >= 0.5 * counts.answered
        assert counts.nothing_sure >= 0.9 * counts.unanswered
    assert find_unknown(PEOPLE) == []
    people = measure_people(PEOPLE)
    assert people.first >= 0.75 * people.answered
    assert people.sure_right >= 0.75 * people.sure
    settings.ELASTICSEARCH_URL = []
    assert find_broken_promises() == []


def find_broken_promises() -> list[tuple[str, str, list[str]]]:
    """Return the questions with traps that fall into them; the database knows no compounds and no stems."""
    has_engine = client.is_configured()
    broken: list[tuple[str, str, list[str]]] = []
    for promise in read_promises():
        if promise.is_for_engine and not has_engine:
            continue
        sure, _maybe = evaluation.ask(promise.text)
        wrong = promise.broken_by(sure) + (promise.missed_by(sure) if has_engine else [])
        if wrong:
            broken.append((promise.id, promise.text, wrong))
    return broken


@pytest.mark.parametrize("change", ["FEW_WORDS=many", "NOTHING=3", "understand=3", "FEW_WORDS"])
def test_a_number_that_is_none_is_refused(change: str) -> None:
    with pytest.raises(CommandError, match=change):
        run("--try", change)


def test_typing_errors_are_the_same_each_time_and_leave_short_words_alone() -> None:
    text = "Algoritme voor de weg"
    typed = {mistype(text, 1, random.Random(seed)) for seed in range(100)}
    assert typed == {mistype(text, 1, random.Random(seed)) for seed in range(100)}
    assert all(word.endswith(" de weg") and OSA.distance(word, text) <= 1 for word in typed)
    assert len(typed) > 50
    assert mistype("de weg", 2, random.Random(1)) == "de weg"


@pytest.mark.skipif(not HAS_WHEEL, reason="there is no model of meaning for this platform")
def test_the_model_is_there_where_it_has_a_wheel() -> None:
    assert embedding.is_installed(), "without it the measurements above would be of another search"


def test_the_golden_set_is_whole() -> None:
    golden = read_golden_set()
    types = {query.type for query in golden.queries}
    assert types == {"exact", "split", "compound", "inflection", "synonym", "typo", "paraphrase", "none"}
    assert len(golden.queries) >= 150
    assert len({query.text for query in golden.queries}) == len(golden.queries)
    held_out = [query for query in golden.queries if query.is_held_out]
    assert 0.25 < len(held_out) / len(golden.queries) < 0.35
    assert all(bool(golden.grades[query.id]) == (query.type != "none") for query in golden.queries)
    assert all(golden.grades[query][key] >= 2 for query, keys in golden.must_have.items() for key in keys)


def evaluation_of(found: dict[str, list[str]]) -> Evaluation:
    """Return the evaluation of two queries, one with an answer and one without."""
    queries = (
        Query("a", "exact", "nl", is_held_out=False, text="weg"),
        Query("b", "none", "nl", is_held_out=False, text="x"),
    )
    golden = GoldenSet(
        queries, {"a": {"case:weg": 3, "case:pad": 1}, "b": {}}, {"a": ["case:weg"], "b": []}, {}
    )
    names = {query.text: query.id for query in queries}
    return Evaluation.of(golden, lambda text: (found[names[text]], []))


def test_the_best_order_scores_one_and_nothing_scores_zero() -> None:
    best = evaluation_of({"a": ["case:weg", "case:pad"], "b": []})
    assert best.scores["a"]["nDCG@10"] == pytest.approx(1)
    assert best.missed() == []
    nothing = evaluation_of({"a": [], "b": ["case:weg"]})
    assert set(nothing.scores["a"].values()) == {0}
    assert [key for _, key in nothing.missed()] == ["case:weg"]
    assert nothing.summary()["none"]["nDCG@10"] is None
    assert nothing.summary()["none"]["zero"] == 0
    assert nothing.summary()["exact"]["zero"] == 1


def test_what_may_be_meant_comes_after_what_is_sure_and_does_not_count_as_found() -> None:
    queries = (Query("a", "exact", "nl", is_held_out=False, text="weg"),)
    golden = GoldenSet(queries, {"a": {"case:weg": 3}}, {"a": []}, {})
    lists = {"nl": (["case:pad"], ["case:weg"]), "en": ([], ["case:weg"])}
    evaluation = Evaluation.of(golden, lambda text: lists[get_language()])
    assert evaluation.scores["a"]["MRR"] == 0.5
    assert evaluation.summary()["exact"]["zero"] == 0
    english = GoldenSet((replace(queries[0], language="en"),), golden.grades, golden.must_have, {})
    evaluation = Evaluation.of(english, lambda text: lists[get_language()])
    assert evaluation.scores["a"]["MRR"] == 1
    assert evaluation.summary()["exact"]["zero"] == 1


def test_the_wrong_order_scores_less() -> None:
    wrong = evaluation_of({"a": ["case:pad", "case:weg"], "b": []})
    assert 0.5 < wrong.scores["a"]["nDCG@10"] < 1
    assert wrong.scores["a"]["MRR"] == 0.5


def summary(**changes: Any) -> dict[str, Any]:
    """Return the figures of a run."""
    figures: dict[str, Any] = {name: {"nDCG@10": 0.9, "zero": 0.0} for name in ("exact", "typo")}
    return (
        figures
        | {"none": {"nDCG@10": None, "zero": 0.8}, "missed": ["a case:weg"], "missed, held out": 1}
        | changes
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"exact": {"nDCG@10": 0.86}}, ["exact: nDCG@10 fell from 0.900 to 0.860"]),
        ({"exact": {"nDCG@10": 0.87}}, []),
        ({"none": {"nDCG@10": None, "zero": 0.75}}, ["none: empty pages fell from 80% to 75%"]),
        ({"none": {"nDCG@10": None, "zero": 1.0}}, []),
        ({"missed": ["a case:weg", "b case:pad"]}, ["lost: b case:pad"]),
        ({"missed": []}, []),
        ({"missed, held out": 3}, ["lost: 2 of queries that are held out"]),
        ({"new": {"nDCG@10": 0.1}}, []),
    ],
    ids=str,
)
def test_what_got_worse_is_named(changes: dict[str, Any], expected: list[str]) -> None:
    assert find_worse(summary(**changes), summary()) == expected


def test_a_baseline_that_does_not_tell_what_it_missed_is_none() -> None:
    old = {name: row for name, row in summary().items() if "missed" not in name}
    assert find_worse(summary(), old) == [
        "the baseline does not tell what it found of what must be found: keep a new one"
    ]


def test_what_was_missed_is_kept_but_not_which_of_those_that_are_held_out() -> None:
    queries = tuple(Query(name, "exact", "nl", is_held_out=name == "b", text=name) for name in "ab")
    golden = GoldenSet(
        queries, {key: {"case:weg": 3} for key in "ab"}, {key: ["case:weg"] for key in "ab"}, {}
    )
    kept = Evaluation(golden, {"a": [], "b": []}).summary()
    assert (kept["missed"], kept["missed, held out"]) == (["a case:weg"], 1)


def test_the_worst_are_twenty_of_those_that_are_not_held_out() -> None:
    names = [str(number) for number in range(50)]
    queries = tuple(Query(name, "exact", "nl", is_held_out=int(name) < 25, text=name) for name in names)
    golden = GoldenSet(queries, {key: {"case:weg": 3} for key in names}, {name: [] for name in names}, {})
    worst = Evaluation(golden, {key: [] for key in names}).worst()
    assert [query.id for query in worst] == names[25:45]


def test_every_measure_has_an_interval() -> None:
    queries = tuple(
        Query(str(number), "exact", "nl", is_held_out=False, text=str(number)) for number in range(20)
    )
    golden = GoldenSet(
        queries, {query.id: {"case:weg": 3} for query in queries}, {query.id: [] for query in queries}, {}
    )
    half = Evaluation.of(golden, lambda text: (["case:weg"] if int(text) % 2 else [], []))
    for measure in ("nDCG@10", "MRR", "recall@10", "zero"):
        low, high = half.interval(queries, measure)
        assert 0.2 < low < half.mean(queries, measure) < high < 0.8


def test_the_command_fails_when_search_got_worse(
    db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "ask", lambda text: ([], []))
    settings.VAR_DIR = tmp_path / "var"
    baseline = tmp_path / "baseline.json"
    with pytest.raises(CommandError, match="There is no run to compare with"):
        run("--baseline", str(baseline))
    baseline.write_text(json.dumps({"exact": {"nDCG@10": 0.9}}))
    with pytest.raises(CommandError, match=r"exact: nDCG@10 fell from 0\.900"):
        run("--baseline", str(baseline))
    assert "kept in" in run("--baseline", str(baseline), "--keep")
    assert json.loads(baseline.read_text())["exact"]["nDCG@10"] == 0
    run("--baseline", str(baseline))


def test_a_run_is_compared_with_the_last_one_and_with_the_baseline(
    db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "ask", lambda text: ([], []))
    settings.VAR_DIR = tmp_path
    (tmp_path / "relevance.json").write_text(json.dumps({"exact": {"nDCG@10": 0.25}}))
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"exact": {"nDCG@10": 0.02}, "missed": [], "missed, held out": 0}))
    printed = run("--baseline", str(baseline), "--keep")
    (row,) = (line.split() for line in printed.splitlines() if line.startswith("exact"))
    assert row[-2:] == ["-0.250", "-0.020"]
    assert json.loads((tmp_path / "relevance.json").read_text())["exact"]["nDCG@10"] == 0
    assert "two judges, 1620 pairs: kappa 0.930 on what is relevant, 0.984 on the grades" in printed


def test_two_judges_agree() -> None:
    agreement = measure_agreement(read_golden_set())
    assert agreement is not None
    assert agreement.relevant > LEAST_KAPPA
    assert agreement.grades > LEAST_KAPPA
    assert agreement.pairs == 60 * 27


def test_a_set_that_was_judged_once_has_no_agreement(tmp_path: Path) -> None:
    assert measure_agreement(read_golden_set(), tmp_path) is None


def test_kappa_is_one_when_judges_agree_and_nothing_when_chance_does_as_well() -> None:
    def differ(one: int, other: int) -> bool:
        return one != other

    assert kappa([(0, 0), (1, 1), (0, 0)], differ) == 1
    assert kappa([(0, 0), (0, 1), (1, 0), (1, 1)], differ) == 0
    assert kappa([(0, 1)] * 5 + [(1, 0)] * 5, differ) == -1
