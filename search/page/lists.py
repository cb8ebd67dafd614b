"""Which kinds have a list of their own, and what lists and facets are called, for the report of questions."""

from typing import Any

from wagtail.models import get_page_models

from core.searchable import Searchable, searchable_models
from search.kinds import KINDS
from search.models import EVERYONE
from search.page.likeness import LIKE_LABEL, LIKE_NAME
from search.query.facets import FACETS


def name_lists() -> dict[str, Any]:
    """Return the words for the lists of one kind, by that kind."""
    return {str(model.search_kind): model._meta.verbose_name_plural for model in _listed_models()}


def name_lists_of_people() -> set[str]:
    """Return the kinds of which the list is not for everyone: there people look for people."""
    return {str(model.search_kind) for model in _listed_models() if model.search_audience != EVERYONE}


def name_facets() -> dict[str, Any]:
    """Return the words for the facets, and for bodies like one, by their names."""
    return {facet.name: facet.label for facet in FACETS} | {LIKE_NAME: LIKE_LABEL}


def _listed_models() -> list[type[Searchable]]:
    """Return the models of which a page lists the rows, in the order of the list of kinds."""
    listed = {getattr(model, "listing", "") for model in get_page_models()}
    models = {model.search_kind: model for model in searchable_models()}
    return [models[kind.name] for kind in KINDS if kind.name in listed]
