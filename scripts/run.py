"""`make run`: set everything up and serve the site, with a worker and a real engine, until Ctrl-C."""

import json
import os
import subprocess
from pathlib import Path

import answers
import engine as engines
import environment
import packages
from console import give_up, say, step
from engine import Engine
from environment import PYTHON, ROOT
from processes import Child, hold, is_port_free
from supervisor import Stopped, Supervisor, watch_signals

# Seconds to start, also on a slow machine; when they are over something is wrong.
PATIENCE_WITH_ENGINE = 180
PATIENCE_WITH_PAGES = 60
MINUTE = 60.0  # docs/operations.md: pages go live and expire to the minute


def main() -> None:
    """Serve until somebody stops us, and leave nothing running."""
    var = Path(os.environ.get("VAR_DIR", "var")).absolute()
    port = _read_port()
    watch_signals()
    with hold(var, "make run"):
        supervisor = Supervisor()
        try:
            _serve(var, port, supervisor)
        except Stopped:
            say("\nstopping …")
        finally:
            supervisor.stop()
            (var / "engine" / "url").unlink(missing_ok=True)
            say("stopped")


def _read_port() -> int:
    """Return the port of the site; exits with a message when it cannot be used."""
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 1 << 16:
        give_up(f"PORT={text} is no port. Choose a number from 1 to 65535, for example: make run PORT=8001")
    port = int(text)
    if not is_port_free(port):
        give_up(f"Port {port} is in use. Stop what uses it, or choose another one: make run PORT={port + 1}")
    return port


def _serve(var: Path, port: int, supervisor: Supervisor) -> None:
    """Set up, start everything and look after it; ends only by an exception."""
    _install_programs()
    coming = engines.prepare(supervisor.at_end)
    environment.ensure(is_for_development=False)
    engine = engines.choose(var, supervisor.at_end, coming)
    env = _environment(var, port)
    _record(var, engine)
    with step("preparing database and content"):
        _manage(env, "prepare")
    _start_web(supervisor, var, port, env)
    health = f"http://127.0.0.1:{port}/healthz"
    _wait_for(supervisor, health, "The site does not start; see", var / "log" / "web.log")
    say(f"  pages: http://localhost:{port}")
    _start_worker(supervisor, var, env)
    if engine.url:  # the engine starts only now: it keeps two cores busy for a while
        _wait_for_engine(engine, supervisor, var, env)
    if not (var / "engine" / "url").read_text():
        say("  There is no engine: the site searches in its database, with less understanding of Dutch.")
    _manage(env, "search_index", "rebuild", "--if-needed")
    _wait_for(supervisor, f"http://127.0.0.1:{port}/readyz", "The site is not ready; see", var / "log")
    _welcome(var, port)
    command = [str(PYTHON), "manage.py", "publish_scheduled"]
    job = Child("schedule", command, var / "log" / "schedule.log", env, str(ROOT))
    supervisor.run(job, MINUTE)


def _install_programs() -> None:
    """Install what is missing; where we may not, print it, and exit unless only the engine needs it."""
    needs = [] if PYTHON.exists() else [packages.VENV]
    message = packages.ensure([*needs, *engines.needs()])
    if message and packages.find_missing(needs):
        give_up(message)
    if message:
        say(f"{message}\nUntil then the site searches in its database.")


def _environment(var: Path, port: int) -> dict[str, str]:
    """Return the environment of the site's processes."""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.development")
    own = {"VAR_DIR": str(var), "PORT": str(port), "DJANGO_SETTINGS_MODULE": settings}
    return {**os.environ, **own, "PYTHONUNBUFFERED": "1"}


def _record(var: Path, engine: Engine) -> None:
    """Write where the engine is, for the site and for management commands beside it."""
    path = var / "engine" / "url"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # an address from outside may hold a password
    path.write_text(engine.url)


def _manage(env: dict[str, str], *args: str) -> None:
    """Run a management command; stop when it fails."""
    if subprocess.run([str(PYTHON), "manage.py", *args], cwd=ROOT, env=env, check=False).returncode:
        give_up(f"`manage.py {' '.join(args)}` failed; the lines above say why.")


def _start_web(supervisor: Supervisor, var: Path, port: int, env: dict[str, str]) -> None:
    """Start the web server."""
    command = [str(PYTHON), "-m", "gunicorn", "--config", "gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "config.wsgi"]
    supervisor.start(Child("web", command, var / "log" / "web.log", env, str(ROOT), var / "run" / "web.pid"))


def _start_worker(supervisor: Supervisor, var: Path, env: dict[str, str]) -> None:
    """Start the worker."""
    command = [str(PYTHON), "manage.py", "worker", "--verbosity", "0"]
    command += ["--interval", "0.5", "--no-startup-delay"]
    log, pid_file = var / "log" / "worker.log", var / "run" / "worker.pid"
    supervisor.start(Child("worker", command, log, env, str(ROOT), pid_file))


def _wait_for(supervisor: Supervisor, url: str, message: str, log: Path) -> None:
    """Wait until an address answers 200, or exit with the message."""
    look = supervisor.look_after
    if not answers.wait(lambda: answers.ask(url) is not None, PATIENCE_WITH_PAGES, meanwhile=look):
        give_up(f"{message} {log}")


def _wait_for_engine(engine: Engine, supervisor: Supervisor, var: Path, env: dict[str, str]) -> None:
    """Wait until the engine is up; when it does not start, stop it and restart the site without it."""
    with step(f"waiting for {engine.title}"):
        if engine.wait(PATIENCE_WITH_ENGINE):
            if engine.child:
                supervisor.adopt(engine.child)
            return
    say(f"  It does not answer; {var / 'log' / 'engine.log'} says why, where we started it.")
    supervisor.at_end.close()
    _record(var, Engine())
    env["ELASTICSEARCH_URL"] = ""
    for child in supervisor.children:
        child.stop()
        child.start()


def _welcome(var: Path, port: int) -> None:
    """Print the address and who can log in."""
    say(f"\nKnooppunt is ready: http://localhost:{port}")
    accounts = var / "accounts.json"
    if accounts.exists():
        say("\n  role            e-mail address                password")
        for row in json.loads(accounts.read_text()):
            say(f"  {row['role']:<15} {row['email']:<29} {row['password']}")
        say("\n  The code of the second step: make code ROLE=editor")
    say(f"  Editors: http://localhost:{port}/cms/    Ctrl-C stops everything.\n")


if __name__ == "__main__":
    main()
