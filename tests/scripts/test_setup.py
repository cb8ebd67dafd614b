"""What `make run` needs and how it says what is missing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import engine
import packages
import pytest
import totp
from packages import Need

ROOT = Path(__file__).resolve().parents[2]


def run_script(name: str, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    full = {**os.environ, **env}
    return subprocess.run(
        [sys.executable, f"scripts/{name}.py", *args],
        cwd=ROOT,
        env=full,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_without_the_right_to_install_one_message_names_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_become_root", lambda: None)
    message = packages.ensure([Need("A", ("a", "a-data"), lambda: False), Need("B", ("b",), lambda: False)])
    assert message == "Missing: A, B.\nInstall it with: sudo apt-get install a a-data b"


def test_what_is_there_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_become_root", lambda: pytest.fail("nothing was missing"))
    assert packages.ensure([Need("A", ("a",), lambda: True)]) == ""


def test_an_address_of_an_engine_wins_and_an_empty_one_means_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(engine, "_has_docker", lambda: pytest.fail("it was not asked for"))
    monkeypatch.setenv("ELASTICSEARCH_URL", "https://me:secret@search.example:9200")
    chosen = engine.choose(tmp_path)
    assert chosen.url == "https://me:secret@search.example:9200"
    assert "secret" not in chosen.title
    monkeypatch.setenv("ELASTICSEARCH_URL", "")
    assert engine.choose(tmp_path).url == ""


def test_docker_comes_before_maven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(engine, "_has_docker", lambda: True)
    monkeypatch.setattr(engine, "_start_in_docker", lambda var: engine.Engine("http://docker", "docker"))
    assert engine.choose(tmp_path).url == "http://docker"


def test_without_docker_and_java_the_site_searches_in_its_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(engine, "_has_docker", lambda: False)
    monkeypatch.setattr(packages, "ensure", lambda needs: "Missing: Java.")
    assert engine.choose(tmp_path).url == ""
    assert "Missing: Java.\nUntil then the site searches in its database." in capsys.readouterr().out


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said = run_script("run", PORT=str(port), VAR_DIR=str(tmp_path / "var"))
    assert said.returncode == 1
    assert f"Port {port} is in use" in said.stderr
    assert not (tmp_path / "var" / "db.sqlite3").exists()


@pytest.mark.parametrize("port", ["0", "70000", "web", "-1"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    said = run_script("run", PORT=port, VAR_DIR=str(tmp_path))
    assert (said.returncode, f"PORT={port} is no port" in said.stderr) == (1, True)


def test_the_code_of_the_second_step_is_that_of_the_standard() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
    assert [totp.build_code(secret, moment) for moment in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_a_role_that_is_not_there_is_told_which_are(tmp_path: Path) -> None:
    assert "make run" in run_script("totp", "editor", VAR_DIR=str(tmp_path)).stderr
    (tmp_path / "accounts.json").write_text(json.dumps([{"role": "editor", "totp_secret": "GEZDGNBV"}]))
    assert "Choose one of: editor" in run_script("totp", "boss", VAR_DIR=str(tmp_path)).stderr
    assert run_script("totp", "editor", VAR_DIR=str(tmp_path)).stdout.strip().isdigit()


def test_help_lists_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "bench", "hard", "check", "help", "code"):
        assert f"{target} " in said
