"""Choosing in `/cms/`: by any name, among bodies that are told apart and members that can be found."""

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.roles import EDITORS
from practices.models import PracticePage
from taxonomy.models import Technique

CHOOSE_ORGANISATION = "/cms/snippets/choose/organisations/organisation/"
CHOOSE_MEMBER = "/cms/snippets/choose/members/member/"
CHOOSE_TECHNIQUE = "/cms/snippets/choose/taxonomy/technique/"


def rows_of(answer: Any) -> list[list[str]]:
    """Return the cells of the list in a window."""
    rows = BeautifulSoup(answer.text, "html.parser").select("tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("breDA", {"Gemeente Breda"}),
        ("brabantse", {"Provincie Noord-Brabant"}),
        ("fryslan sudwest", {"Gemeente Súdwest-Fryslân"}),
        ("breda fryslan", set()),
    ],
)
def test_an_organisation_is_chosen_by_words_of_any_of_its_names(
    as_role: Any, make_body: Any, asked: str, found: set[str]
) -> None:
    make_body("Gemeente Breda")
    make_body("Provincie Noord-Brabant", aliases="Brabantse Staten")
    make_body("Gemeente Súdwest-Fryslân")
    editor = as_role(EDITORS)
    window = editor.get(CHOOSE_ORGANISATION).json()["html"]
    assert BeautifulSoup(window, "html.parser").select_one("form[data-chooser-modal-search] input[name=q]")
    assert {
        names for names, *_ in rows_of(editor.get(f"{CHOOSE_ORGANISATION}results/", {"q": asked}))
    } == found


@pytest.mark.parametrize(
    ("address", "heading"), [(CHOOSE_MEMBER, "Kies lid"), (CHOOSE_ORGANISATION, "Kies organisatie")]
)
def test_the_window_of_a_chooser_says_what_is_chosen(as_role: Any, address: str, heading: str) -> None:
    window = BeautifulSoup(as_role(EDITORS).get(address).json()["html"], "html.parser")
    assert " ".join(window.h1.get_text().split()) == heading


def test_a_window_shows_25_organisations_at_once(as_role: Any, make_body: Any) -> None:
    for number in range(26):
        make_body(f"Gemeente {number}")
    assert len(rows_of(as_role(EDITORS).get(f"{CHOOSE_ORGANISATION}results/"))) == 25


def test_bodies_are_told_apart_by_kind_and_place_and_by_having_ended(as_role: Any, make_body: Any) -> None:
    make_body("Gemeente Utrecht", kind="gemeente", province="utrecht")
    make_body("Gemeente Vleuten", kind="gemeente", province="utrecht", ended_date=datetime.date(2001, 1, 1))
    make_body("Provincie Utrecht", kind="provincie", ended_date=datetime.date(2199, 1, 1))
    answer = as_role(EDITORS).get(f"{CHOOSE_ORGANISATION}results/")
    assert rows_of(answer) == [
        ["Gemeente Utrecht", "Gemeente", "Utrecht", ""],
        ["Gemeente Vleuten", "Gemeente", "Utrecht", "opgeheven op 1-1-2001"],
        ["Provincie Utrecht", "Provincie", "", ""],
    ]


@pytest.mark.parametrize("address", [CHOOSE_ORGANISATION, CHOOSE_MEMBER])
def test_a_longer_list_asks_the_database_no_more(
    as_role: Any, make_body: Any, make_member: Any, address: str
) -> None:
    editor, counts = as_role(EDITORS), []
    for rows in (range(1), range(1, 10)):
        for number in rows:
            make_member(
                f"Lid {number}", f"lid{number}@gemeente.example", organisation=make_body(f"Gemeente {number}")
            )
        with CaptureQueriesContext(connection) as queries:
            editor.get(f"{address}results/", {"q": "e"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_technique_is_found_by_its_name_in_the_other_language(as_role: Any, index_pk: int) -> None:
    Technique.objects.create(name="Data koppelen", name_en="Record linkage")
    editor = as_role(EDITORS)
    assert rows_of(editor.get(f"{CHOOSE_TECHNIQUE}results/", {"q": "linkage"})) == [["Data koppelen"]]
    form = BeautifulSoup(editor.get(f"/cms/pages/add/practices/practicepage/{index_pk}/").text, "html.parser")
    assert form.select_one("#id_techniques input")["data-names"] == "Record linkage"
    assert form.select_one("script[src*=choices]")["data-search"] == "Zoek in deze lijst"


def test_the_form_names_the_writers_and_leaves_all_other_members_to_the_window(
    as_role: Any, make_case: Any, make_member: Any
) -> None:
    writer, other = make_member("Noor Schrijft"), make_member("Bas Niet", "bas@gemeente.example")
    case, editor = make_case(), as_role(EDITORS)
    case.authors = [writer]
    case.save_revision()
    form = BeautifulSoup(editor.get(f"/cms/pages/{case.pk}/edit/").text, "html.parser")
    boxes = form.select("#id_authors > div input")
    assert [(box["name"], box["value"], box.has_attr("checked")) for box in boxes] == [
        ("authors", str(writer.pk), True)
    ]
    assert form.select_one("[data-choose-several]")["data-choose-several"] == CHOOSE_MEMBER
    assert form.select_one("[data-choose-several]").get_text(strip=True) == "Kies leden"
    assert other.name not in form.text


def test_what_is_no_writer_is_refused_and_breaks_nothing(as_role: Any, index_pk: int, case_form: Any) -> None:
    address = f"/cms/pages/add/practices/practicepage/{index_pk}/"
    answer = as_role(EDITORS).post(address, case_form(authors=["x", "9" * 30]))
    assert answer.status_code == 200
    assert not PracticePage.objects.exists()
