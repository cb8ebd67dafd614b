"""What the API answers, as it stands in its description."""

import datetime
from typing import Any

from ninja import Field, Schema


class ResultOut(Schema):
    """A hit; `highlights` are parts of the text as HTML in which only `<mark>` is markup."""

    type: str
    slug: str
    title: str
    url: str
    summary: str
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
    engine: str = Field(description="`elasticsearch`, or `database` while the engine is away")
    suggestion: str | None
    results: list[ResultOut]
    facets: dict[str, list[BucketOut]]


class SuggestionOut(Schema):
    """An object of which a name begins with what was typed."""

    type: str
    title: str
    url: str


class SuggestOut(Schema):
    """The answer to a beginning of a word."""

    suggestions: list[SuggestionOut]


class SimilarOut(Schema):
    """Cases like another one, each with the reason."""

    results: list[ResultOut]


class CaseSummaryOut(Schema):
    """A published case in a list."""

    slug: str
    title: str
    summary: str
    url: str
    published: datetime.date | None
    language: str


class CasesOut(Schema):
    """A page of the published cases, the newest first."""

    total: int
    page: int
    page_size: int
    results: list[CaseSummaryOut]


class CaseOut(CaseSummaryOut):
    """A published case in the fields of the exchange format, without the contact."""

    body: str
    themes: list[str]
    techniques: list[str]
    tags: list[str]
    organisations: list[str]
    reused_by: list[str]
    phase: str
    started: int | None
    place: str
    latitude: float | None
    longitude: float | None
    results: list[dict[str, Any]]
    lessons: list[str]
    sources: list[dict[str, Any]]


class ProblemOut(Schema):
    """An error, after RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
