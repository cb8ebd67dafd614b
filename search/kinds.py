"""The list of kinds: what search has to know of each beside what its model says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of hit; `name` is the `search_kind` of its model, and of the template of a row (`search/hits/<name>.html`).

    `rank` is its place in a list of several kinds without a question, `facets` are those of a list of this kind alone by name
    (none here: all of them), `is_semantic` says that its passages have vectors, `is_compact` that its rows are short.
    """

    name: str
    rank: int
    facets: tuple[str, ...] = ()
    is_semantic: bool = False
    is_compact: bool = False


# A name has no other words, what the site says of itself comes up for any question, and what members write goes in no model:
# only cases have vectors.
CASE = Kind("case", rank=0, is_semantic=True)
ORGANISATION = Kind("organisation", rank=2, facets=("organisation_kind", "province"), is_compact=True)
MEMBER = Kind(
    "member", rank=3, facets=("theme", "technique", "organisation_kind", "organisation", "province")
)
PAGE = Kind("page", rank=1)
KINDS = (CASE, ORGANISATION, MEMBER, PAGE)  # in the order of suggestions


def find_kind(name: str) -> Kind | None:
    """Return the kind with this name; None for what an old index may hold."""
    return next((kind for kind in KINDS if kind.name == name), None)


def rank_of(name: str) -> int:
    """Return the place of a kind in a list of several; what is no kind any more comes last."""
    kind = find_kind(name)
    return kind.rank if kind else len(KINDS)
