"""A page type must say whether it can be found."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from wagtail.models import Page, get_page_models


def register_checks() -> None:
    """Have Django ask at every start."""
    register(check_page_types)


def check_page_types(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each page type without `search_kind`."""
    return [
        Error(f"{model.__name__} does not say whether it can be found.", hint="Set search_kind, or None.", id="search.E001")
        for model in get_page_models()
        if model is not Page and not hasattr(model, "search_kind")
    ]
