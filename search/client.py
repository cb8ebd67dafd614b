"""The one door to the engine: where it is, how long to wait, and when to stop asking."""

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

PATIENCE = 1.0  # seconds that a visitor waits for the engine
PATIENCE_OF_WRITERS = 30.0
SLOW = 0.5  # seconds from which an answer is worth a line in the log
MOST_FAILURES = 5
REST = 5.0  # seconds without questions after so many failures
REFUSED_STATUS = {400, 413}  # what was sent is wrong, or too much
ABSENT_STATUS = {
    404,
    429,
    502,
    503,
    504,
}  # there is no index yet, or the engine is busy or away behind a proxy
REMEMBERED = 300.0  # seconds for which `/readyz` tells of an answer that was not as it should be

T = TypeVar("T")


class EngineUnavailable(Exception):
    """The engine gave no usable answer: it is away, slow or has no index yet; or one of the kinds below."""


class EngineRefuses(EngineUnavailable):
    """The engine is there, and does not take this: asking again gives the same answer."""


class UnexpectedAnswer(EngineUnavailable):
    """The engine answered, and not as it should: a mistake of ours or in its settings, which waiting alone does not mend.

    `status` is that of its answer; None when it said that all was well, and we could not read it.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        """Say what."""
        super().__init__(text)
        self.status = status

    def __reduce__(self) -> Any:
        """Let another process hear of it."""
        return type(self), (str(self), self.status)


class DocumentsRefused(EngineRefuses):
    """Some documents of many were not taken; `reasons` says by name why."""

    def __init__(self, reasons: dict[str, str]) -> None:
        """Say which."""
        super().__init__(", ".join(f"{key}: {reason}" for key, reason in reasons.items()))
        self.reasons = reasons

    def __reduce__(self) -> Any:
        """Let another process hear of it."""
        return type(self), (self.reasons,)


class CircuitBreaker:
    """Stops asking an engine that does not answer; after each rest one question tries again."""

    def __init__(self) -> None:
        """Begin with trust."""
        self.failures = 0
        self.opened_at = 0.0

    def is_open(self) -> bool:
        """Tell whether to leave the engine alone now; who hears "no" after a rest is the one that tries."""
        if self.failures < MOST_FAILURES:
            return False
        if time.monotonic() - self.opened_at < REST:
            return True
        self.opened_at = time.monotonic()
        return False

    def succeeded(self) -> None:
        """Trust the engine again."""
        self.failures = 0

    def failed(self) -> None:
        """Count a failure."""
        self.failures += 1
        self.opened_at = time.monotonic()


circuit_breaker = CircuitBreaker()


class Faults:
    """What visitors' questions met in this process that is nobody's absence: the last of them, for `/readyz`."""

    def __init__(self) -> None:
        """Begin without any."""
        self.last = ""
        self.noted_at = 0.0

    def note(self, error: EngineUnavailable) -> None:
        """Remember a fault, and log what it was and where, but no word of question or answer: those are people's."""
        cause = error.__cause__ or error
        status = cause.status_code if isinstance(cause, ApiError) else HTTPStatus.OK
        what = cause.error if isinstance(cause, ApiError) else type(cause).__name__
        place = traceback.extract_tb(cause.__traceback__)[-1]
        self.last, self.noted_at = f"{what} (status {status:d})", time.monotonic()
        logger.error(
            "the engine answered with status %d: %s, in %s, line %s", status, what, place.name, place.lineno
        )

    def describe(self) -> str:
        """Return the last fault of the past five minutes, or nothing."""
        return self.last if self.last and time.monotonic() - self.noted_at < REMEMBERED else ""

    def forget(self) -> None:
        """Begin anew."""
        self.last = ""


faults = Faults()


@cache
def _connection(urls: tuple[str, ...]) -> Elasticsearch:
    """Return the connections of this process to the nodes; what one refuses or breaks off is asked of the next.

    A write may so be done twice, which its version makes safe. Who is slow is not asked elsewhere: a visitor waits once.
    """
    options: dict[str, Any] = {"max_retries": len(urls) - 1, "retry_on_timeout": False, "retry_on_status": ()}
    return Elasticsearch(list(urls), serializer=OrjsonSerializer(), **options)


def is_configured() -> bool:
    """Tell whether there should be an engine at all."""
    return bool(settings.ELASTICSEARCH_URL)


def ask(operation: Callable[[Elasticsearch], T]) -> T:
    """Return what the engine answers to a visitor, within a second; raises EngineUnavailable for anything else.

    Only an engine that is away opens the circuit: one odd question, or a mistake of ours, says nothing of the next one.
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
    """Return what the engine answers to a task or a command; raises EngineUnavailable or EngineRefuses when it does not."""
    if not is_configured():
        raise EngineUnavailable("no engine is configured")
    client = _connection(tuple(settings.ELASTICSEARCH_URL)).options(request_timeout=patience)
    try:
        return operation(client)
    except (
        ApiError,
        TransportError,
        UnsupportedProductError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise _translate(error) from error


def _translate(error: Exception) -> EngineUnavailable:
    """Return our word for what went wrong."""
    text = f"{type(error).__name__}: {error}"
    if _is_refused(error):
        return EngineRefuses(text)
    if isinstance(error, ApiError) and error.status_code not in ABSENT_STATUS:
        return UnexpectedAnswer(text, error.status_code)
    if isinstance(error, ApiError | TransportError | UnsupportedProductError):
        return EngineUnavailable(text)
    return UnexpectedAnswer(text)  # JSON of another form than the engine's, or a mistake in how we read it


def _is_refused(error: Exception) -> bool:
    """Tell whether what was sent is at fault: the engine does not take it, or it cannot be written as JSON at all."""
    if isinstance(
        error, SerializationError
    ):  # also of an answer that is no JSON; only the message tells which
        return error.message.startswith("Unable to serialize")
    return isinstance(error, ApiError) and error.status_code in REFUSED_STATUS
