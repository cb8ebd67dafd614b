"""The list of kinds: what search needs to know of each beside what its model says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of hit.

    `name` is the `search_kind` of its model, and names the template of a row (`search/hits/<name>.html`).
    `rank` is its place in a list of several kinds without a question. `facets` names the facets of a list of
    this kind alone; none here means all of them. `is_semantic` says that its passages have vectors,
    `is_compact` that its rows are short, `is_maybe` that it may be offered though it is not sure,
    `is_translated` that there is one in each language, of which a reader wants that in her own.
    """

    name: str
    rank: int
    facets: tuple[str, ...] = ()
    is_semantic: bool = False
    is_compact: bool = False
    is_maybe: bool = False
    is_translated: bool = False


# Only cases have vectors: an organisation has little text but its name, pages of the site come up for any
# question, and what members write goes through no model.
CASE = Kind("case", rank=0, is_semantic=True, is_maybe=True)
_BODIES = ("organisation_kind", "size", "province")
ORGANISATION = Kind("organisation", rank=2, facets=_BODIES, is_compact=True)
_OF_MEMBERS = ("theme", "technique", "organisation", *_BODIES, "willing", "seeks", "languages", "confirmed")
MEMBER = Kind("member", rank=3, facets=_OF_MEMBERS, is_maybe=True)
PAGE = Kind("page", rank=1, is_translated=True)
KINDS = (CASE, ORGANISATION, MEMBER, PAGE)  # in the order of suggestions


def translated_kinds() -> list[str]:
    """Return the kinds of which there is one in each language."""
    return [kind.name for kind in KINDS if kind.is_translated]


def maybe_kinds(listing: str) -> list[str]:
    """Return the kinds of a list that are offered though not sure; without a listing it is of all kinds."""
    return [kind.name for kind in KINDS if kind.is_maybe and listing in {"", kind.name}]


def find_kind(name: str) -> Kind | None:
    """Return the kind with this name; None for one that only an old index holds."""
    return next((kind for kind in KINDS if kind.name == name), None)


def rank_of(name: str) -> int:
    """Return the place of a kind in a list of several; one that only an old index holds comes last."""
    kind = find_kind(name)
    return kind.rank if kind else len(KINDS)
