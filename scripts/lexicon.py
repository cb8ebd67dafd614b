"""`make lexicon`: make the word lists in `search/text/data/` from a dictionary, word frequencies and names.

Sources: Debian's `hunspell-nl` and `wdutch` (OpenTaal; BSD or CC BY 3.0) and the Python package `wordfreq`
(its data: CC BY-SA 4.0). The result is data under CC BY-SA 4.0; `search/text/data/README.md` names the
sources. Two runs give the same bytes.
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
# Flags of the dictionary (`nl.aff`): the places of a word in a compound, and what kind of word it is.
MAY_BEGIN, MAY_MIDDLE, MAY_END, LINKING_S = {"Ca", "CA", "Ce"}, {"Cb", "CB", "Ce"}, {"Cc"}, {"Ch", "Cd"}
NOUN = set("Za Zb Zc Zd Ze Zf Zg Zh Zi Zj Zk Zm Zu Zx Ya Yb Yc Yd Ye Yf".split())
VERB, THIRD_PERSON, INFINITIVE = "V3", "VB3", "Vi"
PLURAL, DIMINUTIVE, ADJECTIVE = "NN2", "NN1r", "AJe"
COMPOUND_FLAGS = MAY_BEGIN | MAY_MIDDLE | MAY_END | LINKING_S

# Zipf frequencies (of wordfreq; 3 is once in a million words) below which a word is too rare to count.
LEAST_ZIPF_OF_NOUN, LEAST_ZIPF_OF_ADJECTIVE, LEAST_ZIPF_OF_FORM = 2.5, 3.5, 1.5
LEAST_ZIPF_OF_WHOLE_ADJECTIVE, LEAST_ZIPF_OF_ENGLISH = 3.0, 1.5
SHORTEST_ADJECTIVE, SHORTEST_STEM = 5, 3  # letters; shorter ones are found in too many words
PRODUCTIVE, PRODUCTIVE_VERB = 12, 3  # known endings that a beginning stands before
MOST_ENGLISH = 20_000  # words, the most common first
MOST_DUTCH = 40_000  # words: verbs such as `sproeien` are among them, and hardly a typing error
GAP = 2.4  # a word this much more common than its rarest part is no compound of it: noodzaak, slachtoffer
ENOUGH_FOR_ENDING = 3.0  # the frequency that an ending kept by hand has at least
UNSTRESSED = ("er", "el", "en", "ig", "em")  # ends of stems in which no vowel is doubled
LONG_E = ("her", "der", "ber", "seer")  # ends of stems in which the e is long all the same: beheer
BEGINNINGS_OF_VERBS = re.compile("be|ver|ont|her|ge|over|uit|aan|af|op|in|door|onder|voor|toe|weer|om")
NO_BEGINNING = re.compile(
    "(ge|be|ver)$|^(onge|verz|verk|aank|aans|onts|uits|onbe|neuk|neger|doods|gods)$"
    "|^her(aan|af|be|door|in|om|onder|ont|op|over|toe|uit|ver|voor)$"
)


class Lexicon:
    """Gathers which words may be parts of compounds, and which words only look like compounds."""

    def __init__(
        self,
        dictionary: hunspell.Dictionary,
        zipf: dict[str, float],
        english: dict[str, float],
        word_list: Iterable[str],
    ) -> None:
        """Take the sources; `zipf` and `english` are the frequencies of words in Dutch and English."""
        self.by_hand = tomllib.loads((ROOT / "scripts" / "data" / "lexicon.toml").read_text(encoding="utf-8"))
        self.dictionary, self.zipf, self.english = dictionary, zipf, english
        self.words = sorted({word for word in word_list if hunspell.WORD.fullmatch(word)})
        self.places: dict[str, set[str]] = {}
        self.listed: dict[str, set[str]] = {}
        self.bases: dict[str, str] = {}
        self.plurals: dict[str, str] = {}

    def gather(self) -> None:
        """Read the dictionary, the productive beginnings of the word list, and the words kept by hand."""
        for word in sorted(self.dictionary.words):
            self._add_word(word)
        self.plurals |= self.by_hand["plurals"]
        self._add_productive()
        self._add_by_hand()
        prefixes = set(self.by_hand["prefixes"].split()) - set(self.by_hand["beginnings"].split())
        self._refuse(prefixes, BEGIN + MIDDLE)
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
        """Add a word of the dictionary and its forms: in the places of its flags, and nouns everywhere."""
        flags, zipf = self.dictionary.words[word], self._zipf(word)
        flags_of_places = zip(ANYWHERE, (MAY_BEGIN, MAY_MIDDLE, MAY_END), strict=True)
        self._allow(word, {place for place, names in flags_of_places if flags & names})
        is_noun = bool(flags & (NOUN | MAY_BEGIN)) and len(word) > 3 and zipf >= LEAST_ZIPF_OF_NOUN
        is_adjective = len(word) >= SHORTEST_ADJECTIVE and zipf >= LEAST_ZIPF_OF_ADJECTIVE
        if is_noun:
            self._allow(word, ANYWHERE, is_listed=False)
        for form, flag, rule in self.dictionary.forms(word):
            if flag in LINKING_S:
                self._allow(form, BEGIN + MIDDLE)
                self.bases.setdefault(form, word)
            elif rule.speech == PLURAL:
                self.plurals.setdefault(form, word)
                before = BEGIN + MIDDLE if "Ca" in rule.flags else ""
                self._allow(form, before + (END if flags & MAY_END else ""))
                self._allow(form, ANYWHERE if is_noun else "", is_listed=False)
            elif rule.speech == ADJECTIVE and is_adjective:
                self._allow(word, END, is_listed=False)
                self._allow(form, END, is_listed=False)
            elif rule.speech == DIMINUTIVE and self._zipf(form) >= LEAST_ZIPF_OF_NOUN:
                self._allow(form, END, is_listed=False)

    def _add_productive(self) -> None:
        """Add beginnings that stand before many known endings in the word list, verbs among them."""
        known = {word for word, places in self.places.items() if END in places and len(word) > 3}
        endings = {word for word in known if self._zipf(word) >= LEAST_ZIPF_OF_NOUN}
        cuts = ((word[:end], word[end:]) for word in self.words for end in range(4, len(word) - 3))
        seen = Counter(beginning for beginning, ending in cuts if ending in endings)
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
        pairs = self.by_hand["plurals"]
        for word in [*self.by_hand["short"].split(), *pairs, *pairs.values()]:
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
            places, listed = _in_order(self.places[word]), _in_order(self.listed.get(word, ()))
            base = self.bases.get(word, word)
            zipf = round(max(self._zipf(word), self._zipf(base)), 1)
            parts[hunspell.fold(word)] = Part(places, listed, zipf, hunspell.fold(base))
        return parts

    def find_whole(self, splitter: Splitter) -> set[str]:
        """Return the words that the splitter would cut although they are no compounds.

        Names, verbs and their nouns, common adjectives, English, and words far more common than one of their
        parts.
        """
        verbs = {word for word, flags in self.dictionary.words.items() if _is_verb(word, flags)}
        words = self.dictionary.names | _read_places() | verbs
        words |= self._nouns_of_verbs() | self._adjectives() | self._english()
        whole = set(map(hunspell.fold, words))
        whole |= {word for word in map(hunspell.fold, self.zipf) if self._is_too_common(word, splitter)}
        long = {plural: word for plural, word in self.plurals.items() if len(word) > 6}
        singulars = {hunspell.fold(plural): hunspell.fold(word) for plural, word in long.items()}
        splitter.whole = whole
        whole |= {plural for plural, word in singulars.items() if not splitter.split(word)}
        return {word for word in whole if splitter.cheapest(word)}

    def _adjectives(self) -> set[str]:
        """Return the common adjectives and their forms: `geografische` is not `geo` and `grafische`."""
        found = set()
        for word in self.dictionary.words:
            if self._zipf(word) < LEAST_ZIPF_OF_WHOLE_ADJECTIVE:
                continue
            forms = [form for form, _, rule in self.dictionary.forms(word) if rule.speech == ADJECTIVE]
            found.update([word, *forms] if forms else [])
        return found

    def _nouns_of_verbs(self) -> set[str]:
        """Return the nouns in -ing of verbs: `rangschikking` is of `rangschikken`, not a `schikking`."""
        infinitives = [word for word, flags in self.dictionary.words.items() if INFINITIVE in flags]
        return {f"{word[:-2]}ing" for word in infinitives if word.endswith("en")}

    def _english(self) -> set[str]:
        """Return the words that are as common in English as in Dutch, or more: `spreadsheet`."""
        common = {word: zipf for word, zipf in self.english.items() if zipf >= LEAST_ZIPF_OF_ENGLISH}
        return {word for word, zipf in common.items() if zipf >= self._zipf(word)}

    def _is_too_common(self, word: str, splitter: Splitter) -> bool:
        """Tell whether a word is far more common than the rarest of the parts that it would have."""
        parts = splitter.cheapest(word)
        return bool(parts) and self._zipf(word) - min(splitter.parts[part].zipf for part in parts) > GAP


def _in_order(places: Iterable[str]) -> str:
    """Return places as a text, in the order in which a compound has them."""
    return "".join(place for place in ANYWHERE if place in places)


def _read_places() -> set[str]:
    """Return the names of places in the register of organisations; double names in their parts."""
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
    """Return the stems of forms to which the stemmer gives another stem than to their word."""
    import snowballstemmer  # noqa: PLC0415  only in the environment that this script makes for itself

    stem = snowballstemmer.stemmer("dutch_porter").stemWord  # that of the engine
    stems: dict[str, str] = {}
    for form, word in [*sorted(lexicon.plurals.items()), *_verb_forms(lexicon)]:
        # The stemmer gets words without accents.
        form, word = hunspell.fold(form), hunspell.fold(word)  # noqa: PLW2901
        counts = lexicon.zipf.get(form, 0) >= LEAST_ZIPF_OF_FORM or form in lexicon.by_hand["plurals"]
        if counts and stem(form) != stem(word):
            stems.setdefault(form, stem(word))
    return stems


def _verb_forms(lexicon: Lexicon) -> Iterable[tuple[str, str]]:
    """Yield forms of verbs with their infinitive, common verbs first: `voorspelt` of `voorspellen`."""
    words = lexicon.dictionary.words
    for infinitive in sorted({*words, *lexicon.zipf}, key=lambda word: (-lexicon.zipf.get(word, 0), word)):
        stem = _verb_stem(infinitive)
        if len(stem) < SHORTEST_STEM or VERB not in words.get(stem, ()):
            continue
        speeches = {THIRD_PERSON, "VBh1", "VBh"}
        forms = {form for form, _, rule in lexicon.dictionary.forms(stem) if rule.speech in speeches}
        forms |= {start + stem + end for start in ("", "ge") for end in ("d", "t", "de", "te")}
        for form in sorted(forms):
            if not words.get(form, frozenset()) & (COMPOUND_FLAGS | NOUN) and form not in lexicon.plurals:
                yield form, infinitive


def _verb_stem(infinitive: str) -> str:
    """Return the stem by the rules of Dutch spelling: beheren → beheer, voorspellen → voorspel."""
    stem = infinitive.removesuffix("en") if infinitive.endswith("en") else ""
    if len(stem) > 2 and stem[-1] == stem[-2]:
        stem = stem[:-1]
    elif re.search(r"(^|[^aeiou])[aeou][^aeiouwjx]$", stem) and not stem.endswith(UNSTRESSED):
        stem = stem[:-1] + stem[-2] + stem[-1]
    elif re.search(r"[^aeiou][e]r$", stem) and stem + "en" == infinitive and stem.endswith(LONG_E):
        stem = f"{stem[:-1]}er"
    return stem[:-1] + {"v": "f", "z": "s"}.get(stem[-1:], stem[-1:])


def main() -> None:
    """Write the lists."""
    _ensure_tools()
    # Only the environment of this script has it.
    from wordfreq import top_n_list  # noqa: PLC0415

    with step("reading the dictionary"):
        word_list = WORD_LIST.read_text(encoding="utf-8").split()
        lexicon = Lexicon(hunspell.read(DICTIONARIES), _read_zipf("nl"), _read_zipf("en"), word_list)
        lexicon.gather()
    with step("finding words that are whole"):
        splitter = Splitter(lexicon.build_parts())
        whole = lexicon.find_whole(splitter)
    _write("parts.tsv", [_row(word, part) for word, part in splitter.parts.items()])
    _write("whole.txt", sorted(whole))
    for name, code, most in (("english.txt", "en", MOST_ENGLISH), ("dutch.txt", "nl", MOST_DUTCH)):
        _write(name, sorted(word for word in top_n_list(code, most) if hunspell.WORD.fullmatch(word)))
    _write("stems.txt", [f"{form} = {stem}" for form, stem in sorted(build_stems(lexicon).items())])


def _read_zipf(language: str) -> dict[str, float]:
    """Return the Zipf frequency of each word of a language."""
    from wordfreq import get_frequency_dict, zipf_frequency  # noqa: PLC0415  as above

    words = get_frequency_dict(language, "large")
    return {word: zipf_frequency(word, language, wordlist="large") for word in words}


def _row(word: str, part: Part) -> str:
    """Return a part as a line of the list."""
    base = part.base if part.base != word else ""
    return f"{word}\t{part.places}\t{part.listed}\t{part.zipf * 10:.0f}\t{base}"


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
    """Write a list, compressed in a way that gives the same bytes each time."""
    packed = gzip.compress("\n".join([*lines, ""]).encode(), compresslevel=9, mtime=0)
    (DATA / f"{name}.gz").write_bytes(packed)
    say(f"{name}: {len(lines)} lines, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
