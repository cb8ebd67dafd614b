"""The index follows the database, whatever the order and whatever goes wrong."""

import datetime
import io
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from practices.models import PracticePage
from search import client as door
from search import embedding, indexing, rebuilding
from search.client import EngineUnavailable
from search.documents import mapping_hash
from search.models import SearchEntry

pytestmark = pytest.mark.django_db
LABEL = "practices.practicepage"


def run_command(*args: str) -> str:
    out = io.StringIO()
    call_command("search_index", *args, stdout=out)
    return out.getvalue()


def entry(page: PracticePage) -> SearchEntry | None:
    return SearchEntry.of(LABEL, object_id=page.pk).first()


class TestTheCopyInTheDatabase:
    """What follows from each change, without an engine."""

    def test_publishing_adds_and_taking_off_line_removes(self, make_case: Any, run_tasks: Any) -> None:
        page = make_case("weg", "Wegen", "tekst")
        assert entry(page) is None
        run_tasks()
        assert entry(page).title == "wegen"
        page.unpublish()
        run_tasks()
        assert entry(page) is None

    def test_a_new_name_of_a_theme_reaches_its_cases(self, three_cases: Any, terms: Any, run_tasks: Any) -> None:
        run_tasks()
        terms["roads"].name = "Mobiliteit"
        terms["roads"].save()
        run_tasks()
        assert "mobiliteit" in entry(three_cases[0]).words
        assert "verkeer" not in entry(three_cases[0]).words

    def test_a_theme_that_is_deleted_leaves_its_cases(self, three_cases: Any, terms: Any, run_tasks: Any) -> None:
        run_tasks()
        terms["roads"].delete()
        run_tasks()
        assert "theme" not in {name for name, values in entry(three_cases[0]).facets.items() if values}

    def test_a_new_name_of_an_organisation_reaches_cases_and_members(
        self, three_cases: Any, terms: Any, make_member: Any, run_tasks: Any
    ) -> None:
        member = make_member("Noor", organisation=terms["breda"])
        run_tasks()
        terms["breda"].name = "Gemeente Groot Breda"
        terms["breda"].save()
        run_tasks()
        assert "gemeente groot breda" in entry(three_cases[0]).words
        assert "gemeente groot breda" in SearchEntry.of("members.member", object_id=member.pk).get().words

    def test_a_change_that_is_undone_leaves_no_task(self, make_case: Any) -> None:
        before = DBTaskResult.objects.count()
        with transaction.atomic():
            make_case("weg", "Wegen", "tekst")
            transaction.set_rollback(True)
        assert DBTaskResult.objects.count() == before

    def test_an_ended_body_is_found_for_as_long_as_its_case_can_be_read(
        self, make_case: Any, terms: Any, run_tasks: Any
    ) -> None:
        terms["breda"].ended_date = datetime.date(2020, 1, 1)
        terms["breda"].save()
        run_tasks()
        bodies = SearchEntry.of("organisations.organisation", object_id=terms["breda"].pk)
        assert not bodies.exists()
        page = make_case("weg", "Wegen", "tekst", organisations=[terms["breda"]])
        run_tasks()
        assert bodies.exists()
        page.unpublish()
        run_tasks()
        assert not bodies.exists()

    def test_logging_in_plans_nothing(self, make_member: Any, client: Any) -> None:
        member = make_member("Noor")
        DBTaskResult.objects.all().delete()
        client.force_login(member.user)
        assert not DBTaskResult.objects.exists()

    def test_a_page_does_not_wait_for_an_import_of_organisations(self, make_case: Any, terms: Any) -> None:
        DBTaskResult.objects.all().delete()
        terms["breda"].save()
        make_case("weg", "Wegen", "tekst")
        first = DBTaskResult.objects.ready().first()
        assert first.args_kwargs["args"][0] == LABEL

    def test_check_finds_what_bulk_sql_changed_and_mends_it(self, three_cases: Any, run_tasks: Any) -> None:
        run_command("rebuild")
        assert "no differences" in run_command("check")
        PracticePage.objects.filter(pk=three_cases[0].pk).update(title="Stil veranderd")
        SearchEntry.of(LABEL, object_id=three_cases[1].pk).delete()
        PracticePage.objects.filter(pk=three_cases[2].pk).update(live=False)
        with pytest.raises(CommandError, match="3 differences"):
            run_command("check")
        assert "3 mended" in run_command("check", "--repair")
        assert "no differences" in run_command("check")

    def test_status_counts_what_waits(self, make_case: Any, run_tasks: Any) -> None:
        run_tasks()
        make_case("weg", "Wegen", "tekst")
        status = run_command("status")
        assert "queue: 1 waiting" in status
        assert "engine: none is configured" in status


@pytest.mark.engine
class TestTheIndex:
    """The same in the real engine."""

    @pytest.fixture
    def titles(self, engine: Any, settings: Any) -> Callable[[], dict[str, str]]:
        """Return a function that tells the titles of all cases in the live index by slug."""

        def read() -> dict[str, str]:
            alias = indexing.alias("everyone")
            engine.indices.refresh(index=alias)
            hits = engine.search(index=alias, query={"term": {"kind": "case"}}, size=100)["hits"]["hits"]
            return {hit["_source"]["slug"]: hit["_source"].get("title") for hit in hits}

        return read

    def test_it_follows_every_change(self, three_cases: Any, index: Any, titles: Any) -> None:
        assert set(titles()) == {"asfalt", "fiets", "gemaal"}
        three_cases[0].unpublish()
        three_cases[1].title = "Fietsen"
        three_cases[1].save_revision().publish()
        three_cases[2].slug = "pompen"
        three_cases[2].save_revision().publish()
        index()
        assert titles() == {"fiets": "Fietsen", "pompen": "Rioolgemalen aansturen"}
        assert "no differences" in run_command("check")

    def test_a_late_write_never_brings_back_what_was_taken_out(self, three_cases: Any, index: Any, titles: Any) -> None:
        page = three_cases[0]
        late = time.time_ns()
        documents = indexing.read_documents(PracticePage, [page.pk])
        page.unpublish()
        index()
        door.run(lambda engine: indexing._write(engine, PracticePage, [page.pk], documents, late))
        assert "asfalt" not in titles()

    def test_order_does_not_matter(self, three_cases: Any, index: Any, titles: Any) -> None:
        page = three_cases[0]
        late = time.time_ns()
        documents = indexing.read_documents(PracticePage, [page.pk])
        page.title = "Nieuwer"
        page.save_revision().publish()
        index()
        door.run(lambda engine: indexing._write(engine, PracticePage, [page.pk], documents, late))
        assert titles()["asfalt"] == "Nieuwer"

    def test_a_change_during_a_rebuild_reaches_the_new_index(self, three_cases: Any, index: Any, titles: Any) -> None:
        def change(step: str, done: int, total: int) -> None:
            if step == "everyone: write":
                three_cases[0].unpublish()
                indexing.bring_in_line(LABEL, [three_cases[0].pk])

        rebuilding.rebuild(change)
        assert set(titles()) == {"fiets", "gemaal"}

    def test_a_rebuild_leaves_the_live_index_and_the_last_one(self, index: Any, engine: Any, settings: Any) -> None:
        run_command("rebuild")
        run_command("rebuild")
        kept = engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*-last").body
        assert len(kept) == 2
        assert len(engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body) == 4

    def test_one_can_go_back_to_the_last_index(
        self, three_cases: Any, index: Any, engine: Any, settings: Any, titles: Any, run_tasks: Any
    ) -> None:
        before = indexing.find_live(engine, "everyone")
        run_command("rebuild")
        three_cases[0].unpublish()
        run_tasks()
        assert "live again; 1 differences mended" in run_command("rollback")
        assert indexing.find_live(engine, "everyone") == before
        assert set(titles()) == {"fiets", "gemaal"}
        assert "no differences" in run_command("check")

    def test_without_a_last_index_nothing_is_changed(self, three_cases: Any, index: Any, engine: Any) -> None:
        before = indexing.find_live(engine, "everyone")
        with pytest.raises(CommandError, match="no index is kept"):
            run_command("rollback")
        assert indexing.find_live(engine, "everyone") == before

    def test_a_rebuild_that_stops_halfway_leaves_what_was_live(self, three_cases: Any, index: Any, titles: Any) -> None:
        def stop(audience: str, done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild(stop)
        assert set(titles()) == {"asfalt", "fiets", "gemaal"}
        run_command("rebuild")
        assert set(titles()) == {"asfalt", "fiets", "gemaal"}

    def test_of_two_rebuilds_the_last_one_wins(self, three_cases: Any, index: Any, titles: Any) -> None:
        def another(step: str, done: int, total: int) -> None:
            if step == "everyone: write":
                rebuilding.rebuild(lambda *progress: None)

        with pytest.raises(EngineUnavailable):
            rebuilding.rebuild(another)
        assert set(titles()) == {"asfalt", "fiets", "gemaal"}

    def test_a_write_alone_never_makes_an_index(self, three_cases: Any, engine: Any, settings: Any, index: Any) -> None:
        for name in engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body:
            engine.indices.delete(index=name)
        with pytest.raises(EngineUnavailable):
            indexing.bring_in_line(LABEL, [three_cases[0].pk])
        assert not engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body

    def test_rebuild_if_needed_leaves_a_good_index_alone(self, three_cases: Any, index: Any, engine: Any) -> None:
        live = indexing.find_live(engine, "everyone")
        assert "up to date" in run_command("rebuild", "--if-needed")
        assert indexing.find_live(engine, "everyone") == live

    def test_another_model_or_none_asks_for_another_index(
        self, three_cases: Any, index: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert rebuilding.is_up_to_date()
        monkeypatch.setattr(embedding, "is_available", lambda: True)
        assert not rebuilding.is_up_to_date()
        first = mapping_hash([], [])
        monkeypatch.setattr(embedding, "NAME", "another one")
        assert mapping_hash([], []) != first

    def test_check_finds_what_is_wrong_in_the_index_alone(self, three_cases: Any, index: Any, engine: Any) -> None:
        key = f"{LABEL}:{three_cases[0].pk}"
        engine.delete(index=indexing.alias("everyone"), id=key, version=time.time_ns(), version_type="external_gte")
        with pytest.raises(CommandError, match="1 difference"):
            run_command("check")
        assert "1 mended" in run_command("check", "--repair")
        assert "no differences" in run_command("check")

    def test_status_names_index_and_engine(self, three_cases: Any, index: Any) -> None:
        status = run_command("status")
        assert "engine: 8." in status
        assert "documents" in status


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time by itself")
def test_of_two_workers_at_once_the_one_that_read_first_does_not_write_last(
    make_case: Any, run_tasks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_case("weg", "Oud", "tekst")
    run_tasks()
    has_read, go_on = threading.Event(), threading.Event()
    read = indexing.read_documents

    def read_and_wait(*args: Any) -> Any:
        documents = read(*args)
        if threading.current_thread().name == "slow":
            has_read.set()
            go_on.wait(10)
        return documents

    def work() -> None:
        indexing.bring_in_line(LABEL, [page.pk])
        connection.close()

    monkeypatch.setattr(indexing, "read_documents", read_and_wait)
    slow = threading.Thread(target=work, name="slow")
    slow.start()
    assert has_read.wait(10)
    PracticePage.objects.filter(pk=page.pk).update(title="Nieuw")
    quick = threading.Thread(target=work)
    quick.start()
    quick.join(1)
    go_on.set()
    slow.join(10)
    quick.join(10)
    assert entry(page).title == "nieuw"
