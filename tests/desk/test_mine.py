"""A member's own page: what waits for her, and nothing that is empty."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from contact.models import Draft, Message
from contact.services import Question, conversation_begin
from contact.topics import Topic
from core.roles import EDITORS, MODERATORS
from members.models import Expertise, Member, OrganisationContact
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from reuse.services import NOTHING_SAID, Statement, adoption_record
from taxonomy.models import Theme
from users.models import User


@pytest.fixture
def body(db: None) -> Organisation:
    return Organisation.objects.create(name="Gemeente Proefstad", kind="gemeente")


@pytest.fixture
def make_member(body: Organisation) -> Any:
    def make(name: str, **fields: Any) -> User:
        user = User.objects.create_user(f"{name}@adres.example", approved_at=timezone.now(), first_name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        values = {"name": name, "organisation": body, "workplace_proof": "address", "can_help": "Alles"}
        Member.objects.create(user=user, **values | fields)
        return user

    return make


def page_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/mijn/").text


def test_a_stranger_goes_to_the_login_page(client: Client, db: None) -> None:
    assert client.get("/mijn/").url.startswith("/accounts/login/")


def test_nothing_waits_for_who_has_done_all(make_member: Any) -> None:
    noor = make_member("Noor")
    Expertise.objects.create(member=noor.member, theme=Theme.objects.create(name="Rioolgemalen"))
    assert "Er wacht niets op je." in page_of(noor)


def test_a_new_member_is_asked_to_make_her_profile(db: None) -> None:
    user = User.objects.create_user("nieuw@adres.example", approved_at=timezone.now())
    assert "Je hebt nog geen profiel." in page_of(user)


def test_what_a_profile_lacks_waits(make_member: Any) -> None:
    page = page_of(make_member("Noor", can_help="", organisation=None))
    assert "noemt geen onderwerpen" in page
    assert "niet waar je werkt" in page
    assert "niet waarmee je anderen kunt helpen" in page


def test_messages_and_questions_that_were_not_sent_wait(make_member: Any) -> None:
    import uuid

    noor, sam = make_member("Noor"), make_member("Sam")
    question = Question("Vraag", "Hoe?", Topic(), uuid.uuid4())
    conversation_begin(sender=sam, other=noor, question=question)
    Draft.objects.create(account=noor, subject="Mijn concept", text="Tekst")
    page = page_of(noor)
    assert "1 gesprek met iets nieuws" in page
    assert "‘Mijn concept’ is nog niet verstuurd" in page


APPLICATIONS = {"1 aanmelding wacht": "/cms/aanmeldingen/"}
WORDS = {"2 toelichtingen bij overnames wachten": "/cms/overnames/"}


@pytest.fixture
def waiting(site_frame: Any, make_member: Any) -> None:
    """Let somebody wait to be let in, and words of an adoption for an editor."""
    user = User.objects.create_user("wacht@adres.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    page = PracticePage(title="Slimme gemalen", slug="gemalen")
    PracticeIndexPage.objects.child_of(site_frame).get().add_child(instance=page)
    for number in range(2):
        elsewhere = Organisation.objects.create(name=f"Gemeente Elders {number}", kind="gemeente")
        said = Statement(NOTHING_SAID | {"status": "in-use", "changed": "Anders"})
        writer = make_member(f"Schrijver {number}", organisation=elsewhere)
        adoption_record(page=page, organisation=elsewhere, user=writer, statement=said)


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("group", "told"),
    [
        (MODERATORS, APPLICATIONS | WORDS),
        (EDITORS, WORDS),
        ("", {}),
    ],
)
def test_what_waits_for_moderators_and_editors_is_told_to_them_alone(
    make_member: Any, group: str, told: dict[str, str]
) -> None:
    user = make_member("Noor")
    if group:
        user.groups.add(Group.objects.get(name=group))
    lines = BeautifulSoup(page_of(user), "html.parser").select(".desk__lines li")
    texts = {line.span.get_text(): line.a["href"] for line in lines}
    waiting = {text: url for text, url in texts.items() if "aanmelding" in text or "toelichting" in text}
    assert waiting == told


def test_moderators_find_whose_organisation_is_not_confirmed(site_frame: Any, make_member: Any) -> None:
    moderator = make_member("Noor")
    make_member("Beweert", workplace_proof="")
    text = "Van 1 lid is de organisatie nog niet bevestigd"
    assert text not in page_of(moderator)
    moderator.groups.add(Group.objects.get(name=MODERATORS))
    assert text in page_of(moderator)


def test_a_case_in_the_workflow_waits_for_who_judges_it_then_for_who_wrote_it(
    site_frame: Any, make_member: Any
) -> None:
    editor, moderator = make_member("Teun"), make_member("Noor")
    editor.groups.add(Group.objects.get(name=EDITORS))
    moderator.groups.add(Group.objects.get(name=MODERATORS))
    page = PracticePage(title="Slimme gemalen", slug="gemalen", live=False)
    PracticeIndexPage.objects.child_of(site_frame).get().add_child(instance=page)
    page.save_revision(user=editor)
    state = page.get_workflow().start(page, editor)
    assert "1 pagina wacht op je oordeel" in page_of(moderator)
    assert "wacht op je oordeel" not in page_of(editor)
    state.current_task_state.reject(user=moderator, comment="Noem de bron.")
    line = BeautifulSoup(page_of(editor), "html.parser").find("span", string=re.compile("Slimme gemalen"))
    assert line.get_text() == "Er zijn wijzigingen gevraagd: Slimme gemalen"
    assert "wijzigingen gevraagd" not in page_of(moderator)


def test_the_organisation_says_who_answers_for_it(make_member: Any, body: Organisation) -> None:
    noor = make_member("Noor")
    assert "nog geen contactpersoon" in page_of(noor)
    OrganisationContact.objects.create(organisation=body, member=noor.member)
    assert "Jij bent de contactpersoon" in page_of(noor)


def test_who_wants_to_answer_for_her_organisation_finds_the_message_begun(make_member: Any) -> None:
    noor, _colleague = make_member("Noor"), make_member("Sam")
    client = Client()
    client.force_login(noor)
    page = BeautifulSoup(client.get("/mijn/").content, "html.parser")
    link = page.find("a", string="Meld je aan als contactpersoon")["href"]
    form = client.get(link).context["form"]
    begun = {name: form[name].value() for name in ("to", "subject", "text", "key")}
    assert (begun["to"], begun["subject"]) == ("redactie", "Contactpersoon van Gemeente Proefstad")
    assert begun["text"].startswith("Ik werk bij Gemeente Proefstad")
    assert client.post(link, begun).status_code == 302
    assert Message.objects.get().text == begun["text"]
    assert client.get(link.split("&")[0]).context["form"]["text"].value() is None


def test_an_organisation_that_is_not_certain_is_not_shown(make_member: Any) -> None:
    assert "Jouw organisatie" not in page_of(make_member("Noor", workplace_proof=""))


def test_who_waits_for_approval_reads_that(db: None) -> None:
    page = page_of(User.objects.create_user("wacht@adres.example"))
    assert "Leden zien elkaar pas" in page
    assert "Jouw organisatie" not in page


@pytest.mark.parametrize("many", [1, 10])
def test_the_page_takes_the_same_queries_whoever_wrote(
    make_member: Any, many: int, django_assert_max_num_queries: Any
) -> None:
    import uuid

    noor = make_member("Noor")
    for number in range(many):
        question = Question("Vraag", "Hoe?", Topic(), uuid.uuid4())
        conversation_begin(sender=make_member(f"Lid {number}"), other=noor, question=question)
    client = Client()
    client.force_login(noor)
    client.get("/mijn/")
    with django_assert_max_num_queries(28):
        client.get("/mijn/")
