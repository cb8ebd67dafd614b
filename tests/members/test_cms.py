"""Moderators can hide a profile, editors can choose a member for a case; neither sees narrower fields."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Member, OrganisationContact

LIST = "/cms/snippets/members/member/"
CHOOSE = "/cms/snippets/choose/members/member/"
CONTACTS = "/cms/snippets/members/organisationcontact/"


@pytest.fixture
def as_staff(make_user: Any, as_user: Any) -> Callable[..., Client]:
    """Return a maker of clients of an editor with these permissions."""

    def browse(*codenames: str, **fields: Any) -> Client:
        user = make_user("staf", **fields)
        group = Group.objects.create(name="Staf")
        group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
        user.groups.add(group)
        TOTP.activate(user, generate_totp_secret())
        client: Client = as_user(user)
        return client

    return browse


def test_a_moderator_lists_and_hides(as_staff: Any, make_member: Any) -> None:
    member = make_member(about="kanarie", role="kanarie", visibility="private")
    client = as_staff("change_member", "view_member")
    assert "Lid lid" in client.get(LIST).content.decode()
    page = client.get(f"{LIST}edit/{member.pk}/").content.decode()
    assert "kanarie" not in page
    assert member.user.email not in client.get(LIST).content.decode()
    client.post(f"{LIST}edit/{member.pk}/", {})
    member.refresh_from_db()
    assert not member.is_listed
    assert member.about == "kanarie"


def test_a_longer_list_of_profiles_takes_no_more_queries(
    as_staff: Any, make_member: Any, organisations: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_staff("change_member", "view_member")
    make_member("een", organisation=organisations[0])
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(9):
        make_member(f"lid{number}", organisation=organisations[0])
    with django_assert_max_num_queries(len(few)):
        assert "Lid lid8" in client.get(LIST).content.decode()


@pytest.mark.parametrize("key", ["x", "-1", "²", "9" * 18, "9" * 30])
def test_what_is_no_number_of_a_member_is_not_found(as_staff: Any, key: str) -> None:
    assert as_staff().get(f"{CHOOSE}chosen/{key}/").status_code == 404


def test_a_moderator_sees_whom_she_hid_and_nothing_else_of_her(as_staff: Any, make_member: Any) -> None:
    member = make_member(is_listed=False, role="kanarie", visibility="private")
    client = as_staff("change_member", "view_member")
    page = client.get(f"{LIST}edit/{member.pk}/").content.decode()
    assert "Lid lid" in page
    assert "kanarie" not in page
    client.post(f"{LIST}edit/{member.pk}/", {"is_listed": "on", "name": "Een ander"})
    member.refresh_from_db()
    assert (member.name, member.is_listed) == ("Lid lid", True)


def test_an_editor_does_not_list_the_members(as_staff: Any, make_member: Any) -> None:
    make_member()
    assert "Lid lid" not in as_staff().get(LIST, follow=True).content.decode()


def test_nobody_makes_a_profile_for_somebody_else(as_staff: Any) -> None:
    client = as_staff(is_superuser=True)
    assert client.get(f"{LIST}add/").status_code == 302
    client.post(f"{LIST}add/", {"is_listed": "on"})
    assert not Member.objects.exists()


def test_an_editor_chooses_among_who_can_be_found(
    as_staff: Any, make_member: Any, organisations: Any
) -> None:
    shown = make_member("zichtbaar", organisation=organisations[0])
    secret = make_member("geheim", visibility={"name": "private"})
    quiet = make_member("stil", organisation=organisations[1], visibility={"organisation": "private"})
    client = as_staff()
    text = client.get(CHOOSE).content.decode()
    assert all(word in text for word in ("Lid zichtbaar", "Lid stil", "Gemeente Proefstad"))
    assert "Lid geheim" not in text
    assert "Waterschap De Proef" not in text
    assert client.get(f"{CHOOSE}chosen/{shown.pk}/").json()["result"]["string"] == "Lid zichtbaar"
    assert client.get(f"{CHOOSE}chosen/{secret.pk}/").status_code == 404
    several = client.get(
        f"{CHOOSE}chosen-multiple/", {"id": [shown.pk, secret.pk, "x", "9" * 5000], "multiple": "1"}
    ).json()
    assert [chosen["string"] for chosen in several["result"]] == ["Lid zichtbaar"]
    found = client.get(f"{CHOOSE}results/", {"q": "stil"}).content.decode()
    assert str(quiet) in found
    assert "Lid zichtbaar" not in found


def test_what_is_so_or_not_is_said_in_words(as_staff: Any, make_member: Any) -> None:
    make_member()
    page = as_staff("change_member", "view_member").get(LIST, {"is_listed": "true"}).text
    assert re.search(r'<span class="w-sr-only">\s*ja\s*</span>', page)
    assert "Staat in de ledenlijst:" in page
    assert "True" not in page


def test_a_moderator_says_who_answers_for_an_organisation(
    as_staff: Any, make_member: Any, organisations: Any
) -> None:
    client = as_staff("add_organisationcontact", "view_organisationcontact", "delete_organisationcontact")
    member = make_member("noor", organisation=organisations[0])
    client.post(f"{CONTACTS}add/", {"organisation": organisations[0].pk, "member": member.pk})
    contact = OrganisationContact.objects.get()
    assert (contact.member, contact.confirmed_by.email) == (member, "staf@adres.example")
    assert [row.gets_questions for row in client.get(CONTACTS).context["object_list"]] == [True]
    Member.objects.filter(pk=member.pk).update(workplace_proof="")
    assert [row.gets_questions for row in client.get(CONTACTS).context["object_list"]] == [False]
    client.post(f"{CONTACTS}delete/{contact.pk}/")
    assert not OrganisationContact.objects.exists()


def test_who_does_not_work_there_for_certain_cannot_answer_for_it(
    as_staff: Any, make_member: Any, organisations: Any
) -> None:
    client = as_staff("add_organisationcontact", "view_organisationcontact")
    for name, fields in (
        ("elders", {"organisation": organisations[1]}),
        ("onzeker", {"workplace_proof": ""}),
    ):
        member = make_member(name, **{"organisation": organisations[0]} | fields)
        page = client.post(f"{CONTACTS}add/", {"organisation": organisations[0].pk, "member": member.pk})
        assert "niet bevestigd dat het bij deze organisatie werkt" in page.text
    assert not OrganisationContact.objects.exists()
