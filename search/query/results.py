"""What a search gives back: plain values for templates and the API, never an object of the engine."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.utils.safestring import SafeString

from search.query.parameters import SearchParameters

_TAG = re.compile(r"</?mark>")
_MARK = re.compile(r"<mark>(.*?)</mark>", re.DOTALL)
_BESIDE = re.compile(r"</mark>([ -]?)<mark>")


@dataclass(frozen=True)
class Marked:
    """A value of a field of the index, or a part of it, as HTML with the words of the question in `<mark>`.

    `heading` is that of a passage.
    """

    field: str
    html: str
    heading: str = ""

    @property
    def text(self) -> str:
        """Return the value as it was before it was marked."""
        return unescape(_TAG.sub("", self.html))

    @property
    def words(self) -> list[str]:
        """Return the words that are marked."""
        return [unescape(word) for word in _MARK.findall(self.html)]

    @property
    def phrases(self) -> list[str]:
        """Return the same, those that stand beside each other together."""
        return [unescape(words) for words in _MARK.findall(_BESIDE.sub(r"\1", self.html))]


@dataclass(frozen=True)
class Found:
    """What the engine or the database says of one hit, before anyone asks whether it may be shown.

    `is_sure` is of a suggestion: its name has what is asked, with no error forgiven. `met` is of what may be
    meant: the words of the question that it has, and parts of them. `marked` says where words are.
    """

    label: str
    pk: int
    stamp: str = ""
    score: float | None = None
    highlights: tuple[SafeString, ...] = ()
    title_html: SafeString = SafeString("")
    where: tuple[str, ...] = ()
    anchor: str = ""
    is_pinned: bool = False
    is_sure: bool = False
    met: frozenset[str] = frozenset()
    marked: tuple[Marked, ...] = ()
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What engine or database say of a question: sure hits of a page, total, and counts per facet and value.

    `maybe` has at most ten others, best first, on the first page. `without` has the total there would be
    without the choice of a facet, by its name; `rows` are the hits as the engine gave them, when it was asked
    to explain.
    """

    found: tuple[Found, ...]
    total: int
    maybe: tuple[Found, ...] = ()
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    without: dict[str, int] = field(default_factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Seeking:
    """How many members seek help with themes and techniques, by the slugs of these."""

    slugs: tuple[str, ...]
    total: int


@dataclass(frozen=True)
class Nearby:
    """What is near a question without a sure hit: members who may know.

    `literal_total` is what the question finds without correction, when it was corrected. `seeking` is how
    many members seek help with what it names, when there are any.
    """

    literal_total: int = 0
    members: tuple[Found, ...] = ()
    seeking: Seeking | None = None


@dataclass(frozen=True)
class Hit:
    """One line of a list. Title and address are those of the database at this moment."""

    pk: int
    type: str
    type_label: str
    slug: str
    url: str
    title: str
    summary: str = ""
    date: datetime.date | None = None
    score: float | None = None
    highlights: tuple[str, ...] = ()
    title_html: str = ""
    where: tuple[str, ...] = ()
    anchor: str = ""
    is_pinned: bool = False
    met: frozenset[str] = frozenset()  # of what may be meant: the words of the question that it has
    reason: str = ""
    language: str = ""
    # Of a case
    theme: str = ""
    theme_label: str = ""
    colour: str = ""  # of the theme
    organisations: tuple[str, ...] = ()
    bodies: tuple[tuple[str, str], ...] = ()  # the same organisations: slug and full name
    place: str = ""
    reuse: int = 0
    stopped: str = ""  # that it did, and why
    cover_url: str = ""
    # Of an organisation
    kind_label: str = ""
    size: str = ""
    cases: int = 0
    adopted: int = 0  # of the cases that others made
    # Of a member
    account: int | None = None
    initials: str = ""
    photo_url: str = ""
    role: str = ""
    organisation: str = ""
    can_help: str = ""
    why: str = ""  # what of the profile has the words of the question
    away_until: datetime.date | None = None  # the last day on which she takes no questions
    skills: list[dict[str, Any]] = field(default_factory=list)
    is_demo: bool = False


@dataclass(frozen=True)
class Suggestion:
    """Something to go to while somebody types; `type` is a kind of hit, `theme` or `technique`."""

    type: str
    title: str
    url: str
    slug: str = ""  # of a hit


@dataclass(frozen=True)
class Bucket:
    """One value of a facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class FacetResult:
    """A facet with its values, the chosen ones first.

    `name` is its name in the API, `parameter` that of the page. `is_expanded` tells that more values are
    shown than usual, `sought` is the text that they are narrowed by, and `matches` says how many there are.
    """

    name: str
    parameter: str
    label: str
    buckets: tuple[Bucket, ...]
    has_more: bool
    is_expanded: bool = False
    sought: str = ""
    matches: int = 0


@dataclass(frozen=True)
class Alternative:
    """The same question without the choice of `facet` (its name)."""

    parameters: SearchParameters
    total: int
    facet: str


@dataclass(frozen=True)
class SearchResults:
    """The answer to a question, as everybody may show it.

    `hits` have every notion of the question, and so do `total` and `facets`. `maybe` are at most ten others,
    each with its reason, on the first page when fewer than ten are sure. `corrected` is the text that was
    searched with, when typing errors were mended in it. When it finds nothing, `literal_total` is what the
    question finds without correction, and `seeking` who seek help with what it names. `own` leads to the
    profile of who asks for her own name: she is not among her own hits. `is_of_people` says that members can
    be among the hits: the list ends sooner then.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    page: int
    page_size: int
    engine: str
    facets: tuple[FacetResult, ...] = ()
    corrected: str = ""
    literal_total: int = 0
    alternatives: tuple[Alternative, ...] = ()
    maybe: tuple[Hit, ...] = ()
    members: tuple[Hit, ...] = ()
    seeking: Seeking | None = None
    own: Suggestion | None = None
    is_of_people: bool = False

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))

    @property
    def is_beyond(self) -> bool:
        """Tell whether this page comes after the last one."""
        return self.total > 0 and self.page > self.pages
