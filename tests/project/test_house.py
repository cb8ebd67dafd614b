"""Rules of the whole project: docstrings, variables, import contracts, and no paths of a machine."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = sorted(path.parent.name for path in [*ROOT.glob("*/__init__.py"), *ROOT.glob("site/*/__init__.py")])
MOST_COLUMNS, MOST_LINES_OF_README = 120, 100
BINARY = set(".gz .jpg .mo .ods .png .webp .woff2 .xlsx".split())
MACHINE_PATHS = re.compile(r"\B/(?:work|home|root)/\w|\.\./shared")


def tracked(*patterns: str) -> list[Path]:
    """Return the files of the project that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def own_modules() -> list[Path]:
    """Return our modules, without tests and without migrations, which Django writes."""
    return [
        path
        for path in tracked("*.py")
        if "migrations" not in path.parts and path.relative_to(ROOT).parts[0] != "tests"
    ]


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Yield the public names in a module without a docstring; what is inside a function is private."""
    waiting: list[tuple[str, ast.AST]] = [("module", tree)]
    while waiting:
        name, node = waiting.pop()
        if not ast.get_docstring(node):
            yield name
        if isinstance(node, ast.FunctionDef):
            continue
        for child in ast.iter_child_nodes(node):
            is_public = isinstance(child, ast.ClassDef | ast.FunctionDef) and not child.name.startswith("_")
            if is_public and not is_described_elsewhere(child, node):
                waiting.append((child.name, child))


def is_described_elsewhere(node: ast.ClassDef | ast.FunctionDef, parent: ast.AST) -> bool:
    """Return whether this needs no docstring: options in a Meta, and the parts of a command."""
    if isinstance(node, ast.ClassDef):
        return node.name in {"Meta", "Media"}
    is_command = isinstance(parent, ast.ClassDef) and parent.name == "Command"
    return is_command and node.name in {"handle", "add_arguments"}


def test_every_public_module_class_and_function_has_a_docstring() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in own_modules()
        if (source := path.read_text().strip())
        for name in undocumented(ast.parse(source))
    ]
    assert missing == []


@pytest.mark.parametrize("path", tracked("*.md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_line_of_text_is_longer_than_a_screen(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    # A row of a table cannot be wrapped.
    lines = [line for line in text.splitlines() if not line.startswith(("|", "!["))]
    assert [line for line in lines if len(line) > MOST_COLUMNS] == []


def test_the_readme_is_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_README


def test_no_file_mentions_a_path_of_somebody_s_machine() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in BINARY:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in MACHINE_PATHS.finditer(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "contract",
    [contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"] if "containers" not in contract],
    ids=lambda contract: contract["type"],
)
def test_the_import_contracts_name_every_room(contract: dict[str, list[str]]) -> None:
    above = ["search", "bench", "relevance"]  # what measures search asks the engine too
    layers = [name for layer in contract.get("layers", ()) for name in layer.split(" | ")]
    named = layers or [*contract["source_modules"], *above]
    assert sorted(named) == ROOMS


def test_types_are_checked_in_every_room() -> None:
    checked = {*PYPROJECT["tool"]["mypy"]["files"], "config"}
    assert set(ROOMS) <= checked


def test_the_example_of_variables_names_those_that_are_read() -> None:
    read = re.compile(r"env\.(?:str|int|bool|list|db_url|email_url|cache_url)\(\s*[\"']([A-Z_]+)[\"']")
    sources = [path.read_text() for path in (ROOT / "site" / "config" / "settings").glob("*.py")]
    names = {name for source in sources for name in read.findall(source)} | {
        "DJANGO_SETTINGS_MODULE",
        "LOAD_DEMO",
    }
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) == names


def test_every_variable_of_the_example_has_a_comment() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"(?:# )?[A-Z_]+=", line):
            assert re.match(r"# [^=]*$", lines[number - 1]), line
