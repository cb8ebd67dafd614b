"""What the pages of an account need to show allauth's forms."""

from django import template
from django.forms import BaseForm

register = template.Library()


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """Return the form without the words inside its fields: they repeat the label, and go away as soon as somebody types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form
