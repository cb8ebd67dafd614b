"""The comparison of the lock files with known advisories."""

import datetime
import json
from pathlib import Path

import pytest

from scripts import advisories

TODAY = datetime.date(2026, 11, 27)


@pytest.fixture(autouse=True)
def without_pip_audit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Make the list the only source, whatever is installed here, and fix the day."""
    monkeypatch.setattr(advisories, "PIP_AUDIT", tmp_path / "pip-audit")
    monkeypatch.setattr(advisories, "read_today", lambda: TODAY)


def write_lock(path: Path, *pins: str) -> str:
    """Write a lock file with these pins, as uv does, and return its path."""
    lock = path / "some.lock"
    lock.write_text(
        "".join(f"{pin} \\\n    --hash=sha256:0123\n    # via -r requirements.txt\n" for pin in pins)
    )
    return str(lock)


def write_list(path: Path, listed_on: datetime.date) -> str:
    """Write an empty list of that day and return its path."""
    file = path / "advisories.json"
    file.write_text(json.dumps({"date": listed_on.isoformat(), "advisories": []}))
    return str(file)


def test_a_planted_old_django_is_flagged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert advisories.main([write_lock(tmp_path, "urllib3==2.8.0", "django==4.2.10")]) == 1
    told = capsys.readouterr().out
    assert "django 4.2.10: CVE-2024-42005" in told
    assert "django 4.2.10: CVE-2025-64459" in told
    assert "CVE-2024-24680" not in told, "that one was mended in 4.2.10 itself"


def test_what_this_project_locks_has_no_known_advisory(capsys: pytest.CaptureFixture[str]) -> None:
    assert advisories.main([]) == 0
    assert "pip-audit is not there" in capsys.readouterr().out


def test_names_are_compared_without_case_extras_and_markers(tmp_path: Path) -> None:
    assert (
        advisories.main([write_lock(tmp_path, "Django_Allauth[mfa]==65.12.1 ; sys_platform == 'linux'")]) == 1
    )


@pytest.mark.parametrize(("version", "code"), [("5.2.7", 1), ("5.2.8rc1", 1), ("5.2.19", 0), ("5.10", 0)])
def test_versions_are_compared_as_numbers(tmp_path: Path, version: str, code: int) -> None:
    assert advisories.main([write_lock(tmp_path, f"django=={version}")]) == code


def test_a_list_older_than_30_days_warns_and_does_not_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = write_list(tmp_path, TODAY - datetime.timedelta(days=31))
    assert advisories.main(["--list", old, write_lock(tmp_path, "django==5.2.19")]) == 0
    assert "warning: the list of advisories is 31 days old" in capsys.readouterr().out


def test_a_list_of_30_days_does_not_warn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh = write_list(tmp_path, TODAY - datetime.timedelta(days=30))
    assert advisories.main(["--list", fresh, write_lock(tmp_path, "django==5.2.19")]) == 0
    assert "warning" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (
            '{"dependencies": [{"name": "nh3", "version": "0.1", "vulns": [{"id": "PYSEC-1"}]}]}',
            1,
            "nh3 0.1: PYSEC-1",
        ),
        ('{"dependencies": [{"name": "nh3", "version": "0.1", "vulns": []}]}', 0, "pip-audit answered"),
        ("", 0, "pip-audit did not answer"),
    ],
)
def test_pip_audit_is_asked_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: str, code: int, told: str
) -> None:
    advisories.PIP_AUDIT.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\nexit 1\n")
    advisories.PIP_AUDIT.chmod(0o755)
    assert advisories.main([write_lock(tmp_path, "nh3==0.1")]) == code
    assert told in capsys.readouterr().out


def test_every_advisory_is_complete_and_named_once() -> None:
    listed = json.loads(advisories.LIST.read_text())["advisories"]
    assert all(set(one) == {"package", "id", "vulnerable", "summary"} and one["vulnerable"] for one in listed)
    assert len({(one["package"], one["id"]) for one in listed}) == len(listed)
