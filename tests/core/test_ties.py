"""What rooms do before a thing goes is done first, whichever way it goes, or nothing is done at all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import ties
from core.ties import Tie, end
from members.models import Member
from members.services import profile_withdraw
from organisations.models import Organisation
from taxonomy.models import Theme
from users.models import User
from users.services import account_erase

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Model]:
    """Return the things of which a room is told before they go; each must still be there."""
    told: list[Any] = []

    def note(thing: Any) -> None:
        assert type(thing)._base_manager.filter(pk=thing.pk).exists()
        told.append((type(thing), thing.pk))

    for model in (User, Member, Organisation, Theme):
        monkeypatch.setitem(ties._ties, model, [*ties.ties_of(model), Tie("room.Model.field", "goes", note)])
    return told


@pytest.fixture
def make_person() -> Callable[[str], Member]:
    """Return a maker of accounts with a profile."""

    def make(name: str) -> Member:
        user = User.objects.create_user(f"{name}@adres.example", approved_at=timezone.now())
        return Member.objects.create(user=user, name=name)

    return make


@pytest.fixture
def boss(client: Client, make_administrator: Callable[[], User]) -> Client:
    """Return the browser of an administrator."""
    client.force_login(make_administrator())
    return client


@pytest.fixture
def make_administrator() -> Callable[[], User]:
    """Return a maker of an account that may do everything, with a second step."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    def make() -> User:
        user = User.objects.create_superuser("beheer@adres.example")
        TOTP.activate(user, generate_totp_secret())
        return user

    return make


def names(*things: Any) -> list[Any]:
    """Return what `told` holds of these things."""
    return [(type(thing), thing.pk) for thing in things]


def test_an_account_takes_its_profile_along(told: list[Any], make_person: Callable[[str], Member]) -> None:
    member = make_person("noor")
    gone = names(member, member.user)
    account_erase(user=member.user)
    assert sorted(told, key=str) == sorted(gone, key=str)
    assert not User.objects.filter(pk=gone[1][1]).exists()


def test_a_profile_goes_alone(told: list[Any], make_person: Callable[[str], Member]) -> None:
    member = make_person("noor")
    gone = names(member)
    profile_withdraw(member=member)
    assert told == gone
    assert User.objects.filter(pk=member.user_id).exists()


def test_nothing_goes_when_a_room_cannot_let_go(
    monkeypatch: pytest.MonkeyPatch, make_person: Callable[[str], Member]
) -> None:
    def fail(user: User) -> None:
        raise RuntimeError

    monkeypatch.setitem(ties._ties, User, [*ties.ties_of(User), Tie("room.Model.field", "goes", fail)])
    member = make_person("noor")
    with pytest.raises(RuntimeError):
        end(member.user)
    assert Member.objects.filter(pk=member.pk).exists()


def test_the_same_happens_when_an_administrator_deletes_an_account(
    told: list[Any], boss: Client, make_person: Callable[[str], Member]
) -> None:
    member = make_person("noor")
    gone = names(member, member.user)
    boss.post(f"/cms/users/delete/{member.user_id}/")
    assert sorted(told, key=str) == sorted(gone, key=str)


def test_the_same_happens_when_she_deletes_several(
    told: list[Any], boss: Client, make_person: Callable[[str], Member]
) -> None:
    members = [make_person("noor"), make_person("ans")]
    gone = names(*members, *(member.user for member in members))
    keys = "&".join(f"id={member.user_id}" for member in members)
    boss.post(f"{reverse('wagtail_bulk_action', args=('users', 'user', 'delete'))}?{keys}")
    assert sorted(told, key=str) == sorted(gone, key=str)


def make_thing(model: type[Model], make_person: Callable[[str], Member]) -> Any:
    """Make a thing that somebody who works in `/cms/` can delete."""
    return make_person("noor") if model is Member else model._default_manager.create(name="Proef")


@pytest.mark.parametrize("model", [Member, Organisation, Theme])
def test_the_same_happens_to_profiles_bodies_and_terms_in_the_cms(
    model: type[Model], told: list[Any], boss: Client, make_person: Callable[[str], Member]
) -> None:
    thing = make_thing(model, make_person)
    gone = names(thing)
    boss.post(reverse(model.snippet_viewset.get_url_name("delete"), args=(thing.pk,)))  # type: ignore[attr-defined]
    assert told == gone
    assert not model._default_manager.filter(pk=gone[0][1]).exists()


@pytest.mark.parametrize(
    "keys", ["id=abc", "id=1&id=x", "id=-1", "id=%00", f"id={'9' * 20}", f"id={'9' * 5000}"]
)
@pytest.mark.parametrize("act", ["members/member/confirm_workplace", "wagtailcore/page/publish"])
def test_what_cannot_be_a_key_is_not_found(act: str, keys: str, boss: Client) -> None:
    address = reverse("wagtail_bulk_action", args=act.split("/"))
    for answer in (boss.get(f"{address}?{keys}"), boss.post(f"{address}?{keys}")):
        assert answer.status_code == 404


@pytest.mark.parametrize("model", [Member, Organisation, Theme])
def test_the_same_happens_to_several_of_them_at_once(
    model: type[Model], told: list[Any], boss: Client, make_person: Callable[[str], Member]
) -> None:
    thing = make_thing(model, make_person)
    gone = names(thing)
    names_of_model = (model._meta.app_label, model._meta.model_name, "delete")
    boss.post(f"{reverse('wagtail_bulk_action', args=names_of_model)}?id={thing.pk}")
    assert told == gone
    assert not model._default_manager.filter(pk=gone[0][1]).exists()


def test_what_nobody_said_anything_about_goes_as_always() -> None:
    group = Group.objects.create(name="Proefgroep")
    end(group)
    assert not Group.objects.filter(name="Proefgroep").exists()
