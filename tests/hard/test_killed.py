"""A process killed between a change and its task leaves neither: they are one transaction."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.hard

ROOT = Path(__file__).resolve().parents[2]
SETUP = """
import django, os, signal
django.setup()
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.signals import page_published
from practices.models import PracticeIndexPage, PracticePage
"""
DRAFT = """
just_now = timezone.now() - timezone.timedelta(minutes=1)
page = PracticePage(slug="bijna", title="Bijna", live=False, go_live_at=just_now)
PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
page.save_revision(approved_go_live_at=page.go_live_at)
DBTaskResult.objects.all().delete()
"""
KILLED = """
page_published.connect(lambda **kwargs: os.kill(os.getpid(), signal.SIGKILL), weak=False)
call_command("publish_scheduled")
"""
TELL = """
tasks = DBTaskResult.objects.filter(task_path="search.index.tasks.bring_in_line").count()
print(PracticePage.objects.get(slug="bijna").live, tasks)
"""


@pytest.fixture
def run(tmp_path: Path, shared: Path, django_db_setup: None) -> object:
    """Return a function that runs a program on a site of its own."""
    shutil.copy(shared / "layout.sqlite", tmp_path / "db.sqlite3")
    env = {**os.environ, "VAR_DIR": str(tmp_path), "LOAD_DEMO": "0", "ELASTICSEARCH_URL": ""}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings.development", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"}
    subprocess.run(
        [sys.executable, "manage.py", "createcachetable"], cwd=ROOT, env=env, check=True, capture_output=True
    )

    def run(program: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", SETUP + program]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    return run


def test_a_kill_between_publishing_and_its_task_leaves_neither(run: object) -> None:
    assert run(DRAFT).returncode == 0
    assert run(KILLED).returncode == -signal.SIGKILL
    assert run(TELL).stdout.split() == ["False", "0"]
    assert run('call_command("publish_scheduled")').returncode == 0
    assert run(TELL).stdout.split() == ["True", "1"]
