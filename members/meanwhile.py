"""Two windows with one profile: the form that was opened first does not undo the other without a word."""

from typing import Any

from members.choices import FIELDS
from members.forms import VISIBILITY_PREFIX
from members.models import Member


def stamp_of(member: Member | None) -> str:
    """Return what a form keeps of the profile from which it was filled: when that was changed last."""
    return member.updated_at.isoformat() if member else ""


def name_differences(stored: Member | None, form: Any, formsets: list[Any]) -> list[str]:
    """Return the labels of what this form would change in the profile as it is stored now.

    What is not right in the form is not what is stored either. A photo is left out: an old window sends none,
    so who sends one means it.
    """
    before, after = stored or Member(), form.instance
    fields = [name for name in form.Meta.fields if name != "photo"]
    same = {name for name in fields if getattr(before, name) == getattr(after, name)}
    names = [name for name in fields if name in form.errors or name not in same]
    seen = [name for name in FIELDS if before.visibility_of(name) != after.visibility_of(name)]
    return [
        *(str(form.fields[name].label) for name in names),
        *(str(formset.title) for formset in formsets if formset.has_other_rows()),
        *(str(form.fields[VISIBILITY_PREFIX + name].label) for name in seen),
    ]
