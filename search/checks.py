"""Checks: a page type says whether it can be found, and what can be found has its kind in `kinds.py`."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from wagtail.models import Page, get_page_models

from core.searchable import searchable_models
from search.kinds import find_kind


def register_checks() -> None:
    """Have Django run these at every start."""
    register(check_page_types)
    register(check_kinds)


def check_page_types(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each page type without `search_kind`."""
    return [
        Error(
            f"{model.__name__} does not say whether it can be found.",
            hint="Set search_kind, or None.",
            id="search.E001",
        )
        for model in get_page_models()
        if model is not Page and not hasattr(model, "search_kind")
    ]


def check_kinds(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each findable model of an unknown kind."""
    return [
        Error(
            f"{model.__name__} is of no kind that search knows.",
            hint="Add it to search/kinds.py.",
            id="search.E002",
        )
        for model in searchable_models()
        if find_kind(str(model.search_kind)) is None
    ]
