"""The report in `/cms/`: who sees it, what it shows, and what one can do from there."""

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.contrib.search_promotions.models import SearchPromotion

from core.roles import EDITORS, MODERATORS
from curation.models import Synonym
from querylog import labels
from querylog.models import CaseWish, QuestionCount
from search.query.facets import FACETS

pytestmark = pytest.mark.django_db
REPORT, RESULTS, PIN = (
    "/cms/reports/zoekvragen/",
    "/cms/reports/zoekvragen/results/",
    "/cms/reports/zoekvragen/vastzetten/",
)
WISHES = "/cms/snippets/querylog/casewish/"
PAGES = [REPORT, RESULTS, PIN, WISHES, f"{WISHES}add/", f"{REPORT}?export=csv"]
ADMINISTRATOR, MEMBER = "administrator", ""


def keep(question: str, asked: int, *, ago: int = 0, **fields: Any) -> None:
    """Have a question asked so often, so many days ago."""
    day = timezone.localdate() - datetime.timedelta(days=ago)
    QuestionCount.objects.create(
        day=day, question=question, asked=asked, **{"language": "nl", "hits": 4} | fields
    )


@pytest.fixture
def counts(db: None) -> None:
    """Have some questions asked."""
    keep("warmtenet", 5, clicks_first=2, clicks_beyond=1, facets=["theme", "year"])
    keep("warmtenet", 2, ago=5, language="en", facets=["province"])
    keep("laadpaal", 4, without_result=4, hits=0, maybe=6)
    keep("dashboard", 3, listing="case")
    keep("te zelden", 2)
    keep("verleden maand", 8, ago=45)


def shown(client: Client, **choices: str) -> list[str]:
    """Return the questions that the report shows."""
    page = BeautifulSoup(client.get(RESULTS, choices).text, "html.parser")
    return [cell.select_one(".title-wrapper").get_text(strip=True) for cell in page.select("tbody td.title")]


@pytest.mark.parametrize("role", [EDITORS, MODERATORS, ADMINISTRATOR])
@pytest.mark.parametrize("address", PAGES)
def test_who_works_on_the_site_may_see_it(enter: Callable[..., Client], role: str, address: str) -> None:
    assert enter(role).get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_members_and_strangers_may_not(enter: Callable[..., Client], address: str) -> None:
    assert enter(None).get(address).url.startswith("/accounts/login/")
    assert enter(MEMBER).get(address).status_code == 403


def test_the_right_can_be_given_and_taken(enter: Callable[..., Client]) -> None:
    client, group = enter(EDITORS), Group.objects.get(name=EDITORS)
    right = Permission.objects.get(codename="view_questioncount")
    assert f'value="{right.pk}"' in enter(ADMINISTRATOR).get(f"/cms/groups/edit/{group.pk}/").text
    assert '"Zoekvragen"' in client.get("/cms/").text
    group.permissions.remove(right)
    assert client.get(REPORT).status_code in {302, 403}
    assert '"Zoekvragen"' not in client.get("/cms/").text


def test_it_stands_in_the_menus(enter: Callable[..., Client]) -> None:
    home = enter(EDITORS).get("/cms/").text
    assert REPORT in home
    assert '"Wensen"' in home


@pytest.mark.usefixtures("counts")
@pytest.mark.parametrize(
    ("choices", "questions"),
    [
        ({}, ["warmtenet", "laadpaal", "dashboard"]),
        ({"days": "90"}, ["verleden maand", "warmtenet", "laadpaal", "dashboard"]),
        ({"show": "nothing"}, ["laadpaal"]),
        ({"show": "no_click"}, ["dashboard"]),
        ({"show": "no_click", "days": "90"}, ["verleden maand", "dashboard"]),
        ({"listing": "case"}, ["dashboard"]),
        ({"listing": "all"}, ["warmtenet", "laadpaal"]),
        ({"language": "en"}, []),
        ({"q": "laad"}, ["laadpaal"]),
        ({"ordering": "question"}, ["dashboard", "laadpaal", "warmtenet"]),
    ],
    ids=str,
)
def test_it_shows_what_was_asked_three_times_in_the_period(
    enter: Callable[..., Client], choices: dict[str, str], questions: list[str]
) -> None:
    assert shown(enter(EDITORS), **choices) == questions


@pytest.mark.usefixtures("counts")
def test_days_that_are_not_shown_do_not_count(enter: Callable[..., Client]) -> None:
    keep("warmtenet", 90, ago=8)
    page = BeautifulSoup(enter(EDITORS).get(RESULTS, {"days": "7"}).text, "html.parser")
    cells = [cell.get_text(" ", strip=True) for cell in page.select_one("tbody tr").select("td")]
    assert cells[1:] == ["7", "0", "4", "0", "3", "Begonnen in, Provincie, Thema"]
    cells = [cell.get_text(" ", strip=True) for cell in page.select("tbody tr")[1].select("td")]
    assert cells[1:] == ["4", "4", "0", "6", "0", ""]


@pytest.mark.usefixtures("counts")
def test_the_number_of_queries_does_not_grow_with_the_questions(
    enter: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = enter(EDITORS)
    client.get(RESULTS)
    for number in range(30):
        keep(f"vraag over data {number}", 5)
    with django_assert_max_num_queries(12):
        assert len(shown(client)) == 33


@pytest.mark.usefixtures("counts")
def test_it_can_be_exported(enter: Callable[..., Client]) -> None:
    client = enter(MODERATORS)
    answer = client.get(REPORT, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "zoekvragen-" in answer["Content-Disposition"]
    assert [row["Zoekvraag"] for row in rows] == ["warmtenet", "laadpaal", "dashboard"]
    assert (rows[0]["Gevraagd"], rows[0]["Kliks op plaats 1"], rows[0]["Kliks na plaats 10"]) == (
        "7",
        "2",
        "1",
    )
    sheet = load_workbook(
        io.BytesIO(b"".join(client.get(REPORT, {"export": "xlsx"}).streaming_content))
    ).active
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == [
        "Zoekvraag",
        "warmtenet",
        "laadpaal",
        "dashboard",
    ]


@pytest.mark.usefixtures("counts")
def test_one_click_leads_to_a_form_that_is_filled_in(enter: Callable[..., Client]) -> None:
    client = enter(EDITORS)
    page = BeautifulSoup(client.get(RESULTS, {"show": "nothing"}).text, "html.parser")
    links = {link.get_text(strip=True): link["href"] for link in page.select("tbody a")}
    assert list(links) == ["Maak synoniem", "Zet vast", "Wens voor een praktijkvoorbeeld"]
    fields = {}
    for link, name in zip(links.values(), ["words", "query_string", "question"], strict=True):
        form = BeautifulSoup(client.get(link).text, "html.parser")
        fields[name] = form.select_one(f"[name={name}]")["value"]
    assert fields == dict.fromkeys(["words", "query_string", "question"], "laadpaal")


def test_filters_are_called_what_visitors_see() -> None:
    seen = {facet.name: str(facet.label) for facet in FACETS} | {"like": "Zoals"}
    assert {name: str(label) for name, label in labels.FACETS.items()} == seen


def send(client: Client, address: str, **values: Any) -> Any:
    """Send the form at an address as it was filled in there, with these values on top."""
    form = BeautifulSoup(client.get(address).text, "html.parser").select_one(
        "form:has([name=csrfmiddlewaretoken])"
    )
    fields = {
        field["name"]: field.get("value") or field.text.strip()
        for field in form.select("input[name], textarea[name]")
    }
    fields |= {field["name"]: "" for field in form.select("select[name]")}
    return client.post(form.get("action") or address, fields | values)


@pytest.mark.usefixtures("counts")
@pytest.mark.parametrize(
    ("label", "values", "made"),
    [
        (
            "Maak synoniem",
            {"words": "laadpaal, oplaadpunt"},
            lambda: Synonym.objects.filter(words="laadpaal, oplaadpunt"),
        ),
        (
            "Zet vast",
            {"editors_picks-TOTAL_FORMS": 1, "editors_picks-0-ORDER": 1},
            lambda: SearchPromotion.objects.filter(query__query_string="laadpaal"),
        ),
        (
            "Wens voor een praktijkvoorbeeld",
            {"state": "open"},
            lambda: CaseWish.objects.filter(question="laadpaal", times=4),
        ),
    ],
    ids=["synonym", "pin", "wish"],
)
def test_what_the_report_leads_to_can_be_sent(
    enter: Callable[..., Client], site_frame: Any, label: str, values: dict[str, Any], made: Callable[[], Any]
) -> None:
    client = enter(EDITORS)
    page = BeautifulSoup(client.get(RESULTS, {"show": "nothing"}).text, "html.parser")
    (address,) = [link["href"] for link in page.select("tbody a") if link.get_text(strip=True) == label]
    picks = {"editors_picks-0-page": site_frame.pk} if label == "Zet vast" else {}
    assert send(client, address, **values, **picks).status_code == 302
    assert made().exists()


@pytest.mark.usefixtures("counts")
def test_a_wish_that_is_there_is_shown_with_its_state(enter: Callable[..., Client]) -> None:
    client = enter(EDITORS)
    client.post(f"{WISHES}add/", {"question": " Laadpaal ", "times": "4", "note": "", "state": "open"})
    wish = CaseWish.objects.get(question="laadpaal")
    page = BeautifulSoup(client.get(RESULTS, {"show": "nothing"}).text, "html.parser")
    assert (
        page.find("a", string=lambda text: text and "Wens: open" in text)["href"]
        == f"{WISHES}edit/{wish.pk}/"
    )


def test_a_moderator_sees_wishes_and_decides(enter: Callable[..., Client]) -> None:
    wish, client = CaseWish.objects.create(question="warmtenet", note="beheer"), enter(MODERATORS)
    assert "warmtenet" in client.get(WISHES).text
    client.post(
        f"{WISHES}edit/{wish.pk}/",
        {"question": "warmtenet", "times": "1", "note": "beheer", "state": "found"},
    )
    wish.refresh_from_db()
    assert wish.state == "found"
    assert (
        client.post(f"{WISHES}add/", {"question": "+", "times": "1", "note": "", "state": "open"}).status_code
        == 200
    )
    assert CaseWish.objects.count() == 1


@pytest.mark.usefixtures("counts")
@pytest.mark.parametrize(
    ("choices", "days"),
    [({}, 30), ({"days": "7"}, 7), ({"days": "7", "q": "niets"}, 7), ({"days": "400"}, 30)],
)
def test_it_says_which_days_it_is_about_and_what_it_leaves_out(
    enter: Callable[..., Client], choices: dict[str, str], days: int
) -> None:
    page = enter(EDITORS).get(RESULTS, choices).text
    assert f"in de laatste {days} dagen" in page
    assert "3 keer of vaker" in page
    assert ("is hier niets 3 keer of vaker gevraagd" in page) == ("q" in choices)
