"""The benchmarks measure the same everywhere, and say what they measured."""

import json
import os
from pathlib import Path
from typing import Any

from bench import documents, report, serving
from bench.report import Measured


def test_the_same_documents_are_made_every_time() -> None:
    first, again = (list(documents.build_documents(30)) for _ in range(2))
    assert first == again
    assert len({document.fields["slug"] for document in first}) == 30


def test_both_sites_get_the_same_text() -> None:
    document = next(documents.build_documents(1))
    ours, stock = document.for_ours(), document.for_stock()
    for heading, paragraphs in document.sections:
        for text in (heading, *paragraphs):
            assert text in ours["body"]
            assert text in stock["body"]
    assert (ours["title"], ours["summary"]) == (stock["title"], stock["summary"])


def test_a_site_takes_the_documents_as_they_are(site_frame: Any, tmp_path: Path) -> None:
    from practices.exchange.importing import cases_import

    documents.write_documents(5, tmp_path / "ours.jsonl", tmp_path / "stock.jsonl")
    done = cases_import(path=tmp_path / "ours.jsonl", create_terms=True)
    assert (done.made, done.problems) == (5, [])


def test_slugs_are_spread_over_all_documents() -> None:
    assert documents.build_slugs(2000, 50)[-1] == "case-01960"
    assert documents.build_slugs(3, 50) == ["case-00000", "case-00001", "case-00002"]


def test_the_table_gives_the_middle_round_and_the_ratio(tmp_path: Path) -> None:
    results = [Measured("case page", "ours", [30, 10, 20], 12, 30_000), Measured("case page", "stock", [5, 4, 6], 9, 5_000)]
    text = report.write_report(tmp_path, results, {"cases": 5})
    assert "| case page | 20.0 | 5.0 | 4.00 | 12 | 9 | 30.0 | 5.0 |" in text
    assert json.loads((tmp_path / "result.json").read_text())["results"][0]["milliseconds"] == 20


def test_a_child_is_found_by_its_parent() -> None:
    assert os.getpid() in serving._children(os.getppid())
