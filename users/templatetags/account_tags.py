"""What the pages of an account need: allauth's forms, and words for an account and its devices."""

from django import template
from django.forms import BaseForm

from mail.services import is_refused
from users.devices import describe_device
from users.middleware import has_second_factor

register = template.Library()


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """Return the form without placeholders: they repeat the label, and vanish when somebody types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


register.filter("has_second_step", has_second_factor)
register.filter("device", describe_device)
register.filter("is_refused", is_refused)
