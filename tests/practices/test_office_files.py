"""Files as Excel and LibreOffice write them: read as their reader sees them, or refused by row and field."""

import zipfile
from functools import reduce
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from practices.exchange.fields import FileError, clean_row
from practices.exchange.files import read_rows, write_rows
from practices.exchange.number_formats import is_plain_number, shown_number

HEADING = "slug;Title ;SUMMARY;body;Reused by;latitude;published"
ROW = "x;Café ’t Gat;„Het kost € 5 of ƒ 10 of 5‰”;Tekst;Súdwest-Fryslân;52,1;{date}"

XLSX_PARTS = {
    "[Content_Types].xml": """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/xl/workbook.xml"
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>""",
    "xl/_rels/workbook.xml.rels": """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
Target="worksheets/sheet1.xml"/>
<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
Target="styles.xml"/></Relationships>""",
    "xl/workbook.xml": """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/styles.xml": """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<numFmts><numFmt numFmtId="164"
formatCode="_ [$€-413]\\ * #,##0.00_ ;_ [$€-413]\\ * \\-#,##0.00_ "/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="16"/>
<xf numFmtId="12"/></cellXfs></styleSheet>""",
}
PERCENT, AMOUNT, DATE, DAY, FRACTION = range(1, 6)  # places in cellXfs above
ODS_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "style", "table", "text")
)


def xlsx_text(text: str) -> str:
    """Return a cell with a text."""
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def ods_text(text: str) -> str:
    """Return a cell with a text."""
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def ods_number(kind: str, value: str, shown: str) -> str:
    """Return a cell with a value of a kind, and what it shows."""
    name = "date-value" if kind == "date" else "value"
    said = f'office:value-type="{kind}" office:{name}="{value}"'
    return f"<table:table-cell {said}><text:p>{shown}</text:p></table:table-cell>"


def write_xlsx(path: Path, rows: list[list[str]], end: str = "") -> Path:
    """Write rows of cells as Excel does: each with its place, and with what stands behind the rows."""
    lines = [
        f'<row r="{number}">'
        + "".join(
            cell.replace("<c", f'<c r="{"ABCDEFGH"[place]}{number}"', 1) for place, cell in enumerate(cells)
        )
        + "</row>"
        for number, cells in enumerate(rows, start=1)
    ]
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{''.join(lines)}</sheetData>{end}</worksheet>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (XLSX_PARTS | {"xl/worksheets/sheet1.xml": sheet}).items():
            archive.writestr(name, content)
    return path


def write_ods(path: Path, rows: list[list[str]]) -> Path:
    """Write rows of cells as LibreOffice does."""
    lines = "".join(f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in rows)
    body = f'<table:table table:name="Blad1">{lines}</table:table>'
    content = f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "content.xml", f"<office:document-content {ODS_SPACES}>{content}</office:document-content>"
        )
    return path


def only_cell(tmp_path: Path, kind: str, name: str, cell: str) -> tuple[Any, str]:
    """Return the value of a field that one row has as this cell, and what is said of it."""
    text, write = (xlsx_text, write_xlsx) if kind == "xlsx" else (ods_text, write_ods)
    path = write(tmp_path / f"rijen.{kind}", [[text("slug"), text(name)], [text("x"), cell]])
    values, problems = clean_row(read_rows(path)[0])
    return values.get(name), "".join(problem.message for problem in problems if problem.field == name)


@pytest.mark.parametrize(
    ("start", "separator", "encoding"),
    [
        ("", ";", "cp1252"),
        ("", ";", "utf-8-sig"),
        ("", "\t", "utf-16"),
        ("sep=;\r\n", ";", "cp1252"),
        ("sep=,\r\n", ",", "utf-8-sig"),
    ],
)
@pytest.mark.parametrize("date", ["2024-05-01", "1-5-2024", "01-05-24", "45413"])
def test_a_csv_of_a_dutch_excel_is_read(
    tmp_path: Path, start: str, separator: str, encoding: str, date: str
) -> None:
    lines = [HEADING, "", ROW.format(date=date)]
    if separator == ",":
        lines = [line.replace("52,1", '"52,1"') for line in lines]
    text = start + "".join(f"{line}\r\n" for line in lines).replace(";", separator)
    (tmp_path / "rijen.csv").write_bytes(text.encode(encoding))
    (row,) = read_rows(tmp_path / "rijen.csv")
    values, problems = clean_row(row)
    assert (row.line, problems) == (3, [])
    assert str(values.pop("published")) == "2024-05-01"
    assert values == {
        "slug": "x",
        "title": "Café ’t Gat",
        "summary": "„Het kost € 5 of ƒ 10 of 5‰”",
        "body": "Tekst",
        "reused_by": ["Súdwest-Fryslân"],
        "latitude": 52.1,
    }


@pytest.mark.parametrize("encoding", ["mac_roman", "utf-8"])
def test_a_csv_of_a_macintosh_is_known_by_the_ends_of_its_lines(tmp_path: Path, encoding: str) -> None:
    lines = ["slug;title;body", "x;Café ’t Gat, € 5;„Eén”", 'y;Súdwest-Fryslân;"twee\nregels"', ""]
    (tmp_path / "rijen.csv").write_bytes("\r".join(lines).encode(encoding))
    rows = read_rows(tmp_path / "rijen.csv")
    assert [(row.line, row.values) for row in rows] == [
        (2, {"slug": "x", "title": "Café ’t Gat, € 5", "body": "„Eén”"}),
        (3, {"slug": "y", "title": "Súdwest-Fryslân", "body": "twee\nregels"}),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"slug;titel;;title;TITLE\nx;y;z;a;b", "(titel, zonder naam, TITLE)"),
        (
            "slug;title\r\n\r\nx;é".encode() + "ë".encode("cp1252"),
            "regel 3 heeft een teken dat niet te lezen is",
        ),
        ("slug;title\nx;y".encode("utf-16-le"), "regel 1 heeft een teken dat niet te lezen is"),
        (
            "slug;title\r\nx;y\r\nb;Eén reële\r\n".encode("cp850"),
            "regel 3 heeft andere letters dan er stonden (E\u201an)",
        ),
        ("slug;title\nx;Crème".encode("cp850"), "regel 2 heeft andere letters dan er stonden (rŠme)"),
        (b'slug,title\nx,"a\nb"\ny,"z', "regel 3 is geen CSV: een aanhalingsteken is niet gesloten"),
        (b'slug,title\nx,"a"b"', "regel 2 is geen CSV: een aanhalingsteken is niet gesloten"),
        (b'slug,title\nx,"' + b"a\n" * 300_000, "regel 2 heeft een cel van meer dan 500000 tekens"),
        (b"\r\n;;\r\n", "het bestand is leeg"),
    ],
)
def test_a_csv_that_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "rijen.csv").write_bytes(content)
    with pytest.raises(FileError) as caught:
        read_rows(tmp_path / "rijen.csv")
    assert said in str(caught.value)


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    (tmp_path / "rijen.csv").write_bytes(b'slug,body\nx,"een\ntwee\n\ndrie"\n\ny,vier\n')
    assert [row.line for row in read_rows(tmp_path / "rijen.csv")] == [2, 4]


def test_a_csv_for_excel_opens_in_columns_with_its_accents(tmp_path: Path) -> None:
    row = {"slug": "x", "title": "Café", "latitude": -0.00004776, "tags": ["a", "b"], "body": "een\ntwee"}
    path = tmp_path / "uit.csv"
    write_rows(path, list(row), [row], for_excel=True)
    said = '\ufeffslug;title;latitude;tags;body\r\nx;Café;-0,00004776;"a;b";"een\ntwee"\r\n'
    assert path.read_bytes() == said.encode()
    assert clean_row(read_rows(path)[0]) == (row, [])
    with pytest.raises(FileError, match="--excel is alleen"):
        write_rows(tmp_path / "uit.xlsx", list(row), [row], for_excel=True)
    with pytest.raises(FileError, match="meer dan 32767 tekens"):
        write_rows(path, list(row), [row | {"body": "x" * 32_768}], for_excel=True)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "xlsx", "ods"])
def test_only_the_owner_of_an_export_can_read_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"uit.{suffix}"
    path.touch()
    path.chmod(0o644)
    write_rows(path, ["title"], [{"title": "Heel"}])
    assert S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_an_export_that_breaks_off_leaves_the_file_that_was_there(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"uit.{suffix}"
    path.write_text("Heel")
    with pytest.raises(UnicodeEncodeError):
        write_rows(path, ["title"], [{"title": "Half \ud800"}])
    assert (path.read_text(), list(tmp_path.iterdir())) == ("Heel", [path])


@pytest.mark.django_db
def test_the_command_writes_for_excel_only_when_that_is_asked_for(tmp_path: Path) -> None:
    call_command("export_cases", str(tmp_path / "gewoon.csv"))
    call_command("export_cases", str(tmp_path / "excel.csv"), "--excel")
    assert (tmp_path / "gewoon.csv").read_bytes().startswith(b"slug,title,")
    assert (tmp_path / "excel.csv").read_bytes().startswith(b"\xef\xbb\xbfslug;title;")


@pytest.mark.parametrize(
    ("kind", "name", "cell", "value"),
    [
        ("xlsx", "title", '<c t="str"><f>UPPER("drempels")</f><v>DREMPELS</v></c>', "DREMPELS"),
        ("xlsx", "summary", '<c t="str"><f>""</f><v></v></c>', ""),
        ("xlsx", "title", f'<c s="{PERCENT}"><v>0.3</v></c>', "30%"),
        ("xlsx", "title", f'<c s="{AMOUNT}"><v>-1250.5</v></c>', "€ -1.250,50"),
        ("xlsx", "title", "<c><v>0.30000000000000004</v></c>", "0,3"),
        ("xlsx", "latitude", "<c><v>52.1</v></c>", 52.1),
        ("xlsx", "started", "<c><v>2018</v></c>", 2018),
        ("xlsx", "tags", f'<c s="{DATE}"><v>45413</v></c>', ["2024-05-01"]),
        (
            "xlsx",
            "title",
            xlsx_text("Titel van _x000D_twee_x0009_regels_x005F_x000D_"),
            "Titel van twee\tregels_x000D_",
        ),
        ("ods", "lessons", ods_text("een_x000D_twee"), ["een", "twee"]),
        ("ods", "title", ods_number("percentage", "0.3", "30%"), "30%"),
        ("ods", "title", ods_number("currency", "-1250.5", "-€ 1.250,50"), "-€ 1.250,50"),
        ("ods", "started", ods_number("float", "2018", "2.018"), 2018),
        ("ods", "tags", ods_number("date", "2024-05-01", "1 mei 2024"), ["2024-05-01"]),
        (
            "ods",
            "title",
            ods_text("DREMPELS").replace(" ", ' table:formula="of:=UPPER(&quot;drempels&quot;)" ', 1),
            "DREMPELS",
        ),
    ],
)
def test_a_cell_is_what_its_reader_sees(tmp_path: Path, kind: str, name: str, cell: str, value: Any) -> None:
    assert only_cell(tmp_path, kind, name, cell) == (value, "")


@pytest.mark.parametrize(
    ("kind", "cell", "said"),
    [
        ("xlsx", '<c><f>UPPER("drempels")</f></c>', "sla het daar op"),
        ("xlsx", "<c><f>1+1</f><v></v></c>", "sla het daar op"),
        ("xlsx", '<c t="e"><v>#N/A</v></c>', "de fout #N/A"),
        ("xlsx", '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "de fout #DIV/0!"),
        ("xlsx", '<c t="b"><v>1</v></c>', "opmaak die we niet lezen"),
        ("xlsx", f'<c s="{DAY}"><v>45323</v></c>', "opmaak die we niet lezen"),
        ("xlsx", f'<c s="{FRACTION}"><v>0.5</v></c>', "opmaak die we niet lezen (0.5 # ?/?)"),
        ("ods", '<table:table-cell table:formula="of:=UPPER(&quot;x&quot;)"/>', "sla het daar op"),
        ("ods", ods_text("#WAARDE!"), "de fout #WAARDE!"),
        ("ods", ods_number("float", "0", "Err:502"), "de fout Err:502"),
        ("ods", ods_number("float", "0.5", "1/2"), "opmaak die we niet lezen (1/2)"),
        ("ods", ods_number("date", "2024-02-01", "1-feb"), "opmaak die we niet lezen (1-feb)"),
        (
            "ods",
            '<table:table-cell office:value-type="boolean"><text:p>WAAR</text:p></table:table-cell>',
            "(WAAR)",
        ),
    ],
)
def test_a_cell_that_cannot_be_told_is_refused_by_its_field(
    tmp_path: Path, kind: str, cell: str, said: str
) -> None:
    value, message = only_cell(tmp_path, kind, "title", cell)
    assert value is None
    assert said in message


@pytest.mark.parametrize("covered", ["empty", "left out"])
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_cells_that_are_merged_over_rows_are_refused_by_row_and_field(
    tmp_path: Path, kind: str, covered: str
) -> None:
    text = xlsx_text if kind == "xlsx" else ods_text
    rows = [[text(value) for value in line] for line in (("slug", "title", "phase"), "abc", "def", "ghi")]
    if kind == "xlsx":
        if covered == "left out":
            del rows[2][1:]
        merges = '<mergeCells><mergeCell ref="B2:C3"/></mergeCells>'
        path = write_xlsx(tmp_path / "rijen.xlsx", rows, end=merges)
    else:
        rows[1][1] = rows[1][1].replace(
            " ", ' table:number-rows-spanned="2" table:number-columns-spanned="2" ', 1
        )
        rows[1][2] = "<table:covered-table-cell/>"
        rows[2][1:] = (
            ['<table:covered-table-cell table:number-columns-repeated="2"/>'] if covered == "empty" else []
        )
        path = write_ods(tmp_path / "rijen.ods", rows)
    problems = [problem for row in read_rows(path) for problem in row.problems]
    assert [(problem.line, problem.field) for problem in problems] == [
        (2, "phase"),
        (3, "title"),
        (3, "phase"),
    ]
    assert "splits de cellen" in problems[0].message


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_hostile_look_of_a_number_takes_no_time(kind: str) -> None:
    """Without a bound each of these takes some hours."""
    spaces = " " * 1_000_000
    assert shown_number(1, f"-{spaces}x") is None if kind == "xlsx" else not is_plain_number(f"1{spaces}x", 1)


@pytest.mark.parametrize(
    "day", ["0001-01-01T00:00:00", "01-01-0001", "0001-01-01T00:00:00+14:00", "31-12-1949"]
)
def test_a_day_that_no_case_can_be_of_is_refused(tmp_path: Path, day: str) -> None:
    path = tmp_path / "rijen.csv"
    path.write_text(f"slug,title,body,published\na,Titel,Tekst,{day}\n")
    (row,) = read_rows(path)
    _values, problems = clean_row(row)
    assert [problem.field for problem in problems] == ["published"]


def rewrite(path: Path, changes: dict[str, str]) -> Path:
    """Write a spreadsheet again with other words in its parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(
                name, reduce(lambda text, change: text.replace(*change), changes.items(), content)
            )
    return path


HIDDEN_ROWS = {
    "xlsx": {'<row r="2">': '<row r="2" hidden="1">', '<row r="3">': '<row r="3" hidden="true">'},
    "ods": {"<table:table-row><!--2-->": '<table:table-row table:visibility="filter">'},
}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_hidden_row_is_refused_by_its_number(tmp_path: Path, kind: str) -> None:
    text, write = (xlsx_text, write_xlsx) if kind == "xlsx" else (ods_text, write_ods)
    rows = [[text("slug")], ["<!--2-->", text("ziet-niemand")][kind == "xlsx" :], [], [text("x")]]
    path = rewrite(write(tmp_path / f"rijen.{kind}", rows), HIDDEN_ROWS[kind])
    problems = [problem for row in read_rows(path) for problem in row.problems]
    assert [(problem.line, problem.message[:26]) for problem in problems] == [
        (2, "staat in een verborgen rij")
    ]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_names_of_columns_in_a_hidden_row_are_refused(tmp_path: Path, kind: str) -> None:
    text, write = (xlsx_text, write_xlsx) if kind == "xlsx" else (ods_text, write_ods)
    rows = [[], ["<!--2-->", text("slug")][kind == "xlsx" :], [text("x")]]
    path = rewrite(write(tmp_path / f"rijen.{kind}", rows), HIDDEN_ROWS[kind])
    with pytest.raises(FileError, match=r"^regel 2: staat in een verborgen rij, maak"):
        read_rows(path)


HIDDEN_COLUMNS = {
    "xlsx": {
        "<sheetData>": '<cols><col min="1" max="1"/><col min="2" max="{last}" hidden="{hidden}"/></cols>'
        "<sheetData>"
    },
    "ods": {
        '"Blad1">': '"Blad1"><table:table-column/><table:table-column-group>'
        '<table:table-column table:visibility="{hidden}" table:number-columns-repeated="{times}"/>'
        "</table:table-column-group>"
    },
}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (1, "kolom B (“title”) is verborgen, maak de kolom zichtbaar of verwijder haar"),
        (2, "de kolommen B (“title”), C (“los”) zijn verborgen, maak ze zichtbaar of verwijder ze"),
        (
            16_383,
            (
                "de kolommen B (“title”), C (“los”), D (“phase”) zijn verborgen, "
                "maak ze zichtbaar of verwijder ze"
            ),
        ),
    ],
)
@pytest.mark.parametrize(
    ("kind", "hidden"), [("xlsx", "1"), ("xlsx", "true"), ("ods", "collapse"), ("ods", "filter")]
)
def test_hidden_columns_with_something_in_them_are_refused_by_letter_and_name(
    tmp_path: Path, kind: str, hidden: str, columns: int, said: str
) -> None:
    text, write = (xlsx_text, write_xlsx) if kind == "xlsx" else (ods_text, write_ods)
    rows = [
        [text(value) for value in line]
        for line in (("slug", "title", "", "phase"), ("x", "y", "los", "idea"))
    ]
    told = {"hidden": hidden, "last": columns + 1, "times": columns}
    changes = {old: new.format(**told) for old, new in HIDDEN_COLUMNS[kind].items()}
    path = rewrite(write(tmp_path / f"rijen.{kind}", rows), changes)
    with pytest.raises(FileError) as caught:
        read_rows(path)
    assert str(caught.value) == said


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_column_that_is_seen_or_empty_is_no_problem(tmp_path: Path, kind: str) -> None:
    text, write = (xlsx_text, write_xlsx) if kind == "xlsx" else (ods_text, write_ods)
    path = write(tmp_path / f"rijen.{kind}", [[text("slug")], [text("x")]])
    told = {"hidden": "1" if kind == "xlsx" else "collapse", "last": 16_384, "times": 16_383}
    rewrite(path, {old: new.format(**told) for old, new in HIDDEN_COLUMNS[kind].items()})
    assert [row.values for row in read_rows(path)] == [{"slug": "x"}]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_hidden_sheet_is_passed_over(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"rijen.{kind}"
    if kind == "xlsx":
        book = Workbook()
        book.active.append(["oud"])
        book.active.sheet_state = "hidden"
        seen = book.create_sheet()
        seen.append(["slug"])
        seen.append(["x"])
        book.save(path)
    else:
        write_ods(path, [[ods_text("slug")], [ods_text("x")]])
        style = (
            '<style:style style:name="t" style:family="table">'
            '<style:table-properties table:display="false"/></style:style>'
        )
        row = f"<table:table-row>{ods_text('oud')}</table:table-row>"
        old = f'<table:table table:style-name="t">{row}</table:table>'
        rewrite(
            path,
            {
                "<office:body>": f"<office:automatic-styles>{style}</office:automatic-styles><office:body>",
                "<office:spreadsheet>": f"<office:spreadsheet>{old}",
            },
        )
    assert [row.values for row in read_rows(path)] == [{"slug": "x"}]


@pytest.mark.parametrize(("kind", "write"), [("xlsx", write_xlsx), ("ods", write_ods)])
def test_an_empty_first_sheet_is_told(tmp_path: Path, kind: str, write: Any) -> None:
    with pytest.raises(FileError, match="eerste werkblad is leeg"):
        read_rows(write(tmp_path / f"leeg.{kind}", [[]]))


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("title", ["#N/B", "'#N/A", "a _x000D_ b"])
def test_a_text_that_looks_like_something_of_a_spreadsheet_comes_back(
    tmp_path: Path, suffix: str, title: str
) -> None:
    write_rows(tmp_path / f"uit.{suffix}", ["title"], [{"title": title}])
    assert read_rows(tmp_path / f"uit.{suffix}")[0].values == {"title": title}
