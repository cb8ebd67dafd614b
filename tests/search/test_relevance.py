"""Search finds what the golden set asks, as well as it did when the baseline was kept."""

import io
import json
import random
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rapidfuzz.distance import OSA

from search import benchmark, embedding, evaluation
from search.benchmark import measure_typing, mistype
from search.evaluation import FOLDER, Evaluation, GoldenSet, Query, read_golden_set
from search.management.commands.relevance import find_dropped
from search.models import PassageVector


def run(*options: str) -> str:
    """Return what the command prints."""
    out = io.StringIO()
    call_command("relevance", *options, stdout=out)
    return out.getvalue()


@pytest.mark.engine
@pytest.mark.skipif(not embedding.is_installed(), reason="there is no model of meaning for this platform")
def test_the_demonstration_is_found_as_well_as_before(db: None, engine: Any, settings: Any) -> None:
    settings.SEARCH_BY_MEANING = True
    call_command("setup_site", stdout=io.StringIO())
    call_command("load_demo", stdout=io.StringIO())
    call_command("search_index", "rebuild", stdout=io.StringIO())
    assert PassageVector.objects.exists()
    printed = run()
    assert "with typing errors" in printed


@pytest.mark.engine
def test_titles_with_one_or_two_typing_errors_are_found_nearly_as_well(
    db: None, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "Heartbeat", nullcontext)  # its thread cannot use the database of a test
    clean, *mistyped = measure_typing(FOLDER / "sets" / "algorithms", every=2)
    assert min(mistyped) >= 0.97 * clean


def test_typing_errors_are_the_same_each_time_and_leave_short_words_alone() -> None:
    text = "Algoritme voor de weg"
    typed = {mistype(text, 1, random.Random(seed)) for seed in range(100)}
    assert typed == {mistype(text, 1, random.Random(seed)) for seed in range(100)}
    assert all(word.endswith(" de weg") and OSA.distance(word, text) <= 1 for word in typed)
    assert len(typed) > 50
    assert mistype("de weg", 2, random.Random(1)) == "de weg"


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
    queries = (Query("a", "exact", "nl", is_held_out=False, text="weg"), Query("b", "none", "nl", is_held_out=False, text="x"))
    golden = GoldenSet(queries, {"a": {"case:weg": 3, "case:pad": 1}, "b": {}}, {"a": ["case:weg"], "b": []}, {})
    return Evaluation(golden, found)


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


def test_the_wrong_order_scores_less() -> None:
    wrong = evaluation_of({"a": ["case:pad", "case:weg"], "b": []})
    assert 0.5 < wrong.scores["a"]["nDCG@10"] < 1
    assert wrong.scores["a"]["MRR"] == 0.5


def test_a_type_that_drops_by_more_than_three_hundredths_is_named() -> None:
    last = {"exact": {"nDCG@10": 0.90}, "typo": {"nDCG@10": 0.90}, "none": {"nDCG@10": None}, "gone": {"nDCG@10": 1.0}}
    now = {"exact": {"nDCG@10": 0.86}, "typo": {"nDCG@10": 0.88}, "none": {"nDCG@10": None}}
    assert find_dropped(now, last) == ["exact"]


def test_the_command_fails_when_search_got_worse(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "ask", lambda text: [])
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"exact": {"nDCG@10": 0.9}}))
    with pytest.raises(CommandError, match="exact"):
        run("--baseline", str(baseline))
    assert "kept in" in run("--baseline", str(baseline), "--keep")
    assert json.loads(baseline.read_text())["exact"]["nDCG@10"] == 0
    run("--baseline", str(baseline))
