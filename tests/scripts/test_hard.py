"""The parts of the long proofs: named, kept, not run twice, and not passed by skipping."""

import subprocess
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
    named = {option for options in hard.PARTS.values() for option in options if option.startswith("tests")}
    assert all((hard.ROOT / name).exists() for name in named)
    assert {
        str(path.relative_to(hard.ROOT)) for path in (hard.ROOT / "tests/hard").glob("test_*.py")
    } <= named


def test_a_name_that_is_none_gets_the_list(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        hard.choose(["kils"])
    said = "".join(capsys.readouterr())
    assert "kils" in said
    assert "kills-sqlite" in said


def test_what_passed_is_not_run_again_on_the_same_commit(
    tmp_path: Path, asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_part_that_skipped_something_for_lack_of_it_has_not_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hard, "read_commit", lambda: COMMIT)
    reasons = {
        "no Varnish: run `make hard`": False,
        "there is no model of meaning for this platform": True,
        "no two write at once on SQLite": True,
    }
    for reason, is_fine in reasons.items():
        skipped = f"SKIPPED [1] tests/hard/test_x.py:5: {reason}"
        said = f"figure test_x (1 s): 3 of 3 found\n{skipped}\n1 passed, 1 skipped in 1 s\n"
        monkeypatch.setattr(hard, "_ask", lambda options, env, said=said: (0, said))
        assert hard.run_parts(tmp_path, ["varnish"], {}, "postgresql://x") == is_fine
        assert (tmp_path / "varnish.txt").read_text().startswith("passed") == is_fine


@pytest.mark.process
def test_pytest_tells_what_it_skipped_in_the_way_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("import pytest\n\n\ndef test_x():\n    pytest.skip('no Varnish')\n")
    done = subprocess.run(
        [*hard.PYTEST, "-p", "no:django", "test_x.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.partition(": ")[2] for line in hard.find_skipped(done.stdout)] == ["no Varnish"]
