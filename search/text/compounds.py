"""Take Dutch compounds apart: `asfaltonderhoud` is `asfalt` and `onderhoud`.

`data/parts.tsv.gz` has the words that may begin, be in the middle of or end a compound, and how common each
is. `data/whole.txt.gz` has words that only look like compounds. `make lexicon` makes both lists.
`data/splits.txt` is maintained by hand and overrules both. Nothing here imports Django, because making the
lists uses the same code.
"""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parent / "data"

BEGIN, MIDDLE, END = "b", "m", "e"
SHORTEST_PART = 3  # letters
SHORTEST_COMPOUND = 2 * SHORTEST_PART
SHORTEST_TO_SPLIT_AGAIN = 7  # letters of a part that may be a compound itself
# A part costs more the rarer it is (zipf: the base-10 logarithm of its number per thousand million words),
# when it is short, and when the word list does not expressly allow it in that place. These figures did best
# on a list of 480 words (relevance/results.md).
COST_OF_PART, COMMON, COST_OF_SHORT, COST_OF_PLACE, MOST_COST = 4.0, 4.0, 2.5, 0.6, 7.4
REMEMBERED = 20_000  # words of which a process remembers the parts


@dataclass(frozen=True, slots=True)
class Part:
    """What may stand in a compound: in which places, in which by the word list, and for which word."""

    places: str
    listed: str
    zipf: float
    base: str

    def cost(self, place: str, length: int) -> float:
        """Return how unlikely this part is in this place; `length` is that in the compound."""
        rarity = max(0.0, COMMON - self.zipf)
        of_length = COST_OF_SHORT if length == SHORTEST_PART else 0.0
        of_place = COST_OF_PLACE if place not in self.listed else 0.0
        return COST_OF_PART + rarity + of_length + of_place


@dataclass
class Splitter:
    """Takes words apart that are in lower case and without accents."""

    parts: dict[str, Part]
    whole: set[str] = field(default_factory=set)
    by_hand: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def split(self, word: str) -> tuple[str, ...]:
        """Return the parts of a compound, as few and as common as possible; none for another word."""
        if word in self.by_hand:
            return self.by_hand[word]
        if len(word) < SHORTEST_COMPOUND or word in self.whole:
            return ()
        found = self.cheapest(word)
        return tuple(self.parts[part].base for part in found)

    def cheapest(self, word: str) -> tuple[str, ...]:
        """Return the cheapest parts as they stand in the word; none when they cost too much.

        The lists of whole words and of splits by hand do not count here.
        """
        # By place: the cheapest parts that lead there, with their cost (a shortest path from left to right).
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
        """Yield each place where a part that begins here may end, with the cost of that part."""
        for end in range(start + SHORTEST_PART, len(word) + 1):
            place = BEGIN if start == 0 else END if end == len(word) else MIDDLE
            part = self.parts.get(word[start:end])
            if part and place in part.places and end - start < len(word):
                yield end, part.cost(place, end - start)

    def parts_of(self, word: str) -> tuple[str, ...]:
        """Return every word in a compound; none for another word.

        These are its parts, their parts, and neighbours that are a word together: `grondwater` in
        `grondwaterstand`.
        """
        coarse = self.split(word)
        smallest = [smaller for part in coarse for smaller in self._split_again(part)]
        joined = [left + link + right for left, right in pairwise(smallest) for link in ("", "s")]
        together = [part for part in joined if part in self.parts and part != word and part in word]
        return tuple(dict.fromkeys([*coarse, *smallest, *together]))

    def _split_again(self, part: str) -> tuple[str, ...]:
        """Return the parts of a part; itself when it is short or no compound."""
        parts = self.split(part) if len(part) >= SHORTEST_TO_SPLIT_AGAIN else ()
        return parts or (part,)


def read_lines(name: str) -> list[str]:
    """Return the lines of a word list, without comments."""
    packed = DATA / f"{name}.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (DATA / name).read_bytes()
    return [line for line in text.decode().splitlines() if line.strip() and not line.startswith("#")]


def read_pairs(name: str) -> list[tuple[str, str]]:
    """Return the pairs of form and target of a list with lines such as `form form = target`."""
    split = [line.split(" = ") for line in read_lines(name)]
    return [(form, target) for forms, target in split for form in forms.split()]


@cache
def get_splitter() -> Splitter:
    """Return the splitter of this site; reading its lists takes about a tenth of a second."""
    parts = {}
    for line in read_lines("parts.tsv"):
        word, places, listed, zipf, base = line.split("\t")
        parts[word] = Part(places, listed, int(zipf) / 10, base or word)
    by_hand = {word: () if found == "-" else tuple(found.split()) for word, found in read_pairs("splits.txt")}
    return Splitter(parts, set(read_lines("whole.txt")), by_hand)


@lru_cache(maxsize=REMEMBERED)
def parts_of(word: str) -> tuple[str, ...]:
    """Return every word in a compound; see `Splitter.parts_of`."""
    return get_splitter().parts_of(word)
