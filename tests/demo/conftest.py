"""A loaded demonstration that tests may read together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings


@pytest.fixture(scope="module")
def demonstration(
    day_before: Any, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Load the demonstration for all tests of a module, and undo it after them.

    It yields the directory of its files.
    """
    folder = tmp_path_factory.mktemp("demonstration")
    with (
        django_db_blocker.unblock(),
        override_settings(VAR_DIR=folder, ELASTICSEARCH_URL=[]),
        transaction.atomic(),
    ):
        with day_before():
            call_command("load_demo", verbosity=0)
        yield folder
        transaction.set_rollback(True)
