"""What the tests of cases share."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from members.models import Member
from organisations.models import Organisation
from pages.models import HomePage
from practices.models import (
    PracticeIndexPage,
    PracticeLesson,
    PracticeOrganisation,
    PracticePage,
    PracticeResult,
    PracticeSource,
    RelatedPractice,
)
from taxonomy.models import Technique, Theme
from users.models import User


@pytest.fixture
def index(site_frame: HomePage) -> PracticeIndexPage:
    """Return the Dutch list of cases."""
    return PracticeIndexPage.objects.get(locale=site_frame.locale)


def section(heading: str, html: str) -> dict[str, Any]:
    """Return a section with one block of text, as a StreamField keeps it."""
    return {
        "type": "section",
        "value": {"heading": heading, "own_heading": "", "content": [{"type": "text", "value": html}]},
    }


def numbered(rows: Iterable[Any]) -> list[Any]:
    """Return the rows with their order set, as a form and an import save it.

    Without it they come back in any order.
    """
    in_order = list(rows)
    for number, row in enumerate(in_order):
        row.sort_order = number
    return in_order


@pytest.fixture
def make_case(index: PracticeIndexPage, adopt: Callable[..., Any]) -> Callable[..., PracticePage]:
    """Return a maker of cases, published unless told otherwise."""

    @transaction.atomic
    def make(
        slug: str = "slim-asfalt",
        *,
        published: bool = True,
        organisations: Iterable[Organisation] = (),
        reused_by: Iterable[Organisation] = (),
        related: Iterable[PracticePage] = (),
        themes: Iterable[Theme] = (),
        techniques: Iterable[Technique] = (),
        results: int = 0,
        **fields: Any,
    ) -> PracticePage:
        fields = {
            "title": slug.replace("-", " ").capitalize(),
            "body": [section("aanpak", "<p>Zo ging het.</p>")],
        } | fields
        page = PracticePage(slug=slug, live=False, locale=index.locale, **fields)
        page.themes.set(themes)
        page.techniques.set(techniques)
        page.organisation_links.set(
            numbered(PracticeOrganisation(organisation=body) for body in organisations)
        )
        page.related_links.set(numbered(RelatedPractice(related=other) for other in related))
        page.results.set(
            numbered(PracticeResult(label=f"water {n}", value="30", unit="%") for n in range(results))
        )
        page.lessons.set(numbered(PracticeLesson(text=f"Begin klein, stap {n}.") for n in range(results)))
        page.sources.set(
            numbered(PracticeSource(title="Evaluatie", url="https://example.org/e") for n in range(results))
        )
        PracticeIndexPage.objects.get(pk=index.pk).add_child(instance=page)
        for body in reused_by:
            adopt(page, body)
        revision = page.save_revision()
        if published:
            revision.publish()
        return PracticePage.objects.get(pk=page.pk)

    return make


@pytest.fixture
def make_body(db: None) -> Callable[..., Organisation]:
    """Return a maker of organisations."""
    return lambda name="Gemeente Breda", **fields: Organisation.objects.create(name=name, **fields)


@pytest.fixture
def make_member(db: None) -> Callable[..., Member]:
    """Return a maker of members of the network, with everything shown to members unless told otherwise."""

    def make(name: str = "Noor de Proef", email: str = "noor@gemeente.example", **fields: Any) -> Member:
        user = User.objects.create_user(email, approved_at=timezone.now())
        return Member.objects.create(user=user, name=name, **fields)

    return make


@pytest.fixture
def as_role(site_frame: Any) -> Callable[[str], Client]:
    """Return what gives the browser of somebody with this role, logged in with a second factor."""

    def browse(role: str) -> Client:
        user = User.objects.create_user(
            f"{role.lower() or 'lid'}@knooppunt.example", approved_at=timezone.now(), first_name=role
        )
        user.groups.set(Group.objects.filter(name=role))
        TOTP.activate(user, generate_totp_secret())
        client = Client()
        client.force_login(user)
        return client

    return browse


@pytest.fixture
def index_pk(site_frame: Any) -> int:
    """Return the key of the Dutch list of cases of a site that is laid out."""
    return PracticeIndexPage.objects.get(locale__language_code="nl").pk


@pytest.fixture
def case_form() -> Callable[..., dict[str, Any]]:
    """Return what fills in the form of a case, as a browser sends it."""
    section = {
        "heading": "aanpak",
        "own_heading": "",
        "content": streamfield([("text", rich_text("<p>Zo ging het.</p>"))]),
    }
    inlines = "organisation_links results lessons sources documents related_links".split()
    form = {
        "title": "Slim asfalt",
        "slug": "slim-asfalt",
        "summary": "In het kort.",
        "body": streamfield([("section", section)]),
        "language": "nl",
        "tags": "asfalt",
        **{name: inline_formset([]) for name in inlines},
    }

    def fill_in(**fields: Any) -> dict[str, Any]:
        chosen = {name: value for name, value in fields.items() if isinstance(value, list)}
        return (
            nested_form_data(form | {name: fields[name] for name in fields.keys() - chosen.keys()}) | chosen
        )

    return fill_in
