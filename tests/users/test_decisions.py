"""What a moderator sees of people who wait, what she decides, and who hears of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from core.roles import MODERATORS
from mail.models import Delivery
from members.models import Expertise, Member, Sought
from members.services import profiles_for_moderator
from organisations.models import Organisation
from taxonomy.models import Theme
from users.models import User
from users.services import account_announce, account_approve, account_decline

WHY = "Je adres is niet van een overheidsorganisatie."


@pytest.fixture
def moderator(client: Client, make_editor: Any, add_totp: Any, log_in: Any) -> User:
    """Return a moderator, logged in."""
    user: User = make_editor("moderator@gemeente.example", "approve_user")
    log_in(client, user.email, secret=add_totp(user))
    return user


@pytest.fixture
def waiting(make_user: Any) -> User:
    """Return somebody who waits."""
    user: User = make_user("nieuw@elders.example", approved=False, organisation_hint="Waterschap De Proef")
    return user


def test_a_moderator_sees_who_waits_and_lets_in(
    client: Client, moderator: User, waiting: User, mailoutbox: list[Any], run_tasks: Any
) -> None:
    home, page = client.get("/cms/").text, client.get("/cms/aanmeldingen/").text
    assert "1 persoon wacht op goedkeuring" in home
    assert all(
        text in page for text in [waiting.email, "Noor de Proef", "Waterschap De Proef", "Nog geen profiel"]
    )
    client.post(f"/cms/aanmeldingen/{waiting.pk}/goedkeuren/")
    waiting.refresh_from_db()
    assert waiting.is_approved
    assert waiting.approved_by == moderator
    run_tasks()
    assert [mail.subject for mail in mailoutbox] == ["Je bent nu lid van Knooppunt"]


def make_profile(user: User, **visibility: str) -> Member:
    """Make a profile in which everything is filled in."""
    body = Organisation.objects.get_or_create(name="Gemeente Proefstad")[0]
    texts = {"role": "data-analist", "about": "Ik meet water.", "links": "https://example.org/noor"}
    member = Member.objects.create(user=user, name="Noor", organisation=body, visibility=visibility, **texts)
    Expertise.objects.create(member=member, theme=Theme.objects.get_or_create(name="Landbouw")[0], level=3)
    return member


def test_a_moderator_sees_the_profile_before_she_decides(
    client: Client, moderator: User, waiting: User
) -> None:
    make_profile(waiting)
    for page in (client.get("/cms/aanmeldingen/"), client.get(f"/cms/aanmeldingen/{waiting.pk}/afwijzen/")):
        found = [
            text.get_text(" ", strip=True) for text in BeautifulSoup(page.content, "html.parser").select("dd")
        ]
        said = [
            "Noor",
            "Gemeente Proefstad (nog niet bevestigd)",
            "data-analist",
            "Ik meet water.",
            "Landbouw (expert)",
        ]
        assert [text for text in found if text in said] == said


def test_each_field_of_a_profile_has_its_name_and_the_photo_is_not_one_of_them(waiting: User) -> None:
    member = make_profile(waiting)
    member.links, member.photo = "https://example.org/een\nhttps://example.org/twee", "photos/een.webp"
    member.languages = ["nl", "en"]
    member.save()
    theme = Theme.objects.create(name="Armoede")
    Expertise.objects.create(member=member, theme=theme, level=1)
    Sought.objects.create(member=member, theme=theme)
    assert profiles_for_moderator([waiting]) == {
        waiting.pk: [
            ("Naam", "Noor"),
            ("Organisatie", "Gemeente Proefstad (nog niet bevestigd)"),
            ("Functie", "data-analist"),
            ("Over mij", "Ik meet water."),
            ("Expertise", "Landbouw (expert), Armoede (basis)"),
            ("Zoekt", "Armoede"),
            ("Talen", "Nederlands, Engels"),
            ("Links", "https://example.org/een\nhttps://example.org/twee"),
        ]
    }


def test_a_moderator_sees_no_more_than_members_are_told(
    client: Client, moderator: User, waiting: User
) -> None:
    hidden = dict.fromkeys(["name", "organisation", "role", "about", "expertise", "links"], "private")
    make_profile(waiting, **hidden)
    page = client.get("/cms/aanmeldingen/").text
    assert "Gemeente Proefstad" in page
    assert not any(
        text in page for text in ["data-analist", "Ik meet water.", "Landbouw", "example.org/noor"]
    )


def test_the_list_asks_as_much_for_many_as_for_one(
    client: Client, moderator: User, make_user: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    make_profile(make_user("een@elders.example", approved=False))
    client.get("/cms/aanmeldingen/")
    with CaptureQueriesContext(connection) as few:
        client.get("/cms/aanmeldingen/")
    for number in range(5):
        make_profile(make_user(f"{number}@elders.example", approved=False))
    with django_assert_num_queries(len(few)):
        client.get("/cms/aanmeldingen/")


def test_turning_somebody_down_asks_for_a_reason_first(
    client: Client, moderator: User, waiting: User
) -> None:
    address = f"/cms/aanmeldingen/{waiting.pk}/afwijzen/"
    assert address in client.get("/cms/aanmeldingen/").text
    assert "Ja, wijs deze aanmelding af" in client.get(address).text
    for reason in ("", "   ", "x" * 1001):
        answer = client.post(address, {"reason": reason})
        assert answer.status_code == 200
        assert answer.context["form"].errors["reason"]
    waiting.refresh_from_db()
    assert waiting.is_active


def test_who_is_turned_down_reads_why_and_is_out(
    client: Client, moderator: User, waiting: User, log_in: Any, mailoutbox: list[Any], run_tasks: Any
) -> None:
    client.post(f"/cms/aanmeldingen/{waiting.pk}/afwijzen/", {"reason": WHY})
    run_tasks()
    (mail,) = mailoutbox
    assert mail.to == [waiting.email]
    assert WHY in mail.body
    assert "/contact/" in mail.body
    other = Client()
    log_in(other, waiting.email)
    assert "_auth_user_id" not in other.session
    assert not User.objects.waiting().exists()


def test_who_was_turned_down_can_be_let_in_after_all(
    client: Client, moderator: User, waiting: User, log_in: Any, mailoutbox: list[Any], run_tasks: Any
) -> None:
    client.post(f"/cms/aanmeldingen/{waiting.pk}/afwijzen/", {"reason": WHY})
    page = client.get("/cms/aanmeldingen/").text
    assert all(text in page for text in ["Afgewezen op", WHY, waiting.email, "Alsnog goedkeuren"])
    client.post(f"/cms/aanmeldingen/{waiting.pk}/goedkeuren/")
    waiting.refresh_from_db()
    assert waiting.is_approved
    assert (waiting.declined_at, waiting.decline_reason) == (None, "")
    assert WHY not in client.get("/cms/aanmeldingen/").text
    run_tasks()
    assert [mail.subject for mail in mailoutbox] == ["Je bent nu lid van Knooppunt"]
    other = Client()
    log_in(other, waiting.email)
    assert "_auth_user_id" in other.session


def test_a_decision_is_a_post_that_is_made_once(client: Client, moderator: User, waiting: User) -> None:
    assert client.get(f"/cms/aanmeldingen/{waiting.pk}/goedkeuren/").status_code == 405
    client.post(f"/cms/aanmeldingen/{waiting.pk}/goedkeuren/")
    client.post(f"/cms/aanmeldingen/{waiting.pk}/afwijzen/", {"reason": WHY})
    waiting.refresh_from_db()
    assert waiting.is_active
    assert waiting.is_approved


def test_only_who_waits_can_be_decided_about(client: Client, moderator: User, make_user: Any) -> None:
    others = [
        make_user("lid@elders.example"),
        make_user("baas@elders.example", approved=False, is_superuser=True),
    ]
    others.append(make_user("vaag@elders.example", approved=False, verified=False))
    for user in others:
        client.post(f"/cms/aanmeldingen/{user.pk}/afwijzen/", {"reason": WHY})
        user.refresh_from_db()
        assert user.is_active
    closed = make_user("dicht@elders.example", approved=False, is_active=False)
    for user in (others[2], closed):
        client.post(f"/cms/aanmeldingen/{user.pk}/goedkeuren/")
        user.refresh_from_db()
        assert not user.is_approved


@pytest.mark.parametrize("role", ["editor", "visitor"])
def test_nobody_else_can_decide(
    client: Client, make_editor: Any, waiting: User, add_totp: Any, log_in: Any, role: str
) -> None:
    if role == "editor":
        editor = make_editor()
        log_in(client, editor.email, secret=add_totp(editor))
    assert waiting.email not in client.get("/cms/aanmeldingen/", follow=True).text
    client.post(f"/cms/aanmeldingen/{waiting.pk}/goedkeuren/")
    client.post(f"/cms/aanmeldingen/{waiting.pk}/afwijzen/", {"reason": WHY})
    waiting.refresh_from_db()
    assert (waiting.is_approved, waiting.is_active) == (False, True)


def test_decisions_are_in_the_log_without_the_reason(make_user: Any) -> None:
    moderator, first, second = (make_user(f"{name}@elders.example", approved=False) for name in "abc")
    account_approve(user=first, moderator=moderator)
    account_decline(user=second, moderator=moderator, reason=WHY)
    entries = ModelLogEntry.objects.order_by("pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        ("users.approve", moderator),
        ("users.decline", moderator),
    ]
    assert WHY not in str(list(entries.values()))
    assert registry.action_exists("users.admit")


class TestHearingOfWhoWaits:
    """Moderators get one mail about all who came to wait within an hour, and none about nobody."""

    @pytest.fixture
    def moderators(self, make_user: Any, site_frame: Any) -> list[User]:
        """Return two moderators, beside an editor and a member."""
        moderators = [make_user(f"{name}@gemeente.example") for name in ("moderator", "tweede")]
        Group.objects.get(name=MODERATORS).user_set.add(*moderators)
        make_user("dicht@gemeente.example", is_active=False).groups.add(Group.objects.get(name=MODERATORS))
        make_user("lid@gemeente.example")
        return moderators

    @staticmethod
    def let_an_hour_pass() -> None:
        """Make all that is planned due."""
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        Delivery.objects.waiting().update(next_at=timezone.now() - timedelta(seconds=1))

    def test_many_who_come_to_wait_make_one_mail(
        self, moderators: list[User], make_user: Any, mailoutbox: list[Any], run_tasks: Any
    ) -> None:
        for number in range(5):
            user = make_user(f"{number}@elders.example", approved=False, last_name="Wachter")
            account_announce(user=user)
        run_tasks()
        assert mailoutbox == []
        self.let_an_hour_pass()
        run_tasks()
        assert {tuple(mail.to) for mail in mailoutbox} == {(moderator.email,) for moderator in moderators}
        assert [mail.subject for mail in mailoutbox] == ["5 aanmeldingen wachten bij Knooppunt"] * len(
            moderators
        )
        assert "/cms/aanmeldingen/" in mailoutbox[0].body
        assert not any(word in mailoutbox[0].body for word in ["elders.example", "Wachter"])

    def test_who_comes_after_the_mail_makes_another(
        self, moderators: list[User], make_user: Any, mailoutbox: list[Any], run_tasks: Any
    ) -> None:
        for number in range(2):
            account_announce(user=make_user(f"{number}@elders.example", approved=False))
            self.let_an_hour_pass()
            run_tasks()
        subjects = ["1 aanmelding wacht bij Knooppunt", "2 aanmeldingen wachten bij Knooppunt"]
        assert [mail.subject for mail in mailoutbox[:: len(moderators)]] == subjects

    def test_nobody_hears_of_who_waits_no_more(
        self, moderators: list[User], waiting: User, mailoutbox: list[Any], run_tasks: Any
    ) -> None:
        account_announce(user=waiting)
        account_approve(user=waiting, moderator=moderators[0])
        self.let_an_hour_pass()
        run_tasks()
        assert [mail.to for mail in mailoutbox] == [[waiting.email]]

    def test_only_who_waits_is_announced(self, moderators: list[User], make_user: Any) -> None:
        account_announce(user=make_user("lid@elders.example"))
        account_announce(user=make_user("vaag@elders.example", approved=False, verified=False))
        assert not DBTaskResult.objects.exists()

    def test_confirming_an_address_is_what_announces(
        self, moderators: list[User], client: Client, mailoutbox: list[Any], run_tasks: Any
    ) -> None:
        names = {"first_name": "Noor", "last_name": "de Proef"}
        client.post(
            "/accounts/signup/", names | {"email": "a@b.example", "password1": "een lang wachtwoord 2026"}
        )
        path = mailoutbox.pop().body.split("http://localhost:8000")[1].split()[0]
        assert not Delivery.objects.filter(kind="waiting").exists()
        client.post(path)
        self.let_an_hour_pass()
        run_tasks()
        assert [mail.subject for mail in mailoutbox] == ["1 aanmelding wacht bij Knooppunt"] * len(moderators)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/password/reset/", {}),
        (
            "/accounts/signup/",
            {"first_name": "A", "last_name": "B", "password1": "fiets van de buren op de dijk"},
        ),
    ],
)
def test_who_was_turned_down_is_not_sent_round_in_a_circle(
    make_user: Any, site_frame: Any, mailoutbox: list[Any], path: str, data: dict[str, str]
) -> None:
    user = make_user("dicht@elders.example")
    user.is_active = False
    user.save()
    Client().post(path, data | {"email": user.email})
    assert "Is je account gesloten, of is je aanmelding afgewezen?" in mailoutbox[0].body
    address = next(line for line in mailoutbox[0].body.splitlines() if line.endswith("/contact/"))
    assert Client().get(address.removeprefix("http://localhost:8000")).status_code == 200
