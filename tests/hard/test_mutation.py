"""Every fault in the rules of who sees what, or on the way from a change to search, makes a test fail."""

from collections.abc import Callable
from pathlib import Path

import pytest
from proving.mutation import FOUND, Mutant, Part, Workshop, build_pattern, read_parts, undecorate

pytestmark = pytest.mark.hard

PARTS = read_parts()


@pytest.mark.parametrize("name", PARTS)
def test_each_fault_is_found_or_explained(
    name: str, tmp_path: Path, shared: Path, tell: Callable[[str], None]
) -> None:
    part = PARTS[name]
    workshop = Workshop(tmp_path / "copy", shared, part)
    mutants = workshop.run()
    survivors = {workshop.describe(mutant): mutant.status for mutant in mutants if mutant.status not in FOUND}
    explained = survivors.keys() & part.explained.keys()
    found = len(mutants) - len(survivors)
    tell(f"{len(mutants)} mutants of {len(part.modules)} modules: {found} found, {len(explained)} explained")
    unexplained = sorted(f"{what} ({survivors[what]})" for what in survivors.keys() - explained)
    assert not unexplained, "\n".join(unexplained)
    assert sorted(part.explained.keys() - explained) == [], (
        "these are found by now, or gone: explain them no more"
    )


def test_without_its_tests_a_module_has_survivors(
    tmp_path: Path, shared: Path, tell: Callable[[str], None]
) -> None:
    """The control: tests that only pass by here do not find what is wrong."""
    part = Part(
        tests=["tests/members/test_search_content.py"],
        modules={"members/content.py": ["build_card"]},
        explained={},
    )
    mutants = Workshop(tmp_path / "copy", shared, part).run()
    left = [mutant for mutant in mutants if mutant.status not in FOUND]
    tell(f"{len(left)} of {len(mutants)} mutants survive")
    assert len(left) > len(mutants) / 4


def test_a_decorator_below_a_function_does_what_it_does_above() -> None:
    source = '@first\n@second(1)\ndef add(a: int) -> int:\n    """Add."""\n    return a + 1\n\n\nx = 1\n'
    moved = (
        'def add(a: int) -> int:\n    """Add."""\n    return a + 1\n'
        "add = second(1)(add)\nadd = first(add)\n\n\nx = 1\n"
    )
    assert undecorate(source) == moved
    assert (
        undecorate("class A:\n    @classmethod\n    def b(cls): ...\n")
        == "class A:\n    @classmethod\n    def b(cls): ...\n"
    )


def test_mutants_are_named_as_mutmut_names_them() -> None:
    assert build_pattern("members/gate.py", "*") == "members.gate.*"
    assert build_pattern("core/models.py", "listed") == "core.models.x_listed__mutmut_*"
    assert build_pattern("members/models.py", "Member.save") == "members.models.xǁMemberǁsave__mutmut_*"
    assert build_pattern("members/models.py", "Member.*") == "members.models.xǁMemberǁ*"
    assert Mutant("members.models.xǁMemberǁsave__mutmut_3", "killed").function == "members.models.Member.save"
    assert Mutant("core.models.x_listed__mutmut_12", "killed").function == "core.models.listed"
