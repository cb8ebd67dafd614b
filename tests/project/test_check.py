"""The command behind `make check`."""

import sys

import pytest

from scripts import check


@pytest.fixture
def two_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put two checks in the place of the real ones: the first fails, the second does not."""
    fails = [sys.executable, "-c", "print('it is wrong here'); raise SystemExit(3)"]
    monkeypatch.setattr(
        check, "CHECKS", {"first": [fails], "second": [[sys.executable, "-c", "print('not shown')"]]}
    )


@pytest.mark.usefixtures("two_checks")
def test_it_goes_on_after_a_failure_and_fails_in_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 1
    told = capsys.readouterr().out
    assert told.startswith("FAILED   first")
    assert "it is wrong here" in told
    assert "ok       second" in told
    assert "not shown" not in told
    assert told.endswith("Failed: first.\n")


@pytest.mark.usefixtures("two_checks")
def test_one_check_runs_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["second"]) == 0
    assert "first" not in capsys.readouterr().out


def test_a_tool_that_not_everyone_has_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "CHECKS", {"wording": [["msgfmt-of-another-machine"]]})
    monkeypatch.setattr(check, "OPTIONAL", {"msgfmt-of-another-machine"})
    assert check.main([]) == 0
    assert "skipped  wording" in capsys.readouterr().out


def test_a_name_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["spelling"]) == 2
    assert "No check is called spelling" in capsys.readouterr().out


def test_a_check_knows_nothing_of_a_running_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///of-the-running-site.sqlite3")
    monkeypatch.setenv("DEBUG", "1")
    known = check.environment("somewhere")
    assert known["VAR_DIR"] == "somewhere"
    assert "of-the-running-site" not in known["DATABASE_URL"]
    assert "DEBUG" not in known
