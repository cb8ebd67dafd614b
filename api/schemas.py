"""The schemas of the API's answers."""

import datetime
from typing import Literal

from ninja import Field, Schema


class LinkOut(Schema):
    """A theme, technique or organisation: its slug for filters, and the address of its page or cases."""

    slug: str
    name: str
    url: str


class ResultOut(Schema):
    """A hit; `highlights` are parts of the text as HTML in which only `<mark>` is markup.

    A case has organisations, a place and perhaps a theme; an organisation has its province as its place.
    """

    type: str
    slug: str
    title: str
    url: str
    summary: str
    organisations: list[LinkOut]
    place: str
    theme: LinkOut | None
    highlights: list[str]
    score: float | None
    reason: str | None = None


class BucketOut(Schema):
    """One value of a facet."""

    value: str
    label: str
    count: int
    selected: bool


class SearchOut(Schema):
    """The answer to a search."""

    total: int
    page: int
    page_size: int
    engine: Literal["elasticsearch", "database"] = Field(description="`database` while the engine is away")
    suggestion: str | None
    results: list[ResultOut] = Field(description="what is sure; so are `total` and `facets`")
    maybe: list[ResultOut] = Field(
        description="at most ten others, on the first page when fewer than ten are sure, each with its reason"
    )
    facets: dict[str, list[BucketOut]]


class SuggestionOut(Schema):
    """An object of which a name begins with what was typed."""

    type: str
    title: str
    url: str


class SuggestOut(Schema):
    """The answer to the beginning of a word."""

    suggestions: list[SuggestionOut]


class SimilarOut(Schema):
    """Cases like another one, each with the reason."""

    results: list[ResultOut]


class TermOut(LinkOut):
    """A theme or technique: what it covers, and its number of cases; `name` is in the reader's language."""

    description: str
    cases: int


class TermsOut(Schema):
    """A page of the themes or techniques."""

    total: int
    page: int
    page_size: int
    results: list[TermOut]


class OrganisationOut(LinkOut):
    """An organisation, with the number of its cases.

    `identifier` is its URI in the register of government organisations. The main one of `provinces` comes
    first.
    """

    kind: str
    provinces: list[str]
    identifier: str | None
    ended: datetime.date | None
    cases: int


class OrganisationsOut(Schema):
    """A page of the organisations, by name: those that exist, and those that ended and have a case."""

    total: int
    page: int
    page_size: int
    results: list[OrganisationOut]


class LinksOut(Schema):
    """What a case names, with slugs and addresses."""

    themes: list[LinkOut]
    techniques: list[LinkOut]
    organisations: list[LinkOut]
    reused_by: list[LinkOut] = Field(description="organisations that use it now, as they said themselves")


class CaseSummaryOut(Schema):
    """A published case in a list; `updated` is when it was last published."""

    slug: str
    title: str
    summary: str
    url: str
    published: datetime.date | None
    updated: datetime.datetime | None
    language: str
    phase: str
    started: int | None
    place: str
    links: LinksOut


class CasesOut(Schema):
    """A page of the published cases, the newest first."""

    total: int
    page: int
    page_size: int
    results: list[CaseSummaryOut]


class MeasuredOut(Schema):
    """A measured effect."""

    label: str
    value: str
    unit: str


class SourceOut(Schema):
    """A source of a case; `url` may be empty."""

    title: str
    url: str


class CaseOut(CaseSummaryOut):
    """A published case in the fields of the exchange format, without the contact."""

    body: str
    themes: list[str]
    techniques: list[str]
    tags: list[str]
    organisations: list[str]
    reused_by: list[str]
    latitude: float | None
    longitude: float | None
    results: list[MeasuredOut]
    stop_reason: str
    stopped_because: str
    next_time: str
    lessons: list[str]
    sources: list[SourceOut]


class AdoptionOut(Schema):
    """What an organisation said of a practice that it took over.

    `confirmed` is the day on which it last said so; null for a proposal, which has a public source (`proof`).
    `started_from` is the slug of the organisation from which it took it over, empty for the case itself.
    `demonstration` tells that it was made up.
    """

    case: LinkOut
    organisation: LinkOut
    identifier: str | None
    status: str
    since: int | None
    scope: str
    changed: str
    results: list[MeasuredOut]
    partners: str
    stop_reason: str
    stop_words: str
    started_from: str
    on_behalf_of: list[LinkOut]
    proof: str
    confirmed: datetime.date | None
    is_recent: bool
    source: str
    demonstration: bool


class AdoptionsOut(Schema):
    """Adoptions, what works first."""

    results: list[AdoptionOut]


class ProblemOut(Schema):
    """An error, after RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
