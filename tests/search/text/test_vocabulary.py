"""Words are counted with the fallback index: each as often as that has it, and gone with the last text."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from organisations.models import Organisation
from search.answers.services import search
from search.index import indexing, rebuilding
from search.index.tasks import bring_in_line
from search.models import AUDIENCES, EVERYONE, MEMBERS, SearchEntry, Vocabulary, Word
from search.query.parameters import SearchParameters
from search.query.question import understand
from search.text import vocabulary
from search.text.behind import BRING_IN_LINE

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
BODIES = "organisations.organisation"
PATIENCE = 60


def counted(word: str, audience: str = EVERYONE) -> int:
    """Return how many objects have a word."""
    return vocabulary.read(audience).counts.get(word, 0)


def assert_counts_are_those_of_the_fallback_index() -> None:
    for audience in AUDIENCES:
        texts = SearchEntry.objects.filter(audience=audience).values_list("words", flat=True)
        assert vocabulary.read(audience).counts == Counter(
            word for text in texts for word in vocabulary.different_words(text)
        )


def suggestion(text: str) -> str:
    """Return what a visitor is told that she probably meant."""
    return search(SearchParameters(text), viewer=AnonymousUser()).corrected


def add_body(name: str, **fields: Any) -> Organisation:
    """Add an organisation to the database and to the fallback index."""
    body = Organisation.objects.create(name=name, **fields)
    indexing.write_fallback(Organisation, [body.pk])
    return body


class TestCounting:
    """Up with the words that come, down with those that go."""

    def test_a_word_counts_for_each_object_that_has_it_however_often(self) -> None:
        add_body("Kwartelschap kwartelschap", short_name="Kwartelschap")
        add_body("Patrijzen en kwartelschap")
        assert (counted("kwartelschap"), counted("patrijzen")) == (2, 1)

    def test_writing_the_same_again_counts_nothing_twice(self) -> None:
        body = add_body("Kwartelschap")
        indexing.write_fallback(Organisation, [body.pk, body.pk])
        assert counted("kwartelschap") == 1

    def test_a_word_that_goes_counts_less_and_the_last_one_is_not_kept(self) -> None:
        first, second = add_body("Kwartelschap Patrijs"), add_body("Kwartelschap Fazant")
        Organisation.objects.filter(pk=first.pk).update(name="Anders")
        indexing.write_fallback(Organisation, [first.pk])
        assert (counted("kwartelschap"), counted("patrijs"), counted("fazant")) == (1, 0, 1)
        Organisation.objects.filter(pk=second.pk).delete()
        indexing.write_fallback(Organisation, [second.pk])
        assert not Word.objects.filter(word__in=["kwartelschap", "patrijs", "fazant"]).exists()

    def test_each_audience_has_its_own(self, make_member: Any, run_tasks: Any) -> None:
        make_member("Noor Kwartelaar")
        run_tasks()
        assert (counted("kwartelaar"), counted("kwartelaar", MEMBERS)) == (0, 1)

    def test_a_word_longer_than_anybody_asks_is_left_out(self) -> None:
        assert set(vocabulary.different_words(f"kort {'k' * 101} {'l' * 100}")) == {"kort", "l" * 100}

    def test_what_is_undone_is_not_counted(self) -> None:
        with suppress(ZeroDivisionError), transaction.atomic():
            add_body("Kwartelschap")
            raise ZeroDivisionError
        assert counted("kwartelschap") == 0
        assert_counts_are_those_of_the_fallback_index()

    def test_any_number_of_changes_ends_with_the_counts_of_the_fallback_index(
        self, site_frame: Any, run_tasks: Any
    ) -> None:
        draw = random.Random(5)
        words = [f"kwartel{letter * 3}" for letter in "abcdefgh"]
        bodies = [Organisation.objects.create(name=f"Gemeente {number}") for number in range(6)]
        for _ in range(40):
            body = draw.choice(bodies)
            ended = draw.choice([None, None, "2020-01-01"])
            name = " ".join(draw.choices(words, k=3))
            Organisation.objects.filter(pk=body.pk).update(short_name=name, ended_date=ended)
            some = draw.sample(bodies, draw.randint(1, 6))
            indexing.write_fallback(Organisation, [each.pk for each in some])
        run_tasks()
        assert_counts_are_those_of_the_fallback_index()

    def test_a_rebuilt_fallback_index_counts_what_it_writes(self, site_frame: Any, run_tasks: Any) -> None:
        run_tasks()
        body = Organisation.objects.create(name="Kwartelschap")
        gone = add_body("Kwartelstad")
        Organisation.objects.filter(pk=gone.pk).update(ended_date="2020-01-01")
        rebuilding.rebuild_fallback(EVERYONE, lambda *progress: None)
        assert (counted("kwartelschap"), counted("kwartelstad")) == (1, 0)
        assert SearchEntry.of(BODIES, object_id=body.pk).exists()
        assert_counts_are_those_of_the_fallback_index()


def test_a_site_of_before_begins_with_the_counts_of_its_fallback_index(
    site_frame: Any, run_tasks: Any
) -> None:
    run_tasks()
    Word.objects.all().delete()
    import_module("search.migrations.0006_words_counted_with_the_copy").count_words(apps, None)
    assert counted("privacy") > 0
    assert_counts_are_those_of_the_fallback_index()


class TestCheck:
    """`search_index check` compares the counts, and mends them."""

    @pytest.fixture(autouse=True)
    def site(self, site_frame: Any, run_tasks: Any) -> None:
        """Give a site of which everything is in the fallback index."""
        run_tasks()
        add_body("Kwartelschap")

    @pytest.mark.parametrize("change", ["more", "gone", "stray"])
    def test_wrong_counts_are_told_and_mended(self, change: str, capsys: Any) -> None:
        call_command("search_index", "check")
        assert "no differences" in capsys.readouterr().out
        if change == "more":
            Word.objects.filter(word="kwartelschap").update(count=7)
        elif change == "gone":
            Word.objects.filter(word="kwartelschap").delete()
        else:
            Word.objects.create(audience=MEMBERS, word="kwartelschap", count=1)
        with pytest.raises(CommandError, match="1 differences"):
            call_command("search_index", "check")
        assert (
            f"words: {MEMBERS if change == 'stray' else EVERYONE} has wrong counts" in capsys.readouterr().out
        )
        call_command("search_index", "check", "--repair")
        assert_counts_are_those_of_the_fallback_index()
        assert (counted("kwartelschap"), counted("kwartelschap", MEMBERS)) == (1, 0)

    def test_words_of_a_fallback_index_that_is_wrong_are_counted_when_that_is_mended(
        self, capsys: Any
    ) -> None:
        SearchEntry.of(BODIES, title="kwartelschap").update(words="kwartelstad")
        with pytest.raises(CommandError, match="1 differences"):
            call_command("search_index", "check")
        call_command("search_index", "check", "--repair")
        assert_counts_are_those_of_the_fallback_index()
        assert (counted("kwartelschap"), counted("kwartelstad")) == (1, 0)

    def test_a_rebuild_counts_anew(self) -> None:
        Word.objects.update(count=7)
        rebuilding.rebuild(lambda *progress: None)
        assert_counts_are_those_of_the_fallback_index()


class TestWhatIsOffered:
    """A correction is a word that an object has now, whatever is remembered or waits for the worker."""

    @pytest.fixture
    def pages(self, make_case: Callable[..., Any], fallback: Callable[[], int]) -> list[Any]:
        """Return two cases with the same word, which is remembered."""
        pages = [make_case(slug, f"Kwartelplan {slug}", "tekst") for slug in ("een", "twee")]
        fallback()
        assert suggestion("kwartelplxn") == "kwartelplan"
        return pages

    def test_a_word_is_offered_until_the_last_one_takes_it_back(self, pages: Any, run_tasks: Any) -> None:
        for page, offered in zip(pages, ("kwartelplan", ""), strict=True):
            Page.objects.get(pk=page.pk).unpublish()
            run_tasks()
            assert suggestion("kwartelplxn") == offered

    def test_a_word_that_a_member_hides_is_gone_whatever_becomes_of_the_task(
        self, make_member: Any, run_tasks: Any
    ) -> None:
        member = make_member("Noor de Vriendt", about="Ik maakte het kwartelplan")
        run_tasks()
        assert vocabulary.find_there(MEMBERS, {"kwartelplan", "vriendt"}) == {"kwartelplan", "vriendt"}
        member.visibility |= {"about": "private"}
        member.save()
        for status in (TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED):
            DBTaskResult.objects.filter(task_path=BRING_IN_LINE).update(status=status)
            assert vocabulary.find_there(MEMBERS, {"kwartelplan"}) == set()

    def test_a_row_that_changes_keeps_the_words_of_others(self, pages: Any) -> None:
        pages[0].save_revision().publish()
        assert suggestion("kwartelplxn") == "kwartelplan"

    def test_a_part_of_another_word_is_not_that_word(
        self, pages: Any, make_case: Any, run_tasks: Any
    ) -> None:
        longer = make_case("drie", "Kwartelplannen", "tekst")
        pages[0].unpublish()
        run_tasks()
        longer.unpublish()
        assert suggestion("kwartelplxn") == "kwartelplan"

    def test_it_costs_nothing_where_nothing_is_mistyped(
        self, pages: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vocabulary, "find_there", None)
        assert suggestion("kwartelplan") == ""

    def test_many_mistyped_words_cost_no_more_questions_than_one(
        self, pages: Any, make_member: Any, django_assert_num_queries: Any
    ) -> None:
        member = make_member("Noor de Vriendt", about="Ik maakte het kwartelplan")
        indexing.bring_in_line("members.member", [member.pk])
        for audience, most in ((EVERYONE, 1), (MEMBERS, 3)):
            words = [vocabulary.get(audience)]
            for query in ("kwartelplxn", "kwartelplxn kwartelplxm kwartelplzn"):
                with django_assert_num_queries(most):
                    understand(query, words)

    def test_the_queue_is_looked_at_by_the_name_of_the_task(self) -> None:
        assert bring_in_line.module_path == BRING_IN_LINE


class TestWhatAProcessRemembers:
    """It reads words again when one came or went."""

    def test_words_are_read_again_when_one_came_or_went(
        self, site_frame: Any, run_tasks: Any, stopwatch: Any
    ) -> None:
        run_tasks()
        body = add_body("Kwartelschap")
        assert "kwartelschap" in vocabulary.get(EVERYONE).counts
        Organisation.objects.filter(pk=body.pk).delete()
        indexing.write_fallback(Organisation, [body.pk])
        assert "kwartelschap" in vocabulary.get(EVERYONE).counts
        stopwatch.seconds += 31
        assert "kwartelschap" not in vocabulary.get(EVERYONE).counts

    def test_words_are_not_read_again_when_only_counts_changed(
        self, site_frame: Any, run_tasks: Any, stopwatch: Any
    ) -> None:
        run_tasks()
        add_body("Kwartelschap Patrijs")
        add_body("Fazant")
        before = Vocabulary.objects.get(audience=EVERYONE).changed_at
        add_body("Kwartelschap Fazant")
        assert Vocabulary.objects.get(audience=EVERYONE).changed_at == before


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="no two write at once on SQLite")
def test_two_workers_at_once_lose_no_count(
    make_case: Any, run_tasks: Any, has_to_wait: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_tasks()
    page = make_case("weg", "Kwartelplan", "tekst")
    body = Organisation.objects.create(name="Kwartelplan")
    has_counted, go_on = threading.Event(), threading.Event()
    note = vocabulary._note

    def note_and_wait(*args: Any, **values: Any) -> None:
        note(*args, **values)
        if threading.current_thread().name == "slow":
            has_counted.set()
            go_on.wait(PATIENCE)

    def work(label: str, pk: int) -> None:
        indexing.bring_in_line(label, [pk])
        connection.close()

    monkeypatch.setattr(vocabulary, "_note", note_and_wait)
    slow = threading.Thread(target=work, args=("practices.practicepage", page.pk), name="slow")
    slow.start()
    assert has_counted.wait(PATIENCE)
    quick = threading.Thread(target=work, args=(BODIES, body.pk), name="quick")
    quick.start()
    assert has_to_wait(quick)
    go_on.set()
    slow.join()
    quick.join()
    assert counted("kwartelplan") == 2
    assert_counts_are_those_of_the_fallback_index()
