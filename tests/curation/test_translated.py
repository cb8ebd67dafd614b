"""Every search page in `/cms/` opens for an editor, and one who reads English finds no Dutch text of ours."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page
from wagtail.users.models import UserProfile

from core.roles import EDITORS
from curation.models import HiddenResult, StopPhrase, Synonym, SynonymList
from querylog.models import CaseWish
from users.models import User

pytestmark = pytest.mark.django_db
WORDING = Path(__file__).resolve().parents[2] / "locale" / "en" / "LC_MESSAGES" / "django.po"
SNIPPETS = {
    "curation_synonym": Synonym,
    "curation_hiddenresult": HiddenResult,
    "curation_stopphrase": StopPhrase,
}
OTHERS = [
    "question_report",
    "pin_question",
    "synonym_trial",
    "explain_search",
    "wagtailsearchpromotions:index",
]
REPORT = {
    "types": [
        {"name": "exact", "count": 2, "before": 0.5, "after": 1, "empty": [1, 0]},
        {"name": "none", "count": 2, "before": None, "after": None, "empty": [2, 1]},
    ],
    "asked": 4,
    "empty": [3, 1],
    "reordered": 0,
    "changed_count": 2,
    "changed": [{"text": "walvis", "type": "none", "before": None, "after": None, "came": [], "went": []}],
}


def dutch() -> set[str]:
    """Return the Dutch texts that are different in English; a site names each language in itself."""
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', WORDING.read_text(encoding="utf-8"), re.MULTILINE)
    return {text for text, other in pairs if text != other} - set(dict(settings.LANGUAGES).values())


@pytest.fixture
def rows(site_frame: Page) -> None:
    """Have something of each kind, and a list that was tried out."""
    Synonym.objects.create(words="avgeetje, avgtje")
    HiddenResult.objects.create(text="weg", page=site_frame, reason="x")
    StopPhrase.objects.create(phrase="xyz")
    CaseWish.objects.create(question="xyz")
    SearchPromotion.objects.create(query=Query.get("xyz"), page=site_frame)
    SynonymList.objects.create(lines="avgeetje, avgtje", report=REPORT)


def addresses() -> list[str]:
    """Return the address of every page."""
    lists = [
        reverse(f"wagtailsnippets_{name}:{end}")
        for name in (*SNIPPETS, "querylog_casewish")
        for end in ("list", "add")
    ]
    rows = [
        reverse(f"wagtailsnippets_{name}:{end}", args=[model.objects.latest("pk").pk])
        for name, model in {**SNIPPETS, "querylog_casewish": CaseWish}.items()
        for end in ("edit", "delete", "history")
    ]
    return [*lists, *rows, *map(reverse, OTHERS), reverse("explain_search") + "?q=weg"]


@pytest.mark.usefixtures("rows")
def test_every_page_opens_and_speaks_the_language_of_the_editor(enter: Callable[..., Client]) -> None:
    client = enter(EDITORS)
    for address in addresses():
        assert client.get(address).status_code == 200, address
    UserProfile.get_for_user(User.objects.get()).save()
    UserProfile.objects.update(preferred_language="en")
    ours = dutch()
    assert "Synoniemen live zetten" in ours
    for address in addresses():
        page = BeautifulSoup(client.get(address).text, "html.parser")
        assert page.html["lang"] == "en", address
        left = ours.intersection(page.main.stripped_strings)
        assert not left, (address, left)
