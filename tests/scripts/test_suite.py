"""What `make test` and `make quick` run, and how they end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import suite

ENDINGS = ["tests in a browser", "tests on PostgreSQL", "what SQLite may answer in its own way", "checks"]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> suite.Stage:
    """Return a stage without engine, database or browser; `failing` has what fails, `asked` has commands."""
    stage: Any = suite.Stage(tmp_path, ())
    stage.failing, stage.asked = set(), []

    def run(title: str, command: list[str], **env: str) -> bool:
        stage.asked.append((command, env))
        return stage.tell(title, int(title in stage.failing), 0.0)

    @contextmanager
    def beside(title: str, command: list[str]) -> Iterator[list[bool]]:
        outcome: list[bool] = []
        yield outcome
        outcome.append(run(title, command))

    for name, value in {
        "run": run,
        "beside": beside,
        "set_up": lambda: None,
        "start_postgres": lambda: "postgresql://x",
    }.items():
        monkeypatch.setattr(stage, name, value)
    monkeypatch.setattr(suite.packages, "find_chromium", lambda: "chromium")
    monkeypatch.setattr(suite.environment, "ensure", lambda *, is_for_development: None)
    return stage


def test_the_end_tells_the_whole_time_and_that_of_each_stage(
    stage: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert suite.test(stage, [])
    last = capsys.readouterr().out.splitlines()[-1]
    assert "s after set-up" in last
    assert all(title in last for title in ENDINGS)


@pytest.mark.parametrize("title", ENDINGS)
def test_one_failure_fails_all_and_the_others_go_on(title: str, stage: Any) -> None:
    stage.failing.add(title)
    assert not suite.test(stage, [])
    assert len(stage.asked) == len(ENDINGS)


def test_what_is_named_runs_on_postgresql_and_without_long_proofs(stage: Any) -> None:
    assert suite.test(stage, ["tests/search", "-k", "facet"])
    ((command, env),) = stage.asked
    assert command[-5:] == ["-m", "not hard", "tests/search", "-k", "facet"]
    assert env == {"DATABASE_URL": "postgresql://x"}


def test_the_quick_tests_have_no_engine(stage: Any) -> None:
    assert suite.quick(stage, [])
    ((command, env),) = stage.asked
    assert all(f"not {name}" in command[-1] for name in ("engine", "browser", "process", "hard"))
    assert env == {"ELASTICSEARCH_URL": ""}


@pytest.mark.process
def test_a_command_beside_others_is_shown_at_the_end_with_its_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = suite.Stage(tmp_path, ())
    for word, code in (("fine", 0), ("broken", 3)):
        with stage.beside(
            word, [str(suite.PYTHON), "-c", f"print('said {word}'); raise SystemExit({code})"]
        ) as outcome:
            assert outcome == []
        assert outcome == [code == 0]
        assert f"said {word}" in capsys.readouterr().out
    assert [line.partition(" in ")[0] for line in stage.told] == ["fine: ok", "broken: FAILED"]
