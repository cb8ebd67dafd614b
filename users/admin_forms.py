"""What a moderator fills in about an account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeclineForm(forms.Form):
    """Why somebody is turned down."""

    reason = forms.CharField(
        label=_("Reden"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "De persoon leest dit in een e-mail. "
            "Bijvoorbeeld: Je adres is niet van een overheidsorganisatie. "
            "Meld je aan met het adres van je werk."
        ),
    )
