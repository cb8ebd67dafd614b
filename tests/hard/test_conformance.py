"""The API as Schemathesis asks it from outside: what its schema allows, the edges of that, and the rest."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.hard, pytest.mark.process]

EXAMPLES = 150  # of each operation and phase
PER_MINUTE = 2000  # four processes answer, and each lets an address ask 600 times
# A schema cannot say which slugs exist, so a request that fits it may be refused.
UNFIT = "positive_data_acceptance"


def test_every_answer_to_a_program_is_described(
    nursery: Any, database: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with nursery.site(database, tmp_path / "site") as site:
        site.start_web()
        address = f"http://127.0.0.1:{site.port}/api/v1/openapi.json"
        options = [
            "--exclude-checks",
            UNFIT,
            "--max-examples",
            str(EXAMPLES),
            "--rate-limit",
            f"{PER_MINUTE}/m",
            "--seed",
            "2019",
        ]
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", address, *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        asked = [line.strip() for line in done.stdout.splitlines() if " generated, " in line]
        tell(", ".join(asked))
        assert done.returncode == 0, done.stdout[-6000:]
        assert site.read_traceback() == ""
