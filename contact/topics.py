"""What a question is about: anything that can be found, or a search, as it stands in an address."""

from dataclasses import dataclass
from typing import Any

from core.folding import keep_visible
from core.searchable import Searchable, searchable_models

SEARCH = "zoeken"
MOST_QUERY = 120  # characters of a search that goes along with a question
MOST_SLUG = 255  # characters


@dataclass(frozen=True)
class Topic:
    """What a question is about, as this viewer may see it; empty when it is about nothing in particular."""

    kind: str = ""
    key: int | None = None
    slug: str = ""
    title: str = ""
    url: str = ""

    @property
    def value(self) -> str:
        """Return it as it stands in an address."""
        if self.kind == SEARCH:
            return f"{SEARCH}:{self.title}"
        return f"{self.kind}:{self.slug}" if self.kind else ""

    @property
    def kept(self) -> dict[str, Any]:
        """Return the fields of a row about it; the name of a member is not kept, so that it goes with her."""
        title = "" if self.kind == "member" else self.title[:255]
        return {"about_kind": self.kind, "about_key": self.key, "about_title": title}


def read_topic(value: str, viewer: Any) -> Topic | None:
    """Return what this value of an address is about; None for what this viewer cannot find."""
    kind, colon, rest = value.partition(":")
    if not value:
        return Topic()
    if kind == SEARCH and colon:
        return Topic(SEARCH, title=keep_visible(rest)[:MOST_QUERY])
    model = _model(kind)
    if model is None or not rest or len(rest) > MOST_SLUG or "\0" in rest:
        return None
    return _find(model, viewer, slug=rest)


def topic_of(row: Any, viewer: Any) -> Topic:
    """Return what a conversation or a draft is about, with its link and title of now if it can be found."""
    model = _model(row.about_kind)
    found = _find(model, viewer, pk=row.about_key) if model and row.about_key else None
    return found or Topic(row.about_kind, row.about_key, title=row.about_title)


def _model(kind: str) -> type[Searchable] | None:
    """Return the model of a kind."""
    return next((model for model in searchable_models() if model.search_kind == kind), None)


def _find(model: type[Searchable], viewer: Any, **condition: Any) -> Topic | None:
    """Return the topic of a row that this viewer may find; of translations with one slug the original."""
    row = model.findable_by(viewer).filter(**condition).order_by("pk").first()
    if row is None:
        return None
    title = str(row.hit_card(viewer)["title"])
    return Topic(str(model.search_kind), row.pk, row.slug, title, row.hit_url())
