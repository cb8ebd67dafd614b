"""Asking: who can be asked about what, what the other gets, and that no address shows."""

import datetime
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from contact import limits
from contact.models import Block, Conversation, Correspondent, Message, Participation
from contact.recipients import EDITORS, away_until, find_recipients, last_days_away
from contact.services import message_send
from contact.topics import read_topic
from members.choices import Seen
from members.limits import LIMITS, Limit
from members.models import Member, OrganisationContact, Sighting
from organisations.models import Organisation
from practices.models import PracticePage
from users.models import User

NEW = "/berichten/nieuw/"
LONG_AGO = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


@pytest.fixture
def case(site_frame: Any, sam: User, breda: Organisation) -> PracticePage:
    """Return a published case with a contact, of an organisation."""
    from practices.models import PracticeIndexPage

    page = PracticePage(title="Slimme gemalen", slug="slimme-gemalen", contact=sam.member)
    PracticeIndexPage.objects.child_of(site_frame).get().add_child(instance=page)
    page.organisation_links.create(organisation=breda)
    page.save_revision().publish()
    return page


def form_of(page: Any) -> dict[str, Any]:
    """Return what the form of a page would send."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "shares_address"}


def send(client: Client, address: str, **values: Any) -> Any:
    """Fill in the message box and send it."""
    data = form_of(client.get(address)) | {"text": "Hoe doen jullie dat?"} | values
    return client.post(address, data)


def names(topic: str, viewer: User) -> list[str]:
    """Return whom a topic leads to."""
    return [item.name for item in find_recipients(read_topic(topic, viewer), viewer)]


def test_a_question_reaches_the_other_whole_and_without_an_address(
    as_user: Any, noor: User, sam: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    answer = send(as_user(noor), f"{NEW}?over=member:{sam.member.slug}", subject="Sensoren")
    conversation = Conversation.objects.get()
    assert answer.url == conversation.get_absolute_url()
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == [sam.email]
    assert mail.subject == "Noor de Proef: Sensoren"
    assert "> Hoe doen jullie dat?" in mail.body
    assert conversation.get_absolute_url() in mail.body
    assert noor.email not in str(mail.message()) + mail.body
    assert "Reply-To" not in mail.message()
    assert mail.from_email.endswith("@knooppunt.example>")


def test_who_shares_her_address_has_it_in_the_mail(
    as_user: Any, noor: User, sam: User, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    address = f"{NEW}?over=member:{sam.member.slug}"
    send(as_user(noor), address, subject="Sensoren", shares_address="on")
    run_tasks()
    assert noor.email in mailoutbox[0].body
    assert noor.email in as_user(sam).get(Conversation.objects.get().get_absolute_url()).text


def test_a_form_that_is_sent_twice_asks_once(as_user: Any, noor: User, sam: User) -> None:
    client, address = as_user(noor), f"{NEW}?over=member:{sam.member.slug}"
    data = form_of(client.get(address)) | {"subject": "Sensoren", "text": "Hoe?"}
    assert client.post(address, data).url == client.post(address, data).url
    assert Message.objects.count() == 1


def test_the_same_question_in_another_form_leads_to_the_conversation_that_waits(
    as_user: Any, noor: User, sam: User, make_member: Any
) -> None:
    client, address = as_user(noor), f"{NEW}?over=member:{sam.member.slug}"
    first = send(client, address, subject="Sensoren").url
    again = send(client, address, subject="Sensoren")
    assert (again.url, Message.objects.count()) == (first, 1)
    assert "had je al verstuurd" in client.get(again.url).text
    for values in ({"text": "En verder?"}, {"subject": "Iets anders"}):
        assert send(client, address, **{"subject": "Sensoren"} | values).url != first
    other = f"{NEW}?over=member:{make_member('wim').member.slug}"
    assert send(client, other, subject="Sensoren").url != first
    message_send(conversation=Conversation.objects.get(key=first.split("/")[2]), sender=sam, text="Zo.")
    assert send(client, address, subject="Sensoren").url != first


def test_an_answer_that_is_sent_twice_is_there_once(
    as_user: Any, noor: User, sam: User, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = ask(noor, sam)
    client, address = as_user(sam), conversation.get_absolute_url()
    for _click in range(2):
        page = client.post(address, {"text": "Zo doen wij dat."}, follow=True)
    assert "had je al verstuurd" in page.text
    assert conversation.messages.count() == 2
    later = timezone.now() + datetime.timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    as_user(sam).post(address, {"text": "Zo doen wij dat."})
    assert conversation.messages.count() == 3


def test_what_was_typed_stays_when_something_is_missing(as_user: Any, noor: User, sam: User) -> None:
    page = send(as_user(noor), f"{NEW}?over=member:{sam.member.slug}", text="Mijn hele verhaal", subject="")
    assert "Mijn hele verhaal" in page.text
    assert not Conversation.objects.exists()


def test_a_question_about_a_case_goes_to_its_contact_then_to_its_organisation_then_to_the_editors(
    case: PracticePage, noor: User, sam: User, make_member: Any, breda: Organisation
) -> None:
    wim = make_member("wim")
    OrganisationContact.objects.create(organisation=breda, member=wim.member)
    assert names("case:slimme-gemalen", noor) == ["Sam de Proef", "Wim de Proef", "de redactie"]


def test_a_case_without_a_contact_leads_to_the_editors(case: PracticePage, noor: User, sam: User) -> None:
    sam.delete()
    assert names("case:slimme-gemalen", noor) == ["de redactie"]


@pytest.mark.parametrize("visibility", ["private", "organisation"])
def test_a_contact_who_hides_her_name_is_not_named(
    case: PracticePage, make_member: Any, sam: User, visibility: str
) -> None:
    stranger = make_member("ver", organisation=Organisation.objects.create(name="Elders", kind="overig"))
    member = sam.member
    member.visibility = dict.fromkeys(member.visibility, visibility)
    member.save()
    assert names("case:slimme-gemalen", stranger) == ["de redactie"]


def test_nobody_can_ask_herself(case: PracticePage, sam: User) -> None:
    assert names("case:slimme-gemalen", sam) == ["de redactie"]


def test_who_was_contact_but_works_elsewhere_now_answers_for_the_organisation_no_more(
    noor: User, make_member: Any, breda: Organisation
) -> None:
    wim = make_member("wim")
    OrganisationContact.objects.create(organisation=breda, member=wim.member)
    Member.objects.filter(pk=wim.member.pk).update(workplace_proof="")
    assert names(f"organisation:{breda.slug}", noor) == ["de redactie"]


def test_a_question_to_an_organisation_goes_to_colleagues_too_those_who_said_last_that_all_is_right(
    as_user: Any, noor: User, sam: User, make_member: Any, breda: Organisation
) -> None:
    wim, *others = (make_member(f"lid{number}") for number in range(8))
    for number, user in enumerate(others):
        moment = timezone.now() - datetime.timedelta(days=number)
        User.objects.filter(pk=user.pk).update(confirmed_at=moment)
    User.objects.filter(pk__in=(noor.pk, sam.pk, wim.pk)).update(confirmed_at=LONG_AGO)
    OrganisationContact.objects.create(organisation=breda, member=wim.member)
    asked = names(f"organisation:{breda.slug}", noor)
    assert asked == ["Lid0 de Proef", *(f"Lid{number} de Proef" for number in range(1, 7)), "de redactie"]
    page = as_user(noor).get(NEW, {"over": f"organisation:{breda.slug}"}).text
    assert "Lid3 de Proef – Gemeente Proefstad" in page


def test_nobody_is_led_to_of_whom_members_may_not_know_that_she_works_there(
    noor: User, make_member: Any, breda: Organisation
) -> None:
    elsewhere = Organisation.objects.create(name="Elders", kind="overig")
    reader = make_member("lezer", organisation=elsewhere)
    Member.objects.filter(user=noor).update(workplace_proof="")
    make_member("stil", is_listed=False)
    secret = make_member("geheim").member
    secret.visibility["organisation"] = "organisation"
    secret.save()
    assert names(f"organisation:{breda.slug}", reader) == ["de redactie"]


def test_whom_the_box_names_counts_as_seen_and_too_many_leave_the_editors(
    as_user: Any, noor: User, sam: User, breda: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {"over": f"organisation:{breda.slug}"}
    assert "Sam de Proef" in as_user(noor).get(NEW, address).text
    assert Sighting.objects.filter(account=noor).count() == 1
    Sighting.objects.all().delete()
    monkeypatch.setitem(LIMITS, Seen.CARD, (Limit(0, datetime.timedelta(days=1)),))
    page = as_user(noor).get(NEW, address).text
    assert "Sam de Proef" not in page
    assert "Aan de redactie" in page
    of_profile = as_user(noor).get(NEW, {"over": f"member:{sam.member.slug}"})
    assert list(of_profile.context["form"].recipients) == [sam.member.slug, EDITORS]


@pytest.mark.parametrize(
    "topic",
    [
        "member:bestaat-niet",
        "case:bestaat-niet",
        "onzin:1",
        "onzin",
        "member:",
        "case:\0",
        "member:" + "x" * 300,
    ],
)
def test_what_does_not_exist_is_not_found(as_user: Any, noor: User, topic: str) -> None:
    assert as_user(noor).get(NEW, {"over": topic}).status_code == 404


def test_a_hidden_member_is_as_unknown_as_one_that_does_not_exist(
    as_user: Any, noor: User, make_member: Any
) -> None:
    hidden = make_member("verborgen", visibility="private")
    assert as_user(noor).get(NEW, {"over": f"member:{hidden.member.slug}"}).status_code == 404


def test_strangers_cannot_see_which_members_there_are(as_user: Any, sam: User) -> None:
    for slug in (sam.member.slug, "bestaat-niet"):
        answer = as_user(None).get(NEW, {"over": f"member:{slug}"})
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/?next=")


def test_a_question_about_a_search_goes_to_the_editors(as_user: Any, noor: User, editor: User) -> None:
    page = as_user(noor).get(NEW, {"over": "zoeken:drones <b> in het veld"})
    assert "Wie weet iets van: drones &lt;b&gt; in het veld" in page.text
    send(as_user(noor), f"{NEW}?over=zoeken:drones")
    assert Conversation.objects.get().about_title == "drones"
    assert Participation.objects.filter(person=None).count() == 1


def test_the_name_of_a_member_is_not_kept_with_a_question_about_her(
    as_user: Any, noor: User, sam: User
) -> None:
    send(as_user(noor), f"{NEW}?over=member:{sam.member.slug}", subject="Hallo")
    assert Conversation.objects.get().about_title == ""


def test_who_pauses_is_named_with_the_day_and_another_is_asked(
    as_user: Any, case: PracticePage, noor: User, sam: User
) -> None:
    until = timezone.localdate() + datetime.timedelta(days=3)
    Correspondent.objects.create(account=sam, paused_until=until)
    page = as_user(noor).get(f"{NEW}?over=case:slimme-gemalen")
    assert "Sam de Proef neemt tot en met 20 juni 2026 geen vragen aan." in page.text
    assert page.context["form"]["to"].value() == EDITORS
    profile = as_user(noor).get(sam.member.get_absolute_url())
    assert "Neemt tot en met 20 juni 2026 geen vragen aan." in profile.text


def test_a_pause_that_is_over_says_nothing(as_user: Any, noor: User, sam: User) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Correspondent.objects.create(account=sam, paused_until=yesterday)
    assert "geen vragen aan" not in as_user(noor).get(sam.member.get_absolute_url()).text


def test_who_had_as_many_questions_as_she_wants_takes_none_until_the_month_ends(
    noor: User, sam: User, make_member: Any, ask: Any
) -> None:
    Correspondent.objects.create(account=sam, most_per_month=1)
    topic = read_topic(f"member:{sam.member.slug}", noor)
    assert find_recipients(topic, noor)[0].until is None
    ask(make_member("wim"), sam)
    assert find_recipients(topic, noor)[0].until == datetime.date(2026, 6, 30)


def test_who_wants_no_questions_takes_none_at_all(as_user: Any, noor: User, sam: User) -> None:
    Correspondent.objects.create(account=sam, most_per_month=0, paused_until=timezone.localdate())
    profile = as_user(noor).get(sam.member.get_absolute_url())
    assert "Neemt geen vragen aan." in profile.text
    page = as_user(noor).get(f"{NEW}?over=member:{sam.member.slug}")
    assert "Sam de Proef neemt geen vragen aan." in page.text


def test_the_last_month_that_was_full_decides(noor: User, sam: User, ask: Any) -> None:
    Correspondent.objects.create(account=sam, most_per_month=2)
    for year, month, questions in ((2025, 12, 2), (2026, 4, 3), (2026, 5, 1)):
        started = datetime.datetime(year, month, 1, 0, 30, tzinfo=timezone.get_default_timezone())
        for _number in range(questions):
            conversation = Conversation.objects.create(subject="Vraag", started_at=started)
            Participation.objects.create(conversation=conversation, person=sam)
    assert last_days_away([sam.pk, noor.pk]) == {sam.pk: datetime.date(2026, 4, 30)}
    assert away_until([sam.pk, noor.pk]) == {}
    Correspondent.objects.update(paused_until=datetime.date(2026, 5, 2))
    assert last_days_away([sam.pk]) == {sam.pk: datetime.date(2026, 5, 2)}


def test_the_months_that_are_over_do_not_count(noor: User, sam: User, ask: Any) -> None:
    Correspondent.objects.create(account=sam, most_per_month=1)
    ask(noor, sam)
    Conversation.objects.update(started_at=timezone.now() - datetime.timedelta(days=31))
    assert find_recipients(read_topic(f"member:{sam.member.slug}", noor), noor)[0].until is None


def test_what_she_may_not_is_told_before_she_types(as_user: Any, make_account: Any, sam: User) -> None:
    page = as_user(make_account("kaal")).get(f"{NEW}?over=member:{sam.member.slug}")
    assert "waar je werkt" in page.text
    assert "/accounts/profiel/bewerken/" in page.text


def test_who_may_write_to_nobody_now_reads_why_instead_of_a_box(
    as_user: Any, noor: User, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{NEW}?over=member:{sam.member.slug}"
    monkeypatch.setattr(limits, "MOST_A_DAY", 0)
    page = as_user(noor).get(address)
    assert "0 berichten in een dag" in page.text
    assert "id_text" not in page.text
    kept = as_user(noor).post(address, {"subject": "Vraag", "text": "Hoe ging het?"})
    assert "Hoe ging het?" in kept.text


class TestLimits:
    """How much somebody may send."""

    def test_twenty_messages_a_day(self, noor: User, sam: User, ask: Any) -> None:
        conversation = ask(noor, sam)
        for _time in range(19):
            message_send(conversation=conversation, sender=noor, text="Nog iets")
            Message.objects.filter(sender=sam).delete()
            message_send(conversation=conversation, sender=sam, text="Ja")
        with pytest.raises(ValidationError, match="20 berichten"):
            message_send(conversation=conversation, sender=noor, text="Nog iets")

    def test_the_messages_of_yesterday_do_not_count(self, noor: User, make_member: Any, ask: Any) -> None:
        for number in range(4):
            for name in range(5):
                ask(noor, make_member(f"lid{number}{name}"))
        with pytest.raises(ValidationError):
            ask(noor, None)
        Message.objects.update(sent_at=timezone.now() - datetime.timedelta(days=1))
        assert ask(noor, None)

    def test_five_messages_to_somebody_who_does_not_answer(self, noor: User, sam: User, ask: Any) -> None:
        first = ask(noor, sam)
        for number in range(4):
            message_send(conversation=first, sender=noor, text=f"Hallo? ({number})")
        for begin in (
            lambda: ask(noor, sam),
            lambda: message_send(conversation=first, sender=noor, text="?"),
        ):
            with pytest.raises(ValidationError, match="zonder antwoord"):
                begin()
        message_send(conversation=first, sender=sam, text="Hier ben ik.")
        assert ask(noor, sam)

    def test_three_new_conversations_a_day_in_the_first_week(
        self, make_member: Any, noor: User, sam: User, ask: Any
    ) -> None:
        fresh = make_member("nieuw", account={"date_joined": timezone.now()})
        for asker in (noor, sam):
            message_send(conversation=ask(asker, fresh), sender=fresh, text="Zo doen wij dat.")
        for _time in range(3):
            ask(fresh, None)
        for other in (sam, None):
            with pytest.raises(ValidationError, match="3 gesprekken"):
                ask(fresh, other)
        assert message_send(conversation=ask(sam, fresh), sender=fresh, text="Nog een antwoord.")

    def test_a_conversation_of_yesterday_does_not_count(self, make_member: Any, ask: Any) -> None:
        fresh = make_member("nieuw", account={"date_joined": timezone.now() - datetime.timedelta(days=2)})
        for _time in range(3):
            ask(fresh, None)
        Conversation.objects.update(started_at=timezone.now() - datetime.timedelta(days=1))
        assert ask(fresh, None)

    def test_none_from_who_waits_for_approval(self, make_member: Any, sam: User, ask: Any) -> None:
        with pytest.raises(ValidationError, match="moderator"):
            ask(make_member("wacht", account={"approved": False}), sam)

    def test_companies_answer_but_do_not_begin(self, make_member: Any, noor: User, ask: Any) -> None:
        company = Organisation.objects.create(name="Bedrijf De Proef", kind="bedrijf")
        seller = make_member("verkoper", organisation=company)
        with pytest.raises(ValidationError, match="bedrijf"):
            ask(seller, noor)
        conversation = ask(noor, seller)
        assert message_send(conversation=conversation, sender=seller, text="Zo doen wij dat.")
        assert ask(seller, None)

    def test_who_does_not_say_where_she_works_asks_the_editors_only(
        self, make_account: Any, sam: User, ask: Any
    ) -> None:
        account = make_account("kaal")
        with pytest.raises(ValidationError, match="waar je werkt"):
            ask(account, sam)
        assert ask(account, None)

    def test_the_reason_stands_in_the_form_and_the_text_stays(
        self, as_user: Any, make_account: Any, sam: User
    ) -> None:
        page = send(as_user(make_account("kaal")), f"{NEW}?over=member:{sam.member.slug}", subject="Vraag")
        assert "waar je werkt" in page.text
        assert "Hoe doen jullie dat?" in page.text


class TestBlocks:
    """Blocking works at once, and tells the other nothing."""

    def test_what_a_blocked_person_sends_is_hers_alone(
        self, as_user: Any, noor: User, sam: User, ask: Any, run_tasks: Any, mailoutbox: list[Any]
    ) -> None:
        conversation = ask(noor, sam)
        run_tasks()
        address = conversation.get_absolute_url()
        as_user(sam).post(f"{address}blokkeren/")
        as_user(noor).post(address, {"text": "Ben je er nog?"})
        run_tasks()
        assert len(mailoutbox) == 1
        assert "Ben je er nog?" in as_user(noor).get(address).text
        assert "Ben je er nog?" not in as_user(sam).get(address).text
        assert "Ben je er nog?" not in as_user(sam).get("/berichten/?q=er+nog").text

    def test_a_new_question_of_a_blocked_person_is_never_seen(
        self, as_user: Any, noor: User, sam: User, ask: Any, run_tasks: Any, mailoutbox: list[Any]
    ) -> None:
        Block.objects.create(person=sam, other=noor)
        conversation = ask(noor, sam)
        run_tasks()
        assert mailoutbox == []
        assert as_user(sam).get(conversation.get_absolute_url()).status_code == 404
        assert as_user(noor).get(conversation.get_absolute_url()).status_code == 200
        Block.objects.all().delete()
        assert as_user(sam).get(conversation.get_absolute_url()).status_code == 404

    def test_a_mail_that_waits_does_not_go_to_who_blocked_meanwhile(
        self, noor: User, sam: User, ask: Any, run_tasks: Any, mailoutbox: list[Any]
    ) -> None:
        ask(noor, sam)
        Block.objects.create(person=sam, other=noor)
        run_tasks()
        assert mailoutbox == []

    @pytest.mark.parametrize("lost", [{"is_active": False}, {"approved_at": None}])
    @pytest.mark.parametrize("who", ["noor", "sam"])
    def test_a_mail_that_waits_does_not_go_when_one_of_them_lost_her_access(
        self, noor: User, sam: User, ask: Any, run_tasks: Any, mailoutbox: list[Any], lost: Any, who: str
    ) -> None:
        ask(noor, sam)
        User.objects.filter(email=f"{who}@adres.example").update(**lost)
        run_tasks()
        assert mailoutbox == []

    def test_who_was_blocked_can_be_let_in_again(self, as_user: Any, noor: User, sam: User, ask: Any) -> None:
        address = ask(noor, sam).get_absolute_url()
        as_user(sam).post(f"{address}blokkeren/")
        assert "Noor de Proef" in as_user(sam).get("/berichten/instellingen/").text
        as_user(sam).post(f"{address}blokkeren/", {"terug": "1"})
        assert not Block.objects.exists()


def test_the_form_of_somebody_else_cannot_be_sent(noor: User, sam: User, make_member: Any, ask: Any) -> None:
    key = uuid.uuid4()
    ask(noor, sam, key=key)
    with pytest.raises(ValidationError, match="niet van jou"):
        ask(make_member("wim"), sam, key=key)
