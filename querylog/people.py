"""Does a question name a person, or a house?

That is judged by lists of names, by the words around a name, and by words that no dictionary knows. Names of
public bodies are never names of people, whatever words they have. Search tells whether a word is an ordinary
one: it knows the words of the site and of the language.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from core.folding import fold, split_folded
from members.models import Member
from organisations.models import Organisation
from querylog import labels
from users.models import User

DATA = Path(__file__).parent / "data"
PARTICLES = frozenset("van de der den ter ten t la le el al von vd".split())
TITLES = frozenset(
    """
    dhr mevr mevrouw meneer mijnheer mw mej heer fam familie weduwe drs dr ir ing mr prof bc msc professor
    dokter burgemeester wethouder raadslid gedeputeerde minister staatssecretaris buurman buurvrouw mrs mister
    """.split()
)
BEFORE_NAMES = {("van", "der"), ("van", "den")}  # nobody writes these before anything but a name
LONGEST_ACRONYM = 4  # letters; in a question all in capitals, a longer word may be a name
SHORTEST_STREET = 5  # letters; a shorter unknown word before a number is not taken for a street

_NO_ACCENT = str.maketrans("ıøłđ", "iold")  # to Unicode these are letters of their own, without an accent
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HOUSE = re.compile(r"\d{1,4}[a-z]?")

_ordinary: list[Callable[[str], bool]] = []


def register_words(is_word: Callable[[str], bool]) -> None:
    """Set the function that tells whether a word is an ordinary one; without one, no word is."""
    _ordinary[:] = [is_word]


@cache
def _read(name: str) -> frozenset[str]:
    """Return the words of a file with names."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@dataclass(frozen=True)
class Neighbourhood:
    """The names that the site knows: bodies as tuples of words, people as sets of words, per word."""

    bodies: frozenset[tuple[str, ...]] = frozenset()
    people: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """Return the number of words of the longest name of a body."""
        return max(map(len, self.bodies), default=0)


def read_neighbourhood(names_of_people: Iterable[str] | None = None) -> Neighbourhood:
    """Read the names of all bodies, and those of all members and accounts unless others are given."""
    names = Organisation.objects.order_by().values_list("name", "short_name", "abbreviation", "aliases")
    bodies = {tuple(split_folded(name)) for row in names for name in (*row[:3], *row[3].splitlines())} - {()}
    people: dict[str, list[frozenset[str]]] = defaultdict(list)
    for name in _names_of_people() if names_of_people is None else names_of_people:
        person = frozenset(split_folded(name)) - PARTICLES
        for word in person:
            people[word].append(person)
    return Neighbourhood(frozenset(bodies), people)


def _names_of_people() -> Iterator[str]:
    """Yield the names of members and of accounts."""
    yield from Member.objects.order_by().values_list("name", flat=True)
    for names in User.objects.exclude(last_name="").order_by().values_list("first_name", "last_name"):
        yield " ".join(names)


@dataclass
class _Word:
    """A word of a question; `is_of_body` tells whether it is in the name of a public body."""

    text: str
    place: int
    is_title_case: bool
    next_sign: str
    is_of_body: bool = False

    @property
    def is_first_name(self) -> bool:
        """Tell whether it is in the list of first names."""
        return not self.is_of_body and self.text in _read("first_names.txt")

    @property
    def is_surname(self) -> bool:
        """Tell whether it is in the list of surnames."""
        return not self.is_of_body and self.text in _read("surnames.txt")

    @property
    def is_name(self) -> bool:
        """Tell whether it is in either list."""
        return self.is_first_name or self.is_surname

    @property
    def is_only_a_name(self) -> bool:
        """Tell whether it is a name and nothing else."""
        return self.is_name and self.text not in _read("also_words.txt")

    @property
    def is_strange(self) -> bool:
        """Tell whether no list, dictionary or page has it."""
        is_plain = self.text.isalpha() and len(self.text) > 1 and self.text not in PARTICLES
        if not is_plain or self.is_of_body or self.is_name:
            return False
        return not any(is_word(self.text) for is_word in _ordinary)

    @property
    def is_initial(self) -> bool:
        """Tell whether it is a single letter, but not the one of `e-mail`."""
        return len(self.text) == 1 and self.text.isalpha() and self.next_sign != "-"


def names_known_person(question: str, known: Neighbourhood) -> bool:
    """Tell whether a question names one of these people."""
    words = _split(question)
    _mark_bodies(words, known)
    return _is_known_person(words, known)


def names_somebody(question: str, known: Neighbourhood, listing: str = "") -> bool:
    """Tell whether a question looks like the name of a person, or like an address that no pattern matches."""
    words = _split(question)
    _mark_bodies(words, known)
    if any(word.is_only_a_name for word in words) or _is_known_person(words, known):
        return True
    if listing in labels.OF_PEOPLE and any(word.is_name or word.is_strange for word in words):
        return True
    return (
        _is_all_names(words)
        or _has_introduction(words)
        or _has_pair(words)
        or _has_initial(words)
        or _has_house(words)
    )


def _split(question: str) -> list[_Word]:
    """Return the words of a question; an acronym does not count as a word with a capital."""
    is_loud = question.isupper()
    words = []
    for place, found in enumerate(_WORD.finditer(question)):
        text, end = found[0], found.end()
        is_acronym = text.isupper() and len(text) > 1 and not (is_loud and len(text) > LONGEST_ACRONYM)
        plain = fold(text).translate(_NO_ACCENT)
        words.append(_Word(plain, place, text[0].isupper() and not is_acronym, question[end : end + 1]))
    return words


def _mark_bodies(words: list[_Word], known: Neighbourhood) -> None:
    """Mark the words that together are the name of a public body, longest names first."""
    for size in range(min(known.longest, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            part = words[start : start + size]
            if tuple(word.text for word in part) in known.bodies:
                for word in part:
                    word.is_of_body = True


def _is_known_person(words: list[_Word], known: Neighbourhood) -> bool:
    """Tell whether the question has the whole name of a member, or a part of it that is no ordinary word."""
    asked = {word.text for word in words} - PARTICLES
    named = [word for word in words if word.text in known.people]
    people = {person for word in named for person in known.people[word.text]}
    is_whole = any(person <= asked and (len(person) > 1 or person == asked) for person in people)
    return is_whole or any(word.is_strange for word in named)


def _is_all_names(words: list[_Word]) -> bool:
    """Tell whether the question has only names and particles (`de boer`, `roos bakker`), or unknown words."""
    rest = [word for word in words if word.text not in PARTICLES]
    if len(words) < 2 or not rest:
        return False
    is_likely = len(rest) < len(words) or any(word.is_first_name for word in rest)
    if is_likely and all(word.is_name for word in rest):
        return True
    return len(rest) > 1 and all(word.is_strange for word in rest)


def _has_introduction(words: list[_Word]) -> bool:
    """Tell whether a word is where only a name can be: after `mevrouw` or `van der`."""
    for place, word in enumerate(words):
        after = next((other for other in words[place + 1 :] if other.text not in PARTICLES), None)
        if after is None or after.is_of_body or after.is_initial:
            continue
        following = words[place + 1]
        if (word.text, following.text) in BEFORE_NAMES and not following.is_of_body:
            return True
        if word.text in TITLES and (after.is_name or after.is_strange):
            return True
    return False


def _has_pair(words: list[_Word]) -> bool:
    """Tell whether two words in a row may be a first name and a surname, even if each is a word as well."""
    rest = [word for word in words if word.text not in PARTICLES or word.is_of_body]
    for one, other in pairwise(rest):
        are_title_case = one.is_title_case and other.is_title_case
        is_linked = other.place - one.place > 1
        is_likely = one.is_first_name or are_title_case or (is_linked and one.is_name)
        if is_likely and all(word.is_name or word.is_strange for word in (one, other)):
            return True
        if one.is_first_name and are_title_case and not other.is_of_body:
            return True
    return False


def _has_initial(words: list[_Word]) -> bool:
    """Tell whether a letter comes before or after what may be a surname: `j bakker`, `Bakker, J.`."""
    rest = [word for word in words if word.text not in PARTICLES]
    for one, other in pairwise(rest):
        initial, name = (one, other) if one.is_initial else (other, one)
        is_sure = initial.next_sign == "." or initial.is_title_case or name.is_surname
        if initial.is_initial and is_sure and (name.is_name or name.is_strange):
            return True
    return False


def _has_house(words: list[_Word]) -> bool:
    """Tell whether a number, but no year, follows an unknown word, which is then probably a street."""
    for one, other in pairwise(words):
        is_number = _HOUSE.fullmatch(other.text) and not _YEAR.fullmatch(other.text)
        if is_number and len(one.text) >= SHORTEST_STREET and one.is_strange:
            return True
    return False
