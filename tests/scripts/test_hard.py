"""The parts of the long proofs: named, kept, and not run twice."""

from pathlib import Path
from typing import Any

import hard
import pytest

COMMIT = "0123abcd"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return a list of what pytest would be asked; kills fail."""
    calls: list[list[str]] = []

    def ask(options: list[str], env: dict[str, str]) -> tuple[int, str]:
        calls.append([*options, env.get("DATABASE_URL", "")])
        return int("test_kills" in options[0]), "figure test_x (1 s): 3 of 3 found\n1 passed\n"

    monkeypatch.setattr(hard, "_ask", ask)
    monkeypatch.setattr(hard, "read_commit", lambda: COMMIT)
    return calls


def test_every_part_names_files_that_are_there() -> None:
    for options in hard.PARTS.values():
        assert (hard.ROOT / options[0]).exists()
    named = {options[0] for options in hard.PARTS.values()}
    assert {str(path.relative_to(hard.ROOT)) for path in (hard.ROOT / "tests/hard").glob("test_*.py")} <= named


def test_a_name_that_is_none_gets_the_list(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        hard.choose(["kils"])
    said = "".join(capsys.readouterr())
    assert "kils" in said
    assert "kills-sqlite" in said


def test_what_passed_is_not_run_again_on_the_same_commit(tmp_path: Path, asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        assert hard.run_parts(tmp_path, ["planted"], {}, "postgresql://x")
    assert len(asked) == 1
    kept = (tmp_path / "planted.txt").read_text()
    assert kept.startswith(f"passed on {COMMIT}")
    assert "3 of 3 found" in kept
    monkeypatch.setattr(hard, "read_commit", lambda: "4567")
    assert hard.run_parts(tmp_path, ["planted"], {}, "postgresql://x")
    monkeypatch.setattr(hard, "read_commit", lambda: "")
    assert hard.run_parts(tmp_path, ["planted"], {}, "postgresql://x")
    assert len(asked) == 3


def test_a_part_that_fails_is_told_and_the_others_go_on(tmp_path: Path, asked: Any) -> None:
    assert not hard.run_parts(tmp_path, ["kills-sqlite", "hostile-postgresql"], {}, "postgresql://x")
    assert [(call[0], call[-1]) for call in asked] == [
        ("tests/hard/test_kills.py", ""),
        ("tests/hard/test_hostile.py", "postgresql://x"),
    ]
    assert (tmp_path / "kills-sqlite.txt").read_text().startswith("failed")
    assert not hard.run_parts(tmp_path, ["kills-sqlite"], {}, "postgresql://x")
    assert len(asked) == 3
