"""The dashboard of `/cms/` says what people miss, to users who may see the whole list."""

import datetime
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from core.roles import EDITORS
from querylog.models import CaseWish, QuestionCount


def panels(client: Client) -> dict[str, str]:
    """Return the text of both panels by their id."""
    page = BeautifulSoup(client.get("/cms/").text, "html.parser")
    found = [page.select_one(f"#{name}-section, #{name}") for name in ("case-wishes", "questions-in-vain")]
    return {item["id"].removesuffix("-section"): item.get_text(" ", strip=True) for item in found if item}


def test_it_names_the_most_wanted_and_what_was_asked_in_vain(enter: Callable[..., Client]) -> None:
    for number, question in enumerate("warmtenet laadpaal drempels riool bomen zon".split()):
        CaseWish.objects.create(question=question, times=number + 1)
    CaseWish.objects.create(question="al gevonden", times=50, state="found")
    today = timezone.localdate()
    for question, asked, ago in (("lorawan", 4, 0), ("te zelden", 2, 0), ("lang geleden", 9, 60)):
        day = today - datetime.timedelta(days=ago)
        QuestionCount.objects.create(
            day=day, question=question, language="nl", asked=asked, without_result=asked
        )
    shown = panels(enter(EDITORS))
    assert "zon 6 bomen 5 riool 4 drempels 3 laadpaal 2" in shown["case-wishes"]
    assert "Bekijk alle 6 open wensen" in shown["case-wishes"]
    assert "warmtenet" not in shown["case-wishes"]
    assert "al gevonden" not in shown["case-wishes"]
    assert "lorawan 4" in shown["questions-in-vain"]
    assert not {"te zelden", "lang geleden"} & {
        text for text in ("te zelden", "lang geleden") if text in shown["questions-in-vain"]
    }


def test_both_lead_to_the_whole(enter: Callable[..., Client]) -> None:
    wish = CaseWish.objects.create(question="warmtenet")
    CaseWish.objects.create(question="al gevonden", state="found")
    client = enter(EDITORS)
    page = BeautifulSoup(client.get("/cms/").text, "html.parser")
    links = {link["href"] for link in page.select("main a[href]")}
    assert f"/cms/snippets/querylog/casewish/edit/{wish.pk}/" in links
    wishes = next(link for link in links if link.startswith("/cms/snippets/querylog/casewish/?"))
    assert (
        "al gevonden"
        not in BeautifulSoup(client.get(wishes).text, "html.parser").select_one("main").get_text()
    )
    report = next(link for link in links if link.startswith("/cms/reports/zoekvragen/?"))
    assert client.get(report).context["period"] == 30


def test_nothing_to_miss_is_said(enter: Callable[..., Client]) -> None:
    shown = panels(enter(EDITORS))
    assert "Er zijn nu geen open wensen." in shown["case-wishes"]
    assert "In de laatste 30 dagen is niets vaker gevraagd" in shown["questions-in-vain"]


@pytest.mark.parametrize(
    ("right", "left"), [("view_casewish", "questions-in-vain"), ("view_questioncount", "case-wishes")]
)
def test_who_may_not_see_it_does_not(enter: Callable[..., Client], right: str, left: str) -> None:
    client = enter(EDITORS)
    Group.objects.get(name=EDITORS).permissions.remove(Permission.objects.get(codename=right))
    assert list(panels(client)) == [left]
