"""How gunicorn serves the site: with sync workers, as threads and ASGI were two to three times slower.

That was measured on pages that use the ORM.
A worker waits for a client that sends half a request: only a proxy such as `deploy/nginx.conf` may reach it.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connections
from gunicorn import glogging

ROOT = Path(__file__).resolve().parent
for folder in (ROOT, ROOT / "site"):
    sys.path.insert(0, str(folder))

from core.logs import LineFormatter  # noqa: E402  it is found by the path above


class Logger(glogging.Logger):
    """gunicorn's logger, without keys in addresses."""

    def setup(self, cfg: Any) -> None:
        """Give each handler that gunicorn made our formatter."""
        super().setup(cfg)
        for log, line in ((self.error_log, self.error_fmt), (self.access_log, self.access_fmt)):
            for handler in log.handlers:
                handler.setFormatter(LineFormatter(line, self.datefmt))


logger_class = Logger
wsgi_app = "config.wsgi"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"  # or gunicorn listens to everybody where PORT is set
limit_request_line = 8190  # bytes, as nginx; a request to the API may have twenty values of each filter
worker_class = "sync"
preload_app = True  # loaded once for all workers: half the start, and memory that they share
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Seconds: a worker that is busy with one request for longer is killed. deploy/nginx.conf waits a little
# longer.
timeout = 30
# A worker starts anew after so many requests, so that a leak of memory has an end; with a spread, so that not
# all of them do so at once.
max_requests = 2000
max_requests_jitter = 200
control_socket_disable = True
accesslog = "-"
# The path without the query string: what somebody searched for is nobody's business.
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(b)s %(M)sms"


def on_starting(server: Any) -> None:
    """Refuse to start in production on an error of Django's checks or with demonstration accounts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    if os.environ["DJANGO_SETTINGS_MODULE"].endswith("production"):
        django.setup()
        call_command("check", deploy=True, databases=["default"], fail_level="ERROR")


def pre_fork(server: Any, worker: Any) -> None:
    """Close the connections of the checks: workers that share one would read each other's answers."""
    connections.close_all()


def post_worker_init(worker: Any) -> None:
    """Read the word lists of search before the first visitor waits for them, and start to count queries.

    `gc.freeze` spares the garbage collector from scanning, each time, all objects that exist by now.
    """
    from querylog.counting import Writer  # noqa: PLC0415  Django is set up by now
    from search.query.question import read_lists  # noqa: PLC0415

    read_lists()
    gc.freeze()
    worker.question_writer = Writer()
    worker.question_writer.start()


def worker_exit(server: Any, worker: Any) -> None:
    """Write the last counts, unless the worker never came so far."""
    if hasattr(worker, "question_writer"):
        worker.question_writer.stop()
