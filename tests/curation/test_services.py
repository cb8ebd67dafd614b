"""What search reads of the editors' decisions."""

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page

from curation.models import HiddenResult, StopPhrase, Synonym, SynonymList
from curation.services import Curated, curated_for, synonym_rules, synonym_words, without_stop_phrases
from curation.synonyms import (
    TrialOutdatedError,
    draft_lines,
    is_outdated,
    live_list,
    synonym_list_create,
    synonym_list_go_live,
)
from organisations.models import Organisation
from pages.models import ContentPage

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = datetime.timedelta(0)


@pytest.fixture
def page(site_frame: Page) -> Page:
    return Page.objects.get(pk=ContentPage.objects.get(slug="over", locale__language_code="nl").pk)


@pytest.fixture
def body() -> Organisation:
    return Organisation.objects.create(name="Gemeente Proefstad", kind="gemeente")


class TestPinnedAndHidden:
    """Decisions per question."""

    def test_nothing_is_decided_to_begin_with(self) -> None:
        assert curated_for("wie zijn wij") == Curated()

    def test_pins_come_in_their_order_whatever_case_accents_and_spaces(
        self, page: Page, site_frame: Page
    ) -> None:
        query = Query.get("Wie  zíjn wij")
        SearchPromotion.objects.create(query=query, page=site_frame, sort_order=1)
        SearchPromotion.objects.create(query=query, page=page, sort_order=0)
        SearchPromotion.objects.create(query=query, external_link_url="https://elders.example", sort_order=2)
        wanted = (f"pages.contentpage:{page.pk}", f"pages.homepage:{site_frame.pk}")
        assert curated_for(" WIE ZIJN  wij ").pinned == wanted
        assert curated_for("wie zijn").pinned == ()

    def test_what_is_hidden_for_a_question_or_for_all(self, page: Page, body: Organisation) -> None:
        HiddenResult.objects.create(text="Óver ons", page=page, reason="oud")
        HiddenResult.objects.create(organisation=body, reason="dubbel")
        of_body, of_page = f"organisations.organisation:{body.pk}", f"pages.contentpage:{page.pk}"
        assert curated_for("over  ons").hidden == (of_body, of_page)
        assert curated_for("iets anders").hidden == (of_body,)
        assert curated_for("").hidden == (of_body,)

    def test_what_is_hidden_is_not_pinned(self, page: Page) -> None:
        SearchPromotion.objects.create(query=Query.get("over ons"), page=page)
        HiddenResult.objects.create(page=page, reason="oud")
        assert curated_for("over ons") == Curated(hidden=(f"pages.contentpage:{page.pk}",))

    @pytest.mark.parametrize(("days", "is_hidden"), [(None, True), (1, True), (0, True), (-1, False)])
    def test_hiding_ends_after_its_last_day(self, page: Page, days: int | None, is_hidden: bool) -> None:
        until = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
        HiddenResult.objects.create(page=page, reason="oud", until_date=until)
        assert bool(curated_for("wat dan ook").hidden) == is_hidden

    def test_one_thing_is_hidden_at_a_time(self, page: Page, body: Organisation) -> None:
        for things in ({}, {"page": page, "organisation": body}):
            with pytest.raises(ValidationError, match="één van de twee"):
                HiddenResult(reason="oud", **things).full_clean()

    def test_all_is_read_in_one_query_once_in_a_while(
        self, page: Page, look_again: Callable[[], None], django_assert_num_queries: Any
    ) -> None:
        SearchPromotion.objects.create(query=Query.get("over ons"), page=page)
        with django_assert_num_queries(1):
            assert curated_for("over ons").pinned
            assert without_stop_phrases("ik zoek gemalen") == "gemalen"
        SearchPromotion.objects.all().delete()
        with django_assert_num_queries(0):
            assert curated_for("over ons").pinned
        look_again()
        assert not curated_for("over ons").pinned


class TestStopPhrases:
    """What is removed from a question."""

    @pytest.mark.parametrize(
        ("query", "stripped"),
        [
            ("ik zoek gemalen", "gemalen"),
            ("Ik  zóék: gemalen", "gemalen"),
            ("Ik zoek voorbeelden van slimme Gemalen?", "slimme Gemalen"),
            ("ik zoek naar een café", "een café"),
            ("ik zoeklicht", "ik zoeklicht"),
            ("politie zoekt, ik zoek", "politie zoekt"),
            ("ik zoek", "ik zoek"),
            ("Ik zoek ...", "Ik zoek ..."),
            ("gemalen", "gemalen"),
            ("  ", "  "),
            ("", ""),
            ("ﷺ ik zoek ß gemaal", "ﷺ ß gemaal"),
        ],
    )
    def test_a_question_is_asked_without_them_but_never_becomes_empty(
        self, query: str, stripped: str
    ) -> None:
        assert without_stop_phrases(query) == stripped

    def test_without_phrases_a_question_is_as_it_was_asked(self) -> None:
        StopPhrase.objects.all().delete()
        assert without_stop_phrases("ik zoek  gemalen") == "ik zoek  gemalen"

    def test_a_phrase_is_kept_folded_once_and_with_a_word(self) -> None:
        phrase = StopPhrase(phrase=" Heb  je: Één ")
        phrase.full_clean()
        assert phrase.phrase == "heb je een"
        for wrong in ("...", "Ik  ZOEK", "ﷺ" * 90):
            with pytest.raises(ValidationError):
                StopPhrase(phrase=wrong).full_clean()


class TestLists:
    """From the draft to what is live, and back."""

    def test_a_change_is_not_live_until_it_is_made_so(self) -> None:
        before = synonym_rules()
        Synonym.objects.create(words="wob => woo")
        assert synonym_rules() == before
        created = synonym_list_create(user=None)
        assert synonym_rules() == before
        synonym_list_go_live(created, user=None)
        assert sorted(set(synonym_rules()) - set(before)) == ["wob => wob, woo"]

    def test_the_list_before_comes_back_and_the_draft_stays(self) -> None:
        first, before = live_list(), synonym_rules()
        Synonym.objects.create(words="wob => woo")
        synonym_list_go_live(synonym_list_create(user=None), user=None)
        synonym_list_go_live(SynonymList.objects.by_live_date()[1], user=None)
        assert (live_list(), synonym_rules()) == (first, before)
        assert "wob => woo" in draft_lines()

    def test_what_a_trial_found_is_forgotten_when_its_list_goes_live_and_the_list_may_still_come_back(
        self,
    ) -> None:
        created = synonym_list_create(user=None)
        created.report = {"changed": [{"text": "mijn geheime vraag"}]}
        created.save()
        synonym_list_go_live(created, user=None)
        assert SynonymList.objects.get(pk=created.pk).report is None
        assert not SynonymList.objects.filter(report__isnull=False).exists()
        assert created in SynonymList.objects.tried()

    def test_a_trial_holds_as_long_as_the_list_is_live_that_it_was_compared_with(self) -> None:
        first = live_list()
        Synonym.objects.create(words="wob => woo")
        second = synonym_list_create(user=None)
        synonym_list_go_live(second, user=None)
        Synonym.objects.create(words="tegel, stoeptegel")
        tried = synonym_list_create(user=None)
        assert not is_outdated(tried, first), "what was not tried out yet is not outdated"
        tried.report = {}
        assert not is_outdated(tried, live_list())
        synonym_list_go_live(live_list(), user=None)  # its index is made again
        assert not is_outdated(tried, live_list())
        synonym_list_go_live(first, user=None)
        assert is_outdated(tried, live_list())
        assert not is_outdated(second, live_list())
        SynonymList.objects.exclude(pk=tried.pk).delete()
        assert not is_outdated(tried, live_list())

    def test_a_trial_that_never_went_live_is_forgotten(self) -> None:
        for _ in range(3):
            last = synonym_list_create(user=None)
        assert list(SynonymList.objects.filter(live_at=None)) == [last]

    def test_without_any_list_there_are_no_rules(self) -> None:
        SynonymList.objects.all().delete()
        assert (synonym_rules(), synonym_words(), live_list().groups) == ([], frozenset(), [])

    def test_search_knows_every_word_of_the_list(self) -> None:
        assert {"gdpr", "verordening"} <= synonym_words()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="no two write at once on SQLite")
def test_of_two_people_at_once_the_second_sees_what_the_first_did(has_to_wait: Any) -> None:
    """A trial goes live while somebody else brings back an older list, which makes its report outdated."""
    first = SynonymList.objects.create(
        lines="wob => woo", live_at=timezone.now() - datetime.timedelta(days=1)
    )
    SynonymList.objects.create(lines="awb, algemene wet", live_at=timezone.now())
    tried = SynonymList.objects.create(lines="tegel, stoeptegel", report={})
    refused = list[bool]()

    def go_live() -> None:
        try:
            synonym_list_go_live(tried, user=None)
        except TrialOutdatedError:
            refused.append(True)
        finally:
            connection.close()

    with transaction.atomic():
        synonym_list_go_live(first, user=None)
        second_person = threading.Thread(target=go_live)
        second_person.start()
        assert has_to_wait(second_person)
    second_person.join()
    assert refused == [True]
    assert live_list() == first


def test_a_trial_that_another_one_replaced_does_not_go_live() -> None:
    tried = synonym_list_create(user=None)
    synonym_list_create(user=None)
    with pytest.raises(TrialOutdatedError):
        synonym_list_go_live(tried, user=None)
