"""Languages are chosen from a list; what members wrote before there was one is not lost."""

from importlib import import_module
from typing import Any

import pytest

from members.choices import Language

MIGRATION: Any = import_module("members.migrations.0005_languages")


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Nederlands, Engels", ["nl", "en"]),
        ("nederlands; ENGELS / duits & Frans", ["nl", "en", "de", "fr"]),
        ("Nederlands, Engels en Nederlandse Gebarentaal.", ["nl", "en", "dse"]),
        ("nl, en", ["nl", "en"]),
        ("Dutch and English\nTürkçe", ["nl", "en", "tr"]),
        ("Nederlands, nederlands", ["nl"]),
        ("Nederlands, Oudgrieks", ["nl", "Oudgrieks"]),
        (
            "Nederlands, Engels (lezen en schrijven, geen spreken)",
            ["nl", "Engels (lezen en schrijven, geen spreken)"],
        ),
        ("Een beetje Duits", ["Een beetje Duits"]),
        (" , ", []),
    ],
)
def test_a_text_becomes_a_list_and_keeps_what_the_list_does_not_have(text: str, languages: list[str]) -> None:
    assert MIGRATION.read_languages(text) == languages


def test_every_language_is_recognised_by_its_name() -> None:
    names = [str(label) for label in Language.labels]
    assert MIGRATION.read_languages(", ".join(names)) == Language.values
    assert MIGRATION.NAMES.keys() == set(Language.values)


def test_a_list_becomes_a_text_that_becomes_the_same_list() -> None:
    for languages in (["nl", "dse", "Oudgrieks"], ["uk", "nds"], []):
        assert MIGRATION.read_languages(MIGRATION.write_languages(languages)) == languages
    assert len(MIGRATION.write_languages(Language.values)) <= 150
