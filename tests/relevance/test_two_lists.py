"""The questions with traps, and the everyday questions, are whole; what breaks a promise is named."""

from pathlib import Path

from relevance.two_lists import EVERYDAY, Promise, measure_everyday, read_promises

KINDS = {
    "part", "name", "homonym", "common", "poor", "whole", "filler", "negation", "language", "subject",
}  # fmt: skip


def test_the_questions_with_traps_are_whole() -> None:
    promises = read_promises()
    assert len(promises) >= 80
    assert {promise.kind for promise in promises} == KINDS
    for names in ([promise.id for promise in promises], [promise.text for promise in promises]):
        assert len(set(names)) == len(names)
    assert all(promise.sure or promise.never_sure for promise in promises)
    assert not any(set(promise.sure) & set(promise.never_sure) for promise in promises)


def test_both_sets_of_everyday_questions_are_whole() -> None:
    for folder in EVERYDAY.iterdir():
        counts = measure_everyday(folder, lambda text: ([], []))
        assert (counts.answered, counts.unanswered, counts.nothing_sure) == (60, 40, 40)


def test_a_promise_names_what_breaks_it() -> None:
    promise = Promise("a", "part", "drugslab", ("case:lab",), ("case:data", "organisation:*"), False)
    assert promise.broken_by(["case:lab", "case:data", "organisation:breda"]) == [
        "case:data",
        "organisation:breda",
    ]
    assert promise.missed_by(["case:data"]) == ["case:lab"]
    assert Promise("b", "poor", "laadpalen", (), ("*",), False).broken_by(["page:over"]) == ["page:over"]


def test_what_is_sure_and_right_is_counted(tmp_path: Path) -> None:
    (tmp_path / "queries.tsv").write_text(
        "id\ttype\tlanguage\theld_out\ttext\n1\tanswer\tnl\t0\tweg\n2\tnone\tnl\t0\tx\n"
    )
    (tmp_path / "qrels.tsv").write_text("query\tkey\tgrade\n1\tcase:weg\t3\n1\tcase:pad\t1\n")
    lists = {"weg": (["case:pad", "case:zee", "page:over"], ["case:weg"]), "x": (["case:zee"], [])}
    counts = measure_everyday(tmp_path, lists.__getitem__)
    assert (counts.answered, counts.first, counts.first_five, counts.sure) == (1, 0, 1, 0)
    assert (counts.cases_sure, counts.cases_right) == (2, 1)
    assert (counts.unanswered, counts.nothing_sure) == (1, 0)
