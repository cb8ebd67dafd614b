"""`make lexicon`: make the word lists in `search/text/data/` from Hunspell's Dutch dictionary, how common words are, and names.

Sources: Debian's `hunspell-nl` and `wdutch` (OpenTaal; BSD or CC BY 3.0) and the Python package `wordfreq` (its data: CC BY-SA
4.0). What comes out is data under CC BY-SA 4.0; `search/text/data/README.md` names the sources. Two runs give the same bytes.
"""

import csv
import gzip
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import hunspell
import packages
from console import say, step
from environment import ROOT

sys.path.insert(0, str(ROOT))
from search.text.compounds import BEGIN, END, MIDDLE, Part, Splitter

DATA = ROOT / "search" / "text" / "data"
DICTIONARIES = Path("/usr/share/hunspell")
WORD_LIST = Path("/usr/share/dict/dutch")
REGISTER = ROOT / "organisations" / "data" / "organisations.csv"
KINDS_WITH_PLACE = {"gemeente", "provincie", "waterschap"}
TOOLS = ("wordfreq==3.1.1", "snowballstemmer==3.1.1")

ANYWHERE = BEGIN + MIDDLE + END
MAY_BEGIN, MAY_MIDDLE, MAY_END, LINKING_S = {"Ca", "CA", "Ce"}, {"Cb", "CB", "Ce"}, {"Cc"}, {"Ch", "Cd"}
NOUN = {
    "Za",
    "Zb",
    "Zc",
    "Zd",
    "Ze",
    "Zf",
    "Zg",
    "Zh",
    "Zi",
    "Zj",
    "Zk",
    "Zm",
    "Zu",
    "Zx",
    "Ya",
    "Yb",
    "Yc",
    "Yd",
    "Ye",
    "Yf",
}
VERB, THIRD_PERSON, INFINITIVE = "V3", "VB3", "Vi"
PLURAL, DIMINUTIVE, ADJECTIVE = "NN2", "NN1r", "AJe"
COMPOUND_FLAGS = MAY_BEGIN | MAY_MIDDLE | MAY_END | LINKING_S

LEAST_ZIPF_OF_NOUN, LEAST_ZIPF_OF_ADJECTIVE, LEAST_ZIPF_OF_FORM = 2.5, 3.5, 1.5
LEAST_ZIPF_OF_WHOLE_ADJECTIVE, LEAST_ZIPF_OF_ENGLISH = 3.0, 1.5
SHORTEST_ADJECTIVE, SHORTEST_STEM = 5, 3
PRODUCTIVE, PRODUCTIVE_VERB = 12, 3  # known endings that a beginning stands before
MOST_ENGLISH = 20_000
GAP = 2.4  # a word this much more common than its rarest part is no compound of it: noodzaak, slachtoffer
ENOUGH_FOR_ENDING = 3.0
BEGINNINGS_OF_VERBS = re.compile("be|ver|ont|her|ge|over|uit|aan|af|op|in|door|onder|voor|toe|weer|om")
NO_BEGINNING = re.compile(
    "(ge|be|ver)$|^(onge|verz|verk|aank|aans|onts|uits|onbe|neuk|neger|doods|gods)$"
    "|^her(aan|af|be|door|in|om|onder|ont|op|over|toe|uit|ver|voor)$"
)


class Lexicon:
    """Gathers what may stand in a compound, and which words only look like one."""

    def __init__(
        self,
        dictionary: hunspell.Dictionary,
        zipf: dict[str, float],
        english: dict[str, float],
        word_list: Iterable[str],
    ) -> None:
        """Take the sources; `zipf` and `english` say how common words are in Dutch and English."""
        self.by_hand = tomllib.loads((ROOT / "scripts" / "data" / "lexicon.toml").read_text(encoding="utf-8"))
        self.dictionary, self.zipf, self.english = dictionary, zipf, english
        self.words = sorted({word for word in word_list if hunspell.WORD.fullmatch(word)})
        self.places: dict[str, set[str]] = {}
        self.listed: dict[str, set[str]] = {}
        self.bases: dict[str, str] = {}
        self.plurals: dict[str, str] = {}

    def gather(self) -> None:
        """Read the dictionary, what is productive in the word list, and what is kept by hand."""
        for word in sorted(self.dictionary.words):
            self._add_word(word)
        self.plurals |= self.by_hand["plurals"]
        self._add_productive()
        self._add_by_hand()
        self._refuse(
            set(self.by_hand["prefixes"].split()) - set(self.by_hand["beginnings"].split()), BEGIN + MIDDLE
        )
        self._refuse([*self.by_hand["suffixes"].split(), *self.by_hand["numerals"].split()], END)

    def _allow(self, word: str, places: Iterable[str], *, is_listed: bool = True) -> None:
        """Let a word stand in these places."""
        if not places:
            return
        self.places.setdefault(word, set()).update(places)
        if is_listed:
            self.listed.setdefault(word, set()).update(places)

    def _refuse(self, words: Iterable[str], places: Iterable[str]) -> None:
        """Keep words out of these places."""
        for word in words:
            self.places.get(word, set()).difference_update(places)
            self.listed.get(word, set()).difference_update(places)

    def _add_word(self, word: str) -> None:
        """Add a word of the dictionary and its forms, in the places that its flags name, and nouns everywhere."""
        flags = self.dictionary.words[word]
        self._allow(
            word,
            {
                place
                for place, names in zip(ANYWHERE, (MAY_BEGIN, MAY_MIDDLE, MAY_END), strict=True)
                if flags & names
            },
        )
        is_noun = (
            bool(flags & (NOUN | MAY_BEGIN)) and len(word) > 3 and self._zipf(word) >= LEAST_ZIPF_OF_NOUN
        )
        if is_noun:
            self._allow(word, ANYWHERE, is_listed=False)
        for form, flag, rule in self.dictionary.forms(word):
            if flag in LINKING_S:
                self._allow(form, BEGIN + MIDDLE)
                self.bases.setdefault(form, word)
            elif rule.speech == PLURAL:
                self.plurals.setdefault(form, word)
                self._allow(
                    form, (BEGIN + MIDDLE if "Ca" in rule.flags else "") + (END if flags & MAY_END else "")
                )
                self._allow(form, ANYWHERE if is_noun else "", is_listed=False)
            elif (
                rule.speech == ADJECTIVE
                and len(word) >= SHORTEST_ADJECTIVE
                and self._zipf(word) >= LEAST_ZIPF_OF_ADJECTIVE
            ):
                self._allow(word, END, is_listed=False)
                self._allow(form, END, is_listed=False)
            elif rule.speech == DIMINUTIVE and self._zipf(form) >= LEAST_ZIPF_OF_NOUN:
                self._allow(form, END, is_listed=False)

    def _add_productive(self) -> None:
        """Add beginnings that stand before many known endings in the word list, verbs among them."""
        endings = {
            word
            for word, places in self.places.items()
            if END in places and len(word) > 3 and self._zipf(word) >= 2.5
        }
        seen = Counter(
            word[:end] for word in self.words for end in range(4, len(word) - 3) if word[end:] in endings
        )
        for beginning, count in sorted(seen.items()):
            is_verb = VERB in self.dictionary.words.get(beginning, ())
            enough = PRODUCTIVE_VERB if is_verb else PRODUCTIVE
            if count < enough or beginning in self.places or (not is_verb and NO_BEGINNING.search(beginning)):
                continue
            self._allow(beginning, BEGIN + MIDDLE if is_verb else BEGIN)
            if beginning.endswith("s") and beginning[:-1] in self.places:
                self.bases.setdefault(beginning, beginning[:-1])

    def _add_by_hand(self) -> None:
        """Add what is kept by hand, with the plurals of short words."""
        plurals_of = {singular: plural for plural, singular in self.plurals.items()}
        for word in [
            *self.by_hand["short"].split(),
            *self.by_hand["plurals"],
            *self.by_hand["plurals"].values(),
        ]:
            for form in filter(None, (word, plurals_of.get(word))):
                self._allow(form, ANYWHERE)
        for word in self.by_hand["endings"].split():
            self._allow(word, END)
            self.zipf[word] = max(self._zipf(word), ENOUGH_FOR_ENDING)
        for word in self.by_hand["beginnings"].split():
            self._allow(word, BEGIN + MIDDLE)

    def _zipf(self, word: str) -> float:
        """Return how common a word is; 0 for one that was not met."""
        return self.zipf.get(word, 0.0)

    def build_parts(self) -> dict[str, Part]:
        """Return the parts by word, without accents."""
        parts = {}
        for word in sorted(filter(self.places.get, self.places)):
            places, listed = (
                "".join(p for p in ANYWHERE if p in known.get(word, ()))
                for known in (self.places, self.listed)
            )
            base = self.bases.get(word, word)
            zipf = round(max(self._zipf(word), self._zipf(base)), 1)
            parts[hunspell.fold(word)] = Part(places, listed, zipf, hunspell.fold(base))
        return parts

    def find_whole(self, splitter: Splitter) -> set[str]:
        """Return the words that the splitter would cut but are whole.

        Names, verbs and what is made of them, common adjectives, English, and words far more common than a part.
        """
        verbs = {word for word, flags in self.dictionary.words.items() if _is_verb(word, flags)}
        words = (
            self.dictionary.names
            | _read_places()
            | verbs
            | self._nouns_of_verbs()
            | self._adjectives()
            | self._english()
        )
        whole = set(map(hunspell.fold, words))
        whole |= {word for word in map(hunspell.fold, self.zipf) if self._is_too_common(word, splitter)}
        singulars = {
            hunspell.fold(plural): hunspell.fold(word)
            for plural, word in self.plurals.items()
            if len(word) > 6
        }
        splitter.whole = whole
        whole |= {plural for plural, word in singulars.items() if not splitter.split(word)}
        return {word for word in whole if splitter.cheapest(word)}

    def _adjectives(self) -> set[str]:
        """Return the common adjectives with their forms: `geografische` is no `grafische` of a certain kind."""
        common = {word for word in self.dictionary.words if self._zipf(word) >= LEAST_ZIPF_OF_WHOLE_ADJECTIVE}
        forms = {
            word: [form for form, _, rule in self.dictionary.forms(word) if rule.speech == ADJECTIVE]
            for word in common
        }
        return {
            form for word, forms_of_word in forms.items() if forms_of_word for form in (word, *forms_of_word)
        }

    def _nouns_of_verbs(self) -> set[str]:
        """Return the nouns in -ing of verbs: `rangschikking` is of `rangschikken`, not a `schikking`."""
        return {
            f"{word[:-2]}ing"
            for word, flags in self.dictionary.words.items()
            if INFINITIVE in flags and word[-2:] == "en"
        }

    def _english(self) -> set[str]:
        """Return the words that are as common in English as in Dutch, or more: `spreadsheet`."""
        return {
            word
            for word, zipf in self.english.items()
            if zipf >= max(LEAST_ZIPF_OF_ENGLISH, self._zipf(word))
        }

    def _is_too_common(self, word: str, splitter: Splitter) -> bool:
        """Tell whether a word is far more common than the rarest of the parts that it would have."""
        parts = splitter.cheapest(word)
        return bool(parts) and self._zipf(word) - min(splitter.parts[part].zipf for part in parts) > GAP


def _read_places() -> set[str]:
    """Return the names of places in the register of organisations, each part of a double one by itself."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] in KINDS_WITH_PLACE]
    names = {name.strip().lower() for row in rows for name in (row["short_name"], *row["aliases"].split(";"))}
    parts = [name.split("-") for name in names if " " not in name]
    return {part for row in parts for part in row if hunspell.WORD.fullmatch(part)}


def _is_verb(word: str, flags: hunspell.Flags) -> bool:
    """Tell whether a word is a verb that begins like one, and not a noun as well."""
    is_verb = bool(flags & {INFINITIVE, "Pj", "Pm", "Pp", "Ps", "Pr"}) and not flags & COMPOUND_FLAGS
    return is_verb and len(word) > 6 and bool(BEGINNINGS_OF_VERBS.match(word))


def build_stems(lexicon: Lexicon) -> dict[str, str]:
    """Return the forms that the stemmer would not join with their word, each with the stem to give it."""
    import snowballstemmer  # noqa: PLC0415  only in the environment that this script makes for itself

    stem = snowballstemmer.stemmer("dutch_porter").stemWord  # that of the engine
    stems: dict[str, str] = {}
    for form, word in [*sorted(lexicon.plurals.items()), *_verb_forms(lexicon)]:
        form, word = hunspell.fold(form), hunspell.fold(word)  # noqa: PLW2901  the stemmer gets words without accents
        if (lexicon.zipf.get(form, 0) >= LEAST_ZIPF_OF_FORM or form in lexicon.by_hand["plurals"]) and stem(
            form
        ) != stem(word):
            stems.setdefault(form, stem(word))
    return stems


def _verb_forms(lexicon: Lexicon) -> Iterable[tuple[str, str]]:
    """Yield forms of verbs with their infinitive, common verbs first: `voorspelt` and `voorspelde` of `voorspellen`."""
    words = lexicon.dictionary.words
    for infinitive in sorted({*words, *lexicon.zipf}, key=lambda word: (-lexicon.zipf.get(word, 0), word)):
        stem = _verb_stem(infinitive)
        if len(stem) < SHORTEST_STEM or VERB not in words.get(stem, ()):
            continue
        forms = {
            form
            for form, _, rule in lexicon.dictionary.forms(stem)
            if rule.speech in {THIRD_PERSON, "VBh1", "VBh"}
        }
        forms |= {start + stem + end for start in ("", "ge") for end in ("d", "t", "de", "te")}
        for form in sorted(forms):
            if not words.get(form, frozenset()) & (COMPOUND_FLAGS | NOUN) and form not in lexicon.plurals:
                yield form, infinitive


def _verb_stem(infinitive: str) -> str:
    """Return the stem by the rules of Dutch spelling: beheren → beheer, voorspellen → voorspel, leven → leef."""
    stem = infinitive.removesuffix("en") if infinitive.endswith("en") else ""
    if len(stem) > 2 and stem[-1] == stem[-2]:
        stem = stem[:-1]
    elif re.search(r"(^|[^aeiou])[aeou][^aeiouwjx]$", stem) and not stem.endswith(
        ("er", "el", "en", "ig", "em")
    ):
        stem = stem[:-1] + stem[-2] + stem[-1]
    elif (
        re.search(r"[^aeiou][e]r$", stem)
        and stem + "en" == infinitive
        and stem.endswith(("her", "der", "ber", "seer"))
    ):
        stem = f"{stem[:-1]}er"
    return stem[:-1] + {"v": "f", "z": "s"}.get(stem[-1:], stem[-1:])


def main() -> None:
    """Write the lists."""
    _ensure_tools()
    from wordfreq import get_frequency_dict, top_n_list, zipf_frequency  # noqa: PLC0415  only in the environment of this script

    with step("reading the dictionary"):
        zipf, english = (
            {
                word: zipf_frequency(word, language, wordlist="large")
                for word in get_frequency_dict(language, "large")
            }
            for language in ("nl", "en")
        )
        lexicon = Lexicon(
            hunspell.read(DICTIONARIES), zipf, english, WORD_LIST.read_text(encoding="utf-8").split()
        )
        lexicon.gather()
    with step("finding words that are whole"):
        splitter = Splitter(lexicon.build_parts())
        whole = lexicon.find_whole(splitter)
    rows = [
        f"{word}\t{part.places}\t{part.listed}\t{part.zipf * 10:.0f}\t{part.base if part.base != word else ''}"
        for word, part in splitter.parts.items()
    ]
    _write("parts.tsv", rows)
    _write("whole.txt", sorted(whole))
    _write(
        "english.txt",
        sorted(word for word in top_n_list("en", MOST_ENGLISH) if hunspell.WORD.fullmatch(word)),
    )
    _write("stems.txt", [f"{form} = {stem}" for form, stem in sorted(build_stems(lexicon).items())])


def _ensure_tools() -> None:
    """Install what is needed in an environment of its own, and go on in there."""
    home = ROOT / "var" / "lexicon"
    python = home / "bin" / "python"
    if Path(sys.prefix) == home:
        return
    packages.ensure([packages.DUTCH_WORDS])
    if not python.exists():
        with step("installing the tools"):
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *TOOLS], check=True)
    os.execv(python, [str(python), __file__])  # noqa: S606  the same script, in its own environment


def _write(name: str, lines: list[str]) -> None:
    """Write a list, packed in a way that gives the same bytes each time."""
    packed = gzip.compress("\n".join([*lines, ""]).encode(), compresslevel=9, mtime=0)
    (DATA / f"{name}.gz").write_bytes(packed)
    say(f"{name}: {len(lines)} lines, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
