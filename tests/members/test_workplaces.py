"""An address or a moderator confirms where a member works; until then her claim opens nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import ModelLogEntry

from core.roles import EDITORS, MODERATORS
from demo.members import member_make
from members.choices import Proof
from members.models import Member, OrganisationContact
from members.services import profile_save, public_card
from members.workplaces import workplace_confirm
from organisations.models import Organisation, OrganisationDomain
from users.models import User

LIST = "/cms/snippets/members/member/"
DOMAINS = "/cms/snippets/organisations/organisationdomain/"
BULK = "/cms/bulk/members/member/{}/"
PROFILE = "/accounts/profiel/"
WAITS = "Er is nog niet bevestigd dat je bij Gemeente Proefstad werkt."


@pytest.fixture
def make_known(make_user: Any) -> Callable[..., User]:
    """Return a maker of accounts with a confirmed or an unconfirmed address."""

    def make(email: str, *, is_confirmed: bool = True) -> User:
        user: User = make_user("noor")
        user.email = email
        user.save()
        EmailAddress.objects.create(user=user, email=email, verified=is_confirmed, primary=True)
        return user

    return make


@pytest.fixture
def tied(organisations: Any) -> OrganisationDomain:
    """Return a domain that a moderator tied to the first organisation."""
    return OrganisationDomain.objects.create(domain="proefstad.example", organisation=organisations[0])


@pytest.fixture
def enter(site_frame: Any, make_user: Any, as_user: Any) -> Callable[[str], Client]:
    """Return a maker of clients of a user in this group."""

    def enter(group: str = MODERATORS) -> Client:
        user = make_user("staf")
        user.groups.add(Group.objects.get(name=group))
        TOTP.activate(user, generate_totp_secret())
        client: Client = as_user(user)
        return client

    return enter


def choose(client: Client, name: str) -> Member:
    """Choose this organisation on one's own profile."""
    rows = {f"{name}-{form}_FORMS": "0" for name in ("expertise", "sought") for form in ("TOTAL", "INITIAL")}
    stamp = client.get(f"{PROFILE}bewerken/").context["stamp"]
    values = {"name": "Noor", "organisation": name, "wie": "members", "stamp": stamp, **rows}
    client.post(f"{PROFILE}bewerken/", values)
    return Member.objects.get()


def actions(member: Member) -> list[str]:
    """Return the log entries about where a member works, the oldest first."""
    entries = ModelLogEntry.objects.filter(object_id=str(member.pk), action__startswith="members.").order_by(
        "timestamp", "pk"
    )
    return [entry.action.removeprefix("members.") for entry in entries]


def decide(client: Client, action: str, *members: Member, asked: list[str] | None = None) -> str:
    """Ask and answer as a moderator in the list; `asked` is what the question named, if not what holds."""
    address = f"{BULK.format(action)}?" + "&".join(
        [f"next={LIST}", *(f"id={member.pk}" for member in members)]
    )
    question = client.get(address).content.decode()
    stood = re.findall(r'name="asked" value="([^"]*)"', question)
    return client.post(address, {"asked": stood if asked is None else asked}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("email", "is_confirmed", "proof"),
    [
        ("noor@proefstad.example", True, "address"),
        ("noor@ict.proefstad.example", True, "address"),
        ("noor@proefstad.example", False, ""),
        ("noor@nepproefstad.example", True, ""),
        ("noor@proefstad.example.kwaad.example", True, ""),
        ("noor@elders.example", True, ""),
    ],
)
def test_a_confirmed_address_of_a_known_domain_makes_it_certain(
    make_known: Any, as_user: Any, tied: Any, email: str, is_confirmed: bool, proof: str
) -> None:
    client = as_user(make_known(email, is_confirmed=is_confirmed))
    member = choose(client, "Gemeente Proefstad")
    assert member.workplace_proof == proof
    assert actions(member) == ["claim", "confirm"] if proof else ["claim"]
    assert (WAITS in client.get(PROFILE).content.decode()) is not bool(proof)
    assert choose(client, "Waterschap De Proef").workplace_proof == ""


def test_a_domain_proves_nothing_of_another_organisation_and_may_be_of_two(
    make_known: Any, as_user: Any, organisations: Any, tied: Any
) -> None:
    client = as_user(make_known("noor@proefstad.example"))
    assert choose(client, "Waterschap De Proef").workplace_proof == ""
    OrganisationDomain.objects.create(domain="proefstad.example", organisation=organisations[1])
    assert choose(client, "Gemeente Proefstad").workplace_proof == "address"
    assert choose(client, "Waterschap De Proef").workplace_proof == "address"


def test_others_read_that_a_claim_is_not_certain(make_member: Any, organisations: Any, as_user: Any) -> None:
    member = make_member("noor", visibility="public", organisation=organisations[0], workplace_proof="")
    reader = as_user(make_member("lezer").user)
    said = "Gemeente Proefstad</a> (nog niet bevestigd)"
    assert said in reader.get(member.get_absolute_url()).content.decode()
    assert public_card(member)["organisation"] == "Gemeente Proefstad (nog niet bevestigd)"  # type: ignore[index]
    workplace_confirm(key=member.pk, organisation_key=organisations[0].pk, moderator=member.user)
    member.refresh_from_db()
    assert said not in reader.get(member.get_absolute_url()).content.decode()
    assert public_card(member)["organisation"] == "Gemeente Proefstad"  # type: ignore[index]


def test_what_is_certain_stays_so_while_the_organisation_stays(
    make_member: Any, organisations: Any, as_user: Any
) -> None:
    member = make_member("noor", organisation=organisations[0])
    client = as_user(member.user)
    assert choose(client, "Gemeente Proefstad").workplace_proof == "moderator"
    assert actions(member) == []
    assert choose(client, "Waterschap De Proef").workplace_proof == ""
    assert choose(client, "Gemeente Proefstad").workplace_proof == ""
    assert choose(client, "").workplace_proof == ""
    assert set(actions(member)) == {"claim"}, "what ended with another choice was not taken back by anybody"
    claims = ModelLogEntry.objects.filter(action="members.claim").order_by("pk")
    assert [entry.data["organisation"] for entry in claims] == [
        "Waterschap De Proef",
        "Gemeente Proefstad",
        "",
    ]
    assert [entry.message for entry in claims][1:] == [
        "Organisatie gekozen: Gemeente Proefstad",
        "Organisatie gekozen: –",
    ]


def test_two_changes_at_once_take_no_proof_along(make_member: Any, organisations: Any) -> None:
    first = make_member("noor", organisation=organisations[0])
    second = Member.objects.get(pk=first.pk)
    for member in (first, second):
        member.organisation = organisations[1]
        profile_save(member=member, expertise=[], sought=[])
    assert Member.objects.get().workplace_proof == ""


@pytest.mark.parametrize(
    ("email", "proof"), [("noor@proefstad.example", "address"), ("noor@elders.example", "")]
)
def test_another_confirmed_address_decides_anew(
    make_member: Any, organisations: Any, tied: Any, as_user: Any, email: str, proof: str
) -> None:
    member = make_member("noor", organisation=organisations[0])
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    address = EmailAddress.objects.create(user=member.user, email=email, verified=False, primary=False)
    as_user(member.user).post(f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/")
    member.refresh_from_db()
    assert member.workplace_proof == proof
    assert EmailAddress.objects.get().email == email


def test_a_domain_that_comes_or_goes_decides_anew_but_not_over_a_moderator(
    enter: Any, make_known: Any, make_member: Any, organisations: Any, as_user: Any
) -> None:
    member = choose(as_user(make_known("noor@proefstad.example")), "Gemeente Proefstad")
    said = make_member("gezegd", organisation=organisations[0])
    moderator = enter()
    moderator.post(f"{DOMAINS}add/", {"domain": " Proefstad.Example", "organisation": organisations[0].pk})
    member.refresh_from_db()
    assert member.workplace_proof == "address"
    moderator.post(f"{DOMAINS}delete/{OrganisationDomain.objects.get().pk}/")
    member.refresh_from_db()
    said.refresh_from_db()
    assert (member.workplace_proof, said.workplace_proof) == ("", "moderator")
    assert actions(member) == ["claim", "confirm", "unconfirm"]


def test_a_moderator_is_told_who_waits_and_confirms_it(
    enter: Any, make_member: Any, organisations: Any
) -> None:
    waits = make_member("wacht", organisation=organisations[0], workplace_proof="", visibility="private")
    sure, without = (
        make_member("zeker", organisation=organisations[1]),
        make_member("zonder", workplace_proof=""),
    )
    moderator = enter()
    assert "is de organisatie nog niet bevestigd" in moderator.get("/cms/").content.decode()
    listed = moderator.get(LIST, {"waits": "true"}).content.decode()
    assert "Lid wacht" in listed
    assert "Gemeente Proefstad" in listed
    assert not any(member.name in listed for member in (sure, without))
    question = moderator.get(BULK.format("confirm_workplace"), {"id": waits.pk}).content.decode()
    assert "Lid wacht: Gemeente Proefstad" in question
    assert "De organisatie van 1 lid is bevestigd." in decide(
        moderator, "confirm_workplace", waits, sure, without
    )
    waits.refresh_from_db()
    assert waits.workplace_proof == "moderator"
    assert ModelLogEntry.objects.get(action="members.confirm").user.first_name == "staf"
    assert "is de organisatie nog niet bevestigd" not in moderator.get("/cms/").content.decode()
    assert "Organisatie bevestigd" in moderator.get(f"{LIST}history/{waits.pk}/").content.decode()
    without.refresh_from_db()
    assert without.workplace_proof == ""


def test_a_moderator_confirms_only_the_organisation_that_she_was_asked_about(
    enter: Any, make_member: Any, organisations: Any
) -> None:
    member = make_member("wacht", organisation=organisations[0], workplace_proof="")
    moderator = enter()
    for asked in ([f"{member.pk}:{organisations[1].pk}"], [], ["x", ":", f"{member.pk}:"]):
        decide(moderator, "confirm_workplace", member, asked=asked)
        member.refresh_from_db()
        assert member.workplace_proof == ""
    assert not workplace_confirm(key=member.pk, organisation_key=organisations[1].pk, moderator=member.user)


@pytest.fixture
def waits(make_member: Any, organisations: Any) -> Member:
    """Return somebody with a confirmed address whose organisation is not confirmed."""
    member: Member = make_member("wacht", organisation=organisations[0], workplace_proof="")
    user = member.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return member


@pytest.mark.parametrize("how", ["moderator", "domain"])
def test_who_is_confirmed_by_another_hears_so_once(
    enter: Any, waits: Member, organisations: Any, run_tasks: Any, mailoutbox: list[Any], how: str
) -> None:
    moderator = enter()
    for _time in range(2):
        if how == "moderator":
            decide(moderator, "confirm_workplace", waits)
            decide(moderator, "revoke_workplace", waits)
            decide(moderator, "confirm_workplace", waits)
        else:
            domain = {"domain": "adres.example", "organisation": organisations[0].pk}
            moderator.post(f"{DOMAINS}add/", domain)
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == [waits.user.email]
    assert mail.subject == "Je organisatie is bevestigd: Gemeente Proefstad"
    html, _kind = mail.alternatives[0]
    for text in ("Het is nu zeker dat je bij Gemeente Proefstad werkt.", "Hij komt één keer"):
        assert text in mail.body
        assert text in html


@pytest.mark.parametrize(
    "change", [{"workplace_proof": ""}, {"organisation": None}, {"approved_at": None}, {}]
)
def test_nobody_hears_of_a_confirmation_that_ended_or_was_her_own(
    waits: Member, organisations: Any, run_tasks: Any, mailoutbox: list[Any], make_user: Any, change: Any
) -> None:
    moderator = make_user("staf") if change else waits.user
    workplace_confirm(key=waits.pk, organisation_key=organisations[0].pk, moderator=moderator)
    rows = User.objects.filter(pk=waits.user_id) if "approved_at" in change else Member.objects.all()
    rows.update(**change or {"name": "Zij zelf"})
    run_tasks()
    assert mailoutbox == []


def test_an_own_address_that_confirms_it_brings_no_letter(
    make_known: Any, as_user: Any, tied: OrganisationDomain, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    assert choose(as_user(make_known("noor@proefstad.example")), "Gemeente Proefstad").workplace_proof
    run_tasks()
    assert mailoutbox == []


def test_a_moderator_takes_her_word_back(enter: Any, make_member: Any, organisations: Any) -> None:
    said = make_member("gezegd", organisation=organisations[0])
    proven = make_member("bewezen", organisation=organisations[0], workplace_proof="address")
    assert "De bevestiging van 1 lid is ingetrokken." in decide(enter(), "revoke_workplace", said, proven)
    assert [Member.objects.get(pk=member.pk).workplace_proof for member in (said, proven)] == ["", "address"]
    assert actions(said) == ["unconfirm"]


def test_the_page_of_a_member_has_what_a_moderator_can_say_of_where_she_works(
    enter: Any, make_member: Any, waits: Member, organisations: Any
) -> None:
    moderator = enter()

    def click(member: Member) -> str:
        """Follow the way on a member's page to say something, say it, and return the question."""
        page = BeautifulSoup(moderator.get(f"{LIST}edit/{member.pk}/").content, "html.parser")
        link = page.select_one("a.button[href*='/bulk/']")
        if link is None:
            return ""
        asked = f"{member.pk}:{member.organisation_id}"
        answer = moderator.post(link["href"], {"asked": asked})
        assert answer.url == f"{LIST}edit/{member.pk}/"
        member.refresh_from_db()
        return str(link.get_text())

    assert (click(waits), waits.workplace_proof) == ("Bevestig organisatie", "moderator")
    assert (click(waits), waits.workplace_proof) == ("Trek bevestiging in", "")
    proven = make_member("bewezen", organisation=organisations[0], workplace_proof="address")
    assert [click(member) for member in (proven, make_member("zonder", workplace_proof=""))] == ["", ""]


def test_an_editor_neither_confirms_nor_ties_domains(
    enter: Any, make_member: Any, organisations: Any
) -> None:
    member = make_member("wacht", organisation=organisations[0], workplace_proof="")
    editor = enter(EDITORS)
    decide(editor, "confirm_workplace", member, asked=[f"{member.pk}:{organisations[0].pk}"])
    editor.post(f"{DOMAINS}add/", {"domain": "proefstad.example", "organisation": organisations[0].pk})
    member.refresh_from_db()
    assert member.workplace_proof == ""
    assert not OrganisationDomain.objects.exists()
    assert "is de organisatie nog niet bevestigd" not in editor.get("/cms/").content.decode()


def test_a_domain_is_not_changed_but_goes_and_comes(
    enter: Any, tied: OrganisationDomain, organisations: Any
) -> None:
    moderator = enter()
    moderator.post(
        f"{DOMAINS}edit/{tied.pk}/", {"domain": "elders.example", "organisation": organisations[1].pk}
    )
    tied.refresh_from_db()
    assert (tied.domain, tied.organisation) == ("proefstad.example", organisations[0])
    assert "proefstad.example" in moderator.get(DOMAINS).content.decode()


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        ("@proefstad.example", "is geen domein"),
        ("noor@proefstad.example", "is geen domein"),
        ("nl", "is geen domein"),
        ("proefstad.example\n", ""),
        ("gmail.com", "kan iedereen een adres krijgen"),
        ("Mail.Ziggo.NL", "kan iedereen een adres krijgen"),
        ("proefstad.example", ""),
    ],
)
def test_a_domain_where_anybody_gets_an_address_is_refused(
    organisations: Any, domain: str, message: str
) -> None:
    row = OrganisationDomain(domain=domain, organisation=organisations[0])
    if not message:
        row.full_clean()
        assert row.domain == "proefstad.example"
        return
    with pytest.raises(ValidationError, match=message) as raised:
        row.full_clean()
    assert list(raised.value.message_dict) == ["domain"]


def test_a_domain_is_tied_to_an_organisation_once(organisations: Any, tied: OrganisationDomain) -> None:
    with pytest.raises(ValidationError):
        OrganisationDomain(domain="PROEFSTAD.example", organisation=organisations[0]).full_clean()
    OrganisationDomain(domain="PROEFSTAD.example", organisation=organisations[1]).full_clean()


def test_who_works_elsewhere_answers_for_the_organisation_no_more_and_reads_so_before(
    make_known: Any, as_user: Any, tied: Any, organisations: Any
) -> None:
    client = as_user(make_known("noor@proefstad.example"))
    contact = OrganisationContact(organisation=organisations[0], member=choose(client, "Gemeente Proefstad"))
    contact.save()
    said = client.get(f"{PROFILE}bewerken/").text
    assert "Dan komen vragen aan deze organisatie niet meer bij jou." in said
    choose(client, "Gemeente Proefstad")
    assert OrganisationContact.objects.exists()
    choose(client, "Waterschap De Proef")
    assert not OrganisationContact.objects.exists()
    entry = ModelLogEntry.objects.get(action="wagtail.delete")
    assert (entry.label, entry.user.first_name) == ("contactpersoon van Gemeente Proefstad", "noor")
    choose(client, "Gemeente Proefstad")
    assert not OrganisationContact.objects.exists()


def test_who_is_not_confirmed_yet_is_asked_for_an_address_of_the_organisation(
    make_known: Any, as_user: Any, organisations: Any
) -> None:
    client = as_user(make_known("noor@elders.example"))
    choose(client, "Gemeente Proefstad")
    page = client.get(PROFILE).text
    assert "Heb je een e-mailadres van deze organisatie?" in page
    assert 'href="/accounts/email/"' in page


def test_the_made_up_members_work_where_they_say(make_user: Any) -> None:
    organisation = Organisation.objects.create(name="Gemeente Proefstad")
    member = member_make(
        make_user("verzonnen"), {"organisation": organisation.name, "job": "", "expertise": []}, {}
    )
    assert member.workplace_proof == "moderator"


class TestTyingDomains:
    """Where a moderator confirms somebody, the domain of her address can be tied to the organisation."""

    @pytest.fixture
    def moderator(self, enter: Callable[[str], Client]) -> Client:
        return enter(MODERATORS)

    @pytest.fixture
    def noor(self, make_member: Any, organisations: Any) -> Member:
        member = make_member("noor", organisation=organisations[0], workplace_proof="")
        EmailAddress.objects.create(user=member.user, email="noor@proefstad.nl", verified=True, primary=True)
        return member

    def confirm(self, moderator: Client, *members: Member, tie: list[str]) -> None:
        address = BULK.format("confirm_workplace")
        pairs = [f"{member.pk}:{member.organisation_id}" for member in members]
        keys = "&".join(f"id={member.pk}" for member in members)
        moderator.post(f"{address}?{keys}", {"asked": pairs, "tie": tie})

    def test_she_decides_on_what_stands_behind_the_at_of_a_confirmed_address(
        self, moderator: Client, noor: Member, make_member: Any, organisations: Any
    ) -> None:
        other = make_member("sam", organisation=organisations[0], workplace_proof="")
        EmailAddress.objects.create(user=other.user, email="sam@nep.nl", verified=False, primary=True)
        page = moderator.get(f"{BULK.format('confirm_workplace')}?id={noor.pk}&id={other.pk}").text
        assert "Lid noor: Gemeente Proefstad (bevestigd e-mailadres bij proefstad.nl)" in page
        assert "Lid sam: Gemeente Proefstad (geen bevestigd e-mailadres)" in page
        assert "noor@" not in page
        assert "nep.nl" not in page

    def test_the_domain_is_offered_and_tied_when_chosen(
        self, moderator: Client, noor: Member, make_member: Any, organisations: Any
    ) -> None:
        colleague = make_member("sam", organisation=organisations[0], workplace_proof="")
        EmailAddress.objects.create(
            user=colleague.user, email="sam@proefstad.nl", verified=True, primary=True
        )
        question = moderator.get(BULK.format("confirm_workplace"), {"id": noor.pk}).text
        assert "proefstad.nl is van Gemeente Proefstad" in question
        self.confirm(moderator, noor, tie=[f"proefstad.nl:{organisations[0].pk}"])
        assert OrganisationDomain.objects.get().domain == "proefstad.nl"
        colleague.refresh_from_db()
        assert colleague.workplace_proof == Proof.ADDRESS

    def test_nothing_is_tied_that_was_not_chosen_or_not_offered(
        self, moderator: Client, noor: Member, organisations: Any
    ) -> None:
        self.confirm(moderator, noor, tie=[f"elders.nl:{organisations[0].pk}", "onzin", ""])
        noor.refresh_from_db()
        assert noor.workplace_proof == Proof.MODERATOR
        assert not OrganisationDomain.objects.exists()

    @pytest.mark.parametrize("address", ["noor@gmail.com", "noor@mail.ziggo.nl"])
    def test_a_host_where_anybody_gets_an_address_is_not_offered(
        self, moderator: Client, noor: Member, address: str
    ) -> None:
        EmailAddress.objects.update(email=address)
        question = moderator.get(BULK.format("confirm_workplace"), {"id": noor.pk}).text
        assert 'name="tie"' not in question
