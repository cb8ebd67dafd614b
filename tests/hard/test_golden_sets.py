"""Other golden sets than that of the demonstration: with typing errors, and with other numbers."""

import dataclasses
import io
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from relevance import public_sets
from relevance.evaluation import FOLDER, read_golden_set
from relevance.management.commands import relevance
from relevance.public_sets import measure_typing
from search.query import queries

pytestmark = [pytest.mark.hard, pytest.mark.engine]


def run(*options: str) -> str:
    """Return what the command prints."""
    out = io.StringIO()
    call_command("relevance", *options, stdout=out)
    return out.getvalue()


def test_titles_with_one_or_two_typing_errors_are_found_nearly_as_well(
    db: None, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_sets, "Heartbeat", nullcontext)  # its thread cannot use the database of a test
    clean, *mistyped = measure_typing(FOLDER / "sets" / "algorithms", every=2)
    assert min(mistyped) >= 0.97 * clean


def test_another_number_is_tried_and_put_back(db: None, engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_sets, "Heartbeat", nullcontext)
    golden = read_golden_set(FOLDER / "sets" / "laws")
    few = dataclasses.replace(golden, queries=golden.queries[::10])
    monkeypatch.setattr(public_sets, "read_golden_set", lambda folder: few)
    monkeypatch.setattr(relevance, "list_sets", lambda: [FOLDER / "sets" / "laws"])
    was = queries.ENOUGH
    printed = run("--try", "ENOUGH=100%", "--try", "FEW_WORDS=3").splitlines()
    assert [line.split(maxsplit=2)[2] for line in printed] == ["as it is", "ENOUGH=100%", "FEW_WORDS=3"]
    clean, strict, same = (float(line.split()[1]) for line in printed)
    assert strict < clean == same
    assert was == queries.ENOUGH


@pytest.mark.engine_faults
def test_what_the_engine_does_not_take_is_said_in_a_line(
    db: None, engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_sets, "Heartbeat", nullcontext)
    with pytest.raises(CommandError, match="the engine does not answer this"):
        run("--try", "ENOUGH=most")
