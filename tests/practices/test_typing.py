"""What an editor types, in both languages of `/cms/`.

Dates come as people write them in the Netherlands, coordinates with a comma or a point.
"""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from wagtail.users.models import UserProfile

from core.roles import MODERATORS
from organisations.models import Organisation
from practices.blocks import TableBlock
from practices.models import PracticePage
from users.models import User

LANGUAGES = ["nl", "en"]


@pytest.fixture(params=LANGUAGES)
def moderator(request: pytest.FixtureRequest, as_role: Any) -> Client:
    """Return the browser of a moderator who has chosen a language for `/cms/`."""
    browser: Client = as_role(MODERATORS)
    profile = UserProfile.get_for_user(User.objects.get(first_name=MODERATORS))
    profile.preferred_language = request.param
    profile.save()
    return browser


def field_of(answer: Any, name: str) -> Any:
    """Return the field of a form."""
    return BeautifulSoup(answer.content, "html.parser").select_one(f"[name={name}]")


def fault_at(answer: Any, name: str) -> str:
    """Return the message that stands at a field."""
    return str(
        field_of(answer, name)
        .find_parent(class_="w-field__wrapper")
        .select_one(".error-message")
        .get_text(" ")
    )


@pytest.mark.parametrize("typed", ["3-4-2030 9:30", "2030-04-03 09:30"])
def test_a_moment_is_typed_and_shown_with_the_day_first(
    moderator: Client, index_pk: int, case_form: Any, typed: str
) -> None:
    moderator.post(f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form(expire_at=typed))
    page = PracticePage.objects.get()
    moment = timezone.localtime(page.get_latest_revision_as_object().expire_at)
    assert moment.isoformat() == "2030-04-03T09:30:00+02:00"
    assert field_of(moderator.get(f"/cms/pages/{page.pk}/edit/"), "expire_at")["value"] == "03-04-2030 09:30"


@pytest.mark.parametrize("typed", ["31-2-2030", "morgen"])
def test_a_date_that_is_none_stays_in_its_field_with_what_is_wrong(moderator: Client, typed: str) -> None:
    body = Organisation.objects.create(name="Gemeente Breda")
    address = f"/cms/snippets/organisations/organisation/edit/{body.pk}/"
    form = {"name": "Gemeente Breda", "kind": "gemeente", "slug": "gemeente-breda", "ended_date": typed}
    answer = moderator.post(address, form)
    assert field_of(answer, "ended_date")["value"] == typed
    assert fault_at(answer, "ended_date").strip()
    moderator.post(address, form | {"ended_date": "3-4-2030"})
    body.refresh_from_db()
    assert body.ended_date.isoformat() == "2030-04-03"
    assert field_of(moderator.get(address), "ended_date")["value"] == "03-04-2030"


@pytest.mark.parametrize("typed", [("51,587", "4,776"), ("51.587", "4.776"), ("51,587", "4.776")])
def test_coordinates_take_a_comma_and_a_point_in_both_languages(
    moderator: Client, index_pk: int, case_form: Any, typed: tuple[str, str]
) -> None:
    fields = {"place": "Breda", "latitude": typed[0], "longitude": typed[1]}
    moderator.post(f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form(**fields))
    page = PracticePage.objects.get()
    assert (page.latitude, page.longitude) == (51.587, 4.776)
    form = moderator.get(f"/cms/pages/{page.pk}/edit/")
    shown = ["51,587", "4,776"] if '<html lang="nl"' in form.text else ["51.587", "4.776"]
    fields = [field_of(form, name) for name in ("latitude", "longitude")]
    assert [(field["value"], field["type"], field["inputmode"]) for field in fields] == [
        (number, "text", "decimal") for number in shown
    ]


@pytest.mark.parametrize("typed", ["51,587,1", "noord", "91"])
def test_what_is_no_coordinate_stays_in_its_field_with_what_is_wrong(
    moderator: Client, index_pk: int, case_form: Any, typed: str
) -> None:
    fields = {"place": "Breda", "latitude": typed, "longitude": "4,776"}
    answer = moderator.post(f"/cms/pages/add/practices/practicepage/{index_pk}/", case_form(**fields))
    assert field_of(answer, "latitude")["value"] == typed
    assert fault_at(answer, "latitude").strip()
    assert not PracticePage.objects.exists()


def table(*numbers: float | None) -> tuple[str, dict[str, Any]]:
    """Return a block with a table of one column of numbers."""
    rows = [{"values": [number]} for number in numbers]
    return "table", {
        "caption": "Per jaar",
        "columns": [{"type": "number", "heading": "Meldingen"}],
        "rows": rows,
    }


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("nl", ["120", "12,5", "2024", "12.345", "-0,25", ""]),
        ("en", ["120", "12.5", "2024", "12,345", "-0.25", ""]),
    ],
)
def test_numbers_in_a_table_are_written_in_the_language_of_the_text(
    make_case: Any, client: Client, language: str, shown: list[str]
) -> None:
    kind, value = table(120.0, 12.5, 2024, 12345.0, -0.25, None)
    content = [{"type": kind, "value": value}]
    body = [{"type": "section", "value": {"heading": "resultaat", "own_heading": "", "content": content}}]
    page = make_case(body=body, language=language)
    cells = BeautifulSoup(client.get(page.url).content, "html.parser").select("main td")
    assert [cell.get_text(strip=True) for cell in cells] == shown


@pytest.mark.parametrize("typed", ["12,5", "12.5"])
def test_a_number_in_a_table_takes_a_comma_and_a_point(typed: str) -> None:
    block = TableBlock().child_blocks["number"]
    assert block.value_from_datadict({"n": typed}, {}, "n") == 12.5
    with override("nl"):
        assert block.get_form_state(12.5) == "12,5"


def test_the_calendar_puts_nothing_in_the_place_of_what_is_typed(moderator: Client) -> None:
    scripts = [
        script.get("src", "")
        for script in BeautifulSoup(moderator.get("/cms/").content, "html.parser")("script")
    ]
    places = [
        next(n for n, src in enumerate(scripts) if name in src)
        for name in ("jquery.datetimepicker", "js/dates.js")
    ]
    assert places == sorted(places)
    assert "validateOnBlur = false" in (Path(settings.BASE_DIR) / "static/js/dates.js").read_text()


@pytest.mark.parametrize("typed", ["1.250", "12.345.678", "1.250,5", "-1.250"])
def test_a_number_in_groups_of_three_is_refused_and_not_taken_for_another_one(typed: str) -> None:
    block = TableBlock().child_blocks["number"]
    with pytest.raises(ValidationError, match="Schrijf duizendtallen zonder punt"):
        block.clean(block.value_from_form(typed))


def test_a_draft_may_have_a_table_without_a_caption() -> None:
    block = TableBlock()
    table = block.to_python(
        {"caption": "", "columns": [{"type": "number", "heading": "Meldingen"}], "rows": []}
    )
    assert block.clean_deferred(table).caption == ""
    with pytest.raises(ValidationError):
        block.clean(table)
