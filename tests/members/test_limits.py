"""An account is shown enough people to find one, and too few to copy the directory."""

import datetime
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.roles import EDITORS, MODERATORS
from members import limits
from members.choices import Seen
from members.limits import HOUR, Limit, directory_watch, find_notice, limit_reached, sightings_forget
from members.models import Member, MemberIndexPage, Sighting

pytestmark = pytest.mark.django_db

FULL = {Seen.PROFILE: (Limit(60, HOUR), Limit(300, limits.DAY)), Seen.CARD: (Limit(1000, limits.DAY),)}


@pytest.fixture
def hours() -> Iterator[Callable[[float], None]]:
    """Stop the clock, and return a function that moves it on by so many hours."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield lambda count: clock.shift(datetime.timedelta(hours=count))


@pytest.fixture
def viewer(make_member: Any) -> Any:
    """Return the account of a member."""
    return make_member("kijker").user


@pytest.fixture
def log_in(make_user: Any, as_user: Any, site_frame: Any) -> Callable[[str], Client]:
    """Return a function that gives the browser of somebody in a group, with a second step."""

    def log_in(group: str) -> Client:
        user = make_user("staf")
        user.groups.add(Group.objects.get(name=group))
        TOTP.activate(user, generate_totp_secret())
        client: Client = as_user(user)
        return client

    return log_in


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the limits: two profiles an hour, three a day, and the cards of three people."""
    low = {Seen.PROFILE: (Limit(2, HOUR), Limit(3, limits.DAY)), Seen.CARD: (Limit(3, limits.DAY),)}
    monkeypatch.setattr(limits, "LIMITS", low)


OF_BODY = {"Content-Length", "ETag"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def names(count: int, word: str = "lid") -> list[str]:
    """Return so many different slugs."""
    return [f"{word}-{number}" for number in range(count)]


def test_the_limits_are_those_that_the_page_on_privacy_and_the_documentation_name() -> None:
    assert limits.LIMITS == FULL


def test_an_account_opens_sixty_profiles_an_hour(viewer: Any, hours: Callable[[float], None]) -> None:
    assert [limit_reached(viewer, Seen.PROFILE, [slug]) for slug in names(60)] == [None] * 60
    assert limit_reached(viewer, Seen.PROFILE, ["nog-een"]) == timezone.now() + HOUR
    hours(0.9)
    assert limit_reached(viewer, Seen.PROFILE, ["nog-een"]) is not None
    hours(0.1)
    assert limit_reached(viewer, Seen.PROFILE, ["nog-een"]) is None


def test_the_hour_is_the_one_before_each_request_and_not_that_of_the_clock(
    viewer: Any, hours: Callable[[float], None]
) -> None:
    for slug in names(30):
        limit_reached(viewer, Seen.PROFILE, [slug])
    hours(0.75)
    for slug in names(30, "later"):
        assert limit_reached(viewer, Seen.PROFILE, [slug]) is None
    assert limit_reached(viewer, Seen.PROFILE, ["nog-een"]) == timezone.now() + HOUR / 4
    hours(0.25)
    assert [bool(limit_reached(viewer, Seen.PROFILE, [slug])) for slug in names(31, "weer")] == [
        False
    ] * 30 + [True]


def test_an_account_opens_three_hundred_profiles_a_day(viewer: Any, hours: Callable[[float], None]) -> None:
    begun = timezone.now()
    for hour in range(5):
        assert not any(limit_reached(viewer, Seen.PROFILE, [slug]) for slug in names(60, f"uur{hour}"))
        hours(1)
    assert limit_reached(viewer, Seen.PROFILE, ["nog-een"]) == begun + limits.DAY
    hours(19)
    assert limit_reached(viewer, Seen.PROFILE, ["nog-een"]) is None


def test_an_account_is_shown_the_cards_of_a_thousand_people_a_day(
    viewer: Any, hours: Callable[[float], None]
) -> None:
    slugs = names(1000)
    for start in range(0, 1000, 20):
        assert limit_reached(viewer, Seen.CARD, slugs[start : start + 20]) is None
    assert limit_reached(viewer, Seen.CARD, slugs[:20]) is None, "they were seen already"
    assert limit_reached(viewer, Seen.CARD, [*slugs[:19], "nog-een"]) == timezone.now() + limits.DAY
    hours(24)
    assert limit_reached(viewer, Seen.CARD, ["nog-een"]) is None


def test_who_is_seen_again_within_the_hour_counts_once(
    few: None, viewer: Any, hours: Callable[[float], None]
) -> None:
    assert [limit_reached(viewer, Seen.PROFILE, ["een"]) for _ in range(5)] == [None] * 5
    assert limit_reached(viewer, Seen.PROFILE, ["twee"]) is None
    assert limit_reached(viewer, Seen.PROFILE, ["drie"]) is not None
    assert limit_reached(viewer, Seen.PROFILE, ["een"]) is None, "also when nobody else may be seen"
    hours(1)
    assert limit_reached(viewer, Seen.PROFILE, ["een"]) is None
    assert Sighting.objects.count() == 3, "an hour later it counts again"


def test_one_never_counts_oneself(few: None, viewer: Any) -> None:
    slugs = [viewer.member.slug, *names(3)]
    assert limit_reached(viewer, Seen.CARD, slugs) is None
    assert limit_reached(viewer, Seen.CARD, [viewer.member.slug]) is None
    assert Sighting.objects.count() == 3


def test_what_is_refused_is_not_counted(few: None, viewer: Any) -> None:
    limit_reached(viewer, Seen.CARD, names(2))
    assert limit_reached(viewer, Seen.CARD, names(4)) is not None
    assert limit_reached(viewer, Seen.CARD, names(3)) is None


def test_accounts_have_limits_of_their_own(few: None, viewer: Any, make_user: Any) -> None:
    limit_reached(viewer, Seen.CARD, names(3))
    assert limit_reached(make_user("ander"), Seen.CARD, ["nog-een"]) is None


def test_the_page_of_a_profile_says_when_it_opens_again(
    few: None, make_member: Any, viewer: Any, as_user: Any, hours: Callable[[float], None], site_frame: Any
) -> None:
    people = [make_member(f"lid{number}") for number in range(3)]
    client = as_user(viewer)
    assert [client.get(one.get_absolute_url()).status_code for one in people] == [200, 200, 429]
    answer = client.get(people[2].get_absolute_url())
    assert answer.headers["Retry-After"] == "3600"
    assert "Dit kan weer vanaf 17 juni om 13:00 uur." in answer.text
    assert people[2].name not in answer.text
    assert client.get(viewer.member.get_absolute_url()).status_code == 200
    assert client.get(people[0].get_absolute_url()).status_code == 200
    hours(1)
    assert client.get(people[2].get_absolute_url()).status_code == 200


@pytest.mark.parametrize("group", [EDITORS, MODERATORS])
def test_who_works_on_the_site_has_the_same_limits_but_in_the_cms(
    few: None, make_member: Any, log_in: Callable[[str], Client], group: str
) -> None:
    people = [make_member(f"lid{number}") for number in range(4)]
    client = log_in(group)
    assert [client.get(one.get_absolute_url()).status_code for one in people] == [200, 200, 429, 429]
    chosen = [
        client.get(f"/cms/snippets/choose/members/member/chosen/{one.pk}/").status_code for one in people
    ]
    assert chosen == [200] * 4


def test_the_page_says_it_in_english_too(few: None, viewer: Any, as_user: Any, site_frame: Any) -> None:
    limit_reached(viewer, Seen.PROFILE, names(2))
    text = as_user(viewer).get("/en/leden/nog-een/").text
    assert "You looked at many members" in text


def test_a_limit_does_not_tell_which_profiles_exist(
    few: None, no_time_passes: None, make_member: Any, viewer: Any, as_user: Any
) -> None:
    slugs = [make_member("echt").slug, "lid-niet", make_member("verborgen", is_listed=False).slug]
    client = as_user(viewer)
    assert [client.get(f"/leden/{slug}x/").status_code for slug in slugs[:2]] == [404, 404]
    client.get("/leden/lid-eerst/")  # a process remembers some of its first request
    answers = []
    for slug in slugs:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/leden/{slug}/")
        headers = {name: value for name, value in answer.headers.items() if name not in OF_BODY}
        answers.append(
            (answer.status_code, headers, TOKEN.sub("", answer.text).replace(slug, "S"), len(queries))
        )
    assert answers[0][0] == 429
    assert answers[1:] == answers[:1] * 2


def test_photos_count_as_cards(few: None, make_member: Any, viewer: Any, as_user: Any) -> None:
    client = as_user(viewer)
    people = [make_member(f"lid{number}") for number in range(2)]
    addresses = [f"/leden/{slug}/foto/" for slug in (people[0].slug, "niemand", people[1].slug, "ook-niet")]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404, 429]
    assert client.get(addresses[3]).headers["Retry-After"]
    assert client.get(addresses[0]).status_code == 404


def test_colleagues_on_the_page_of_an_organisation_count_and_the_page_stays(
    few: None, make_member: Any, viewer: Any, organisations: Any, as_user: Any, site_frame: Any
) -> None:
    for number in range(3):
        make_member(f"lid{number}", organisation=organisations[0])
    client = as_user(viewer)
    assert "Lid lid2" in client.get(organisations[0].get_absolute_url()).text
    make_member("erbij", organisation=organisations[1])
    answer = client.get(organisations[1].get_absolute_url())
    assert answer.status_code == 200
    assert "Lid erbij" not in answer.text
    assert "Dat kan weer vanaf 18 juni om 12:00 uur." in answer.text
    assert "Lid lid2" in client.get(organisations[0].get_absolute_url()).text


def test_a_card_costs_a_query_to_count_and_one_to_keep_however_many_there_are(
    make_member: Any, organisations: Any, viewer: Any
) -> None:
    limit_reached(viewer, Seen.CARD, names(500, "eerder"))
    request = RequestFactory().get("/")
    template = Template("{% load member_tags %}{% members_of organisation %}")

    def count_queries() -> int:
        request.user = type(viewer).objects.select_related("member").get(pk=viewer.pk)
        with CaptureQueriesContext(connection) as queries:
            template.render(Context({"request": request, "organisation": organisations[0]}))
        return len(queries)

    make_member("eerste", organisation=organisations[0])
    new, again = count_queries(), count_queries()
    assert new == again + 1, "who was seen already is not written"
    for number in range(10):
        make_member(f"lid{number}", organisation=organisations[0])
    assert (count_queries(), count_queries()) == (new, again)


def test_an_opened_profile_costs_a_query_to_count_and_one_to_keep(viewer: Any) -> None:
    viewer = type(viewer).objects.select_related("member").get(pk=viewer.pk)
    with CaptureQueriesContext(connection) as new:
        limit_reached(viewer, Seen.PROFILE, ["een"])
    with CaptureQueriesContext(connection) as again:
        limit_reached(viewer, Seen.PROFILE, ["een"])
    assert (len(new), len(again)) == (2, 1)


def test_who_looked_at_whom_cannot_be_read_and_is_gone_after_a_day(
    viewer: Any, make_member: Any, hours: Callable[[float], None]
) -> None:
    slug = make_member("bekeken").slug
    limit_reached(viewer, Seen.PROFILE, [slug])
    (row,) = Sighting.objects.values()
    assert not any(slug in str(value) for value in row.values())
    hours(23)
    call_command("publish_scheduled", verbosity=0)
    assert Sighting.objects.exists()
    hours(1)
    call_command("publish_scheduled", verbosity=0)
    assert not Sighting.objects.exists()


def test_it_goes_with_the_account(viewer: Any) -> None:
    limit_reached(viewer, Seen.CARD, names(3))
    viewer.delete()
    assert not Sighting.objects.exists()


def test_forgetting_nothing_writes_nothing(viewer: Any) -> None:
    limit_reached(viewer, Seen.CARD, names(3))
    with CaptureQueriesContext(connection) as queries:
        sightings_forget()
    assert [query["sql"][:6] for query in queries] == ["SELECT"]


@pytest.fixture
def directory(make_member: Any, make_user: Any) -> list[Any]:
    """Return three accounts, in a directory of forty members, of which twenty are a good tenth."""
    for number in range(40):
        make_member(f"lid{number}")
    return [make_user(f"lezer{number}") for number in range(3)]


def open_profiles(accounts: list[Any], count: int) -> None:
    """Have the accounts together open so many different profiles, and one of them by all."""
    for number, slug in enumerate(names(count)):
        limit_reached(accounts[number % len(accounts)], Seen.PROFILE, [slug])
    for account in accounts:
        limit_reached(account, Seen.PROFILE, names(1))


def test_a_tenth_of_the_directory_in_an_hour_by_all_together_is_told_once(
    directory: list[Any],
    hours: Callable[[float], None],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "LEAST_TOLD", 1)
    open_profiles(directory, 4)
    directory_watch()
    assert find_notice() is None, "a tenth is not more than a tenth"
    open_profiles(directory, 5)
    with caplog.at_level(logging.WARNING):
        call_command("publish_scheduled", verbosity=0)
        call_command("publish_scheduled", verbosity=0)
    told = "more than a tenth of the directory was opened in an hour: 5 profiles by 3 accounts"
    assert [record.getMessage() for record in caplog.records if record.name == "knooppunt.members"] == [told]
    assert find_notice() == {"people": 5, "accounts": 3, "at": timezone.now()}
    hours(24)
    assert find_notice() is None


def test_what_was_opened_longer_ago_does_not_count(
    directory: list[Any], hours: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LEAST_TOLD", 1)
    open_profiles(directory, 4)
    hours(1)
    for slug in names(4, "later"):
        limit_reached(directory[0], Seen.PROFILE, [slug])
    directory_watch()
    assert find_notice() is None


def test_a_few_readers_of_a_small_directory_are_no_news(directory: list[Any]) -> None:
    open_profiles(directory, 19)
    directory_watch()
    assert find_notice() is None
    open_profiles(directory, 20)
    directory_watch()
    assert find_notice() is not None


def test_moderators_hear_of_it_by_mail_until_one_closes_the_notice(
    directory: list[Any], make_user: Any, run_tasks: Any, mailoutbox: list[Any]
) -> None:
    boss = make_user("beheer", is_superuser=True)
    EmailAddress.objects.create(user=boss, email=boss.email, verified=True, primary=True)
    open_profiles(directory, 20)
    directory_watch()
    run_tasks()
    assert "In een uur zijn 20 profielen bekeken" in mailoutbox[0].body
    cache.delete(limits.IS_TOLD)
    directory_watch()
    limits.notice_close()
    run_tasks()
    assert len(mailoutbox) == 1


def test_cards_are_no_opened_profiles(directory: list[Any]) -> None:
    limit_reached(directory[0], Seen.CARD, names(30))
    directory_watch()
    assert find_notice() is None


NOTICE = {"people": 120, "accounts": 3}


def test_a_moderator_reads_the_notice_and_closes_it(log_in: Callable[[str], Client]) -> None:
    cache.set(limits.NOTICE, NOTICE | {"at": timezone.now()}, 60)
    client = log_in(MODERATORS)
    page = client.get("/cms/").text
    assert "120 profielen, door 3 accounts samen" in page
    assert client.post("/cms/leden/melding/", follow=True).status_code == 200
    assert find_notice() is None
    assert "directory-notice" not in client.get("/cms/").text


def test_an_editor_does_not_see_or_close_the_notice(log_in: Callable[[str], Client]) -> None:
    cache.set(limits.NOTICE, NOTICE | {"at": timezone.now()}, 60)
    client = log_in(EDITORS)
    assert "directory-notice" not in client.get("/cms/").text
    client.post("/cms/leden/melding/")
    assert find_notice() is not None


def test_the_list_of_members_ends_at_page_ten(
    viewer: Any, as_user: Any, index_page: MemberIndexPage, make_member: Any, run_tasks: Any
) -> None:
    for number in range(205):
        make_member(f"lid{number:03}")
    run_tasks()
    client = as_user(viewer)
    said = "Verfijn je zoekvraag: we tonen hoogstens 200 leden."
    first, last = client.get("/leden/").text, client.get("/leden/?pagina=10").text
    assert "?pagina=10" in first
    assert "?pagina=11" not in first + last
    assert said not in first
    assert said in last
    beyond = client.get("/leden/?pagina=11")
    assert beyond.status_code == 200
    assert said in beyond.text
    assert "Lid lid" not in beyond.text
    assert Member.objects.listed().count() == 206
