"""The index follows the database, whatever the order and whatever goes wrong."""

import datetime
import io
import itertools
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import PageViewRestriction

from organisations.models import Organisation
from pages.models import ContentPage
from practices.models import PracticeIndexPage, PracticeOrganisation, PracticePage
from search.client import EngineUnavailable
from search.index import indexing, rebuilding
from search.index.audit import INCOMPLETE, VECTORS, Difference
from search.index.documents import build_index_body, mapping_hash
from search.index.tasks import make_vectors
from search.management.commands import search_index
from search.models import SearchEntry
from search.semantic import embedding

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LABEL = "practices.practicepage"


def run_command(*args: str) -> str:
    out = io.StringIO()
    call_command("search_index", *args, stdout=out)
    return out.getvalue()


def entry(page: PracticePage) -> SearchEntry | None:
    return SearchEntry.of(LABEL, object_id=page.pk).first()


class TestTheFallbackIndex:
    """What follows from each change, without an engine."""

    def test_publishing_adds_and_taking_off_line_removes(self, make_case: Any, run_tasks: Any) -> None:
        page = make_case("weg", "Wegen", "tekst")
        assert entry(page) is None
        run_tasks()
        assert entry(page).title == "wegen"
        page.unpublish()
        run_tasks()
        assert entry(page) is None

    def test_a_new_name_of_a_theme_reaches_its_cases(
        self, three_cases: Any, terms: Any, run_tasks: Any
    ) -> None:
        run_tasks()
        terms["roads"].name = "Mobiliteit"
        terms["roads"].save()
        run_tasks()
        assert "mobiliteit" in entry(three_cases[0]).words
        assert "verkeer" not in entry(three_cases[0]).words

    def test_a_theme_that_is_deleted_leaves_its_cases(
        self, three_cases: Any, terms: Any, run_tasks: Any
    ) -> None:
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

    def test_an_ended_body_is_no_longer_found_when_its_case_goes_on_without_it(
        self, make_case: Any, terms: Any, run_tasks: Any
    ) -> None:
        Organisation.objects.update(ended_date=datetime.date(2020, 1, 1))
        page = make_case("weg", "Wegen", "tekst", organisations=[terms["breda"]])
        run_tasks()
        assert _found_bodies() == {terms["breda"].pk}
        page.organisation_links.all()[0].organisation = terms[
            "rijnland"
        ]  # the editor's form keeps the row of a link
        page.save_revision().publish()
        run_tasks()
        assert _found_bodies() == {terms["rijnland"].pk}
        page.organisation_links.clear()
        page.save_revision().publish()
        run_tasks()
        assert _found_bodies() == set()

    def test_a_link_that_is_changed_by_itself_decides_whether_an_ended_body_is_found(
        self, make_case: Any, terms: Any, run_tasks: Any
    ) -> None:
        Organisation.objects.update(ended_date=datetime.date(2020, 1, 1))
        page = make_case("weg", "Wegen", "tekst")
        link = PracticeOrganisation.objects.create(page=page, organisation=terms["breda"])
        run_tasks()
        assert _found_bodies() == {terms["breda"].pk}
        link.organisation = terms["rijnland"]
        link.save()
        run_tasks()
        assert _found_bodies() == {terms["rijnland"].pk}
        link.delete()
        run_tasks()
        assert _found_bodies() == set()

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

    def test_an_edit_that_comes_while_differences_are_mended_builds_nothing_anew(
        self, three_cases: Any, run_tasks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run_tasks()
        SearchEntry.of(LABEL, object_id=three_cases[0].pk).delete()
        write = indexing.bring_in_line

        def write_and_edit(*args: Any) -> None:
            write(*args)
            three_cases[1].title = "Net veranderd"
            three_cases[1].save_revision().publish()

        monkeypatch.setattr(indexing, "bring_in_line", write_and_edit)
        monkeypatch.setattr(rebuilding, "rebuild", None)
        assert "1 mended" in run_command("check", "--repair")
        assert entry(three_cases[0]).title == "slim asfaltonderhoud"
        monkeypatch.undo()
        run_tasks()
        assert "no differences" in run_command("check")

    def test_what_is_still_wrong_after_mending_is_built_anew(
        self, three_cases: Any, run_tasks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run_tasks()
        SearchEntry.of(LABEL, object_id=three_cases[0].pk).delete()
        monkeypatch.setattr(indexing, "bring_in_line", lambda *args: None)
        run_command("check", "--repair")
        assert entry(three_cases[0]).title == "slim asfaltonderhoud"

    def test_a_rebuild_tells_how_long_the_rest_takes(
        self, three_cases: Any, run_tasks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = itertools.count(step=10)
        monkeypatch.setattr(search_index, "time", SimpleNamespace(monotonic=lambda: next(clock)))
        monkeypatch.setattr(rebuilding, "BATCH", 1)
        monkeypatch.setattr(rebuilding, "FEW", 1000)
        lines = [line for line in run_command("rebuild").splitlines() if "everyone: read" in line]
        total = int(lines[0].rpartition(" ")[2])
        assert lines[1] == f"  everyone: read: 2 of {total}, {(total - 2) * 5} s left"
        assert lines[-1] == f"  everyone: read: {total} of {total}"

    def test_cases_below_a_page_that_moves_to_a_private_place_and_back_go_and_come(
        self, three_cases: Any, site_frame: Any, run_tasks: Any
    ) -> None:
        branch = PracticeIndexPage.objects.get(locale__language_code="nl")
        private = site_frame.add_child(instance=ContentPage(title="Besloten", slug="besloten"))
        PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
        run_tasks()
        keys = {entry(page).key for page in three_cases}
        branch.move(private, pos="last-child")
        run_tasks()
        assert not SearchEntry.of(LABEL).exists()
        PracticeIndexPage.objects.get(pk=branch.pk).move(
            site_frame.__class__.objects.get(pk=site_frame.pk), pos="last-child"
        )
        run_tasks()
        assert set(SearchEntry.of(LABEL).values_list("key", flat=True)) == keys

    def test_status_counts_what_waits(self, make_case: Any, run_tasks: Any) -> None:
        run_tasks()
        make_case("weg", "Wegen", "tekst")
        status = run_command("status")
        assert "queue: 1 waiting" in status
        assert "engine: none is configured" in status

    def test_what_a_worker_is_going_to_make_is_waited_for_and_no_difference(
        self, make_case: Any, run_tasks: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = make_case("weg", "Wegen", "tekst")
        run_tasks()
        found = [Difference(VECTORS, entry(page).key, INCOMPLETE)]
        monkeypatch.setattr(search_index, "find_differences", lambda: iter(found))
        with pytest.raises(CommandError, match="1 differences"):
            run_command("check")
        make_vectors.enqueue(LABEL, [page.pk])
        assert "vectors: 0 passages to be made, of 1 objects" in run_command("status")
        assert run_command("check").splitlines() == [
            "vectors of 1 objects are still to be made by the worker",
            "no differences",
        ]


def _found_bodies() -> set[int]:
    """Return the organisations that have an entry in the fallback index."""
    return set(SearchEntry.of("organisations.organisation").values_list("object_id", flat=True))


class TestCopiesOfPages:
    """A copy and an alias are live without anybody publishing them."""

    @pytest.fixture
    def page(self, make_case: Any, terms: Any, run_tasks: Any) -> PracticePage:
        """Return a case that is in the fallback index."""
        page = make_case("weg", "Wegen", "tekst", organisations=[terms["breda"]])
        run_tasks()
        return PracticePage.objects.get(pk=page.pk)

    def test_a_copy_that_stays_live_is_found(self, page: PracticePage, run_tasks: Any) -> None:
        twin = CopyPageAction(page, update_attrs={"slug": "weg-2"}, keep_live=True).execute()
        draft = CopyPageAction(page, update_attrs={"slug": "weg-3"}, keep_live=False).execute()
        run_tasks()
        assert entry(twin).title == "wegen"
        assert entry(draft) is None

    def test_an_alias_follows_its_page_from_the_beginning(self, page: PracticePage, run_tasks: Any) -> None:
        alias = CreatePageAliasAction(page, update_slug="weg-2").execute()
        run_tasks()
        first = entry(alias)
        assert first.title == "wegen"
        page.title = "Straten"
        page.save_revision().publish()
        run_tasks()
        assert entry(alias).title == "straten"
        assert entry(alias).document["stamp"] != first.document["stamp"]
        page.unpublish()
        run_tasks()
        assert entry(alias) is None

    def test_an_alias_of_a_draft_is_not_found(self, page: PracticePage, run_tasks: Any) -> None:
        page.unpublish()
        alias = CreatePageAliasAction(page, update_slug="weg-2").execute()
        run_tasks()
        assert entry(alias) is None

    def test_aliases_of_a_tree_are_found_and_an_ended_body_with_them(
        self, page: PracticePage, terms: Any, run_tasks: Any, site_frame: Any
    ) -> None:
        Organisation.objects.filter(pk=terms["breda"].pk).update(ended_date=datetime.date(2020, 1, 1))
        SearchEntry.of("organisations.organisation").delete()
        CreatePageAliasAction(
            page.get_parent(), recursive=True, parent=site_frame, update_slug="kopie"
        ).execute()
        run_tasks()
        assert entry(PracticePage.objects.get(alias_of=page)).title == "wegen"
        assert _found_bodies() == {terms["breda"].pk}

    def test_an_alias_that_becomes_a_page_of_its_own_is_written_with_its_revision(
        self, page: PracticePage, run_tasks: Any
    ) -> None:
        alias = CreatePageAliasAction(page, update_slug="weg-2").execute()
        run_tasks()
        ConvertAliasPageAction(alias).execute(skip_permission_checks=True)
        run_tasks()
        alias = PracticePage.objects.get(pk=alias.pk)
        assert entry(alias).document["stamp"] == alias.search_stamp
        (card,) = PracticePage.findable_by(None).filter(pk=alias.pk)
        assert card.search_stamp == alias.search_stamp


def _send_late(engine: Any, document: dict[str, Any], version: int) -> None:
    """Write to the live index what was read long ago, as a worker that hung in between."""
    indexing.send(
        engine, [indexing.build_action(indexing.alias("everyone"), document["key"], document, version)]
    )


def test_how_many_replicas_an_index_has_is_a_setting_of_which_a_change_is_noticed(settings: Any) -> None:
    before = mapping_hash([], [])
    assert build_index_body([], [])["settings"]["index"]["auto_expand_replicas"] == "0-1"
    settings.SEARCH_REPLICAS = "1-2"
    assert build_index_body([], [])["settings"]["index"]["auto_expand_replicas"] == "1-2"
    assert mapping_hash([], []) != before


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

    def test_a_late_write_never_brings_back_what_was_taken_out(
        self, three_cases: Any, index: Any, engine: Any, titles: Any
    ) -> None:
        page = three_cases[0]
        late = time.time_ns()
        document = indexing.read_documents(PracticePage, [page.pk])[page.pk]
        page.unpublish()
        index()
        _send_late(engine, document, late)
        assert "asfalt" not in titles()
        (settings,) = engine.indices.get_settings(index=indexing.alias("everyone")).body.values()
        assert settings["settings"]["index"]["gc_deletes"] == "7d"  # so long a late write may be on its way

    def test_order_does_not_matter(self, three_cases: Any, index: Any, engine: Any, titles: Any) -> None:
        page = three_cases[0]
        late = time.time_ns()
        document = indexing.read_documents(PracticePage, [page.pk])[page.pk]
        page.title = "Nieuwer"
        page.save_revision().publish()
        index()
        _send_late(engine, document, late)
        assert titles()["asfalt"] == "Nieuwer"

    def test_a_change_during_a_rebuild_reaches_the_new_index(
        self, three_cases: Any, index: Any, titles: Any
    ) -> None:
        def change(step: str, done: int, total: int) -> None:
            if step == "everyone: write":
                three_cases[0].unpublish()
                indexing.bring_in_line(LABEL, [three_cases[0].pk])

        rebuilding.rebuild(change)
        assert set(titles()) == {"fiets", "gemaal"}

    def test_a_rebuild_leaves_the_live_index_and_the_last_one(
        self, index: Any, engine: Any, settings: Any
    ) -> None:
        run_command("rebuild")
        run_command("rebuild")
        kept = engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*-last").body
        assert len(kept) == 2
        assert len(engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body) == 4
        live = engine.indices.get_settings(
            index=indexing.alias("everyone"), name="index.refresh_interval"
        ).body
        assert [values["settings"]["index"]["refresh_interval"] for values in live.values()] == ["1s"]

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

    def test_a_rebuild_that_stops_halfway_leaves_what_was_live(
        self, three_cases: Any, index: Any, titles: Any
    ) -> None:
        def stop(audience: str, done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild(stop)
        assert set(titles()) == {"asfalt", "fiets", "gemaal"}
        run_command("rebuild")
        assert set(titles()) == {"asfalt", "fiets", "gemaal"}

    def test_a_stray_document_does_not_hide_that_another_one_was_lost(
        self, three_cases: Any, index: Any, engine: Any, titles: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send = rebuilding.send_entries

        def lose_one(name: str, keys: list[str], report: Any) -> dict[str, str]:
            refused, lost = send(name, keys, report), entry(three_cases[0])
            if lost.key in keys and len(keys) > 1:
                indexing.send(engine, [indexing.build_action(name, lost.key, None, lost.version)])
                engine.index(index=name, id="stray", document={"kind": "page"})
            return refused

        monkeypatch.setattr(rebuilding, "send_entries", lose_one)
        run_command("rebuild")
        assert "asfalt" in titles()

    def test_an_index_that_was_replaced_is_dropped_when_its_time_is_over(
        self, index: Any, engine: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run_command("rebuild")
        for minutes, is_kept in ((59, True), (61, False)):
            age = datetime.timedelta(minutes=minutes)
            monkeypatch.setattr(rebuilding, "_age", lambda engine, index, age=age: age)
            assert rebuilding.tidy() == is_kept
        live = {indexing.find_live(engine, audience) for audience in ("everyone", "members")}
        assert set(engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body) == live

    def test_the_hour_begins_when_an_index_is_replaced_however_long_that_took(
        self, index: Any, engine: Any, settings: Any
    ) -> None:
        before = {indexing.find_live(engine, audience) for audience in ("everyone", "members")}
        begun = timezone.now()

        def look(after: datetime.timedelta) -> set[str]:
            with time_machine.travel(begun + after):
                rebuilding.tidy()
            return before & set(engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body)

        with time_machine.travel(begun, tick=False) as clock:
            rebuilding.rebuild(lambda *progress: clock.move_to(begun + datetime.timedelta(hours=2)))
        assert look(datetime.timedelta(hours=2, minutes=59)) == before
        for hours in (2.9, 3.8):  # there, and back to the newer one, which was replaced meanwhile
            with time_machine.travel(begun + datetime.timedelta(hours=hours)):
                rebuilding.tidy()
                rebuilding.go_back()
        assert look(datetime.timedelta(hours=4.7)) == before
        assert look(datetime.timedelta(hours=4.9)) == set()

    @pytest.mark.parametrize("ending", ["preview", "public", "members"])
    def test_a_neighbour_whose_prefix_begins_with_ours_keeps_its_indices(
        self, index: Any, engine: Any, settings: Any, ending: str
    ) -> None:
        ours = settings.SEARCH_INDEX_PREFIX
        settings.SEARCH_INDEX_PREFIX = theirs = f"{ours}-{ending}"
        try:
            run_command("rebuild")
            there = set(engine.indices.get(index=f"{theirs}-*-2*").body)
            settings.SEARCH_INDEX_PREFIX = ours
            run_command("rebuild")
            rebuilding.tidy()
            left = set(engine.indices.get(index=f"{theirs}-*-2*").body)
        finally:
            for audience in ("public", "members"):
                engine.options(ignore_status=404).indices.delete_index_template(name=f"{theirs}-{audience}")
        assert len(there) == 2
        assert there <= left

    def test_two_may_drop_the_same_index_at_once(self, engine: Any, settings: Any) -> None:
        name = f"{settings.SEARCH_INDEX_PREFIX}-both"
        begin = threading.Barrier(4)
        wrong: list[Exception] = []

        def drop() -> None:
            begin.wait()
            try:
                indexing.drop(engine, name)
            except Exception as error:  # noqa: BLE001  whatever it is
                wrong.append(error)

        for _ in range(10):
            engine.indices.create(index=name)
            threads = [threading.Thread(target=drop) for _ in range(begin.parties)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert wrong == []

    def test_the_index_of_a_rebuild_that_was_stopped_while_writing_is_dropped(
        self, three_cases: Any, index: Any, engine: Any, settings: Any
    ) -> None:
        def stop(step: str, done: int, total: int) -> None:
            if step == "everyone: write":
                raise KeyboardInterrupt

        before = set(engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body)
        with pytest.raises(KeyboardInterrupt):
            rebuilding.rebuild(stop)
        assert len(engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body) == len(before) + 1
        rebuilding.tidy()
        assert set(engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body) == before

    def test_a_database_that_is_put_back_to_an_older_state_is_found_and_mended(
        self, three_cases: Any, make_case: Any, index: Any, titles: Any
    ) -> None:
        backup = transaction.savepoint()
        three_cases[0].title = "Nieuwer"
        three_cases[0].save_revision().publish()
        three_cases[1].unpublish()
        make_case("later", "Later gemaakt", "tekst")
        index()
        assert set(titles()) == {"asfalt", "gemaal", "later"}
        transaction.savepoint_rollback(backup)
        with pytest.raises(CommandError, match="3 differences"):
            run_command("check")
        assert "3 mended" in run_command("check", "--repair")
        assert titles() == {
            "asfalt": "Slim asfaltonderhoud",
            "fiets": "Fietsers tellen",
            "gemaal": "Rioolgemalen aansturen",
        }
        assert "no differences" in run_command("check")

    def test_of_two_rebuilds_the_last_one_wins(self, three_cases: Any, index: Any, titles: Any) -> None:
        def another(step: str, done: int, total: int) -> None:
            if step == "everyone: write":
                rebuilding.rebuild(lambda *progress: None)

        with pytest.raises(EngineUnavailable):
            rebuilding.rebuild(another)
        assert set(titles()) == {"asfalt", "fiets", "gemaal"}

    def test_a_write_alone_never_makes_an_index(
        self, three_cases: Any, engine: Any, settings: Any, index: Any
    ) -> None:
        for name in engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body:
            engine.indices.delete(index=name)
        with pytest.raises(EngineUnavailable):
            indexing.bring_in_line(LABEL, [three_cases[0].pk])
        assert not engine.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}-*").body

    def test_rebuild_if_needed_leaves_a_good_index_alone(
        self, three_cases: Any, index: Any, engine: Any
    ) -> None:
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

    def test_check_finds_what_is_wrong_in_the_index_alone(
        self, three_cases: Any, index: Any, engine: Any
    ) -> None:
        key = f"{LABEL}:{three_cases[0].pk}"
        engine.delete(
            index=indexing.alias("everyone"), id=key, version=time.time_ns(), version_type="external_gte"
        )
        with pytest.raises(CommandError, match="1 difference"):
            run_command("check")
        assert "1 mended" in run_command("check", "--repair")
        assert "no differences" in run_command("check")

    def test_status_names_index_and_engine(self, three_cases: Any, index: Any) -> None:
        status = run_command("status")
        assert "engine: 8." in status
        assert "documents" in status


def test_of_two_workers_at_once_the_one_that_read_first_does_not_write_last(
    make_case: Any, run_tasks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_case("weg", "Oud", "tekst")
    run_tasks()
    read = indexing.read_documents

    def read_and_be_overtaken(*args: Any) -> Any:
        documents = read(*args)
        monkeypatch.setattr(indexing, "read_documents", read)
        PracticePage.objects.filter(pk=page.pk).update(title="Nieuw")
        indexing.bring_in_line(LABEL, [page.pk])
        return documents

    monkeypatch.setattr(indexing, "read_documents", read_and_be_overtaken)
    indexing.bring_in_line(LABEL, [page.pk])
    assert entry(page).title == "nieuw"
