"""The register of organisations, imported from a table."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from organisations.models import Organisation
from organisations.register import organisations_import

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HEAD = "uri,name,short_name,kind,province,abbreviation,ended,inhabitants_2016\n"
BREDA = "https://x.example/gm0758,Gemeente Breda,Breda,gemeente,Noord-Brabant,,,180937\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table with one organisation."""
    path = tmp_path / "organisations.csv"
    path.write_text(HEAD + BREDA, encoding="utf-8")
    return path


def test_a_row_becomes_an_organisation(table: Path) -> None:
    assert organisations_import(path=table).made == 1
    breda = Organisation.objects.get()
    assert (breda.province, breda.kind, breda.slug) == ("noord-brabant", "gemeente", "gemeente-breda")
    assert (breda.inhabitants, breda.inhabitants_year) == (180937, 2016)


def test_of_several_years_the_newest_number_counts(table: Path) -> None:
    head, row = HEAD.strip() + ",inhabitants_2024\n", BREDA.strip()
    for newest, found in (("190000", (190000, 2024)), ("", (180937, 2016))):
        Organisation.objects.all().delete()
        table.write_text(f"{head}{row},{newest}\n", encoding="utf-8")
        organisations_import(path=table)
        assert Organisation.objects.values_list("inhabitants", "inhabitants_year").get() == found


def test_a_number_that_the_register_does_not_have_stays_as_an_editor_filled_it_in(table: Path) -> None:
    organisations_import(path=table)
    Organisation.objects.update(inhabitants=5, inhabitants_year=2025)
    table.write_text(HEAD + BREDA.replace("180937", ""), encoding="utf-8")
    assert organisations_import(path=table).same == 1
    table.write_text(HEAD + BREDA, encoding="utf-8")
    organisations_import(path=table)
    assert Organisation.objects.values_list("inhabitants", "inhabitants_year").get() == (180937, 2016)


def test_a_second_run_changes_nothing(table: Path) -> None:
    organisations_import(path=table)
    done = organisations_import(path=table)
    assert (done.made, done.changed, done.same) == (0, 0, 1)


def test_a_body_made_by_hand_gets_its_identifier_by_its_name(table: Path) -> None:
    Organisation.objects.create(name="Gemeente Breda")
    assert organisations_import(path=table).changed == 1
    assert Organisation.objects.get().uri == "https://x.example/gm0758"


def test_a_new_name_under_the_same_identifier_keeps_the_old_one_as_an_alias(table: Path) -> None:
    organisations_import(path=table)
    table.write_text(HEAD + BREDA.replace("Gemeente Breda", "Gemeente Groot Breda"), encoding="utf-8")
    organisations_import(path=table)
    body = Organisation.objects.get()
    assert (body.name, body.alias_list, body.slug) == (
        "Gemeente Groot Breda",
        ["Gemeente Breda"],
        "gemeente-breda",
    )


def test_a_kind_that_the_register_does_not_know_leaves_what_an_editor_chose(table: Path) -> None:
    organisations_import(path=table)
    table.write_text(HEAD + BREDA.replace(",gemeente,", ",overig,"), encoding="utf-8")
    assert organisations_import(path=table).same == 1


def test_a_name_with_two_identifiers_is_taken_once_and_reported(table: Path) -> None:
    table.write_text(HEAD + BREDA + BREDA.replace("gm0758", "gm9999"), encoding="utf-8")
    done = organisations_import(path=table)
    assert (done.made, done.doubles) == (1, ["Gemeente Breda"])


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEAD + BREDA.replace("180937", "veel"), HEAD + "x\n"])
def test_another_table_is_refused_in_one_sentence(table: Path, text: str) -> None:
    table.write_text(text, encoding="utf-8")
    if text:
        with pytest.raises(CommandError, match="not a table"):
            call_command("import_organisations", str(table))
    else:
        assert organisations_import(path=table).made == 0
    assert not Organisation.objects.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file"):
        call_command("import_organisations", str(tmp_path / "x.csv"))


def test_the_register_that_comes_with_the_site_can_be_taken_over() -> None:
    done = organisations_import()
    assert done.made > 900
    assert Organisation.objects.resolve("Rijkswaterstaat") is not None


def test_every_water_board_of_today_has_a_province() -> None:
    organisations_import()
    boards = Organisation.objects.current().filter(kind="waterschap")
    assert len(boards) == 21
    assert all(board.province for board in boards)
    assert boards.get(name="Waterschap Rivierenland").provinces == [
        "gelderland",
        "noord-brabant",
        "utrecht",
        "zuid-holland",
    ]


def test_every_province_and_most_municipalities_have_a_number_with_its_year() -> None:
    organisations_import()
    known = Organisation.objects.current().filter(inhabitants__isnull=False)
    assert not known.filter(inhabitants_year=None).exists()
    assert set(known.filter(kind="provincie").values_list("inhabitants_year", flat=True)) == {2024}
    numbers = {kind: known.filter(kind=kind).count() for kind in ("gemeente", "provincie", "waterschap")}
    assert numbers == {"gemeente": 321, "provincie": 12, "waterschap": 0}
