"""The letters of reuse and the links in them: who gets which, when not any more, and what a link does."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from mail.models import Delivery, DeliveryState, SignedLink
from members.models import Member, OrganisationContact
from practices.models import PracticePage
from reuse.choices import Change, Source, Standing, Via
from reuse.clock import adoptions_ask
from reuse.models import Adoption, AdoptionEvent
from reuse.services import (
    adoption_confirm,
    adoption_decline,
    adoption_propose,
    adoption_set_words,
)
from users.models import User

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
LINK = re.compile(r"(?:/en)?/link/\S+/")


@pytest.fixture
def antje(make_contact: Any, ede: Any, run_tasks: Any) -> User:
    """Return who answers for Ede."""
    found: User = make_contact("antje", ede)
    run_tasks()  # Wagtail's own would fail once she is gone
    return found


@pytest.fixture
def proposal(case: PracticePage, ede: Any, antje: User, editor: User) -> Adoption:
    """Return a proposal that Ede does this."""
    found = adoption_propose(
        page=case, organisation=ede, user=editor, source=Source.EDITOR, values={"status": "in-use"}
    )
    assert found
    return found


@pytest.fixture
def owner(case: PracticePage, make_member: Any) -> User:
    """Return the contact of the case, who wrote that herself: nobody else names her."""
    found: User = make_member("eigenaar", case.organisations()[0])
    case.contact = found.member
    case.save_revision(user=found).publish()
    return found


@pytest.fixture
def send(run_tasks: Callable[[], int], mailoutbox: list[Any]) -> Callable[..., list[Any]]:
    """Return what sends what is due after some time, and gives the mails to somebody since the last time."""

    def send(user: User, after: datetime.timedelta = HOUR) -> list[Any]:
        mailoutbox.clear()
        with time_machine.travel(timezone.now() + after):
            run_tasks()
        return [mail for mail in mailoutbox if mail.to == [user.email]]

    return send


def links(mail: Any) -> list[str]:
    """Return the addresses of the links in a mail."""
    return list(dict.fromkeys(LINK.findall(mail.body)))


def refuse(row: Adoption, by: User) -> None:
    """Say that a row is not so."""
    adoption_decline(adoption=row, user=by, via=Via.SITE)


def leave(user: User) -> None:
    """Let somebody work elsewhere."""
    Member.objects.filter(user=user).update(organisation=None, workplace_proof="")


def close(user: User) -> None:
    """Take back that somebody is a member."""
    User.objects.filter(pk=user.pk).update(approved_at=None)


def hide(case: PracticePage) -> None:
    """Make a case private."""
    PageViewRestriction.objects.create(page=case, restriction_type="login")


MEANWHILE: dict[str, Callable[[Any, Any, Any], Any]] = {
    "declined": lambda row, user, case: refuse(row, user),
    "left": lambda row, user, case: leave(user),
    "closed": lambda row, user, case: close(user),
    "private": lambda row, user, case: hide(case),
    "unpublished": lambda row, user, case: case.unpublish(),
    "deleted": lambda row, user, case: row.organisation.delete(),
}

meanwhile = pytest.mark.parametrize("what", MEANWHILE)


# --- a proposal -------------------------------------------------------------------------------------------


def test_who_answers_for_a_body_is_asked_about_proposals_in_one_letter(
    proposal: Adoption, antje: User, noor: User, make_member: Any, ede: Any, send: Any
) -> None:
    page = proposal.page.specific.copy(update_attrs={"slug": "ander", "title": "Andere zaak"})
    page.save_revision().publish()
    adoption_propose(page=page, organisation=ede, user=None, source=Source.IMPORT, values={"status": "pilot"})
    (mail,) = send(antje)
    assert mail.subject == "Doen jullie dit ook? 2 vragen"
    assert "Slimme gemalen: in gebruik" in mail.body
    assert "Andere zaak: proef" in mail.body
    assert len(links(mail)) == 2
    assert send(noor) == []


def test_without_a_contact_nobody_is_asked(case: Any, ede: Any, noor: User, editor: User, send: Any) -> None:
    adoption_propose(
        page=case, organisation=ede, user=editor, source=Source.EDITOR, values={"status": "pilot"}
    )
    assert send(noor) == []


@meanwhile
def test_a_proposal_is_not_asked_about_when_something_changed(
    proposal: Adoption, antje: User, case: PracticePage, send: Any, what: str
) -> None:
    MEANWHILE[what](proposal, antje, case)
    assert send(antje) == []
    assert not SignedLink.objects.exists()


def test_who_answers_now_is_told_in_place_of_who_did(
    proposal: Adoption, antje: User, noor: User, send: Any
) -> None:
    OrganisationContact.objects.update(member=noor.member)
    assert send(antje) == []


def test_a_link_shows_and_changes_nothing_and_its_button_confirms_once(
    proposal: Adoption, antje: User, client: Client, send: Any
) -> None:
    (mail,) = send(antje)
    (link,) = links(mail)
    for _ in range(3):
        page = client.get(link).text
        assert client.head(link).status_code == 200
    assert "Doen jullie dit ook?" in page
    assert "Volgens de redactie" in page
    assert f"Deze link is voor {antje}" in page
    assert AdoptionEvent.objects.count() == 1
    assert "Bedankt." in client.post(link).text
    row = Adoption.objects.get()
    assert (row.standing, row.source) == (Standing.CONFIRMED, Source.OWN)
    assert (row.events.first().via, row.events.first().by) == (Via.LINK, antje)
    assert "werkt niet meer" in client.post(link).text
    assert AdoptionEvent.objects.count() == 2


@meanwhile
def test_a_link_does_nothing_when_something_changed(
    proposal: Adoption, antje: User, case: PracticePage, client: Client, send: Any, what: str
) -> None:
    (link,) = links(send(antje)[0])
    MEANWHILE[what](proposal, antje, case)
    before = AdoptionEvent.objects.count()
    for answer in (client.get(link), client.post(link)):
        assert "Slimme gemalen" not in answer.text
        assert "niets meer te doen" in answer.text
    assert AdoptionEvent.objects.count() == before


def test_a_link_that_is_too_old_or_made_up_does_nothing(
    proposal: Adoption, antje: User, client: Client, send: Any
) -> None:
    (link,) = links(send(antje)[0])
    assert client.post(f"{link[:-2]}x/").status_code == 404
    with time_machine.travel(timezone.now() + 31 * DAY):
        assert "dertig dagen" in client.post(link).text
    assert Adoption.objects.get().standing == Standing.PROPOSED


# --- once a year ------------------------------------------------------------------------------------------


@pytest.fixture
def old(record: Any, antje: User) -> Adoption:
    """Return what Ede said more than a year ago."""
    row = record(status="pilot")
    Adoption.objects.update(confirmed_at=timezone.now() - 370 * DAY)
    return Adoption.objects.get(pk=row.pk)


def test_the_yearly_letter_has_a_link_that_says_that_it_is_still_so(
    old: Adoption, antje: User, client: Client, send: Any
) -> None:
    adoptions_ask()
    (mail,) = send(antje)
    assert mail.subject == "Klopt dit nog? Wat Gemeente Ede ook doet"
    (link,) = links(mail)
    assert "Ja, dit klopt nog" in client.get(link).text
    assert Adoption.objects.get().confirmed_at == old.confirmed_at
    assert "Bedankt." in client.post(link).text
    assert Adoption.objects.get().confirmed_at > timezone.now() - DAY
    assert old.events.first().change == Change.RECONFIRMED


def test_the_yearly_letter_says_when_the_text_changed(
    old: Adoption, case: PracticePage, antje: User, send: Any
) -> None:
    case.summary = "Anders."
    case.save_revision().publish()
    adoptions_ask()
    assert "is de tekst van het voorbeeld veranderd" in send(antje)[0].body


@meanwhile
def test_the_yearly_letter_is_not_sent_when_something_changed(
    old: Adoption, case: PracticePage, antje: User, send: Any, what: str
) -> None:
    adoptions_ask()
    MEANWHILE[what](old, antje, case)
    assert send(antje) == []


@meanwhile
def test_a_yearly_link_does_nothing_when_something_changed(
    old: Adoption, case: PracticePage, antje: User, client: Client, send: Any, what: str
) -> None:
    adoptions_ask()
    (link,) = links(send(antje)[0])
    MEANWHILE[what](old, antje, case)
    before = AdoptionEvent.objects.count()
    assert "Slimme gemalen" not in client.post(link).text
    assert AdoptionEvent.objects.count() == before


def test_a_yearly_link_confirms_no_proposal_that_came_later(
    old: Adoption, ede: Any, case: PracticePage, noor: User, antje: User, client: Client, send: Any
) -> None:
    adoptions_ask()
    (link,) = links(send(antje)[0])
    Adoption.objects.update(standing=Standing.ENDED)
    adoption_propose(page=case, organisation=ede, user=None, source=Source.IMPORT, values={"status": "pilot"})
    client.post(link)
    assert Adoption.objects.get().standing == Standing.PROPOSED


def test_an_organisation_with_a_long_name_is_asked_too(
    case: PracticePage, make_body: Any, make_contact: Any, adopt: Any, send: Any
) -> None:
    body = make_body("Gemeenschappelijke regeling " + "van hier " * 20)
    adopt(case, body, confirmed_at=timezone.now() - 370 * DAY)
    contact = make_contact("lang", body)
    adoptions_ask()
    assert all(len(about) <= 100 for about in Delivery.objects.values_list("about", flat=True))
    assert len(send(contact)) == 1


# --- who may be asked -------------------------------------------------------------------------------------


@pytest.fixture
def sam(make_member: Any, ede: Any) -> User:
    """Return a colleague who is named."""
    return make_member("sam", ede)


@pytest.fixture
def named(record: Any, sam: User) -> Adoption:
    """Return what Ede does, with Sam as who knows of it."""
    return record(contact=sam.member)


def test_who_is_named_agrees_with_a_link(named: Adoption, sam: User, client: Client, send: Any) -> None:
    (mail,) = send(sam)
    assert mail.subject == "Mogen anderen jou hierover iets vragen?"
    (link,) = links(mail)
    assert f"Deze link is voor {sam}" in client.get(link).text
    assert not Adoption.objects.get().has_contact_agreed
    assert "Je naam staat er nu bij." in client.post(link).text
    assert Adoption.objects.get().has_contact_agreed


@pytest.mark.parametrize("is_before", [True, False], ids=["letter", "link"])
@pytest.mark.parametrize("what", [*MEANWHILE, "somebody else", "agreed"])
def test_who_is_named_is_not_asked_when_something_changed(
    named: Adoption, record: Any, sam: User, case: Any, client: Client, send: Any, what: str, is_before: bool
) -> None:
    changes = MEANWHILE | {
        "somebody else": lambda *those: record(),
        "agreed": lambda *those: Adoption.objects.update(has_contact_agreed=True),
    }
    sent = [] if is_before else send(sam)
    changes[what](named, sam, case)
    if is_before:
        assert send(sam) == []
        return
    (link,) = links(sent[0])
    assert "niets meer te doen" in client.get(link).text
    client.post(link)
    assert Adoption.objects.filter(has_contact_agreed=True).exists() == (what == "agreed")


def test_who_names_herself_is_not_asked_also_when_a_colleague_named_her_first(
    named: Adoption, record: Any, sam: User, noor: User, send: Any
) -> None:
    row = record(user=sam, contact=sam.member)
    assert row.has_contact_agreed
    assert send(sam) == []
    assert record(user=noor, contact=sam.member).has_contact_agreed


# --- who made the case ------------------------------------------------------------------------------------


def test_the_contact_of_a_case_reads_each_week_who_is_new(
    owner: User, record: Any, case: PracticePage, make_body: Any, make_member: Any, send: Any
) -> None:
    bodies = [make_body(name) for name in ("Gemeente Epe", "Gemeente Urk")]
    epe, urk = [(make_member(f"lid{body.pk}", body), body) for body in bodies]
    record()
    assert send(owner) == []
    with time_machine.travel(timezone.now() + 3 * DAY):
        record(*epe)
    (mail,) = send(owner, 8 * DAY)
    assert mail.subject == "Zij doen het nu ook"
    told = [name for name in ("Ede", "Epe", "Urk") if f"Gemeente {name}: Slimme gemalen" in mail.body]
    assert told == ["Ede", "Epe"]
    with time_machine.travel(timezone.now() + 8 * DAY):
        record(*urk)
        (mail,) = send(owner, 8 * DAY)
    assert [name for name in ("Ede", "Epe", "Urk") if f"Gemeente {name}:" in mail.body] == ["Urk"]


def test_the_contact_of_a_case_hears_who_answers_a_proposal_on_the_form_too(
    owner: User, proposal: Adoption, record: Any, send: Any
) -> None:
    record()
    assert "Gemeente Ede" in send(owner, 8 * DAY)[0].body


def test_the_contact_of_a_case_does_not_hear_of_who_only_says_it_again(
    owner: User, record: Any, noor: User, adopt: Any, case: Any, make_body: Any, make_member: Any, send: Any
) -> None:
    row = record()
    send(owner, 8 * DAY)
    with time_machine.travel(timezone.now() + 30 * DAY):
        adoption_confirm(adoption=row, user=noor, via=Via.SITE)
        assert send(owner, 8 * DAY) == []


def test_the_contact_of_a_case_does_not_read_that_somebody_stopped_with_it(
    owner: User, record: Any, send: Any
) -> None:
    record(status="stopped", stop_reason="cost")
    assert send(owner, 8 * DAY) == []


@pytest.mark.parametrize("what", ["taken off", "closed", "private", "unpublished", "deleted", "named"])
def test_the_contact_of_a_case_hears_nothing_that_is_no_longer_so(
    owner: User, record: Any, noor: User, case: PracticePage, send: Any, what: str
) -> None:
    row = record()
    changes = MEANWHILE | {
        "taken off": lambda *those: adoption_decline(adoption=row, user=noor, via=Via.SITE),
        "named": lambda *those: PracticePage.objects.update(contact=noor.member),
    }
    changes[what](row, owner, case)
    assert send(owner, 8 * DAY) == []


# --- words ------------------------------------------------------------------------------------------------


def test_who_wrote_words_hears_what_became_of_them(
    record: Any, sam: User, noor: User, editor: User, send: Any
) -> None:
    row = record(changed="Per uur.")
    record(user=sam, changed="Per dag.")
    adoption_set_words(adoption=row, user=editor, is_shown=True)
    (mail,) = send(sam)
    assert mail.subject == "Je toelichting is te lezen"
    assert row.get_absolute_url() in mail.body
    assert send(noor) == []


def test_only_the_last_decision_about_words_is_told(record: Any, noor: User, editor: User, send: Any) -> None:
    row = record(changed="Per uur.")
    adoption_set_words(adoption=row, user=editor, is_shown=True)
    adoption_set_words(adoption=row, user=editor, is_shown=False, reason="Er staat een naam in.")
    (mail,) = send(noor)
    assert mail.subject == "Je toelichting is verborgen"
    assert "Dit is de reden:\n\n> Er staat een naam in." in mail.body
    assert "Er staat een naam in." in mail.alternatives[0][0]
    assert Delivery.objects.filter(state=DeliveryState.DROPPED).count() == 1


@pytest.mark.parametrize("what", [*MEANWHILE, "written anew"])
def test_no_letter_about_words_is_sent_when_something_changed(
    record: Any, noor: User, editor: User, case: PracticePage, send: Any, what: str
) -> None:
    row = record(changed="Per uur.")
    adoption_set_words(adoption=row, user=editor, is_shown=True)
    (MEANWHILE | {"written anew": lambda *those: record(changed="Per dag.")})[what](row, noor, case)
    assert send(noor) == []


def test_who_may_not_open_the_row_gets_no_letter_about_it(
    owner: User, case: PracticePage, ede: Any, editor: User, send: Any
) -> None:
    values = {"status": "pilot", "scope": "Twee wijken"}
    row = adoption_propose(page=case, organisation=ede, user=owner, source=Source.MAKER, values=values)
    adoption_set_words(adoption=row, user=editor, is_shown=False)
    assert send(owner) == []


# --- English ----------------------------------------------------------------------------------------------


def test_every_letter_and_its_page_are_there_in_english(
    proposal: Adoption,
    antje: User,
    owner: User,
    sam: User,
    noor: User,
    editor: User,
    record: Any,
    client: Client,
    send: Any,
    mailoutbox: list[Any],
) -> None:
    User.objects.update(language="en")
    (mail,) = send(antje)
    (link,) = links(mail)
    assert "your organisation" in mail.body
    assert "Doen jullie" not in mail.subject
    assert "Doen jullie" not in client.get(link).text
    record(user=User.objects.get(pk=noor.pk), changed="Per uur.", contact=sam.member)
    adoption_set_words(adoption=proposal, user=editor, is_shown=True)
    send(owner, 8 * DAY)
    subjects = {mail.to[0]: mail.subject for mail in mailoutbox}
    Adoption.objects.update(confirmed_at=timezone.now() - 370 * DAY)
    adoptions_ask()
    subjects["yearly"] = send(antje)[0].subject
    assert len(subjects) == 4
    dutch = re.compile(r"\b(je|jou|jullie|doen|klopt|toelichting|het|mogen)\b", re.IGNORECASE)
    assert not [subject for subject in subjects.values() if dutch.search(subject)]
