"""Print how big and how heavy the code is, per room and floor: `python3 scripts/sizes.py [folder …]`.

Nothing here is a limit; it shows where the weight is. A function is heavy when its statements hold many
syntax nodes; a line with a comment counts as one; the ratio of tests is lines of tests per line of code.
"""

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BESIDE = {"tests", "var", "theme", "node_modules"}
TITLES = ("", "modules", "lines", "functions", "median", "9 in 10", "nodes/st.", "comments")


@dataclass(frozen=True)
class Function:
    """Lines of a function, and the syntax nodes per statement in it."""

    lines: int
    weight: float


@dataclass(frozen=True)
class Module:
    """The counts of a module."""

    lines: int
    comments: int
    functions: list[Function]


def read(path: Path) -> Module:
    """Return the counts of a module."""
    text = path.read_text(encoding="utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = {token.start[0] for token in tokens if token.type == tokenize.COMMENT}
    nodes = ast.walk(ast.parse(text))
    found = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return Module(len(text.splitlines()), len(comments), [measure(node) for node in found])


def measure(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
    """Return how long a function is and how heavy its statements are, without docstring and arguments."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    walked = (node for statement in body for node in ast.walk(statement))
    nodes = [node for node in walked if not isinstance(node, ast.expr_context)]  # nobody writes those
    statements = sum(isinstance(node, ast.stmt) for node in nodes)
    weight = len(nodes) / statements if statements else 0.0
    return Function((function.end_lineno or 0) - function.lineno + 1, weight)


def list_modules(folder: Path) -> list[Path]:
    """Return the modules of a folder, without migrations."""
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def describe(title: str, modules: Iterable[Module]) -> str:
    """Return a line of the table."""
    modules = list(modules)
    functions = [function for module in modules for function in module.functions]
    lines = sum(module.lines for module in modules)
    lengths = sorted(function.lines for function in functions) or [0]
    weights = [function.weight for function in functions if function.weight] or [0.0]
    cells = [
        title,
        str(len(modules)),
        str(lines),
        str(len(functions)),
        f"{statistics.median(lengths):.0f}",
        str(lengths[len(lengths) * 9 // 10]),
        f"{statistics.fmean(weights):.1f}",
        f"{sum(module.comments for module in modules) / max(1, lines):.1%}",
    ]
    return f"{cells[0]:18}" + "".join(f"{cell:>11}" for cell in cells[1:])


def list_folders() -> Iterator[Path]:
    """Yield the rooms, and the floors of search."""
    for path in sorted(ROOT.iterdir()):
        if path.is_dir() and path.name not in BESIDE and not path.name.startswith(".") and list_modules(path):
            yield path
    yield from sorted(path for path in (ROOT / "search").iterdir() if path.is_dir() and list_modules(path))


def main(names: list[str]) -> None:
    """Print the table."""
    folders = [ROOT / name for name in names] or list(list_folders())
    print(f"{TITLES[0]:18}" + "".join(f"{title:>11}" for title in TITLES[1:]))
    for folder in folders:
        print(describe(str(folder.relative_to(ROOT)), map(read, list_modules(folder))))
    tests = sum(read(path).lines for path in list_modules(ROOT / "tests"))
    rooms = [folder for folder in list_folders() if folder.parent == ROOT]
    code = sum(read(path).lines for room in rooms for path in list_modules(room))
    print(f"{code} lines of code, {tests} of tests: {tests / code:.2f} per line")


if __name__ == "__main__":
    main(sys.argv[1:])
