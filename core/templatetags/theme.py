"""What templates need of the theme: small drawings, and the controls of a form with the classes of NL Design System."""

from functools import cache

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

CLASSES = {
    "checkbox": "utrecht-checkbox utrecht-checkbox--html-input utrecht-form-field__input",
    "select": "utrecht-select utrecht-select--html-select",
    "nullbooleanselect": "utrecht-select utrecht-select--html-select",
    "textarea": "utrecht-textarea utrecht-textarea--html-textarea",
}
TEXTBOX = "utrecht-textbox utrecht-textbox--html-input"


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """Return a small drawing to stand beside a word; always the same for the same name and size ("s" is smaller)."""
    return render_to_string("components/icon.html", {"name": name, "size": size})


@register.filter
def control(field: BoundField) -> SafeString:
    """Return the control of a field of a form, with the classes of its kind beside its own."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{CLASSES.get(field.widget_type, TEXTBOX)} {own}".strip()})


@register.filter
def is_foreign(language: str) -> bool:
    """Tell whether a text is in another language than the page around it, so that it must say so."""
    return bool(language) and language != get_language()
