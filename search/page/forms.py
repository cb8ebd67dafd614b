"""What a visitor asked, read from an address and made safe; anything odd is set right or said, no error."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.likeness import PROVINCE, SIZE, Alike, find_alike
from search.query.facets import FACETS, long_facets
from search.query.parameters import (
    LIKE,
    LIKE_ANY_SIZE,
    LIKE_NEAR,
    LITERAL,
    MORE,
    MOST_PAGE,
    RELEVANCE,
    SEEK,
    SORTS,
    SearchParameters,
)
from search.text.terms import MOST_CHARACTERS, clean_query

MOST_CHOSEN = 50  # values of a facet that are read from an address
MOST_VALUE_CHARACTERS = 255  # as long as a slug can be
MOST_SOUGHT_CHARACTERS = 50  # of what somebody looks for in a facet


class SearchForm(forms.Form):
    """The question. A question that is too long is shortened, and the visitor hears so beside the field."""

    data: QueryDict
    q = forms.CharField(required=False, strip=False)
    pagina = forms.IntegerField(required=False, min_value=1, max_value=MOST_PAGE)
    sorteer = forms.ChoiceField(required=False, choices=[(sort, sort) for sort in SORTS])

    def clean(self) -> dict[str, Any]:
        """Tell when the question is longer than what is searched with."""
        if len(self.data.get("q", "").strip()) > MOST_CHARACTERS:
            self.add_error("q", _("Je vraag is te lang. We zochten met het begin ervan."))
        return super().clean() or {}

    def parameters(self, listing: str = "") -> SearchParameters:
        """Return the parameters; what is not usable counts as not given."""
        self.is_valid()
        query = clean_query(self.data.get("q", ""))
        more = self.data.getlist(MORE)
        return SearchParameters(
            query=query,
            facets=read_facets(self.data, "parameter"),
            sort=self.cleaned_data.get("sorteer") or RELEVANCE,
            page=self.cleaned_data.get("pagina") or 1,
            listing=listing,
            is_literal=self._is_literal(query),
            expanded=tuple(facet.name for facet in long_facets() if facet.parameter in more),
            sought=self._read_sought(),
            like=read_like(self.data),
        )

    def _is_literal(self, query: str) -> bool:
        """Tell whether to search without correction.

        A link says 1; the form says of which question that was said.
        """
        value = clean_query(self.data.get(LITERAL, ""))
        return bool(query) and value in {"1", query}

    def _read_sought(self) -> dict[str, str]:
        """Return the text with which values of a facet are looked for."""
        sought = {}
        for facet in long_facets():
            text = clean_query(self.data.get(SEEK + facet.parameter, ""))
            if text:
                sought[facet.name] = text[:MOST_SOUGHT_CHARACTERS]
        return sought


def parameter_names() -> set[str]:
    """Return all names in an address that the form reads."""
    facets = {facet.parameter for facet in FACETS}
    seek = {SEEK + facet.parameter for facet in long_facets()}
    return {*SearchForm.base_fields, *facets, *seek, LITERAL, MORE, LIKE, LIKE_NEAR, LIKE_ANY_SIZE}


def read_facets(data: QueryDict, key: str) -> dict[str, tuple[str, ...]]:
    """Return the chosen values per facet; `key` is its name in the address (`parameter` or `name`)."""
    chosen = {facet.name: _values(data.getlist(getattr(facet, key))) for facet in FACETS}
    return {name: values for name, values in chosen.items() if values}


def read_like(data: QueryDict) -> Alike | None:
    """Return the bodies like the one that an address names, or None; that one is read from the database."""
    slug = clean_query(data.get(LIKE, "")[:MOST_VALUE_CHARACTERS])
    chosen = {PROVINCE: LIKE_NEAR in data, SIZE: LIKE_ANY_SIZE not in data}
    return find_alike(slug, [name for name, counts in chosen.items() if counts]) if slug else None


def _values(values: list[str]) -> tuple[str, ...]:
    """Return the different values in the order of their letters, without signs that no value has."""
    cleaned = (clean_query(value[:MOST_VALUE_CHARACTERS]) for value in values[:MOST_CHOSEN])
    return tuple(sorted({value for value in cleaned if value}))
