"""What editors decide about a question comes first, or does not come at all."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from curation.models import HiddenResult, StopPhrase
from curation.services import curated_for
from page_cache.changes import pages_changed


def pin(query: str, page: Any, order: int = 0) -> None:
    """Put a page first for a question."""
    SearchPromotion.objects.create(query=Query.get(query), page=page, sort_order=order)


@pytest.mark.django_db
class TestThreeCases:
    """Tests that change nothing of what is indexed."""

    @pytest.fixture
    def titles(self, in_both: Any, client: Client) -> Callable[..., list[str]]:
        """Return a function that gives the slugs that a question finds, in their order."""

        def ask(query: str, **others: str) -> list[str]:
            caches["memory"].clear()
            answer = client.get("/api/v1/search", {"q": query, **others}).json()
            assert answer["total"] == len(answer["results"])
            return [hit["slug"] for hit in answer["results"]]

        return ask

    def test_a_pinned_page_comes_first_and_is_counted(self, titles: Any, in_both: Any) -> None:
        assert titles("asfaltonderhoud") == ["asfalt"]
        pin("asfaltonderhoud", in_both.cases[2])
        assert titles("Asfaltonderhoud") == ["gemaal", "asfalt"]
        assert titles("fietsers") == ["fiets"]
        assert titles("asfaltonderhoud", theme="water") == ["gemaal"]

    def test_pinned_pages_keep_their_order(self, titles: Any, in_both: Any) -> None:
        pin("asfaltonderhoud", in_both.cases[2], 1)
        pin("asfaltonderhoud", in_both.cases[1], 0)
        assert titles("asfaltonderhoud") == ["fiets", "gemaal", "asfalt"]

    def test_a_pinned_page_that_is_no_longer_live_is_not_shown(
        self, titles: Any, in_both: Any, client: Client
    ) -> None:
        pin("asfaltonderhoud", in_both.cases[2])
        in_both.cases[2].unpublish()
        results = client.get("/api/v1/search", {"q": "asfaltonderhoud"}).json()["results"]
        assert "gemaal" not in {hit["slug"] for hit in results}

    def test_a_hidden_page_is_not_found_with_that_question(self, titles: Any, in_both: Any) -> None:
        HiddenResult.objects.create(text="weg", page=in_both.cases[0], reason="Verouderd")
        assert titles("weg", type="case") == ["fiets"]
        assert titles("asfaltonderhoud") == ["asfalt"]

    def test_a_page_is_hidden_until_a_day(self, titles: Any, in_both: Any) -> None:
        HiddenResult.objects.create(
            text="weg", page=in_both.cases[0], reason="Verouderd", until_date=date(2020, 1, 1)
        )
        assert set(titles("weg", type="case")) == {"asfalt", "fiets"}

    def test_a_pinned_page_comes_first_by_relevance_only(
        self, titles: Any, in_both: Any, client: Client
    ) -> None:
        newest = [hit.slug for hit in read_hits(client, "nieuwste")]
        assert set(newest) == {"asfalt", "fiets"}
        for case in (in_both.cases[1], in_both.cases[0]):
            SearchPromotion.objects.all().delete()
            pin("weg", case)
            caches["memory"].clear()
            assert read_hits(client, "relevantie")[0].slug == case.slug
            hits = read_hits(client, "nieuwste")
            assert [hit.slug for hit in hits] == newest
            assert [hit.slug for hit in hits if hit.is_pinned] == [case.slug]

    def test_a_page_that_is_hidden_for_every_question_is_not_like_another(
        self, titles: Any, in_both: Any, client: Client
    ) -> None:
        def similar() -> set[str]:
            caches["memory"].clear()
            return {hit["slug"] for hit in client.get("/api/v1/cases/asfalt/similar").json()["results"]}

        assert similar() == {"fiets", "gemaal"}
        HiddenResult.objects.create(text="weg", page=in_both.cases[1], reason="Niet voor deze vraag")
        assert similar() == {"fiets", "gemaal"}
        HiddenResult.objects.create(text="", page=in_both.cases[1], reason="Verouderd")
        assert similar() == {"gemaal"}
        assert "Fietsers tellen" not in client.get("/praktijkvoorbeelden/asfalt/").text

    def test_a_stop_phrase_is_taken_out(self, titles: Any) -> None:
        StopPhrase.objects.create(phrase="ik zoek voorbeelden van")
        assert titles("ik zoek voorbeelden van asfaltonderhoud") == ["asfalt"]


def read_hits(client: Client, sort: str) -> list[Any]:
    """Return the hits of the page for a question, in this order."""
    return client.get("/praktijkvoorbeelden/", {"q": "weg", "sorteer": sort}).context["results"]["hits"]


def test_a_page_that_may_be_cached_is_not_made_of_what_a_process_remembers(
    three_cases: list[Any],
    terms: dict[str, Any],
    fallback: Callable[[], int],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.run_on_commit.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **options: function())
    pages_changed()
    assert "<span>Water</span>" in client.get("/praktijkvoorbeelden/").content.decode()
    assert curated_for("").hidden == ()
    HiddenResult.objects.create(page=three_cases[0], reason="Verouderd")
    terms["water"].name = "Waterbeheer"
    terms["water"].save()
    assert "<span>Waterbeheer</span>" in client.get("/praktijkvoorbeelden/").content.decode()
    assert curated_for("").hidden == (f"practices.practicepage:{three_cases[0].pk}",)
