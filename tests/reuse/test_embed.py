"""The card of a case in a page of another site: framed there and nothing else, and the same for everybody."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from page_cache import middleware as page_cache
from page_cache.changes import pages_changed
from practices.models import PracticePage
from reuse.choices import Standing
from users.models import User

pytestmark = pytest.mark.django_db
ADDRESS = "/embed/praktijkvoorbeelden/gemalen/"
ELSEWHERE = """
/ /praktijkvoorbeelden/ /praktijkvoorbeelden/gemalen/ /praktijkvoorbeelden/gemalen/hergebruik/ /embed/
/en/praktijkvoorbeelden/gemalen/hergebruik/ /embed/praktijkvoorbeelden/ /accounts/login/ /api/v1/cases/gemalen
/omslag/gemalen-00000000.svg /embed/praktijkvoorbeelden/gemalen/hergebruik/
""".split()


def read(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def policy_of(answer: Any) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))


class TestFraming:
    def test_any_site_may_frame_the_card_and_its_policy_stays_strict_otherwise(
        self, case: PracticePage, client: Client
    ) -> None:
        for address in (ADDRESS, f"/en{ADDRESS}", "/embed/praktijkvoorbeelden/bestaat-niet/"):
            answer = client.get(address)
            assert not answer.has_header("X-Frame-Options")
            others = policy_of(client.get("/"))
            assert policy_of(answer) == others | {"frame-ancestors": "*"}

    @pytest.mark.parametrize("address", ELSEWHERE)
    def test_no_other_site_may_frame_anything_else(
        self, case: PracticePage, client: Client, address: str
    ) -> None:
        answer = client.get(address)
        assert answer["X-Frame-Options"] == "DENY"
        assert policy_of(answer)["frame-ancestors"] == "'none'"

    def test_nothing_can_be_sent_to_it(self, case: PracticePage, client: Client) -> None:
        answer = client.post(ADDRESS)
        assert (answer.status_code, answer["X-Frame-Options"]) == (405, "DENY")


class TestCard:
    def test_it_needs_no_script_no_cookie_and_nothing_inline(
        self, case: PracticePage, client: Client
    ) -> None:
        answer = client.get(ADDRESS)
        page = read(answer)
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        assert page.select("script, style, [style], [onclick], form, iframe") == []
        assert page.base["target"] == "_top"
        assert not page.base.has_attr("href")
        assert page.select("a[target]") == []
        assert page.select_one("[name=robots]")["content"] == "noindex"
        assert page.select_one("[rel=canonical]")["href"].endswith("/praktijkvoorbeelden/gemalen/")

    def test_it_is_the_same_for_who_is_logged_in(
        self, case: PracticePage, record: Any, editor: User, client: Client, as_user: Any
    ) -> None:
        record()
        with_account = as_user(editor).get(ADDRESS)
        assert with_account.content == client.get(ADDRESS).content
        assert not with_account.cookies

    def test_it_names_what_organisations_said_as_strangers_may_read_it(
        self, case: PracticePage, record: Any, adopt: Any, make_body: Any, client: Client
    ) -> None:
        record(changed="Woorden die wachten", since=2021)
        adopt(case, make_body("Gemeente Voorstel"), standing=Standing.PROPOSED, proof="https://a.example")
        adopt(case, make_body("Gemeente Voorbij"), standing=Standing.ENDED)
        adopt(case, make_body("Gemeente Verzonnen"), "pilot", is_demo=True)
        adopt(case, make_body("Gemeente Gestopt"), "stopped")
        text = read(client.get(ADDRESS)).get_text(" ", strip=True)
        assert "1 organisatie gebruikt het nu" in text
        assert "Gemeente Ede In gebruik sinds 2021" in text
        assert "Gemeente Verzonnen Proef verzonnen voorbeeld" in text
        for hidden in ("Gemeente Voorstel", "Gemeente Voorbij", "Gemeente Gestopt", "en nog", "Woorden"):
            assert hidden not in text

    def test_a_case_that_nobody_took_over_says_what_it_is_about(
        self, case: PracticePage, client: Client
    ) -> None:
        page = read(client.get(ADDRESS))
        assert "Kort." in page.get_text()
        assert page.select(".totals, .takers") == []
        assert page.find("a", string="Wij doen dit ook")["href"] == f"{case.reuse_url}melden/"

    def test_it_is_in_the_language_of_its_address(self, case: PracticePage, client: Client) -> None:
        page = read(client.get(f"/en{ADDRESS}"))
        assert page.html["lang"] == "en"
        assert page.h1["lang"] == "nl"
        assert page.h1.a["href"] == "/en/praktijkvoorbeelden/gemalen/"

    def test_a_translation_is_shown_to_its_readers(
        self, case: PracticePage, client: Client, run_tasks: Any
    ) -> None:
        english = case.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
        english.title, english.slug = "Smart pumping", "gemalen"
        english.save_revision().publish()
        assert read(client.get(f"/en{ADDRESS}")).h1.get_text() == "Smart pumping"
        assert read(client.get(ADDRESS)).h1.get_text() == "Slimme gemalen"

    def test_names_cannot_put_anything_in_it(
        self, case: PracticePage, adopt: Any, make_body: Any, client: Client
    ) -> None:
        nasty = '"><script>alert(1)</script>'
        adopt(case, make_body(nasty))
        case.title = nasty
        case.save_revision().publish()
        page = read(client.get(ADDRESS))
        assert page.select("script") == []
        assert nasty in page.get_text()

    def test_a_hundred_adoptions_take_as_many_queries_as_one(
        self, case: PracticePage, adopt: Any, make_body: Any, client: Client
    ) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                client.get(ADDRESS)
            return len(queries)

        adopt(case, make_body("Gemeente Een"))
        count()
        few = count()
        for number in range(100):
            adopt(case, make_body(f"Gemeente {number}"))
        assert count() == few

    def test_it_is_cached_for_anybody_and_renewed_by_a_change(
        self, case: PracticePage, record: Any, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(page_cache, "STORE", page_cache.make_store(2**20))
        monkeypatch.setattr(page_cache, "REST_AFTER_CHANGE", 0.0)
        connection.run_on_commit.clear()
        monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
        pages_changed()  # counts what was made before
        first = client.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            again = client.get(ADDRESS)
        assert len(queries) == 1  # whether anything changed
        assert dict(again.items()) == dict(first.items())
        assert policy_of(again)["frame-ancestors"] == "*"
        record()
        assert "Gemeente Ede" in client.get(ADDRESS).text


class TestWhatIsNotPublic:
    @pytest.fixture(params=["unpublished", "private", "below what is private", "never there"])
    def hidden(self, request: pytest.FixtureRequest, case: PracticePage) -> PracticePage:
        """Return a case that not everybody may read."""
        if request.param == "unpublished":
            case.unpublish()
        elif request.param == "private":
            PageViewRestriction.objects.create(page=case, restriction_type="login")
        elif request.param == "below what is private":
            PageViewRestriction.objects.create(page=case.get_parent(), restriction_type="password")
        else:
            PracticePage.objects.filter(pk=case.pk).update(slug="anders")
        return case

    def test_it_has_no_card_for_anybody(
        self, hidden: PracticePage, editor: User, client: Client, as_user: Any
    ) -> None:
        answers = {browser.get(ADDRESS).content for browser in (client, as_user(editor))}
        assert {browser.get(ADDRESS).status_code for browser in (client, as_user(editor))} == {404}
        assert len(answers) == 1
        text = answers.pop().decode()
        assert "Slimme gemalen" not in text
        assert "niet of niet meer op Knooppunt" in text

    def test_its_own_page_offers_no_code_for_one(
        self, case: PracticePage, editor: User, as_user: Any
    ) -> None:
        PageViewRestriction.objects.create(page=case, restriction_type="login")
        answer = as_user(editor).get(case.reuse_url)
        assert answer.status_code == 200
        assert read(answer).select(".embed-code") == []


class TestCode:
    def test_it_can_be_copied_by_hand_and_shows_the_card(
        self, case: PracticePage, client: Client, settings: Any
    ) -> None:
        case.title = 'De "slimme" <gemalen> & co'
        case.save_revision().publish()
        page = read(client.get(case.reuse_url))
        area = page.select_one(".embed-code textarea")
        assert area.has_attr("readonly")
        assert page.select_one(f"label[for={area['id']}]").get_text() == "Code om te kopiëren"
        frame = BeautifulSoup(area.get_text(), "html.parser").iframe
        assert frame["title"] == 'Wie doet dit ook: De "slimme" <gemalen> & co'
        assert frame["src"] == f"{settings.WAGTAILADMIN_BASE_URL}{ADDRESS}"
        assert client.get(ADDRESS).status_code == 200
        assert page.select("iframe") == []
        assert page.select_one("[data-copy]")["data-copy"] == area.get_text()
