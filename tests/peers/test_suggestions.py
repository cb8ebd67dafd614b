"""Whom a member is suggested, why, and who never is."""

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from contact.models import Block, Correspondent
from members.models import Member
from peers.models import Dismissal
from peers.suggestions import BEST, SHOWN, suggest_beside, suggest_to
from users.models import User

WEEKS = 200


def names(user: User) -> list[str]:
    """Return the first names of whom somebody is suggested, in order of the alphabet."""
    fresh = User.objects.get(pk=user.pk)
    return sorted(peer.member.name.split()[0] for peer in suggest_to(fresh))


def why(user: User) -> str:
    """Return the reason of the only person whom somebody is suggested."""
    (peer,) = suggest_to(User.objects.get(pk=user.pk))
    return peer.why


def test_who_shares_a_subject_is_suggested_and_the_reason_names_it(
    noor: User, make_member: Any, pumps: Any, drones: Any
) -> None:
    make_member("sam", knows=[pumps, drones])
    make_member("kim", knows=[drones])
    assert names(noor) == ["Sam"]
    assert why(noor) == "Werkt ook aan Rioolgemalen"


def test_what_one_seeks_and_another_knows_counts_both_ways(make_member: Any, pumps: Any, drones: Any) -> None:
    noor = make_member("noor", knows=[pumps], seeks=[drones])
    sam = make_member("sam", knows=[drones], seeks=[pumps])
    assert why(noor) == "Weet wat jij zoekt: Drones; zoekt wat jij weet: Rioolgemalen"
    assert why(sam) == "Weet wat jij zoekt: Rioolgemalen; zoekt wat jij weet: Drones"


def test_a_subject_is_named_once(make_member: Any, pumps: Any) -> None:
    noor = make_member("noor", knows=[pumps])
    make_member("sam", knows=[pumps], seeks=[pumps])
    assert why(noor) == "Zoekt wat jij weet: Rioolgemalen"


def test_a_body_alike_is_a_reason_of_its_own(noor: User, make_member: Any, pumps: Any, bodies: Any) -> None:
    make_member("sam", knows=[pumps], organisation=bodies[1])
    assert why(noor) == "Werkt ook aan Rioolgemalen; gemeente van vergelijkbare grootte"
    make_member("kim", organisation=bodies[1])
    assert names(noor) == ["Kim", "Sam"]


def test_a_workplace_that_is_not_certain_is_no_reason(
    noor: User, make_member: Any, pumps: Any, bodies: Any
) -> None:
    make_member("kim", organisation=bodies[1], workplace_proof="")
    assert names(noor) == []
    make_member("sam", knows=[pumps], organisation=bodies[1], workplace_proof="")
    assert why(noor) == "Werkt ook aan Rioolgemalen"


@pytest.mark.parametrize("field", ["name", "expertise"])
@pytest.mark.parametrize("level", ["organisation", "private"])
def test_what_not_every_member_sees_leads_to_nobody(
    noor: User, make_member: Any, pumps: Any, field: str, level: str
) -> None:
    make_member("sam", knows=[pumps], visibility={field: level})
    assert names(noor) == []


def test_what_somebody_seeks_for_herself_alone_is_no_reason(noor: User, make_member: Any, pumps: Any) -> None:
    make_member("sam", seeks=[pumps], visibility={"seeks": "private"})
    assert names(noor) == []


def test_a_reason_names_nothing_that_is_hidden_of_who_has_another_one(
    make_member: Any, pumps: Any, drones: Any
) -> None:
    noor = make_member("noor", knows=[pumps], seeks=[drones])
    make_member("sam", knows=[drones], seeks=[pumps], visibility={"expertise": "private"})
    assert why(noor) == "Zoekt wat jij weet: Rioolgemalen"


@pytest.mark.parametrize("is_hidden", [True, False], ids=["subjects", "workplaces"])
def test_people_without_a_reason_do_not_crowd_out_who_has_one(
    make_member: Any, pumps: Any, bodies: Any, is_hidden: bool
) -> None:
    noor = make_member("noor", knows=[pumps] if is_hidden else [], organisation=bodies[0])
    here = {"knows": [pumps]} if is_hidden else {"organisation": bodies[1]}
    not_told = {"visibility": {"expertise": "private"}} if is_hidden else {"workplace_proof": ""}
    for number in range(BEST * 4):
        make_member(f"lid{number:02}", **here, **not_told)
    make_member("sam", **here)
    for week in range(8):  # each has another order
        with time_machine.travel(timezone.now() + datetime.timedelta(weeks=week), tick=False):
            assert names(noor) == ["Sam"]


def test_an_organisation_that_is_hidden_is_no_reason(
    noor: User, make_member: Any, pumps: Any, bodies: Any
) -> None:
    hidden = {"organisation": "private"}
    make_member("sam", knows=[pumps], organisation=bodies[1], visibility=hidden)
    make_member("kim", organisation=bodies[1], visibility=hidden)
    assert names(noor) == ["Sam"]
    assert why(noor) == "Werkt ook aan Rioolgemalen"


@pytest.mark.parametrize(
    "fields", [{"is_suggested": False}, {"is_listed": False}], ids=["does not want it", "hidden"]
)
def test_who_does_not_want_it_or_is_hidden_is_never_suggested(
    noor: User, make_member: Any, pumps: Any, fields: dict[str, Any]
) -> None:
    make_member("sam", knows=[pumps], **fields)
    assert names(noor) == []


def test_who_is_no_member_any_more_is_not_suggested(noor: User, make_member: Any, pumps: Any) -> None:
    sam = make_member("sam", knows=[pumps])
    User.objects.filter(pk=sam.pk).update(approved_at=None)
    assert names(noor) == []


@pytest.mark.parametrize("is_hers", [True, False])
def test_a_block_of_either_side_keeps_them_apart(
    noor: User, make_member: Any, pumps: Any, is_hers: bool
) -> None:
    sam = make_member("sam", knows=[pumps])
    person, other = (noor, sam) if is_hers else (sam, noor)
    Block.objects.create(person=person, other=other)
    assert names(noor) == []


@pytest.mark.parametrize(
    "choice",
    [
        {"paused_until": datetime.date(2026, 6, 17)},
        {"most_per_month": 0},
        {"stopped_until": datetime.datetime.fromisoformat("2026-06-30T12:00+02:00")},
    ],
    ids=["pauses", "takes none", "stopped by a moderator"],
)
def test_who_takes_no_questions_is_not_suggested(
    noor: User, make_member: Any, pumps: Any, choice: dict[str, Any]
) -> None:
    Correspondent.objects.create(account=make_member("sam", knows=[pumps]), **choice)
    assert names(noor) == []


def test_who_was_dismissed_is_not_suggested_to_her_and_is_to_others(
    noor: User, make_member: Any, pumps: Any
) -> None:
    sam, kim = (make_member(name, knows=[pumps]) for name in ("sam", "kim"))
    Dismissal.objects.create(person=noor, other=sam)
    assert names(noor) == ["Kim"]
    assert names(kim) == ["Noor", "Sam"]


def test_nobody_is_suggested_to_who_works_at_a_company_or_has_no_profile(
    noor: User, make_member: Any, pumps: Any, bodies: Any
) -> None:
    make_member("sam", knows=[pumps])
    assert names(noor)
    body = bodies[0]
    body.kind = "bedrijf"
    body.save()
    assert names(noor) == []
    assert suggest_to(User.objects.create_user("geen@adres.example", approved_at=timezone.now())) == []


def test_the_same_three_stay_for_a_week_and_then_others_come(
    noor: User, make_member: Any, pumps: Any
) -> None:
    for number in range(20):
        make_member(f"lid{number:02}", knows=[pumps])
    monday = datetime.datetime.fromisoformat("2026-06-15T09:00+02:00")
    weeks = []
    for week in range(4):
        days = []
        for day in range(7):
            with time_machine.travel(monday + datetime.timedelta(weeks=week, days=day), tick=False):
                days.append(names(noor))
        assert all(found == days[0] for found in days)
        assert len(days[0]) == SHOWN
        weeks.append(tuple(days[0]))
    assert len(set(weeks)) > 1


def test_when_one_is_dismissed_the_other_two_stay(noor: User, make_member: Any, pumps: Any) -> None:
    for number in range(20):
        make_member(f"lid{number:02}", knows=[pumps])
    before = names(noor)
    gone = Member.objects.get(name__startswith=before[0])
    Dismissal.objects.create(person=noor, other=gone.user)
    after = names(noor)
    assert len(after) == SHOWN
    assert set(before[1:]) < set(after)


def test_readers_of_the_same_profile_are_suggested_different_people(make_member: Any, pumps: Any) -> None:
    for number in range(60):
        make_member(f"lid{number:02}", knows=[pumps])
    readers = [make_member(f"lezer{number}", knows=[pumps]) for number in range(10)]
    shown = [tuple(names(reader)) for reader in readers]
    assert len(set(shown)) >= 9
    people = [name for names_shown in shown for name in names_shown]
    assert max(people.count(name) for name in people) <= 4


def test_who_fits_better_comes_sooner(make_member: Any, pumps: Any, drones: Any) -> None:
    noor = make_member("noor", seeks=[pumps, drones])
    make_member("best", knows=[pumps, drones])
    for number in range(40):
        make_member(f"lid{number:02}", seeks=[pumps], knows=[drones])
    monday = datetime.datetime.fromisoformat("2026-01-05T09:00+01:00")
    shown = 0
    for week in range(WEEKS):
        with time_machine.travel(monday + datetime.timedelta(weeks=week), tick=False):
            shown += "Best" in names(noor)
    assert shown > WEEKS * SHOWN / 41 * 1.5, "an even draw shows her in fifteen weeks of two hundred"


def test_beside_a_case_its_subjects_count_instead_of_hers(
    noor: User, make_member: Any, pumps: Any, drones: Any, bodies: Any
) -> None:
    make_member("sam", knows=[drones])
    make_member("kim", knows=[pumps], organisation=bodies[1])
    make_member("alex", knows=[drones], organisation=bodies[1])
    make_member("jo", seeks=[drones])
    found = suggest_beside(noor, place="x", terms=[drones], without=[])
    assert sorted((peer.member.name, peer.why) for peer in found) == [
        ("Alex de Proef", "Weet van Drones; gemeente van vergelijkbare grootte"),
        ("Sam de Proef", "Weet van Drones"),
    ]


def test_of_many_subjects_three_count_and_are_named(make_member: Any, db: None) -> None:
    from taxonomy.models import Theme

    themes = [Theme.objects.create(name=f"Thema {number}") for number in range(6)]
    noor = make_member("noor", knows=themes)
    make_member("sam", knows=themes)
    (peer,) = suggest_to(noor)
    assert peer.score == 3
    assert peer.why == "Werkt ook aan Thema 0, Thema 1, Thema 2"


@pytest.mark.parametrize("many", [4, 40])
def test_the_number_of_queries_does_not_grow(
    noor: User, make_member: Any, pumps: Any, many: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(many):
        make_member(f"lid{number:02}", knows=[pumps], seeks=[pumps])
    reader = User.objects.get(pk=noor.pk)
    with django_assert_max_num_queries(13):
        suggest_to(reader)
