"""What is not sure but may be meant: beside what is sure, never among it, and with the reason in words.

Only the database is asked here; what the engine adds (compounds, meaning) is in the tests of the engine.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.text import slugify
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import PageViewRestriction

from curation.models import HiddenResult
from organisations.models import Organisation
from pages.models import ContentPage
from search.answers.reasons import give_reasons_of_maybe
from search.answers.services import ENOUGH_SURE, search
from search.query.parameters import SearchParameters
from search.query.queries import MOST_MAYBE
from search.query.question import Question
from search.query.results import Hit, SearchResults
from search.text import vocabulary

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NEAR = "Andere woorden, maar het lijkt op je vraag"


def find(query: str, viewer: Any = None, **others: Any) -> SearchResults:
    """Return what a visitor or a viewer finds."""
    return search(SearchParameters(query=query, **others), viewer=viewer or AnonymousUser())


def sure(results: SearchResults) -> list[str]:
    return [hit.slug for hit in results.hits]


def maybe(results: SearchResults) -> dict[str, str]:
    """Return the reasons by slug, in the order of the hits."""
    return {hit.slug: hit.reason for hit in results.maybe}


@pytest.fixture
def found(three_cases: list[Any], fallback: Callable[[], int]) -> list[Any]:
    """Return three cases that can be found."""
    fallback()
    return three_cases


def test_what_has_some_of_the_words_is_told_apart_from_what_has_them_all(found: list[Any]) -> None:
    results = find("weg sensoren")
    assert (sure(results), results.total) == (["asfalt"], 1)
    assert maybe(results) == {"fiets": "Over weg, niet over sensoren"}
    assert [hit.reason for hit in results.hits] == [""]


def test_what_has_most_of_the_words_comes_first(found: list[Any]) -> None:
    results = find("Tellingen regen weg sensoren")
    assert results.total == 0
    assert list(maybe(results).items()) == [
        ("fiets", "Over Tellingen en weg, niet over regen of sensoren"),
        ("asfalt", "Over weg en sensoren, niet over Tellingen of regen"),
        ("gemaal", "Over regen, niet over Tellingen, weg of sensoren"),
    ]


def test_the_counts_of_facets_are_of_what_is_sure(found: list[Any]) -> None:
    results = find("weg sensoren")
    counted = {facet.name: sum(bucket.count for bucket in facet.buckets) for facet in results.facets}
    assert (counted["type"], counted["theme"], counted["year"]) == (1, 1, 1)


def test_words_that_tell_nothing_make_nothing_less_sure(found: list[Any]) -> None:
    results = find("voorbeelden van gemeenten met sensoren")
    assert (sure(results), results.maybe) == (["asfalt"], ())


def test_a_part_of_a_longer_word_is_not_the_word(found: list[Any]) -> None:
    results = find("asfalt")
    assert (results.total, results.hits) == (0, ())
    assert maybe(results) == {"asfalt": "Over asfalt, als deel van een ander woord"}


@pytest.mark.parametrize(
    ("question", "is_sure"),
    [("ISO27001", True), ("iso 27001", True), ("27001", True), ("iso", True), ("2700", False)],
)
def test_letters_and_digits_of_one_word_are_two(
    make_case: Callable[..., Any], fallback: Callable[[], int], question: str, is_sure: bool
) -> None:
    make_case("norm", "Werken met ISO27001")
    fallback()
    assert sure(find(question)) == (["norm"] if is_sure else [])


@pytest.mark.parametrize(
    ("met", "reason"),
    [
        (set(), NEAR),
        ({"zout"}, "Over zout, niet over asfaltonderhoud"),
        ({"asfalt", "zout"}, "Over zout en asfalt, niet over asfaltonderhoud"),
        ({"asfalt"}, "Over asfalt, niet over zout of asfaltonderhoud"),
        ({"asfalt", "onderhoud", "zout"}, "Over zout, asfalt en onderhoud, maar niet samen"),
    ],
)
def test_a_reason_says_in_words_what_a_hit_has_and_what_not(met: set[str], reason: str) -> None:
    hit = Hit(1, "case", "Praktijkvoorbeeld", "a", "/a/", "A", met=frozenset(met))
    (told,) = give_reasons_of_maybe([hit], Question("", "zout asfaltonderhoud"))
    assert told.reason == reason


@pytest.mark.parametrize(
    ("query", "met", "language", "reason"),
    [
        ("traffic drones", "drones", "nl", "Over drones; de rest van je vraag niet met deze woorden"),
        ("traffic drones in Breda", "drones", "nl", "Over drones, niet over Breda"),
        ("traffic drones", "drones", "en", "Over drones, niet over traffic"),
        ("wegen drones", "drones", "en", "Over drones; de rest van je vraag niet met deze woorden"),
        ("wegen drones", "drones", "", "Over drones, niet over wegen"),
        ("traffic lights", "", "nl", NEAR),
    ],
)
def test_a_text_is_not_said_to_lack_a_word_of_another_language(
    query: str, met: str, language: str, reason: str
) -> None:
    hit = Hit(1, "case", "", "a", "/a/", "A", met=frozenset(met.split()), language=language)
    (told,) = give_reasons_of_maybe([hit], Question("", query))
    assert told.reason == reason


class TestWhere:
    """On which pages and lists it is."""

    def test_it_is_on_the_first_page_only(self, found: list[Any], client: Client) -> None:
        assert maybe(find("weg sensoren", page=1))
        for page in (2, 99):
            results = find("weg sensoren", page=page)
            assert (results.total, results.maybe) == (1, ())
        assert not maybe(find("weg regen", page=2))
        assert 'id="misschien"' not in client.get("/zoeken/?q=weg+sensoren&pagina=2").text

    def test_a_list_of_everything_has_none(self, found: list[Any]) -> None:
        assert find("", facets={"theme": ("water",)}).maybe == ()

    def test_a_list_of_one_kind_has_that_kind(
        self, found: list[Any], make_member: Callable[..., Any], fallback: Callable[[], int]
    ) -> None:
        reader = make_member("Ans Lezer").user
        make_member("Noor Weet", about="sensoren in de grond")
        fallback()
        assert [hit.type for hit in find("sensoren regen", reader, listing="member").maybe] == ["member"]
        assert {hit.type for hit in find("sensoren regen", reader, listing="case").maybe} == {"case"}
        assert {hit.type for hit in find("sensoren regen", reader).maybe} == {"case", "member"}
        assert find("sensoren regen", reader, listing="organisation").maybe == ()

    def test_only_cases_and_members_are_offered(
        self, found: list[Any], site_frame: Any, fallback: Callable[[], int]
    ) -> None:
        Organisation.objects.create(name="Sensorenschap Pompen", kind="overig")
        page = site_frame.add_child(instance=ContentPage(title="Sensoren en pompen", slug="sensoren"))
        page.save_revision().publish()
        fallback()
        assert {hit.type for hit in find("sensoren pompen").hits} == {"page"}
        assert {hit.type for hit in find("sensoren pompen kjhgf").maybe} == {"case"}


class TestHowMany:
    """At most ten, and none where enough is sure."""

    @pytest.fixture
    def publish(self, make_case: Callable[..., Any], fallback: Callable[[], int]) -> Callable[..., None]:
        """Return a function that publishes a number of cases with a text."""

        def publish(count: int, text: str) -> None:
            for number in range(count):
                make_case(f"{slugify(text)}-{number}", f"Proef {number}", f"Met {text}.")
            fallback()

        return publish

    def test_at_most_ten(self, publish: Callable[..., None]) -> None:
        publish(MOST_MAYBE + 2, "kwartels")
        results = find("kwartels patrijzen")
        assert (results.total, len(results.maybe)) == (0, MOST_MAYBE)

    def test_none_when_ten_are_sure(self, publish: Callable[..., None]) -> None:
        publish(2, "fazanten")
        publish(ENOUGH_SURE - 1, "kwartels en fazanten")
        results = find("kwartels fazanten")
        assert (results.total, len(results.maybe)) == (ENOUGH_SURE - 1, 2)
        publish(ENOUGH_SURE, "fazanten en kwartels")
        results = find("kwartels fazanten")
        assert (results.total, results.maybe) == (ENOUGH_SURE * 2 - 1, ())

    def test_a_short_page_of_many_sure_hits_has_none_either(self, publish: Callable[..., None]) -> None:
        publish(2, "fazanten")
        publish(ENOUGH_SURE, "kwartels en fazanten")
        results = find("kwartels fazanten", page_size=3)
        assert (len(results.hits), results.maybe) == (3, ())

    def test_they_cost_the_same_number_of_queries_however_many_there_are(
        self, publish: Callable[..., None], client: Client
    ) -> None:
        counts = []
        for text in ("kwartels", "patrijzen"):
            publish(6, text)
            client.get("/zoeken/?q=kwartels+patrijzen")
            with CaptureQueriesContext(connection) as queries:
                assert 'id="misschien"' in client.get("/zoeken/?q=kwartels+patrijzen").text
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 6


class TestFilters:
    """What was chosen holds for both lists."""

    def test_what_may_be_meant_has_what_was_chosen(self, found: list[Any]) -> None:
        chosen = {"theme": ("water",)}
        assert maybe(find("weg regen", facets=chosen)) == {"gemaal": "Over regen, niet over weg"}
        both = {"theme": ("water", "verkeer"), "year": ("2019",)}
        assert maybe(find("weg regen", facets=both)) == {"fiets": "Over weg, niet over regen"}
        assert find("weg regen", facets={"theme": ("nergens",)}).maybe == ()

    def test_a_sure_hit_without_what_was_chosen_does_not_come_back_among_them(self, found: list[Any]) -> None:
        results = find("weg sensoren", facets={"year": ("2019",)})
        assert (results.total, maybe(results)) == (0, {"fiets": "Over weg, niet over sensoren"})


class TestEditors:
    """What editors decided holds for both lists."""

    def test_what_they_hid_is_not_offered(self, found: list[Any], client: Client) -> None:
        HiddenResult.objects.create(text="weg sensoren", page=found[1], reason="Verouderd")
        results = find("weg sensoren")
        assert (sure(results), results.maybe) == (["asfalt"], ())
        HiddenResult.objects.create(text="", page=found[0], reason="Verouderd")
        caches["memory"].clear()
        results = find("weg regen")
        assert list(maybe(results)) == ["fiets", "gemaal"]
        assert "Slim asfaltonderhoud" not in client.get("/zoeken/?q=weg+regen").text

    def test_what_they_put_first_is_sure_and_not_offered_again(self, found: list[Any]) -> None:
        SearchPromotion.objects.create(query=Query.get("weg regen"), page=found[1], sort_order=0)
        results = find("weg regen")
        assert (sure(results), results.total) == (["fiets"], 1)
        assert set(maybe(results)) == {"asfalt", "gemaal"}


class TestWhatIsPrivate:
    """Who may not see something is not offered it, also while the index is behind."""

    @pytest.fixture
    def reader(self, make_member: Callable[..., Any]) -> Any:
        """Return a member who reads, with the words in the own profile."""
        return make_member("Ans Lezer", about="kwartels en fazanten").user

    def test_members_are_offered_to_members_only(
        self, make_member: Callable[..., Any], fallback: Callable[[], int], reader: Any, client: Client
    ) -> None:
        make_member("Noor Weet", about="kwartels")
        waiting = make_member("Wim Wachter", is_approved=False, about="kwartels").user
        fallback()
        assert maybe(find("kwartels patrijzen", reader)) == {
            "noor-weet": "Over kwartels, niet over patrijzen"
        }
        for viewer in (None, waiting):
            assert find("kwartels patrijzen", viewer).maybe == ()
        for address in ("/zoeken/", "/api/v1/search"):
            assert "Noor Weet" not in client.get(address, {"q": "kwartels patrijzen"}).text

    def test_who_asks_is_not_among_them(
        self, make_member: Callable[..., Any], fallback: Callable[[], int], reader: Any
    ) -> None:
        other = make_member("Noor Weet", about="kwartels").user
        fallback()
        assert list(maybe(find("kwartels patrijzen", reader))) == ["noor-weet"]
        assert list(maybe(find("kwartels patrijzen", other))) == ["ans-lezer"]

    def test_a_text_that_changed_since_gives_no_words_in_the_reason(
        self, make_member: Callable[..., Any], fallback: Callable[[], int], reader: Any
    ) -> None:
        member = make_member("Noor Weet", about="kwartels")
        fallback()
        member.visibility = {"about": "private"}
        member.save()
        (hit,) = find("kwartels patrijzen", reader).maybe
        assert (hit.reason, hit.highlights, hit.where, hit.met, hit.why) == (NEAR, (), (), frozenset(), "")
        fallback()
        assert find("kwartels patrijzen", reader).maybe == ()

    def test_a_case_that_is_private_by_now_is_not_offered(
        self, found: list[Any], client: Client, fallback: Callable[[], int]
    ) -> None:
        PageViewRestriction.objects.create(page=found[1], restriction_type="login")
        found[0].unpublish()
        for is_behind in (True, False):
            if not is_behind:
                fallback()
            assert list(maybe(find("weg regen"))) == ["gemaal"]
            for address in ("/zoeken/", "/praktijkvoorbeelden/", "/api/v1/search"):
                shown = client.get(address, {"q": "weg regen"}).text
                assert "Rioolgemalen aansturen" in shown
                assert not re.search("Fietsers tellen|asfaltonderhoud", shown)

    def test_a_draft_is_not_offered(self, make_case: Callable[..., Any], fallback: Callable[[], int]) -> None:
        make_case("concept", "Kwartels", is_live=False)
        fallback()
        assert find("kwartels patrijzen").maybe == ()


def test_a_mistyped_word_has_the_reason_of_what_was_meant(found: list[Any]) -> None:
    vocabulary.add("everyone", {"sensoren": 1})
    vocabulary._KEPT.clear()
    results = find("weg sensorne")
    assert (results.corrected, sure(results)) == ("weg sensoren", ["asfalt"])
    assert maybe(results) == {"fiets": "Over weg, niet over sensoren"}


def test_a_reason_is_one_line_however_long_the_question() -> None:
    words = "asfalt zout sneeuw regen wind mist hagel ijzel"
    hit = Hit(1, "case", "", "weg", "/", "Weg", met=frozenset({"asfalt", "zout", "sneeuw", "regen"}))
    (told,) = give_reasons_of_maybe([hit], Question("", words))
    assert told.reason == "Over asfalt, zout en sneeuw, niet over wind, mist of hagel"


def test_what_somebody_asks_stays_text_in_the_reason(found: list[Any], client: Client) -> None:
    shown = client.get("/zoeken/", {"q": "weg <b>zout</b>"}).text
    assert "Over weg, niet over zout" in shown
    assert "<b>zout" not in shown


@pytest.mark.parametrize("query", ["?!", "-", "…"])
def test_signs_offer_nothing(found: list[Any], query: str) -> None:
    results = find(query)
    assert (results.total, results.maybe) == (0, ())
