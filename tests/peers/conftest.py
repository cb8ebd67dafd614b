"""What the tests of peers share: members at bodies alike, who know and seek things."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from members.choices import FIELDS
from members.models import Expertise, Member, Sought
from organisations.models import Organisation
from taxonomy.models import Technique, Theme
from users.models import User


@pytest.fixture
def bodies(db: None) -> tuple[Organisation, ...]:
    """Return two municipalities of about the same size, and a larger one."""
    sizes = {"Proefstad": 100_000, "Proefdorp": 120_000, "Proefgroot": 900_000}
    return tuple(
        Organisation.objects.create(
            name=f"Gemeente {name}", kind="gemeente", inhabitants=size, inhabitants_year=2026
        )
        for name, size in sizes.items()
    )


@pytest.fixture
def pumps(db: None) -> Theme:
    """Return a theme."""
    return Theme.objects.create(name="Rioolgemalen")


@pytest.fixture
def drones(db: None) -> Technique:
    """Return a technique."""
    return Technique.objects.create(name="Drones")


@pytest.fixture
def make_member(bodies: tuple[Organisation, ...]) -> Callable[..., User]:
    """Return a maker of members of the large municipality; it returns the account."""

    def make(
        name: str,
        *,
        knows: Any = (),
        seeks: Any = (),
        visibility: dict[str, str] | None = None,
        **fields: Any,
    ) -> User:
        user = User.objects.create_user(f"{name}@adres.example", approved_at=timezone.now(), first_name=name)
        values = {"name": f"{name.title()} de Proef", "organisation": bodies[2], "workplace_proof": "address"}
        shown = dict.fromkeys(FIELDS, "members") | (visibility or {})
        member = Member.objects.create(user=user, visibility=shown, **values | fields)
        for row, terms in ((Expertise, knows), (Sought, seeks)):
            for term in terms:
                row.objects.create(member=member, **{term._meta.model_name: term})
        return user

    return make


@pytest.fixture
def noor(make_member: Any, pumps: Theme, bodies: tuple[Organisation, ...]) -> User:
    """Return somebody who looks, and knows of pumps."""
    return make_member("noor", knows=[pumps], organisation=bodies[0])


@pytest.fixture
def page_of() -> Callable[[User], str]:
    """Return what gives the own page of somebody."""

    def page_of(user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.get("/mijn/").text

    return page_of
