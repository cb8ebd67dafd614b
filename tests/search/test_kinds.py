"""A new kind of hit costs a class, a line in the list and a template; a new facet costs one object."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.template import engines

from core.searchable import searchable_models
from search import checks, kinds

ADDED = Path(__file__).parent / "added"


@pytest.mark.process
def test_an_app_adds_a_kind_and_a_facet_and_nothing_else_changes(tmp_path: Path) -> None:
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    env |= {"ELASTICSEARCH_URL": "", "VAR_DIR": str(tmp_path), "PYTHONPATH": str(ADDED.parent)}
    pytest_alone = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command = [*pytest_alone, "--ds", "added.settings", str(ADDED / "proof.py")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=ADDED.parents[2])
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_model_and_a_template(kind: kinds.Kind) -> None:
    assert kind.name in {model.search_kind for model in searchable_models()}
    assert engines["jinja2"].get_template(f"search/hits/{kind.name}.html")


def test_no_two_kinds_have_the_same_place() -> None:
    assert sorted(kind.rank for kind in kinds.KINDS) == list(range(len(kinds.KINDS)))


def test_a_kind_that_is_in_no_list_is_an_error_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_kinds(None) == []
    monkeypatch.setattr(kinds, "KINDS", kinds.KINDS[:-1])
    (error,) = checks.check_kinds(None)
    assert (error.id, error.msg) == ("search.E002", "ContentPage is of no kind that search knows.")


def test_what_an_old_index_holds_comes_last() -> None:
    assert kinds.find_kind("of before") is None
    assert kinds.rank_of("of before") == len(kinds.KINDS)
