"""What a letter looks like: text and HTML say the same, and nothing in it can break out."""

from typing import Any

import pytest

from mail.letters import Button, Letter, build_message

LETTER = Letter(
    "Een vraag\r\nBcc: ander@adres.example",
    ("Er is een vraag.", "https://knooppunt.example/a/"),
    why="Je krijgt hem omdat dit een proef is.",
    stop="Zo stopt het.",
    button=Button("Lees de vraag", "/berichten/1/"),
    quote="Hoe\ndoe je <b>dat</b>?",
    after=("Tot slot.",),
)


@pytest.fixture
def message(settings: Any) -> Any:
    settings.WAGTAILADMIN_BASE_URL = "https://www.knooppunt.example"
    return build_message(LETTER, to="noor@gemeente.example", name="Noor de Proef", first_name="Noor")


def test_the_text_says_for_whom_why_and_how_it_stops(message: Any) -> None:
    assert message.body == (
        "Hallo Noor,\n\nEr is een vraag.\n\nhttps://knooppunt.example/a/\n\n"
        "> Hoe\n> doe je <b>dat</b>?\n\n"
        "Lees de vraag:\nhttps://www.knooppunt.example/berichten/1/\n\nTot slot.\n\nGroet, Knooppunt\n\n"
        "Deze e-mail is voor Noor de Proef. Je krijgt hem omdat dit een proef is.\nZo stopt het."
    )


def test_the_html_says_the_same_and_shows_what_was_typed_as_text(message: Any) -> None:
    html = message.alternatives[0].content
    for text in ("Hallo Noor,", "Er is een vraag.", "Tot slot.", "Deze e-mail is voor Noor de Proef."):
        assert text in html
    assert "doe je &lt;b&gt;dat&lt;/b&gt;?" in html
    assert 'href="https://www.knooppunt.example/berichten/1/"' in html


def test_the_html_fetches_nothing(message: Any) -> None:
    html = message.alternatives[0].content
    assert not any(sign in html for sign in ("<img", "src=", "url(", "<link", "<script"))


def test_a_line_break_in_a_subject_begins_no_header(message: Any) -> None:
    assert message.subject == "Een vraag Bcc: ander@adres.example"
    assert message.message()["Bcc"] is None


def test_a_letter_to_nobody_in_particular_names_nobody() -> None:
    message = build_message(LETTER, to="noor@gemeente.example")
    assert message.body.startswith("Hallo,\n")
    assert "is voor" not in message.body
