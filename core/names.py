"""Names that count as the same, however they are typed; and names of people."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.folding import fold_name, keep_visible

NO_NAME = re.compile(r"[<>@]|://|www\.", re.IGNORECASE)


class NameField(forms.CharField):
    """A name as others read it: without invisible characters and marks of writing direction."""

    def to_python(self, value: Any) -> str:
        """Return the name without them."""
        return keep_visible(super().to_python(value) or "")


class PersonNameField(NameField):
    """The name of a person: without markup or an address, which every mail and list would carry along."""

    def validate(self, value: str) -> None:
        """Refuse what is no name."""
        super().validate(value)
        if NO_NAME.search(value):
            raise ValidationError(_("Vul alleen een naam in, zonder webadres of e-mailadres."))


def refuse_taken_name(instance: Any) -> None:
    """Raise ValidationError when another row of this model has the name; an unchanged name is no fault."""
    rows = type(instance)._default_manager
    if rows.filter(pk=instance.pk, name=instance.name).exists():
        return
    wanted = fold_name(instance.name)
    for name in rows.exclude(pk=instance.pk).values_list("name", flat=True):
        if fold_name(name) == wanted:
            said = _(
                "“%(name)s” is er al. "
                "Hoofdletters, accenten, streepjes en aanhalingstekens maken geen verschil."
            )
            raise ValidationError({"name": said % {"name": name}})
