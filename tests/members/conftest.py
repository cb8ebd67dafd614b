"""What the tests of members share."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page, Site

from members.choices import FIELDS
from members.models import Expertise, Member, MemberIndexPage, Sought
from organisations.models import Organisation
from taxonomy.models import Technique, Theme
from users.models import User


@pytest.fixture
def organisations(db: None) -> tuple[Organisation, Organisation]:
    """Return two organisations."""
    first = Organisation.objects.create(name="Gemeente Proefstad", kind="gemeente", province="utrecht")
    return first, Organisation.objects.create(name="Waterschap De Proef", kind="waterschap")


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a maker of accounts."""

    def make(name: str = "iemand", *, approved: bool = True, **fields: Any) -> User:
        email = f"{name}@adres.example"
        return User.objects.create_user(
            email, approved_at=timezone.now() if approved else None, first_name=name, **fields
        )

    return make


@pytest.fixture
def make_member(make_user: Callable[..., User]) -> Callable[..., Member]:
    """Return a maker of members with a confirmed organisation; `visibility` as one word sets every field."""

    def make(
        account: str = "lid",
        *,
        visibility: Any = None,
        approved: bool = True,
        is_active: bool = True,
        **fields: Any,
    ) -> Member:
        user = make_user(account, approved=approved, is_active=is_active)
        chosen = dict.fromkeys(FIELDS, visibility) if isinstance(visibility, str) else visibility or {}
        return Member.objects.create(
            user=user,
            visibility=chosen,
            **{"name": f"Lid {account}", "workplace_proof": "moderator"} | fields,
        )

    return make


@pytest.fixture
def terms(db: None) -> tuple[Theme, Technique]:
    """Return a theme and a technique."""
    return Theme.objects.create(name="Armoede en schulden"), Technique.objects.create(name="Machine learning")


@pytest.fixture
def add_expertise(terms: tuple[Theme, Technique]) -> Callable[[Member], None]:
    """Return what gives a member an expertise in both terms."""

    def add(member: Member) -> None:
        Expertise.objects.create(member=member, theme=terms[0], level=1)
        Expertise.objects.create(member=member, technique=terms[1], level=3)

    return add


@pytest.fixture
def add_sought(db: None) -> Callable[[Member], tuple[Theme, Technique]]:
    """Return what lets a member seek help with two terms, and gives these."""

    def add(member: Member) -> tuple[Theme, Technique]:
        theme, _ = Theme.objects.get_or_create(name="Energietransitie")
        technique, _ = Technique.objects.get_or_create(name="Datalab")
        Sought.objects.create(member=member, theme=theme)
        Sought.objects.create(member=member, technique=technique)
        return theme, technique

    return add


@pytest.fixture
def index_page(db: None) -> MemberIndexPage:
    """Return the directory, published at `/leden/`."""
    site = Site.objects.get(is_default_site=True)
    found = MemberIndexPage.objects.child_of(site.root_page).first()
    if found:
        return found
    page = MemberIndexPage(title="Leden", slug="leden")
    Page.objects.get(pk=site.root_page_id).add_child(instance=page)
    page.save_revision().publish()
    return page
