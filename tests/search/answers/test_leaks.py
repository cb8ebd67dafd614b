"""What must not be seen is not seen: not found, not suggested, not counted, even while the index is behind.

A planted word stands in what is private; every way to search is asked for it, by a visitor.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from members.models import Member
from organisations.models import Organisation
from pages.models import ContentPage
from search.models import SearchEntry

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TOKEN, MISTYPED = "kwartelplan", "kwartelplxn"
ADDRESSES = [
    "/zoeken/?q={}",
    "/en/zoeken/?q={}",
    "/praktijkvoorbeelden/?q={}",
    "/organisaties/?q={}",
    "/api/v1/search?q={}",
    "/api/v1/suggest?q={}",
    "/zoeken/resultaten.csv?q={}",
]
EVERYTHING = [
    *("/", "/zoeken/", "/zoeken/resultaten.csv", "/praktijkvoorbeelden/", "/sitemap.xml"),
    *("/api/", "/api/v1/cases", "/api/v1/search", "/api/v1/themes", "/api/v1/organisations"),
]


@pytest.fixture(params=[pytest.param("engine", marks=pytest.mark.engine), "database"])
def follow(request: pytest.FixtureRequest) -> Callable[[], None]:
    """Return a function that lets the index follow the database; once with the engine, once without."""
    return request.getfixturevalue("index" if request.param == "engine" else "fallback")


def seen(client: Client, word: str = TOKEN) -> list[str]:
    """Return the addresses that show the word, apart from repeating the question."""
    answers = {address: client.get(address.format(word)) for address in [*ADDRESSES, *EVERYTHING]}
    assert all(answer.status_code == 200 for answer in answers.values())
    texts = {address: re.sub("</?mark>", "", answer.text) for address, answer in answers.items()}
    return [address for address, text in texts.items() if f"{word}-teken" in text]


def meant(client: Client, mistyped: str = MISTYPED, word: str = TOKEN) -> list[str]:
    """Return the addresses that say a word for one that was mistyped."""
    answers = {address: client.get(address.format(mistyped)) for address in ADDRESSES}
    assert all(answer.status_code == 200 for answer in answers.values())
    return [address.format(mistyped) for address, answer in answers.items() if word in answer.text.casefold()]


@pytest.fixture
def secret(make_case: Callable[..., Any], follow: Callable[[], None], client: Client) -> Any:
    """Return a case that everyone can find, with the planted word in title and text."""
    page = make_case("geheim", f"{TOKEN} {TOKEN}-teken", f"Het {TOKEN} en {TOKEN}-teken staan hier.")
    follow()
    assert "/praktijkvoorbeelden/geheim/" in client.get("/zoeken/", {"q": TOKEN}).text
    assert len(meant(client)) >= 5
    return page


def test_what_everyone_may_see_is_seen(secret: Any, client: Client) -> None:
    # Those list no cases, name no title, or show a case only when it has a theme.
    hidden_here = {"/organisaties/?q={}", "/sitemap.xml", "/api/", "/api/v1/themes", "/api/v1/organisations"}
    assert set(seen(client)) == {*ADDRESSES, *EVERYTHING} - hidden_here


def test_a_draft_is_not_seen(
    make_case: Callable[..., Any], follow: Callable[[], None], client: Client
) -> None:
    make_case("concept", f"{TOKEN} {TOKEN}-teken", f"{TOKEN}-teken", is_live=False)
    follow()
    assert seen(client) == []


def test_a_change_that_is_not_published_is_not_seen(
    make_case: Callable[..., Any], follow: Callable[[], None], client: Client
) -> None:
    page = make_case("open", "Open titel", "Open tekst")
    page.title = f"{TOKEN} {TOKEN}-teken"
    page.save_revision()
    follow()
    assert seen(client) == []


class TestWhatStopsBeingPublic:
    """Each change, with the index behind (the worker is away) and then with the index in line."""

    def check(self, follow: Callable[[], None], client: Client) -> None:
        """Look everywhere, twice: until the worker counted the words they may still be suggested."""
        assert seen(client) == []
        follow()
        assert seen(client) == []
        assert meant(client) == []

    def test_unpublished(self, secret: Any, follow: Callable[[], None], client: Client) -> None:
        secret.unpublish()
        self.check(follow, client)

    def test_expired(self, secret: Any, follow: Callable[[], None], client: Client) -> None:
        from django.core.management import call_command

        secret.expire_at = timezone.now() - timezone.timedelta(minutes=1)
        secret.save()
        call_command("publish_scheduled")
        self.check(follow, client)

    def test_deleted(self, secret: Any, follow: Callable[[], None], client: Client) -> None:
        secret.delete()
        self.check(follow, client)

    def test_made_private(self, secret: Any, follow: Callable[[], None], client: Client) -> None:
        PageViewRestriction.objects.create(page=secret, restriction_type="login")
        self.check(follow, client)

    def test_list_above_made_private(self, secret: Any, follow: Callable[[], None], client: Client) -> None:
        PageViewRestriction.objects.create(page=secret.get_parent(), restriction_type="login")
        others = [address for address in ADDRESSES if "praktijk" not in address]
        assert not any(f"{TOKEN}-teken" in client.get(address.format(TOKEN)).text for address in others)
        follow()
        assert not any(f"{TOKEN}-teken" in client.get(address.format(TOKEN)).text for address in others)
        assert not any(TOKEN in client.get(address.format(MISTYPED)).text for address in others)
        assert client.get("/praktijkvoorbeelden/").status_code == 302

    def test_moved_below_a_private_page(
        self, secret: Any, follow: Callable[[], None], client: Client
    ) -> None:
        home = secret.get_parent().get_parent()
        private = ContentPage(title="Besloten", slug="besloten")
        home.add_child(instance=private)
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        Page.objects.get(pk=secret.pk).move(Page.objects.get(pk=private.pk), pos="last-child")
        self.check(follow, client)

    def test_the_word_taken_out(self, secret: Any, follow: Callable[[], None], client: Client) -> None:
        secret.title, secret.body = "Niets bijzonders", []
        secret.save_revision().publish()
        self.check(follow, client)


class TestWhatAMemberHides:
    """A member narrows who sees what: other members find it no more, also while the index is behind."""

    @pytest.fixture
    def reader(self, make_member: Callable[..., Member], client: Client) -> Client:
        """Return the browser of another member."""
        client.force_login(make_member("Ans Lezer").user)
        return client

    @pytest.fixture
    def member(
        self, make_member: Callable[..., Member], follow: Callable[[], None], reader: Client
    ) -> Member:
        """Return a member who shows the planted word to all members."""
        member = make_member(
            "Noor de Vriendt", about=f"Ik maakte het {TOKEN} en {TOKEN}-teken", role=f"{TOKEN}-teken"
        )
        follow()
        assert f"{TOKEN}-teken" in reader.get("/leden/", {"q": TOKEN}).text
        assert len(meant(reader)) >= 3
        assert len(meant(reader, "vrienxt", "vriendt")) >= 3
        assert meant(Client()) == []
        return member

    def hide(self, member: Member, **visibility: str) -> None:
        member.visibility = {**member.visibility, **visibility}
        member.save()

    def shown(self, reader: Client) -> str:
        answers = [
            reader.get(address, {"q": word})
            for address in ("/leden/", "/zoeken/", "/api/v1/search", "/api/v1/suggest")
            for word in (TOKEN, MISTYPED, "vrienxt")
        ]
        return "".join(answer.text for answer in answers)

    def nobody_is_named(self, follow: Callable[[], None], reader: Client) -> None:
        for is_behind in (True, False):
            if not is_behind:
                follow()
            assert "vriendt" not in self.shown(reader).casefold()
            assert meant(reader) == meant(Client()) == []

    def test_hidden_fields(self, member: Member, follow: Callable[[], None], reader: Client) -> None:
        self.hide(member, about="organisation", role="private")
        for is_behind in (True, False):
            if not is_behind:
                follow()
            assert f"{TOKEN}-teken" not in self.shown(reader)
            assert meant(reader) == []

    def test_hidden_name(self, member: Member, follow: Callable[[], None], reader: Client) -> None:
        self.hide(member, name="organisation")
        self.nobody_is_named(follow, reader)

    def test_not_listed_any_more(self, member: Member, follow: Callable[[], None], reader: Client) -> None:
        member.is_listed = False
        self.hide(member)
        self.nobody_is_named(follow, reader)

    def test_account_no_longer_approved(
        self, member: Member, follow: Callable[[], None], reader: Client
    ) -> None:
        member.user.approved_at = None
        member.user.save()
        self.hide(member)
        self.nobody_is_named(follow, reader)

    def test_account_deactivated(self, member: Member, follow: Callable[[], None], reader: Client) -> None:
        member.user.is_active = False
        member.user.save()
        self.nobody_is_named(follow, reader)

    def test_profile_erased(self, member: Member, follow: Callable[[], None], reader: Client) -> None:
        member.delete()
        self.nobody_is_named(follow, reader)


@pytest.mark.engine
def test_the_index_for_everyone_holds_nothing_of_members(
    make_member: Callable[..., Member], index: Callable[[], None], engine: Any, settings: Any
) -> None:
    make_member("Noor de Vriendt", about=TOKEN)
    index()
    everything = str(engine.search(index=f"{settings.SEARCH_INDEX_PREFIX}-public", size=1000).body)
    assert "Vriendt" not in everything
    assert TOKEN not in everything


@pytest.mark.engine
def test_no_address_of_a_member_is_ever_indexed(
    make_member: Callable[..., Member], index: Callable[[], None], engine: Any, settings: Any
) -> None:
    make_member("Noor de Vriendt", visibility={"name": "public"})
    index()
    assert "leden.example" not in str(
        engine.search(index=f"{settings.SEARCH_INDEX_PREFIX}-*", size=1000).body
    )


def test_the_number_of_cases_of_an_organisation_leaves_private_ones_out(
    make_case: Callable[..., Any], fallback: Callable[[], int], client: Client
) -> None:
    body = Organisation.objects.create(name="Kwartelschap")
    _, private, above = [
        make_case(slug, f"Dijk {slug}", organisations=[body]) for slug in ("een", "twee", "drie")
    ]
    home = above.get_parent().get_parent()
    closed = home.add_child(instance=ContentPage(title="Besloten", slug="besloten"))
    Page.objects.get(pk=above.pk).move(closed, pos="last-child")
    fallback()

    def number_of_cases() -> int:
        (hit,) = client.get("/organisaties/", {"q": "kwartelschap"}).context["results"]["hits"]
        return int(hit.cases)

    assert number_of_cases() == 3
    for page in (private, closed):
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert number_of_cases() == 1


def test_a_body_that_ended_is_found_as_long_as_anyone_may_read_a_case_of_it(
    make_case: Callable[..., Any], fallback: Callable[[], int], client: Client
) -> None:
    body = Organisation.objects.create(name="Kwartelschap", ended_date=timezone.localdate())
    case = make_case("een", "Dijk", organisations=[body])
    fallback()

    def is_found() -> bool:
        return bool(client.get("/organisaties/", {"q": "kwartelschap"}).context["results"]["hits"])

    assert is_found()
    restriction = PageViewRestriction.objects.create(page=case.get_parent(), restriction_type="login")
    assert not is_found()
    fallback()
    assert not SearchEntry.objects.filter(title="Kwartelschap").exists()
    restriction.delete()
    fallback()
    assert is_found()


def test_the_question_stays_out_of_the_log(
    make_case: Callable[..., Any],
    fallback: Callable[[], int],
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level("DEBUG", logger="knooppunt"):
        client.get("/zoeken/", {"q": TOKEN})
    assert TOKEN not in caplog.text


def test_a_kind_that_an_old_index_still_holds_is_not_shown(db: None) -> None:
    from search.answers.hydration import build_hits
    from search.query.results import Found

    assert build_hits([Found("users.user", 1), Found("gone.model", 2)], None) == ()
