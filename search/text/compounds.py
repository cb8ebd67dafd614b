"""Take Dutch compounds apart: `asfaltonderhoud` is `asfalt` and `onderhoud`.

The words that may begin, be in the middle of or end a compound, each with how common it is, come from `data/parts.tsv.gz`, and
words that only look like compounds from `data/whole.txt.gz`; `make lexicon` makes both. `data/splits.txt` is kept by hand and
goes before either. Nothing here imports Django, because making the lists uses the same code.
"""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parent / "data"

BEGIN, MIDDLE, END = "b", "m", "e"
SHORTEST_PART, SHORTEST_COMPOUND = 3, 6
SHORTEST_TO_SPLIT_AGAIN = 7
# A part costs more the rarer it is (zipf: the base-10 logarithm of its number per thousand million words), when it is short,
# and when the word list does not expressly allow it there. The figures did best on a list of 480 words (relevance/results.md).
COST_OF_PART, COMMON, COST_OF_SHORT, COST_OF_PLACE, MOST_COST = 4.0, 4.0, 2.5, 0.6, 7.4
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """What may stand in a compound: in which places, in which of them by the word list, and the word that it stands for."""

    places: str
    listed: str
    zipf: float
    base: str

    def cost(self, place: str, length: int) -> float:
        """Return how unlikely this part is in this place."""
        rarity = max(0.0, COMMON - self.zipf)
        return (
            COST_OF_PART
            + rarity
            + COST_OF_SHORT * (length == SHORTEST_PART)
            + COST_OF_PLACE * (place not in self.listed)
        )


@dataclass
class Splitter:
    """Takes words apart, in lower case and without accents."""

    parts: dict[str, Part]
    whole: set[str] = field(default_factory=set)
    by_hand: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def split(self, word: str) -> tuple[str, ...]:
        """Return the parts of a compound, as few and as common as can be; none when the word is none."""
        if word in self.by_hand:
            return self.by_hand[word]
        if len(word) < SHORTEST_COMPOUND or word in self.whole:
            return ()
        found = self.cheapest(word)
        return tuple(self.parts[part].base for part in found)

    def cheapest(self, word: str) -> tuple[str, ...]:
        """Return the parts as they stand in the word, whatever is known of the whole; none when they cost too much."""
        best: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
        for start in range(len(word) - SHORTEST_PART + 1):
            if start not in best:
                continue
            cost, parts = best[start]
            for end, part_cost in self._next(word, start):
                if end not in best or cost + part_cost < best[end][0]:
                    best[end] = (cost + part_cost, (*parts, word[start:end]))
        total, parts = best.get(len(word), (0.0, ()))
        return parts if parts and total / len(parts) <= MOST_COST else ()

    def _next(self, word: str, start: int) -> Iterable[tuple[int, float]]:
        """Yield where a part that begins here may end, with its cost."""
        for end in range(start + SHORTEST_PART, len(word) + 1):
            place = BEGIN if start == 0 else END if end == len(word) else MIDDLE
            part = self.parts.get(word[start:end])
            if part and place in part.places and end - start < len(word):
                yield end, part.cost(place, end - start)

    def parts_of(self, word: str) -> tuple[str, ...]:
        """Return every word in a compound: its parts, theirs, and neighbours that are a word together; none when it is none.

        The last ones are such as `grondwater` in `grondwaterstand`.
        """
        coarse = self.split(word)
        fine = [self.split(part) if len(part) >= SHORTEST_TO_SPLIT_AGAIN else () for part in coarse]
        smallest = [
            smaller for part, parts in zip(coarse, fine, strict=True) for smaller in (parts or (part,))
        ]
        joined = [left + link + right for left, right in pairwise(smallest) for link in ("", "s")]
        together = [part for part in joined if part in self.parts and part != word and part in word]
        return tuple(dict.fromkeys([*coarse, *smallest, *together]))


def read_lines(name: str) -> list[str]:
    """Return the lines of a word list, without comments."""
    packed = DATA / f"{name}.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (DATA / name).read_bytes()
    return [line for line in text.decode().splitlines() if line.strip() and not line.startswith("#")]


def read_pairs(name: str) -> list[tuple[str, str]]:
    """Return each form of a list of `forms = target` with its target."""
    split = [line.split(" = ") for line in read_lines(name)]
    return [(form, target) for forms, target in split for form in forms.split()]


@cache
def get_splitter() -> Splitter:
    """Return the splitter of this site; reading its lists takes about a tenth of a second."""
    rows = (line.split("\t") for line in read_lines("parts.tsv"))
    parts = {
        word: Part(places, listed, int(zipf) / 10, base or word) for word, places, listed, zipf, base in rows
    }
    by_hand = {word: () if found == "-" else tuple(found.split()) for word, found in read_pairs("splits.txt")}
    return Splitter(parts, set(read_lines("whole.txt")), by_hand)


@lru_cache(maxsize=REMEMBERED)
def parts_of(word: str) -> tuple[str, ...]:
    """Return every word in a compound; see `Splitter.parts_of`."""
    return get_splitter().parts_of(word)
