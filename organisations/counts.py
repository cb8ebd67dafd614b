"""Numbers of an organisation that rooms above count, and that a list of organisations shows."""

from collections.abc import Callable

from django.db.models import Expression

_counts: dict[str, Callable[[], Expression]] = {}


def counts(name: str) -> Callable[[Callable[[], Expression]], Callable[[], Expression]]:
    """Register the decorated function: it returns the expression of a number, which gets this name."""

    def register(build: Callable[[], Expression]) -> Callable[[], Expression]:
        _counts[name] = build
        return build

    return register


def build_counts() -> dict[str, Expression]:
    """Return the expressions by name, for a query of organisations."""
    return {name: build() for name, build in _counts.items()}
