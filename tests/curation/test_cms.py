"""Who may decide about search in `/cms/`, and what the pages there do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import ModelLogEntry, Page

from core.roles import EDITORS, MODERATORS
from curation.models import HiddenResult, StopPhrase, Synonym
from curation.services import curated_for
from organisations.models import Organisation

pytestmark = pytest.mark.django_db
MEMBER = ""
SNIPPETS = "/cms/snippets/curation"
SYNONYMS, HIDDEN, PHRASES = f"{SNIPPETS}/synonym/", f"{SNIPPETS}/hiddenresult/", f"{SNIPPETS}/stopphrase/"
PINS = "/cms/searchpicks/"
PAGES = [place + end for place in (SYNONYMS, HIDDEN, PHRASES, PINS) for end in ("", "add/")]


@pytest.mark.parametrize("role", [EDITORS, MODERATORS])
@pytest.mark.parametrize("address", PAGES)
def test_editors_and_moderators_may(enter: Callable[..., Client], role: str, address: str) -> None:
    assert enter(role).get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_members_and_strangers_may_not(enter: Callable[..., Client], address: str) -> None:
    for ask in ("get", "post"):
        assert getattr(enter(None), ask)(address).url.startswith("/accounts/login/")
    member = enter(MEMBER)
    assert (member.get(address).status_code, member.post(address).status_code) == (403, 403)


def test_all_stands_together_in_the_menu(enter: Callable[..., Client]) -> None:
    client = enter(EDITORS)
    home = client.get("/cms/").text
    for name in (
        "Zoeken",
        "Synoniemen",
        "Synoniemen live zetten",
        "Vastgezette resultaten",
        "Verborgen resultaten",
        "Stopzinnen",
    ):
        assert f'"{name}"' in home
    assert "Uitgelichte zoekresultaten" not in home
    assert "/cms/searchpicks/reports/search-terms/" not in home


def test_a_group_is_made_changed_and_taken_away_and_the_log_says_by_whom(
    enter: Callable[..., Client],
) -> None:
    client = enter(EDITORS)
    client.post(f"{SYNONYMS}add/", {"words": "Benzine => Laadpaal", "remark": "zo zoekt men"})
    made = Synonym.objects.get(words="benzine => laadpaal")
    client.post(f"{SYNONYMS}edit/{made.pk}/", {"words": "benzine => laadpunt", "remark": ""})
    client.post(f"{SYNONYMS}delete/{made.pk}/")
    log = ModelLogEntry.objects.filter(content_type__model="synonym").order_by("timestamp")
    assert [entry.action for entry in log] == ["wagtail.create", "wagtail.edit", "wagtail.delete"]
    assert {entry.user.email for entry in log} == {"redacteuren@gemeente.example"}


def test_what_is_wrong_stands_next_to_the_field(enter: Callable[..., Client]) -> None:
    answer = enter(EDITORS).post(f"{SYNONYMS}add/", {"words": "gdpr, avgeetje", "remark": ""})
    page = BeautifulSoup(answer.text, "html.parser")
    problem = page.select_one("#panel-child-words-errors") or page.select_one(".w-field__errors")
    assert "“gdpr” staat al in een andere groep: avg, gdpr" in problem.text
    assert page.select_one("[name=words]")["value"] == "gdpr, avgeetje"


def test_a_report_can_lead_to_a_form_that_is_filled_in(enter: Callable[..., Client]) -> None:
    page = BeautifulSoup(enter(EDITORS).get(f"{SYNONYMS}add/?words=wob+%3D%3E+woo").text, "html.parser")
    assert page.select_one("[name=words]")["value"] == "wob => woo"


def test_hiding_asks_for_one_thing_and_a_reason(enter: Callable[..., Client], site_frame: Page) -> None:
    client, body = enter(MODERATORS), Organisation.objects.create(name="Gemeente Proefstad", kind="gemeente")
    fields = {"text": "", "page": "", "organisation": "", "reason": "dubbel", "until_date": ""}
    assert "één van de twee" in client.post(f"{HIDDEN}add/", fields).text
    assert not HiddenResult.objects.exists()
    assert client.post(f"{HIDDEN}add/", fields | {"organisation": body.pk}).status_code == 302
    assert str(HiddenResult.objects.get()) == "Gemeente Proefstad: elke vraag"
    assert "Gemeente Proefstad: elke vraag" in client.get(HIDDEN).text


def test_a_phrase_that_is_there_is_refused(enter: Callable[..., Client]) -> None:
    client = enter(EDITORS)
    assert client.post(f"{PHRASES}add/", {"phrase": "IK  zoek"}).status_code == 200
    assert client.post(f"{PHRASES}add/", {"phrase": "Kent iemand"}).status_code == 302
    assert StopPhrase.objects.filter(phrase="kent iemand").exists()


def test_a_page_is_pinned_with_wagtails_form_and_only_a_page(
    enter: Callable[..., Client], site_frame: Page
) -> None:
    client = enter(EDITORS)
    form = client.get(f"{PINS}add/").text
    assert "external_link_url" not in form
    assert "Bezoekers zien het binnen een halve minuut" in form
    count = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000, "0-ORDER": 1}
    fields: dict[str, Any] = {f"editors_picks-{name}": value for name, value in count.items()}
    client.post(
        f"{PINS}add/", fields | {"query_string": "Wie zijn wij?", "editors_picks-0-page": site_frame.pk}
    )
    assert SearchPromotion.objects.get().page_id == site_frame.pk
    assert curated_for("wie zijn WIJ?").pinned == (f"pages.homepage:{site_frame.pk}",)
    assert "Wie zijn wij?".lower() in client.get(PINS).text


def test_a_synonym_says_that_it_is_not_live_yet_and_leads_to_where_it_goes_live(
    enter: Callable[..., Client],
) -> None:
    client = enter(EDITORS)
    added = client.post(f"{SYNONYMS}add/", {"words": "sloerie, stoeptegel", "remark": ""}, follow=True)
    made = Synonym.objects.get(words="sloerie, stoeptegel")
    changed = client.post(
        f"{SYNONYMS}edit/{made.pk}/", {"words": "sloerie, trottoir", "remark": ""}, follow=True
    )
    for answer, words in ((added, "sloerie, stoeptegel"), (changed, "sloerie, trottoir")):
        told = BeautifulSoup(answer.text, "html.parser").select_one(".messages .success")
        assert f"“{words}” is opgeslagen, maar nog niet live." in told.text
        assert told.select_one('[href="/cms/zoeken/synoniemen/"]')
    gone = client.post(f"{SYNONYMS}delete/{made.pk}/", follow=True)
    assert "werkt nog tot je de synoniemen live zet" in gone.text


@pytest.mark.parametrize(
    "address", [SYNONYMS, HIDDEN, PHRASES, PINS, "/cms/snippets/querylog/casewish/", "/cms/zoeken/uitleg/"]
)
def test_each_page_says_first_what_it_is_for(enter: Callable[..., Client], address: str) -> None:
    page = BeautifulSoup(enter(EDITORS).get(address).text, "html.parser")
    purpose = page.main.select_one(".help-block")
    assert purpose.sourceline < page.main.select_one("#listing-results, form.w-field__wrapper").sourceline
    assert re.search(r"(zoek|vraag|vragen|vinden|gevonden)", purpose.text)


def test_what_is_pinned_is_listed_without_views_that_nobody_counts(
    enter: Callable[..., Client], site_frame: Page
) -> None:
    SearchPromotion.objects.create(query=Query.get("xyz"), page=site_frame)
    page = BeautifulSoup(enter(EDITORS).get(PINS).text, "html.parser")
    heads = [cell.get_text(strip=True) for cell in page.main.select("#listing-results thead th")]
    assert heads == ["Zoekvraag", "Vastgezette resultaten"]
