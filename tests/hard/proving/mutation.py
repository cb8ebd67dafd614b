"""Small faults in named modules, planted by mutmut one at a time: each of them has to make a test fail."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from environment import ROOT

WHAT = Path(__file__).resolve().parents[1] / "mutation.toml"
MUTMUT = Path(sys.executable).parent / "mutmut"
FOUND = {"killed", "timeout"}  # a fault after which something never ends is found too
LEFT_ALONE = {"classmethod", "staticmethod"}  # mutmut knows how to work with these decorators alone
NO_SERVICES = "not engine and not browser and not process and not hard"
# What this process was told about itself, or about services that these tests do without.
FOREIGN = ("DATABASE_URL", "ELASTICSEARCH_URL", "PYTEST_", "PYTHONPATH")


@dataclass(frozen=True)
class Mutant:
    """A fault by the name that mutmut gives it, and what became of it."""

    name: str
    status: str

    @property
    def function(self) -> str:
        """Return the function in which it is, as `module.Class.name`."""
        module, _, mangled = self.name.rpartition("__mutmut_")[0].rpartition(".")
        return f"{module}.{mangled[2:].replace('ǁ', '.')}"


@dataclass(frozen=True)
class Part:
    """Modules with their functions to mutate, the tests that prove these, and why some mutants survive."""

    tests: list[str]
    modules: dict[str, list[str]]
    explained: dict[str, str]

    @property
    def patterns(self) -> list[str]:
        """Return patterns with `*` for the names of mutmut's mutants of these functions.

        `Class.*` means all methods of a class.
        """
        return [build_pattern(module, name) for module, names in self.modules.items() for name in names]


def read_parts() -> dict[str, Part]:
    """Return the parts by their names, as they stand in `mutation.toml`."""
    parts: dict[str, dict[str, Any]] = tomllib.loads(WHAT.read_text(encoding="utf-8"))
    return {name: Part(part["tests"], part["modules"], _read_explained(part)) for name, part in parts.items()}


def _read_explained(part: dict[str, Any]) -> dict[str, str]:
    """Return for each mutant that may survive why."""
    return {mutant: group["why"] for group in part.get("explained", []) for mutant in group["mutants"]}


def build_pattern(module: str, name: str) -> str:
    """Return how mutmut names the mutants of a function, of a method as `Class.method`, or of all as `*`."""
    dotted = module.removesuffix(".py").replace("/", ".")
    if name == "*":
        return f"{dotted}.*"
    owner, _, function = name.rpartition(".")
    end = "*" if function == "*" else f"{function}__mutmut_*"
    return f"{dotted}.xǁ{owner}ǁ{end}" if owner else f"{dotted}.x_{end}"


def undecorate(source: str) -> str:
    """Return the module with `name = decorator(name)` below each function instead of `@decorator` above it.

    It does the same, but mutmut skips a decorated function.
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
        if not decorators or set(decorators) <= LEFT_ALONE:
            continue
        first, last = node.decorator_list[0].lineno - 1, (node.end_lineno or 0) - 1
        lines[first : node.lineno - 1] = [""] * (node.lineno - 1 - first)
        indent = " " * node.col_offset
        lines[last] += "".join(
            f"{indent}{node.name} = {decorator}({node.name})\n" for decorator in reversed(decorators)
        )
    return "".join(lines)


class Workshop:
    """A copy of the project in which mutants are made and tried."""

    def __init__(self, folder: Path, shared: Path, part: Part) -> None:
        """Copy what git knows, and write mutmut's settings; `shared` is where tests keep a prepared site."""
        self.folder, self.part = folder, part
        for name in _tracked():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        for name in part.modules:
            path = folder / name
            path.write_text(undecorate(path.read_text(encoding="utf-8")), encoding="utf-8")
        others = sorted(path.name for path in folder.iterdir())
        (folder / "setup.cfg").write_text(build_settings(part, others), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self.env: Mapping[str, str] = kept | {"TESTS_SHARE": str(shared), "VAR_DIR": str(folder / "var")}

    def run(self) -> list[Mutant]:
        """Try every mutant, as many at once as there are processors, and return what became of each."""
        patterns = self.part.patterns
        self._ask("run", "--max-children", str(len(os.sched_getaffinity(0))), *patterns)
        lines = (line.strip().rpartition(": ") for line in self._ask("results", "--all", "true").splitlines())
        return [
            Mutant(name, status)
            for name, _, status in lines
            if any(fnmatchcase(name, pattern) for pattern in patterns)
        ]

    def describe(self, mutant: Mutant) -> str:
        """Return the changed line of a mutant, as `function: line`, which other changes do not affect."""
        lines = self._ask("show", mutant.name).splitlines()
        changes = [
            line for line in lines if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
        ]
        new = [line[1:].strip() for line in changes if line.startswith("+")]
        return f"{mutant.function}: {' '.join(new or ['without', *(line[1:].strip() for line in changes)])}"

    def _ask(self, *args: str) -> str:
        """Return what mutmut says; what it could not do fails the test."""
        done = subprocess.run(
            [str(MUTMUT), *args],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        assert done.returncode == 0, f"mutmut {args[0]}: {done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout


def build_settings(part: Part, others: list[str]) -> str:
    """Return the settings of mutmut: modules, tests, and what these need beside them."""
    settings = {
        "source_paths": list(part.modules),
        "also_copy": others,
        "pytest_add_cli_args_test_selection": [*part.tests, "-m", NO_SERVICES],
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "do_not_mutate_patterns": [r"logger\.\w+"],
        "use_git_change_detection": ["false"],
    }
    blocks = (
        f"{name}=\n" + "".join(f"    {value}\n" for value in values) for name, values in settings.items()
    )
    return "[mutmut]\n" + "".join(blocks)


def _tracked() -> Iterator[str]:
    """Yield the names of the files that git knows or would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return (name for name in names if name and (ROOT / name).is_file())
