"""Template tags of the theme: icons, and form controls with the classes of NL Design System."""

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
    """Return an icon to stand beside a word; size "s" is smaller. The same icon is rendered once."""
    return render_to_string("components/icon.html", {"name": name, "size": size})


@register.filter
def control(field: BoundField) -> SafeString:
    """Return the control of a form field, with the classes of its kind besides its own."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{CLASSES.get(field.widget_type, TEXTBOX)} {own}".strip()})


@register.filter
def is_foreign(language: str) -> bool:
    """Tell whether a text is in another language than the page, and so needs a `lang` attribute."""
    return bool(language) and language != get_language()
