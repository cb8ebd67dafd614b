"""What names are in a question: people leave out what goes before the name."""

import pytest

from search.text.names import call_names


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Gemeente Breda", ["breda", "gemeente breda"]),
        ("De Bilt", ["bilt", "de bilt"]),
        (
            "Hoogheemraadschap van Rijnland",
            ["hoogheemraadschap van rijnland", "rijnland", "van rijnland"],
        ),
        (
            "Ministerie van Economische Zaken",
            ["economische zaken", "ministerie van economische zaken", "van economische zaken"],
        ),
        ("Alphen aan den Rijn", ["alphen aan den rijn"]),
        ("'s-Hertogenbosch", ["s hertogenbosch"]),
        ("Súdwest-Fryslân", ["sudwest fryslan"]),
        ("I&W", ["i w"]),
        ("Noor de Vries", ["noor de vries"]),
    ],
)
def test_a_name_is_called_in_full_and_without_what_goes_before_it(name: str, called: list[str]) -> None:
    assert call_names((name,)) == called


def test_what_goes_before_a_name_is_no_name_by_itself() -> None:
    assert call_names(("Gemeente", "De", "Stichting van de")) == ["stichting van de", "van de"]


def test_signs_are_no_name_and_the_same_name_comes_once() -> None:
    assert call_names(("", "…", "Breda", "BREDA", "Gemeente Breda")) == ["breda", "gemeente breda"]


def test_a_name_is_not_found_by_a_part_in_the_middle() -> None:
    assert "noord" not in call_names(("Gemeente Breda Noord",))
    assert "breda" not in call_names(("Gemeente Breda Noord",))
