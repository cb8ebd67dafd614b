"""A row that is wrong is reported with its line, its field and what was expected; then nothing is written."""

import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from organisations.models import Organisation
from practices.exchange import spreadsheets
from practices.exchange.fields import FileError
from practices.exchange.importing import Imported, cases_import
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique, Theme

pytestmark = pytest.mark.both_databases

GOOD = {"slug": "goed", "title": "Goed", "body": "## Aanpak\n\nZo ging het.", "published": "2024-05-01"}

WRONG = [
    ("slug", None, "is leeg"),
    ("slug", "Hoofd Letters", "kleine letters"),
    ("slug", "é", "kleine letters"),
    ("slug", "delen", "gebruikt de site zelf"),
    ("slug", 12, "verwacht een tekst"),
    ("title", "", "is leeg"),
    ("title", "x" * 201, "hoogstens 200"),
    ("title", ["x"], "verwacht een tekst"),
    ("summary", "x" * 501, "500"),
    ("summary", "bel\x07", "stuurteken"),
    ("body", None, "is leeg"),
    ("body", "x" * 500_001, "te lang"),
    ("body", f"## {'x' * 201}\n\nTekst.", "kop is te lang"),
    ("themes", ["bestaat-niet"], "onbekend"),
    ("themes", "landbouw", "lijst van teksten"),
    ("techniques", ["Toveren"], "onbekend"),
    ("tags", ["x" * 101], "te lang"),
    ("tags", [1], "verwacht een tekst"),
    ("organisations", ["Gemeente Nergens"], "onbekend"),
    ("reused_by", ["Gemeente Nergens"], "onbekend"),
    ("phase", "klaar", "idea, pilot, in-use, scaled, stopped"),
    ("started", "vorig jaar", "getal"),
    ("started", 2018.5, "jaartal"),
    ("started", 1200, "1950"),
    ("started", 2999, "toekomst"),
    ("started", True, "getal"),
    ("place", "x" * 101, "100"),
    ("latitude", "noord", "getal"),
    ("results", [{"label": "", "value": "3"}], "label, value, unit"),
    ("results", [{"label": "water", "value": "x" * 51}], "50"),
    ("results", [{"label": "water"}], "value: "),
    ("results", [{"naam": "water"}], "label, value, unit"),
    ("results", {}, "lijst van objecten"),
    ("lessons", "één les", "lijst van teksten"),
    ("sources", [{"title": "Bron", "url": "javascript:alert(1)"}], "url: "),
    ("contact", "niemand@gemeente.example", "e-mailadres van een lid"),
    ("language", "de", "nl, en"),
    ("started", "2,02E+03", "“2,02E+03” is door een rekenblad ingekort"),
    ("published", "morgen", "jjjj-mm-dd"),
    ("published", "31-2-2024", "“31-2-2024” is geen datum, verwacht jjjj-mm-dd of d-m-jjjj"),
    ("published", "2999-01-01", "toekomst"),
    ("onbekend", "x", "bestaat niet"),
]


@pytest.fixture
def bring(index: PracticeIndexPage, tmp_path: Path) -> Callable[..., Imported]:
    """Return what imports rows from a file."""

    def bring(*rows: Any, **switches: bool) -> Imported:
        path = tmp_path / "rijen.jsonl"
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
        return cases_import(path=path, **switches)

    return bring


@pytest.mark.parametrize(("name", "value", "said"), WRONG, ids=lambda value: str(value)[:30])
def test_every_field_says_what_was_expected(bring: Any, name: str, value: Any, said: str) -> None:
    done = bring(GOOD, GOOD | {"slug": "fout", name: value})
    (problem,) = done.problems
    assert (problem.line, problem.field) == (2, name)
    assert said in problem.message
    assert not PracticePage.objects.exists()


def test_half_of_the_coordinates_is_refused_at_the_half_that_is_missing(bring: Any) -> None:
    (problem,) = bring(GOOD | {"place": "Breda", "latitude": 51.5}).problems
    assert (problem.field, problem.message) == ("longitude", "Vul beide coördinaten in, of geen van beide.")


def test_coordinates_outside_the_world_are_refused(bring: Any) -> None:
    done = bring(GOOD | {"place": "Ver", "latitude": 91, "longitude": -181})
    assert {problem.field for problem in done.problems} == {"latitude", "longitude"}


def test_all_problems_of_all_rows_are_told_at_once(bring: Any) -> None:
    rows = [
        GOOD | {"slug": "A", "phase": "x", "started": "x"},
        "geen json",
        "[]",
        GOOD,
        GOOD | {"themes": ["x"]},
        {},
    ]
    found = [(problem.line, problem.field) for problem in bring(*rows).problems]
    missing = [(6, "slug"), (6, "title"), (6, "body")]
    assert found == [
        (1, "slug"),
        (1, "phase"),
        (1, "started"),
        (2, ""),
        (3, ""),
        (5, "slug"),
        (5, "themes"),
        *missing,
    ]


def test_a_wrong_row_keeps_every_row_out(bring: Any) -> None:
    done = bring(GOOD, GOOD | {"slug": "fout", "themes": ["nieuw"], "phase": "x"}, create_terms=True)
    assert (done.made, done.skipped) == (1, 1)
    assert not PracticePage.objects.exists()
    assert not Theme.objects.exists()


def test_wrong_rows_can_be_skipped(bring: Any) -> None:
    rows = [GOOD, GOOD | {"slug": "fout", "phase": "x"}, GOOD | {"slug": "ook-goed", "title": "Ook goed"}]
    done = bring(*rows, skip_invalid=True)
    assert (done.made, done.skipped, len(done.problems)) == (2, 1, 1)
    assert set(PracticePage.objects.values_list("slug", flat=True)) == {"goed", "ook-goed"}


def test_terms_of_a_skipped_row_are_not_made(bring: Any) -> None:
    rows = [
        GOOD | {"slug": "fout", "themes": ["van-een-foute-rij"], "latitude": 5},
        GOOD | {"themes": ["goed-thema"]},
    ]
    bring(*rows, skip_invalid=True, create_terms=True)
    assert list(Theme.objects.values_list("slug", flat=True)) == ["goed-thema"]


def test_a_trial_writes_nothing(bring: Any) -> None:
    done = bring(GOOD | {"themes": ["nieuw"]}, dry_run=True, create_terms=True)
    assert done.made == 1
    assert not PracticePage.objects.exists()
    assert not Theme.objects.exists()


def test_a_trial_of_a_change_writes_nothing(bring: Any) -> None:
    bring(GOOD)
    done = bring(GOOD | {"title": "Beter"}, dry_run=True)
    assert (done.changed, PracticePage.objects.get().title) == (1, "Goed")


def test_unknown_terms_are_made_when_that_is_asked_for(bring: Any) -> None:
    words = {
        "themes": ["schone-lucht"],
        "techniques": ["Sensoren"],
        "organisations": ["Gemeente Nieuw"],
        "reused_by": ["Ander"],
    }
    assert bring(GOOD | words, create_terms=True).problems == []
    page = PracticePage.objects.get()
    assert [theme.name for theme in page.themes.all()] == ["Schone lucht"]
    assert [technique.name for technique in page.techniques.all()] == ["Sensoren"]
    assert [body.name for body in page.organisations()] == ["Gemeente Nieuw"]
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize("switch", ["--dry-run", "--skip-invalid"])
def test_the_command_names_each_new_term_once_with_its_row(
    index: PracticeIndexPage, tmp_path: Path, capsys: pytest.CaptureFixture[str], switch: str
) -> None:
    (tmp_path / "rijen.csv").write_text(
        "slug,title,body,themes,organisations,reused_by,phase\n"
        "fout,Fout,Tekst,nooit,,,x\n"
        "goed,Goed,Tekst,schone-lucht,Ander;Nieuw,ander,\n"
        "beter,Beter,Tekst,schone-lucht,,,\n"
    )
    with suppress(CommandError):
        call_command("import_cases", str(tmp_path / "rijen.csv"), "--create-terms", switch)
    assert [line for line in capsys.readouterr().out.splitlines() if "nieuw:" in line] == [
        "regel 3, veld themes: nieuw: “Schone lucht”",
        "regel 3, veld organisations: nieuw: “Ander”",
        "regel 3, veld organisations: nieuw: “Nieuw”",
    ]


def test_known_words_are_found_whatever_their_case_or_name(bring: Any, make_body: Any) -> None:
    make_body(
        name="Gemeente Breda", short_name="Breda", uri="https://example.org/gm0758", province="noord-brabant"
    )
    Technique.objects.create(name="Tekstanalyse")
    make_body(name="Gemeente Ede", uri="https://example.org/gm0228")
    row = GOOD | {
        "organisations": ["breda"],
        "reused_by": ["https://example.org/gm0228"],
        "techniques": ["TEKSTANALYSE"],
    }
    assert bring(row | {"place": "Breda"}).problems == []
    page = PracticePage.objects.get()
    assert [body.name for body in page.organisations()] == ["Gemeente Breda"]
    assert [row.organisation.name for row in page.adoptions.all()] == ["Gemeente Ede"]
    assert page.province == "noord-brabant"


def test_a_slug_twice_in_a_file_is_a_problem_of_the_second(bring: Any) -> None:
    (problem,) = bring(GOOD, GOOD | {"title": "Nog eens"}).problems
    assert (problem.line, problem.field) == (2, "slug")
    assert "regel 1" in problem.message


def test_a_summary_that_is_absent_is_the_first_paragraph(bring: Any) -> None:
    bring(GOOD | {"body": "## Aanpak\n\nEen **eerste** alinea.\n\nEen tweede."})
    assert PracticePage.objects.get().summary == "Een eerste alinea."


def test_an_import_publishes_what_has_a_date_and_takes_off_line_what_has_none(bring: Any) -> None:
    bring(GOOD, GOOD | {"slug": "concept", "published": None})
    assert dict(PracticePage.objects.values_list("slug", "live")) == {"goed": True, "concept": False}
    assert PracticePage.objects.get(slug="goed").first_published_at.date().year == 2024
    bring(GOOD | {"published": None}, GOOD | {"slug": "concept", "published": "2024-01-02"})
    assert dict(PracticePage.objects.values_list("slug", "live")) == {"goed": False, "concept": True}


def test_a_field_that_a_row_does_not_have_stays_as_it_was(bring: Any) -> None:
    bring(GOOD | {"phase": "pilot", "lessons": ["Begin klein."], "tags": ["asfalt"]})
    bring(GOOD | {"title": "Anders"})
    page = PracticePage.objects.get()
    assert (page.title, page.phase, page.lessons.get().text, [tag.name for tag in page.tags.all()]) == (
        "Anders",
        "pilot",
        "Begin klein.",
        ["asfalt"],
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("rijen.txt", b"", "verwacht een bestand dat eindigt op .csv, .jsonl, .xlsx, .ods"),
        ("rijen.csv", b"slug,titel\nx,y", "de kolommen kloppen niet (titel)"),
        ("rijen.csv", b"slug,slug\nx,y", "hoogstens één keer"),
        ("rijen.csv", b'slug,title\n"x,y', "geen CSV"),
        ("rijen.jsonl", b"{}\n\n\xff\n{}", "regel 3 heeft een teken dat geen UTF-8 is"),
        ("rijen.xlsx", b"geen werkblad", "beschadigd"),
        ("rijen.ods", b"geen werkblad", "beschadigd"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    index: PracticeIndexPage, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError) as caught:
        cases_import(path=tmp_path / name)
    assert said in str(caught.value)


def test_the_command_says_what_is_wrong_and_fails(
    index: PracticeIndexPage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rijen.csv"
    path.write_text(
        'slug,title,body,started,themes\ngoed,Goed,Tekst,,\nfout,Fout,"Twee\nregels",straks,a;b\n',
        encoding="utf-8",
    )
    with pytest.raises(CommandError, match=r"1 rij klopt niet\. Er is niets geschreven\."):
        call_command("import_cases", str(path))
    assert capsys.readouterr().err.splitlines() == [
        "regel 3, veld started: verwacht een getal",
        "regel 3, veld themes: “a”, “b” is onbekend, verwacht wat er al is (of --create-terms)",
    ]
    call_command("import_cases", str(path), "--skip-invalid", "--dry-run")
    assert "1 nieuw, 0 gewijzigd, 0 gelijk, 1 overgeslagen. Dit was een proef" in capsys.readouterr().out
    with pytest.raises(CommandError, match="dit bestand is er niet"):
        call_command("import_cases", str(tmp_path / "weg.csv"))


def test_rows_keep_the_order_of_the_file(bring: Any) -> None:
    names = ["Zeeland", "Aalsmeer", "Meppel"]
    bring(GOOD | {"organisations": names, "lessons": names}, create_terms=True)
    page = PracticePage.objects.get()
    assert [(link.sort_order, link.organisation.name) for link in page.organisation_links.all()] == list(
        enumerate(names)
    )
    assert [(lesson.sort_order, lesson.text) for lesson in page.lessons.all()] == list(enumerate(names))
    bring(GOOD | {"organisations": names[::-1], "lessons": names[::-1]})
    page = PracticePage.objects.with_everything().get()
    assert (
        [body.name for body in page.organisations()]
        == [lesson.text for lesson in page.lessons.all()]
        == names[::-1]
    )


def test_a_spreadsheet_of_excel_in_dutch_is_read(index: PracticeIndexPage, tmp_path: Path) -> None:
    path = tmp_path / "rijen.csv"
    text = 'slug;title;body;tags;latitude;longitude;place\r\nx;Titel;Tekst;"a;b";"52,1";"5,1";Utrecht\r\n'
    path.write_bytes(text.encode("utf-8-sig"))
    assert cases_import(path=path).problems == []
    page = PracticePage.objects.get()
    assert (page.latitude, {tag.name for tag in page.tags.all()}) == (52.1, {"a", "b"})


def rewrite(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Write a spreadsheet again with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts.items():
            archive.writestr(entry, change(content) if entry == name else content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(("kind", "part"), [("ods", "content.xml"), ("xlsx", "xl/worksheets/sheet1.xml")])
def test_a_spreadsheet_with_a_dtd_is_refused_in_any_encoding(
    index: PracticeIndexPage, tmp_path: Path, kind: str, part: str, encoding: str
) -> None:
    def declare(content: bytes) -> bytes:
        element = content.decode().split("?>", 1)[-1]
        return f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY e "e">]>{element}'.encode(
            encoding
        )

    path = tmp_path / f"rijen.{kind}"
    spreadsheets.write(path, [["slug", "title", "body"], ["goed", "Goed", "Tekst"]])
    assert cases_import(path=path, dry_run=True).made == 1
    rewrite(path, part, declare)
    with pytest.raises(FileError, match="DOCTYPE"):
        cases_import(path=path, dry_run=True)


def test_a_dtd_is_refused_whatever_its_part_is_called(index: PracticeIndexPage, tmp_path: Path) -> None:
    path = tmp_path / "rijen.xlsx"
    spreadsheets.write(path, [["slug", "title", "body"], ["goed", "Goed", "Tekst"]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert cases_import(path=path, dry_run=True).made == 1
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sheet.bin", b'<!DOCTYPE x [<!ENTITY e "e">]><x/>')
    with pytest.raises(FileError, match="DOCTYPE"):
        cases_import(path=path, dry_run=True)


@pytest.mark.parametrize(("kind", "part"), [("ods", "content.xml"), ("xlsx", "xl/worksheets/sheet1.xml")])
def test_a_small_spreadsheet_that_unpacks_to_a_huge_one_is_refused(
    index: PracticeIndexPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, part: str
) -> None:
    path = tmp_path / f"rijen.{kind}"
    spreadsheets.write(path, [["slug", "title", "body"], ["goed", "Goed", "Tekst"]])
    rewrite(path, part, lambda content: content + b" " * 3_000_000)
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED", 2_000_000)
    with pytest.raises(FileError, match="uitgepakt te groot"):
        cases_import(path=path, dry_run=True)
