"""How well members find each other: questions are asked as a member does, and what is right is counted."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from members.models import Member
from relevance import people
from relevance.management.commands import relevance as command
from users.models import User

QUESTIONS = "id\tquestion\tasker\np1\twie weet van sluizen\tans-weet\np2\tgemalen\t\np3\tdijken\t\n"
JUDGEMENTS = "id\tmember\tgrade\np1\tbo-weet\t2\np1\tcas-weet\t1\np2\tans-weet\t2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three questions, of which two have an answer."""
    (tmp_path / "questions.tsv").write_text(QUESTIONS)
    (tmp_path / "judgements.tsv").write_text(JUDGEMENTS)
    return tmp_path


@pytest.fixture
def network(site_frame: Any, run_tasks: Callable[[], int]) -> None:
    """Have four members, three of whom know about sluices."""
    for name, about in {"Ans": "sluizen", "Bo": "sluizen", "Cas": "sluizen", "Dee": "sluizen"}.items():
        user = User.objects.create_user(f"{name}@leden.example".lower(), approved_at=timezone.now())
        Member.objects.create(user=user, name=f"{name} Weet", about=about)
    run_tasks()


def test_what_is_right_is_counted(folder: Path) -> None:
    lists = {
        ("wie weet van sluizen", "ans-weet"): (["dee-weet", "bo-weet"], ["cas-weet"]),
        ("gemalen", ""): (["bo-weet"], []),
    }
    counts = people.measure_people(folder, lambda text, asker: lists[text, asker])
    assert (counts.answered, counts.first, counts.first_five) == (2, 0, 1)
    assert (counts.right, counts.right_at_once) == (3, 1)
    assert (counts.sure, counts.sure_right) == (3, 1)
    assert 0 < counts.ndcg < 0.5
    assert counts.describe().splitlines()[1:] == ["  not in the first 5: gemalen"]


@pytest.mark.django_db
def test_the_directory_is_asked_as_a_member_does_who_does_not_find_herself(network: None) -> None:
    assert sorted(people.ask_directory("sluizen", "")[0]) == ["ans-weet", "bo-weet", "cas-weet", "dee-weet"]
    sure, maybe = people.ask_directory("sluizen", "ans-weet")
    assert sorted(sure) == ["bo-weet", "cas-weet", "dee-weet"]
    assert people.ask_directory("sluizen kwartels", "ans-weet")[0] == maybe == []


@pytest.mark.django_db
def test_the_command_prints_it_and_names_who_is_not_there(
    network: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> str:
        out = io.StringIO()
        call_command("relevance", "--people", stdout=out)
        return out.getvalue()

    monkeypatch.setattr(command, "PEOPLE", folder)
    assert "right first 1 of 2, in the first 5 1;" in run()
    Member.objects.get(slug="cas-weet").delete()
    with pytest.raises(CommandError, match="cas-weet"):
        run()
    monkeypatch.setattr(command, "PEOPLE", folder / "nowhere")
    with pytest.raises(CommandError, match="no questions"):
        run()
