"""Signing up: what allauth does not ask."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.names import NameField, PersonNameField
from users.models import User


class SignupForm(forms.Form):
    """The questions beside allauth's own; allauth's form of signing up extends this one."""

    first_name = PersonNameField(
        label=_("Voornaam"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = PersonNameField(
        label=_("Achternaam"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    organisation_hint = NameField(
        label=_("Organisatie"),
        max_length=150,
        required=False,
        help_text=_(
            "Waar werk je? Dat helpt ons om je aanmelding te beoordelen. Bijvoorbeeld: Gemeente Breda"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    field_order = ("first_name", "last_name", "organisation_hint", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep where somebody says to work, and in which language; allauth keeps the name."""
        user.organisation_hint = self.cleaned_data["organisation_hint"]
        user.language = get_language() or user.language
        user.save(update_fields=["organisation_hint", "language"])
