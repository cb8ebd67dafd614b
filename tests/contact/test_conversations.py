"""Reading and answering: who sees a conversation, what is new, the archive, searching, and the editors."""

import datetime
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from contact.models import Block, Conversation, Correspondent, Message, Participation
from contact.services import message_send, old_forget
from mail.models import Delivery
from users.models import User
from users.services import account_erase


@pytest.fixture
def conversation(ask: Any, noor: User, sam: User) -> Conversation:
    return ask(noor, sam, "Hoe doen jullie dat met PLANTED-VRAAG?")


def test_what_is_new_is_counted_until_it_was_read(
    as_user: Any, conversation: Conversation, sam: User
) -> None:
    client = as_user(sam)
    assert "1 nieuw" in client.get("/berichten/").text
    client.get(conversation.get_absolute_url())
    assert "1 nieuw" not in client.get("/berichten/").text


def test_the_menu_counts_with_one_query(as_user: Any, conversation: Conversation, sam: User) -> None:
    page = as_user(sam).get("/leden/")
    assert page.text.count("1 nieuw") == 2  # of wide screens and of phones


def test_an_answer_reaches_who_asked(
    as_user: Any, conversation: Conversation, noor: User, sam: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    run_tasks()
    mailoutbox.clear()
    as_user(sam).post(conversation.get_absolute_url(), {"text": "Zo doen wij dat."})
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [[noor.email]]
    assert "Zo doen wij dat." in as_user(noor).get(conversation.get_absolute_url()).text


@pytest.mark.parametrize("address", ["{}", "{}archief/", "{}blokkeren/", "{}melden/{message}/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_conversation_of_others_is_as_unknown_as_one_that_does_not_exist(
    as_user: Any, conversation: Conversation, make_member: Any, address: str, method: str
) -> None:
    client, message = as_user(make_member("ander")), Message.objects.get().pk
    theirs = address.format(conversation.get_absolute_url(), message=message)
    nobodys = address.format(f"/berichten/{uuid.uuid4()}/", message=message)
    answers = [getattr(client, method)(path) for path in (theirs, nobodys)]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in {404, 405}


def test_a_stranger_reads_nothing(as_user: Any, conversation: Conversation) -> None:
    answer = as_user(None).get(conversation.get_absolute_url())
    assert answer.url.startswith("/accounts/login/")


def test_an_editor_does_not_read_what_members_write_each_other(
    as_user: Any, conversation: Conversation, editor: User
) -> None:
    assert as_user(editor).get(conversation.get_absolute_url()).status_code == 404
    assert "PLANTED-VRAAG" not in as_user(editor).get("/berichten/?map=redactie&q=PLANTED").text


def test_the_archive_keeps_a_conversation_until_something_new_comes(
    as_user: Any, conversation: Conversation, noor: User, sam: User
) -> None:
    client = as_user(sam)
    client.post(f"{conversation.get_absolute_url()}archief/")
    assert "Een vraag" not in client.get("/berichten/").text
    assert "Een vraag" in client.get("/berichten/?archief").text
    message_send(conversation=conversation, sender=noor, text="Nog iets")
    assert "Een vraag" in client.get("/berichten/").text


def test_an_empty_box_says_that_all_is_in_the_archive(
    as_user: Any, conversation: Conversation, noor: User
) -> None:
    client = as_user(noor)
    client.post(f"{conversation.get_absolute_url()}archief/")
    page = client.get("/berichten/").text
    assert "je berichten staan in het archief" in page
    assert '<a class="nl-button nl-button--primary" href="/berichten/?archief">' in page
    assert "Je hebt nog geen berichten" not in page


@pytest.mark.parametrize("act", ["archief", "blokkeren"])
def test_who_had_to_log_in_again_comes_back_to_the_conversation(
    as_user: Any, conversation: Conversation, noor: User, act: str
) -> None:
    answer = as_user(noor).get(f"{conversation.get_absolute_url()}{act}/")
    assert answer.url == conversation.get_absolute_url()
    assert not Block.objects.exists()


def test_who_may_send_nothing_reads_it_before_she_types(
    as_user: Any, conversation: Conversation, noor: User
) -> None:
    until = timezone.now() + datetime.timedelta(days=3)
    Correspondent.objects.create(account=noor, stopped_until=until)
    client, address = as_user(noor), conversation.get_absolute_url()
    page = client.get(address).text
    assert "Een moderator liet je berichten stoppen" in page
    assert "id_text" not in page
    assert "Dit typte ik al." in client.post(address, {"text": "Dit typte ik al."}).text


def test_search_finds_ones_own_messages_only(
    as_user: Any, conversation: Conversation, sam: User, make_member: Any
) -> None:
    assert "Een vraag" in as_user(sam).get("/berichten/?q=planted-vraag").text
    assert "Een vraag" not in as_user(make_member("ander")).get("/berichten/?q=planted-vraag").text


def test_the_archive_is_searched_alone_and_says_how_to_search_everything(
    as_user: Any, conversation: Conversation, ask: Any, noor: User, sam: User
) -> None:
    ask(noor, sam, "Ook PLANTED-VRAAG", subject="Nog niet klaar")
    client = as_user(sam)
    client.post(f"{conversation.get_absolute_url()}archief/")
    archive, everything = (client.get(f"/berichten/?q=planted{box}").text for box in ("&archief=", ""))
    assert "Een vraag" in archive
    assert "Nog niet klaar" not in archive
    assert 'name="archief"' in archive
    assert 'href="/berichten/?q=planted"' in archive
    assert "Een vraag" in everything
    assert "Nog niet klaar" in everything


def test_links_are_shown_as_text_with_their_host(as_user: Any, ask: Any, noor: User, sam: User) -> None:
    text = "Kijk op https://rijkswaterstaat.nl@xn--evil.example/pad, of www.gоed.nl."  # noqa: RUF001
    page = as_user(sam).get(ask(noor, sam, text).get_absolute_url()).text
    assert "[leidt naar xn--evil.example]" in page
    assert "[leidt naar www.xn--ged-sed.nl]" in page
    assert 'href="https://rijkswaterstaat' not in page


def test_the_editors_answer_as_one(
    as_user: Any,
    ask: Any,
    noor: User,
    editor: User,
    make_moderator: Any,
    run_tasks: Any,
    mailoutbox: list[Any],
) -> None:
    conversation = ask(noor, None)
    address = conversation.get_absolute_url()
    assert "Een vraag" in as_user(editor).get("/berichten/?map=redactie").text
    as_user(make_moderator()).post(address, {"text": "Wij zoeken het uit."})
    page = as_user(noor).get(address).text
    assert "de redactie" in page
    assert "Moderator de Proef" not in page
    assert Message.objects.filter(is_of_editors=True).count() == 1
    # Among themselves they have names.
    assert "Moderator de Proef, voor de redactie" in as_user(editor).get(f"{address}?map=redactie").text


def test_a_block_of_an_editor_keeps_no_answer_of_the_editors(
    as_user: Any, ask: Any, noor: User, editor: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    conversation = ask(noor, None)
    Block.objects.create(person=noor, other=editor)
    as_user(editor).post(conversation.get_absolute_url(), {"text": "Dit is het antwoord."})
    run_tasks()
    assert "Dit is het antwoord." in as_user(noor).get(conversation.get_absolute_url()).text
    assert [mail.to for mail in mailoutbox if "Antwoord van de redactie" in mail.subject] == [[noor.email]]


def test_the_editors_hear_within_the_hour_without_names_or_texts(
    ask: Any, noor: User, editor: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    ask(noor, None, "PLANTED-TEKST")
    ask(noor, None, "PLANTED-TEKST, nog een")
    (delivery,) = Delivery.objects.filter(kind="editors_waiting", person=editor)
    assert delivery.next_at == timezone.now() + datetime.timedelta(hours=1)
    Delivery.objects.update(next_at=timezone.now())
    from mail.tasks import delivery_send

    delivery_send.call(delivery.pk)
    assert "2 berichten aan de redactie wachten op antwoord." in mailoutbox[0].body
    assert "PLANTED" not in mailoutbox[0].body
    assert "Noor" not in mailoutbox[0].body


def test_who_leaves_stays_in_the_thread_of_the_other_as_a_former_member(
    as_user: Any, conversation: Conversation, noor: User, sam: User
) -> None:
    account_erase(user=noor)
    page = as_user(sam).get(conversation.get_absolute_url()).text
    assert "voormalig lid" in page
    assert "Noor" not in page
    assert "Antwoorden kan niet" in page


def test_the_name_of_who_hides_her_profile_leads_nowhere(
    as_user: Any, ask: Any, noor: User, sam: User
) -> None:
    conversation = ask(noor, sam)
    noor.member.visibility = dict.fromkeys(noor.member.visibility, "private")
    noor.member.save()
    page = as_user(sam).get(conversation.get_absolute_url()).text
    assert "Noor de Proef" in page
    assert noor.member.get_absolute_url() not in page


def test_an_editor_who_archives_comes_back_to_the_box_of_the_editors(
    as_user: Any, ask: Any, noor: User, editor: User
) -> None:
    answer = as_user(editor).post(f"{ask(noor, None).get_absolute_url()}archief/")
    assert answer.url == "/berichten/?map=redactie"


def test_a_conversation_that_everybody_left_goes(conversation: Conversation, noor: User, sam: User) -> None:
    account_erase(user=noor)
    assert Message.objects.exists()
    account_erase(user=sam)
    assert not Conversation.objects.exists()


def test_a_conversation_with_the_editors_goes_with_who_asked(ask: Any, noor: User) -> None:
    ask(noor, None)
    account_erase(user=noor)
    assert not Conversation.objects.exists()


def test_a_conversation_is_kept_for_two_years_after_its_last_message(conversation: Conversation) -> None:
    Conversation.objects.update(last_at=timezone.now() - datetime.timedelta(days=729))
    old_forget()
    assert Conversation.objects.exists()
    Conversation.objects.update(last_at=timezone.now() - datetime.timedelta(days=731))
    old_forget()
    assert not Participation.objects.exists()


def test_an_answer_to_somebody_who_left_cannot_be_sent(
    conversation: Conversation, noor: User, sam: User
) -> None:
    account_erase(user=noor)
    with pytest.raises(ValidationError):
        message_send(conversation=conversation, sender=sam, text="Hallo?")


@pytest.mark.parametrize("many", [1, 10])
def test_the_list_takes_the_same_queries_whatever_is_in_it(
    as_user: Any, ask: Any, noor: User, make_member: Any, django_assert_max_num_queries: Any, many: int
) -> None:
    for number in range(many):
        ask(make_member(f"lid{number}"), noor)
    client = as_user(noor)
    client.get("/berichten/")
    with django_assert_max_num_queries(12):
        client.get("/berichten/")


@pytest.mark.parametrize("many", [1, 10])
def test_a_conversation_takes_the_same_queries_however_long_it_is(
    as_user: Any, ask: Any, noor: User, sam: User, django_assert_max_num_queries: Any, many: int
) -> None:
    conversation = ask(noor, sam)
    for number in range(many - 1):
        message_send(conversation=conversation, sender=[sam, noor][number % 2], text="Nog iets")
    client = as_user(noor)
    client.get(conversation.get_absolute_url())
    with django_assert_max_num_queries(13):
        client.get(conversation.get_absolute_url())
