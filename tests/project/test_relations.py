"""Arrows between the rooms that import-linter cannot see: foreign keys, and names of relations as text."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import Field

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
LAYERS = next(
    contract["layers"]
    for contract in CONTRACTS
    if contract["type"] == "layers" and "containers" not in contract
)
PLACES = {room: place for place, layer in enumerate(LAYERS) for room in layer.split(" | ")}
# A profile and the page of an organisation count the cases that name them. Turning these arrows round takes a
# registration by `practices`.
KNOWN = {"members": {"authored", "contact_for"}, "organisations": {"practice_links"}}
_WORD = re.compile(r"[a-z_]+")


def relations() -> Iterator[tuple[str, str, Field]]:
    """Yield each relation between two models of ours, with both rooms; the user model belongs to no place."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            is_forward = field.is_relation and not field.auto_created and field.related_model
            if is_forward and not getattr(field, "swappable_setting", None):
                room, other = model._meta.app_label, field.related_model._meta.app_label
                if room in PLACES and other in PLACES:
                    yield room, other, field


def test_no_model_names_one_of_a_room_above_it() -> None:
    assert [str(field) for room, other, field in relations() if PLACES[room] > PLACES[other]] == []


def reverse_names() -> dict[str, str]:
    """Return the names under which rows of another room are reached, each with that room."""
    own = {
        field.name
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if not field.auto_created
    }
    names = {field.related_query_name(): room for room, other, field in relations() if room != other}
    return {name: room for name, room in names.items() if name not in own and "+" not in name}


def words_of(room: str) -> set[str]:
    """Return the words in a room's code that may be names of relations.

    These are attributes, keywords, and the parts of strings with `__`.
    """
    words: set[str] = set()
    for path in (ROOT / room).rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                words.add(node.attr)
            elif isinstance(node, ast.keyword) and node.arg:
                words.update(node.arg.split("__"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update(node.value.split("__") if _WORD.fullmatch(node.value) else ())
    return words


def test_no_room_reaches_for_rows_of_a_room_above_it() -> None:
    names = reverse_names()
    assert "practice_links" in names
    found = {
        room: {name for name in words_of(room) & names.keys() if PLACES[names[name]] < place}
        for room, place in PLACES.items()
        if (ROOT / room).is_dir()
    }
    assert {room: used for room, used in found.items() if used} == KNOWN
