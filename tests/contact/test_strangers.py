"""A stranger asks: her question waits for her account, and goes out when she sends it herself as a member."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contact.models import Conversation, Correspondent, Draft
from contact.services import old_forget
from members.models import Member
from users.models import User
from users.services import account_approve

NEW = "/berichten/nieuw/"
QUESTION = {"subject": "Sensoren", "text": "Hoe doen jullie dat?"}
SIGNUP = {
    "email": "nieuw@adres.example",
    "password1": "een lang wachtwoord 2026",
    "first_name": "Nieuw",
    "last_name": "de Proef",
    "organisation_hint": "",
}


def test_she_reads_what_happens_before_she_types(client: Client, site_frame: Any) -> None:
    page = client.get(NEW).text
    assert page.index("14 dagen") < page.index("<textarea")


def test_her_question_waits_for_her_account_and_goes_when_she_sends_it(
    client: Client, editor: User, run_tasks: Any, mailoutbox: list[Any], as_user: Any
) -> None:
    signup = client.post(NEW, QUESTION).url
    assert signup == "/accounts/signup/?next=%2Fberichten%2F"
    client.post(signup, SIGNUP)
    user = User.objects.get(email=SIGNUP["email"])
    draft = Draft.objects.get()
    assert draft.account == user
    user.emailaddress_set.update(verified=True)
    mailoutbox.clear()
    account_approve(user=user, moderator=editor)
    run_tasks()
    assert [mail.subject for mail in mailoutbox] == [
        "Je bent nu lid van Knooppunt",
        "Je vraag staat klaar op Knooppunt",
    ]
    assert not Conversation.objects.exists()
    member = as_user(user)
    page = member.get(f"/berichten/concept/{draft.key}/")
    assert "Hoe doen jullie dat?" in page.text
    form = page.context["form"]
    member.post(page.request["PATH_INFO"], {name: form[name].value() or "" for name in form.fields})
    assert Conversation.objects.get().subject == "Sensoren"
    assert not Draft.objects.exists()


def test_whom_a_link_names_is_asked_when_she_sends_it(
    client: Client, sam: User, make_account: Any, as_user: Any, site_frame: Any
) -> None:
    body = sam.member.organisation
    address = f"{NEW}?over=organisation:{body.slug}&aan={body.slug}"
    assert f"Je vraag gaat naar iemand van {body.name}." in client.get(address).text
    client.post(address, QUESTION)
    draft = Draft.objects.get()
    assert draft.organisation == body
    draft.account = make_account("nieuw")
    draft.save()
    form = as_user(draft.account).get(f"/berichten/concept/{draft.key}/").context["form"]
    assert form["to"].value() == sam.member.slug


def test_who_is_named_but_takes_no_questions_is_promised_to_nobody(
    client: Client, sam: User, site_frame: Any
) -> None:
    body = sam.member.organisation
    address = f"{NEW}?over=organisation:{body.slug}&aan={body.slug}"
    takes = Correspondent.objects.create(account=sam, most_per_month=0)
    hidden = client.get(address).text
    takes.delete()
    Member.objects.update(is_listed=False)
    for page in (hidden, client.get(address).text):
        assert "Je vraag gaat naar iemand" not in page
        assert f"Bij {body.name} neemt nu niemand vragen aan." in page


def test_what_she_kept_is_there_again_when_she_comes_back(client: Client, site_frame: Any) -> None:
    client.post(NEW, QUESTION)
    page = client.get(NEW)
    assert "Je bewaarde hier al een vraag." in page.text
    assert "Hoe doen jullie dat?" in page.text
    assert page["Cache-Control"] == "private, no-store"
    assert "Hoe doen jullie dat?" not in Client().get(NEW).text


def test_the_same_question_with_other_words_is_one_question(client: Client, site_frame: Any) -> None:
    client.post(NEW, QUESTION)
    client.post(NEW, QUESTION | {"text": "Hoe doen jullie dat nu?"})
    assert Draft.objects.get().text == "Hoe doen jullie dat nu?"
    client.post(NEW, QUESTION | {"subject": "Iets anders"})
    assert Draft.objects.count() == 2


def test_who_has_an_account_finds_her_question_after_logging_in(
    client: Client, make_account: Any, site_frame: Any
) -> None:
    user = make_account("noor")
    user.set_password("een lang wachtwoord 2026")
    user.save()
    client.post(NEW, QUESTION)
    next_page = {"next": "/berichten/"}
    login = {"login": user.email, "password": "een lang wachtwoord 2026"} | next_page
    assert "/accounts/login/?next=%2Fberichten%2F" in client.get("/accounts/signup/", next_page).text
    assert client.post("/accounts/login/", login).url == "/berichten/"
    assert Draft.objects.get().account == user
    assert "Sensoren" in client.get("/berichten/").text


def test_who_waits_for_approval_keeps_it_and_cannot_send_it(
    as_user: Any, make_account: Any, site_frame: Any
) -> None:
    client = as_user(make_account("wacht", approved=False))
    assert client.post(NEW, QUESTION).url == "/berichten/"
    draft = Draft.objects.get()
    address = f"/berichten/concept/{draft.key}/"
    assert "nog niet verstuurd" in client.get(address).text
    client.post(address, QUESTION | {"to": "redactie", "key": str(draft.key)})
    assert not Conversation.objects.exists()
    client.post(address, {"weg": "1"})
    assert not Draft.objects.exists()


def test_the_question_of_somebody_else_is_unknown(as_user: Any, make_account: Any, site_frame: Any) -> None:
    as_user(make_account("wacht", approved=False)).post(NEW, QUESTION)
    address = f"/berichten/concept/{Draft.objects.get().key}/"
    other, unknown = (
        as_user(make_account("ander")),
        "/berichten/concept/00000000-0000-0000-0000-000000000000/",
    )
    assert other.get(address)["Location"] == other.get(unknown)["Location"] == "/berichten/"


def test_a_question_to_a_member_that_is_typed_after_the_session_ended_is_kept(
    client: Client, noor: Any, sam: Any, as_user: Any
) -> None:
    answer = client.post(f"/berichten/nieuw/?over=member:{sam.member.slug}", QUESTION)
    assert "/accounts/login/" in answer["Location"]
    draft = Draft.objects.get()
    assert (draft.text, draft.about_kind, draft.account) == (QUESTION["text"], "", None)
    other = client.post("/berichten/nieuw/?over=member:niemand", QUESTION)
    assert other["Location"].replace("niemand", sam.member.slug) == answer["Location"]


def test_a_question_waits_for_fourteen_days(client: Client, site_frame: Any) -> None:
    client.post(NEW, QUESTION)
    Draft.objects.update(made_at=timezone.now() - datetime.timedelta(days=13))
    old_forget()
    assert Draft.objects.exists()
    Draft.objects.update(made_at=timezone.now() - datetime.timedelta(days=15))
    old_forget()
    assert not Draft.objects.exists()


def test_a_program_that_fills_in_everything_leaves_nothing(client: Client, site_frame: Any) -> None:
    client.post(NEW, QUESTION | {"website": "https://x.example"})
    assert not Draft.objects.exists()


def test_a_stranger_keeps_ten_questions_an_hour(client: Client, site_frame: Any) -> None:
    answers = [client.post(NEW, QUESTION).status_code for _time in range(11)]
    assert answers == [302] * 10 + [429]


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "x" * 5001])
def test_what_is_no_question_is_refused_next_to_where_it_was_typed(
    client: Client, site_frame: Any, text: str
) -> None:
    page = client.post(NEW, QUESTION | {"text": text})
    assert page.status_code == 200
    assert 'id="id_text_error"' in page.text
    assert not Draft.objects.exists()


def confirm(client: Client, mailoutbox: list[Any]) -> str:
    """Follow the link in the mail and confirm the address; return the page that follows."""
    link = re.search(r"/accounts/confirm-email/\S+", mailoutbox[-1].body)
    assert link
    return client.post(link[0], follow=True).text


def test_after_confirming_her_address_she_reads_that_her_question_waits(
    client: Client, site_frame: Any, mailoutbox: list[Any]
) -> None:
    client.post(NEW, QUESTION)
    client.post("/accounts/signup/", SIGNUP)
    assert "Je vraag is bewaard, maar nog niet verstuurd." in confirm(client, mailoutbox)
    login = {"login": SIGNUP["email"], "password": SIGNUP["password1"]}
    page = client.post("/accounts/login/", login, follow=True).text
    assert "‘Sensoren’ is nog niet verstuurd" in page
    assert "We bewaren hem tot 1 juli" in page
    assert f"/berichten/concept/{Draft.objects.get().key}/" in page


def test_in_another_browser_she_reads_it_too(client: Client, site_frame: Any, mailoutbox: list[Any]) -> None:
    client.post(NEW, QUESTION)
    client.post("/accounts/signup/", SIGNUP)
    page = confirm(Client(), mailoutbox)
    assert "Je vraag is bewaard, maar nog niet verstuurd." in page
    assert "Sensoren" not in page


def test_who_asked_nothing_reads_nothing_of_it(
    client: Client, site_frame: Any, mailoutbox: list[Any]
) -> None:
    client.post("/accounts/signup/", SIGNUP)
    assert "Je vraag" not in confirm(client, mailoutbox)


def test_who_waits_reads_it_once_on_her_own_page(as_user: Any, make_account: Any, site_frame: Any) -> None:
    client = as_user(make_account("wacht", approved=False))
    client.post(NEW, QUESTION)
    client.get("/mijn/")  # where she reads that it was kept
    page = client.get("/mijn/").text
    assert page.count("‘Sensoren’") == 1
    assert "nog niet verstuurd" in page
