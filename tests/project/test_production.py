"""Production settings start with all that they need, and with nothing less or unsafe."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import check

pytestmark = pytest.mark.process

SECRETS = ["ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "ELASTICSEARCH_URL", "EMAIL_URL", "SECRET_KEY"]


ADD_ACCOUNT = "from users.models import User; User.objects.create_user('noor@example.org')"


def manage(var_dir: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `manage.py` as in production, on SQLite."""
    database = {
        "DATABASE_URL": f"sqlite:///{var_dir / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
    }
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=check.ROOT,
        env=check.environment(str(var_dir)) | database,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_database_is_taken_and_accounts_of_a_demonstration_are_seen_in_it(tmp_path: Path) -> None:
    assert manage(tmp_path, "migrate", "users").returncode == 0  # all of them would take half a minute
    look = ["check", "--deploy", "--database", "default", "--fail-level", "ERROR"]
    assert manage(tmp_path, *look).returncode == 0
    manage(tmp_path, "shell", "--command", ADD_ACCOUNT)
    assert "demo.E001" in manage(tmp_path, *look).stderr


def start(
    var_dir: Path, environment: dict[str, str | None], situation: str = "production"
) -> subprocess.CompletedProcess[str]:
    """Import the settings of a situation in a process of their own; None takes a variable away."""
    known = check.environment(str(var_dir)) | environment
    return subprocess.run(
        [sys.executable, "-c", f"import config.settings.{situation}"],
        cwd=check.ROOT,
        env={name: value for name, value in known.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_starts_with_a_whole_environment(tmp_path: Path) -> None:
    assert start(tmp_path, {}).returncode == 0


@pytest.mark.parametrize("name", SECRETS)
def test_it_does_not_start_without(tmp_path: Path, name: str) -> None:
    done = start(tmp_path, {name: None})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("situation", ["development", "production"])
def test_an_empty_address_of_the_database_is_told_in_a_line(tmp_path: Path, situation: str) -> None:
    done = start(tmp_path, {"DATABASE_URL": ""}, situation)
    assert done.returncode != 0
    assert "ImproperlyConfigured: DATABASE_URL: is empty" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", " , "),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "www.knooppunt.example, *"),
        ("ALLOWED_HOSTS", "."),
        ("ALLOWED_HOSTS", ".example"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "=" * 60),
        ("SECRET_KEY", "0123456789" * 6),
        ("SECRET_KEY", "changeme-" * 8),
        ("SECRET_KEY", "django-insecure-x7!k2$q9w@e4r#t6y^u8i&o0p*a1s(d3f)g5h-j7k_l"),
        ("SECURE_HSTS_SECONDS", "0"),
        ("DEBUG", "1"),
        ("BASE_URL", "http://www.knooppunt.example"),
        ("ELASTICSEARCH_URL", "http://search:secret@search.knooppunt.example:9200"),
        ("ELASTICSEARCH_URL", "https://search.knooppunt.example:9200"),
        ("ELASTICSEARCH_URL", "https://a:b@one.knooppunt.example:9200,http://two.knooppunt.example:9200"),
    ],
)
def test_it_does_not_start_with_what_is_unsafe(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, {name: value})
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {name}:" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "www.knooppunt.example, knooppunt.example"),
        ("ALLOWED_HOSTS", ".knooppunt.example"),
        ("SECRET_KEY", "66236263999598162037047745430747261833737051994107"),
        ("SECURE_HSTS_SECONDS", "3600"),
    ],
)
def test_it_starts_with_what_is_safe(tmp_path: Path, name: str, value: str) -> None:
    assert start(tmp_path, {name: value}).returncode == 0


def test_the_image_is_built_with_values_that_production_takes(tmp_path: Path) -> None:
    step = (
        (check.ROOT / "Dockerfile")
        .read_text()
        .replace("\\\n", " ")
        .split("\nRUN ALLOWED_HOSTS")[1]
        .splitlines()[0]
    )
    command = f"ALLOWED_HOSTS{step}".split(" python manage.py ")[0]
    build = f'export {command}; exec "$PYTHON" -c "import config.settings.production"'
    known = check.environment(str(tmp_path)) | {"PYTHON": sys.executable}
    known = {name: value for name, value in known.items() if name not in SECRETS}
    done = subprocess.run(
        ["sh", "-c", build], cwd=check.ROOT, env=known, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("url", ["http://localhost:9200", "http://127.0.0.1:9200", "http://[::1]:9200", ""])
def test_an_engine_on_this_machine_or_none_is_safe(tmp_path: Path, url: str) -> None:
    assert start(tmp_path, {"ELASTICSEARCH_URL": url}).returncode == 0


def test_it_does_not_start_beside_demonstration_accounts(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text("[]")
    assert "VAR_DIR: holds the demonstration accounts" in start(tmp_path, {}).stderr
