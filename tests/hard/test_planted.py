"""Faults in fallback index, index and database, a thousand per kind: `search_index check` mends them all."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from elasticsearch.helpers import bulk, scan

from bench.bulk import add_pages
from members.choices import Visibility
from members.models import Member
from organisations.models import Organisation
from practices.models import PracticeIndexPage, PracticePage
from search.index import indexing, rebuilding
from search.index.audit import DOUBLE, FALLBACK, MISSING, NEWER, OTHER, STRAY, find_differences, mend
from search.index.documents import digest_of_document
from search.models import EVERYONE, MEMBERS, PassageVector, SearchEntry
from search.semantic import embedding, vectors
from users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

FAULTS = 1000
MORE = 1.2  # rows for each fault, so that most kinds leave some alone
BODY, CASE, MEMBER = "organisations.organisation", "practices.practicepage", "members.member"
NOBODY = 10**9  # the number of no row
Found = set[tuple[str, str, str]]


@dataclass
class Ground:
    """A site with many rows, all of them in copy and index."""

    engine: Any
    draw: random.Random
    count: int

    @property
    def public(self) -> str:
        """Return the name of the index of everybody."""
        return indexing.alias(EVERYONE)

    @property
    def inside(self) -> str:
        """Return the name of the index of members."""
        return indexing.alias(MEMBERS)

    def pick(self, label: str) -> list[str]:
        """Return the names of as many objects of a model as there will be faults."""
        return self.draw.sample(sorted(SearchEntry.of(label).values_list("key", flat=True)), self.count)

    def numbers(self, keys: list[str]) -> list[int]:
        """Return the numbers of rows by their names."""
        return [int(key.rpartition(":")[2]) for key in keys]

    def read(self, keys: list[str]) -> dict[str, dict[str, Any]]:
        """Return the documents with these names, as they were sent."""
        entries = list(SearchEntry.objects.filter(key__in=keys))
        documents = vectors.with_vectors(entry.document for entry in entries)
        return {entry.key: document for entry, document in zip(entries, documents, strict=True)}

    def write(self, place: str, documents: dict[str, Any], *, newer: int = 0) -> None:
        """Write documents to the index directly, with the versions they have; None takes a document out."""
        kept = dict(SearchEntry.objects.filter(key__in=documents).values_list("key", "version"))
        actions = [
            indexing.build_action(place, key, document, kept.get(key, 1) + newer)
            for key, document in documents.items()
        ]
        bulk(self.engine, actions, refresh=True)


def lost(ground: Ground) -> Found:
    """Take documents out of the index."""
    keys = ground.pick(BODY)
    ground.write(ground.public, dict.fromkeys(keys))
    return {(ground.public, key, MISSING) for key in keys}


def orphaned(ground: Ground) -> Found:
    """Put documents in of rows that never were."""
    documents = list(ground.read(ground.pick(BODY)).values())
    keys = [f"{BODY}:{NOBODY + number}" for number in range(ground.count)]
    ground.write(ground.public, dict(zip(keys, documents, strict=True)))
    return {(ground.public, key, STRAY) for key in keys}


def stale(ground: Ground) -> Found:
    """Write other texts, of which half keep the digest of what they were, and half have one of their own."""
    documents = ground.read(ground.pick(BODY))
    for number, document in enumerate(documents.values()):
        document["title"] = f"Vroeger {number}"
        if number % 2:
            document["digest"] = digest_of_document(document)
    ground.write(ground.public, documents)
    return {(ground.public, key, OTHER) for key in documents}


def double(ground: Ground) -> Found:
    """Let the name of the live index stand for a second one too, with some of the same documents."""
    keys = ground.pick(BODY)
    second = f"{ground.public}-second"
    ground.engine.indices.create(index=second)
    ground.write(second, ground.read(keys))
    ground.engine.indices.update_aliases(actions=[{"add": {"index": second, "alias": ground.public}}])
    return {(ground.public, key, DOUBLE) for key in keys}


def leaked(ground: Ground) -> Found:
    """Put what members show to members in the index of everybody."""
    documents = ground.read(ground.pick(MEMBER))
    ground.write(ground.public, documents)
    return {(ground.public, key, STRAY) for key in documents}


def unreachable(ground: Ground) -> Found:
    """Give documents a version that no later change reaches."""
    documents = ground.read(ground.pick(BODY))
    ground.write(ground.public, documents, newer=10**18)
    return {(ground.public, key, NEWER) for key in documents}


def without_vectors(ground: Ground) -> Found:
    """Write cases without the vectors that are there for them."""
    entries = SearchEntry.objects.filter(key__in=ground.pick(CASE))
    documents = {entry.key: entry.document for entry in entries}
    ground.write(ground.public, documents)
    return {(ground.public, key, OTHER) for key in documents}


def lost_copies(ground: Ground) -> Found:
    """Take entries out of the fallback index."""
    keys = ground.pick(MEMBER)
    SearchEntry.objects.filter(key__in=keys).delete()
    return {(FALLBACK, key, MISSING) for key in keys} | {(ground.inside, key, NEWER) for key in keys}


def orphaned_copies(ground: Ground) -> Found:
    """Put entries in the fallback index of rows that never were."""
    entries = list(SearchEntry.objects.filter(key__in=ground.pick(BODY)))
    for number, entry in enumerate(entries):
        entry.pk, entry.object_id, entry.key = None, NOBODY + number, f"{BODY}:{NOBODY + number}"
    SearchEntry.objects.bulk_create(entries)
    return {(FALLBACK, entry.key, STRAY) for entry in entries}


def stale_copies(ground: Ground) -> Found:
    """Change one column of entries: each of them in turn."""
    changes = {
        "title": "anders",
        "words": "anders",
        "kind": "page",
        "audience": MEMBERS,
        "facets": {},
        "reuse": 7,
        "digest": "x",
    }
    entries = list(SearchEntry.objects.filter(key__in=ground.pick(CASE)))
    for number, entry in enumerate(entries):
        name = list(changes)[number % len(changes)]
        setattr(entry, name, changes[name])
    SearchEntry.objects.bulk_update(entries, list(changes), batch_size=100)
    found = {(FALLBACK, entry.key, OTHER) for entry in entries}
    # An entry that says it is for members has its version there, so that of the public index seems too new.
    return found | {(ground.public, entry.key, NEWER) for entry in entries if entry.audience == MEMBERS}


def renamed_by_hand(ground: Ground) -> Found:
    """Change rows of the database without anything hearing of it."""
    keys = ground.pick(BODY)
    Organisation.objects.filter(pk__in=ground.numbers(keys)).update(short_name="Stil veranderd")
    return {(place, key, OTHER) for key in keys for place in (FALLBACK, ground.public)}


def hidden_by_hand(ground: Ground) -> Found:
    """Take cases off line without anything hearing of it."""
    keys = ground.pick(CASE)
    PracticePage.objects.filter(pk__in=ground.numbers(keys)).update(live=False)
    return {(place, key, STRAY) for key in keys for place in (FALLBACK, ground.public)}


def closed_by_hand(ground: Ground) -> Found:
    """Close the accounts of members without anything hearing of it."""
    keys = ground.pick(MEMBER)
    User.objects.filter(member__pk__in=ground.numbers(keys)).update(is_active=False)
    return {(place, key, STRAY) for key in keys for place in (FALLBACK, ground.inside)}


def shown_by_hand(ground: Ground) -> Found:
    """Add rows to the database without anything hearing of it."""
    made = Organisation.objects.bulk_create(
        Organisation(name=f"Nieuw {number}", slug=f"nieuw-{number}") for number in range(ground.count)
    )
    return {(place, f"{BODY}:{body.pk}", MISSING) for body in made for place in (FALLBACK, ground.public)}


KINDS = [stale, leaked, stale_copies, hidden_by_hand]
MORE_KINDS = [
    *(lost, orphaned, double, unreachable, without_vectors),
    *(lost_copies, orphaned_copies, renamed_by_hand, closed_by_hand, shown_by_hand),
]


@pytest.fixture
def ground(
    site_frame: Any, engine: Any, rounds: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> Ground:
    """Give a site with a bit more rows of each kind than there will be faults, and an index of it."""
    # What a test has not committed other processes do not see.
    monkeypatch.setattr(rebuilding, "each_in_processes", lambda work, portions, few: map(work, portions))
    count = rounds(FAULTS)
    rows = round(count * MORE)
    Organisation.objects.bulk_create(
        Organisation(name=f"Gemeente {n}", slug=f"gemeente-{n}") for n in range(rows)
    )
    users = User.objects.bulk_create(
        User(email=f"m{n}@example.org", approved_at="2026-01-01T00:00Z") for n in range(rows)
    )
    Member.objects.bulk_create(
        Member(
            user=user,
            name=f"Lid {n}",
            slug=f"lid-{n}",
            is_listed=True,
            visibility={"name": Visibility.MEMBERS},
        )
        for n, user in enumerate(users)
    )
    parent = PracticeIndexPage.objects.get(locale__language_code="nl")
    section = {
        "heading": "aanpak",
        "own_heading": "",
        "content": [{"type": "text", "value": "<p>Zo gaat het.</p>"}],
    }
    body = [{"type": "section", "value": section}]
    add_pages(parent, (PracticePage(title=f"Dijk {n}", slug=f"dijk-{n}", body=body) for n in range(rows)))
    rebuilding.rebuild_fallback(EVERYONE, lambda *progress: None)
    texts = vectors.find_missing(SearchEntry.of(CASE).values_list("document", flat=True))
    draw = random.Random(11)
    PassageVector.objects.bulk_create(
        PassageVector(
            digest=vectors.digest_of(text), model=embedding.NAME, vector=draw.randbytes(embedding.DIMENSIONS)
        )
        for text in texts
    )
    rebuilding.rebuild(lambda *progress: None)
    return Ground(engine, draw, count)


def look() -> Found:
    """Return what a check finds."""
    return {(difference.place, difference.key, difference.what) for difference in find_differences()}


@pytest.mark.parametrize(
    "plant",
    [*KINDS, *(pytest.param(kind, marks=pytest.mark.hard) for kind in MORE_KINDS)],
    ids=lambda plant: plant.__name__,
)
def test_each_planted_fault_is_found_and_mended(
    plant: Any, ground: Ground, tell: Callable[[str], None]
) -> None:
    assert look() == set()
    planted = plant(ground)
    ground.engine.indices.refresh(index=f"{ground.public}*")
    assert len(planted) >= ground.count
    differences = list(find_differences())
    assert {(found.place, found.key, found.what) for found in differences} == planted
    mend(differences, lambda *progress: None)
    assert look() == set()
    tell(f"{len(planted)} of {len(planted)} found, 0 after mending")


@pytest.mark.hard
def test_who_only_counts_documents_finds_none_of_them(ground: Ground, tell: Callable[[str], None]) -> None:
    """The control: what sites with Wagtail's own backend can look at, as it has nothing that compares."""
    wanted = SearchEntry.objects.filter(audience=EVERYONE).count()
    planted = len(stale(ground) | orphaned(ground))
    free = sorted(
        {hit["_id"] for hit in scan(ground.engine, index=ground.public, _source=False) if BODY in hit["_id"]}
    )
    ground.write(
        ground.public,
        dict.fromkeys([key for key in free if int(key.rpartition(":")[2]) < NOBODY][: ground.count]),
    )
    assert ground.engine.count(index=ground.public)["count"] == wanted
    assert len(look()) >= planted
    tell(f"{len(look())} faults, and as many documents as rows")
