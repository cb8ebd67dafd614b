"""A small site to search in: three cases, two organisations, three members."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from elastic_transport import Transport

from core.roles import EDITORS
from members.models import Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique, Theme
from users.models import User


@pytest.fixture
def make_case(site_frame: Any) -> Callable[..., PracticePage]:
    """Return a function that publishes a case; `themes`, `techniques` and `organisations` are lists of rows."""

    def make(slug: str, title: str, text: str = "", *, is_live: bool = True, **fields: Any) -> PracticePage:
        related = {name: fields.pop(name, []) for name in ("themes", "techniques", "organisations")}
        page = PracticePage(slug=slug, title=title, live=False, **fields)
        body = [("section", {"heading": "aanpak", "own_heading": "", "content": [("text", f"<p>{text}</p>")]})]
        page.body = body if text else []
        page.themes, page.techniques = related["themes"], related["techniques"]
        PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=page)
        for body in related["organisations"]:
            page.organisation_links.create(organisation=body)
        revision = page.save_revision()
        if is_live:
            revision.publish()
        page.refresh_from_db()
        return page

    return make


@pytest.fixture
def terms(db: None) -> dict[str, Any]:
    """Return two themes, a technique and two organisations, by a short name."""
    return {
        "roads": Theme.objects.create(name="Verkeer", slug="verkeer", name_en="Traffic"),
        "water": Theme.objects.create(name="Water", slug="water"),
        "model": Technique.objects.create(name="Voorspellend model", slug="voorspellend-model"),
        "breda": Organisation.objects.create(
            name="Gemeente Breda", short_name="Breda", kind="gemeente", province="noord-brabant"
        ),
        "rijnland": Organisation.objects.create(name="Hoogheemraadschap van Rijnland", kind="waterschap"),
    }


@pytest.fixture
def three_cases(make_case: Callable[..., PracticePage], terms: dict[str, Any]) -> list[PracticePage]:
    """Return three cases: two about roads, one about water."""
    roads = {"themes": [terms["roads"]], "techniques": [terms["model"]], "organisations": [terms["breda"]]}
    water = {"themes": [terms["water"]], "techniques": [terms["model"]], "organisations": [terms["rijnland"]]}
    return [
        make_case(
            "asfalt", "Slim asfaltonderhoud", "Met sensoren voorspelt de stad wanneer een weg stuk gaat.", started=2018, **roads
        ),
        make_case("fiets", "Fietsers tellen", "Tellingen laten zien waar een weg te smal is.", started=2019, **roads),
        make_case("gemaal", "Rioolgemalen aansturen", "Pompen die vooruitkijken naar de regen.", started=2018, **water),
    ]


@pytest.fixture
def make_member(site_frame: Any) -> Callable[..., Member]:
    """Return a function that makes a member of the network; `visibility` maps fields to who sees them."""

    def make(name: str, *, is_approved: bool = True, **fields: Any) -> Member:
        user = User.objects.create_user(f"{name.lower().replace(' ', '.')}@leden.example")
        user.approved_at = timezone.now() if is_approved else None
        user.save()
        return Member.objects.create(user=user, name=name, **fields)

    return make


@pytest.fixture
def index(engine: Any, run_tasks: Callable[[], int]) -> Callable[[], None]:
    """Return a function that does the waiting work and makes it findable at once; what waits before is done by a rebuild."""
    DBTaskResult.objects.ready().delete()
    call_command("search_index", "rebuild", verbosity=0, stdout=io.StringIO())

    def refresh() -> None:
        run_tasks()
        engine.indices.refresh(index=f"{settings.SEARCH_INDEX_PREFIX}-*")

    refresh()
    return refresh


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect how many seconds the engine gets for each question."""
    perform, asked = Transport.perform_request, []

    def note(self: Transport, *args: Any, **options: Any) -> Any:
        asked.append(options["request_timeout"])
        return perform(self, *args, **options)

    monkeypatch.setattr(Transport, "perform_request", note)
    return asked


@pytest.fixture
def copy(run_tasks: Callable[[], int]) -> Callable[[], int]:
    """Return a function that does the waiting work on a site without an engine."""
    run_tasks()
    return run_tasks


@pytest.fixture
def enter(site_frame: Any) -> Callable[[str], Client]:
    """Return a function that gives the browser of somebody in this group."""

    def enter(group: str = EDITORS) -> Client:
        user = User.objects.create_user(f"{group or 'lid'}@gemeente.example".lower(), approved_at=timezone.now())
        TOTP.activate(user, generate_totp_secret())
        user.groups.set(Group.objects.filter(name=group))
        client = Client()
        client.force_login(user)
        return client

    return enter
