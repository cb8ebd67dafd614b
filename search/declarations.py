"""What the fallback index holds of people; the index of the engine holds the same, and follows it."""

from core.processing import holds_nothing, not_personal, personal
from members.declarations import FINDING
from search.models import (
    MissingVector,
    PassageVector,
    SearchEntry,
    Turn,
    Vocabulary,
    WaitingRow,
    Word,
)

SHOWN = "as long as the profile shows it to all members"
READERS = "members find her by it"

personal(
    SearchEntry,
    "key label object_id title words facets document",
    why=FINDING,
    kept=SHOWN,
    seen_by=READERS,
    erased="goes within a minute, and from the index too",
)
not_personal(SearchEntry, "kind audience date reuse digest version")
personal(
    Word,
    "word",
    why=FINDING,
    kept=SHOWN,
    seen_by=READERS,
    erased="goes within a minute, with the last profile that has it",
)
not_personal(Word, "audience count")
holds_nothing(
    PassageVector, MissingVector, because="they are of texts that everyone may read, by their digest"
)
holds_nothing(Turn, Vocabulary, WaitingRow, because="they name models and rows")
