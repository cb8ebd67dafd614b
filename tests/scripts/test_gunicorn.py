"""What gunicorn does before it serves, in `gunicorn.conf.py`."""

import os
import runpy
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parents[2]


def test_workers_do_not_inherit_a_connection_to_the_database(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import runpy
        hooks = runpy.run_path("gunicorn.conf.py")
        import django; django.setup()
        from django.db import connection
        connection.ensure_connection()
        hooks["pre_fork"](None, None)
        assert connection.connection is None
    """)
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "VAR_DIR": str(tmp_path)}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}", "PYTHONPATH": str(ROOT / "site")}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=env, check=True)


def test_nobody_but_a_proxy_on_this_machine_can_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8001")
    assert runpy.run_path(str(ROOT / "gunicorn.conf.py"))["bind"] == "127.0.0.1:8001"


def test_what_somebody_searched_for_is_not_in_the_log() -> None:
    written = (ROOT / "gunicorn.conf.py").read_text().split("access_log_format = ")[1].splitlines()[0]
    assert "%(U)s" in written
    assert not any(mark in written for mark in ("%(r)s", "%(q)s", "%(f)s", "%(h)s"))


def test_gunicorn_writes_no_key_of_an_address(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from datetime import timedelta
        from types import SimpleNamespace
        from gunicorn.app.wsgiapp import WSGIApplication

        sys.argv = ["gunicorn", "--config", "gunicorn.conf.py"]
        cfg = WSGIApplication().cfg
        log = cfg.logger_class(cfg)
        address = "/accounts/password/reset/key/4-cj2a9l-0f1e2d3c/"
        environ = {"REQUEST_METHOD": "GET", "RAW_URI": address, "PATH_INFO": address}
        environ["SERVER_PROTOCOL"] = "HTTP/1.1"
        nothing = SimpleNamespace(status="200 OK", sent=0, headers=[])
        log.access(nothing, nothing, environ, timedelta(0))
        log.error("Error handling request %s", address)
    """)
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    for line in (done.stdout, done.stderr):
        assert "/accounts/password/reset/key/***" in line
        assert "0f1e2d3c" not in line
