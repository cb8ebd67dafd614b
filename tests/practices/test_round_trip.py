"""What leaves as a file comes back as the same cases, in each of the formats."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from taggit.models import Tag

from members.models import Member
from organisations.models import Organisation
from practices.exchange.exporting import case_values, cases_export
from practices.exchange.fields import FIELDS
from practices.exchange.importing import cases_import
from practices.models import PracticeLesson, PracticePage
from reuse.choices import Source, Standing, Words
from reuse.models import Adoption
from taxonomy.models import Technique, Theme
from tests.practices.conftest import numbered

FORMATS = ["jsonl", "csv", "xlsx", "ods"]
LINES = 'Eerste regel\nTweede regel; met een puntkomma, een komma en "aanhalingstekens"'


@pytest.fixture
def cases(
    make_case: Callable[..., PracticePage], make_body: Callable[..., Organisation], make_member: Any
) -> None:
    """Make a full case, a draft, and a case full of awkward text."""
    breda, utrecht = (
        make_body("Gemeente Breda", province="noord-brabant"),
        make_body("Provincie Utrecht; bureau “Data”"),
    )
    theme, technique = (
        Theme.objects.create(name="Landbouw"),
        Technique.objects.create(name='Model; met "naam"'),
    )
    full = make_case(
        "slim-asfalt",
        summary=LINES,
        organisations=[breda, utrecht],
        reused_by=[make_body("Gemeente Ede")],
        themes=[theme],
        techniques=[technique],
        results=2,
        phase="in-use",
        started=2018,
        place="Breda",
        province="noord-brabant",
        latitude=51.587,
        longitude=-4.776,
        language="en",
        contact=make_member(),
    )
    full.tags.add("één; twee", "café", '"tussen"', "=SOM(A1)", "[haken]", "-5")
    full.save_revision().publish()
    make_case("concept", summary="Nog niet af.", title="Conceptversie 😀 – “aanhalen”", published=False)
    awkward = make_case(
        "lastig", title='=HYPERLINK("https://kwaad.example")', summary="'+31 @SUM -1", place="@plaats"
    )
    awkward.lessons = numbered(PracticeLesson(text=text) for text in (LINES, "- geen lijst\n\n+ ook niet"))
    awkward.save_revision().publish()


def values() -> list[dict[str, Any]]:
    """Return every case as the formats say it, by slug."""
    pages = PracticePage.objects.order_by("slug")
    found = [case_values(page if page.live else page.get_latest_revision_as_object())[0] for page in pages]
    for row in found:
        del row["adoptions"]  # they come back as proposals, see below
    return [row | {name: sorted(row[name]) for name in ("themes", "techniques", "tags")} for row in found]


def empty_the_site() -> None:
    """Take away all cases, and the terms and organisations that they name."""
    for page in PracticePage.objects.all():
        page.delete()
    for model in (Theme, Technique, Organisation, Tag):
        model.objects.all().delete()


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_into_an_empty_site_gives_equal_cases(cases: None, tmp_path: Path, suffix: str) -> None:
    before, path = values(), tmp_path / f"uit.{suffix}"
    cases_export(path=path, with_contacts=True)
    empty_the_site()
    done = cases_import(path=path, create_terms=True)
    assert done.problems == []
    assert values() == before


def test_adoptions_come_back_as_proposals_from_json_lines(
    cases: None, tmp_path: Path, adopt: Callable[..., Any]
) -> None:
    case, path = PracticePage.objects.get(slug="slim-asfalt"), tmp_path / "uit.jsonl"
    epe = Organisation.objects.create(name="Gemeente Epe", kind="gemeente")
    effects = [{"label": "storingen", "value": "30", "unit": "% minder"}]
    adopt(case, epe, "pilot", since=2024, scope="Twee wijken", changed="Per uur.", effects=effects)
    cases_export(path=path)
    empty_the_site()
    assert cases_import(path=path, create_terms=True).problems == []
    rows = {row.organisation.name: row for row in Adoption.objects.select_related("organisation")}
    assert {row.standing for row in rows.values()} == {Standing.PROPOSED}
    back = rows["Gemeente Epe"]
    assert (back.status, back.since, back.scope, back.effects) == ("pilot", 2024, "Twee wijken", effects)
    assert (back.source, back.words) == (Source.IMPORT, Words.WAITING)
    assert rows["Gemeente Ede"].status == "in-use"
    assert cases_import(path=path).same == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proof", "javascript:alert(1)"),
        ("since", 99999),
        ("scope", "x" * 251),
        ("changed", "x" * 1501),
        ("results", [{"label": "a", "value": "1", "unit": ""}] * 6),
        ("status", "klaar"),
        ("organisation", ""),
        ("eigen", "x"),
    ],
)
def test_a_file_says_of_an_adoption_what_a_form_would_take(
    cases: None, tmp_path: Path, name: str, value: Any
) -> None:
    row = {"organisation": "Gemeente Breda", "status": "pilot"} | {name: value}
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"slug": "nieuw", "title": "Nieuw", "body": "Tekst", "adoptions": [row]}))
    (problem,) = cases_import(path=path).problems
    assert problem.field == "adoptions"
    assert not Adoption.objects.filter(page__slug="nieuw").exists()


def test_a_company_in_a_file_is_passed_over_each_time_alike(cases: None, tmp_path: Path) -> None:
    Organisation.objects.create(name="Bedrijf BV", kind="bedrijf")
    path = tmp_path / "in.jsonl"
    path.write_text(
        json.dumps({"slug": "nieuw", "title": "Nieuw", "body": "Tekst", "reused_by": ["Bedrijf BV"]})
    )
    assert cases_import(path=path).made == 1
    assert cases_import(path=path).same == 1


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_second_import_of_the_same_file_changes_nothing(cases: None, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"uit.{suffix}"
    cases_export(path=path)
    revisions = {page.slug: page.latest_revision_id for page in PracticePage.objects.all()}
    done = cases_import(path=path)
    assert (done.made, done.changed, done.same, done.problems) == (0, 0, 3, [])
    assert {page.slug: page.latest_revision_id for page in PracticePage.objects.all()} == revisions


@pytest.mark.parametrize("suffix", FORMATS)
def test_contacts_leave_only_when_they_are_asked_for(cases: None, tmp_path: Path, suffix: str) -> None:
    with_them, without = tmp_path / f"met.{suffix}", tmp_path / f"zonder.{suffix}"
    call_command("export_cases", str(with_them), "--with-contacts")
    call_command("export_cases", str(without))
    if suffix in {"jsonl", "csv"}:
        assert "noor@gemeente.example" in with_them.read_text()
        assert "noor@gemeente.example" not in without.read_text()
    PracticePage.objects.update(contact=None)
    cases_import(path=without)
    assert not PracticePage.objects.filter(contact__isnull=False).exists()
    cases_import(path=with_them)
    assert PracticePage.objects.get(slug="slim-asfalt").contact == Member.objects.get()


def test_an_import_without_contacts_leaves_them_as_they_are(cases: None, tmp_path: Path) -> None:
    cases_export(path=tmp_path / "uit.csv")
    cases_import(path=tmp_path / "uit.csv")
    assert PracticePage.objects.get(slug="slim-asfalt").contact is not None


def test_what_looks_like_a_formula_is_text_in_every_table(cases: None, tmp_path: Path) -> None:
    for suffix in ("csv", "xlsx"):
        cases_export(path=tmp_path / f"uit.{suffix}")
    rows = list(csv.DictReader((tmp_path / "uit.csv").open(newline="", encoding="utf-8")))
    cells = [cell for row in rows for name, cell in row.items() if name not in {"latitude", "longitude"}]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
    sheet = openpyxl.load_workbook(tmp_path / "uit.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert "'=HYPERLINK" in (tmp_path / "uit.csv").read_text()


def test_json_lines_have_every_field_of_the_contract_in_its_type(cases: None, tmp_path: Path) -> None:
    cases_export(path=tmp_path / "uit.jsonl", with_contacts=True)
    rows = {row["slug"]: row for row in map(json.loads, (tmp_path / "uit.jsonl").read_text().splitlines())}
    contract = (
        "slug title summary body themes techniques tags organisations reused_by phase stop_reason "
        "stopped_because next_time started place latitude longitude results lessons sources contact language "
        "published adoptions"
    ).split()
    assert list(rows["slim-asfalt"]) == contract == list(FIELDS)
    full = rows["slim-asfalt"]
    assert (full["themes"], full["phase"], full["started"], full["latitude"]) == (
        ["landbouw"],
        "in-use",
        2018,
        51.587,
    )
    assert full["results"][0] == {"label": "water 0", "value": "30", "unit": "%"}
    assert full["sources"][0] == {"title": "Evaluatie", "url": "https://example.org/e"}
    assert full["contact"] == "noor@gemeente.example"
    assert rows["concept"]["published"] is None
    assert len(full["published"]) == len("2026-01-01")


def test_a_published_case_with_a_newer_draft_leaves_as_it_is_published(
    make_case: Any, tmp_path: Path
) -> None:
    page = make_case(title="Zoals het op de site staat")
    page.title = "Zoals het wordt"
    page.save_revision()
    cases_export(path=tmp_path / "uit.jsonl")
    assert "Zoals het op de site staat" in (tmp_path / "uit.jsonl").read_text()


def test_a_private_case_leaves_as_a_draft_and_the_command_says_so(
    make_case: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = make_case()
    page.view_restrictions.create(restriction_type="login")
    call_command("export_cases", str(tmp_path / "uit.jsonl"))
    assert json.loads((tmp_path / "uit.jsonl").read_text())["published"] is None
    said = capsys.readouterr()
    assert "slim-asfalt is niet openbaar" in said.err
    assert "1 praktijkvoorbeeld geëxporteerd" in said.out


def test_a_block_without_a_form_in_markdown_is_named(make_case: Any, tmp_path: Path) -> None:
    figure = {
        "type": "figure",
        "value": {"number": "30%", "unit": "minder", "label": "water", "source": "evaluatie"},
    }
    make_case(
        body=[{"type": "section", "value": {"heading": "resultaat", "own_heading": "", "content": [figure]}}]
    )
    done = cases_export(path=tmp_path / "uit.csv")
    assert "slim-asfalt: geen Markdown-vorm voor cijfer, wordt tekst" in done.warnings
    assert "30% minder: water (bron: evaluatie)" in (tmp_path / "uit.csv").read_text()


def test_a_case_that_an_import_would_not_take_as_it_is_is_named(make_case: Any, tmp_path: Path) -> None:
    make_case("kaal", body=[])
    assert cases_export(path=tmp_path / "uit.csv").warnings == [
        "kaal heeft geen verhaal; een import weigert het zo",
        "kaal heeft geen samenvatting; een import neemt de eerste alinea",
    ]
