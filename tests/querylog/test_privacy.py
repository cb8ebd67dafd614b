"""Which questions are not stored, and which are: two tables of examples."""

from collections.abc import Callable
from pathlib import Path

import pytest

from members.models import Member
from querylog.models import normalise
from querylog.people import Neighbourhood, read_neighbourhood
from querylog.privacy import keepable

DATA = Path(__file__).parent / "data"


def read(name: str) -> list[str]:
    """Return the questions of a table."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.fixture
def known(words: None, register: None, make_member: Callable[[str], Member]) -> Neighbourhood:
    """Return what the site knows by name."""
    for name in ("Marit Zonnewendel", "Storm Post", "Data"):
        make_member(name)
    return read_neighbourhood()


def test_the_tables_are_long_enough() -> None:
    assert min(len(set(read("kept.txt"))), len(set(read("not_kept.txt")))) >= 120


def test_what_may_be_about_a_person_is_not_kept(known: Neighbourhood) -> None:
    assert [text for text in read("not_kept.txt") if keepable(text, known)] == []


def test_what_people_ask_about_their_work_is_kept(known: Neighbourhood) -> None:
    assert [text for text in read("kept.txt") if keepable(text, known) != normalise(text)] == []
