"""Made-up cases in plain Dutch, the same on every machine: documents for benchmarks, not content to show."""

import gzip
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SUBJECTS = (
    "asfaltonderhoud schuldhulpverlening bodemkwaliteit rioolbeheer energieverbruik leegstand "
    "grondwaterstand jeugdzorg verkeersveiligheid afvalinzameling luchtkwaliteit woningbouw parkeerdruk "
    "waterberging schoolverzuim geluidshinder vergunningverlening bermbeheer vastgoedfraude bruginspectie "
    "drinkwater stikstof mobiliteit armoede dijkbewaking zorgvraag"
).split()
MEANS = (
    "sensoren satellietbeelden dashboards basisregistraties beslisbomen kaartlagen meldingen open-data "
    "steekproeven tellingen voorspelmodellen luchtfoto's koppelingen risicokaarten simulaties"
).split()
DOERS = (
    "de gemeente|de provincie|het waterschap|een projectgroep|de wijkregisseur|een onderzoeksteam|"
    "de beheerder"
).split("|")
PLACES = (
    "Almelo Breda Delft Emmen Franeker Goes Hoorn Leiden Meppel Nijmegen Roermond Sneek Tiel Venlo Weert "
    "Zwolle"
).split()
THEMES = "Energie Schulden Veiligheid Wegen Water Wonen Zorg Landbouw".split()
TECHNIQUES = (
    "Beeldherkenning|Data-analyse|Data koppelen|Sensoren|Voorspellend model|Visualisatie|Tekstanalyse"
).split("|")
HEADINGS = ("Aanleiding", "Aanpak", "Data en techniek", "Resultaat", "Geleerde lessen")
PHASES = ("idea", "pilot", "in-use", "scaled", "stopped", "")
SENTENCES = (
    (
        "{doer} wilde eerder weten waar {subject} de meeste aandacht vraagt, "
        "en wat {noun} daarmee te maken heeft."
    ),
    "Met {means} werd duidelijk hoe {subject} en {compound} samenhangen.",
    "Dat vroeg om afspraken over {noun} en {noun}, en om tijd van mensen die {compound} al jaren kennen.",
    (
        "In {place} bleek dat {means} alleen niet genoeg zijn: "
        "wie het werk doet, moet ook met {noun} uit de voeten kunnen."
    ),
    "De eerste metingen van {compound} weken af van wat {doer} had verwacht van {noun}.",
    "Een vergelijking van {noun} met {other} in {place} liet zien waar het beter kon.",
    "Sindsdien bespreekt {doer} elke maand wat de cijfers over {compound} en {noun} zeggen.",
    (
        "Privacy kreeg vanaf het begin aandacht, "
        "want {means} over {noun} kunnen meer laten zien dan de bedoeling is."
    ),
)
# Two to five parts and 70 to 1,200 words, some 390 in the middle.
SECTIONS, PARAGRAPHS, SENTENCES_IN_PARAGRAPH = (2, 5), (1, 1, 2, 2, 4), (2, 5)
SENTENCES_FOR_VECTORS = 300  # real vectors from which `fill.py` makes up those of all passages
WORDS = Path(__file__).resolve().parents[1] / "search" / "text" / "data" / "parts.tsv.gz"
COMPOUNDS = 4000  # different compounds in all cases together


@dataclass(frozen=True)
class Document:
    """A case: headings, each with paragraphs of plain text, and its fields in the exchange format."""

    fields: dict[str, Any]
    sections: list[tuple[str, list[str]]]

    def for_ours(self) -> dict[str, Any]:
        """Return it in the exchange format of Knooppunt."""
        parts: list[str] = []
        for heading, paragraphs in self.sections:
            parts += [f"## {heading}", *paragraphs]
        return self.fields | {"body": "\n\n".join(parts)}

    def for_stock(self) -> dict[str, str]:
        """Return what a plain site keeps of it: title, slug, summary, rich text and one theme."""
        body = ""
        for heading, paragraphs in self.sections:
            body += f"<h2>{heading}</h2>" + "".join(f"<p>{text}</p>" for text in paragraphs)
        plain = {name: self.fields[name] for name in ("slug", "title", "summary")}
        return plain | {"body": body, "theme": self.fields["themes"][0]}


def build_documents(count: int) -> Iterator[Document]:
    """Yield that many cases, always the same ones."""
    return (_build_document(number) for number in range(count))


def _build_document(number: int) -> Document:
    """Return the case with this number."""
    dice = random.Random(f"case {number}")  # noqa: S311
    subject, place = dice.choice(SUBJECTS), dice.choice(PLACES)
    headings = HEADINGS[: dice.randint(*SECTIONS)]
    sections = [
        (heading, [_paragraph(dice, subject) for _ in range(dice.choice(PARAGRAPHS))]) for heading in headings
    ]
    fields = {
        "slug": f"case-{number:05d}",
        "title": f"{subject.capitalize()} in {place} met {dice.choice(MEANS)}",
        "summary": _sentence(dice, subject),
        "themes": dice.sample([theme.lower() for theme in THEMES], dice.randint(1, 2)),
        "techniques": dice.sample(TECHNIQUES, dice.randint(1, 3)),
        "tags": dice.sample(SUBJECTS, 3),
        "organisations": [f"Gemeente {name}" for name in dice.sample(PLACES, dice.randint(1, 3))],
        "reused_by": [f"Gemeente {name}" for name in dice.sample(PLACES, dice.choice((0, 0, 1, 3)))],
        "phase": dice.choice(PHASES),
        "started": dice.randint(2012, 2025),
        "results": [
            {"label": f"minder {dice.choice(SUBJECTS)}", "value": str(dice.randint(2, 60)), "unit": "%"}
        ],
        "lessons": [_sentence(dice, subject) for _ in range(2)],
        "sources": [{"title": f"Verslag over {subject}", "url": f"https://example.org/verslag/{number}"}],
        "published": f"20{dice.randint(18, 25)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
    }
    return Document(fields, sections)


def _paragraph(dice: random.Random, subject: str) -> str:
    """Return a few sentences on a subject."""
    count = dice.randint(*SENTENCES_IN_PARAGRAPH)
    return " ".join(_sentence(dice, subject) for _ in range(count))


def _sentence(dice: random.Random, subject: str) -> str:
    """Return one sentence on a subject."""
    text = dice.choice(SENTENCES)
    while "{noun}" in text:
        text = text.replace("{noun}", _draw(dice, *_nouns()), 1)
    words = {"doer": DOERS, "means": MEANS, "other": SUBJECTS, "place": PLACES}
    filled = {name: dice.choice(choices) for name, choices in words.items()}
    text = text.format(subject=subject, compound=_draw(dice, *_compounds()), **filled)
    return text[0].upper() + text[1:]


def _draw(dice: random.Random, words: list[str], weights: list[float]) -> str:
    """Return one of the words; `weights` are cumulative."""
    return dice.choices(words, cum_weights=weights)[0]


@cache
def _nouns() -> tuple[list[str], list[float]]:
    """Return the Dutch words that compounds are made of, and their cumulative frequencies in real texts."""
    lines = gzip.decompress(WORDS.read_bytes()).decode().splitlines()
    rows = [line.split("\t") for line in lines]
    often = {row[0]: 10 ** (int(row[3]) / 10) for row in rows if row[3] != "0" and len(row[0]) > 3}
    return list(often), list(itertools.accumulate(often.values()))


@cache
def _compounds() -> tuple[list[str], list[float]]:
    """Return words made of two others; the n-th is 1/n as frequent as the first (Zipf's law)."""
    dice = random.Random("compounds")  # noqa: S311
    words = dict.fromkeys(_draw(dice, *_nouns()) + _draw(dice, *_nouns()) for _ in range(COMPOUNDS))
    frequencies = (1 / place for place in range(1, len(words) + 1))
    return list(words), list(itertools.accumulate(frequencies))


def write_documents(count: int, ours: Path, stock: Path) -> None:
    """Write the cases for both sites, one JSON object per line."""
    with ours.open("w", encoding="utf-8") as our_file, stock.open("w", encoding="utf-8") as stock_file:
        for document in build_documents(count):
            our_file.write(json.dumps(document.for_ours(), ensure_ascii=False) + "\n")
            stock_file.write(json.dumps(document.for_stock(), ensure_ascii=False) + "\n")


def build_slugs(count: int, most: int) -> list[str]:
    """Return the slugs of at most `most` cases, spread evenly over all of them."""
    numbers = range(0, count, max(1, count // most))[:most]
    return [f"case-{number:05d}" for number in numbers]


def build_queries(count: int) -> list[str]:
    """Return this number of questions that the cases answer, of one to three words."""
    dice = random.Random("queries")  # noqa: S311
    forms = ("{subject}", "{subject} {place}", "{means} {subject}", "{subject} met {means}")
    words = {"subject": SUBJECTS, "place": PLACES, "means": MEANS}
    queries = []
    for _ in range(count):
        form = dice.choice(forms)
        queries.append(form.format(**{name: dice.choice(choices) for name, choices in words.items()}))
    return queries


def build_new_queries() -> list[str]:
    """Return thousands of different questions, so that one that was not asked before is always left."""
    questions = [" ".join(words) for words in itertools.product(SUBJECTS, MEANS, PLACES)]
    random.Random("new queries").shuffle(questions)  # noqa: S311
    return questions


def build_sentences(count: int = SENTENCES_FOR_VECTORS) -> list[str]:
    """Return at most this number of different sentences, such as cases are made of."""
    dice = random.Random("sentences")  # noqa: S311
    of_each = range(count // len(SUBJECTS))
    return sorted({_sentence(dice, subject) for subject in SUBJECTS for _ in of_each})
