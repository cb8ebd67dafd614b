"""Letters survive killed workers and a mail server of changing moods: none lost, none under a new name."""

import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

pytestmark = pytest.mark.hard

ROOT = Path(__file__).resolve().parents[2]
LETTERS, KILLS = 60, 50
REFUSED = 5  # of the letters go to addresses that the server refuses for good
PATIENCE = 180  # seconds until all are sent, once nobody is killed any more
# The worker of `manage.py worker`, with seconds for what takes minutes.
WORK_QUICKLY = """
import datetime, django
django.setup()
from django.core.management import call_command
from mail import models, services, tasks
from worker import leases, models as worker_models
leases.BEAT, worker_models.WorkerLease.SILENCE = 0.3, datetime.timedelta(seconds=4)
models.Delivery.CLAIM = datetime.timedelta(seconds=3)
services.LOST = datetime.timedelta(seconds=5)
tasks.WAITS = (0.01,) * 200
call_command("worker", "--interval", "0.1", "--no-startup-delay", "--verbosity", "0")
"""
PLAN = f"""
import django
django.setup()
from allauth.account.models import EmailAddress
from mail.services import delivery_plan
from users.models import User
for number in range({LETTERS}):
    user = User.objects.create_user(f"lid{{number}}@adres.example", first_name="Lid")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    delivery_plan(person=user, kind="second_step_reset", about=1)
"""
RESUME = """
import datetime, django
django.setup()
from mail import services
services.LOST = datetime.timedelta(seconds=5)
services.deliveries_resume()
"""


class Moody:
    """A mail server that takes a letter, puts it off, is slow, or breaks off after it took it."""

    def __init__(self) -> None:
        self.dice = random.Random(2019)
        self.names: dict[str, list[str]] = defaultdict(list)

    async def handle_RCPT(  # noqa: N802  the name is aiosmtpd's
        self, server: SMTP, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        number = int(address.partition("@")[0].removeprefix("lid"))
        if number < REFUSED:
            return "550 no such person"
        if self.dice.random() < 0.3:
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802  as above
        import asyncio

        mood = self.dice.random()
        if mood < 0.2:
            return "421 busy"
        if mood < 0.4:
            await asyncio.sleep(0.5)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.names[envelope.rcpt_tos[0]].append(mail["Message-ID"])
        if mood > 0.8:
            server.transport.close()
        return "250 OK"


@pytest.fixture
def moody() -> Iterator[tuple[Moody, int]]:
    """Return the server and its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(Moody(), hostname="127.0.0.1", port=port)
    server.start()
    yield server.handler, port
    server.stop()


def test_no_letter_is_lost_or_gets_a_second_name(
    moody: tuple[Moody, int], tmp_path: Path, shared: Path, django_db_setup: None, tell: Any
) -> None:
    server, port = moody
    shutil.copy(shared / "layout.sqlite", tmp_path / "db.sqlite3")
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {
        "VAR_DIR": str(tmp_path),
        "ELASTICSEARCH_URL": "",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
    }

    def start(program: str) -> subprocess.Popen[bytes]:
        log = (tmp_path / "log").open("ab")
        return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=env, stdout=log, stderr=log)

    def states() -> dict[str, int]:
        with sqlite3.connect(tmp_path / "db.sqlite3", timeout=20) as database:
            return dict(database.execute("SELECT state, count(*) FROM mail_delivery GROUP BY state"))

    assert start(PLAN).wait(60) == 0
    dice, begun = random.Random(38), time.monotonic()
    for _kill in range(KILLS):
        worker = start(WORK_QUICKLY)
        time.sleep(2 + 2 * dice.random())  # it takes a second or two to start
        worker.send_signal(signal.SIGKILL)
        worker.wait(30)
    sent_while_killed = sum(bool(names) for names in server.names.values())
    worker = start(WORK_QUICKLY)
    end = time.monotonic() + PATIENCE
    while states().get("waiting") and time.monotonic() < end:
        assert start(RESUME).wait(60) == 0
        time.sleep(1)
    worker.send_signal(signal.SIGKILL)
    worker.wait(30)
    assert states() == {"sent": LETTERS - REFUSED, "refused": REFUSED}
    assert len(server.names) == LETTERS - REFUSED
    assert all(len(set(names)) == 1 for names in server.names.values())
    everything = [name for names in server.names.values() for name in names]
    tell(
        f"{KILLS} kills in {time.monotonic() - begun:.0f} s; {sent_while_killed} letters went meanwhile, "
        f"{len(everything)} mails for {len(server.names)} letters, {len(set(everything))} names"
    )
