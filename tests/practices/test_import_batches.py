"""An import checks all rows first, writes in batches, resumes, and leaves the work of people alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Workflow

from core import locking
from organisations.models import Organisation
from practices.exchange.importing import Imported, ImportStopped, _Run, cases_import
from practices.models import PracticeIndexPage, PracticePage
from taxonomy.models import Technique
from users.models import User

pytestmark = pytest.mark.both_databases

FULL = {
    "title": "Goed",
    "body": "## Aanpak\n\nZo ging het.",
    "published": "2024-05-01",
    "techniques": ["Sensoren", "Kaarten"],
    "tags": ["zand", "asfalt"],
    "organisations": ["Gemeente Nieuw"],
    "lessons": ["Begin klein.", "Vraag door."],
    "results": [{"label": "water", "value": "30", "unit": "%"}],
}


@pytest.fixture
def bring(index: PracticeIndexPage, tmp_path: Path) -> Callable[..., Imported]:
    """Return a function that imports cases with these slugs, with every field set unless given."""

    def bring(*slugs: str, take_over: bool = False, dry_run: bool = False, **fields: Any) -> Imported:
        path = tmp_path / "rijen.jsonl"
        path.write_text("\n".join(json.dumps(FULL | {"slug": slug} | fields) for slug in slugs))
        return cases_import(path=path, create_terms=True, take_over=take_over, dry_run=dry_run)

    return bring


def there() -> set[str]:
    """Return the slugs of all cases."""
    return set(PracticePage.objects.values_list("slug", flat=True))


def test_looking_at_every_row_writes_nothing(bring: Any) -> None:
    bring("a", "b")
    with CaptureQueriesContext(connection) as queries:
        done = bring(
            "a",
            "c",
            title="Anders",
            tags=["nieuw"],
            techniques=["Nieuw"],
            organisations=["Nieuw"],
            dry_run=True,
        )
    assert (done.made, done.changed) == (1, 1)
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


class TestWhenARowCannotBeWritten:
    """Something is wrong that nobody could see beforehand."""

    @pytest.fixture(autouse=True)
    def fails_at_c(self, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
        """Let the database refuse one case, and write each row by itself."""
        monkeypatch.setattr(locking, "LONGEST_BATCH", 0)
        saved = PracticePage.save_revision

        def save(page: PracticePage, *args: Any, **kwargs: Any) -> Any:
            if page.slug == "c":
                raise DatabaseError("vol")
            return saved(page, *args, **kwargs)

        monkeypatch.setattr(PracticePage, "save_revision", save)
        return monkeypatch

    def test_what_was_written_stays_and_the_same_file_goes_on_from_there(
        self, bring: Any, fails_at_c: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(ImportStopped, match="regel 3: DatabaseError: vol") as stopped:
            bring("a", "b", "c", "d")
        assert (there(), stopped.value.done.made) == ({"a", "b"}, 2)
        fails_at_c.undo()
        done = bring("a", "b", "c", "d")
        assert (done.made, done.changed, done.same) == (2, 0, 2)

    def test_the_command_names_the_row_and_says_how_to_go_on(self, bring: Any, tmp_path: Path) -> None:
        with pytest.raises(ImportStopped):
            bring("a", "b", "c", "d")
        with pytest.raises(CommandError, match=r"(?s)regel 3.*0 nieuw, 0 gewijzigd.*nog eens"):
            call_command("import_cases", str(tmp_path / "rijen.jsonl"))


@pytest.mark.parametrize(("step", "written"), [("check", 0), ("_save", 1)])
def test_who_breaks_an_import_off_is_told_what_stays(
    bring: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, written: int
) -> None:
    monkeypatch.setattr(locking, "LONGEST_BATCH", 0)
    bring("a", "b", "c", dry_run=True)
    done = getattr(_Run, step)

    def break_off(run: _Run, *args: Any) -> Any:
        if PracticePage.objects.count() == written:
            raise KeyboardInterrupt
        return done(run, *args)

    monkeypatch.setattr(_Run, step, break_off)
    with pytest.raises(
        CommandError, match=rf"afgebroken\nGeschreven: {written} nieuw, 0 gewijzigd\. .*nog eens"
    ):
        call_command("import_cases", str(tmp_path / "rijen.jsonl"), "--create-terms")
    assert PracticePage.objects.count() == written


def test_rows_that_are_already_so_are_read_together(bring: Any) -> None:
    bring(*"abcdefgh")
    counts = []
    for slugs in ("ab", "abcdefgh"):
        with CaptureQueriesContext(connection) as queries:
            assert bring(*slugs).same == len(slugs)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_terms_in_another_order_are_no_change(bring: Any) -> None:
    bring("a", techniques=["Kaarten", "Sensoren"], tags=["a", "b"])
    assert bring("a", techniques=["Sensoren", "Kaarten"], tags=["b", "a"]).same == 1


def test_what_the_file_does_not_change_stays_the_same_row_for_a_form_that_is_open(bring: Any) -> None:
    sources = [{"title": "Evaluatie", "url": "https://example.org/e"}, {"title": "Boek", "url": ""}]
    names = ["organisation_links", "adoptions", "results", "lessons", "sources", "tagged_items"]

    def keys() -> dict[str, list[int]]:
        page = PracticePage.objects.get()
        return {name: [row.pk for row in getattr(page, name).all()] for name in names}

    bring("a", sources=sources, reused_by=["Ander"])
    before = keys()
    bring(
        "a",
        title="Anders",
        sources=sources,
        reused_by=["Ander"],
        results=[FULL["results"][0] | {"value": "31"}],
    )
    assert (keys(), PracticePage.objects.get().results.get().value) == (before, "31")
    bring("a", lessons=["Nieuw.", *FULL["lessons"][::-1]])
    assert keys()["lessons"][1:] == before["lessons"][::-1]
    (problem,) = bring("a", results=[FULL["results"][0] | {"value": "x" * 51}]).problems
    assert problem.field == "results"


def test_a_case_with_many_rows_gives_the_worker_no_more_to_do(bring: Any) -> None:
    bodies = [Organisation.objects.create(name=f"Gemeente {letter}").name for letter in "ABCDE"]
    counts = []
    for count in (1, 5):
        DBTaskResult.objects.all().delete()
        bring(f"met-{count}", organisations=bodies[:count], lessons=bodies[:count])
        counts.append(DBTaskResult.objects.count())
    assert counts[0] == counts[1]


def draft(page: PracticePage, user: User) -> None:
    """Let an editor work on a case."""
    page.title = "Van een redacteur"
    page.save_revision(user=user)


def lock(page: PracticePage, user: User) -> None:
    """Let a moderator lock a case."""
    PracticePage.objects.filter(pk=page.pk).update(locked=True, locked_by=user)


def hand_in(page: PracticePage, user: User) -> None:
    """Hand a case in."""
    Workflow.objects.get(name="Moderatie").start(page, user)


def schedule(page: PracticePage, user: User) -> None:
    """Choose a moment at which a new version goes live."""
    page.go_live_at = timezone.now() + timezone.timedelta(days=1)
    page.save_revision(user=user).publish()


WORK = [
    (draft, "een concept van een redacteur"),
    (lock, "vergrendeld"),
    (hand_in, "bij een moderator"),
    (schedule, "gekozen moment"),
]


@pytest.mark.parametrize("published", ["2024-05-01", None], ids=["live", "draft"])
@pytest.mark.parametrize(("work", "said"), WORK, ids=lambda value: getattr(value, "__name__", ""))
def test_a_case_on_which_people_work_is_left_to_them_unless_it_is_taken_over(
    bring: Any, work: Any, said: str, published: str | None
) -> None:
    bring("a", "b", published=published)
    work(PracticePage.objects.get(slug="a"), User.objects.create_user("redacteur@example.org"))
    before = PracticePage.objects.get(slug="a")
    for dry_run in (True, False):
        done = bring("a", "b", title="Uit het bestand", dry_run=dry_run, published=published)
        assert (done.changed, done.skipped, done.problems, len(done.held)) == (1, 1, [], 1)
        assert str(done.held[0]).startswith("regel 1: ")
        assert said in str(done.held[0])
    after = PracticePage.objects.get(slug="a")
    assert (after.latest_revision_id, after.title) == (before.latest_revision_id, before.title)
    assert bring("a", title="Uit het bestand", take_over=True, published=published).changed == 1
    assert PracticePage.objects.get(slug="a").get_latest_revision_as_object().title == "Uit het bestand"


def test_what_is_taken_over_no_longer_waits_for_its_moment(bring: Any) -> None:
    bring("a", published=None)
    schedule(PracticePage.objects.get(slug="a"), User.objects.create_user("redacteur@example.org"))
    bring("a", title="Uit het bestand", take_over=True, published="2024-01-01")
    page = PracticePage.objects.get(slug="a")
    assert (page.live, page.title, page.go_live_at, page.approved_schedule) == (
        True,
        "Uit het bestand",
        None,
        False,
    )
    assert bring("a", title="Uit het bestand", published="2024-01-01").same == 1


def test_a_case_on_which_people_work_and_that_is_as_the_file_says_is_the_same(bring: Any) -> None:
    bring("a")
    draft(PracticePage.objects.get(), User.objects.create_user("redacteur@example.org"))
    done = bring("a")
    assert (done.same, done.held) == (1, [])


def test_a_draft_of_an_import_can_be_imported_again(bring: Any) -> None:
    bring("a", published=None)
    assert bring("a", title="Beter", published=None).changed == 1


def test_the_command_names_what_it_leaves_to_people(
    bring: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring("a")
    lock(PracticePage.objects.get(), User.objects.create_user("redacteur@example.org"))
    bring("a", title="Anders", dry_run=True)
    call_command("import_cases", str(tmp_path / "rijen.jsonl"))
    said = capsys.readouterr()
    assert "0 nieuw, 0 gewijzigd, 0 gelijk, 1 overgeslagen." in said.out
    assert said.err.startswith("regel 1: a is vergrendeld\n")
    assert "--take-over" in said.err
    call_command("import_cases", str(tmp_path / "rijen.jsonl"), "--take-over")
    assert "1 gewijzigd" in capsys.readouterr().out


SPELLINGS = [
    "’s-Hertogenbosch",
    "'s-Hertogenbosch",
    "\u02bcS-HERTOGENBOSCH",
    "‘s\u2011Hertogenbosch",
    "'s-Hertogenbosch\u00a0",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_is_found_however_it_is_typed(bring: Any, spelling: str) -> None:
    Organisation.objects.create(name="'s-Hertogenbosch")
    Technique.objects.create(name="Súdwest  model")
    bring("a", organisations=[spelling], techniques=["Su\u0301dwest\u00a0Model"])
    assert (Organisation.objects.count(), Technique.objects.count()) == (1, 1)


def test_new_words_of_a_file_that_are_one_name_become_one_term(bring: Any) -> None:
    bring("a", organisations=["’t Hof"], reused_by=["'t  hof"])
    bring("b", organisations=["'T HOF"])
    assert [body.name for body in Organisation.objects.all()] == ["’t Hof"]


def test_a_name_that_two_bodies_have_is_not_made_once_more(bring: Any) -> None:
    for name in ("Gemeente Utrecht", "Provincie Utrecht"):
        Organisation.objects.create(name=name, short_name="Utrecht")
    (problem,) = bring("a", organisations=["utrecht"]).problems
    assert "“utrecht” kan meer dan één organisatie zijn" in problem.message
    assert Organisation.objects.count() == 2
