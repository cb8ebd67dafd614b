"""What the tests of reuse share: a case of one organisation, and people of others."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.utils import timezone

from core.roles import EDITORS
from members.choices import FIELDS
from members.models import Member, OrganisationContact
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from reuse.choices import Status
from reuse.models import Adoption
from reuse.services import Statement, adoption_record
from users.models import User


@pytest.fixture
def make_body(db: None) -> Callable[..., Organisation]:
    """Return a maker of municipalities."""

    def make(name: str, **fields: Any) -> Organisation:
        return Organisation.objects.create(name=name, **{"kind": "gemeente"} | fields)

    return make


@pytest.fixture
def case(site_frame: Any, make_body: Callable[..., Organisation], run_tasks: Any) -> PracticePage:
    """Return a published case that Gemeente Maker made."""
    index = PracticeIndexPage.objects.get(locale__language_code="nl")
    page = PracticePage(title="Slimme gemalen", slug="gemalen", summary="Kort.", live=False)
    index.add_child(instance=page)
    page.organisation_links.create(organisation=make_body("Gemeente Maker"))
    page.save_revision().publish()
    run_tasks()
    return PracticePage.objects.get(pk=page.pk)


@pytest.fixture
def ede(make_body: Callable[..., Organisation]) -> Organisation:
    """Return an organisation that did not make the case."""
    return make_body("Gemeente Ede", province="gelderland", inhabitants=120_000)


@pytest.fixture
def make_member(db: None) -> Callable[..., User]:
    """Return a maker of members of whom it is certain where they work; it returns the account."""

    def make(name: str, body: Organisation | None, *, proof: str = "moderator", **fields: Any) -> User:
        user = User.objects.create_user(f"{name}@adres.example", approved_at=timezone.now())
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        values = {"name": f"{name.title()} de Proef", "organisation": body, "workplace_proof": proof}
        Member.objects.create(user=user, visibility=dict.fromkeys(FIELDS, "members"), **values | fields)
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def noor(make_member: Any, ede: Organisation) -> User:
    """Return somebody who speaks for Ede."""
    return make_member("noor", ede)


@pytest.fixture
def editor(make_member: Any, make_body: Any, site_frame: Any) -> User:
    """Return an editor."""
    user = make_member("redactie", make_body("Gemeente Elders"))
    user.groups.add(Group.objects.get(name=EDITORS))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def make_contact(make_member: Any) -> Callable[..., User]:
    """Return what makes a member who answers for an organisation."""

    def make(name: str, body: Organisation) -> User:
        user = make_member(name, body)
        OrganisationContact.objects.create(organisation=body, member=user.member)
        return user

    return make


def say(**fields: Any) -> Statement:
    """Return what somebody says of her organisation."""
    nothing = {"since": None, "scope": "", "changed": "", "effects": [], "proof": ""}
    stopped = {"stop_reason": "", "stop_words": ""}
    people = {
        name: fields.pop(name) for name in ("contact", "started_from", "on_behalf_of") if name in fields
    }
    return Statement(values={"status": Status.IN_USE} | nothing | stopped | fields, **people)


@pytest.fixture
def record(case: PracticePage, noor: User, ede: Organisation) -> Callable[..., Adoption]:
    """Return what records that Ede does what the case describes."""

    def record(user: User = noor, body: Organisation = ede, page: Any = case, **fields: Any) -> Adoption:
        return adoption_record(page=page, organisation=body, user=user, statement=say(**fields))

    return record
