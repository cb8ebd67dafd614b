"""What a visitor asked, read from an address and made safe; anything odd is set right or said, never an error."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from search.facets import FACETS
from search.parameters import MOST_PAGE, RELEVANCE, SORTS, SearchParameters
from search.terms import MOST_CHARACTERS, clean_query

MOST_CHOSEN = 50
MOST_VALUE_CHARACTERS = 255


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
        return SearchParameters(
            query=clean_query(self.data.get("q", "")),
            facets=read_facets(self.data, "parameter"),
            sort=self.cleaned_data.get("sorteer") or RELEVANCE,
            page=self.cleaned_data.get("pagina") or 1,
            listing=listing,
            is_literal=bool(self.data.get("letterlijk")),
        )


def read_facets(data: QueryDict, key: str) -> dict[str, tuple[str, ...]]:
    """Return the chosen values per facet; `key` is which name of a facet stands in the address (`parameter` or `name`)."""
    chosen = {facet.name: _values(data.getlist(getattr(facet, key))) for facet in FACETS}
    return {name: values for name, values in chosen.items() if values}


def _values(values: list[str]) -> tuple[str, ...]:
    """Return the different values without signs that no value has."""
    cleaned = (clean_query(value[:MOST_VALUE_CHARACTERS]) for value in values)
    return tuple(dict.fromkeys(value for value in cleaned if value))[:MOST_CHOSEN]
