"""Whatever happens to adoptions, in any order: every place that counts them says what a recount says."""

import datetime
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale

from core.provinces import NODES
from core.ties import end
from members.models import Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticeOrganisation, PracticePage
from practices.presentation import build_provinces
from practices.services import adopted_by, latest_adopted
from reuse.choices import Source, Via
from reuse.clock import adoptions_expire
from reuse.lists import CaseAdoptions
from reuse.models import Adoption
from reuse.services import (
    Statement,
    adoption_confirm,
    adoption_decline,
    adoption_propose,
    adoption_record,
    adoption_set_words,
    adoption_undo,
)
from search.models import SearchEntry
from users.models import User

HISTORIES = 2000
STATUSES = ["exploring", "pilot", "in-use", "stopped"]
PROVINCES = ["", "gelderland", "zeeland", "drenthe"]
DAY = datetime.timedelta(days=1)
NOTHING = {"since": None, "scope": "", "changed": "", "effects": [], "proof": ""}
STOPPED = {"stop_reason": "", "stop_words": ""}


@dataclass(frozen=True)
class Naive:
    """What the test itself thinks of one case and one body; it knows nothing of models and services."""

    standing: str = "none"  # proposed, confirmed, aged or ended
    status: str = ""
    proof: str = ""
    is_read: bool = True  # everyone may read its words, of which the proof is the only one here
    is_made_up: bool = False
    confirmed_at: Any = None
    asked_at: Any = None
    asked: int = 0
    has_declined: bool = False
    last: str = ""
    last_at: Any = None
    before: Any = None

    @property
    def is_said(self) -> bool:
        return self.standing in {"confirmed", "aged"}

    @property
    def is_there(self) -> bool:
        return self.standing not in {"none", "ended"}

    @property
    def is_public(self) -> bool:
        has_source = self.proof != "" and self.is_read
        return self.is_said or (self.standing == "proposed" and has_source and self.status != "stopped")


@dataclass
class World:
    """The pages, bodies and people of a history, and what the test thinks of each case and body."""

    draw: random.Random
    pages: list[PracticePage]
    bodies: list[Organisation]
    people: dict[int, list[User]]
    editor: User
    run_tasks: Callable[[], int]
    clock: Any
    makers: dict[int, set[int]] = field(default_factory=dict)
    rows: dict[tuple[Any, int], Naive] = field(default_factory=lambda: defaultdict(Naive))
    told: list[str] = field(default_factory=list)
    year: int = 1950

    def pick(self) -> tuple[PracticePage, Organisation, tuple[Any, int]]:
        """Return a case and a body, and where the test keeps what it thinks of them."""
        page, body = self.draw.choice(self.pages), self.draw.choice(self.bodies)
        return page, body, (page.translation_key, body.pk)

    def somebody(self, body: Organisation) -> User:
        """Return somebody of a body, or the editor when all have left."""
        return self.draw.choice(self.people[body.pk] or [self.editor])

    def next_year(self) -> int:
        """Return another year than before, so that what is said is never said already."""
        self.year = 1950 + (self.year - 1949) % 70
        return self.year

    def known(self) -> tuple[Adoption, tuple[Any, int]] | None:
        """Return an adoption that the database has, if there is any."""
        rows = list(Adoption.objects.order_by("pk"))
        row = self.draw.choice(rows) if rows else None
        return row and (row, (row.case_key, row.organisation_id))

    def change(self, key: tuple[Any, int], last: str, **fields: Any) -> None:
        """Think something else of a case and a body."""
        row = self.rows[key]
        self.rows[key] = replace(row, last=last, last_at=timezone.now(), before=row, **fields)


# --- what can happen: each does it to the site, and to what the test thinks -------------------------------


def record(world: World) -> None:
    page, body, key = world.pick()
    if body.kind == "bedrijf" or body.pk in world.makers[page.pk]:
        return  # the page of the form refuses these
    user, status, row = world.somebody(body), world.draw.choice(STATUSES), world.rows[key]
    others = list(Adoption.objects.of_case(page).said().exclude(organisation=body))
    origin = world.draw.choice([None, *others])
    statement = Statement(
        values=NOTHING | STOPPED | {"status": status, "since": world.next_year()}, started_from=origin
    )
    adoption_record(page=page, organisation=body, user=user, statement=statement)
    said = {"standing": "confirmed", "status": status, "proof": "", "confirmed_at": timezone.now()}
    said["is_read"] = row.is_read or row.proof != ""  # there is nothing to read any more
    is_made_up = Member.objects.filter(user=user, is_demo=True).exists()
    world.change(key, "changed" if row.is_said else "recorded", is_made_up=is_made_up, **said)


def propose(world: World) -> None:
    page, body, key = world.pick()
    row, status = world.rows[key], world.draw.choice(STATUSES)
    proof = world.draw.choice(["", "https://ede.example/besluit"])
    user = world.draw.choice([None, world.editor])
    adoption_propose(
        page=page,
        organisation=body,
        user=user,
        source=Source.EDITOR,
        values={"status": status, "proof": proof},
    )
    is_fit = body.kind != "bedrijf" and body.pk not in world.makers[page.pk]
    if is_fit and not row.is_there and not row.has_declined and row.asked < 2:
        world.change(
            key,
            "proposed",
            standing="proposed",
            status=status,
            proof=proof,
            is_read=user is not None or proof == "",
            asked=row.asked + 1,
            asked_at=timezone.now(),
        )


def confirm(world: World) -> None:
    if found := world.known():
        adoption, key = found
        user = world.somebody(adoption.organisation)
        adoption_confirm(adoption=adoption, user=user, via=Via.LINK)
        if world.rows[key].is_there and adoption.organisation_id not in world.makers[adoption.page_id]:
            is_made_up = Member.objects.filter(user=user, is_demo=True).exists()
            said = {"standing": "confirmed", "confirmed_at": timezone.now()}
            world.change(key, "confirmed", is_made_up=is_made_up, **said)


def decline(world: World) -> None:
    if found := world.known():
        adoption, key = found
        adoption_decline(adoption=adoption, user=world.somebody(adoption.organisation), via=Via.SITE)
        if world.rows[key].is_there:
            world.change(key, "declined", standing="ended", has_declined=True)


def undo(world: World) -> None:
    if found := world.known():
        adoption, key = found
        adoption_undo(adoption=adoption, user=world.somebody(adoption.organisation))
        row = world.rows[key]
        if not row.before or row.before.standing == "none":
            return
        if row.last in {"recorded", "changed", "declined"} and timezone.now() - row.last_at < DAY:
            back = row.before
            names = ("standing", "status", "proof", "is_read", "is_made_up", "confirmed_at")
            world.change(key, "undone", **{name: getattr(back, name) for name in names})


def read_words(world: World) -> None:
    if found := world.known():
        adoption, key = found
        is_shown = world.draw.choice([True, False])
        if adoption_set_words(adoption=adoption, user=world.editor, is_shown=is_shown):
            world.change(key, "words", is_read=is_shown)


def wait(world: World) -> None:
    world.clock.shift(world.draw.choice([DAY / 3, 3 * DAY, 61 * DAY, 200 * DAY, 549 * DAY]))
    adoptions_expire()
    now = timezone.now()
    for key, row in list(world.rows.items()):
        if row.standing == "proposed" and now - row.asked_at > 60 * DAY:
            world.change(key, "lapsed", standing="ended")
        if row.standing == "confirmed" and now - row.confirmed_at > 548 * DAY:
            world.change(key, "aged", standing="aged")


def leave(world: World) -> None:
    people = world.people[world.draw.choice(world.bodies).pk]
    if people:
        world.run_tasks()
        end(people.pop())


def rename(world: World) -> None:
    body = world.draw.choice(world.bodies)
    body.name, body.province = f"{body.name} nu", world.draw.choice(PROVINCES)
    body.save()


def close(world: World) -> None:
    body = world.draw.choice(world.bodies)
    body.ended_date = timezone.localdate() - DAY
    body.save()


def delete(world: World) -> None:
    if len(world.bodies) > 2:
        body = world.bodies.pop(world.draw.randrange(len(world.bodies)))
        key = body.pk
        world.run_tasks()
        end(body)
        for makers in world.makers.values():
            makers.discard(key)
        for place in [place for place in world.rows if place[1] == key]:
            del world.rows[place]


def change_makers(world: World) -> None:
    number = world.draw.randrange(len(world.pages))
    page = PracticePage.objects.get(pk=world.pages[number].pk)
    adopters = [row.organisation_id for row in Adoption.objects.of_case(page).order_by("pk")]
    makers = world.makers[page.pk] ^ {world.draw.choice(adopters or [world.bodies[0].pk])}
    world.run_tasks()  # Wagtail's own would fail once the rows before are gone
    page.organisation_links.set(PracticeOrganisation(organisation_id=pk) for pk in sorted(makers))
    page.save_revision().publish()
    world.makers[page.pk], world.pages[number] = makers, PracticePage.objects.get(pk=page.pk)


OFTEN = [record, record, record, propose, propose, confirm, decline, undo, wait, change_makers]
SELDOM = [leave, rename, close, delete, read_words]


# --- the recount --------------------------------------------------------------------------------------------


def of_case(world: World, page: PracticePage) -> dict[int, Naive]:
    """Return what the test thinks of a case, by body, without who made it."""
    rows = ((key[1], row) for key, row in world.rows.items() if key[0] == page.translation_key)
    return {body: row for body, row in rows if body not in world.makers[page.pk]}


def check_page(world: World, page: PracticePage, client: Client) -> None:
    """Compare all that says something of a case with the recount."""
    rows = of_case(world, page)
    said = {body: row for body, row in rows.items() if row.is_said and not row.is_made_up}
    counted = {body: row.status for body, row in said.items() if row.standing == "confirmed"}
    users = {body for body, status in counted.items() if status == "in-use"}
    pages = PracticePage.objects.filter(pk=page.pk)
    for found in (pages.get(), pages.with_everything().get()):
        assert {row.organisation_id: row.status for row in found.adopters} == counted
        assert {body.pk for body in found.users} == users
        provinces = {body.province for body in world.bodies if counted.get(body.pk, "stopped") != "stopped"}
        wanted = {NODES[name][0] for name in provinces - {""}}
        shown = CaseAdoptions(found, world.makers[page.pk]).rows
        assert {node["code"] for node in build_provinces(found, shown) if node["is_use"]} == wanted
    assert [card.reuse for card in PracticePage.cards().filter(pk=page.pk)] == [len(users)]
    totals = CaseAdoptions(page, world.makers[page.pk]).totals
    done = [row for row in said.values() if row.status != "exploring"]
    trying = [status for status in counted.values() if status in {"pilot", "exploring"}]
    assert (totals.in_use, totals.trying, totals.ever) == (len(users), len(trying), len(done))
    entry = SearchEntry.objects.get(kind="case", object_id=page.pk)
    assert (set(entry.facets["reuse"]), entry.reuse) == (set(counted.values()), len(users))
    for status in STATUSES:
        has = PracticePage.objects.having({"reuse": [status]}).filter(pk=page.pk).exists()
        assert has == (status in counted.values())
    if page.locale.language_code == "nl":
        check_api(world, page, client, rows, users)


def check_api(
    world: World, page: PracticePage, client: Client, rows: dict[int, Naive], users: set[int]
) -> None:
    """Compare what the API says of a case with the recount."""
    slugs = {body.pk: body.slug for body in world.bodies}
    answer = client.get(f"/api/v1/cases/{page.slug}/adoptions").json()["results"]
    told = {
        row["organisation"]["slug"]: (row["status"], row["is_recent"], row["demonstration"]) for row in answer
    }
    assert told == {
        slugs[body]: (row.status, row.standing == "confirmed", row.is_made_up)
        for body, row in rows.items()
        if row.is_public
    }
    case = client.get(f"/api/v1/cases/{page.slug}").json()
    assert {body["slug"] for body in case["links"]["reused_by"]} == {slugs[body] for body in users}


def check_bodies(world: World) -> None:
    """Compare the pages of organisations and the home page with the recount."""
    for body in world.bodies:
        told = {(row.adoption.page_id, row.adoption.status) for row in adopted_by(body)}
        kept = Adoption.objects.filter(organisation=body).values_list("case_key", "page")
        wanted = {
            (page, world.rows[key, body.pk].status)
            for key, page in kept
            if world.rows[key, body.pk].is_public and body.pk not in world.makers[page]
        }
        assert told == wanted
    for row in latest_adopted(100):
        naive = world.rows[row.adoption.case_key, row.organisation.pk]
        assert naive.standing == "confirmed"


@pytest.fixture
def make_world(
    site_frame: Any, case: PracticePage, make_body: Any, make_member: Any, editor: User, run_tasks: Any
) -> Iterator[Callable[[int], World]]:
    """Return what makes a world for a history: two cases, one of them in two languages, and six bodies."""
    english = case.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.save_revision().publish()
    other = PracticePage(title="Slim asfalt", slug="asfalt", summary="Kort.", live=False)
    PracticeIndexPage.objects.get(locale__language_code="nl").add_child(instance=other)
    other.organisation_links.create(organisation=case.organisations()[0])
    other.save_revision().publish()
    maker = case.organisations()[0]
    bodies = [maker, *(make_body(f"Gemeente {n}", province=PROVINCES[n % 4]) for n in range(4))]
    bodies.append(make_body("Bedrijf BV", kind="bedrijf"))
    people = {
        body.pk: [make_member(f"lid{body.pk}-{n}", body, is_demo=n == 2) for n in range(3)] for body in bodies
    }
    run_tasks()

    def make(seed: int, clock: Any) -> World:
        pages = [PracticePage.objects.get(pk=page.pk) for page in (case, english, other)]
        fresh = [Organisation.objects.get(pk=body.pk) for body in bodies]
        staff = {key: [User.objects.get(pk=user.pk) for user in users] for key, users in people.items()}
        world = World(random.Random(seed), pages, fresh, staff, editor, run_tasks, clock)
        world.makers = {page.pk: {maker.pk} for page in pages}
        return world

    return make


def test_every_count_is_that_of_a_naive_recount_after_any_history(
    make_world: Callable[[int, Any], World], rounds: Callable[[int], int]
) -> None:
    client, start = Client(), timezone.now()
    for seed in range(rounds(HISTORIES)):
        with transaction.atomic(), time_machine.travel(start, tick=False) as clock:
            live_and_check(make_world(seed, clock), client, seed)
            transaction.set_rollback(True)


def live_and_check(world: World, client: Client, seed: int) -> None:
    """Let a history happen, and compare; a failure names the seed and all that happened."""
    for _ in range(world.draw.randrange(4, 30)):
        act = world.draw.choice(OFTEN if world.draw.random() < 0.85 else SELDOM)
        world.told.append(act.__name__)
        act(world)
    world.run_tasks()
    for name in ("memory", "counters", "default"):
        caches[name].clear()
    try:
        for page in world.pages:
            check_page(world, page, client)
        check_bodies(world)
    except AssertionError as error:
        raise AssertionError(f"history {seed}: {', '.join(world.told)}") from error
