"""The only way to the engine: where it is, how long to wait for it, and when to stop asking."""

import logging
import time
import traceback
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from elastic_transport import SerializationError, TransportError
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer, UnsupportedProductError

logger = logging.getLogger("knooppunt.search")

PATIENCE = 1.0  # seconds that a visitor waits for the engine; the page comes from the fallback index then
PATIENCE_OF_WRITERS = 30.0  # seconds that a task or command waits: a bulk request may take long
SLOW = 0.5  # seconds from which an answer is worth a line in the log: half of what a visitor waits
MOST_FAILURES = 5  # in a row, before the circuit breaker opens: one slow answer does not switch search off
REST = 5.0  # seconds that the circuit breaker stays open, in which no visitor waits for the engine
REFUSED_STATUS = {400, 413}  # what was sent is wrong, or too large
# There is no index yet, or the engine is busy, or away behind a proxy.
ABSENT_STATUS = {404, 429, 502, 503, 504}
REMEMBERED = 300.0  # seconds for which `/readyz` tells of a fault

ERRORS_OF_ENGINE = (ApiError, TransportError, UnsupportedProductError)
# What reading an answer of an unexpected form raises.
ERRORS_OF_READING = (LookupError, TypeError, ValueError, AttributeError)

T = TypeVar("T")


class EngineUnavailable(Exception):
    """The engine gave no usable answer: it is away, slow or has no index yet, or a subclass says why."""


class EngineRefuses(EngineUnavailable):
    """The engine refuses this request: asking again gives the same answer."""


class UnexpectedAnswer(EngineUnavailable):
    """The engine answered with an error that waiting does not mend: a mistake of ours or in its settings.

    `status` is that of its answer; None when that was a success, but not in a form that we can read.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        """Say what."""
        super().__init__(text)
        self.status = status

    def __reduce__(self) -> Any:
        """Let another process hear of it."""
        return type(self), (str(self), self.status)


class DocumentsRefused(EngineRefuses):
    """The engine refused some of many documents; `reasons` says why, by key."""

    def __init__(self, reasons: dict[str, str]) -> None:
        """Say which."""
        super().__init__(", ".join(f"{key}: {reason}" for key, reason in reasons.items()))
        self.reasons = reasons

    def __reduce__(self) -> Any:
        """Let another process hear of it."""
        return type(self), (self.reasons,)


class CircuitBreaker:
    """Stops asking an engine that does not answer; after each rest one request tries again."""

    def __init__(self) -> None:
        """Begin closed: the engine is asked."""
        self.failures = 0
        self.opened_at = 0.0

    def is_open(self) -> bool:
        """Tell whether to leave the engine alone now; the first caller after a rest may try."""
        if self.failures < MOST_FAILURES:
            return False
        if time.monotonic() - self.opened_at < REST:
            return True
        self.opened_at = time.monotonic()
        return False

    def succeeded(self) -> None:
        """Close again after an answer."""
        self.failures = 0

    def failed(self) -> None:
        """Count a failure, and begin the rest anew."""
        self.failures += 1
        self.opened_at = time.monotonic()


circuit_breaker = CircuitBreaker()


class Faults:
    """The last error of a visitor's question in this process, other than an absent engine; for `/readyz`."""

    def __init__(self) -> None:
        """Begin without any."""
        self.last = ""
        self.noted_at = 0.0

    def note(self, error: EngineUnavailable) -> None:
        """Remember a fault, and log what and where it was, without question or answer: those are people's."""
        cause = error.__cause__ or error
        status = cause.status_code if isinstance(cause, ApiError) else HTTPStatus.OK
        what = cause.error if isinstance(cause, ApiError) else type(cause).__name__
        place = traceback.extract_tb(cause.__traceback__)[-1]
        self.last, self.noted_at = f"{what} (status {status:d})", time.monotonic()
        message = "the engine answered with status %d: %s, in %s, line %s"
        logger.error(message, status, what, place.name, place.lineno)

    def describe(self) -> str:
        """Return the last fault of the past five minutes, or the empty string."""
        is_recent = time.monotonic() - self.noted_at < REMEMBERED
        return self.last if is_recent else ""

    def forget(self) -> None:
        """Begin anew."""
        self.last = ""


faults = Faults()


@cache
def _connection(urls: tuple[str, ...]) -> Elasticsearch:
    """Return the connections of this process to the nodes.

    What one node refuses or breaks off is sent to the next. A write may happen twice that way, which its
    version makes safe. After a timeout no other node is asked, so that a visitor waits once.
    """
    retries: dict[str, Any] = {"max_retries": len(urls) - 1, "retry_on_timeout": False, "retry_on_status": ()}
    return Elasticsearch(list(urls), serializer=OrjsonSerializer(), **retries)


def is_configured() -> bool:
    """Tell whether there should be an engine at all."""
    return bool(settings.ELASTICSEARCH_URL)


def ask(operation: Callable[[Elasticsearch], T]) -> T:
    """Return what the engine answers to a visitor within a second.

    Raises EngineUnavailable for anything else. Only an engine that is away opens the circuit breaker: one odd
    question, or a mistake of ours, says nothing about the next one.
    """
    if not is_configured() or circuit_breaker.is_open():
        raise EngineUnavailable("not asked")
    begun = time.monotonic()
    try:
        answer = run(operation, patience=PATIENCE)
    except (EngineRefuses, UnexpectedAnswer) as error:
        faults.note(error)
        raise
    except EngineUnavailable:
        circuit_breaker.failed()
        raise
    circuit_breaker.succeeded()
    if time.monotonic() - begun > SLOW:
        logger.warning("the engine took %.1f s", time.monotonic() - begun)
    return answer


def run(operation: Callable[[Elasticsearch], T], *, patience: float = PATIENCE_OF_WRITERS) -> T:
    """Return what the engine answers to a task or a command; raises EngineUnavailable or a subclass."""
    if not is_configured():
        raise EngineUnavailable("no engine is configured")
    client = _connection(tuple(settings.ELASTICSEARCH_URL)).options(request_timeout=patience)
    try:
        return operation(client)
    except (*ERRORS_OF_ENGINE, *ERRORS_OF_READING) as error:
        raise _translate(error) from error


def _translate(error: Exception) -> EngineUnavailable:
    """Return our exception for an error."""
    text = f"{type(error).__name__}: {error}"
    if _is_refused(error):
        return EngineRefuses(text)
    if isinstance(error, ApiError) and error.status_code not in ABSENT_STATUS:
        return UnexpectedAnswer(text, error.status_code)
    if isinstance(error, ERRORS_OF_ENGINE):
        return EngineUnavailable(text)
    return UnexpectedAnswer(text)  # JSON of another form than the engine's, or a mistake in how we read it


def _is_refused(error: Exception) -> bool:
    """Tell whether what was sent is at fault: the engine refuses it, or it cannot be written as JSON."""
    # The same error is raised for an answer that is no JSON; only the message tells which of the two it is.
    if isinstance(error, SerializationError):
        return error.message.startswith("Unable to serialize")
    return isinstance(error, ApiError) and error.status_code in REFUSED_STATUS
