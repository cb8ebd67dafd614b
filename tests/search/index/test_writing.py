"""Rows are written to every index that is to have them, with the version of their turn, and none is lost.

The engine is a store in memory that answers as the real one does, which a long proof holds it against.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from elasticsearch.helpers import BulkIndexError

from organisations.models import Organisation
from search import client
from search.client import DocumentsRefused, EngineRefuses, EngineUnavailable
from search.index import indexing
from search.index.health import OK, check_search
from search.index.tasks import plan
from search.models import EVERYONE, MEMBERS, SearchEntry, Turn, WaitingRow

pytestmark = pytest.mark.django_db
LABEL = "organisations.organisation"
TOO_BUSY, BAD, TOO_LARGE = 429, 400, 413


@pytest.fixture
def store(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return an engine in memory with a live index for each audience."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "hard"))
    from proving.store import Store

    store = Store()
    settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9"]
    monkeypatch.setattr(client, "_connection", lambda urls: store)
    monkeypatch.setattr(indexing, "bulk", send_to_store)
    for audience in (EVERYONE, MEMBERS):
        add_index(store, f"{indexing.alias(audience)}-1", indexing.alias(audience))
    return store


def send_to_store(engine: Any, actions: Any, *, raise_on_error: bool = True, chunk_size: int = 500) -> Any:
    """Send a bulk request with the defaults of the client: long, and ended by what is refused."""
    assert chunk_size <= indexing.BATCH
    done, errors = engine.bulk(actions)
    if errors and raise_on_error:
        raise BulkIndexError("refused", errors)
    return done, errors


def add_index(store: Any, name: str, alias: str) -> None:
    """Make an index behind an alias."""
    store.create(index=name)
    store.update_aliases(actions=[{"add": {"index": name, "alias": alias}}])


def live(store: Any, alias: str = "") -> dict[str, Any]:
    """Return version and document behind an alias, by key; the document of a deleted row is None."""
    (index,) = store.find(alias or indexing.alias(EVERYONE)).values()
    return dict(index.documents)


def titles(store: Any, alias: str = "") -> dict[str, str]:
    """Return the titles of what can be found behind an alias, by name."""
    return {key: document["title_name"] for key, (_, document) in live(store, alias).items() if document}


@pytest.fixture
def bodies(db: None) -> list[Organisation]:
    """Return three organisations that nobody has to write any more."""
    made = [
        Organisation.objects.create(name=f"Gemeente {name}", slug=name) for name in ("een", "twee", "drie")
    ]
    DBTaskResult.objects.all().delete()
    return made


def key_of(body: Organisation) -> str:
    return f"{LABEL}:{body.pk}"


def write(*bodies: Organisation) -> None:
    """Bring the fallback index and the index in line with these rows."""
    indexing.bring_in_line(LABEL, [body.pk for body in bodies])


class TestWhatIsWritten:
    """The index gets what the fallback index has."""

    def test_a_row_is_written_with_the_version_of_its_turn(self, store: Any, bodies: Any) -> None:
        write(bodies[0])
        entry = SearchEntry.objects.get(key=key_of(bodies[0]))
        assert live(store) == {key_of(bodies[0]): (entry.version, entry.document)}
        assert entry.version == Turn.current(LABEL)

    def test_a_row_that_is_gone_is_taken_out_with_the_version_of_its_turn(
        self, store: Any, bodies: Any
    ) -> None:
        write(*bodies)
        Organisation.objects.filter(pk=bodies[0].pk).update(ended_date=date(2020, 1, 1))
        write(*bodies)
        assert live(store)[key_of(bodies[0])] == (Turn.current(LABEL), None)
        assert set(titles(store)) == {key_of(bodies[1]), key_of(bodies[2])}

    def test_only_the_index_of_its_audience_hears_of_a_row(self, store: Any, bodies: Any) -> None:
        write(bodies[0])
        assert live(store, indexing.alias(MEMBERS)) == {}

    def test_an_index_that_is_being_built_gets_it_too(self, store: Any, bodies: Any) -> None:
        following = indexing.next_alias(EVERYONE)
        add_index(store, f"{indexing.alias(EVERYONE)}-2", following)
        write(*bodies)
        Organisation.objects.filter(pk=bodies[0].pk).update(ended_date=date(2020, 1, 1))
        write(*bodies)
        assert live(store, following) == live(store)
        assert len(titles(store, following)) == 2

    def test_a_line_of_a_request_is_as_the_engine_wants_it(self) -> None:
        line = {"_index": "here", "_id": "a:1", "version": 7, "version_type": "external_gte"}
        document = {"title": "Een"}
        assert indexing.build_action("here", "a:1", document, 7) == line | {
            "_op_type": "index",
            "_source": document,
        }
        assert indexing.build_action("here", "a:1", None, 7) == line | {"_op_type": "delete"}

    def test_the_names_of_indices_tell_what_they_are_for(self, settings: Any) -> None:
        settings.SEARCH_INDEX_PREFIX = "hier"
        names = [
            indexing.alias(EVERYONE),
            indexing.alias(MEMBERS),
            indexing.next_alias(MEMBERS),
            indexing.last_alias(MEMBERS),
        ]
        assert names == ["hier-public", "hier-members", "hier-members-next", "hier-members-last"]
        assert indexing.preview_prefix() == "hier-preview-"


class TestTheOrderOfWrites:
    """Who read later wins, whatever comes in between."""

    def test_an_older_write_that_comes_late_changes_nothing(self, store: Any, bodies: Any) -> None:
        indexing.write_fallback(Organisation, [bodies[0].pk])
        late = [
            indexing.build_action(indexing.alias(EVERYONE), *row)
            for row in indexing.read_fallback([key_of(bodies[0])])
        ]
        Organisation.objects.filter(pk=bodies[0].pk).update(name="Gemeente Nieuw")
        write(bodies[0])
        indexing.send(store, late)
        assert titles(store) == {key_of(bodies[0]): "Gemeente Nieuw"}

    def test_the_same_write_done_twice_is_no_fault(self, store: Any, bodies: Any) -> None:
        version = indexing.write_fallback(Organisation, [bodies[0].pk])
        for _ in range(2):
            indexing._write(Organisation, [bodies[0].pk], version)
        assert live(store)[key_of(bodies[0])][0] == version

    def test_what_somebody_else_wrote_meanwhile_is_written_as_it_is_by_then(
        self, store: Any, bodies: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_fallback = indexing.write_fallback

        def write_and_be_overtaken(model: Any, pks: list[int]) -> int:
            version = write_fallback(model, pks)
            Organisation.objects.filter(pk=bodies[1].pk).update(name="Gemeente Nieuw")
            write_fallback(model, [bodies[1].pk])
            return version

        monkeypatch.setattr(indexing, "write_fallback", write_and_be_overtaken)
        write(*bodies)
        assert titles(store) == {
            key_of(bodies[0]): "Gemeente een",
            key_of(bodies[1]): "Gemeente Nieuw",
            key_of(bodies[2]): "Gemeente drie",
        }
        versions = dict(SearchEntry.of(LABEL).values_list("key", "version"))
        assert {key: version for key, (version, _) in live(store).items()} == versions

    def test_an_older_document_never_reaches_an_index_that_does_not_know_of_its_end(
        self, store: Any, bodies: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = indexing.write_fallback(Organisation, [bodies[0].pk])
        Organisation.objects.filter(pk=bodies[0].pk).update(ended_date=date(2020, 1, 1))
        write(bodies[0])
        add_index(store, f"{indexing.alias(EVERYONE)}-2", indexing.next_alias(EVERYONE))
        indexing._write(Organisation, [bodies[0].pk], version)
        assert titles(store, indexing.next_alias(EVERYONE)) == {}


class TestTheWholeFallbackIndex:
    """Rows that another process read are written as they were read, unless somebody else had a turn since."""

    def read(self, bodies: list[Organisation]) -> tuple[list[int], indexing.Portion]:
        """Read rows as the other process does."""
        pks = [body.pk for body in bodies]
        return pks, indexing.read_portion(pks, LABEL)

    def change(self, body: Organisation) -> None:
        """Change a row without anybody hearing of it, so that it shows when a row was read."""
        Organisation.objects.filter(pk=body.pk).update(name="Gemeente Stil")

    def title(self, body: Organisation) -> str:
        return SearchEntry.objects.get(key=key_of(body)).title

    def test_what_was_read_is_written_and_told_to_be_there(self, bodies: Any) -> None:
        pks, portion = self.read(bodies)
        self.change(bodies[0])
        assert sorted(indexing.FallbackWriter(Organisation).write(pks, portion)) == pks
        assert self.title(bodies[0]) == "gemeente een"
        assert set(SearchEntry.of(LABEL, object_id__in=pks).values_list("version", flat=True)) == {
            Turn.current(LABEL)
        }

    def test_what_was_read_after_the_turn_of_somebody_else_is_written(self, bodies: Any) -> None:
        indexing.write_fallback(Organisation, [bodies[1].pk])
        pks, portion = self.read(bodies)
        self.change(bodies[0])
        assert sorted(indexing.FallbackWriter(Organisation).write(pks, portion)) == pks
        assert self.title(bodies[0]) == "gemeente een"

    def test_what_was_read_before_it_is_read_again(self, bodies: Any) -> None:
        pks, portion = self.read(bodies)
        Organisation.objects.filter(pk=bodies[1].pk).update(ended_date=date(2020, 1, 1))
        indexing.write_fallback(Organisation, [bodies[1].pk])
        self.change(bodies[0])
        written = indexing.FallbackWriter(Organisation).write(pks, portion)
        assert sorted(written) == [bodies[0].pk, bodies[2].pk]
        assert self.title(bodies[0]) == "gemeente stil"
        assert not SearchEntry.objects.filter(key=key_of(bodies[1])).exists()

    def test_turns_of_its_own_make_nothing_old(self, bodies: Any) -> None:
        writer = indexing.FallbackWriter(Organisation)
        portions = [self.read([body]) for body in bodies]
        self.change(bodies[2])
        for portion in portions:
            writer.write(*portion)
        assert self.title(bodies[2]) == "gemeente drie"

    def test_after_a_turn_of_somebody_else_its_own_go_on(self, bodies: Any) -> None:
        writer = indexing.FallbackWriter(Organisation)
        writer.write(*self.read(bodies[:1]))
        indexing.write_fallback(Organisation, [bodies[0].pk])
        later = [self.read([body]) for body in bodies[1:]]
        self.change(bodies[2])
        for portion in later:
            writer.write(*portion)
        assert self.title(bodies[2]) == "gemeente drie"


class TestAnEngineThatDoesNotTakeIt:
    """Nothing that was not written is taken for written."""

    def test_without_a_live_index_it_is_waited_for_and_none_is_made_by_the_write(
        self, store: Any, bodies: Any
    ) -> None:
        store.kept.clear()
        add_index(store, f"{indexing.alias(EVERYONE)}-2", indexing.next_alias(EVERYONE))
        with pytest.raises(EngineUnavailable, match=r"^there is no index yet$") as raised:
            write(bodies[0])
        assert not isinstance(raised.value, EngineRefuses)
        assert set(store.kept) == {f"{indexing.alias(EVERYONE)}-2"}
        assert titles(store, indexing.next_alias(EVERYONE)) == {key_of(bodies[0]): "Gemeente een"}
        assert SearchEntry.objects.get(key=key_of(bodies[0])).title == "gemeente een"

    @pytest.fixture
    def refuse(self, store: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        """Return a function after which an index refuses these rows in this way."""

        def refuse(
            status: int, *bodies: Organisation, reason: str = "refused_by_test", index: str = ""
        ) -> None:
            keys, write_one = {key_of(body) for body in bodies}, type(store)._write

            def refuse_some(self: Any, action: dict[str, Any]) -> Any:
                if action["_id"] not in keys or index not in {"", action["_index"]}:
                    return write_one(self, action)
                error = {"error": {"type": reason}} if reason else {}
                return {action["_op_type"]: {"_id": action["_id"], "status": status} | error}

            monkeypatch.setattr(type(store), "_write", refuse_some)

        return refuse

    @pytest.mark.parametrize("status", [BAD, TOO_LARGE])
    def test_documents_that_are_at_fault_are_named_with_the_reason_and_the_others_are_written(
        self, store: Any, bodies: Any, refuse: Any, status: int
    ) -> None:
        refuse(status, bodies[0], bodies[2])
        with pytest.raises(DocumentsRefused) as raised:
            write(*bodies)
        assert raised.value.reasons == {
            key_of(bodies[0]): "refused_by_test",
            key_of(bodies[2]): "refused_by_test",
        }
        assert set(titles(store)) == {key_of(bodies[1])}

    def test_a_refusal_without_a_reason_is_one_too(self, store: Any, bodies: Any, refuse: Any) -> None:
        refuse(BAD, bodies[0], reason="")
        with pytest.raises(DocumentsRefused) as raised:
            write(*bodies)
        assert raised.value.reasons == {key_of(bodies[0]): "refused"}

    def test_what_the_live_index_refuses_the_following_one_gets(
        self, store: Any, bodies: Any, refuse: Any
    ) -> None:
        following = indexing.next_alias(EVERYONE)
        add_index(store, f"{indexing.alias(EVERYONE)}-2", following)
        refuse(BAD, bodies[0], index=indexing.alias(EVERYONE))
        with pytest.raises(DocumentsRefused):
            write(*bodies)
        assert set(titles(store, following)) == {key_of(body) for body in bodies}

    def test_what_each_of_two_indices_refuses_is_named(self, store: Any, bodies: Any, refuse: Any) -> None:
        following = indexing.next_alias(EVERYONE)
        add_index(store, f"{indexing.alias(EVERYONE)}-2", following)
        refuse(BAD, bodies[0], index=indexing.alias(EVERYONE))
        refuse(BAD, bodies[1], index=following)
        with pytest.raises(DocumentsRefused) as raised:
            write(*bodies)
        assert set(raised.value.reasons) == {key_of(bodies[0]), key_of(bodies[1])}

    def test_an_engine_that_is_too_busy_is_waited_for(self, store: Any, bodies: Any, refuse: Any) -> None:
        refuse(TOO_BUSY, bodies[0], reason="too_busy")
        with pytest.raises(EngineUnavailable, match=r"^too_busy$") as raised:
            write(*bodies)
        assert not isinstance(raised.value, EngineRefuses)

    def test_a_row_that_is_not_there_to_be_taken_out_is_no_fault_but_an_index_that_is_gone_is(
        self, store: Any, bodies: Any
    ) -> None:
        nothing = indexing.build_action(indexing.alias(EVERYONE), "nothing", None, 1)
        indexing.send(store, [nothing])
        store.kept.clear()
        with pytest.raises(EngineUnavailable, match=r"^index_not_found_exception$"):
            indexing.send(store, [nothing])

    def test_visitors_can_search_when_each_index_is_there(self, store: Any) -> None:
        assert check_search() == OK
        del store.kept[f"{indexing.alias(MEMBERS)}-1"]
        assert check_search() == "no index"


class TestTheQueue:
    """A change becomes a task, and the task a write."""

    def test_a_change_reaches_the_index(self, store: Any, bodies: Any, run_tasks: Any) -> None:
        bodies[0].name = "Gemeente Nieuw"
        bodies[0].save()
        run_tasks()
        assert titles(store) == {key_of(bodies[0]): "Gemeente Nieuw"}
        assert not WaitingRow.objects.exists()

    def test_rows_wait_while_there_is_no_index(self, store: Any, bodies: Any, run_tasks: Any) -> None:
        kept, store.kept = store.kept, {}
        plan(LABEL, [body.pk for body in bodies])
        run_tasks()
        assert sorted(WaitingRow.objects.values_list("label", "object_id")) == [
            (LABEL, body.pk) for body in bodies
        ]
        store.kept = kept
        assert SearchEntry.of(LABEL, object_id__in=[body.pk for body in bodies]).count() == 3


class TestTheIndexBehindAName:
    """What an alias leads to."""

    def test_it_is_found(self, store: Any) -> None:
        add_index(store, "another", "a-name")
        assert indexing.find_behind(store, "a-name") == "another"
        assert indexing.find_live(store, MEMBERS) == f"{indexing.alias(MEMBERS)}-1"

    def test_a_name_that_leads_nowhere_has_none(self, store: Any) -> None:
        assert indexing.find_behind(store, "nothing") == ""

    def test_an_index_of_that_name_is_no_alias(self, store: Any) -> None:
        store.create(index="a-name")
        assert indexing.find_behind(store, "a-name") == ""
