"""Reporting: what a moderator sees and decides, who hears of it, and the one answer."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import ModelLogEntry

from contact.choices import Decision
from contact.models import Block, Conversation, Correspondent, Message, Report
from contact.services import message_report, message_send, old_forget, report_answer, report_decide
from mail.models import Delivery
from users.models import User


@pytest.fixture
def conversation(ask: Any, noor: User, sam: User) -> Conversation:
    """Return a conversation of four messages; the last one is rude."""
    conversation = ask(noor, sam, "Eerste")
    message_send(conversation=conversation, sender=sam, text="Tweede")
    message_send(conversation=conversation, sender=noor, text="Derde")
    message_send(conversation=conversation, sender=noor, text="Vierde, heel onbeleefd")
    return conversation


@pytest.fixture
def report(conversation: Conversation, sam: User) -> Report:
    return message_report(message=Message.objects.last(), reporter=sam, reason="rude", note="Kijk zelf")


def decide(
    report: Report, moderator: User, decision: Decision, reason: str = "Zo gaan we hier niet om."
) -> bool:
    return report_decide(report=report, moderator=moderator, decision=decision, reason=reason)


def test_reporting_blocks_at_once_and_tells_the_other_nothing(
    as_user: Any, conversation: Conversation, noor: User, sam: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    run_tasks()
    mailoutbox.clear()
    address = f"{conversation.get_absolute_url()}melden/{Message.objects.last().pk}/"
    assert "Vierde, heel onbeleefd" in as_user(sam).get(address).text
    as_user(sam).post(address, {"reason": "rude", "note": "", "blocks": "on"})
    run_tasks()
    assert Block.objects.filter(person=sam, other=noor).exists()
    assert not [mail for mail in mailoutbox if mail.to == [noor.email]]


def test_ones_own_message_cannot_be_reported(as_user: Any, conversation: Conversation, noor: User) -> None:
    address = f"{conversation.get_absolute_url()}melden/{Message.objects.last().pk}/"
    assert as_user(noor).get(address).status_code == 404


def test_a_moderator_reads_the_message_and_the_two_before_it(
    as_user: Any, report: Report, make_moderator: Any
) -> None:
    page = as_user(make_moderator()).get(f"/cms/meldingen/{report.pk}/").text
    assert [text in page for text in ("Eerste", "Tweede", "Derde", "Vierde")] == [False, True, True, True]


@pytest.mark.parametrize("who", ["noor", "sam"])
def test_nobody_decides_about_herself(
    as_user: Any, report: Report, noor: User, sam: User, make_moderator: Any, who: str
) -> None:
    from django.contrib.auth.models import Group

    from core.roles import MODERATORS

    own = {"noor": noor, "sam": sam}[who]
    own.groups.add(Group.objects.get(name=MODERATORS))
    assert not decide(report, own, Decision.DISMISS)


def test_nobody_decides_about_people_of_her_own_body(
    as_user: Any, report: Report, make_moderator: Any, breda: Any
) -> None:
    colleague = make_moderator("collega", organisation=breda)
    client = as_user(colleague)
    assert client.get(f"/cms/meldingen/{report.pk}/").status_code == 404
    assert "1 melding gaat over jou of je eigen organisatie" in client.get("/cms/meldingen/").text
    assert not decide(report, colleague, Decision.WARN)


def test_an_editor_does_not_see_reports(as_user: Any, report: Report, editor: User) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(editor, generate_totp_secret())
    # Wagtail sends who may not back to the first page, with a message.
    assert "Vierde" not in as_user(editor).get(f"/cms/meldingen/{report.pk}/", follow=True).text


@pytest.mark.parametrize(
    ("decision", "to_sender", "to_reporter"),
    [
        (Decision.WARN, "Dit is een waarschuwing.", "We hebben de ander gewaarschuwd."),
        (Decision.PAUSE, "Je kunt dertig dagen geen berichten sturen.", "De ander kan dertig dagen geen"),
        (Decision.WITHDRAW, "We hebben je account gesloten.", "We hebben het account van de ander gesloten."),
    ],
)
def test_both_hear_what_was_decided_and_why(
    report: Report,
    noor: User,
    sam: User,
    make_moderator: Any,
    run_tasks: Any,
    mailoutbox: list[Any],
    decision: Decision,
    to_sender: str,
    to_reporter: str,
) -> None:
    Delivery.objects.all().delete()
    assert decide(report, make_moderator(), decision)
    run_tasks()
    said = {mail.to[0]: mail.body for mail in mailoutbox}
    assert to_sender in said[noor.email]
    assert to_reporter in said[sam.email]
    assert all("Zo gaan we hier niet om." in body for body in said.values())


def test_who_is_reported_for_nothing_hears_nothing(
    report: Report, noor: User, sam: User, make_moderator: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    Delivery.objects.all().delete()
    decide(report, make_moderator(), Decision.DISMISS)
    run_tasks()
    assert [mail.to for mail in mailoutbox] == [[sam.email]]


def test_a_pause_stops_messages_for_thirty_days(
    report: Report, noor: User, sam: User, make_moderator: Any, ask: Any
) -> None:
    decide(report, make_moderator(), Decision.PAUSE)
    with pytest.raises(Exception, match="liet je berichten stoppen"):
        ask(noor, None)
    Correspondent.objects.update(stopped_until=timezone.now() - datetime.timedelta(seconds=1))
    assert ask(noor, None)


def test_a_closed_account_is_out_and_can_answer_once_by_its_mail(
    as_user: Any,
    client: Any,
    report: Report,
    noor: User,
    make_moderator: Any,
    run_tasks: Any,
    mailoutbox: list[Any],
) -> None:
    moderator = make_moderator()
    decide(report, moderator, Decision.WITHDRAW)
    noor.refresh_from_db()
    assert not noor.is_active
    run_tasks()
    (mail,) = [mail for mail in mailoutbox if mail.to == [noor.email] and "besluit" in mail.subject]
    link = re.search(r"/link/\S+", mail.body)[0]
    assert "Deze link is voor Noor de Proef" in client.get(link).text
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=1), tick=False):
        client.post(link, {"text": "Het was een grap."})
    report.refresh_from_db()
    assert (report.answer, report.answered_by) == ("Het was een grap.", noor)
    page = as_user(moderator).get(f"/cms/meldingen/{report.pk}/").text
    assert "Het was een grap." in page
    mailoutbox.clear()
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2), tick=False):
        assert decide(report, moderator, Decision.DISMISS, "Goed, een grap.")
        run_tasks()
    noor.refresh_from_db()
    assert noor.is_approved
    said = {mail.to[0]: mail.body for mail in mailoutbox if "besluit" in mail.subject}
    assert "Dit besluit is het laatste." in said[noor.email]
    assert "/link/" not in said[noor.email]


def test_only_the_side_against_whom_it_was_decided_can_answer(
    report: Report, noor: User, sam: User, make_moderator: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    Delivery.objects.all().delete()
    decide(report, make_moderator(), Decision.WARN)
    run_tasks()
    said = {mail.to[0]: mail.body for mail in mailoutbox}
    assert "/link/" in said[noor.email]
    assert "/link/" not in said[sam.email]


def test_who_reported_for_nothing_can_answer(
    report: Report, sam: User, make_moderator: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    Delivery.objects.all().delete()
    decide(report, make_moderator(), Decision.DISMISS)
    run_tasks()
    assert "/link/" in mailoutbox[0].body


def test_a_report_that_was_decided_can_be_read_again_and_not_decided_again(
    as_user: Any, report: Report, make_moderator: Any, breda: Any
) -> None:
    moderator = make_moderator()
    decide(report, moderator, Decision.WARN)
    client, address = as_user(moderator), f"/cms/meldingen/{report.pk}/"
    assert address in client.get("/cms/meldingen/").text
    again = client.post(address, {"decision": "withdraw", "reason": "Toch niet."})
    texts = ("Over deze melding is al beslist.", "Vierde, heel onbeleefd", "Zo gaan we hier niet om.")
    for page in (client.get(address).text, again.text):
        assert all(text in page for text in texts)
        assert "Neem dit besluit" not in page
    report.refresh_from_db()
    assert report.decision == Decision.WARN
    colleague = as_user(make_moderator("collega", organisation=breda))
    assert colleague.get(address).status_code == 404


def test_who_reports_a_message_again_reads_that_she_did(
    as_user: Any, report: Report, conversation: Conversation, sam: User
) -> None:
    address = f"{conversation.get_absolute_url()}melden/{report.message_id}/"
    client = as_user(sam)
    for ask in (client.get, client.post):
        page = ask(address, {"reason": "sales"}, follow=True)
        assert "Je hebt dit bericht al gemeld." in page.text
    report.refresh_from_db()
    assert report.reason == "rude"


def test_only_an_administrator_closes_the_account_of_somebody_who_works_on_the_site(
    as_user: Any, report: Report, noor: User, make_moderator: Any
) -> None:
    from django.contrib.auth.models import Group

    from core.roles import EDITORS

    noor.groups.add(Group.objects.get(name=EDITORS))
    moderator = make_moderator()
    assert "Het account sluiten" not in as_user(moderator).get(f"/cms/meldingen/{report.pk}/").text
    with pytest.raises(PermissionDenied):
        decide(report, moderator, Decision.WITHDRAW)
    User.objects.filter(pk=moderator.pk).update(is_superuser=True)
    moderator = User.objects.get(pk=moderator.pk)
    assert decide(report, moderator, Decision.WITHDRAW)


def test_there_is_one_answer(report: Report, noor: User, sam: User, make_moderator: Any) -> None:
    assert not report_answer(report=report, person=noor, text="Te vroeg")
    decide(report, make_moderator(), Decision.WARN)
    assert report_answer(report=report, person=noor, text="Een")
    assert not report_answer(report=report, person=sam, text="Twee")


def test_a_report_is_decided_once(report: Report, make_moderator: Any) -> None:
    assert decide(report, make_moderator(), Decision.WARN)
    assert not decide(report, make_moderator("ander"), Decision.WITHDRAW)


def test_a_decision_is_in_the_log_without_names_and_goes_after_a_year(
    report: Report, make_moderator: Any
) -> None:
    moderator = make_moderator()
    decide(report, moderator, Decision.WARN)
    (entry,) = ModelLogEntry.objects.filter(action="contact.decide")
    assert (entry.user, entry.data) == (moderator, {"decision": "warn"})
    assert "Noor" not in entry.label
    Report.objects.update(decided_at=timezone.now() - datetime.timedelta(days=366))
    old_forget()
    assert not Report.objects.exists()
    assert not ModelLogEntry.objects.filter(action="contact.decide").exists()


def test_a_report_that_waits_is_kept_however_old(report: Report) -> None:
    Report.objects.update(reported_at=timezone.now() - datetime.timedelta(days=800))
    Conversation.objects.update(last_at=timezone.now() - datetime.timedelta(days=800))
    old_forget()
    assert Report.objects.exists()


def test_moderators_hear_of_a_report_without_its_text(
    report: Report, make_moderator: Any, noor: User, sam: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    make_moderator()
    Report.objects.all().delete()
    mailoutbox.clear()
    message_report(message=Message.objects.first(), reporter=sam, reason="rude", note="PLANTED")
    run_tasks()
    (mail,) = [mail for mail in mailoutbox if mail.subject == "Een bericht is gemeld"]
    assert "PLANTED" not in mail.body
    assert "Noor" not in mail.body


def test_the_first_page_of_the_cms_tells_what_waits(
    as_user: Any, report: Report, noor: User, make_moderator: Any, ask: Any
) -> None:
    ask(noor, None)
    page = as_user(make_moderator()).get("/cms/").text
    assert "1 gemeld bericht wacht op een besluit." in page
    assert "1 gesprek heeft een nieuw bericht." in page
