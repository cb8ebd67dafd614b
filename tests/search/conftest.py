"""A small site to search in: three cases, two organisations, three members."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from elastic_transport import Transport

from core.roles import EDITORS
from members.models import Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique, Theme
from users.models import User


@dataclass(frozen=True)
class Shared:
    """What tests share that change nothing in the index: three cases, and their terms by a short name."""

    cases: list[PracticePage]
    terms: dict[str, Any]


def publish_case(
    slug: str, title: str, text: str = "", *, is_live: bool = True, **fields: Any
) -> PracticePage:
    """Publish a case; `themes`, `techniques` and `organisations` are lists of rows."""
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


def make_terms() -> dict[str, Any]:
    """Make two themes, a technique and two organisations, and return them by a short name."""
    return {
        "roads": Theme.objects.create(name="Verkeer", slug="verkeer", name_en="Traffic"),
        "water": Theme.objects.create(name="Water", slug="water"),
        "model": Technique.objects.create(name="Voorspellend model", slug="voorspellend-model"),
        "breda": Organisation.objects.create(
            name="Gemeente Breda", short_name="Breda", kind="gemeente", province="noord-brabant"
        ),
        "rijnland": Organisation.objects.create(name="Hoogheemraadschap van Rijnland", kind="waterschap"),
    }


def publish_three_cases(terms: dict[str, Any]) -> list[PracticePage]:
    """Publish three cases: two about roads, one about water."""
    roads = {"themes": [terms["roads"]], "techniques": [terms["model"]], "organisations": [terms["breda"]]}
    water = {"themes": [terms["water"]], "techniques": [terms["model"]], "organisations": [terms["rijnland"]]}
    return [
        publish_case(
            "asfalt",
            "Slim asfaltonderhoud",
            "Met sensoren voorspelt de stad wanneer een weg stuk gaat.",
            started=2018,
            **roads,
        ),
        publish_case(
            "fiets", "Fietsers tellen", "Tellingen laten zien waar een weg te smal is.", started=2019, **roads
        ),
        publish_case(
            "gemaal",
            "Rioolgemalen aansturen",
            "Pompen die vooruitkijken naar de regen.",
            started=2018,
            **water,
        ),
    ]


def rebuild() -> None:
    """Build everything anew, which does the work that waits.

    The command asks a first question, as a process of its own; what it read for that is not ours to remember.
    """
    from search.text import vocabulary

    DBTaskResult.objects.ready().delete()
    call_command("search_index", "rebuild", verbosity=0, stdout=io.StringIO())
    vocabulary._KEPT.clear()
    vocabulary._LOOKED_AT.clear()


@pytest.fixture
def make_case(site_frame: Any) -> Callable[..., PracticePage]:
    """Return a function that publishes a case; it takes lists of themes, techniques and organisations."""
    return publish_case


@pytest.fixture
def terms(db: None) -> dict[str, Any]:
    """Return two themes, a technique and two organisations, by a short name."""
    return make_terms()


@pytest.fixture
def three_cases(site_frame: Any, terms: dict[str, Any]) -> list[PracticePage]:
    """Return three cases: two about roads, one about water."""
    return publish_three_cases(terms)


@pytest.fixture(scope="session")
def share(
    day_before: Callable[[], Any],
    django_db_setup: None,
    django_db_blocker: Any,
    do_tasks: Callable[[], int],
    drop_indices: Callable[[Any], None],
    index_prefix: str,
) -> Callable[..., Any]:
    """Return a function that gives a context with three findable cases, in an engine or the fallback index.

    The engine costs a test a second, so tests that change nothing in the index share it; other changes are
    undone.
    """

    @contextmanager
    def share(engine: Any = None, **others: Any) -> Iterator[Shared]:
        told = others | {"SEARCH_INDEX_PREFIX": index_prefix} | ({} if engine else {"ELASTICSEARCH_URL": []})
        with ExitStack() as at_end:
            with django_db_blocker.unblock(), override_settings(**told), day_before():
                at_end.enter_context(transaction.atomic())
                shared = Shared(publish_three_cases(terms := make_terms()), terms)
                if engine:
                    at_end.callback(drop_indices, engine)
                    rebuild()
                do_tasks()
            if engine:
                engine.indices.refresh(index=f"{index_prefix}-*")
            yield shared
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                at_end.close()

    return share


@pytest.fixture(scope="class")
def in_engine(engine_client: Any, share: Callable[..., Any]) -> Iterator[Shared]:
    """Return what all tests of a class ask the engine for."""
    with share(engine_client) as shared:
        yield shared


@pytest.fixture(scope="class", params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def in_both(request: pytest.FixtureRequest, share: Callable[..., Any]) -> Iterator[Shared]:
    """Return what all tests of a class ask for, on each of both ways to search."""
    with share(request.getfixturevalue("engine_client") if request.param == "engine" else None) as shared:
        yield shared


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
    """Rebuild, and return a function that does the work that waits and makes its results findable at once."""
    rebuild()

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
def fallback(run_tasks: Callable[[], int]) -> Callable[[], int]:
    """Return a function that does the waiting work on a site without an engine."""
    run_tasks()
    return run_tasks


@pytest.fixture
def enter(site_frame: Any) -> Callable[[str], Client]:
    """Return a function that gives the browser of somebody in this group."""

    def enter(group: str = EDITORS) -> Client:
        user = User.objects.create_user(
            f"{group or 'lid'}@gemeente.example".lower(), approved_at=timezone.now()
        )
        TOTP.activate(user, generate_totp_secret())
        user.groups.set(Group.objects.filter(name=group))
        client = Client()
        client.force_login(user)
        return client

    return enter
