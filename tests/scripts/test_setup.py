"""What `make run` needs and how it says what is missing."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import answers
import download
import engine
import environment
import packages
import pytest
import run
import totp
from packages import Need
from processes import free_port, hold

pytestmark = pytest.mark.process

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
        timeout=600,
    )


def test_without_the_right_to_install_one_message_names_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_become_root", lambda: None)
    message = packages.ensure([Need("A", ("a", "a-data"), lambda: False), Need("B", ("b",), lambda: False)])
    assert message == "Missing: A, B.\nInstall it with: sudo apt-get install a a-data b"


def test_what_is_there_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_become_root", lambda: pytest.fail("nothing was missing"))
    assert packages.ensure([Need("A", ("a",), lambda: True)]) == ""


@pytest.mark.parametrize("is_link", [True, False])
def test_a_browser_that_is_a_snap_is_not_used(
    is_link: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    snap, chromium = tmp_path / "snap", tmp_path / "chromium"
    snap.write_text("" if is_link else "#!/bin/sh\nexec /snap/bin/chromium")
    snap.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if is_link:
        chromium.symlink_to(snap)
    else:
        snap.rename(chromium)
    assert packages.find_chromium() is None


def test_the_newest_java_is_used_that_the_engine_runs_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packages, "JAVA_HOMES", tmp_path)
    monkeypatch.setattr(packages.shutil, "which", lambda name: None)
    assert packages.find_java() is None
    for name, said in {
        "old": "11.0.2",
        "plain": "17.0.14",
        "later": "21.0.7",
        "too-late": "26-ea",
        "broken": "",
    }.items():
        java = tmp_path / name / "bin" / "java"
        java.parent.mkdir(parents=True)
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{said}\"' >&2\n")
        java.chmod(0o755)
    unfit = tmp_path / "of-another-machine" / "bin" / "java"
    unfit.parent.mkdir(parents=True)
    unfit.write_bytes(b"\x7fELF")
    unfit.chmod(0o755)
    (tmp_path / "not-for-you" / "bin").mkdir(parents=True)
    (tmp_path / "not-for-you" / "bin" / "java").touch(mode=0o600)
    assert packages.find_java() == tmp_path / "later"
    (tmp_path / "later" / "bin" / "java").unlink()
    assert packages.find_java() == tmp_path / "plain"


def test_an_address_of_an_engine_wins_and_an_empty_one_means_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engine, "_has_docker", lambda: pytest.fail("it was not asked for"))
    monkeypatch.setenv("ELASTICSEARCH_URL", "https://me:secret@search.example:9200")
    chosen = engine.choose(tmp_path, ExitStack())
    assert chosen.url == "https://me:secret@search.example:9200"
    assert "secret" not in chosen.title
    monkeypatch.setenv("ELASTICSEARCH_URL", "")
    assert engine.choose(tmp_path, ExitStack()).url == ""
    assert engine.needs() == ()


def test_docker_comes_before_maven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(engine, "_has_docker", lambda: True)
    monkeypatch.setattr(
        engine, "_start_in_docker", lambda var, at_end: engine.Engine("http://docker", "docker")
    )
    assert engine.needs() == ()
    assert engine.choose(tmp_path, ExitStack()).url == "http://docker"


def test_where_docker_fails_maven_is_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(engine, "_has_docker", lambda: True)
    monkeypatch.setattr(engine, "_start_in_docker", lambda var, at_end: None)
    monkeypatch.setattr(packages, "ENGINE", ())
    assert engine.choose(tmp_path, ExitStack()).title == "Elasticsearch on this machine"


def test_an_engine_that_cannot_be_downloaded_is_no_reason_to_wait(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(engine, "_has_docker", lambda: False)
    monkeypatch.setattr(packages, "ENGINE", ())
    monkeypatch.setattr(download, "find_home", lambda: None)
    monkeypatch.setattr(download, "cache_folder", lambda: tmp_path / "cache")
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho no such host\nexit 1\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with ExitStack() as at_end:
        assert not engine.choose(tmp_path, at_end).wait(60)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_container_is_stopped_in_the_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" >> {calls}\necho 42\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "run").mkdir()
    with ExitStack() as at_end:
        started = engine._start_in_docker(tmp_path, at_end)
        assert started is not None
        assert started.url.startswith("http://127.0.0.1:")
        assert (tmp_path / "run" / "engine.pid").read_text() == "42"
    assert calls.read_text().splitlines()[-1].endswith("stop elasticsearch")
    assert not (tmp_path / "run" / "engine.pid").exists()


def test_without_docker_and_java_the_site_searches_in_its_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(engine, "_has_docker", lambda: False)
    monkeypatch.setattr(packages, "_become_root", lambda: None)
    monkeypatch.setattr(packages, "ENGINE", (Need("Java", ("java",), lambda: False),))
    run._install_programs()
    message = (
        "Missing: Java.\nInstall it with: sudo apt-get install java\n"
        "Until then the site searches in its database."
    )
    assert message in capsys.readouterr().out
    assert engine.prepare(ExitStack()) is None
    assert engine.choose(tmp_path, ExitStack()).url == ""


def test_one_of_several_nodes_is_enough_and_a_password_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str | None]] = []

    def answer(request: Any, timeout: float) -> Any:
        seen.append((request.full_url, request.get_header("Authorization")))
        if "one" in request.host:
            raise OSError
        return BytesIO(b'{"status": "yellow"}')

    monkeypatch.setattr(answers.OPENER, "open", answer)
    assert engine.Engine("http://one:9200, https://me:p%40ss@two:9200/").is_up()
    assert seen == [
        ("http://one:9200/_cluster/health", None),
        ("https://two:9200/_cluster/health", "Basic bWU6cEBzcw=="),
    ]


def test_a_folder_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "url").write_text("http://127.0.0.1:1")
    with hold(tmp_path, "make run"):
        said = run_script("run", PORT=str(free_port()), VAR_DIR=str(tmp_path))
    assert (said.returncode, "Another `make run` uses" in said.stderr) == (1, True)
    assert (tmp_path / "engine" / "url").exists()


def test_a_lock_file_is_installed_once_and_again_when_it_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run_lock, dev_lock = tmp_path / "run.lock", tmp_path / "dev.lock"
    for path in (run_lock, dev_lock):
        path.write_text(path.name)
    installed: list[str] = []

    def install(lock: Path) -> None:
        installed.append(lock.name)
        environment._stamp(lock).write_text(environment._digest(lock))

    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path,
        "PYTHON": run_lock,
        "RUN_LOCK": run_lock,
        "DEV_LOCK": dev_lock,
    }.items():
        monkeypatch.setattr(environment, name, value)
    monkeypatch.setattr(environment, "_install", install)
    for is_for_development in (False, False, True, True, False):
        environment.ensure(is_for_development=is_for_development)
    assert installed == ["run.lock", "dev.lock"]
    dev_lock.write_text("something newer")
    environment.ensure(is_for_development=True)
    assert installed == ["run.lock", "dev.lock", "dev.lock"]


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
    assert [totp.build_code(secret, moment) for moment in (59, 1111111109, 20000000000)] == [
        "287082",
        "081804",
        "353130",
    ]


def test_a_role_that_is_not_there_is_told_which_are(tmp_path: Path) -> None:
    assert "make run" in run_script("totp", "editor", VAR_DIR=str(tmp_path)).stderr
    (tmp_path / "accounts.json").write_text(json.dumps([{"role": "editor", "totp_secret": "GEZDGNBV"}]))
    assert "Choose one of: editor" in run_script("totp", "boss", VAR_DIR=str(tmp_path)).stderr
    assert run_script("totp", "editor", VAR_DIR=str(tmp_path)).stdout.strip().isdigit()


def test_help_lists_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "quick", "bench", "hard", "check", "help", "code"):
        assert f"{target} " in said
