"""Five workers copy and write the same rows, step by step in random order: the index equals the database."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from elastic_transport import ConnectionTimeout
from elasticsearch.helpers import bulk
from proving.baton import Baton, Killed
from proving.store import Store

from organisations.models import Organisation
from search import client
from search.client import EngineUnavailable
from search.index import indexing, rebuilding
from search.models import EVERYONE, SearchEntry
from search.text import vocabulary

pytestmark = pytest.mark.django_db

INTERLEAVINGS, ON_THE_ENGINE = 10_000, 300
WORKERS, ROWS, CHANGES = 5, 3, 5
LABEL = "organisations.organisation"
SHARE_OF_ONE_ROW, SHARE_WITH_REBUILD, SHARE_KILLED, SHARE_LOST = 0.7, 0.2, 0.02, 0.02
# Describing a real index takes longer than all the rest; of its settings one matters here.
PLAIN_INDEX = {"settings": {"index": {"gc_deletes": "7d", "number_of_replicas": 0}}}


class Play:
    """Five workers, an editor and perhaps a rebuild, on a few rows and whatever keeps the documents."""

    names = count()

    def __init__(self, seed: int, rows: list[Organisation]) -> None:
        """Draw what will happen from a seed."""
        self.baton = Baton(seed)
        self.draw, self.rows = self.baton.draw, rows
        self.queue: deque[list[int]] = deque()
        self.busy = 1  # how many may still add to the queue

    def step(self) -> None:
        """Let others go before; then perhaps die. When all threads are gone nothing goes wrong."""
        self.baton.step()
        if self.baton.turns and self.draw.random() < SHARE_KILLED:
            raise Killed

    def ask(self) -> None:
        """Do such a step around a request, of which the answer may never come."""
        self.step()
        if self.baton.turns and self.draw.random() < SHARE_LOST:
            raise ConnectionTimeout("drawn")

    def run(self) -> None:
        """Do it all, then what is left."""
        actors = [self.edit, *[self.work] * WORKERS]
        if self.draw.random() < SHARE_WITH_REBUILD:
            actors.append(self.rebuild)
        self.baton.run(actors)
        self.work()

    def edit(self) -> None:
        """Change rows; each change comes with its task."""
        for _ in range(CHANGES):
            row, ended = self.draw.choice(self.rows), self.draw.choice([None, None, date(2020, 1, 1)])
            name = str(self.draw.randrange(10**6))
            Organisation.objects.filter(pk=row.pk).update(short_name=name, ended_date=ended)
            self.queue.append(
                [row.pk] if self.draw.random() < SHARE_OF_ONE_ROW else [each.pk for each in self.rows]
            )
            self.baton.step()
        self.busy -= 1

    def work(self) -> None:
        """Do tasks as long as there are, or may come; what is not done is done again, as after a kill."""
        while self.queue or self.busy:
            if not self.queue:
                self.baton.step()
                continue
            pks = self.queue.popleft()
            self.busy += 1
            try:
                indexing.bring_in_line(LABEL, pks)
            except (Killed, EngineUnavailable):
                self.queue.append(pks)
            self.busy -= 1

    def rebuild(self) -> None:
        """Build everything anew, as `search_index rebuild` does."""
        with suppress(Killed, EngineUnavailable):
            build()


def build() -> None:
    """Bring the fallback index in line, count the words, build an index beside the live one, then swap."""
    rebuilding.rebuild_fallback(EVERYONE, lambda *progress: None)
    vocabulary.count_anew(EVERYONE)
    rebuilding._build(f"{indexing.alias(EVERYONE)}-{next(Play.names)}", EVERYONE, lambda *progress: None)


class OnTheEngine:
    """The real engine, with steps between the requests of those who write."""

    def __init__(self, real: Any) -> None:
        """Begin without steps."""
        self.real, self.step = real, lambda: None
        self.indices = InSteps(real.indices, self)

    def options(self, **_: Any) -> "OnTheEngine":
        """Take what changes nothing here."""
        return self

    def bulk(self, actions: Any) -> Any:
        """Write documents in one request."""
        self.step()
        answer = bulk(self.real, actions, raise_on_error=False)
        self.step()
        return answer

    def __getattr__(self, name: str) -> Any:
        """Return anything else that the client has."""
        return getattr(InSteps(self.real, self), name)


class InSteps:
    """A part of the client of which each request is a step."""

    def __init__(self, part: Any, owner: OnTheEngine) -> None:
        """Wrap a part."""
        self.part, self.owner = part, owner

    def __getattr__(self, name: str) -> Any:
        """Return a request that lets others go before."""

        def ask(*arguments: Any, **options: Any) -> Any:
            self.owner.step()
            return getattr(self.part, name)(*arguments, **options)

        return ask


def in_steps(function: Callable[..., Any], now: list[Play]) -> Callable[..., Any]:
    """Return a function that does the same between two steps of the play that is on, the one in `now`."""

    def go(*arguments: Any, **options: Any) -> Any:
        now[0].step()
        done = function(*arguments, **options)
        now[0].step()
        return done

    return go


def one_by_one(now: list[Play]) -> Callable[..., Iterator[list[Any]]]:
    """Return what writes each item in a transaction of its own, with a step before the next one."""

    def write_each(items: Iterable[Any], write: Callable[[Any], Any]) -> Iterator[list[Any]]:
        for item in items:
            with transaction.atomic():
                written = write(item)
            yield [written]
            now[0].step()

    return write_each


@pytest.fixture
def act(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Any], Play]:
    """Return a function that plays once on a store or the engine, which may have been played on before."""
    settings.ELASTICSEARCH_URL = ["http://127.0.0.1:9"]
    rows = [Organisation.objects.create(name=f"Rij {number}") for number in range(ROWS)]
    now = [Play(0, rows)]

    def act(seed: int, store: Any) -> Play:
        monkeypatch.setattr(client, "_connection", lambda urls: store)
        now[0] = Play(seed, rows)
        if not seed:
            build()
        store.step = now[0].ask
        now[0].run()
        store.step = lambda: None
        return now[0]

    for place, name in (
        (indexing, "write_fallback"),
        (indexing, "read_rows"),
        (indexing, "read_fallback"),
        (rebuilding, "write_fallback"),
        (rebuilding, "read_portion"),
        (indexing.FallbackWriter, "write"),
        (vocabulary, "count_anew"),
        (vocabulary, "find_wrong"),
    ):
        monkeypatch.setattr(place, name, in_steps(getattr(place, name), now))
    monkeypatch.setattr(indexing, "AT_ONCE", 1)
    monkeypatch.setattr(indexing, "write_in_batches", one_by_one(now))
    monkeypatch.setattr(rebuilding, "build_index_body", lambda *rules: PLAIN_INDEX)
    monkeypatch.setattr(indexing, "bulk", lambda engine, actions, **options: engine.bulk(actions))
    return act


def find_differences(play: Play, there: dict[str, str]) -> list[str]:
    """Return the keys of rows of which the fallback index or the index is not as the database."""
    pks = [row.pk for row in play.rows]
    documents = indexing.read_documents(Organisation, pks).values()
    wanted = {document["key"]: document["digest"] for document in documents}
    copy = dict(SearchEntry.of(LABEL).values_list("key", "digest"))
    # Without the text pages that every site has.
    keys = {*wanted, *copy, *(key for key in there if key.startswith(LABEL))}
    return sorted(key for key in keys if not wanted.get(key) == copy.get(key) == there.get(key))


def read(store: Store) -> dict[str, str]:
    """Return the digests of what is behind the live alias of a store, and forget the other indices."""
    store.kept = store.find(indexing.alias(EVERYONE))
    (live,) = store.kept.values()
    return {key: document["digest"] for key, document in live.there().items()}


def test_the_end_is_always_the_database(
    act: Any, rounds: Callable[[int], int], tell: Callable[[str], None]
) -> None:
    store, steps = Store(), 0
    for seed in range(rounds(INTERLEAVINGS)):
        play = act(seed, store)
        steps += play.baton.steps
        assert find_differences(play, read(store)) == [], f"seed {seed}"
        assert vocabulary.find_wrong(EVERYONE) == {}, f"seed {seed}"
    tell(f"{rounds(INTERLEAVINGS)} interleavings of {WORKERS} workers, {steps} steps")


def write_what_was_read(label: str, pks: list[int]) -> None:
    """Write the documents that were there at first, as who finds them in a signal."""
    documents = indexing.read_documents(Organisation, pks)
    version = indexing.write_fallback(Organisation, pks)
    rows = [(f"{label}:{pk}", documents.get(pk), version) for pk in pks]
    indexing._send_to_each(client.run(partial(indexing._find_written, audience=EVERYONE)), rows)


def test_without_versions_it_would_not_be(
    act: Any, tell: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "bring_in_line", write_what_was_read)
    store = Store(keeps_versions=False)
    for seed in range(INTERLEAVINGS):
        if find_differences(act(seed, store), read(store)):
            tell(f"where the last write wins, as in Wagtail's backend, interleaving {seed + 1} ends wrong")
            return
    pytest.fail("a fault that is there is not found")


@pytest.mark.engine
def test_it_is_the_same_on_the_engine(
    settings: Any, engine: Any, act: Any, rounds: Callable[[int], int], tell: Callable[[str], None]
) -> None:
    store, live = OnTheEngine(engine), indexing.alias(EVERYONE)
    for seed in range(rounds(ON_THE_ENGINE)):
        play = act(seed, store)
        engine.indices.refresh(index=live)
        hits = engine.search(index=live, size=100)["hits"]["hits"]
        assert find_differences(play, {hit["_id"]: hit["_source"]["digest"] for hit in hits}) == [], (
            f"seed {seed}"
        )
        for name in set(engine.indices.get(index=f"{live}-*").body) - set(
            engine.indices.get_alias(name=live).body
        ):
            engine.indices.delete(index=name)
    tell(f"{rounds(ON_THE_ENGINE)} interleavings on the engine")


@pytest.mark.engine
def test_the_store_answers_as_the_engine_does(engine: Any, settings: Any) -> None:
    real, store = OnTheEngine(engine), Store()
    name = f"{settings.SEARCH_INDEX_PREFIX}-public-same"
    draw = random.Random(7)
    for each in (real, store):
        each.indices.create(index=name, **PLAIN_INDEX)
        each.indices.update_aliases(actions=[{"add": {"index": name, "alias": f"{name}-alias"}}])
    for _ in range(300):
        version, document = draw.randrange(1, 40), draw.choice([None, {"digest": str(draw.random())}])
        action = indexing.build_action(
            draw.choice([name, f"{name}-alias"]), draw.choice("abc"), document, version
        )
        answers = [told(each.bulk([dict(action)])) for each in (real, store)]
        assert answers[0] == answers[1], action
    engine.indices.refresh(index=name)
    hits = engine.search(index=name)["hits"]["hits"]
    assert {hit["_id"]: hit["_source"] for hit in hits} == store.kept[name].there()


def told(answer: tuple[int, list[dict[str, Any]]]) -> list[Any]:
    """Return what matters of the answer to a bulk request."""
    done, errors = answer
    values = [next(iter(error.items())) for error in errors]
    return [done, *((verb, item["status"], item.get("error", {}).get("type")) for verb, item in values)]
