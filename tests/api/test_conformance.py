"""Every request, allowed by the API's description or not, gets an answer that the description has."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as described

from api.throttling import ApiThrottle
from config.wsgi import application

pytestmark = pytest.mark.django_db
FULL = 1000  # questions to each operation, of which half fit its description
PLAIN = {"Accept-Encoding": "identity"}  # nobody unpacks what comes from within the process
CHECKS = [
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_schema_conformance,
    described.negative_data_rejection,
]


@pytest.fixture
def operations(network: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Iterator[Any]]:
    """Return the operations of a site with three cases that can be asked as often as one likes."""
    monkeypatch.setattr(ApiThrottle, "allow_request", lambda throttle, request: True)
    signals = (request_started, request_finished)
    for (
        signal
    ) in signals:  # the connection with the transaction of the test must stay, as for Django's own client
        signal.disconnect(close_old_connections)
    description = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=PLAIN)
    yield (found.ok() for found in description.get_all_operations())
    for signal in signals:
        signal.connect(close_old_connections)


def test_every_answer_is_described(operations: Iterator[Any], rounds: Callable[[int], int]) -> None:
    for operation in operations:
        fitting, unfit = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

        @settings(
            max_examples=rounds(FULL),
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(fitting | unfit)
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS, headers=PLAIN)

        ask()
        if "{slug}" in operation.path:  # it is not likely to be drawn
            case = operation.Case(
                path_parameters={"slug": "breda" if "/organisations/" in operation.path else "asfalt"}
            )
            assert case.call_and_validate(checks=CHECKS, headers=PLAIN).status_code == 200
