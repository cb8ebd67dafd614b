"""The form for a visitor who misses a case."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from querylog.models import MOST_CHARACTERS, MOST_NOTE
from querylog.people import read_neighbourhood
from querylog.privacy import is_private, keepable

PRIVATE = _(
    "Hier staat iets in dat lijkt op een naam, een adres of een nummer. Dat bewaren we niet. Haal het weg."
)


class WishForm(forms.Form):
    """What a visitor looked for, and one more line; `website` traps programs that fill in everything."""

    q = forms.CharField(label=_("Wat zocht je?"), max_length=MOST_CHARACTERS)
    note = forms.CharField(label=_("Wat mis je?"), max_length=MOST_NOTE, required=False)
    website = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse what may be about a person, before anything is stored."""
        data = super().clean() or {}
        known = read_neighbourhood()
        if "q" in data and not keepable(data["q"], known):
            self.add_error("q", ValidationError(PRIVATE))
        if is_private(data.get("note", ""), known):
            self.add_error("note", ValidationError(PRIVATE))
        return data

    @property
    def is_of_program(self) -> bool:
        """Tell whether the field that no person sees was filled in."""
        return bool(self.data.get("website"))
