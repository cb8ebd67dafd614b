"""The English interface is complete: every text of the code and the templates has a translation that fits."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext, ngettext, override
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
ROOMS = """
core users taxonomy organisations members practices curation querylog search pages desk api demo site
""".split()
FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd](?!\w)|\{\w*\}|</?\w+>")
# The same word in both languages.
ALIKE = {
    "Expertise", "Links", "links", "Filters", "Menu", "Partner", "Privacy", "Register", "Website", "Effect",
    "Print", "account", "accounts", "open", "document", "expert", "expertise", "maker", "website", "Score",
    "‘%(word)s’ in %(where)s: %(points)s", "‘%(word)s’ (%(where)s)", "Document", "Filters (%(n)s actief)",
    "Document, %(kind)s, %(size)s", "API", "Indigo", "Violet", "Sranantongo", "Tamazight",
    "%(bodies)s in %(province)s",
}  # fmt: skip
DUTCH = re.compile(
    r"\b(Zoeken|Inloggen|Praktijkvoorbeelden|Organisaties|Leden|Vorige|Volgende|Deel dit voorbeeld|"
    r"In het kort|Bronnen|Op deze pagina|"
    r"Hier lijkt het op|resultaten|Wachtwoord|Word lid|Kruimelpad|Landelijk|Nog niet bekend|Bijgewerkt)\b"
)


def texts_of_python() -> Iterator[tuple[str, ...]]:
    """Yield the texts that Python code has translated: one, or singular and plural."""
    for path in [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                count = 2 if node.func.id.startswith("n") else 1
                texts = [
                    ast.literal_eval(part) for part in node.args[:count] if isinstance(part, ast.Constant)
                ]
                if len(texts) == count:
                    yield tuple(texts)


def texts_of_templates() -> Iterator[tuple[str, ...]]:
    """Yield the texts that templates have translated."""
    literal = r"(u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")"
    calls = re.compile(rf"n?gettext\({literal}(?:,\s*{literal},)?")
    for path in (ROOT / "templates").rglob("*.*"):
        for call in calls.finditer(templatize(path.read_text())):
            yield tuple(ast.literal_eval(text) for text in call.groups() if text)


TEXTS = sorted({texts for texts in [*texts_of_python(), *texts_of_templates()] if texts[0].strip()})


def test_the_texts_are_found() -> None:
    assert len(TEXTS) > 550
    assert ("Zoeken",) in TEXTS
    assert ("%(n)s lid", "%(n)s leden") in TEXTS


def test_every_text_has_an_english_one() -> None:
    with override("en"):
        missing = [texts for texts in TEXTS if _translate(texts)[0] == texts[0] and texts[0] not in ALIKE]
    # Texts of Django, Wagtail and allauth are in English to begin with, and have a Dutch translation.
    with override("nl"):
        ours = [texts for texts in missing if _translate(texts)[0] == texts[0]]
    assert ours == []


def test_a_translation_has_the_same_places_to_fill_in() -> None:
    with override("en"):
        wrong = [
            (text, other)
            for texts in TEXTS
            for text, other in zip(texts, _translate(texts), strict=True)
            if sorted(set(PLACEHOLDER.findall(text))) != sorted(set(PLACEHOLDER.findall(other)))
        ]
    assert wrong == []


def _translate(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts in the active language."""
    return (gettext(texts[0]),) if len(texts) == 1 else (ngettext(*texts, 1), ngettext(*texts, 2))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/en/",
        "/en/zoeken/",
        "/en/zoeken/?q=weg&provincie=landelijk",
        "/en/praktijkvoorbeelden/",
        "/en/organisaties/",
        "/en/over/",
        "/en/accounts/login/",
        "/en/accounts/signup/",
        "/en/accounts/password/reset/",
        "/en/bestaat-niet/",
    ],
)
def test_an_english_page_has_no_dutch_words_of_the_interface(
    address: str, client: Client, site_frame: Any
) -> None:
    page = client.get(address).text
    shown = re.sub(r"<script.*?</script>|<[^>]+lang=\"nl\"[^>]*>.*?</|<[^>]+>", " ", page, flags=re.DOTALL)
    assert 'lang="en"' in page
    assert DUTCH.findall(shown) == []
