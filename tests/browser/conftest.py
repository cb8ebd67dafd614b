"""The site as `make run` serves it, once for all browser tests: web, worker, engine and demonstration."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from processes import Child, free_port

from bench.indices import delete_indices

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds for a site to come up on a busy machine
ENDING = 10  # seconds before a code expires in which nobody begins to type it
TIMEOUT = 120_000  # milliseconds until a page has failed; Playwright's own are too little for a slow machine

expect.set_options(timeout=TIMEOUT)


@dataclass(frozen=True)
class RunningSite:
    """A site that runs: its address, its accounts by role, its worker, and how to run a command beside it."""

    url: str
    accounts: dict[str, dict[str, str]]
    env: dict[str, str]
    worker: Child

    def manage(self, *args: str) -> str:
        """Run a management command, and return what it says."""
        command = [sys.executable, "manage.py", *args]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True
        ).stdout

    @contextmanager
    def no_worker(self) -> Iterator[None]:
        """Hold back tasks meanwhile, or a quick machine does them before anybody looks."""
        self.worker.stop()
        try:
            yield
        finally:
            self.worker.start()


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """Start a site on a free port, which writes only in a folder of its own, and stop it in the end."""
    var = tmp_path_factory.mktemp("site")
    port = free_port()
    env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "LOAD_DEMO"}}
    env |= {"VAR_DIR": str(var), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "config.settings.development"}
    env |= {"SEARCH_INDEX_PREFIX": f"browser-{os.getpid()}", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
    log = var / "log"
    bind = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--no-control-socket"]
    web = Child(
        "web", [sys.executable, "-m", "gunicorn", "config.wsgi", *bind], log / "web.log", env, cwd=str(ROOT)
    )
    work = [
        sys.executable,
        "manage.py",
        "worker",
        "--interval",
        "0.2",
        "--no-startup-delay",
        "--verbosity",
        "0",
    ]
    site = RunningSite(
        f"http://localhost:{port}", {}, env, Child("worker", work, log / "worker.log", env, cwd=str(ROOT))
    )
    site.manage("prepare")
    site.manage("search_index", "rebuild")
    site.accounts.update({row["role"]: row for row in json.loads((var / "accounts.json").read_text())})
    try:
        web.start()
        site.worker.start()
        _wait(f"{site.url}/readyz")
        yield site
    finally:
        web.stop()
        site.worker.stop()
        if engine := env.get("ELASTICSEARCH_URL"):
            delete_indices(engine, env["SEARCH_INDEX_PREFIX"])


def _wait(url: str) -> None:
    """Wait until an address answers 200."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310  our own address
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.3)
    pytest.fail(f"{url} is not ready")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the Chromium of the system."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox"]}


@pytest.fixture
def complaints(page: Any) -> Iterator[list[str]]:
    """Collect what the browser complains about, which must be nothing in the end."""
    found: list[str] = []
    page.on(
        "console",
        lambda message: found.append(message.text) if message.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture(scope="session")
def sessions(running_site: RunningSite, browser: Any) -> Callable[[str], Any]:
    """Return a function that logs in for a role, with password and code, once, and gives the cookies."""
    known: dict[str, Any] = {}

    def log_in(role: str) -> Any:
        if role not in known:
            context = browser.new_context()
            context.set_default_timeout(TIMEOUT)
            page = context.new_page()
            account = running_site.accounts[role]
            page.goto(f"{running_site.url}/accounts/login/")
            page.get_by_label("E-mail").fill(account["email"])
            page.get_by_label("Wachtwoord", exact=True).fill(account["password"])
            page.get_by_role("button", name="Inloggen", exact=True).click()
            page.locator("input[name=code]").fill(code_of(account["totp_secret"]))
            page.locator("input[name=code]").press("Enter")
            page.get_by_role("button", name="Uitloggen").or_(page.locator(".menu")).first.wait_for(
                state="attached"
            )
            known[role] = context.storage_state()
            context.close()
        return known[role]

    return log_in


def code_of(secret: str) -> str:
    """Return the code that an app shows now; like a person, wait for the next one if this is about to end."""
    left = 30 - time.time() % 30
    if left < ENDING:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def page_of(
    running_site: RunningSite, sessions: Callable[[str], Any], browser: Any
) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a browser window for a visitor or a role; `options` are Playwright's."""
    contexts: list[Any] = []

    def open_page(role: str = "", **options: Any) -> Any:
        state = sessions(role) if role else None
        contexts.append(browser.new_context(base_url=running_site.url, storage_state=state, **options))
        contexts[-1].set_default_timeout(TIMEOUT)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def open_as(page_of: Callable[..., Any]) -> Callable[..., Any]:
    """Return what opens a window of a size in which somebody logged in with her password."""

    def open_as(email: str, password: str, size: dict[str, int]) -> Any:
        page = page_of(viewport=size)
        page.goto("/accounts/login/?next=/mijn/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Wachtwoord", exact=True).fill(password)
        page.get_by_role("button", name="Inloggen", exact=True).click()
        page.wait_for_url("**/mijn/")
        return page

    return open_as


@pytest.fixture
def mails(running_site: RunningSite) -> Callable[[str, str], str]:
    """Return what waits for a mail to an address with words in its subject, and gives its text."""

    def find(address: str, words: str) -> str:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            for path in sorted(Path(running_site.env["VAR_DIR"], "mail").glob("*"), reverse=True):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                if mail["To"] == address and words in mail["Subject"]:
                    return mail.get_body(("plain",)).get_content()
            time.sleep(0.3)
        pytest.fail(f"no mail about {words}")

    return find


@pytest.fixture(scope="session")
def check_accessible() -> Callable[..., None]:
    """Return a function that checks a page with axe as it is, then in dark mode on another screen size."""
    axe = Axe()

    def check(page: Any, other_size: dict[str, int]) -> None:
        look(page)
        page.set_viewport_size(other_size)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # or colours are still changing
        look(page)

    def look(page: Any) -> None:
        result = axe.run(
            page, options={"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
        )
        assert result.violations_count == 0, result.generate_report()

    return check
