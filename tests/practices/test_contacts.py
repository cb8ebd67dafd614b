"""Whom a case names and asks: never who works elsewhere by now, but a colleague; editors hear of it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from contact.models import Correspondent
from contact.recipients import find_recipients
from contact.topics import read_topic
from core.roles import EDITORS
from mail.models import Delivery
from mail.tasks import delivery_send
from members.choices import FIELDS, Seen
from members.limits import LIMITS, Limit, limit_reached
from members.models import Member, OrganisationContact
from members.services import profile_withdraw, public_cases
from organisations.models import Organisation
from page_cache import middleware as page_cache
from practices.asked import has_left
from practices.models import PracticePage
from users.models import User

PROFILE = "/accounts/profiel/bewerken/"
EVERYBODY = dict.fromkeys(FIELDS, "public")
pytestmark = pytest.mark.both_databases


@pytest.fixture
def bodies(make_body: Any) -> tuple[Organisation, Organisation]:
    """Return where the contact works, and where she goes."""
    return make_body("Gemeente Breda", kind="gemeente"), make_body("Provincie Utrecht", kind="provincie")


@pytest.fixture
def join(make_member: Any, bodies: Any) -> Callable[..., Member]:
    """Return a maker of members who work at the first body for certain and are named to everybody."""

    def join(name: str, **fields: Any) -> Member:
        values = {"organisation": bodies[0], "workplace_proof": "moderator", "visibility": EVERYBODY}
        member: Member = make_member(
            f"{name} de Proef", f"{name.lower()}@gemeente.example", **values | fields
        )
        EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
        return member

    return join


@pytest.fixture
def noor(join: Any) -> Member:
    """Return the contact of the case."""
    return join("Noor")


@pytest.fixture
def case(make_case: Any, noor: Member, bodies: Any) -> PracticePage:
    """Return a case of the first body."""
    return make_case(organisations=[bodies[0]], contact=noor)


def move(member: Member, name: str) -> str:
    """Choose another organisation in the form of one's own profile; return what the form said before."""
    client = Client()
    client.force_login(member.user)
    form = client.get(PROFILE)
    rows = {f"{kind}-{part}_FORMS": "0" for kind in ("expertise", "sought") for part in ("TOTAL", "INITIAL")}
    stamp = form.context["stamp"]
    values = {"name": member.name, "organisation": name, "wie": "public", "stamp": stamp, **rows}
    assert client.post(PROFILE, values).status_code == 302
    return BeautifulSoup(form.content, "html.parser").main.get_text(" ", strip=True)


def open_case(page: PracticePage, viewer: Member | None) -> BeautifulSoup:
    """Return the page of a case as somebody sees it."""
    client = Client()
    if viewer:
        client.force_login(viewer.user)
    return BeautifulSoup(client.get(page.url).content, "html.parser")


def named_on(page: PracticePage, viewer: Member | None = None) -> str:
    """Return whom the page of a case names as the one to ask."""
    heading = open_case(page, viewer).select_one("#vragen h3")
    return heading.get_text(strip=True) if heading else ""


def read(page: PracticePage, viewer: Member | None = None) -> str:
    """Return what the page of a case says about asking."""
    return open_case(page, viewer).select_one("#vragen").get_text(" ", strip=True)


def asked_about(page: PracticePage, viewer: Member) -> list[str]:
    """Return whom this member can ask about a case."""
    topic = read_topic(f"case:{page.slug}", viewer.user)
    return [item.name for item in find_recipients(topic, viewer.user)]


def test_who_says_that_she_works_elsewhere_is_not_named_and_not_asked(
    case: PracticePage, noor: Member, join: Any
) -> None:
    reader = join("Lezer")
    assert [named_on(case), named_on(case, reader)] == ["Noor de Proef", "Noor de Proef"]
    move(noor, "Provincie Utrecht")
    assert [named_on(case), named_on(case, reader)] == ["", ""]
    assert asked_about(case, reader) == ["de redactie"]
    assert public_cases(Member.objects.get(pk=noor.pk)) == []
    move(noor, "Gemeente Breda")
    assert named_on(case) == "Noor de Proef"


def test_a_case_says_to_members_when_its_contact_takes_questions_again_and_who_is_asked_meanwhile(
    case: PracticePage, noor: Member, join: Any, bodies: Any
) -> None:
    reader, wim = join("Lezer"), join("Wim")
    Correspondent.objects.create(account=noor.user, paused_until=datetime.date(2999, 12, 5))
    said = "Noor de Proef neemt tot en met 5 december 2999 geen vragen aan. Je vraag gaat nu naar "
    assert f"{said}de redactie." in read(case, reader)
    OrganisationContact.objects.create(organisation=bodies[0], member=wim)
    assert f"{said}Wim de Proef." in read(case, reader)
    assert asked_about(case, reader)[:2] == ["Noor de Proef", "Wim de Proef"]
    assert "geen vragen aan" not in read(case)
    Correspondent.objects.update(paused_until=timezone.localdate() - datetime.timedelta(days=1))
    assert "geen vragen aan" not in read(case, reader)


def test_the_card_of_a_contact_counts_as_seen_by_members(
    case: PracticePage, noor: Member, join: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, other = join("Lezer"), join("Nog Een")
    monkeypatch.setitem(LIMITS, Seen.CARD, (Limit(1, datetime.timedelta(days=1)),))
    limit_reached(other.user, Seen.CARD, ["iemand"])
    assert [named_on(case, who) for who in (reader, reader, other, None)] == [
        *["Noor de Proef"] * 2,
        "",
        "Noor de Proef",
    ]
    assert limit_reached(reader.user, Seen.CARD, ["iemand"])


def test_a_draft_that_goes_live_later_does_not_bring_her_back(case: PracticePage, noor: Member) -> None:
    case.title = "Anders"
    draft = case.save_revision()
    move(noor, "Provincie Utrecht")
    draft.publish()
    assert named_on(case) == ""


def test_a_colleague_who_wrote_it_comes_first_then_who_answers_for_the_body(
    case: PracticePage, noor: Member, join: Any, bodies: Any
) -> None:
    writer, answering, reader = join("Schrijver"), join("Wim"), join("Lezer")
    elsewhere = join("Ver", organisation=bodies[1])
    OrganisationContact.objects.create(organisation=bodies[0], member=answering)
    case.authors.set([elsewhere, writer])
    case.save_revision().publish()
    move(noor, "Provincie Utrecht")
    assert named_on(case) == "Schrijver de Proef"
    assert asked_about(case, reader) == ["Schrijver de Proef", "Wim de Proef", "de redactie"]
    Member.objects.filter(pk=writer.pk).update(workplace_proof="")
    assert named_on(case, reader) == "Wim de Proef"
    assert named_on(case) == ""  # who answers for a body did not choose to stand here
    profile_withdraw(member=answering)
    assert named_on(case, reader) == ""


@pytest.mark.parametrize(
    ("where", "has_gone"),
    [("", False), ("own", False), ("partner", False), ("other", True), ("other, unconfirmed", True)],
)
def test_the_case_and_the_list_of_cases_agree_on_who_left(
    case: PracticePage, noor: Member, bodies: Any, make_body: Any, where: str, has_gone: bool
) -> None:
    partner = make_body("Waterschap De Proef", kind="waterschap")
    case.organisation_links.create(organisation=partner)
    case.save_revision().publish()
    places = {"": None, "own": bodies[0], "partner": partner}
    proof = "" if where.endswith("unconfirmed") else "moderator"
    Member.objects.update(organisation=places.get(where, bodies[1]), workplace_proof=proof)
    page = PracticePage.objects.with_everything().get(pk=case.pk)
    assert has_left(page) == PracticePage.objects.left_by_contact().exists() == has_gone


def test_after_a_merger_the_contact_stays(case: PracticePage, noor: Member, bodies: Any) -> None:
    Member.objects.update(organisation=bodies[1])
    assert named_on(case) == ""
    bodies[0].ended_date = timezone.localdate()
    bodies[0].save()
    assert named_on(case) == "Noor de Proef"
    assert not PracticePage.objects.left_by_contact().exists()


def test_a_case_without_organisations_keeps_its_contact(make_case: Any, noor: Member) -> None:
    assert named_on(make_case(contact=noor)) == "Noor de Proef"


def test_she_reads_before_she_changes_what_passes_on_and_to_whom(
    case: PracticePage, make_case: Any, noor: Member, join: Any, bodies: Any
) -> None:
    second, third = (make_case(slug, organisations=[bodies[0]], contact=noor) for slug in ("twee", "drie"))
    for page, writers in ((second, [noor]), (third, [noor, join("Schrijver")])):
        page.authors.set(writers)
        page.save_revision().publish()
    make_case("concept", organisations=[bodies[0]], contact=noor, published=False)
    said = move(noor, "Gemeente Breda")
    assert "Je bent contactpersoon van 2 praktijkvoorbeelden van Gemeente Breda." in said
    assert "Dan gaan vragen daarover naar de redactie." in said
    assert "Dan gaan vragen daarover naar Schrijver de Proef." in said
    OrganisationContact.objects.create(organisation=bodies[0], member=join("Wim"))
    assert "Dan gaan vragen daarover naar Wim de Proef." in move(noor, "Gemeente Breda")


def test_who_is_no_contact_reads_nothing_of_it(case: PracticePage, join: Any) -> None:
    assert "contactpersoon van" not in move(join("Sam"), "Gemeente Breda")


def test_the_form_takes_no_more_queries_with_more_cases(
    case: PracticePage, make_case: Any, noor: Member, as_user: Any, bodies: Any
) -> None:
    client = as_user(noor.user)
    client.get(PROFILE)
    with CaptureQueriesContext(connection) as few:
        client.get(PROFILE)
    for number in range(5):
        make_case(f"nog-{number}", organisations=bodies, contact=noor)
    with CaptureQueriesContext(connection) as many:
        client.get(PROFILE)
    assert len(many) == len(few)


def test_who_is_asked_from_now_on_hears_so_once_without_the_name_of_who_left(
    case: PracticePage, make_case: Any, noor: Member, join: Any, bodies: Any, run_tasks: Any, mailoutbox: Any
) -> None:
    make_case("tweede", organisations=[bodies[0]], contact=noor)
    OrganisationContact.objects.create(organisation=bodies[0], member=join("Wim"))
    move(noor, "Provincie Utrecht")
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == ["wim@gemeente.example"]
    assert "– Slim asfalt" in mail.body
    assert "– Tweede" in mail.body
    assert "Noor" not in mail.body


def test_nobody_is_told_what_is_no_longer_so(
    case: PracticePage, noor: Member, join: Any, bodies: Any, run_tasks: Any, mailoutbox: Any
) -> None:
    OrganisationContact.objects.create(organisation=bodies[0], member=join("Wim"))
    move(noor, "Provincie Utrecht")
    move(noor, "Gemeente Breda")
    run_tasks()
    assert mailoutbox == []


def post_letters(run_tasks: Any, mailoutbox: list[Any]) -> list[Any]:
    """Return the mails that go once the letters that wait are due."""
    run_tasks()
    for delivery in Delivery.objects.waiting():
        Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now())
        delivery_send.call(delivery.pk)
    return mailoutbox


def test_who_becomes_the_contact_of_cases_hears_so_in_one_letter(
    make_case: Any, join: Any, bodies: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    noor, case = join("Noor"), make_case(organisations=[bodies[0]])
    case.contact = noor
    draft = case.save_revision()
    assert not Delivery.objects.exists()
    draft.publish()
    make_case("tweede", organisations=[bodies[0]], contact=noor)
    (mail,) = post_letters(run_tasks, mailoutbox)
    assert mail.to == ["noor@gemeente.example"]
    html, _kind = mail.alternatives[0]
    for text in ("– Slim asfalt", "– Tweede", "omdat iemand anders jou", "/berichten/instellingen/"):
        assert text in mail.body
        assert text in html
    case.summary = "Anders"
    case.save_revision().publish()
    assert len(post_letters(run_tasks, mailoutbox)) == 1


@pytest.mark.parametrize("how", ["herself", "made up", "other", "left", "lapsed", "withdrawn"])
def test_who_named_herself_or_is_no_contact_any_more_hears_nothing(
    make_case: Any, join: Any, bodies: Any, run_tasks: Any, mailoutbox: list[Any], how: str
) -> None:
    noor, case = join("Noor", is_demo=how == "made up"), make_case(organisations=[bodies[0]])
    case.contact = noor
    case.save_revision(user=noor.user if how == "herself" else None).publish()
    rows = {
        "other": (PracticePage.objects.all(), {"contact": None}),
        "left": (Member.objects.all(), {"organisation": bodies[1]}),
        "lapsed": (User.objects.all(), {"approved_at": None}),
        "withdrawn": (PracticePage.objects.all(), {"live": False}),
    }
    if how in rows:
        found, values = rows[how]
        found.update(**values)
    assert post_letters(run_tasks, mailoutbox) == []


def inherited_by(member: Member) -> list[str]:
    """Return the titles of the cases that somebody's own page says she inherited."""
    client = Client()
    client.force_login(member.user)
    page = BeautifulSoup(client.get("/mijn/").content, "html.parser")
    told = next((part for part in page.select(".desk > p") if "komen nu bij jou" in part.text), None)
    return [case.get_text() for case in told.find_next("ul").select("li")] if told else []


def test_her_own_page_names_the_cases_of_the_heir_for_as_long_as_she_is(
    case: PracticePage, noor: Member, join: Any, bodies: Any
) -> None:
    wim, other = join("Wim"), join("Ander")
    OrganisationContact.objects.create(organisation=bodies[0], member=wim)
    assert inherited_by(wim) == []
    move(noor, "Provincie Utrecht")
    assert [inherited_by(member) for member in (wim, other, noor)] == [[case.title], [], []]
    case.contact = other
    case.save_revision().publish()
    assert inherited_by(wim) == []


def test_own_page_takes_no_more_queries_with_more_inherited_cases(
    case: PracticePage, make_case: Any, noor: Member, join: Any, bodies: Any
) -> None:
    wim = join("Wim")
    OrganisationContact.objects.create(organisation=bodies[0], member=wim)
    move(noor, "Provincie Utrecht")
    client, counts = Client(), []
    client.force_login(wim.user)
    for number in range(3):
        client.get("/mijn/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/mijn/")
        counts.append(len(queries))
        make_case(f"nog-{number}", organisations=[bodies[0]], contact=noor)
    assert len(inherited_by(wim)) == 4
    assert len(set(counts)) == 1


def test_editors_see_it_on_their_first_page_in_the_log_and_beside_the_form(
    case: PracticePage, noor: Member, as_role: Any
) -> None:
    editor, edit = as_role(EDITORS), f"/cms/pages/{case.pk}/edit/"
    assert "left-contacts" not in editor.get("/cms/").text
    assert "Contactpersoon: wie kan er meer over vertellen?" in editor.get(edit).text
    move(noor, "Provincie Utrecht")
    panel = BeautifulSoup(editor.get("/cms/").content, "html.parser").select_one("#left-contacts-section")
    assert "De contactpersoon van 1 praktijkvoorbeeld werkt nu bij een andere" in panel.get_text()
    assert panel.select_one(f'a[href="{edit}"]')
    assert "Contactpersoon: deze werkt nu ergens anders." in editor.get(edit).text
    assert "De contactpersoon werkt nu ergens anders" in editor.get(f"/cms/pages/{case.pk}/history/").text
    assert PageLogEntry.objects.get(action="practices.contact_left").user == noor.user


def test_who_does_not_edit_cases_does_not_see_it(case: PracticePage, noor: Member, as_role: Any) -> None:
    move(noor, "Provincie Utrecht")
    assert "left-contacts" not in as_role("").get("/cms/", follow=True).text


def test_who_wrote_a_case_and_left_is_a_former_member_there_in_every_version(
    case: PracticePage, make_case: Any, join: Any
) -> None:
    writer, other = join("Schrijver"), make_case("ander")
    case.authors.set([writer])
    case.title = "Een eerdere versie"
    earlier = case.save_revision()
    earlier.publish()
    case.title = "Een latere versie"
    case.save_revision().publish()
    profile_withdraw(member=writer)
    for page, named in ((case, "voormalig lid"), (other, None)):
        soup = BeautifulSoup(Client().get(page.url).content, "html.parser")
        assert soup.find(string="voormalig lid") == named
        assert "Schrijver de Proef" not in soup.get_text()
    Revision.objects.get(pk=earlier.pk).publish()
    assert "voormalig lid" in Client().get(case.url).text


@pytest.fixture
def cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache pages from the first moment, and run `on_commit` functions at once, as outside a test."""
    monkeypatch.setattr(page_cache, "STORE", page_cache.make_store(2**20))
    monkeypatch.setattr(page_cache, "REST_AFTER_CHANGE", 0.0)
    connection.run_on_commit.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())


def test_strangers_read_how_many_they_could_ask_and_no_names_also_from_the_cache(
    case: PracticePage, noor: Member, join: Any, bodies: Any, cached: None
) -> None:
    hidden = dict.fromkeys(FIELDS, "members")
    Member.objects.update(visibility=hidden)
    join("Sam", visibility=hidden)
    join("Onzeker", workplace_proof="", visibility=hidden)
    join("Ver", organisation=bodies[1], visibility=hidden)
    join("Stil", visibility=hidden | {"organisation": "private"})

    def text_of(client: Client) -> str:
        return BeautifulSoup(client.get(case.url).content, "html.parser").main.get_text(" ", strip=True)

    for _time in range(2):
        text = text_of(Client())
        assert "Bij wie dit deed, werken 2 leden die je kunt vragen." in text
        assert "de Proef" not in text
    with CaptureQueriesContext(connection) as queries:
        text_of(Client())
    assert len(queries) == 1  # whether anything changed
    sam = Member.objects.get(name="Sam de Proef")
    sam.workplace_proof = ""
    sam.save()
    assert "werkt 1 lid dat je kunt vragen. Alleen leden zien wie dat is." in text_of(Client())
    noor.user.approved_at = None
    noor.user.save()
    assert "die je kunt vragen" not in text_of(Client())
    member = Client()
    member.force_login(sam.user)
    assert "kunt vragen" not in text_of(member)


def test_a_public_contact_is_named_instead_of_a_number(case: PracticePage) -> None:
    assert "die je kunt vragen" not in Client().get(case.url).text
    assert "dat je kunt vragen" not in Client().get(case.url).text
