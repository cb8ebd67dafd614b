"""Five hundred hostile messages, each with the outcome that was declared for it before."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMultiAlternatives

from contact.forms import QuestionForm
from contact.models import Conversation, Message
from contact.recipients import Recipient
from contact.texts import name_links, split_links
from mail.letters import Letter, build_message
from users.models import User

MESSAGES = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "hostile.jsonl").read_text().splitlines()
]
KEY = "00000000-0000-4000-8000-000000000000"
EVERY = 10  # of these one goes through the page, the database and the mail
HEADERS = {"Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"}


def test_there_are_five_hundred() -> None:
    assert len(MESSAGES) == 500


def fill_in(row: dict[str, str]) -> QuestionForm:
    """Return the form as somebody sent it."""
    data = {"to": "redactie", "key": KEY, "subject": row["subject"], "text": row["text"]}
    return QuestionForm(data, recipients=[Recipient("")])


def outcome_of(form: QuestionForm) -> str:
    """Return what becomes of it, as the data say it."""
    return "sent" if form.is_valid() else f"refused:{next(iter(form.errors))}"


def build_mail(form: QuestionForm) -> EmailMultiAlternatives:
    """Return the mail that would bring it."""
    letter = Letter(
        form.cleaned_data["subject"], (), quote=name_links(form.cleaned_data["text"]), why="Omdat."
    )
    return build_message(letter, to="sam@adres.example", name="Sam de Proef", first_name="Sam")


@pytest.mark.parametrize("kind", sorted({row["kind"] for row in MESSAGES}))
def test_each_has_the_outcome_that_was_declared(kind: str) -> None:
    rows = [row for row in MESSAGES if row["kind"] == kind]
    found = [(ascii(row["subject"][:40]), ascii(row["text"][:40]), outcome_of(fill_in(row))) for row in rows]
    wanted = [(ascii(row["subject"][:40]), ascii(row["text"][:40]), row["outcome"]) for row in rows]
    assert found == wanted


def test_a_link_leads_where_it_says() -> None:
    for row in (row for row in MESSAGES if "host" in row):
        form = fill_in(row)
        assert form.is_valid()
        hosts = {host for _part, host in split_links(form.cleaned_data["text"]) if host}
        assert hosts == {row["host"]}, ascii(row["text"])


def test_no_mail_has_a_header_markup_or_a_line_that_the_sender_chose() -> None:
    for row in (row for row in MESSAGES if row["outcome"] == "sent"):
        form = fill_in(row)
        assert form.is_valid()
        mail = build_mail(form)
        assert set(mail.message().keys()) == HEADERS, ascii(row)
        lines = mail.body.splitlines()
        ours = {"Hallo Sam,", "", "Groet, Knooppunt", "Deze e-mail is voor Sam de Proef. Omdat."}
        assert all(line in ours or line.startswith("> ") or line == ">" for line in lines), ascii(row)
        page = BeautifulSoup(str(mail.alternatives[0].content), "html.parser")
        names = {tag.name for tag in page.find_all(True)}
        assert names == {"html", "head", "meta", "title", "body", "div", "p", "blockquote"} | (
            names & {"br"}
        ), ascii(row)


@pytest.mark.parametrize("row", MESSAGES[::EVERY], ids=range(0, len(MESSAGES), EVERY))
def test_the_page_takes_or_refuses_it_and_shows_it_as_text(
    as_user: Any, noor: User, sam: User, run_tasks: Any, mailoutbox: list[Any], row: dict[str, str]
) -> None:
    client, address = as_user(noor), f"/berichten/nieuw/?over=member:{sam.member.slug}"
    values = {"to": sam.member.slug, "key": KEY, "subject": row["subject"], "text": row["text"]}
    answer = client.post(address, values)
    if row["outcome"] != "sent":
        assert answer.status_code == 200
        assert f'id="id_{row["outcome"].partition(":")[2]}_error"' in answer.text
        assert not Message.objects.exists()
        return
    assert answer.status_code == 302
    run_tasks()
    assert len(mailoutbox) == 1
    page = BeautifulSoup(as_user(sam).get(Conversation.objects.get().get_absolute_url()).text, "html.parser")
    text = page.select_one(".letter__text")
    assert {tag.name for tag in text.find_all(True)} <= {"br", "span"}


def test_five_megabytes_are_refused_before_they_are_read(as_user: Any, noor: User, sam: User) -> None:
    address = f"/berichten/nieuw/?over=member:{sam.member.slug}"
    answer = as_user(noor).post(address, {"subject": "Vraag", "text": "x" * 5_000_000})
    assert answer.status_code in {400, 413}
    assert not Message.objects.exists()
